"""Training on all GPUs of an instance, tried on several virtual devices of a CPU."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from aibro.trainings.keras.worker.devices import data_parallel, first_batch, sharing

from .on_devices import EPOCHS, START, epochs_of
from .support import HERE, run

GPUS = ["gpu:0", "gpu:1", "gpu:2", "gpu:3"]


@pytest.mark.parametrize(
    ("batch", "used"), [(32, 4), (4, 4), (30, 3), (6, 3), (10, 2), (3, 3), (2, 2), (7, 1), (1, 1)]
)
def test_a_batch_is_shared_evenly_by_as_many_as_can(batch: int, used: int) -> None:
    assert sharing(GPUS, batch) == GPUS[:used]


@pytest.mark.parametrize("devices", [[], ["gpu:0"]])
def test_without_a_second_one_there_is_nothing_to_choose(devices: list[str]) -> None:
    assert sharing(devices, 8) == devices


def test_the_first_batch_holds_what_there_is() -> None:
    x = np.zeros((20, 3))
    assert first_batch(x, 8, 0) == 8
    assert first_batch({"a": (x, x)}, 32, 0) == 20
    assert first_batch([x], 32, 0.25) == 15


def test_a_batch_that_cannot_be_shared_is_trained_on_one_and_the_log_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with data_parallel("jax", GPUS, 7):
        assert keras.distribution.distribution() is None
    printed = capsys.readouterr().out
    assert "Training on 1 of 4 GPUs: 7 rows of a batch" in printed
    assert "A batch_size that 4 divides uses all." in printed


def test_with_one_gpu_or_none_nothing_is_imported(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(WITHOUT)
    assert run(script) == ""


WITHOUT = """
import sys
from aibro.trainings.keras.worker.devices import data_parallel

for backend in ("jax", "tensorflow", "torch"):
    for found in ([], ["gpu:0"]):
        with data_parallel(backend, found, 8):
            pass
assert not {"keras", "jax", "tensorflow", "torch"} & set(sys.modules)
"""


@pytest.mark.parametrize(
    # TensorFlow weighs the parts of an uneven last batch otherwise, so its batches are all even.
    ("backend", "rows"),
    [("jax", 37), ("tensorflow", 40)],
)
def test_two_devices_train_as_one_does(backend: str, rows: int, tmp_path: Path) -> None:
    pytest.importorskip(backend)
    log = run(
        HERE / "on_devices.py",
        tmp_path,
        backend,
        rows,
        KERAS_BACKEND=backend,  # TensorFlow imports Keras before the session does.
        XLA_FLAGS="--xla_force_host_platform_device_count=2",
    )

    def devices(name: str) -> int:
        return len((tmp_path / f"{name}.txt").read_text().splitlines())

    one, two = epochs_of(tmp_path, "one"), epochs_of(tmp_path, "two")
    assert (devices("two"), devices("one")) == (2, 1), "the first job left nothing behind"
    assert "Training on 2 GPUs: each gets 4 of the 8 rows of a batch.\n" in log
    assert len(two) == EPOCHS
    for alone, shared in zip(one, two, strict=True):
        assert shared.metrics == pytest.approx(alone.metrics, rel=1e-4)

    loaded = (tmp_path / "result" / "weights.txt").read_text()
    assert loaded == two[-1].weights_hash, "it loads with plain Keras"

    whole, rest = epochs_of(tmp_path, "whole"), epochs_of(tmp_path, "rest")
    assert (devices("whole"), devices("rest")) == (2, 2)
    assert rest == whole[START:], "it goes on as if it had not been interrupted"


def test_a_model_that_a_notebook_compiled_with_xla_is_shared_all_the_same(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    script = tmp_path / "script.py"
    script.write_text(WITH_XLA)
    assert run(script, KERAS_BACKEND="tensorflow").splitlines()[1:] == ["True", "False", "2"]


WITH_XLA = """
import keras, numpy, tensorflow
from pathlib import Path
from aibro.trainings.keras.worker.devices import data_parallel, fit_for_sharing

cpu, = tensorflow.config.list_physical_devices("CPU")
halves = [tensorflow.config.LogicalDeviceConfiguration()] * 2
tensorflow.config.set_logical_device_configuration(cpu, halves)
file = Path(__file__).with_name("model.keras")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", jit_compile=True)
model.save(file)
with data_parallel("tensorflow", ["cpu:0", "cpu:1"], 8):
    model = keras.models.load_model(file)
    print(model.jit_compile)
    fit_for_sharing(model)
    print(model.jit_compile)
    x = numpy.ones((16, 4))
    model.fit(x, x[:, :1], batch_size=8, verbose=0)
    print(model.distribute_strategy.num_replicas_in_sync)
"""
