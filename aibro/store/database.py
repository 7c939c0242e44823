"""One SQLite file: opening it safely, reading, and writing under a growing number.

SQLite comes with apsw, not with Python, because the versions Python brings still have the WAL-reset
bug that needs exactly what happens here: several processes that write and checkpoint.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec

from aibro.errors import DiskFull, StoreError, StoreGone, StoreTooNew
from aibro.payloads.atomic import disk_is_full
from aibro.store.file_systems import on_network_file_system

SCHEMA_VERSION = 4
_MIGRATIONS = {
    1: "ALTER TABLE jobs ADD COLUMN from_epoch INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN trusted INTEGER NOT NULL DEFAULT 0;",
    2: "ALTER TABLE jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE jobs ADD COLUMN waits_at TEXT;"
    "ALTER TABLE periods RENAME TO old_periods;"
    "CREATE TABLE periods (job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE, "
    "attempt INTEGER NOT NULL DEFAULT 1, name TEXT NOT NULL, started_at REAL NOT NULL, "
    "ended_at REAL, PRIMARY KEY (job_id, attempt, name)) WITHOUT ROWID;"
    "INSERT INTO periods SELECT job_id, 1, name, started_at, ended_at FROM old_periods;"
    "DROP TABLE old_periods;"
    "CREATE TABLE requests (number INTEGER PRIMARY KEY, machine_id TEXT NOT NULL, "
    "outcome TEXT NOT NULL, waited_s REAL NOT NULL, at REAL NOT NULL);"
    "CREATE INDEX requests_by_machine ON requests (machine_id, number);",
    # Plans became envelopes, too. Older ones stay, and whoever needs one says that it is old.
    3: "ALTER TABLE jobs ADD COLUMN default_description INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN wait TEXT;"
    "CREATE TABLE pending_instances (job_id TEXT PRIMARY KEY, instance_id TEXT NOT NULL, "
    "engine TEXT NOT NULL) WITHOUT ROWID;",
}
"""From each version of the store to the next."""
BUSY_TIMEOUT_MS = 10_000
EVENTS_OF_JOB = "events INDEXED BY events_by_job"
"""What to select one job's events of a kind from; SQLite would choose the index of all jobs."""
# SQLite says FULL only when it writes the file itself; these mean a full disk, too.
_NO_ROOM = frozenset(
    {apsw.SQLITE_IOERR_SHMSIZE, apsw.SQLITE_IOERR_SHMMAP, apsw.SQLITE_IOERR_SHMOPEN}
)

Row = tuple[Any, ...]
Values = Mapping[str, Any] | Iterable[Any]


class Transaction:
    """A write in progress: everything it touches takes a fresh ``seq`` and commits at once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.now = time.time()
        self._seq: int | None = None
        self._wrote_event = False

    @property
    def seq(self) -> int:
        """The number of this change; taken when first read: a write without one wakes nobody."""
        if self._seq is None:
            self._seq = self._next_seq()
        return self._seq

    def execute(self, sql: str, values: Values = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return self._connection.execute(sql, _bindings(values)).fetchall()

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """Run one statement and return its first row."""
        rows = self.execute(sql, values)
        return rows[0] if rows else None

    def event(self, kind: str, job_id: str | None, data: Mapping[str, Any]) -> None:
        """Append one line to the history; each one takes a number of its own."""
        if self._wrote_event:
            self._seq = self._next_seq()
        self._wrote_event = True
        self.execute(
            "INSERT INTO events (seq, at, job_id, kind, data) VALUES (?, ?, ?, ?, ?)",
            (self.seq, self.now, job_id, kind, msgspec.json.encode(data).decode()),
        )

    def _next_seq(self) -> int:
        return int(self.execute("UPDATE clock SET seq = seq + 1 RETURNING seq")[0][0])


class Database:
    """The file and its connections, one for each thread of each process.

    Args:
        path: the database file; made when missing, with its folder (mode 0700).

    Raises:
        StoreTooNew: it was written by a newer AIbro.
        StoreError: it cannot be opened, or is damaged.
        DiskFull: there is no room to make it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        _make_private(path)
        with _plain_errors(path):
            self._migrate()
        self._identity = _identity(path)

    def read(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query."""
        with _plain_errors(self.path):
            return self._connection().execute(sql, _bindings(values)).fetchall()

    def read_one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query."""
        rows = self.read(sql, values)
        return rows[0] if rows else None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see one state of the store."""
        with _plain_errors(self.path):
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One write: all of it happens or none of it."""
        with _plain_errors(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def is_gone(self) -> bool:
        """Whether the file was deleted or replaced; SQLite would go on writing to the old one."""
        return _identity(self.path) != self._identity

    def data_version(self) -> int:
        """A number that changes when another connection has written; costs microseconds.

        Raises:
            StoreGone: the file is not the one that was opened any more.
        """
        if self.is_gone():
            raise StoreGone(
                f"The store {self.path} was deleted or replaced while it was in use; its jobs "
                "cannot be followed any more. Run the cell again."
            )
        with _plain_errors(self.path):
            return _number(self._connection(), "PRAGMA data_version")

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connection(self) -> apsw.Connection:
        # A forked child must neither use nor close its parent's connection.
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.inherited = getattr(self._local, "connection", None)
            self._local.connection = None
            self._local.pid = os.getpid()
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = apsw.Connection(str(self.path))
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            # Check the version first, so that a store that is refused is not changed.
            self._version(connection)
            wal = not on_network_file_system(self.path)
            _set_journal(connection, "WAL" if wal else "DELETE")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        return connection

    def _migrate(self) -> None:
        connection = self._connection()
        if self._version(connection) == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read it again inside the write: another process may have been faster.
            version = self._version(connection)
            if version == 0:
                schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
                connection.execute(schema)
            else:
                for older in range(version, SCHEMA_VERSION):
                    connection.execute(_MIGRATIONS[older])
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _version(self, connection: apsw.Connection) -> int:
        version = _number(connection, "PRAGMA user_version")
        if version > SCHEMA_VERSION:
            raise StoreTooNew(
                f"The store {self.path} was written by a newer AIbro (format {version}, this one "
                f"knows {SCHEMA_VERSION}). Update jupyterlab-aibro, or set AIBRO_HOME to another "
                "folder."
            )
        return version


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _number(connection: apsw.Connection, query: str) -> int:
    number: Any
    [[number]] = connection.execute(query).fetchall()
    return int(number)


def _set_journal(connection: apsw.Connection, mode: str) -> None:
    # Two processes may open a new store at once. The switch needs the file for itself, and SQLite
    # refuses it at once instead of waiting (https://sqlite.org/c3ref/busy_handler.html).
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
            return
        except apsw.BusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.002)


def _make_private(path: Path) -> None:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # The files that SQLite makes beside it get the same mode.
            path.touch(mode=0o600)
    except OSError as error:
        if disk_is_full(error):
            raise DiskFull(f"the folder {folder}") from error
        raise StoreError(
            f"The folder {folder} cannot be used: {error.strerror}. "
            "Set AIBRO_HOME to another folder."
        ) from error


def _bindings(values: Values) -> Mapping[str, Any] | tuple[Any, ...]:
    # A `Word` is a string, but apsw only takes plain ones.
    if isinstance(values, Mapping):
        return {key: _plain(value) for key, value in values.items()}
    return tuple(_plain(value) for value in values)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) and type(value) is not str else value


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except apsw.FullError as error:
        raise DiskFull("the store") from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreError(
            f"The store {path} cannot be used ({error}). Check the folder's permissions, "
            "or set AIBRO_HOME to another folder."
        ) from error
    except apsw.IOError as error:
        if getattr(error, "extendedresult", None) in _NO_ROOM:
            raise DiskFull("the store") from error
        raise StoreError(f"The store {path} cannot be read or written ({error}).") from error
    except apsw.BusyError as error:
        raise StoreError(
            f"The store {path} stayed locked for {BUSY_TIMEOUT_MS // 1000} s."
        ) from error
