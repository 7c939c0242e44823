"""What happens when a training goes on from a saved epoch, in another process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from aibro.errors import BadInput
from aibro.trainings.events import EndedEpoch, TrainingEvent
from aibro.trainings.keras import generators
from aibro.trainings.keras.files import state_file
from aibro.trainings.keras.states import EpochState, read_state, write_state
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import TrainingPlan

from .conftest import Plan
from .support import HERE, find, going_on, run
from .trainings import EPOCHS, outcome

CASES = [
    "dropout",
    "batch norm",
    "shuffle in batches",
    "callbacks",
    "float16 policy",
    "schedule and averages",
]
HIDDEN = "generator of TensorFlow's own"
START = 2


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_every_bit_is_that_of_the_training_that_was_not_interrupted(
    backend: str, tmp_path: Path
) -> None:
    pytest.importorskip(backend)
    for what in ("record", f"after:{START}"):
        run(HERE / "trainings.py", tmp_path, backend, what, *CASES)
    for name in CASES:
        whole, rest = outcome(tmp_path, name, "record"), outcome(tmp_path, name, f"after:{START}")
        assert [epoch.epoch for epoch in whole] == list(range(1, EPOCHS + 1))
        assert rest == whole[START:], name


def test_what_tensorflow_shuffles_by_chance_is_shuffled_alike_again(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    names = ["not seeded", "not seeded, in batches", "seeded"]
    for what in ("record", "repeat", f"after:{START}"):
        run(HERE / "trainings.py", tmp_path, "tensorflow", what, *names)
    for name in names:
        whole, rest = outcome(tmp_path, name, "record"), outcome(tmp_path, name, f"after:{START}")
        assert outcome(tmp_path, name, "repeat") == whole, name
        assert rest == whole[START:], name
        # With a global seed, TensorFlow itself repeats the order of the first epoch.
        orders = {epoch.metrics["last"] for epoch in whole}
        assert (len(orders) == 1) == (name == "seeded"), name


def test_a_state_says_when_tensorflow_hides_where_its_generator_is(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    run(HERE / "trainings.py", tmp_path, "tensorflow", "record", HIDDEN)
    for epoch in range(1, EPOCHS + 1):
        state = read_state(state_file(tmp_path / HIDDEN / "states", epoch))
        assert "draws from tf.random" in str(state.not_restorable)


def test_a_keras_that_shuffles_otherwise_is_noticed(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    script = tmp_path / "script.py"
    script.write_text(CHANGED_KERAS)
    printed = run(script, KERAS_BACKEND="tensorflow").splitlines()
    assert printed == ["False", "True"]


CHANGED_KERAS = """
import tensorflow
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from aibro.trainings.keras.worker.obstacles import shuffles_again

print(not shuffles_again(True, 1, None))
ArrayDataAdapter.get_tf_dataset = lambda self: (
    tensorflow.data.Dataset.range(64).shuffle(64, reshuffle_each_iteration=True).batch(32)
)
print(not shuffles_again(True, 1, None))
"""

Resolve = Callable[[str], Path]


def train(session: KerasTrainer, plan: TrainingPlan, resolve: Resolve) -> list[EndedEpoch]:
    events: list[TrainingEvent] = []
    try:
        session.load(plan, resolve)
        session.fit(events.append)
    finally:
        session.reset()
    return [event for event in events if isinstance(event, EndedEpoch)]


@pytest.fixture
def saving(plan: Plan, tmp_path: Path) -> Plan:
    """Makes trainings of two epochs that leave their states and checkpoints."""

    def make(**changes: Any) -> tuple[TrainingPlan, Resolve]:
        folders = {
            "state_folder": str(tmp_path / "states"),
            "checkpoint_folder": str(tmp_path / "checkpoints"),
        }
        return plan(**{"epochs": 2, "seed": 1, "hash_weights": True, **folders, **changes})

    return make


class Stopping(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        self.model.stop_training = epoch == 1


class Holding(keras.callbacks.Callback):
    def __init__(self, held: Any) -> None:
        super().__init__()
        self.held = held


class TestAStateThatCannotBeContinuedSaysWhy:
    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"fit_kwargs": {"steps_per_epoch": 2}}, "With steps_per_epoch"),
            ({"fit_kwargs": {"callbacks": [Stopping()]}}, "stopped after this epoch"),
            ({"seed": None}, "no fixed seed"),
        ],
        ids=["steps per epoch", "stopped", "no seed"],
    )
    def test_after_what_the_training_did(
        self,
        session: KerasTrainer,
        saving: Plan,
        tmp_path: Path,
        changes: dict[str, Any],
        why: str,
    ) -> None:
        train(session, *saving(**changes))
        assert why in str(read_state(state_file(tmp_path / "states", 2)).not_restorable)

    def test_and_is_refused(self, session: KerasTrainer, saving: Plan) -> None:
        plan, resolve = saving(fit_kwargs={"steps_per_epoch": 2})
        epochs = train(session, plan, resolve)
        plan = going_on(plan, 1, epochs[0].weights_hash)
        with pytest.raises(BadInput, match=r"cannot begin after epoch 1: With steps_per_epoch"):
            train(session, plan, find(resolve))


class TestACheckpointIsNotTrustedBlindly:
    def test_one_of_another_training_is_refused(
        self, session: KerasTrainer, saving: Plan, tmp_path: Path
    ) -> None:
        plan, resolve = saving()
        epochs = train(session, plan, resolve)
        assert (
            train(session, going_on(plan, 1, epochs[0].weights_hash), find(resolve)) == (epochs[1:])
        )
        (tmp_path / "checkpoints" / "epoch-0002.keras").replace(
            tmp_path / "checkpoints" / "epoch-0001.keras"
        )
        with pytest.raises(BadInput, match="epoch 1 is not the one that was saved"):
            train(session, going_on(plan, 1, epochs[0].weights_hash), find(resolve))

    def test_one_that_is_damaged_is_refused(
        self, session: KerasTrainer, saving: Plan, tmp_path: Path
    ) -> None:
        plan, resolve = saving()
        epochs = train(session, plan, resolve)
        (tmp_path / "checkpoints" / "epoch-0001.keras").write_bytes(b"PK")
        with pytest.raises(BadInput, match="saved after epoch 1 cannot be restored"):
            train(session, going_on(plan, 1, epochs[0].weights_hash), find(resolve))

    def test_a_state_of_another_epoch_is_refused(
        self, session: KerasTrainer, saving: Plan, tmp_path: Path
    ) -> None:
        plan, resolve = saving()
        epochs = train(session, plan, resolve)
        state_file(tmp_path / "states", 2).replace(state_file(tmp_path / "states", 1))
        with pytest.raises(BadInput, match="that of epoch 2, not of epoch 1"):
            train(session, going_on(plan, 1, epochs[0].weights_hash), find(resolve))

    def test_callbacks_that_came_with_it_are_not_unpickled_in_safe_mode(
        self, session: KerasTrainer, saving: Plan
    ) -> None:
        with_callbacks, resolve = saving(fit_kwargs={"callbacks": [Holding(1)]})
        train(session, with_callbacks, resolve)
        plan, resolve = saving(safe_mode=True)
        with pytest.raises(BadInput, match=r"pickled callbacks.*trust=True"):
            train(session, going_on(plan, 1, "?"), find(resolve))


def test_data_that_a_callback_holds_is_not_saved_again_with_every_epoch(
    session: KerasTrainer, saving: Plan, tmp_path: Path
) -> None:
    table = np.random.default_rng(0).random(1 << 17)
    train(session, *saving(fit_kwargs={"callbacks": [Holding({"table": table})]}))
    assert state_file(tmp_path / "states", 2).stat().st_size < 20_000


class TestAStateFile:
    def test_is_refused_when_it_is_damaged(self, tmp_path: Path) -> None:
        path = state_file(tmp_path, 3)
        write_state(path, some_state())
        assert read_state(path) == some_state()
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(BadInput, match=r"epoch-0003\.state is damaged"):
            read_state(path)
        path.write_bytes(b"")
        with pytest.raises(BadInput, match="is damaged"):
            read_state(path)

    def test_is_refused_when_it_is_gone(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="cannot be read: No such file"):
            read_state(state_file(tmp_path, 3))

    def test_of_a_newer_aibro_is_refused(self, tmp_path: Path) -> None:
        path = state_file(tmp_path, 3)
        path.write_bytes(msgspec.msgpack.encode({"version": 3, "something": "new"}))
        with pytest.raises(BadInput, match="by a newer AIbro"):
            read_state(path)


def some_state() -> EpochState:
    return EpochState(
        epoch=3,
        not_restorable=None,
        random_states=[[1, 2]],
        keras_generator=None,
        numpy=generators.numpy_state(),
        python=generators.python_state(),
        callbacks=b"",
    )
