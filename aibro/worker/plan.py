"""What a worker is asked to do, and what it tells while it does it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from aibro.payloads.data import Tree, tree_names
from aibro.payloads.model_payload import ModelPayload


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


def payload_names(plan: TrainingPlan) -> list[str]:
    """The payloads that a training needs, each once."""

    def names() -> Iterator[str]:
        yield plan.model.model
        if plan.model.code is not None:
            yield plan.model.code
        for tree in (*plan.model.fit_arrays.values(), plan.train_X, plan.train_Y):
            yield from tree_names(tree)
        yield from tree_names(plan.validation_data)

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
