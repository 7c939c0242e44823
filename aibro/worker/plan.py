"""What a worker is asked to do, and what it tells while it does it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from aibro.payloads.data import Tree, tree_names
from aibro.payloads.model_payload import ModelPayload


class StartState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a training goes on: what an earlier one had saved after an epoch."""

    epoch: int
    """From 1; the training begins with the next one."""
    checkpoint: str
    """The ``.keras`` payload: weights and optimizer."""
    state: str
    """The ``.state`` payload: random, shuffle and callback state; see `aibro.worker.states`."""
    weights_hash: str
    """What the weights have to be."""


class TrainingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One training, whole: nothing else has to be known to run it again."""

    model: ModelPayload
    train_X: Tree
    train_Y: Tree
    validation_data: Tree
    epochs: int
    batch_size: int
    seed: int | None
    """Seeds Python, numpy and the framework once the model is loaded; ``None`` leaves chance."""
    deterministic: bool
    """Train so that it can be repeated bit for bit, as far as the framework allows."""
    hash_weights: bool
    """Tell the digest of all weights after every epoch."""
    checkpoint_folder: str | None
    """Gets ``epoch-0001.keras`` and so on."""
    log_folder: str | None
    """Gets ``train/`` and ``validation/`` with TensorBoard's event files."""
    working_directory: str
    """The notebook's folder: modules beside it are imported from there."""
    state_folder: str | None = None
    """Gets ``epoch-0001.state`` and so on: what a checkpoint leaves out, so that a replay can begin
    there."""
    paced: bool = False
    """Checkpoints and states are only for going on after a loss: together they take a small part
    of the time, and epochs that end too soon after the last one saved are left out."""
    start: StartState | None = None
    """Begin in the middle; ``None`` is the start."""
    safe_mode: bool = False
    """Load the model in Keras's safe mode and no code at all: it came from somebody else."""


def payload_names(plan: TrainingPlan) -> list[str]:
    """The payloads that a training needs, each once."""

    def names() -> Iterator[str]:
        yield plan.model.model
        if plan.model.code is not None:
            yield plan.model.code
        for tree in (*plan.model.fit_arrays.values(), plan.train_X, plan.train_Y):
            yield from tree_names(tree)
        yield from tree_names(plan.validation_data)
        if plan.start is not None:
            yield plan.start.checkpoint
            yield plan.start.state

    return list(dict.fromkeys(names()))


class BatchEnd(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Progress inside an epoch; told ten times a second at most."""

    epoch: int
    """From 1."""
    batch: int
    """Batches ended in this epoch."""
    batches: int | None
    """Batches of an epoch, when known."""
    metrics: dict[str, float]


class EpochEnd(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An epoch is over, its files are in their folders."""

    epoch: int
    """From 1."""
    metrics: dict[str, float]
    """Bit for bit what Keras computed; a metric of several values as ``name[0]`` and so on."""
    weights_hash: str | None
    """Digest of every variable of model and optimizer, when asked for."""


Event = BatchEnd | EpochEnd
