"""A training as it is stored and sent: an envelope that everybody reads, a spec for its trainer."""

from __future__ import annotations

from typing import Any

import msgspec


class StartState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a training goes on: what an earlier one had saved after an epoch."""

    epoch: int
    """From 1; the training begins with the next one."""
    checkpoint: str
    """The payload with the weights and what optimizes them."""
    state: str
    """The payload with what the checkpoint leaves out: random, shuffle and callback state."""
    weights_hash: str
    """What the weights have to be."""


class TrainingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One training, whole: nothing else has to be known to run it again."""

    kind: str
    """Which kind of training it is; see `aibro.trainings.training_kind`."""
    backend: str
    """What computes it, in the kind's words: ``jax``."""
    epochs: int
    seed: int | None
    """Seeds Python, numpy and the framework once the model is loaded; ``None`` leaves chance."""
    deterministic: bool
    """Train so that it can be repeated bit for bit, as far as the framework allows."""
    hash_weights: bool
    """Tell the digest of all weights after every epoch."""
    checkpoint_folder: str | None
    """Gets a checkpoint of every epoch."""
    log_folder: str | None
    """Gets ``train/`` and ``validation/`` with TensorBoard's event files."""
    working_directory: str
    """The notebook's folder: modules beside it are imported from there."""
    state_folder: str | None = None
    """Gets the state of every epoch: what a checkpoint leaves out, so that a replay can begin
    there."""
    paced: bool = False
    """Checkpoints and states are only for going on after a loss: together they take a small part
    of the time, and epochs that end too soon after the last one saved are left out."""
    start: StartState | None = None
    """Begin in the middle; ``None`` is the start."""
    safe_mode: bool = False
    """Run no code that came with the training: it came from somebody else."""
    holds_code: bool
    """Code of the user's own came with the training, and runs when it is trained."""
    payloads: list[str]
    """The names of the payloads that ``spec`` needs, each once."""
    spec: msgspec.Raw
    """The training itself, as JSON that only its kind can read."""


def decode_plan(text: str | bytes) -> TrainingPlan:
    """Read a plan as it was stored.

    Raises:
        msgspec.ValidationError: it is none, or one of another version of AIbro.
    """
    return msgspec.json.decode(text, type=TrainingPlan)


def payload_names(plan: TrainingPlan) -> list[str]:
    """The payloads that a training needs, each once."""
    start = [plan.start.checkpoint, plan.start.state] if plan.start is not None else []
    return list(dict.fromkeys([*plan.payloads, *start]))


def to_spec(spec: Any) -> msgspec.Raw:
    """What a kind of training knows of one, for the envelope."""
    return msgspec.Raw(msgspec.json.encode(spec))
