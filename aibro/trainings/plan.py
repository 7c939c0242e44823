"""A training as it is stored and sent: an envelope that all of AIbro reads, around a spec.

Only the kind of training reads the spec.
"""

from __future__ import annotations

from typing import Any

import msgspec

from aibro.trainings.surroundings import Surroundings


class StartState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a training continues an earlier one: what that one saved after an epoch."""

    epoch: int
    """The last epoch (from 1) that had ended; the training begins with the next one."""
    checkpoint: str
    """The payload with the weights and the optimizer's state."""
    state: str
    """The payload with what the checkpoint leaves out: random, shuffle and callback state."""
    weights_hash: str
    """The expected digest of the weights, to check the checkpoint."""


class TrainingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that is needed to run one training, or to run it again."""

    kind: str
    """Which kind of training it is; see `aibro.trainings.training_kind`."""
    backend: str
    """The back end that computes it, by the kind's name for it, such as ``jax``."""
    epochs: int
    seed: int | None
    """Seeds the random generators that no state of the kernel sets; ``None`` sets no seed."""
    deterministic: bool
    """Train so that it can be repeated bit for bit, as far as the framework allows."""
    hash_weights: bool
    """Report the digest of all weights after every epoch."""
    checkpoint_folder: str | None
    """Where to save a checkpoint of every epoch; ``None`` saves none."""
    log_folder: str | None
    """Where to write TensorBoard's event files, in ``train/`` and ``validation/``; ``None`` writes
    none."""
    working_directory: str
    """The notebook's folder; modules in it can be imported."""
    state_folder: str | None = None
    """Where to save the state of every epoch, so that a replay can begin after it. A state is what
    a checkpoint leaves out. ``None`` saves none."""
    paced: bool = False
    """Checkpoints and states are only needed to continue after the instance is lost. So saving may
    only take a small share of the time, and epochs are skipped that end soon after the last one
    that was saved."""
    start: StartState | None = None
    """Where to continue an earlier training; ``None`` begins at the first epoch."""
    surroundings: Surroundings | None = None
    """What the notebook had around it; ``None`` for a training that came from elsewhere."""
    returns_when_failed: bool = False
    """When the training raises an exception, what it has changed until then goes back to the
    kernel that waits for it."""
    safe_mode: bool = False
    """Refuse to run code that came with the training, because somebody else made it."""
    holds_code: bool
    """The training holds code of the user's, which runs when it is trained."""
    payloads: list[str]
    """The names of the payloads that ``spec`` needs, each once."""
    spec: msgspec.Raw
    """The training itself, as JSON that only its kind can read."""


def decode_plan(text: str | bytes) -> TrainingPlan:
    """Decode a plan that was stored as JSON.

    Raises:
        msgspec.ValidationError: the text is not a plan, or another version of AIbro wrote it.
    """
    return msgspec.json.decode(text, type=TrainingPlan)


def payload_names(plan: TrainingPlan) -> list[str]:
    """The names of the payloads that a training needs, each once, those of its start included."""
    start = [plan.start.checkpoint, plan.start.state] if plan.start is not None else []
    return list(dict.fromkeys([*plan.payloads, *start]))


def to_spec(spec: Any) -> msgspec.Raw:
    """Encode the spec of a kind of training for a plan's envelope."""
    return msgspec.Raw(msgspec.json.encode(spec))
