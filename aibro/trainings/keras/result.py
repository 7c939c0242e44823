"""Loads the result of a Keras training in the user's kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aibro.payloads.data import Resolve
from aibro.trainings.keras.files import HISTORY_FILE, MODEL_FILE
from aibro.trainings.keras.history import read_history
from aibro.trainings.keras.spec import spec_of
from aibro.trainings.plan import TrainingPlan

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History


def load_result(
    result: Path, plan: TrainingPlan, resolve: Resolve, into: Any
) -> tuple[Model, History]:
    """The trained model and its history.

    Args:
        result: the folder of the result.
        plan: what was trained.
        resolve: returns the file of a payload, given the payload's name.
        into: the model that was sent; it gets the trained weights and the optimizer's state.
            ``None`` makes a new model.
    """
    if into is None:
        model = _load_model(result / MODEL_FILE, plan, resolve)
    else:
        model = into
        _take_weights(model, result / MODEL_FILE)
    return model, _load_history(result / HISTORY_FILE, model)


def _take_weights(model: Model, path: Path) -> None:
    # An optimizer makes its variables at its first step, which did not happen in this process.
    if model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    model.load_weights(path)


def _load_model(path: Path, plan: TrainingPlan, resolve: Resolve) -> Model:
    # If the kernel has not imported Keras yet, choose the back end that the model was trained with.
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", plan.backend)
    from aibro.trainings.keras.model import code
    from aibro.trainings.keras.model.load import load_model

    objects: code.CustomObjects = {}
    payload = spec_of(plan).model.code
    if payload is not None:
        with resolve(payload).open("rb") as file:
            objects = code.load_objects(file)
    return load_model(path, objects, safe_mode=plan.safe_mode)


def _load_history(path: Path, model: Model) -> History:
    from keras.callbacks import History

    kept = read_history(path)
    history = History()
    history.set_model(model)
    history.set_params(kept.params)
    history.epoch = kept.epoch
    history.history = kept.history
    return history
