"""Plans of Keras trainings, made from what both the envelope and the trainer know of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aibro.trainings.keras.spec import KIND, KerasSpec, ModelPayload, spec_of
from aibro.trainings.keras.training import stored_training
from aibro.trainings.plan import TrainingPlan


def keras_plan(folder: Path | str = "/", **fields: Any) -> TrainingPlan:
    """A training of one epoch without a seed, changed as told.

    Args:
        folder: where it works.
        fields: those of `KerasSpec`, of which ``model`` has to be among them, and of the envelope.
    """
    spec: dict[str, Any] = {
        "train_X": None,
        "train_Y": None,
        "validation_data": None,
        "batch_size": 1,
        "parameters": 0,
        "arguments": [],
    }
    envelope: dict[str, Any] = {
        "kind": KIND,
        "backend": "jax",
        "epochs": 1,
        "seed": None,
        "deterministic": False,
        "hash_weights": False,
        "checkpoint_folder": None,
        "log_folder": None,
        "working_directory": str(folder),
    }
    for name, value in fields.items():
        (spec if name in KerasSpec.__struct_fields__ else envelope)[name] = value
    stored = stored_training(KerasSpec(**spec))
    return TrainingPlan(
        spec=stored.spec, payloads=stored.payloads, holds_code=stored.holds_code, **envelope
    )


def with_spec(plan: TrainingPlan, **changes: Any) -> TrainingPlan:
    """The same training with other fields of its `KerasSpec`."""
    stored = stored_training(replace(spec_of(plan), **changes))
    return replace(plan, spec=stored.spec, payloads=stored.payloads, holds_code=stored.holds_code)


def model_of(plan: TrainingPlan) -> ModelPayload:
    """The model of a plan in Keras's own form."""
    model = spec_of(plan).model
    assert model is not None
    return model
