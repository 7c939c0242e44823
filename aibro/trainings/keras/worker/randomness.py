"""The random generators that a training draws from: where they are, and putting them back.

TensorFlow's own (``tf.random.normal`` and the like) are not among them: their state lives in the
running graph, and nothing can read it.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Any

from aibro.trainings.keras.states import NumpyState, PythonState


def numpy_state() -> NumpyState | None:
    """Where NumPy's global generator is; ``None`` when it is one of another kind."""
    import numpy as np

    state: Any = np.random.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        return None
    inner = state["state"]
    return NumpyState(
        inner["key"].astype("<u4").tobytes(), inner["pos"], state["has_gauss"], state["gauss"]
    )


def restore_numpy(state: NumpyState) -> None:
    """Put NumPy's global generator back."""
    import numpy as np

    key = np.frombuffer(state.key, "<u4")
    np.random.set_state(("MT19937", key, state.position, state.has_gauss, state.gauss))


def python_state() -> PythonState:
    """Where Python's ``random`` is."""
    return PythonState(*random.getstate())


def restore_python(state: PythonState) -> None:
    """Put Python's ``random`` back."""
    random.setstate((state.version, state.internal, state.gauss))


def keras_generator_state() -> list[int] | None:
    """Where Keras's global generator is; ``None`` when nothing has needed it yet.

    Raises:
        ImportError: this version of Keras keeps it elsewhere.
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
    """Put Keras's global generator back; raises as ``keras_generator_state``."""
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR, global_seed_generator

    if state is None:
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, None)
    else:
        global_seed_generator().state.assign(state)


def seed_module() -> Any:
    """Where TensorFlow's random operations get their seeds.

    Raises:
        ImportError: this version of TensorFlow has it elsewhere.
    """
    from tensorflow.python.framework import random_seed

    return random_seed


class TensorFlowDraws:
    """Whether something was drawn from TensorFlow's own generators."""

    def __init__(self) -> None:
        self.seen = False


@contextlib.contextmanager
def watching_tensorflow() -> Iterator[TensorFlowDraws]:
    """Notice, inside of the block, every use of a ``tf.random`` function that keeps a state.

    Each of them asks for a seed when it joins a graph, or runs outside of one.
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
