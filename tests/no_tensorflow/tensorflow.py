"""Stands in the way of TensorFlow, which Keras imports on every back end when it saves a model."""

raise ImportError("these tests run without it: it takes seconds to start")
