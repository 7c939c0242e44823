"""Saves and loads a ``.keras`` file with the user's code, and the random states it leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aibro.errors import BadInput
from aibro.trainings.keras.model import code
from aibro.trainings.keras.model.diagnose import first_line
from aibro.trainings.keras.model.lazily import not_importing_tensorflow
from aibro.trainings.keras.model.rebuild import tolerant


def load_model(path: Path, objects: code.CustomObjects, safe_mode: bool = False) -> Any:
    """Load a model that was saved here or by a worker.

    Args:
        path: the ``.keras`` file.
        objects: the user's code, from ``code.load_objects``.
        safe_mode: refuse a file that holds code.

    Raises:
        BadInput: the model can't be loaded in safe mode.
    """
    import keras

    scope = keras.saving.custom_object_scope(objects)
    with not_importing_tensorflow(), scope, tolerant(objects):
        if not safe_mode:
            return keras.models.load_model(path, safe_mode=False)
        try:
            return keras.models.load_model(path, safe_mode=True)
        except Exception as error:
            raise BadInput(
                "The model cannot be loaded without running code that came with it: "
                f"{first_line(error)}. If you trust where it came from, replay it with trust=True."
            ) from error


def save_model(path: Path, model: Any, objects: code.CustomObjects) -> None:
    """Save a model so that ``load_model`` can restore it with the same code.

    Args:
        path: the ``.keras`` file to write.
        model: the model.
        objects: the user's code that the model refers to.
    """
    with code.named(objects), not_importing_tensorflow():
        model.save(path)


def random_states(model: Any) -> list[list[int]]:
    """The states of a model's random generators, such as those of dropout layers.

    A ``.keras`` file leaves them out.
    """
    return [_state(variable) for variable in _random_variables(model)]


def restore_random_states(model: Any, states: list[list[int]]) -> None:
    """Restore what ``random_states`` returned for the same model, in this process or another."""
    for variable, state in zip(_random_variables(model), states, strict=True):
        variable.assign(state)


def _random_variables(model: Any) -> list[Any]:
    return [v for v in model.variables if v.path.endswith("seed_generator_state")]


def _state(variable: Any) -> list[int]:
    from keras import ops

    state: list[int] = ops.convert_to_numpy(variable.value).tolist()
    return state
