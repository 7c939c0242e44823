"""The overhead of recording a training, and of saving checkpoint and log after each epoch.

As a program (``python -m bench.recording <back end> <0 or 1> <folder>``) it is a worker that
trains, recorded or not, and prints the seconds of each epoch as JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from aibro.payloads.data import store_tree
from aibro.payloads.store import PayloadStore
from bench.result import Result, at_most_times, result

BACKENDS = ("tensorflow", "jax")
PROCESSES = 2
EPOCHS = 5
FITS = 5
SHAPE = (250_000, 1000)
HASHES = 5
ROOT = Path(__file__).parents[1]


def measure(folder: Path) -> Iterator[Result]:
    """Measure determinism on each back end, then saving files, then storing data."""
    for backend in BACKENDS:
        yield _determinism(backend, folder)
    yield _files(folder)
    yield _data(folder)


def _determinism(backend: str, folder: Path) -> Result:
    recorded: list[float] = []
    free: list[float] = []
    for _ in range(PROCESSES):
        # Skip the first epoch, which includes compilation.
        free += _epochs(backend, False, folder)[1:]
        recorded += _epochs(backend, True, folder)[1:]
    return result(
        f"epoch of a recorded training, {backend}",
        "s",
        recorded,
        at_most_times(2.0),
        ("the same, not recorded", free),
        note="a convolutional net: deterministic operations and threads, digest of the weights",
    )


def _epochs(backend: str, recorded: bool, folder: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.recording", backend, str(int(recorded)), str(folder)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "KERAS_BACKEND": backend},
    )
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _files(folder: Path) -> Result:
    import keras

    from aibro.trainings.keras.worker.checkpoints import EpochCheckpoints
    from aibro.trainings.keras.worker.pace import Pace
    from aibro.trainings.keras.worker.tensorboard import EpochLogs

    images, labels = _images()
    names = map(str, itertools.count())

    def ours() -> list[Any]:
        own = folder / next(names)
        return [EpochCheckpoints(own / "checkpoints", Pace(always=True)), EpochLogs(own / "logs")]

    def kerases() -> list[Any]:
        own = folder / next(names)
        (own / "checkpoints").mkdir(parents=True)
        return [
            keras.callbacks.ModelCheckpoint(own / "checkpoints" / "epoch-{epoch:04}.keras"),
            keras.callbacks.TensorBoard(own / "logs"),
        ]

    model = _model()

    def fit(callbacks: Callable[[], list[Any]]) -> float:
        saving = callbacks()
        start = time.perf_counter()
        model.fit(images, labels, epochs=3, batch_size=64, verbose=0, callbacks=saving)
        return time.perf_counter() - start

    fit(kerases)
    fit(ours)
    runs = [(fit(kerases), fit(ours)) for _ in range(FITS)]
    return result(
        "training with a checkpoint and a log every epoch",
        "s",
        [own for _, own in runs],
        at_most_times(1.03),
        ("Keras's ModelCheckpoint and TensorBoard", [other for other, _ in runs]),
    )


def _data(folder: Path) -> Result:
    array = np.random.default_rng(0).random(SHAPE, np.float32)
    payloads = PayloadStore(folder / "payloads")
    store_tree(payloads, "train_X", array)
    stored: list[float] = []
    hashed: list[float] = []
    for _ in range(HASHES):
        start = time.perf_counter()
        xxhash.xxh3_128_digest(array.data.cast("B"))
        hashed.append(time.perf_counter() - start)
        start = time.perf_counter()
        store_tree(payloads, "train_X", array)
        stored.append(time.perf_counter() - start)
    return result(
        "recording 1 GB that is stored already",
        "s",
        stored,
        at_most_times(1.1),
        ("XXH3-128 of the same bytes", hashed),
    )


def _images() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    random = np.random.default_rng(0)
    return random.random((4096, 28, 28, 1), np.float32), random.integers(0, 10, 4096)


def _model() -> Any:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _train(backend: str, recorded: bool, folder: Path) -> None:
    """Train as a worker does, which sets up the framework before anything else imports it."""
    from aibro.trainings.events import EndedEpoch, TrainingEvent
    from aibro.trainings.keras.training import KerasTraining
    from aibro.trainings.keras.worker.trainer import KerasTrainer
    from aibro.trainings.plan import TrainingPlan

    session = KerasTrainer()
    session.gear_up(backend, recorded)
    payloads = PayloadStore(folder / "payloads")
    images, labels = _images()
    training = KerasTraining(
        model=_model(),
        train_X=images,
        train_Y=labels,
        validation_data=None,
        batch_size=64,
        epochs=EPOCHS,
        fit_kwargs={"verbose": 0},
    )
    training.store_model(payloads)
    stored = training.store_data(payloads)
    plan = TrainingPlan(
        kind=training.kind,
        backend=backend,
        epochs=EPOCHS,
        holds_code=stored.holds_code,
        payloads=stored.payloads,
        spec=stored.spec,
        seed=1 if recorded else None,
        deterministic=recorded,
        hash_weights=recorded,
        checkpoint_folder=None,
        log_folder=None,
        working_directory=str(folder),
    )
    session.load(plan, payloads.path)
    ends = [time.perf_counter()]

    def on_event(event: TrainingEvent) -> None:
        if isinstance(event, EndedEpoch):
            ends.append(time.perf_counter())

    session.fit(on_event)
    print(json.dumps([end - start for start, end in itertools.pairwise(ends)]))


if __name__ == "__main__":
    _train(sys.argv[1], sys.argv[2] == "1", Path(sys.argv[3]))
