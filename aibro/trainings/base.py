"""What AIbro asks of a kind of training, such as training with Keras.

A kind has three sides. `NewTraining` is what a user asked for, in the user's kernel. `Trainer`
trains it, in the worker. `TrainingKind` answers everybody else: the runner, replays, reports and
results. Those never import a framework, and of a plan they read the envelope only (see
`aibro.trainings.plan`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.models import Environment
from aibro.payloads.data import Resolve
from aibro.payloads.nesting import Tree, tree_names
from aibro.trainings.events import Failure, TrainingEvent
from aibro.trainings.plan import TrainingPlan

if TYPE_CHECKING:
    from aibro.payloads.store import PayloadStore


class NewTraining(ABC):
    """A training that was asked for in a kernel: checked, then stored in two steps.

    The model is stored before there is a job, so that what cannot be sent is said at once. The
    data, which may take long, is stored while the job's instance starts.
    """

    kind: str
    """Its name in the table of `aibro.trainings`."""
    epochs: Any
    """As the user passed it; whoever starts the job checks it."""

    @abstractmethod
    def check(self) -> None:
        """Check everything; nothing is changed.

        Raises:
            BadInput: an argument is wrong; names it.
        """

    @property
    @abstractmethod
    def backend(self) -> str:
        """What computes it, in the kind's words."""

    @property
    @abstractmethod
    def data_bytes(self) -> int:
        """Bytes of what `store_data` stores; known once it is checked."""

    @abstractmethod
    def store_model(self, payloads: PayloadStore) -> int:
        """Store the model; return its bytes.

        Raises:
            BadInput: a part of it cannot be sent; names it.
            DiskFull: no space is left; nothing is left behind.
        """

    @abstractmethod
    def store_data(self, payloads: PayloadStore) -> StoredTraining:
        """Store the data; return what the plan says of both.

        Raises:
            DiskFull: no space is left.
        """


class StoredTraining(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says of a training whose model and data are stored."""

    spec: msgspec.Raw
    payloads: list[str]
    holds_code: bool


class Trainer(ABC):
    """One framework in one process, for one job after another.

    Nothing of the framework is imported before ``gear_up``. Not for use by several threads.
    """

    @abstractmethod
    def gear_up(self, backend: str, deterministic: bool) -> Environment:
        """Import the framework and make its devices ready; at once when that is done.

        Args:
            backend: what computes, in the kind's words.
            deterministic: make operations repeatable; it can't be changed afterwards.

        Returns:
            The facts of this process.

        Raises:
            BadInput: the framework is not installed, or another one is geared up.
        """

    @abstractmethod
    def load(self, plan: TrainingPlan, resolve: Resolve) -> None:
        """Bring model, code and data into memory.

        Args:
            plan: what to train.
            resolve: from a payload's name to its file.

        Raises:
            BadInput: code came with it and is not trusted, or it begins where it cannot.
        """

    @abstractmethod
    def fit(self, tell: Callable[[TrainingEvent], None]) -> Failure | None:
        """Train what was loaded.

        Args:
            tell: called for every epoch and now and then for a batch, from any thread.

        Returns:
            What was wrong with the training though it ended by itself.

        Raises:
            BadInput: the checkpoint to begin at is not what it should be.
            DiskFull: a checkpoint, a state or a log could not be written.
            Exception: whatever the user's code or the framework raises.
        """

    @property
    @abstractmethod
    def position(self) -> tuple[int, int]:
        """The epoch and the batch (from 1) that are under way; 0 when none is."""

    @abstractmethod
    def save_result(self, folder: Path) -> None:
        """Save what came out, each file complete or not at all.

        Raises:
            DiskFull: no space is left.
        """

    @abstractmethod
    def reset(self) -> None:
        """Forget the job: its memory is free and the framework ready for the next one."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a stored training consists of, in words and numbers."""

    parameters: int
    """Of the model."""
    batch_size: int
    arguments: list[str]
    """The names of further arguments of the training, in order."""
    files: dict[str, str]
    """Payloads by what they are: ``model``, and ``code`` where there is some."""
    arrays: dict[str, Tree]
    """The data, by the parameters it was passed as."""

    def payloads(self) -> list[str]:
        """The names of all payloads, each once."""

        def names() -> Iterator[str]:
            yield from self.files.values()
            for tree in self.arrays.values():
                yield from tree_names(tree)

        return list(dict.fromkeys(names()))


class TrainingKind(ABC):
    """What the rest of AIbro asks of one kind of training; importing it imports no framework."""

    title: str
    """What people call it."""
    backends: tuple[str, ...]
    """What can compute it, in the kind's words."""
    result_file: str
    """The file without which a result is none."""

    @abstractmethod
    def trainer(self) -> Trainer:
        """What trains, in a worker."""

    # --- the runner and replays -----------------------------------------------------------------

    @abstractmethod
    def requirements(self, backend: str) -> Mapping[str, Set[str]]:
        """What has to be installed where it trains.

        Returns:
            From each package to install to the packages (in lower case) that provide the same.
        """

    @abstractmethod
    def thread_variables(
        self, backend: str, threads: int, given: Mapping[str, str]
    ) -> dict[str, str]:
        """The environment that a deterministic worker needs and ``given`` does not have yet.

        Args:
            backend: what computes, in the kind's words.
            threads: how many may work on one operation.
            given: what is set already.
        """

    @abstractmethod
    def checkpoint_file(self, folder: Path, epoch: int) -> Path:
        """The checkpoint of an epoch (from 1) in a folder of checkpoints."""

    @abstractmethod
    def state_file(self, folder: Path, epoch: int) -> Path:
        """What the checkpoint of an epoch (from 1) leaves out, in a folder of states."""

    @abstractmethod
    def is_whole(self, checkpoint: Path) -> bool:
        """Whether every byte of a checkpoint is what was written."""

    @abstractmethod
    def obstacle(self, state: Path) -> str | None:
        """Why a training cannot go on exactly from a state, as a sentence; ``None`` when it can.

        Raises:
            BadInput: it can't be read, or is damaged.
        """

    # --- results --------------------------------------------------------------------------------

    @abstractmethod
    def complete_history(
        self, result: Path, began: int, earlier: Sequence[Mapping[str, float]]
    ) -> None:
        """Put the epochs of earlier attempts before those of the last one.

        Args:
            result: the folder of the result.
            began: the epochs that had ended before the job began.
            earlier: the metrics of the epochs that came before the last attempt, in order.
        """

    @abstractmethod
    def load_result(
        self, result: Path, plan: TrainingPlan, resolve: Resolve, into: Any
    ) -> tuple[Any, Any]:
        """What came out, in the user's kernel.

        Args:
            result: the folder of the result.
            plan: what was trained.
            resolve: from a payload's name to its file.
            into: the model that was sent, to get what it was trained to; ``None`` makes a new one.

        Returns:
            The trained model and its history.
        """

    # --- recordings and reports -----------------------------------------------------------------

    @abstractmethod
    def contents(self, plan: TrainingPlan) -> Contents:
        """What a plan's spec holds.

        Raises:
            msgspec.ValidationError: it was made by another version of AIbro.
        """

    @abstractmethod
    def check_spec(self, plan: TrainingPlan) -> None:
        """Check that a plan out of a report has a spec that this kind could have made.

        Raises:
            ValueError: it could not; says why.
        """

    @abstractmethod
    def renamed(self, spec: msgspec.Raw, names: Mapping[str, str]) -> msgspec.Raw:
        """The same spec where payloads have other names."""

    @abstractmethod
    def check_payload(self, path: Path, name: str, *, with_code: bool) -> None:
        """Check that a file out of a report is of the kind its name says, without running it.

        Args:
            path: the file.
            name: the payload's.
            with_code: the report says that it holds code.

        Raises:
            ValueError: it is not; says what it is.
        """
