"""Keras in the worker: the only part of AIbro that trains with it."""
