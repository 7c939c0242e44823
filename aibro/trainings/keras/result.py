"""Loads the result of a Keras training in the user's kernel."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aibro.errors import StoreError
from aibro.object_graph.changes import apply_changes
from aibro.object_graph.file import read_graph
from aibro.object_graph.sources import keep_sources
from aibro.payloads.data import Resolve, load_tree
from aibro.payloads.nesting import Tree, from_tree, map_leaves, to_tree
from aibro.trainings.keras.files import CHANGES_FILE, EARLIER_FILE, HISTORY_FILE, MODEL_FILE
from aibro.trainings.keras.history import add_earlier, read_earlier, read_history
from aibro.trainings.keras.random_state import restore_random_state
from aibro.trainings.keras.spec import KerasSpec, spec_of
from aibro.trainings.plan import TrainingPlan

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History

    from aibro.object_graph.errors import CarriedError
    from aibro.trainings.keras.training import KerasTraining


def load_result(
    result: Path, plan: TrainingPlan, resolve: Resolve, into: KerasTraining | None
) -> tuple[Model, History]:
    """The trained model and its history.

    Args:
        result: the folder of the result.
        plan: what was trained.
        resolve: returns the file of a payload, given the payload's name.
        into: what was sent. All of it changes in place as the training changed it, and the random
            generators of this process go on as after ``fit``. ``None`` makes a new model.

    Raises:
        StoreError: this process cannot load it; says why.
    """
    if (result / CHANGES_FILE).is_file():
        return _apply(result, plan, resolve, into)
    return _load_portable(result, plan, resolve)


def load_failed(folder: Path, into: KerasTraining) -> None:
    """Change what was sent as a failed training did; see `TrainingKind.load_failed`."""
    assert into.sent is not None
    _change(folder, into.sent.objects, into)


def load_error(data: bytes, into: KerasTraining | None) -> CarriedError:
    """What a training raised; see `TrainingKind.load_error`."""
    from aibro.object_graph import errors

    sent = into.sent if into is not None else None
    return errors.load_error(data, sent.objects if sent is not None else {}, modules=sys.modules)


def _apply(
    result: Path, plan: TrainingPlan, resolve: Resolve, into: KerasTraining | None
) -> tuple[Model, History]:
    spec = spec_of(plan)
    _choose_backend(plan)
    if into is not None and into.sent is not None:
        model, objects = into.model, into.sent.objects
    else:
        model, objects = _load_sent(spec, plan, resolve)
    history = _change(result, objects, into)
    if (result / EARLIER_FILE).is_file():
        add_earlier(history, read_earlier(result / EARLIER_FILE))
    return model, history


def _change(folder: Path, objects: Mapping[int, Any], into: KerasTraining | None) -> Any:
    """Change objects, by number, as a training did, and return its history."""
    from aibro.trainings.keras.graph.sending import graph_rules

    more = apply_changes(*read_graph(folder / CHANGES_FILE), objects, graph_rules())
    if into is not None and more["random"] is not None:
        restore_random_state(more["random"])
    if more["left_out"]:
        warnings.warn(_not_back(more["left_out"]), stacklevel=_calling_level())
    return more["history"]


def _calling_level() -> int:
    """The ``stacklevel`` of whoever called AIbro, for a warning of the calling function."""
    own = str(Path(__file__).parents[2]) + os.sep
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(own):
        level, frame = level + 1, frame.f_back
    return level


def _not_back(left_out: list[str]) -> str:
    return (
        f"Not brought back from the training, because it cannot be pickled: "
        f"{', '.join(left_out)}. Here it is as it was before."
    )


def _load_sent(spec: KerasSpec, plan: TrainingPlan, resolve: Resolve) -> tuple[Model, Any]:
    """The model as it was sent, and the objects of its graph."""
    from keras import config

    from aibro.trainings.keras.graph.sending import load_sent_graph, why_unreadable

    assert spec.graph is not None
    reason = why_unreadable(spec.graph)
    if config.backend() != plan.backend:
        reason = f"it was trained with {plan.backend}, and this is Keras with {config.backend()}"
    if reason is not None:
        raise StoreError(
            f"The trained model cannot be loaded here: {reason}. Load it where they are the same."
        )
    trees = spec.train_X, spec.train_Y, spec.validation_data
    data = [_load_if_there(tree, resolve) for tree in trees]
    loaded = load_sent_graph(spec.graph, resolve, data, own=True)
    keep_sources(loaded.sources)
    return loaded.root["model"], loaded.objects


def _load_if_there(tree: Tree, resolve: Resolve) -> Any:
    """The data of a training, which may be gone; then something takes its place that says so."""

    def load(leaf: Any) -> Any:
        if not resolve(leaf.array).is_file():
            # Not None, which is no leaf: the others would get other numbers.
            return RemovedData()
        return load_tree(resolve, to_tree(leaf))

    return map_leaves(from_tree(tree), load)


class RemovedData:
    """Takes the place of training data that is not stored any more."""


def _choose_backend(plan: TrainingPlan) -> None:
    # If the kernel has not imported Keras yet, choose the back end that the model was trained with.
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", plan.backend)


def _load_portable(result: Path, plan: TrainingPlan, resolve: Resolve) -> tuple[Model, History]:
    _choose_backend(plan)
    from aibro.trainings.keras.model import code
    from aibro.trainings.keras.model.load import load_model

    objects: code.CustomObjects = {}
    portable = spec_of(plan).model
    if portable is not None and portable.code is not None:
        with resolve(portable.code).open("rb") as file:
            objects = code.load_objects(file)
    model = load_model(result / MODEL_FILE, objects, safe_mode=plan.safe_mode)
    return model, _load_history(result / HISTORY_FILE, model)


def _load_history(path: Path, model: Model) -> History:
    from keras.callbacks import History

    kept = read_history(path)
    history = History()
    history.set_model(model)
    history.set_params(kept.params)
    history.epoch = kept.epoch
    history.history = kept.history
    if (path.parent / EARLIER_FILE).is_file():
        add_earlier(history, read_earlier(path.parent / EARLIER_FILE))
    return history
