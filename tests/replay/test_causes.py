"""Each verdict reached by a real cause, on the real frameworks."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

import aibro
from aibro.errors import JobCanceled
from aibro.models import JobStatus, ReasonKind, Verdict, VerdictName
from aibro.payloads.store import PayloadStore
from aibro.replay.facts import recording
from aibro.replay.start import start_replay
from aibro.trainings.keras.spec import spec_of
from aibro.trainings.plan import TrainingPlan
from tests.jobs import Home
from tests.trainings.plans import model_of, with_spec

WARM_S = 600.0
"""The worker of a recorded job waits for the replay of it."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A notebook's folder, and a state folder beside it; the kernel is this process."""
    folder = tmp_path_factory.mktemp("causes")
    notebook = folder / "notebook"
    notebook.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIBRO_HOME", str(folder / "home"))
        # Keras finds no TensorFlow: workers start sooner.
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "no_tensorflow"))
        patch.chdir(notebook)
        made = Home(folder / "home")
        yield made
        made.end()


def data() -> dict[str, Any]:
    points = np.random.default_rng(3).normal(size=(96, 4)).astype("float32")
    return {"train_X": points, "train_Y": points.sum(axis=1), "batch_size": 16}


def model(*layers: Any, rate: float = 0.01) -> Any:
    keras.utils.set_random_seed(11)
    made = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu"), *layers, keras.layers.Dense(1)]
    )
    made.compile(keras.optimizers.Adam(rate), "mse")
    return made


def replay(home: Home, job_id: str, **options: Any) -> Verdict:
    new = start_replay(
        home.store,
        job_id,
        description="",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=100,
        called_at=0,
        **options,
    )
    home.until_ended(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    return verdict


@pytest.fixture(scope="module")
def recorded(home: Home) -> str:
    """The id of a job with dropout and shuffled data that was recorded with its checkpoints."""
    job_id, _, _ = aibro.Training.online_fit(
        model(keras.layers.Dropout(0.3)),
        **data(),
        epochs=3,
        directory_to_save_ckpt=".",
        record=True,
        cool_down_period_s=WARM_S,
    )
    return job_id


def plan_of(home: Home, job_id: str) -> TrainingPlan:
    return msgspec.json.decode(str(home.store.jobs.plan(job_id)), type=TrainingPlan)


@contextlib.contextmanager
def changed_plan(home: Home, job_id: str, plan: TrainingPlan) -> Iterator[None]:
    """The recording is another one for the time of the block."""

    def keep(text: str) -> None:
        with home.store.database.write() as write:
            write.execute("UPDATE jobs SET plan = ? WHERE job_id = ?", (text, job_id))

    kept = str(home.store.jobs.plan(job_id))
    keep(msgspec.json.encode(plan).decode())
    try:
        yield
    finally:
        keep(kept)


def test_the_same_job_on_the_same_machine_is_identical(home: Home, recorded: str) -> None:
    verdict = replay(home, recorded)
    assert (verdict.verdict, verdict.differences) == (VerdictName.IDENTICAL, [])
    # It ran where the recorded job had left a warm instance: the threads are the same.
    instances = [home.get(job_id).instance_id for job_id in (recorded, verdict.job_id)]
    assert instances[0] == instances[1]


def test_a_replay_from_each_epoch_on_gives_the_same_bits(home: Home, recorded: str) -> None:
    assert recording(home.store, recorded).start_epochs == [1, 2]
    verdict = replay(home, recorded, from_epoch=2)
    assert (verdict.verdict, verdict.from_epoch) == (VerdictName.IDENTICAL, 2)
    again = replay(home, verdict.job_id)
    assert (again.verdict, again.from_epoch) == (VerdictName.IDENTICAL, 2)
    assert [row.epoch for row in home.store.jobs.epochs(again.job_id)] == [3]


def test_a_foreign_recording_without_code_replays_in_safe_mode(home: Home, recorded: str) -> None:
    def is_foreign(value: bool) -> None:
        with home.store.database.write() as write:
            write.execute("UPDATE jobs SET is_foreign = ? WHERE job_id = ?", (value, recorded))

    is_foreign(True)
    try:
        verdict = replay(home, recorded)
    finally:
        is_foreign(False)
    assert verdict.verdict is VerdictName.IDENTICAL
    assert plan_of(home, verdict.job_id).safe_mode
    _, trained, history = aibro.Job.result(verdict.job_id)
    assert (trained.count_params(), history.epoch) == (49, [0, 1, 2])


def test_other_data_diverges_in_the_first_epoch(home: Home, recorded: str) -> None:
    plan = plan_of(home, recorded)
    data = spec_of(plan).train_X
    assert data is not None
    path = PayloadStore(home.store.payload_folder).path(data["array"])
    kept = path.read_bytes()
    try:
        # One sample, in the last bytes: the shape and everything else stay.
        path.write_bytes(kept[:-4] + np.float32(9).tobytes())
        verdict = replay(home, recorded)
    finally:
        path.write_bytes(kept)
    assert (verdict.verdict, verdict.epoch, verdict.metric) == (VerdictName.DIVERGED, 1, "loss")
    assert verdict.recorded != verdict.replayed
    assert verdict.weights_epoch == 1
    assert verdict.differences == []


def test_another_learning_rate_diverges(home: Home, recorded: str, tmp_path: Path) -> None:
    plan = plan_of(home, recorded)
    payloads = PayloadStore(home.store.payload_folder)
    file = tmp_path / "model.keras"
    shutil.copyfile(payloads.path(model_of(plan).model), file)
    other = keras.models.load_model(file)
    other.optimizer.learning_rate.assign(0.011)
    other.save(file)
    payload = msgspec.structs.replace(model_of(plan), model=payloads.add_file(file, "keras"))
    with changed_plan(home, recorded, with_spec(plan, model=payload, graph=None)):
        verdict = replay(home, recorded)
    assert (verdict.verdict, verdict.weights_epoch) == (VerdictName.DIVERGED, 1)


# --- failures -------------------------------------------------------------------------------------


class Fragile(keras.layers.Layer):
    """Fails in training alone: it can be sent and loaded."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        if training:
            raise ValueError(f"cannot digest {inputs.shape}")
        return inputs


class FailsInBatch(keras.callbacks.Callback):
    """Does something in the third batch of the second epoch."""

    def __init__(self, what: Callable[[], None]) -> None:
        super().__init__()
        self.what = what
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        del logs
        self.epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        del logs
        if (self.epoch, batch) == (1, 2) and not Path("mended").exists():
            self.what()


def fail() -> None:
    raise RuntimeError("the callback gave up")


SMALL_MEMORY = Path("/sys/fs/cgroup/memory/aibro-test")
"""A group of processes that may use 64 MiB, where a test can make one."""


def run_out_of_memory() -> None:
    """Be killed by the system for using too much memory, or as it would kill."""
    with contextlib.suppress(OSError):
        (SMALL_MEMORY / "cgroup.procs").write_text(str(os.getpid()))
        bytearray(os.urandom(1 << 20) * 512)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def small_memory() -> Iterator[None]:
    with contextlib.suppress(OSError):
        SMALL_MEMORY.mkdir(exist_ok=True)
        (SMALL_MEMORY / "memory.limit_in_bytes").write_text(str(64 << 20))
    yield
    with contextlib.suppress(OSError):
        SMALL_MEMORY.rmdir()


@pytest.fixture
def mended(home: Home) -> Iterator[Path]:
    """A file that mends what fails, once it is there."""
    path = home.folder.parent / "notebook" / "mended"
    yield path
    path.unlink(missing_ok=True)


def record_failure(home: Home, made: Any, *callbacks: Any) -> str:
    with pytest.raises(JobCanceled) as caught:
        aibro.Training.online_fit(
            made,
            **data(),
            epochs=3,
            record=True,
            cool_down_period_s=WARM_S,
            fit_kwargs={"callbacks": list(callbacks)},
        )
    return caught.value.job_id


def test_an_exception_in_a_layer(home: Home) -> None:
    job_id = record_failure(home, model(Fragile()))
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_REPRODUCED
    assert "in epoch 1" in verdict.sentence
    assert "cannot digest" in verdict.sentence


def test_an_exception_in_a_callback_and_one_that_comes_no_more(home: Home, mended: Path) -> None:
    job_id = record_failure(home, model(), FailsInBatch(fail))
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_REPRODUCED
    assert verdict.sentence == (
        "The replay failed as the recorded job did, in epoch 2, batch 3: "
        "RuntimeError: the callback gave up."
    )
    mended.touch()
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_NOT_REPRODUCED
    assert verdict.sentence == (
        "The recorded job failed (RuntimeError: the callback gave up, in epoch 2, batch 3, "
        "in fail in test_causes.py), but the replay completed."
    )


def test_a_loss_that_is_no_number(home: Home) -> None:
    made = model(rate=1e30)
    job_id, _, history = aibro.Training.online_fit(
        made,
        **data(),
        epochs=3,
        record=True,
        cool_down_period_s=WARM_S,
        fit_kwargs={"callbacks": [keras.callbacks.TerminateOnNaN()]},
    )
    assert home.get(job_id).status is JobStatus.COMPLETED
    assert len(history.epoch) == 1
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_REPRODUCED
    assert verdict.sentence.startswith("The loss became ")
    assert verdict.sentence.endswith(
        " in epoch 1, batch 2, in both: TerminateOnNaN stopped the training."
    )


@pytest.mark.usefixtures("small_memory", "mended")
def test_a_worker_that_runs_out_of_memory(home: Home) -> None:
    job_id = record_failure(home, model(), FailsInBatch(run_out_of_memory))
    assert home.get(job_id).reason_kind is ReasonKind.INSTANCE_LOST
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_REPRODUCED
    assert verdict.sentence == (
        "The replay failed as the recorded job did, in epoch 2: the instance's process was ended "
        "by SIGKILL; the machine may have run out of memory."
    )


# --- TensorFlow -----------------------------------------------------------------------------------

RECORD_ON_TENSORFLOW = """
import keras
import numpy as np
import aibro

keras.utils.set_random_seed(1)
model = keras.Sequential(
    [keras.Input((16, 16, 3)), keras.layers.Conv2D(16, 3, activation="relu"),
     keras.layers.BatchNormalization(), keras.layers.Dropout(0.2), keras.layers.Flatten(),
     keras.layers.Dense(1)]
)
model.compile("adam", "mse")
random = np.random.default_rng(0)
X = random.normal(size=(128, 16, 16, 3)).astype("float32")
print("job", aibro.Training.offline_fit(
    model, X, X.mean((1, 2, 3)), epochs=3, batch_size=32, directory_to_save_ckpt=".", record=True
))
"""


@pytest.fixture(scope="module")
def on_tensorflow(home: Home) -> Iterator[str]:
    """The id of a job that was recorded on TensorFlow with one thread."""
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    environment |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    del environment["PYTHONPATH"]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONPATH")
        done = subprocess.run(
            [sys.executable, "-c", RECORD_ON_TENSORFLOW],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        job_id = done.stdout.split()[-1]
        home.until_ended(job_id)
        yield job_id


def test_tensorflow_gives_the_same_bits_from_an_epoch_on(home: Home, on_tensorflow: str) -> None:
    verdict = replay(home, on_tensorflow, from_epoch=1)
    assert (verdict.verdict, verdict.from_epoch) == (VerdictName.IDENTICAL, 1), verdict.sentence
    # With the recorded number of threads, though there are more processors here.
    environment = home.store.jobs.environment(verdict.job_id)
    assert environment is not None
    assert environment.threads["TF_NUM_INTRAOP_THREADS"] == "1"


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs a second processor")
def test_another_number_of_threads_changes_the_weights_and_is_told(
    home: Home, on_tensorflow: str
) -> None:
    environment = home.store.jobs.environment(on_tensorflow)
    assert environment is not None
    # The replay does not know the recorded number and takes that of this machine.
    forgotten = msgspec.json.encode(msgspec.structs.replace(environment, threads={})).decode()
    with home.store.database.write() as write:
        write.execute(
            "UPDATE jobs SET environment = ? WHERE job_id = ?", (forgotten, on_tensorflow)
        )
    verdict = replay(home, on_tensorflow)
    assert verdict.verdict is VerdictName.WITHIN_TOLERANCE, verdict.sentence
    assert verdict.weights_epoch == 1
    names = [d.name for d in verdict.differences]
    assert {"threads TF_NUM_INTEROP_THREADS", "threads TF_NUM_INTRAOP_THREADS"} <= set(names)
