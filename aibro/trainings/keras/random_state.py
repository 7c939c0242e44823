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

GLOBAL_SEED = "global_random_seed"
"""Where Keras keeps what ``keras.utils.set_random_seed`` was called with."""
_CONTEXT = "tensorflow.python.eager.context"


def random_state() -> dict[str, Any]:
    """The state of all generators of this process, as something that can be pickled."""
    import numpy as np
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR

    torch = sys.modules.get("torch")
    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    return {
        "python": random.getstate(),
        "numpy": np.random.get_state(legacy=False),
        "keras seed": global_state.get_global_attribute(GLOBAL_SEED),
        "keras": None if generator is None else generator.state.numpy(),
        "tensorflow": _tensorflow(),
        "torch": torch.get_rng_state() if torch is not None else None,
    }


def restore_random_state(state: dict[str, Any]) -> None:
    """Put all generators of this process where ``random_state`` found them.

    Args:
        state: from this process or another one.
    """
    import numpy as np
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR, global_seed_generator

    global_state.set_global_attribute(GLOBAL_SEED, state["keras seed"])
    if state["keras"] is None:
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, None)
    else:
        global_seed_generator().state.assign(state["keras"])
    _restore_tensorflow(state["tensorflow"])
    if state["torch"] is not None:
        import torch

        torch.set_rng_state(state["torch"])
    np.random.set_state(state["numpy"])
    # The last, because making Keras's generator draws from it.
    random.setstate(state["python"])


def is_fixed(state: dict[str, Any], backend: str) -> bool:
    """Whether a training with that state draws the same each time.

    Without a global seed, TensorFlow draws from chance.
    """
    return backend != "tensorflow" or state["tensorflow"] is not None


def _tensorflow() -> tuple[int, Any] | None:
    """TensorFlow's global seed, and the generator that gives each operation a seed of its own.

    ``None`` without a global seed, and where TensorFlow is not imported.
    """
    if _CONTEXT not in sys.modules:
        return None
    own = sys.modules[_CONTEXT].context()
    return None if own._seed is None else (own._seed, own._rng.getstate())


def _restore_tensorflow(state: tuple[int, Any] | None) -> None:
    if state is None:
        if _tensorflow() is not None:
            sys.modules[_CONTEXT].context()._set_global_seed(None)
        return
    try:
        context = importlib.import_module(_CONTEXT)
    except ImportError:  # Nothing here draws from it.
        return
    seed, rng = state
    own = context.context()
    if seed != own._seed:
        # Also forgets the operations that were seeded before.
        own._set_global_seed(seed)
    own._rng = random.Random()
    own._rng.setstate(rng)
