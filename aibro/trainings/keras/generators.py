"""Reads and restores the states of the random generators of Python, NumPy and Keras."""

from __future__ import annotations

import random
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
