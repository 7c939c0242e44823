from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from aibro.trainings.keras.determinism import seed, thread_variables
from aibro.trainings.keras.worker.weights import hash_weights
from aibro.trainings.variables import usable_cpus


def compiled() -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def test_a_seed_fixes_what_is_drawn_afterwards() -> None:
    drawn = []
    for _ in range(2):
        seed(3)
        drawn.append((compiled().get_weights()[0], np.random.random(3)))
    np.testing.assert_array_equal(drawn[0][0], drawn[1][0])
    np.testing.assert_array_equal(drawn[0][1], drawn[1][1])


def test_jax_gets_one_thread_and_keeps_the_flags_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XLA_FLAGS", "--xla_mine=1")
    monkeypatch.delenv("NPROC", raising=False)
    variables = thread_variables("jax", usable_cpus())
    assert variables["XLA_FLAGS"].startswith("--xla_mine=1 ")
    assert variables["NPROC"] == "1"


def test_flags_that_are_set_already_are_not_added_again() -> None:
    first = thread_variables("jax", 2, {"XLA_FLAGS": "--xla_mine=1"})
    assert thread_variables("jax", 2, first)["XLA_FLAGS"] == first["XLA_FLAGS"]


def test_tensorflow_gets_a_fixed_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    variables = thread_variables("tensorflow", 3)
    assert variables["TF_NUM_INTRAOP_THREADS"] == variables["TF_NUM_INTEROP_THREADS"] == "3"


def test_threads_that_are_set_already_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "5")
    assert "TF_NUM_INTRAOP_THREADS" not in thread_variables("tensorflow", 3)


def test_a_single_bit_changes_the_hash_of_the_weights() -> None:
    model = compiled()
    before = hash_weights(model)
    assert hash_weights(model) == before
    kernel, bias = model.get_weights()
    changed = kernel.copy()
    changed[0, 0] = np.nextafter(changed[0, 0], np.float32(9))
    model.set_weights([changed, bias])
    assert hash_weights(model) != before
    model.set_weights([kernel, bias])
    assert hash_weights(model) == before
    model.optimizer.iterations.assign(1)
    assert hash_weights(model) != before, "the optimizer's state counts"
