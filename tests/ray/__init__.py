"""A real Ray cluster of several nodes on this machine, and what runs on it."""
