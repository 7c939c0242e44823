"""A report that is damaged, cut off, newer, or no report at all: refused, and nothing changes."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from aibro.errors import BadReport, JobExists, ReportTooNew
from aibro.payloads.store import PayloadStore
from aibro.reports import import_report
from aibro.reports.format import VERSION
from aibro.store import Store
from aibro.upkeep.deletion import delete_job
from tests.reports.support import Members, Untouched, resealed


def refused(store: Store, path: Path, says: str = "") -> None:
    """Importing ``path`` is refused with a plain sentence, and changes nothing."""
    untouched = Untouched(store)
    with pytest.raises(BadReport) as caught:
        import_report(store, path, working_directory="/")
    assert says in caught.value.message
    assert caught.value.message.endswith("Nothing was imported.")
    assert caught.value.field == "path"
    assert len(caught.value.message) < 500
    untouched.check()


def imported(store: Store, path: Path) -> list[Any]:
    """All that an import leaves in a store, which is as before afterwards."""
    job_id = import_report(store, path, working_directory="/").job_id
    rows = [
        [row[2:] if table == "jobs" else row for row in store.database.read(query)]
        for table, query in {
            "jobs": "SELECT number, seq, * FROM jobs",
            "epochs": "SELECT * FROM epochs",
            "periods": "SELECT * FROM periods",
        }.items()
    ]
    rows[0] = [tuple(v for i, v in enumerate(row) if i not in (0, 2)) for row in rows[0]]
    payloads = {path.name: path.read_bytes() for path in store.payload_folder.iterdir()}
    log = (store.job_folder(job_id) / "log.txt").read_bytes()
    delete_job(store, job_id)
    return [rows, payloads, log]


def test_a_flipped_bit_is_noticed_wherever_it_matters(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    whole = report.read_bytes()
    expected = imported(receiver, report)
    chance = random.Random(5)
    damaged = tmp_path / "damaged.zip"
    unnoticed = 0
    offsets = range(0, len(whole), 5)
    for offset in offsets:
        bits = bytearray(whole)
        bits[offset] ^= 1 << chance.randrange(8)
        damaged.write_bytes(bits)
        with contextlib.suppress(BadReport):
            assert imported(receiver, damaged) == expected, offset
            unnoticed += 1
    assert PayloadStore(receiver.payload_folder).collect(set, 0, 0) == 0
    # What is left are dates and the like in the archive's own lists, which nobody reads.
    assert unnoticed < len(offsets) * 0.2


def test_a_report_that_is_cut_off_anywhere_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    whole = report.read_bytes()
    cut = tmp_path / "cut.zip"
    for length in [*range(0, len(whole), 41), *range(len(whole) - 120, len(whole))]:
        cut.write_bytes(whole[:length])
        refused(receiver, cut)


def test_bytes_before_or_after_are_refused(receiver: Store, report: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer.zip"
    for data in (b"x" + report.read_bytes(), report.read_bytes() + b"x"):
        longer.write_bytes(data)
        refused(receiver, longer)


def test_a_newer_report_says_which_version_is_needed(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    def newer(manifest: dict[str, Any]) -> None:
        manifest |= {"version": VERSION + 1, "aibro": "9.8.7", "members": "in another way"}

    def with_unknown(members: dict[str, bytes]) -> None:
        members["checkpoints/epoch-0001.keras"] = b""

    path = resealed(report, tmp_path / "newer.zip", with_unknown, newer)
    untouched = Untouched(receiver)
    with pytest.raises(
        ReportTooNew, match=rf"9\.8\.7, format {VERSION + 1}\).*knows format {VERSION}\."
    ):
        import_report(receiver, path, working_directory="/")
    untouched.check()


def test_an_older_report_is_told_and_not_misread(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    def older(manifest: dict[str, Any]) -> None:
        manifest |= {"version": VERSION - 1, "aibro": "0.0.9"}

    path = resealed(report, tmp_path / "older.zip", lambda _: None, older)
    refused(receiver, path, f"an older AIbro wrote it (0.0.9, format {VERSION - 1})")


def test_another_kind_of_file_is_no_report(receiver: Store, report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for data in (b"", b"PK", b"a text\n", os.urandom(5000), b"PK\x05\x06" + bytes(18)):
        other.write_bytes(data)
        refused(receiver, other)
    shutil.make_archive(str(other), "zip", receiver.home)
    refused(receiver, other.with_suffix(".zip"), "no report of AIbro's")
    format_of = resealed(report, other, lambda _: None, lambda told: told.update(format="other"))
    refused(receiver, format_of, "no report of AIbro's")


def test_what_is_no_file_that_can_be_read_is_refused(receiver: Store, tmp_path: Path) -> None:
    refused(receiver, tmp_path, "is a folder")
    refused(receiver, tmp_path / "missing.zip", "does not exist")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    refused(receiver, pipe, "is no file")
    refused(receiver, Path("/dev/zero"), "is no file")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    refused(receiver, loop, "cannot be read")


def test_a_file_of_somebody_else_is_refused(receiver: Store, report: Path) -> None:
    report.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        for folder in report.parents[:4]:
            folder.chmod(0o755)
        os.seteuid(65534)  # nobody: root may read everything
    try:
        with pytest.raises(BadReport, match="cannot be read"):
            import_report(receiver, report, working_directory="/")
    finally:
        if is_root:
            os.seteuid(0)
        report.chmod(0o600)


def test_a_job_that_is_here_already_is_not_touched(
    sender: Store, receiver: Store, report: Path
) -> None:
    job_id = import_report(receiver, report, working_directory="/").job_id
    for store, whose in ((receiver, "was imported before"), (sender, "is one of your own")):
        untouched = Untouched(store)
        with pytest.raises(JobExists, match=f"{job_id} is here already: it {whose}"):
            import_report(store, report, working_directory="/")
        untouched.check()


@pytest.mark.parametrize(
    "name", ["README.txt", "job.json", "plan.json", "timeline.json", "metrics.json", ".npy", ".pkl"]
)
def test_a_report_without_one_of_its_parts_is_refused(
    receiver: Store, report: Path, tmp_path: Path, name: str
) -> None:
    def remove(members: Members) -> None:
        del members[next(member for member in members if member.endswith(name))]

    refused(receiver, resealed(report, tmp_path / "less.zip", remove))
