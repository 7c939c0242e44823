"""The worker's side of training with Keras; the only part of AIbro that calls ``fit``."""
