from __future__ import annotations

import errno
from pathlib import Path

import pytest

from aibro.errors import DiskFull
from aibro.payloads.atomic import replacing


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    final = tmp_path / "model.keras"
    with replacing(final, "the model") as temp:
        temp.write_text("whole")
        assert not final.exists()
        assert temp.suffix == ".keras"
    assert [path.read_text() for path in tmp_path.iterdir()] == ["whole"]


def test_a_failure_keeps_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    final = tmp_path / "model.keras"
    final.write_text("old")

    def fail_while_writing() -> None:
        with replacing(final, "the model") as temp:
            temp.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_while_writing()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Can't write data (file write failed: errno = 28, error message = 'No space ...')"),
    ],
    ids=["system", "hdf5"],
)
def test_a_full_disk_is_told_in_words(tmp_path: Path, error: OSError) -> None:
    def fail_while_writing() -> None:
        with replacing(tmp_path / "x", "the checkpoint x"):
            raise RuntimeError("wrapped") from error

    with pytest.raises(DiskFull, match="while writing the checkpoint x"):
        fail_while_writing()
