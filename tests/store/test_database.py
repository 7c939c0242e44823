"""The file under the store: opened safely or refused, written by many at once."""

from __future__ import annotations

import stat
import subprocess
import sys
from multiprocessing import Queue, get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import apsw
import pytest

from aibro.errors import DiskFull, StoreError, StoreTooNew
from aibro.models import PeriodName
from aibro.store import Store
from aibro.store.database import Database
from tests.jobs import PATIENCE_S
from tests.store.support import add_job, fastest

WRITER = """
import sys
from pathlib import Path
from aibro.store.database import Database
from tests.store.support import add_job
database = Database(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    with database.write() as write:
        write.event("counted", None, {})
"""


def test_a_new_store_is_the_users_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "some" / "home")
    assert stat.S_IMODE(store.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.database.path.stat().st_mode) == 0o600
    store.close()


def test_a_store_of_a_newer_version_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "aibro.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE the_future (x); PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=r"format 99.*Update jupyterlab-aibro"):
        Database(path)
    assert path.read_bytes() == before


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    store = Store(tmp_path)
    job_id = add_job(store)
    with store.database.write() as write:
        later = ("from_epoch", "is_foreign", "trusted", "attempt", "waits_at")
        for column in (*later, "wait", "default_description"):
            write.execute(f"ALTER TABLE jobs DROP COLUMN {column}")
        write.execute(
            "CREATE TABLE older (job_id TEXT NOT NULL, name TEXT NOT NULL, "
            "started_at REAL NOT NULL, ended_at REAL, PRIMARY KEY (job_id, name))"
        )
        write.execute("INSERT INTO older SELECT job_id, name, started_at, ended_at FROM periods")
        write.execute("DROP TABLE periods")
        write.execute("ALTER TABLE older RENAME TO periods")
        write.execute("DROP TABLE requests")
        write.execute("DROP TABLE pending_instances")
        write.execute("PRAGMA user_version = 1")
    store.close()
    store = Store(tmp_path)
    job = store.jobs.get(job_id)
    assert (job.foreign, job.from_epoch, job.attempt) == (False, 0, 1)
    assert (job.wait, job.default_description) == (None, False)
    [period] = store.history.timeline(job_id).periods
    assert (period.name, period.attempt) == (PeriodName.JOB_CREATE, 1)
    store.requests.add("gpu", "granted", 1.0)
    assert store.instances.pending() == []


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_store_is_refused_in_plain_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aibro.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"aibro\.db cannot be used.*AIBRO_HOME"):
        Database(path)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="AIBRO_HOME"):
        Store(tmp_path / "file" / "home")


def test_processes_that_open_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "home" / "aibro.db"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), "150"]) for _ in range(4)]
    assert [writer.wait(PATIENCE_S) for writer in writers] == [0] * 4
    database = Database(path)
    rows = database.read("SELECT seq FROM events ORDER BY seq")
    assert rows == [(seq,) for seq in range(1, 601)]
    assert database.read("PRAGMA integrity_check") == [("ok",)]
    database.close()


def _open_new_stores(folder: Path, rounds: int, start: Barrier, outcome: Queue[str]) -> None:
    for number in range(rounds):
        start.wait(timeout=PATIENCE_S)
        try:
            database = Database(folder / str(number) / "aibro.db")
            database.read("SELECT count(*) FROM jobs")
            database.close()
        except StoreError as error:
            outcome.put(str(error))
    outcome.put("done")


def test_processes_that_make_the_same_store_wait_for_each_other(tmp_path: Path) -> None:
    context = get_context("spawn")
    rounds, count = 40, 4
    start, outcome = context.Barrier(count), context.Queue()
    processes = [
        context.Process(target=_open_new_stores, args=(tmp_path, rounds, start, outcome))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    said = [outcome.get(timeout=PATIENCE_S) for _ in processes]
    for process in processes:
        process.join()
    assert said == ["done"] * count


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    def half() -> None:
        with store.database.write() as write:
            write.event("half", None, {})
            raise KeyError("in the middle")

    with pytest.raises(KeyError):
        half()
    assert store.database.read("SELECT * FROM events") == []
    assert store.history.seq() == 0
    with store.database.write() as write:
        write.event("whole", None, {})
    assert store.history.seq() == 1


def test_a_write_that_changes_nothing_wakes_nobody(store: Store) -> None:
    other = Database(store.database.path)
    version = other.data_version()
    with store.database.write() as write:
        write.execute("UPDATE jobs SET note = 'x' WHERE job_id = 'none'")
    assert other.data_version() == version
    with store.database.write() as write:
        write.event("something", None, {})
    assert other.data_version() != version
    other.close()


FORKING = """
import os, sys
from pathlib import Path
from aibro.models import PeriodName
from aibro.store import Store

store = Store(Path(sys.argv[1]))
assert store.history.seq() == 0
child = os.fork()
if child == 0:
    with store.database.write() as write:
        write.event("from the child", None, {})
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert store.history.seq() == 1
with store.database.write() as write:
    write.event("from the parent", None, {})
assert store.database.read("PRAGMA integrity_check") == [("ok",)]
"""


def test_a_forked_child_uses_a_connection_of_its_own(tmp_path: Path) -> None:
    # In a process of its own: a test before may have brought a framework that must not fork.
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path / "home")],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_full_disk_has_a_plain_name(store: Store) -> None:
    def write_much() -> None:
        with store.database.write() as write:
            write.execute("PRAGMA max_page_count = 1")
            for _ in range(100):
                write.event("long", None, {"text": "x" * 5000})

    with pytest.raises(DiskFull, match="No space is left on the disk while writing the store"):
        write_much()
    assert store.database.read("SELECT count(*) FROM events") == [(0,)]


def test_looking_for_changes_costs_less_than_reading_them(store: Store) -> None:
    add_job(store)

    def look_often() -> None:
        for _ in range(200):
            store.data_version()

    def read_often() -> None:
        for _ in range(200):
            store.history.changes(0)

    assert fastest(look_often) < fastest(read_often)
