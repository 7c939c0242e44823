"""What a notebook's cells hold when they were run in a real kernel, without any extension."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
from nbclient import NotebookClient

from aibro.models import JOB_MIME, TIMELINE_MIME, JobCard, JobStatus, JobSubstatus, TimelineDiff
from tests.display.support import Text, size

NO_TENSORFLOW = Path(__file__).parents[1] / "no_tensorflow"
SET_UP = """
import aibro, keras, numpy
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x, y = numpy.ones((64, 4), "float32"), numpy.ones(64, "float32")
class Bad(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise ValueError("bad luck")
class Talks(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            from IPython.display import clear_output
            clear_output(wait=True)
    def on_epoch_end(self, epoch, logs=None):
        print("epoch", epoch)
        handle = display({"text/plain": "early"}, raw=True, display_id=True)
        handle.update({"text/plain": f"late {epoch}"}, raw=True)
"""
CELLS = {
    "set-up": SET_UP,
    "train": "first, _, _ = aibro.Training.online_fit(model, x, y, epochs=400, batch_size=1,\n"
    "    description='ones, first try', cool_down_period_s=60)",
    "again": "second, _, _ = aibro.Training.online_fit(model, x, y, cool_down_period_s=60)",
    "talk": "aibro.Training.online_fit(model, x, y, epochs=2, cool_down_period_s=60,\n"
    "    fit_kwargs={'callbacks': [Talks()]}, description='talks');",
    "show": "aibro.Job.show(second)",
    "compare": "aibro.Job.compare_timelines(first, second)",
    "fail": "aibro.Training.online_fit(model, x, y, fit_kwargs={'callbacks': [Bad()]})",
}


class Client(NotebookClient):
    """Runs cells as Jupyter does, and counts how often an output was shown and replaced."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown: dict[int, Counter[str]] = {}

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.shown.setdefault(cell_index, Counter())[msg["msg_type"]] += 1
        return super().process_message(msg, cell, cell_index)


def test_a_cell_that_trains_holds_the_cards_last_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIBRO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", f"{NO_TENSORFLOW}:{Path(__file__).parents[2]}")
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = Client(
        notebook,
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    nbformat.validate(notebook)
    outputs = {cell.id: cell.outputs for cell in notebook.cells}

    (trained,) = outputs["train"]
    card = msgspec.convert(trained.data[JOB_MIME], JobCard)
    assert card.job.status is JobStatus.COMPLETED
    assert card.reached is JobSubstatus.COMPLETED
    assert (card.job.epoch, len(card.values)) == (400, 50)
    assert re.match(r"ones, first try · .* · COMPLETED", trained.data["text/plain"])
    assert "400 of 400" in Text(trained.data["text/html"]).text
    assert size(trained.data) <= 8192

    took = card.job.ended_at and card.job.ended_at - card.job.created_at
    assert took is not None
    shown = client.shown[list(CELLS).index("train")]
    assert shown["display_data"] == 1
    # Once a second, and for each of six steps, for the stored data and for the end.
    assert 4 <= shown["update_display_data"] <= took + 8

    talked, said, displayed = outputs["talk"]
    # The cell was cleared after the first epoch, and the card stayed.
    assert msgspec.convert(talked.data[JOB_MIME], JobCard).job.status is JobStatus.COMPLETED
    assert (said.name, said.text) == ("stdout", "epoch 1\n")
    assert displayed.data == {"text/plain": "late 1"}

    (looked,) = outputs["show"]
    (again,) = outputs["again"]
    assert looked.data[JOB_MIME]["job"] == again.data[JOB_MIME]["job"]

    (compared,) = outputs["compare"]
    diff = msgspec.convert(compared.data[TIMELINE_MIME], TimelineDiff)
    assert diff.first.job_id == card.job.job_id
    assert diff.sentence in Text(compared.data["text/html"]).text

    failed, error = outputs["fail"]
    canceled = msgspec.convert(failed.data[JOB_MIME], JobCard)
    assert canceled.job.reason == "ValueError: bad luck"
    assert canceled.reached is JobSubstatus.TRAINING
    assert "bad luck" in Text(failed.data["text/html"]).text
    assert error.ename == "JobCanceled"
