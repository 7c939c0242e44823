"""A Keras training in words that every process can read without importing Keras."""

from __future__ import annotations

from typing import Any

import msgspec

from aibro.payloads.nesting import Tree
from aibro.trainings.base import Contents
from aibro.trainings.plan import TrainingPlan

KIND = "keras"


class ModelPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A model as it travels: the names of its payloads and what is small enough to go along."""

    model: str
    """The ``.keras`` payload: architecture, weights, compile settings, optimizer state."""
    code: str | None
    """The ``.pkl`` payload: the user's classes and functions, callbacks and the like."""
    fit_arguments: dict[str, Any]
    """Those arguments of ``fit`` that JSON holds."""
    fit_arrays: dict[str, Tree]
    """Those that are arrays."""
    random_states: list[list[int]]
    """Where dropout and the like are in their random sequences, which a ``.keras`` file omits."""
    parameters: int


class KerasSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What ``fit`` is called with, and on what model."""

    model: ModelPayload
    train_X: Tree
    train_Y: Tree
    validation_data: Tree
    batch_size: int

    def contents(self) -> Contents:
        """What it consists of."""
        model = self.model
        files = {"model": model.model}
        if model.code is not None:
            files["code"] = model.code
        return Contents(
            parameters=model.parameters,
            batch_size=self.batch_size,
            arguments=sorted(model.fit_arguments.keys() | model.fit_arrays.keys()),
            files=files,
            arrays={
                "train_X": self.train_X,
                "train_Y": self.train_Y,
                "validation_data": self.validation_data,
                **model.fit_arrays,
            },
        )


def spec_of(plan: TrainingPlan) -> KerasSpec:
    """The Keras training in a plan.

    Raises:
        msgspec.ValidationError: it was made by another version of AIbro.
    """
    return msgspec.json.decode(plan.spec, type=KerasSpec)
