"""What happens to what a training prints and displays on its way to the cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibro.store import outputs
from aibro.store.outputs import OutputReader, OutputWriter
from aibro.trainings.events import Output
from tests.jobs import Home


def line(text: str) -> Output:
    return Output(kind="stream", name="stdout", text=text)


def test_a_reader_gets_each_output_once(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    reader, writer = OutputReader(path), OutputWriter(path)
    assert reader.read() == []
    writer.write([line("a\n"), line("b\n")])
    assert reader.read() == [line("a\n"), line("b\n")]
    writer.write([Output(kind="display_data", content=b'{"data":{}}')])
    assert reader.read() == [Output(kind="display_data", content=b'{"data":{}}')]
    assert reader.read() == []


def test_half_an_output_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    OutputWriter(path).write([line("whole")])
    written = path.read_bytes()
    path.write_bytes(written + written[:9])
    reader = OutputReader(path)
    assert reader.read() == [line("whole")]
    path.write_bytes(written + written)
    assert reader.read() == [line("whole")]


def test_there_is_an_end_to_it_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "MAX_BYTES", 200)
    writer = OutputWriter(tmp_path / "outputs")
    for _ in range(20):
        writer.write([line("x" * 40)])
    found = OutputReader(tmp_path / "outputs").read()
    assert found[0] == line("x" * 40)
    assert "in the job's log" in found[-1].text
    assert len(found) < 5


def test_what_a_training_prints_comes_in_its_order_and_is_in_the_log_too(home: Home) -> None:
    fit = "print('one'); sys.stderr.write('two\\n'); print('three'); epoch(1, loss=0.5)"
    job_id = home.job(fit)
    home.completed(job_id)
    found = OutputReader(home.store.outputs_file(job_id)).read()
    assert [(each.name, each.text) for each in found] == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("stdout", "three\n"),
    ]
    assert home.store.log_file(job_id).read_text() == "one\ntwo\nthree\n"


def test_a_line_that_a_full_disk_cut_off_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    writer = OutputWriter(path)
    writer.write([line("whole")])
    path.write_bytes(path.read_bytes() + path.read_bytes()[:9] + b"\n")
    writer.write([line("next")])
    assert OutputReader(path).read() == [line("whole"), line("next")]
