"""Keras objects as part of a graph of objects: by their state, not by their configuration."""
