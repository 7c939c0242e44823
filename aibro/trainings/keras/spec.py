"""The spec of a Keras training: stored data that can be read without importing Keras."""

from __future__ import annotations

from typing import Any

import msgspec

from aibro.payloads.nesting import Tree
from aibro.trainings.base import Contents
from aibro.trainings.plan import TrainingPlan

KIND = "keras"


class ModelPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A stored model: the names of its payloads, and what is too small for a payload."""

    model: str
    """The ``.keras`` payload: architecture, weights, compile settings, optimizer state."""
    code: str | None
    """The ``.pkl`` payload: the user's classes and functions, callbacks and the like."""
    fit_arguments: dict[str, Any]
    """The arguments of ``fit`` that JSON can hold."""
    fit_arrays: dict[str, Tree]
    """The arguments of ``fit`` that are arrays."""
    random_states: list[list[int]]
    """The states of the model's random generators, such as those of dropout layers. A ``.keras``
    file leaves them out."""
    parameters: int
    """How many parameters the model has."""


class KerasSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A model, and the arguments that its ``fit`` is called with."""

    model: ModelPayload
    train_X: Tree
    train_Y: Tree
    validation_data: Tree
    batch_size: int

    def contents(self) -> Contents:
        """What the training consists of."""
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
        msgspec.ValidationError: another version of AIbro wrote the plan's spec.
    """
    return msgspec.json.decode(plan.spec, type=KerasSpec)
