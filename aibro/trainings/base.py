"""The interfaces that a kind of training implements, such as training with Keras.

There are three. `NewTraining` is a training as the user requested it, in the user's kernel.
`Trainer` runs it in the worker. `TrainingKind` is for the rest of AIbro: the runner, replays,
reports and results. These never import a framework, and they only read the envelope of a plan
(see `aibro.trainings.plan`).
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
    from aibro.object_graph.errors import CarriedError
    from aibro.payloads.store import PayloadStore


class NewTraining(ABC):
    """A training that a user requested in a kernel: first checked, then stored in two steps.

    The model is stored before the job is created, so that the user is told at once if it cannot be
    sent. The data, which may take long, is stored while the job's instance starts.
    """

    kind: str
    """The kind's name in the table of `aibro.trainings`."""
    epochs: Any
    """As the user passed it. Not checked by `check`, but where the job is started."""
    seed: Any = None
    """Seeds all random generators, as the user passed it; ``None`` lets those of the kernel go on.
    Checked where the job is started."""

    @abstractmethod
    def check(self) -> None:
        """Check the user's arguments before anything is stored.

        Raises:
            BadInput: an argument is wrong; the error names it.
        """

    @property
    @abstractmethod
    def backend(self) -> str:
        """The back end that computes it, by the kind's name for it, such as ``jax``."""

    @property
    def variables(self) -> dict[str, str | None]:
        """Environment variables that its worker has to be started with; ``None`` unsets one.

        Call it after `check`.
        """
        return {}

    @property
    @abstractmethod
    def data_bytes(self) -> int:
        """How many bytes `store_data` stores; only known after `check`."""

    @abstractmethod
    def store_model(self, payloads: PayloadStore) -> int:
        """Store the model.

        Returns:
            The size of the model in bytes.

        Raises:
            BadInput: a part of the model cannot be sent; the error names it.
            DiskFull: no space is left; nothing is left behind.
        """

    @abstractmethod
    def store_data(self, payloads: PayloadStore) -> StoredTraining:
        """Store the data; call it after `store_model`.

        Returns:
            What the plan says about the model and the data.

        Raises:
            DiskFull: no space is left.
        """


class StoredTraining(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says about a training whose model and data are stored."""

    spec: msgspec.Raw
    """The training itself, as JSON that only its kind can read."""
    payloads: list[str]
    """The names of all its payloads, each once."""
    holds_code: bool
    """True when it holds code of the user's, which runs when it is trained."""


class Trainer(ABC):
    """Runs trainings with one framework in one process, one job after another.

    The framework is not imported before ``gear_up``. Not thread-safe.
    """

    @abstractmethod
    def gear_up(self, backend: str, deterministic: bool) -> Environment:
        """Import the framework and initialize its devices. Returns at once if that is done already.

        Args:
            backend: the back end, by the kind's name for it.
            deterministic: make operations repeatable. This cannot be changed later.

        Returns:
            The environment of this process.

        Raises:
            BadInput: the framework is not installed, or this process already runs another back
                end or another setting of ``deterministic``.
        """

    def is_kept(self, module: str) -> bool:
        """Whether a module's variables and classes are put back after each job.

        Args:
            module: the full name of a module that is imported after ``gear_up``.
        """
        del module
        return False

    @abstractmethod
    def load(self, plan: TrainingPlan, resolve: Resolve) -> None:
        """Load the model, the user's code and the data into memory.

        Args:
            plan: what to train.
            resolve: returns the file of a payload, given the payload's name.

        Raises:
            BadInput: the training holds code that is not trusted, or it cannot begin at the epoch
                that the plan says.
        """

    @abstractmethod
    def fit(self, tell: Callable[[TrainingEvent], None]) -> Failure | None:
        """Run the training that was loaded.

        Args:
            tell: called after every epoch, and after some batches. It may be called from any
                thread.

        Returns:
            What was wrong, if a callback stopped the training because of it, such as a loss that
            is not a number; otherwise ``None``.

        Raises:
            BadInput: the checkpoint to begin at cannot be read, or is not the expected one.
            DiskFull: a checkpoint, a state or a log could not be written.
            Exception: whatever the user's code or the framework raises.
        """

    @property
    @abstractmethod
    def position(self) -> tuple[int, int]:
        """The running epoch and its running batch, both from 1; 0 when none is running."""

    @abstractmethod
    def save_result(self, folder: Path) -> None:
        """Save the result of the training. Each file is written completely or not at all.

        Raises:
            DiskFull: no space is left.
        """

    def save_failed(self, folder: Path) -> bool:
        """Save what a training that raised an exception had changed until then.

        `TrainingKind.load_failed` reads it.

        Returns:
            Whether there was anything to save.

        Raises:
            Exception: it cannot be saved.
        """
        del folder
        return False

    @abstractmethod
    def dump_error(self, error: BaseException) -> bytes | None:
        """Pickle what the training raised, for `TrainingKind.load_error`.

        Returns:
            The pickle; ``None`` when it cannot be pickled.
        """

    @abstractmethod
    def reset(self) -> None:
        """Forget the job: free its memory, and keep the framework ready for the next one."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a stored training consists of, to show it and to find its payloads."""

    parameters: int
    """How many parameters the model has."""
    batch_size: int
    arguments: list[str]
    """The names of further arguments of the training, sorted."""
    holds_code: bool
    """It cannot be trained without running code that came with it."""
    files: dict[str, str]
    """The names of payloads other than the data, by role, such as ``model``."""
    arrays: dict[str, Tree]
    """The data, by the names of the parameters that it was passed as."""

    def payloads(self) -> list[str]:
        """The names of all payloads, each once."""

        def names() -> Iterator[str]:
            yield from self.files.values()
            for tree in self.arrays.values():
                yield from tree_names(tree)

        return list(dict.fromkeys(names()))


class TrainingKind(ABC):
    """One kind of training, for the rest of AIbro. Importing it does not import a framework."""

    title: str
    """Its name for users."""
    backends: tuple[str, ...]
    """The back ends that can compute it, by the kind's names for them."""

    @abstractmethod
    def trainer(self) -> Trainer:
        """A new trainer, for use in a worker."""

    # --- the runner and replays -----------------------------------------------------------------

    @abstractmethod
    def requirements(self, backend: str) -> Mapping[str, Set[str]]:
        """The packages that have to be installed where it trains.

        Args:
            backend: the back end, by the kind's name for it.

        Returns:
            For each package to install, the packages (in lower case) of which any one will do.

        Example::

            {"keras": {"keras", "keras-nightly"}, "jax": {"jax"}}
        """

    @abstractmethod
    def thread_variables(
        self, backend: str, threads: int, given: Mapping[str, str]
    ) -> dict[str, str]:
        """Environment variables that a deterministic worker needs and ``given`` does not set.

        Args:
            backend: the back end, by the kind's name for it.
            threads: how many threads may work on one operation.
            given: the variables that are set already.
        """

    @abstractmethod
    def checkpoint_file(self, folder: Path, epoch: int) -> Path:
        """The path of an epoch's checkpoint (epochs count from 1) in a folder of checkpoints."""

    @abstractmethod
    def state_file(self, folder: Path, epoch: int) -> Path:
        """The path of an epoch's state (epochs count from 1) in a folder of states.

        A state is what the checkpoint of the same epoch leaves out.
        """

    @abstractmethod
    def is_whole(self, checkpoint: Path) -> bool:
        """Whether a checkpoint is complete and undamaged."""

    @abstractmethod
    def obstacle(self, state: Path) -> str | None:
        """Why a training cannot be continued bit for bit from a state.

        Returns:
            The reason as a sentence, or ``None`` when the training can be continued.

        Raises:
            BadInput: the state can't be read, or is damaged.
        """

    # --- results --------------------------------------------------------------------------------

    @abstractmethod
    def complete_history(
        self, result: Path, began: int, earlier: Sequence[Mapping[str, float]]
    ) -> None:
        """Store the epochs of earlier attempts with a result, which has only the last's.

        Args:
            result: the folder of the result.
            began: how many epochs had ended before the job began; 0 unless it is a replay that
                began later.
            earlier: the metrics of the epochs that this job ended before its last attempt, in
                order.
        """

    @abstractmethod
    def has_result(self, result: Path) -> bool:
        """Whether there is a complete result in a folder."""

    @abstractmethod
    def load_result(
        self, result: Path, plan: TrainingPlan, resolve: Resolve, into: Any
    ) -> tuple[Any, Any]:
        """Load the result of a training in the user's kernel.

        Args:
            result: the folder of the result.
            plan: what was trained.
            resolve: returns the file of a payload, given the payload's name.
            into: the `NewTraining` that was sent from this kernel; its objects are changed in
                place. ``None`` makes new ones.

        Returns:
            The trained model and its history.
        """

    @abstractmethod
    def load_failed(self, folder: Path, into: Any) -> None:
        """Change the objects that were sent as a training did that raised an exception.

        Args:
            folder: what `Trainer.save_failed` has filled.
            into: the `NewTraining` that was sent from this kernel.

        Raises:
            Exception: it cannot be loaded; nothing is changed then.
        """

    @abstractmethod
    def load_error(self, data: bytes, into: Any) -> CarriedError:
        """Load what a training raised in the user's kernel. This runs code.

        Args:
            data: what `Trainer.dump_error` returned.
            into: see `load_result`.

        Raises:
            Exception: it cannot be loaded in this process.
        """

    # --- recordings and reports -----------------------------------------------------------------

    @abstractmethod
    def contents(self, plan: TrainingPlan) -> Contents:
        """What a plan's training consists of.

        Raises:
            msgspec.ValidationError: another version of AIbro wrote the plan's spec.
        """

    @abstractmethod
    def check_spec(self, plan: TrainingPlan) -> None:
        """Check that the spec of an imported plan is one that this kind could have written.

        Raises:
            ValueError: it is not; the error says why.
        """

    @abstractmethod
    def renamed(self, spec: msgspec.Raw, names: Mapping[str, str]) -> msgspec.Raw:
        """The same spec with other names for its payloads.

        Args:
            spec: the spec of a plan.
            names: maps each old name to the new one.
        """

    @abstractmethod
    def check_payload(self, path: Path, name: str, *, with_code: bool) -> None:
        """Check that an imported file is what its name says, without running any code in it.

        Args:
            path: the file.
            name: the payload's name.
            with_code: the report says that it holds code.

        Raises:
            ValueError: it is not; the error says what is wrong.
        """
