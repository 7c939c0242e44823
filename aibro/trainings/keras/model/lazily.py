"""Saves and loads models without importing TensorFlow on other back ends."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def not_importing_tensorflow() -> Iterator[None]:
    """Inside the block, Keras does not import TensorFlow only to see whether an object is its own.

    That takes seconds. While TensorFlow is not imported, no object can be. Does nothing when it is
    imported already.

    Example::

        with not_importing_tensorflow():
            model.save("model.keras")
    """
    if "tensorflow" in sys.modules:
        yield
        return
    from keras.src.utils import module_utils

    modules = module_utils.tensorflow, module_utils.gfile
    known = [module._available for module in modules]
    for module in modules:
        module._available = False
    try:
        yield
    finally:
        for module, available in zip(modules, known, strict=True):
            module._available = available
