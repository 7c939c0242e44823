"""Loads a training: its model, its data, and what ``fit`` will be called with."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from aibro.errors import BadInput
from aibro.object_graph.changes import Snapshot
from aibro.object_graph.sources import having_sources
from aibro.payloads.data import Resolve, load_tree
from aibro.trainings.keras.graph.sending import graph_rules, load_sent_graph, why_unreadable
from aibro.trainings.keras.model import code
from aibro.trainings.keras.model.load import load_model, restore_random_states
from aibro.trainings.keras.settings import DETERMINISM, make_settings
from aibro.trainings.keras.spec import (
    DEFAULT_BATCH_SIZE,
    GraphPayload,
    KerasSpec,
    ModelPayload,
    spec_of,
)
from aibro.trainings.keras.states import EpochState, read_state
from aibro.trainings.keras.worker import devices
from aibro.trainings.plan import TrainingPlan


class Start(NamedTuple):
    """Where a training continues an earlier one; the state is already read from its file."""

    checkpoint: Path
    weights_hash: str
    state: EpochState


class LoadedTraining(NamedTuple):
    """A training that can begin."""

    plan: TrainingPlan
    model: Any
    objects: code.CustomObjects
    """The user's classes and functions."""
    arguments: dict[str, Any]
    """What ``fit`` will be called with."""
    snapshot: Snapshot | None
    """Of the graph that the training was loaded from; ``None`` if it was from none."""
    start: Start | None
    """Where to continue; ``None`` begins at the first epoch."""


_Parts = tuple[Any, code.CustomObjects, dict[str, Any], Snapshot | None]
"""The model, the user's code, arguments for ``fit``, and the snapshot."""


def load_training(
    plan: TrainingPlan, resolve: Resolve, split_among: Sequence[str], job: ExitStack
) -> LoadedTraining:
    """Load a training. This runs the user's code.

    Args:
        plan: what to train.
        resolve: returns the file of a payload, given the payload's name.
        split_among: the devices to split each batch among, if there is more than one.
        job: entered for what has to hold until the job ends.

    Raises:
        BadInput: the training holds code that is not trusted, or it cannot begin at the epoch
            that the plan says.
        NotAsSent: the training did not arrive as it was sent.
    """
    spec = spec_of(plan)
    job.enter_context(_importing_from(plan.working_directory))
    data = {
        "x": load_tree(resolve, spec.train_X),
        "y": load_tree(resolve, spec.train_Y),
        "validation_data": load_tree(resolve, spec.validation_data),
    }
    if len(split_among) > 1:
        batch_size = spec.batch_size or DEFAULT_BATCH_SIZE
        batch = devices.first_batch(data["x"], batch_size, spec.validation_split)
        job.enter_context(devices.data_parallel(plan.backend, split_among, batch))
    if _form(plan, spec) == "graph":
        assert spec.graph is not None
        model, objects, arguments, snapshot = _load_graph(
            plan, spec.graph, resolve, tuple(data.values()), job
        )
    else:
        assert spec.model is not None
        model, objects, arguments, snapshot = _load_portable(plan, spec.model, resolve)
    devices.fit_for_sharing(model)
    arguments |= {**data, "epochs": plan.epochs, "batch_size": spec.batch_size}
    start = _start(plan, resolve) if plan.start is not None else None
    return LoadedTraining(plan, model, objects, arguments, snapshot, start)


def _form(plan: TrainingPlan, spec: KerasSpec) -> str:
    """In which form the model is loaded.

    Raises:
        BadInput: in none; says why.
    """
    if plan.safe_mode:
        if spec.model is None or spec.model.code is not None:
            raise BadInput(
                "The recording holds code, which runs only for those who trust where it came "
                "from. Replay it with trust=True if you do."
            )
        return "model"
    if spec.graph is None:
        return "model"
    reason = why_unreadable(spec.graph)
    if reason is None:
        return "graph"
    if spec.model is None:
        raise BadInput(
            f"The model cannot be loaded here: {reason}. Use the same versions, or record the "
            f"training. {spec.no_model or ''}".rstrip()
        )
    print(f"The model is loaded from what Keras saves of it: {reason}.", flush=True)
    return "model"


def _load_graph(
    plan: TrainingPlan, graph: GraphPayload, resolve: Resolve, data: Any, job: ExitStack
) -> _Parts:
    from aibro.trainings.keras.graph.arrival import check_arrived

    settings = _of_notebook(graph.settings, plan)
    make_settings(settings)
    loaded = load_sent_graph(graph, resolve, data)
    root = loaded.root
    job.enter_context(having_sources(loaded.sources))
    snapshot = Snapshot(loaded, graph_rules())
    check_arrived(loaded, snapshot, settings)
    job.enter_context(_registered(root["registered"]))
    return root["model"], root["registered"], dict(root["arguments"]), snapshot


def _load_portable(plan: TrainingPlan, sent: ModelPayload, resolve: Resolve) -> _Parts:
    objects: code.CustomObjects = {}
    with ExitStack() as files:
        if sent.code is not None:
            file = files.enter_context(resolve(sent.code).open("rb"))
            objects = code.load_objects(file)
        model = load_model(resolve(sent.model), objects, safe_mode=plan.safe_mode)
        restore_random_states(model, sent.random_states)
        arguments = dict(sent.fit_arguments)
        if sent.code is not None:
            arguments |= code.load_fit_arguments(file, model)
    for name, tree in sent.fit_arrays.items():
        arguments[name] = load_tree(resolve, tree)
    return model, objects, arguments, None


def _of_notebook(settings: dict[str, Any], plan: TrainingPlan) -> dict[str, Any]:
    """The notebook's settings without those that a recorded training has of its own."""
    own = (DETERMINISM,) if plan.deterministic else ()
    return {name: value for name, value in settings.items() if name not in own}


def _start(plan: TrainingPlan, resolve: Resolve) -> Start:
    assert plan.start is not None
    state = read_state(resolve(plan.start.state))
    if state.epoch != plan.start.epoch:
        raise BadInput(
            f"The saved state is that of epoch {state.epoch}, not of epoch {plan.start.epoch}."
        )
    if state.not_restorable is not None:
        raise BadInput(
            f"The training cannot begin after epoch {state.epoch}: {state.not_restorable}"
        )
    if plan.safe_mode and state.callbacks is not None:
        raise BadInput(
            "The saved state holds pickled callbacks, which are loaded only for those who trust "
            "where it came from. Replay it with trust=True if you do, or from the start."
        )
    return Start(resolve(plan.start.checkpoint), plan.start.weights_hash, state)


@contextlib.contextmanager
def _registered(objects: dict[str, Any]) -> Iterator[None]:
    """Inside the block, the user's classes and functions are registered with Keras."""
    import keras

    registry = keras.saving.get_custom_objects()
    registry.update(objects)
    try:
        yield
    finally:
        for name in objects:
            registry.pop(name, None)


@contextlib.contextmanager
def _importing_from(folder: str) -> Iterator[None]:
    """Inside the block, modules in the notebook's folder can be imported; forget them afterwards.

    Args:
        folder: the notebook's folder.
    """
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder) and "site-packages" not in file:
                # The next job may need another version of the module.
                del sys.modules[name]
