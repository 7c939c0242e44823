"""Sending a Keras model: checking it, explaining why it can't be sent, storing and loading it."""
