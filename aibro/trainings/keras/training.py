"""A training that a user requested with `Training.online_fit`, in the user's kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from aibro.checks import check_count
from aibro.errors import BadInput
from aibro.payloads.arrays import as_arrays
from aibro.payloads.data import ArrayFacts, check_lengths, store_tree
from aibro.payloads.store import PayloadStore
from aibro.trainings.base import NewTraining, StoredTraining
from aibro.trainings.keras import spec
from aibro.trainings.keras.fit_arguments import check_fit_kwargs
from aibro.trainings.keras.model.check import check_model, check_saved
from aibro.trainings.plan import to_spec

if TYPE_CHECKING:
    from aibro.trainings.keras.graph.sending import SentGraph


@dataclass(kw_only=True)
class KerasTraining(NewTraining):
    """A model and the arguments for its ``fit``, as the user passed them."""

    model: Any
    train_X: Any
    train_Y: Any
    validation_data: Any
    batch_size: Any
    epochs: Any
    fit_kwargs: Any
    seed: Any = None
    record: Any = False
    """It also gets the form of the model that a recording has besides the graph."""
    checkpoints: Any = False
    """Checkpoints of it will be saved."""
    sent: SentGraph | None = field(default=None, init=False)
    """What was sent; there after ``store_model``."""
    _arrays: list[ArrayFacts] = field(default_factory=list, init=False)
    _portable: spec.ModelPayload | None = field(default=None, init=False)
    _no_portable: str | None = field(default=None, init=False)

    kind = spec.KIND

    def check(self) -> None:
        """See `NewTraining.check`."""
        if self.batch_size is not None:
            check_count("batch_size", self.batch_size)
        if self.fit_kwargs is not None and not isinstance(self.fit_kwargs, Mapping):
            kind = type(self.fit_kwargs).__name__
            raise BadInput(f"fit_kwargs must be a dict, not {kind}.", "fit_kwargs")
        self.fit_kwargs = dict(self.fit_kwargs or {})
        self._arrays = check_lengths(
            self.train_X,
            self.train_Y,
            self.validation_data,
            self.fit_kwargs.get("sample_weight"),
        )
        check_model(self.model)
        if self.checkpoints:
            check_saved(self.model)
        check_fit_kwargs(self.fit_kwargs, self._arrays[0].shape[0])

    @property
    def backend(self) -> str:
        """See `NewTraining.backend`."""
        from keras import config

        return str(config.backend())

    @property
    def variables(self) -> dict[str, str | None]:
        """See `NewTraining.variables`: the numbers of threads that the notebook set."""
        from aibro.trainings.keras.settings import threads

        return {**threads(self.backend)}

    @property
    def data_bytes(self) -> int:
        """See `NewTraining.data_bytes`."""
        return sum(array.nbytes for array in self._arrays)

    def store_model(self, payloads: PayloadStore) -> int:
        """See `NewTraining.store_model`. Includes the user's code and the fit arguments."""
        # Imported late, because it takes as long as all the rest of AIbro.
        from aibro.trainings.keras.graph.sending import SentGraph

        self.sent = SentGraph(self.model, self.fit_kwargs, self.data)
        if self.record:
            from aibro.trainings.keras.model.portable import store_portable

            self._portable, self._no_portable = store_portable(
                payloads, self.sent, self.model, self.fit_kwargs, self.train_X
            )
        return self.sent.nbytes

    def store_data(self, payloads: PayloadStore) -> StoredTraining:
        """See `NewTraining.store_data`."""
        assert self.sent is not None, "the model is stored first"
        return stored_training(
            spec.KerasSpec(
                graph=self.sent.store(payloads),
                model=self._portable,
                no_model=self._no_portable,
                train_X=store_tree(payloads, "train_X", self.train_X),
                train_Y=store_tree(payloads, "train_Y", self.train_Y),
                validation_data=store_tree(payloads, "validation_data", self.validation_data),
                batch_size=self.batch_size,
                random=self.sent.random if self.seed is None else None,
                validation_split=float(self.fit_kwargs.get("validation_split") or 0),
                parameters=_parameters(self.model),
                arguments=sorted(self.fit_kwargs),
            )
        )

    @property
    def data(self) -> Any:
        """The data of the training, with validation data, as the arrays that are stored.

        Lists of numbers become arrays here, too: a number in them is no object of its own.
        """
        fields = ("train_X", "train_Y", "validation_data")
        return tuple(as_arrays(field, getattr(self, field)) for field in fields)


def stored_training(stored: spec.KerasSpec) -> StoredTraining:
    """What a plan says about a Keras training whose model and data are stored."""
    contents = stored.contents()
    return StoredTraining(
        spec=to_spec(stored), payloads=contents.payloads(), holds_code=contents.holds_code
    )


def _parameters(model: Any) -> int:
    """How many parameters a model has; 0 while it is not built, because nobody knows then."""
    return sum(prod(variable.shape) for variable in model.weights)
