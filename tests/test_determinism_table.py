"""Which trainings repeat bit for bit on the same machine, in a process of their own each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trainings.keras.support import HERE, run
from tests.trainings.keras.trainings import outcome

TABLE = [
    "dense",
    "convolution",
    "dropout",
    "batch norm",
    "shuffle",
    "LSTM",
    "class weights",
    "callbacks",
    "custom layer",
    "float16 policy",
    "two outputs",
]

NOT_REPEATABLE: dict[str, dict[str, str]] = {"tensorflow": {}, "jax": {}}
"""Back end → training → why it does not repeat. Whoever mends one takes it out."""


@pytest.mark.slow
@pytest.mark.parametrize("backend", list(NOT_REPEATABLE))
def test_a_training_repeats_bit_for_bit(backend: str, tmp_path: Path) -> None:
    pytest.importorskip(backend)
    for what in ("record", "repeat"):
        run(HERE / "trainings.py", tmp_path, backend, what, *TABLE)
    differing = [
        name
        for name in TABLE
        if outcome(tmp_path, name, "record") != outcome(tmp_path, name, "repeat")
    ]
    assert differing == list(NOT_REPEATABLE[backend])
