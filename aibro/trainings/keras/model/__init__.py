"""A Keras model on its way: checked, found out why it cannot go, stored, and loaded again."""
