"""How model and data travel: content-addressed files that both ends map into memory."""
