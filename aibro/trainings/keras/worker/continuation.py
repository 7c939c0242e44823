"""Continues a training in another process: `EpochStates` saves its state, `Restore` restores it.

The results from there on are bit for bit those of a training that was not interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keras.callbacks import Callback

from aibro.errors import BadInput
from aibro.trainings.keras import generators
from aibro.trainings.keras.files import state_file
from aibro.trainings.keras.model.lazily import not_importing_tensorflow
from aibro.trainings.keras.model.load import random_states, restore_random_states
from aibro.trainings.keras.states import EpochState, write_state
from aibro.trainings.keras.worker.callback_attributes import CallbackAttributes
from aibro.trainings.keras.worker.graph_state import GraphState
from aibro.trainings.keras.worker.obstacles import epoch_obstacle
from aibro.trainings.keras.worker.pace import Pace
from aibro.trainings.keras.worker.shuffling import SeededShuffles
from aibro.trainings.keras.worker.tensorflow_draws import TensorFlowDraws
from aibro.trainings.keras.worker.weights import hash_weights


class EpochStates(Callback):
    """Saves ``epoch-0001.state`` and so on; runs after the user's callbacks.

    Args:
        folder: where to save the states; created if it does not exist.
        attributes: saves the attributes of the user's callbacks; ``None`` without callbacks.
        obstacle: why no state of this training can be restored bit for bit; ``None`` if it can.
        draws: notices random draws that cannot be restored; ``None`` if there is nothing to notice.
        shuffles: shuffles the data; ``None`` if every epoch is shuffled alike.
        pace: decides which epochs are saved.
        graph: the graph of the training; ``None`` when it was not loaded from one.

    Raises:
        DiskFull: during the training, if no space is left.
    """

    def __init__(
        self,
        folder: Path,
        attributes: CallbackAttributes | None,
        obstacle: str | None,
        draws: TensorFlowDraws | None,
        shuffles: SeededShuffles | None,
        pace: Pace,
        graph: GraphState | None,
    ) -> None:
        super().__init__()
        self._graph = graph
        self._pace = pace
        self._folder = folder
        self._attributes = attributes
        self._obstacle = obstacle
        self._draws = draws
        self._shuffles = shuffles

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Create the folder, and ignore what sets the training up: a new one does so again."""
        del logs
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._draws is not None:
            self._draws.seen = False
        if self._graph is not None and self._obstacle is None:
            self._graph.note_set_up()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the state as it is after this epoch."""
        if not self._pace.saves(epoch):
            return
        callbacks, changes = None, None
        obstacle = self._obstacle or epoch_obstacle(self.model, self._draws)
        if obstacle is None:
            try:
                changes = self._graph.dump(epoch, logs or {}) if self._graph is not None else None
                callbacks = self._attributes.dump() if self._attributes is not None else None
            except Exception as error:  # noqa: BLE001 - a later replay must not fail a training
                obstacle = f"What the training holds cannot be saved: {error}."
        state = EpochState(
            epoch=epoch + 1,
            not_restorable=obstacle,
            random_states=random_states(self.model),
            keras_generator=None if obstacle else generators.keras_generator_state(),
            numpy=generators.numpy_state(),
            python=generators.python_state(),
            callbacks=callbacks,
            shuffles=self._shuffles.state if self._shuffles is not None else None,
            changes=changes,
        )
        write_state(state_file(self._folder, epoch + 1), state)
        self._pace.saved()


class Restore(Callback):
    """Restores weights and state when the first epoch begins; runs before the user's callbacks.

    It does not restore earlier, because setting up the data and ``on_train_begin`` of the callbacks
    change the state. The training that is continued did both before its first epoch, too.

    Args:
        state: the state that was saved with the checkpoint.
        checkpoint: the ``.keras`` file.
        weights_hash: the expected digest of the weights.
        attributes: restores the attributes of the user's callbacks; ``None`` without callbacks.
        shuffles: shuffles the data; ``None`` if every epoch is shuffled alike.
        graph: the graph of the training; ``None`` when it was not loaded from one.

    Raises:
        BadInput: at the first epoch, if the checkpoint cannot be read or is not the expected one.
    """

    def __init__(
        self,
        state: EpochState,
        checkpoint: Path,
        weights_hash: str,
        attributes: CallbackAttributes | None,
        shuffles: SeededShuffles | None,
        graph: GraphState | None,
    ) -> None:
        super().__init__()
        self._graph = graph
        self._state = state
        self._checkpoint = checkpoint
        self._weights_hash = weights_hash
        self._attributes = attributes
        self._shuffles = shuffles
        self._done = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Restore, once."""
        del epoch, logs
        if self._done:
            return
        self._done = True
        number = self._state.epoch
        try:
            changes = self._state.changes
            if self._graph is not None and changes is not None:
                self._graph.restore(changes)
            else:
                self._restore_weights()
            same = hash_weights(self.model) == self._weights_hash
            if same:
                self._restore_rest()
        except Exception as error:
            raise BadInput(
                f"What was saved after epoch {number} cannot be restored: {error}. "
                "Begin at another epoch."
            ) from error
        if not same:
            raise BadInput(
                f"The checkpoint of epoch {number} is not the one that was saved: its weights are "
                "others. Begin at another epoch."
            )

    def _restore_weights(self) -> None:
        optimizer = self.model.optimizer
        # On TensorFlow, an optimizer makes its variables at its first step, which comes later.
        if optimizer is not None and not optimizer.built:
            optimizer.build(self.model.trainable_variables)
        with not_importing_tensorflow():
            self.model.load_weights(self._checkpoint)
        restore_random_states(self.model, self._state.random_states)

    def _restore_rest(self) -> None:
        state = self._state
        is_restored = self._graph is not None and state.changes is not None
        if not is_restored and state.callbacks is not None and self._attributes is not None:
            self._attributes.restore(state.callbacks)
        if state.shuffles is not None and self._shuffles is not None:
            self._shuffles.restore(state.shuffles)
        # The generators come last, because everything before may draw from them.
        generators.restore_keras_generator(state.keras_generator)
        if state.numpy is not None:
            generators.restore_numpy(state.numpy)
        generators.restore_python(state.python)
