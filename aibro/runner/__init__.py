"""A job's own process, which takes it from its first moment to its last."""
