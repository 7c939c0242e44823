"""Small programs, each with something that is easily lost on the way to another process.

They are run in two ways, by ``run.py``: with ``fit``, and through AIbro.
"""

import importlib
from pathlib import Path

from .base import PROGRAMS, digests

__all__ = ["PROGRAMS", "digests"]

for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    importlib.import_module(f"{__name__}.{file.stem}")
