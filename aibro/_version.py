"""This package's version, for modules that tell it: importing it imports nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
