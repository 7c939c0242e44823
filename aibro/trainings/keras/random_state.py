"""The state of every random generator that a training may draw from, as one value.

What ``fit`` would draw in the kernel is drawn in the worker instead, and the kernel's generators
are then where ``fit`` would have left them. The generators are those of Python, NumPy, Keras and
the back end.

TensorFlow's operations keep a state of their own when they are called with a seed. Nothing can
read that state.
"""

from __future__ import annotations

import importlib
import random
import sys
from typing import Any

import msgspec

from aibro.trainings.keras import generators
from aibro.trainings.keras.states import NumpyState, PythonState

GLOBAL_SEED = "global_random_seed"
"""Where Keras keeps what ``keras.utils.set_random_seed`` was called with."""
_CONTEXT = "tensorflow.python.eager.context"


class TensorFlowState(msgspec.Struct, frozen=True, array_like=True):
    """The state of TensorFlow's generators, as far as it can be read."""

    seed: int
    """What ``tf.random.set_seed`` was called with."""
    rng: PythonState
    """The generator that gives each operation a seed of its own."""


class RandomState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of all generators of a process."""

    python: PythonState
    numpy: NumpyState | None
    """``None`` when NumPy's global generator is of a kind that is not kept."""
    keras_seed: int | None
    """What ``keras.utils.set_random_seed`` was called with."""
    keras: list[int] | None
    """The state of Keras's global generator; ``None`` before it was used."""
    tensorflow: TensorFlowState | None
    """``None`` without a global seed, and where TensorFlow is not imported."""
    torch: bytes | None
    """``None`` where PyTorch is not imported."""


def random_state() -> RandomState:
    """The state of all generators of this process."""
    from keras.src.backend.common import global_state

    torch = sys.modules.get("torch")
    return RandomState(
        python=generators.python_state(),
        numpy=generators.numpy_state(),
        keras_seed=global_state.get_global_attribute(GLOBAL_SEED),
        keras=generators.keras_generator_state(),
        tensorflow=_tensorflow(),
        torch=torch.get_rng_state().numpy().tobytes() if torch is not None else None,
    )


def restore_random_state(state: RandomState) -> None:
    """Put all generators of this process where ``random_state`` found them.

    Args:
        state: from this process or another one.
    """
    from keras.src.backend.common import global_state

    global_state.set_global_attribute(GLOBAL_SEED, state.keras_seed)
    generators.restore_keras_generator(state.keras)
    _restore_tensorflow(state.tensorflow)
    if state.torch is not None and "torch" in sys.modules:
        torch: Any = sys.modules["torch"]
        torch.set_rng_state(torch.frombuffer(bytearray(state.torch), dtype=torch.uint8))
    if state.numpy is not None:
        generators.restore_numpy(state.numpy)
    # The last, because making Keras's generator draws from it.
    generators.restore_python(state.python)


def is_fixed(state: RandomState, backend: str) -> bool:
    """Whether a training with that state draws the same each time.

    Without a global seed, TensorFlow draws from chance.
    """
    return backend != "tensorflow" or state.tensorflow is not None


def _tensorflow() -> TensorFlowState | None:
    if _CONTEXT not in sys.modules:
        return None
    own = sys.modules[_CONTEXT].context()
    if own._seed is None:
        return None
    return TensorFlowState(int(own._seed), PythonState(*own._rng.getstate()))


def _restore_tensorflow(state: TensorFlowState | None) -> None:
    if state is None:
        if _tensorflow() is not None:
            sys.modules[_CONTEXT].context()._set_global_seed(None)
        return
    try:
        context: Any = importlib.import_module(_CONTEXT)
    except ImportError:  # Nothing here draws from it.
        return
    own = context.context()
    if state.seed != own._seed:
        # Also forgets the operations that were seeded before.
        own._set_global_seed(state.seed)
    own._rng = random.Random()
    own._rng.setstate((state.rng.version, state.rng.internal, state.rng.gauss))
