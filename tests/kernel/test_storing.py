"""Large data is announced with its size and the expected time, and its storing is followed."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.errors import JobCanceled
from aibro.kernel import storing
from aibro.kernel.storing import storing_words
from aibro.models import JobStatus
from aibro.store import Store
from aibro.store.sending import Sizes

SAMPLES = 6_400_000
"""Of four numbers: 102 MB."""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Data that is stored in several blocks, each of them told."""
    monkeypatch.setattr(storing, "NOTE_EVERY_S", 0.0)
    points = np.random.default_rng(5).random((SAMPLES, 4), dtype="float32")
    return {"train_X": points, "train_Y": points[:, 0].copy()}


def notes_of(
    arguments: dict[str, Any], model: Any, monkeypatch: pytest.MonkeyPatch, cool_s: float = 0
) -> list[str]:
    """Train, and give what the job said each time that there was something to see."""
    from aibro.kernel import progress

    seen: list[str] = []
    look = progress.Follower.look

    def noting(self: progress.Follower, job_id: str) -> None:
        seen.append(Store().jobs.get(job_id).note)
        look(self, job_id)

    with monkeypatch.context() as patched:
        patched.setattr(progress.Follower, "look", noting)
        aibro.Training.online_fit(model, **arguments, batch_size=SAMPLES, cool_down_period_s=cool_s)
    return seen


def test_storing_large_data_is_followed_and_the_next_time_expected(
    notebook_folder: Path,
    jax_alone: None,
    large: dict[str, Any],
    model: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = notes_of(large, model, monkeypatch, cool_s=60)

    assert first[0] == "Storing 128 MB of model and data"
    told = [
        re.fullmatch(r"Storing model and data: ([\d.]+) MB of 128 MB", note) for note in first[1:]
    ]
    stored = [float(found[1]) for found in told if found]
    assert len(stored) > 5
    assert stored == sorted(stored)
    assert stored[-1] == 128
    assert "Storing 128 MB of model and data" in capsys.readouterr().out
    (job,) = aibro.Job.list()
    assert (job.status, job.note) == (JobStatus.COMPLETED, "")

    large["train_X"] = large["train_X"] + 1
    again = notes_of(large, model, monkeypatch)

    assert re.fullmatch(r"Storing 128 MB of model and data: about \d+ s by the pace .*", again[0])
    card = Store().history.card(aibro.Job.list()[0].job_id)
    assert card.expected_s is not None
    assert card.data_bytes == SAMPLES * 20


def test_small_data_is_not_worth_a_word(
    notebook_folder: Path,
    jax_alone: None,
    data: dict[str, Any],
    model: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    job_id = aibro.Training.offline_fit(model, **data, batch_size=32)
    card = Store().history.card(job_id)
    assert card.data_bytes == 96 * 5 * 4
    assert card.model_bytes is not None
    assert card.expected_s is None
    aibro.Job.wait(job_id)
    assert "Storing" not in capsys.readouterr().out


def test_what_takes_long_is_said_in_words() -> None:
    sizes = Sizes(model_bytes=1, data_bytes=4_199_999, expected_s=90.0)
    assert storing_words(sizes) == (
        "Storing 4.2 MB of model and data: about 2 min by the pace of earlier jobs"
    )
    assert storing_words(Sizes(model_bytes=1, data_bytes=9, expected_s=None)) == ""


def test_data_that_cannot_be_stored_is_shown_to_end_the_job(
    notebook_folder: Path, model: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    class Fickle:
        """An array that is gone when it is asked for once more."""

        shape, dtype = (64, 4), np.dtype("float32")

        def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
            if Store().jobs.active_ids():
                raise RuntimeError("the file was closed")
            return np.ones(self.shape, self.dtype)

    with pytest.raises(RuntimeError, match="the file was closed"):
        aibro.Training.online_fit(model, Fickle(), np.ones(64, "float32"), batch_size=32)

    out = capsys.readouterr().out
    assert "CANCELED   CANCELED: RuntimeError: the file was closed" in out
    (job,) = aibro.Job.list()
    assert job.status is JobStatus.CANCELED
    with pytest.raises(JobCanceled, match="the file was closed"):
        aibro.Job.result(job.job_id)
    assert job.ended_at is not None
    assert job.ended_at <= time.time()
