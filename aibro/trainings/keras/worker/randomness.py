"""Reads and restores the states of the random generators that a training draws from.

TensorFlow's own generators (behind ``tf.random.normal`` and the like) are not included. Their state
is inside the running graph, where nothing can read it. `watching_tensorflow` notices their use.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Any

from aibro.trainings.keras.states import NumpyState, PythonState


def numpy_state() -> NumpyState | None:
    """The state of NumPy's global generator; ``None`` if it is not a Mersenne Twister."""
    import numpy as np

    state: Any = np.random.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        return None
    inner = state["state"]
    return NumpyState(
        inner["key"].astype("<u4").tobytes(), inner["pos"], state["has_gauss"], state["gauss"]
    )


def restore_numpy(state: NumpyState) -> None:
    """Restore the state of NumPy's global generator."""
    import numpy as np

    key = np.frombuffer(state.key, "<u4")
    np.random.set_state(("MT19937", key, state.position, state.has_gauss, state.gauss))


def python_state() -> PythonState:
    """The state of Python's ``random``."""
    return PythonState(*random.getstate())


def restore_python(state: PythonState) -> None:
    """Restore the state of Python's ``random``."""
    random.setstate((state.version, state.internal, state.gauss))


def keras_generator_state() -> list[int] | None:
    """The state of Keras's global generator; ``None`` if it was not used yet.

    Raises:
        ImportError: this version of Keras has no such private module.
    """
    from keras import ops
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR

    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    if generator is None:
        return None
    state: list[int] = ops.convert_to_numpy(generator.state.value).tolist()
    return state


def restore_keras_generator(state: list[int] | None) -> None:
    """Restore the state of Keras's global generator.

    Args:
        state: what ``keras_generator_state`` returned.

    Raises:
        ImportError: this version of Keras has no such private module.
    """
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR, global_seed_generator

    if state is None:
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, None)
    else:
        global_seed_generator().state.assign(state)


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
