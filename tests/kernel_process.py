"""A kernel as a process: runs a training job when it is told to, held where a test wants it held.

Reads lines of JSON from its standard input; the keys are those of `Order`. Answers with a line when
the call has returned. What is defined here is the notebook's own: it has to travel with the job.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TypedDict

import keras
import numpy as np

import aibro
from aibro.store import Store


class Order(TypedDict):
    """What to run, and the file that it waits for."""

    home: str
    folder: str
    hold: str
    gate: str
    online: bool


def wait_for(gate: str) -> None:
    while not Path(gate).exists():
        time.sleep(0.01)


class SlowArray:
    """Data that takes its time to be read once there is a job to send it to."""

    shape = (64, 4)
    dtype = np.dtype("float32")

    def __init__(self, gate: str | None) -> None:
        self._gate = gate

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self._gate is not None and Store().jobs.active_ids():
            wait_for(self._gate)
        return np.ones(self.shape, "float32")


class Slow:
    """Takes its time to be pickled."""

    def __init__(self, gate: str) -> None:
        self.gate = gate

    def __reduce__(self) -> Any:
        wait_for(self.gate)
        return Slow, (self.gate,)


class HoldsResult(keras.callbacks.Callback):
    """Holds what takes its time when the result is saved."""

    def __init__(self, gate: str | None) -> None:
        super().__init__()
        self.gate = gate

    def on_train_end(self, logs: Any = None) -> None:
        del logs
        if self.gate is not None:
            self.slow = Slow(self.gate)


class Holds(keras.callbacks.Callback):
    """Waits in the second epoch."""

    def __init__(self, gate: str | None) -> None:
        super().__init__()
        self.gate = gate

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        del logs
        if epoch == 1 and self.gate is not None:
            wait_for(self.gate)


def run(order: Order) -> str:
    os.environ["AIBRO_HOME"] = order["home"]
    os.chdir(order["folder"])

    def gate(hold: str) -> str | None:
        return order["gate"] if order["hold"] == hold else None

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    fit = aibro.Training.online_fit if order["online"] else aibro.Training.offline_fit
    answer = fit(
        model,
        SlowArray(gate("SENDING MODEL & DATA")),
        np.ones(64, "float32"),
        epochs=2,
        batch_size=32,
        directory_to_save_ckpt=".",
        fit_kwargs={
            "callbacks": [Holds(gate("TRAINING")), HoldsResult(gate("RETURNING"))],
            "verbose": 0,
        },
    )
    return answer if isinstance(answer, str) else answer[0]


def main() -> None:
    for line in sys.stdin:
        print("job", run(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
