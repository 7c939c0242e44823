"""One call of ``model.fit``, with AIbro's callbacks before and after the user's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
from keras.callbacks import Callback, History, ProgbarLogger, TerminateOnNaN

from aibro.trainings.events import Failure, TrainingEvent
from aibro.trainings.keras.worker.callback_attributes import CallbackAttributes
from aibro.trainings.keras.worker.checkpoints import EpochCheckpoints
from aibro.trainings.keras.worker.continuation import EpochStates, Restore
from aibro.trainings.keras.worker.graph_state import GraphState
from aibro.trainings.keras.worker.loading import LoadedTraining
from aibro.trainings.keras.worker.logged_bar import LoggedProgressBar
from aibro.trainings.keras.worker.obstacles import lasting_obstacle
from aibro.trainings.keras.worker.pace import Pace
from aibro.trainings.keras.worker.position import LossWatch, Position
from aibro.trainings.keras.worker.progress import Progress
from aibro.trainings.keras.worker.seeding import Seeding
from aibro.trainings.keras.worker.tensorboard import EpochLogs
from aibro.trainings.keras.worker.tensorflow_draws import watching_tensorflow


class Fit:
    """A training that is ready to begin.

    Args:
        training: what to train, and what to save and to report meanwhile.
        seeding: sets the random generators.

    Attributes:
        position: how far the training is.
    """

    def __init__(self, training: LoadedTraining, seeding: Seeding) -> None:
        model, snapshot = training.model, training.snapshot
        callbacks = training.arguments.get("callbacks") or []
        self._users = [*callbacks] if isinstance(callbacks, list | tuple) else [callbacks]
        self._plan = training.plan
        self._model = model
        self._objects = training.objects
        self._arguments = {"verbose": 2, **training.arguments}
        self._start = training.start
        self._seeding = seeding
        self._graph = GraphState(snapshot, model) if snapshot is not None else None
        self._loss_watch: LossWatch | None = None
        self.position = Position()

    @property
    def issue(self) -> Failure | None:
        """What was wrong with a training that a callback stopped; ``None`` if nothing was."""
        return self._loss_watch.issue if self._loss_watch is not None else None

    def run(self, tell: Callable[[TrainingEvent], None]) -> History:
        """Run the training.

        Args:
            tell: called after every epoch, and after some batches. It may be called from any
                thread.

        Raises:
            BadInput: the checkpoint to continue from cannot be read, or is not the expected one.
            DiskFull: a checkpoint, a state or a log could not be written.
            Exception: whatever the user's code or the framework raises.
        """
        if self._start is not None:
            self._arguments["initial_epoch"] = self._start.state.epoch
        with contextlib.ExitStack() as stack:
            # Custom layers may deserialize other custom layers during the training.
            stack.enter_context(keras.saving.custom_object_scope(self._objects))
            self._arguments["callbacks"] = [*self._callbacks(stack, tell)]
            self._seeding.seed()
            if self._seeding.shuffles is not None:
                stack.enter_context(self._seeding.shuffles.setting_up())
            history: History = self._model.fit(**self._arguments)
            return history

    def _callbacks(
        self, stack: contextlib.ExitStack, tell: Callable[[TrainingEvent], None]
    ) -> Iterator[Callback]:
        plan, start = self._plan, self._start
        attributes = None
        if self._users and (plan.state_folder is not None or start is not None):
            attributes = CallbackAttributes(self._users, self._model)
        yield self.position
        shuffles = self._seeding.shuffles
        if shuffles is not None:
            yield shuffles
        if start is not None:
            yield Restore(
                start.state, start.checkpoint, start.weights_hash, attributes, shuffles, self._graph
            )
        # AIbro's run after the user's, so that changes these make to an epoch's logs count.
        yield from self._users
        if any(isinstance(callback, TerminateOnNaN) for callback in self._users):
            self._loss_watch = LossWatch(self.position)
            yield self._loss_watch
        pace = Pace(always=not plan.paced)
        if plan.checkpoint_folder is not None:
            yield EpochCheckpoints(Path(plan.checkpoint_folder), pace)
        if plan.log_folder is not None:
            yield EpochLogs(Path(plan.log_folder), self._arguments.get("initial_epoch", 0))
        if plan.state_folder is not None:
            obstacle = lasting_obstacle(plan, self._arguments, shuffles)
            draws = None
            if obstacle is None and plan.backend == "tensorflow":
                draws = stack.enter_context(watching_tensorflow())
            yield EpochStates(
                Path(plan.state_folder), attributes, obstacle, draws, shuffles, pace, self._graph
            )
        # Continuing from a saved epoch needs the digest of its weights, to check the checkpoint.
        hashes = plan.hash_weights or (plan.state_folder is not None and pace.saves)
        # Progress is last, so that an epoch's files are written when the epoch is reported.
        yield Progress(tell, hashes)
        has_bar = any(isinstance(callback, ProgbarLogger) for callback in self._users)
        if self._arguments["verbose"] != 0 and not has_bar:
            # Keras takes it in place of one of its own.
            yield LoggedProgressBar()
