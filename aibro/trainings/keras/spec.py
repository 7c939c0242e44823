"""The spec of a Keras training: stored data that can be read without importing Keras."""

from __future__ import annotations

from typing import Any

import msgspec

from aibro.payloads.nesting import Tree
from aibro.trainings.base import Contents
from aibro.trainings.keras.random_state import RandomState
from aibro.trainings.plan import TrainingPlan

KIND = "keras"

DEFAULT_BATCH_SIZE = 32
"""What Keras takes for arrays when it is not told (``Model.fit``, Keras 3)."""


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


class GraphPayload(msgspec.Struct, frozen=True, kw_only=True):
    """The model, the fit arguments and the user's code as one graph of live objects."""

    pickle: str
    """The ``.graph`` payload."""
    buffers: list[str]
    """The ``.buffer`` payloads: large arrays and variables, in the order the pickle needs them."""
    settings: dict[str, Any]
    """The settings of Keras and its back end, which are made before the graph is loaded."""
    keras: str
    """The version of Keras that made it; no other can read it."""
    python: str
    """The version of Python that made it, such as ``3.11``; no other can read it."""


class KerasSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A model, and the arguments that its ``fit`` is called with.

    The model is there in one of two forms, or in both. Only the graph is exactly what the user had.
    """

    graph: GraphPayload | None = None
    """For the versions it was made with."""
    model: ModelPayload | None = None
    """What Keras saves of a model, for other versions, and for those who do not trust its code.
    Only recordings have it."""
    no_model: str | None = None
    """Why a recording has no ``model``, as a sentence."""
    train_X: Tree
    train_Y: Tree
    validation_data: Tree
    batch_size: int | None
    """``None`` leaves it to Keras; see `DEFAULT_BATCH_SIZE`."""
    random: RandomState | None = None
    """Where the kernel's random generators were when ``fit`` was called for."""
    validation_split: float = 0.0
    """The part of the data that is not trained on; an argument of ``fit``."""
    parameters: int
    """How many parameters the model has."""
    arguments: list[str]
    """The names of further arguments of ``fit``, sorted."""

    def contents(self) -> Contents:
        """What the training consists of."""
        files: dict[str, str] = {}
        arrays: dict[str, Tree] = {}
        if self.graph is not None:
            files["graph"] = self.graph.pickle
            files |= {f"graph {n}": name for n, name in enumerate(self.graph.buffers, start=1)}
        if self.model is not None:
            files["model"] = self.model.model
            arrays = self.model.fit_arrays
            if self.model.code is not None:
                files["code"] = self.model.code
        return Contents(
            parameters=self.parameters,
            batch_size=self.batch_size or DEFAULT_BATCH_SIZE,
            arguments=self.arguments,
            holds_code=self.model is None or self.model.code is not None,
            files=files,
            arrays={
                "train_X": self.train_X,
                "train_Y": self.train_Y,
                "validation_data": self.validation_data,
                **arrays,
            },
        )


def spec_of(plan: TrainingPlan) -> KerasSpec:
    """The Keras training in a plan.

    Raises:
        msgspec.ValidationError: another version of AIbro wrote the plan's spec.
    """
    return msgspec.json.decode(plan.spec, type=KerasSpec)
