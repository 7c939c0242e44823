"""What happens when a training raises an exception: the notebook's ``except`` catches it."""

from __future__ import annotations

import linecache
from typing import Any

import keras
import numpy as np
import pytest

import aibro
from aibro.errors import JobCanceled
from tests.jobs import Home

CELL = """
import keras

class Mine(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.model = code, model

class Raises(keras.callbacks.Callback):
    def __init__(self, how):
        super().__init__()
        self.how = how

    def on_epoch_end(self, epoch, logs=None):
        self.seen = epoch
        if epoch == 1:
            self.how()

def mine():
    raise Mine(7, "no good")

def missing():
    open("/nowhere/at-all")

def unreadable():
    b"\\xff".decode()

def bare():
    raise Exception("code", 5)

def unpicklable():
    raise ValueError(open("/dev/null"))

def exits():
    raise SystemExit(3)
"""
NAME = "/tmp/ipykernel_7/1234.py"


@pytest.fixture
def cell(model: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The variables of a notebook that has run the cell."""
    lines = CELL.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, NAME, (len(CELL), None, lines, NAME))
    variables = {"__name__": "__main__", "model": model}
    exec(compile(CELL, NAME, "exec"), variables)
    return variables


def test_the_same_except_catches_it_as_with_fit(
    home: Home, cell: dict[str, Any], data: dict[str, Any]
) -> None:
    def fit(how: str) -> None:
        callbacks = [cell["Raises"](cell[how])]
        aibro.Training.online_fit(
            cell["model"],
            **data,
            epochs=3,
            fit_kwargs={"callbacks": callbacks},
            cool_down_period_s=60,
        )

    with pytest.raises(cell["Mine"], match="no good") as mine:
        fit("mine")
    assert isinstance(mine.value, JobCanceled)
    assert mine.value.args == ("no good",)
    raised: Any = mine.value
    assert (raised.code, raised.model) == (7, cell["model"])
    traceback = str(mine.value.remote_traceback)
    assert 'raise Mine(7, "no good")' in traceback
    assert "aibro/worker" not in traceback

    with pytest.raises(FileNotFoundError, match="nowhere") as missing:
        fit("missing")
    assert missing.value.filename == "/nowhere/at-all"
    with pytest.raises(FileNotFoundError):
        aibro.Job.result(aibro.Job.list()[0].job_id)

    with pytest.raises(UnicodeDecodeError) as unreadable:
        fit("unreadable")
    assert unreadable.value.args[1] == b"\xff"
    assert f"Job {aibro.Job.list()[0].job_id} was canceled: Unicode" in str(unreadable.value)

    with pytest.raises(JobCanceled) as bare:
        fit("bare")
    assert bare.value.args == ("code", 5)
    # A notebook may catch other kinds before the one that is raised.
    assert not isinstance(unreadable.value, RuntimeError)

    with pytest.raises(ValueError, match="TextIOWrapper"):
        fit("unpicklable")

    with pytest.raises(JobCanceled, match="SystemExit: 3"):
        fit("exits")


def test_what_was_trained_until_then_comes_back_as_from_fit(
    home: Home, cell: dict[str, Any], data: dict[str, Any]
) -> None:
    model = cell["model"]
    plain = keras.models.clone_model(model)
    plain.set_weights(model.get_weights())
    plain.compile(model.optimizer.__class__(), model.loss)
    keras.utils.set_random_seed(5)
    kept = cell["Raises"](cell["mine"])
    with pytest.raises(cell["Mine"]):
        plain.fit(data["train_X"], data["train_Y"], epochs=3, callbacks=[kept], verbose=0)
    drawn = np.random.random()

    keras.utils.set_random_seed(5)
    sent = cell["Raises"](cell["mine"])
    with pytest.raises(cell["Mine"]):
        aibro.Training.online_fit(model, **data, epochs=3, fit_kwargs={"callbacks": [sent]})
    assert np.random.random() == drawn
    for ours, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert int(model.optimizer.iterations) == int(plain.optimizer.iterations) > 0
    assert (sent.seen, sent.model) == (kept.seen, model)
    assert model.history.history == plain.history.history
    assert not home.store.failed_folder(aibro.Job.list()[0].job_id).exists()
