"""`Store`: the state folder with its parts."""

from __future__ import annotations

from pathlib import Path

from aibro.home import home_folder
from aibro.models import Job, ReasonKind
from aibro.store.admission import Admission
from aibro.store.database import Database
from aibro.store.disk_reserve import StoreReserve
from aibro.store.history import History
from aibro.store.instances import Instances
from aibro.store.jobs import Jobs
from aibro.store.lifecycle import Lifecycle
from aibro.store.requests import Requests
from aibro.store.sending import Sending


class Store:
    """Everything AIbro knows, in one folder.

    Args:
        home: the state folder; the user's own (``$AIBRO_HOME``) when ``None``.

    Raises:
        StoreError: the folder cannot be used, or was written by a newer AIbro.
        DiskFull: there is no room to make or to open it.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home_folder() if home is None else home
        self.disk_reserve = StoreReserve(self.home)
        # Even to be read, the store needs a little room beside it.
        self.database = self.disk_reserve.lend(lambda: Database(self.home / "aibro.db"))
        self.disk_reserve.take()
        self.jobs = Jobs(self.database)
        self.instances = Instances(self.database)
        self.history = History(self.database)
        self.admission = Admission(self.database)
        self.lifecycle = Lifecycle(self.database)
        self.requests = Requests(self.database)
        self.sending = Sending(self.database)

    def job_folder(self, job_id: str) -> Path:
        """The folder of a job's locks, logs and result."""
        return self.home / "jobs" / job_id

    def log_file(self, job_id: str) -> Path:
        """The file of what a job's training prints; missing before its instance is set up."""
        return self.job_folder(job_id) / "log.txt"

    def error_file(self, job_id: str) -> Path:
        """The file of the exception that a job's training raised; missing when it raised none."""
        return self.job_folder(job_id) / "error.pickle"

    def outputs_file(self, job_id: str) -> Path:
        """The file of what a job's training prints and displays, for the cell; missing before."""
        return self.job_folder(job_id) / "outputs"

    def failed_folder(self, job_id: str) -> Path:
        """The folder of what a job had changed when its training raised an exception.

        It is there until the kernel that waits has read it.
        """
        return self.job_folder(job_id) / "failed"

    def state_folder(self, job_id: str) -> Path:
        """The folder of what a job's checkpoints leave out: a state for every epoch."""
        return self.job_folder(job_id) / "states"

    def instance_folder(self, instance_id: str) -> Path:
        """The folder of an instance's own files."""
        return self.home / "instances" / instance_id

    @property
    def payload_folder(self) -> Path:
        """The folder of content-addressed models and arrays."""
        return self.home / "payloads"

    def request_cancel(
        self,
        job_id: str,
        kind: ReasonKind = ReasonKind.USER,
        reason: str = "canceled by the user",
    ) -> Job:
        """Ask a job's runner to cancel, also when the disk is full; see `Jobs.request_cancel`."""
        return self.disk_reserve.lend(lambda: self.jobs.request_cancel(job_id, kind, reason))

    def is_gone(self) -> bool:
        """Whether the store was deleted or replaced since it was opened."""
        return self.database.is_gone()

    def data_version(self) -> int:
        """Changes when another process has written; see `Database.data_version`."""
        return self.database.data_version()

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.close()
