"""``kill -9``, a full disk, two at a time, much data: nothing half is ever left."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from aibro.errors import DiskFull, JobExists
from aibro.models import Job
from aibro.reports import import_report, write_report
from aibro.store import Store
from tests.reports.support import Untouched, add_recorded_job
from tests.small_disk import SmallDisk

HERE = Path(__file__).parent
MIB = 1 << 20


def noise(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.random.default_rng(2).integers(0, 255, count, "u1")


def kill_halfway(*arguments: object) -> None:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "halfway.py"), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parents[1],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate()


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(".tmp-*"))


def test_a_report_that_is_killed_leaves_no_file_of_its_name(sender: Store, tmp_path: Path) -> None:
    job_id = add_recorded_job(sender, array=noise(8 * MIB))
    target = tmp_path / "target"
    target.mkdir()
    kill_halfway("report", sender.home, job_id, target)
    assert leftovers(target) == list(target.iterdir()) != []
    file = write_report(sender, job_id, target)
    assert list(target.iterdir()) == [file]


def test_a_report_that_is_killed_keeps_the_older_one(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    job_id = add_recorded_job(sender, array=noise(8 * MIB))
    file = write_report(sender, job_id, tmp_path)
    before = file.read_bytes()
    kill_halfway("report", sender.home, job_id, tmp_path)
    assert file.read_bytes() == before


def test_an_import_that_is_killed_leaves_no_job(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    job_id = add_recorded_job(sender, array=noise(8 * MIB))
    report = write_report(sender, job_id, tmp_path)
    before = receiver.history.seq()
    kill_halfway("import", receiver.home, report, tmp_path)
    assert receiver.history.seq() == before
    assert receiver.jobs.page().total == 0
    files = {path for path in receiver.home.rglob("*") if path.is_file()}
    kept = {path for path in files if not path.name.startswith("aibro.db")}
    assert kept == set(leftovers(receiver.home)) != set()
    # It does not stand in the way, and the next one clears up after it.
    assert import_report(receiver, report, working_directory="/").job_id == job_id
    assert leftovers(receiver.home) == []


def test_a_disk_without_room_for_the_report(
    sender: Store,
    small_disk: SmallDisk,
) -> None:
    job_id = add_recorded_job(sender, array=noise(20 * MIB))
    with pytest.raises(DiskFull, match="while writing the report"):
        write_report(sender, job_id, small_disk.folder)
    assert list(small_disk.folder.iterdir()) == []
    small = add_recorded_job(sender)
    older = write_report(sender, small, small_disk.folder)
    before = older.read_bytes()
    small_disk.fill()
    with pytest.raises(DiskFull):
        write_report(sender, small, small_disk.folder)
    assert older.read_bytes() == before
    assert leftovers(small_disk.folder) == []


def test_a_disk_without_room_for_an_import(
    sender: Store,
    small_disk: SmallDisk,
    tmp_path: Path,
) -> None:
    large = write_report(sender, add_recorded_job(sender, array=noise(20 * MIB)), tmp_path)
    small = write_report(sender, add_recorded_job(sender), tmp_path)
    store = Store(small_disk.folder / "home")
    import_report(store, small, working_directory="/")
    untouched = Untouched(store)
    with pytest.raises(DiskFull):
        import_report(store, large, working_directory="/")
    untouched.check()
    store.jobs.delete(store.jobs.page().jobs[0].job_id)
    small_disk.fill()
    with pytest.raises(DiskFull):
        import_report(store, small, working_directory="/")
    assert store.jobs.page().total == 0
    small_disk.make_room()
    import_report(store, small, working_directory="/")


def test_a_store_that_cannot_be_written_leaves_no_files(receiver: Store, report: Path) -> None:
    """The last step fails, for real: a trigger stands in for whatever might."""
    before = Untouched(receiver)
    with receiver.database.write() as write:
        write.execute(
            "CREATE TRIGGER no BEFORE INSERT ON epochs BEGIN SELECT raise(ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no"):
        import_report(receiver, report, working_directory="/")
    before.check()
    with receiver.database.write() as write:
        write.execute("DROP TRIGGER no")
    import_report(receiver, report, working_directory="/")


def test_of_many_who_import_the_same_report_one_does(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    report = write_report(sender, add_recorded_job(sender, array=noise(4 * MIB)), tmp_path)

    def bring_in(_: int) -> Job | JobExists:
        try:
            return import_report(Store(receiver.home), report, working_directory="/")
        except JobExists as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(bring_in, range(4)))
    (job,) = [answer for answer in answers if isinstance(answer, Job)]
    assert receiver.jobs.get(job.job_id) == job
    again = tmp_path / "again.zip"
    write_report(receiver, job.job_id, again)
    assert leftovers(receiver.home) == []


def test_much_data_takes_little_memory(sender: Store, tmp_path: Path) -> None:
    job_id = add_recorded_job(sender, array=noise(100 * MIB), log=b"x" * (20 * MIB))
    done = subprocess.run(
        [
            sys.executable,
            str(HERE / "memory.py"),
            *map(str, (sender.home, job_id, tmp_path / "receiver", tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=HERE.parents[1],
    )
    assert int(done.stdout) < 40 * MIB
    assert (tmp_path / f"aibro-report-{job_id}.zip").stat().st_size > 100 * MIB
