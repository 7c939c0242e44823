"""Ending what a dead runner left, clearing away what nobody needs, and deleting on request."""
