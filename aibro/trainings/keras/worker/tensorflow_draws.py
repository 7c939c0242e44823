"""Notices what draws from TensorFlow's own generators (behind ``tf.random.normal`` and the like).

Their state is inside the running graph, where nothing can read it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


def seed_module() -> Any:
    """The private module from which TensorFlow's random operations get their seeds.

    Raises:
        ImportError: this version of TensorFlow has no such module.
    """
    from tensorflow.python.framework import random_seed

    return random_seed


class TensorFlowDraws:
    """Whether anything was drawn from TensorFlow's own generators; see ``seen``."""

    def __init__(self) -> None:
        self.seen = False


@contextlib.contextmanager
def watching_tensorflow() -> Iterator[TensorFlowDraws]:
    """Inside the block, notice every use of a ``tf.random`` function that keeps a state.

    Each such function asks for a seed when it is added to a graph, or when it runs outside a graph.

    Example::

        with watching_tensorflow() as draws:
            model.fit(...)
        draws.seen  # True if tf.random was used
    """
    random_seed = seed_module()
    draws, get_seed = TensorFlowDraws(), random_seed.get_seed

    def noticed(*arguments: Any) -> Any:
        draws.seen = True
        return get_seed(*arguments)

    random_seed.get_seed = noticed
    try:
        yield draws
    finally:
        random_seed.get_seed = get_seed
