"""What each route answers: from the store, without a word of HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import aibro
from aibro.checks import check_description, check_seconds
from aibro.deletion import delete_job
from aibro.display.timeline import render_timeline
from aibro.errors import JobNotEnded, NotFound
from aibro.machines import machines
from aibro.models import (
    Changes,
    ChartType,
    EventPage,
    ExtendRequest,
    Instance,
    InstanceList,
    Job,
    JobFilter,
    JobPage,
    LogChunk,
    MachineList,
    Recording,
    ReplayRequest,
    SavedFolders,
    ServerInfo,
    TensorBoardPage,
    Timeline,
    TimelineBundle,
    Verdict,
    Word,
)
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.replay import check_replayable, recording, start_replay
from aibro.saved_logs import tensorboard_logs
from aibro.server.folders import ContentsFolders
from aibro.server.logs import read_log
from aibro.server.tensorboards import TensorBoards
from aibro.store import Store
from aibro.transitions import ENDED


class JobSort(Word):
    """The order of a list of jobs."""

    NEWEST_FIRST = "-created"
    OLDEST_FIRST = "created"


@dataclass(frozen=True)
class Service:
    """Answers requests; arguments have been checked for their form, not for what they mean.

    Args:
        store: where the rows are.
        folders: the folders a replay may save into.
        tensorboards: the server's running TensorBoards.
        document: the OpenAPI document.
    """

    store: Store
    folders: ContentsFolders
    tensorboards: TensorBoards
    document: dict[str, Any]

    def openapi(self) -> dict[str, Any]:
        """The description of all routes."""
        return self.document

    def info(self) -> ServerInfo:
        """About this server."""
        return ServerInfo(
            version=aibro.__version__,
            seq=self.store.history.seq(),
            root_dir=self.folders.root_dir,
        )

    def jobs(
        self,
        *,
        filter: JobFilter,  # noqa: A002 - the parameter's name on the wire
        search: str,
        sort: JobSort,
        cursor: str | None,
        offset: int,
        limit: int,
    ) -> JobPage:
        """One page of the list."""
        return self.store.jobs.page(
            filter_=filter,
            search=search,
            newest_first=sort is JobSort.NEWEST_FIRST,
            cursor=cursor,
            offset=offset,
            limit=limit,
        )

    def job(self, *, job_id: str) -> Job:
        """One job."""
        return self.store.jobs.get(job_id)

    def delete_job(self, *, job_id: str) -> None:
        """Forget an ended job and its files."""
        delete_job(self.store, job_id)

    def timeline(self, *, job_id: str, char_type: ChartType) -> Timeline:
        """Where a job's time went so far."""
        return self.store.history.timeline(job_id, char_type)

    def timeline_bundle(self, *, job_id: str, char_type: ChartType) -> TimelineBundle:
        """The timeline in every form an output has."""
        return render_timeline(self.timeline(job_id=job_id, char_type=char_type))

    def events(self, *, job_id: str, after: int, limit: int) -> EventPage:
        """A part of a job's history."""
        return self.store.history.events(job_id, after, limit)

    def log(self, *, job_id: str, offset: int, limit: int) -> LogChunk:
        """A part of a job's log."""
        # The status is read before the file: a job that ends in between is asked for once more.
        ended = self.store.jobs.get(job_id).status in ENDED
        return read_log(self.store.job_folder(job_id) / "log.txt", offset, limit, ended=ended)

    def recording(self, *, job_id: str) -> Recording:
        """What is kept of a recorded job."""
        return recording(self.store, job_id)

    def verdict(self, *, job_id: str) -> Verdict:
        """What a replay showed."""
        job = self.store.jobs.get(job_id)
        verdict = self.store.jobs.verdict(job_id)
        if verdict is not None:
            return verdict
        if job.replay_of is None:
            raise NotFound(f"Job {job_id} is not a replay; only a replay has a verdict.")
        if job.status not in ENDED:
            raise JobNotEnded(f"Replay {job_id} is {job.status}; its verdict comes with its end.")
        raise NotFound(f"Replay {job_id} ended without a verdict: {job.reason}.")

    def saved_folders(self, *, job_id: str) -> SavedFolders:
        """Where a job's files go, as far as the Contents API reaches."""
        submission = self.store.jobs.submission(job_id)
        checkpoints = checkpoint_folder(submission.directory_to_save_ckpt, job_id)
        log = log_folder(submission.directory_to_save_log, job_id)
        return SavedFolders(
            checkpoints=self.folders.path_of(checkpoints),
            log=self.folders.path_of(log),
        )

    def tensorboard(self, *, job_id: str) -> TensorBoardPage:
        """A TensorBoard that shows what the job logged."""
        folder = tensorboard_logs(self.store, job_id)
        return TensorBoardPage(path=self.tensorboards.open(folder))

    def cancel(self, *, job_id: str) -> Job:
        """Ask a job's runner to cancel."""
        return self.store.jobs.request_cancel(job_id)

    def replay(self, *, job_id: str, body: ReplayRequest) -> Job:
        """Start a job that repeats a recorded one."""
        called_at = time.time()
        check_replayable(self.store, job_id)
        return start_replay(
            self.store,
            job_id,
            description=check_description(body.description),
            directory_to_save_ckpt=self._folder(
                body.directory_to_save_ckpt, "directory_to_save_ckpt"
            ),
            directory_to_save_log=self._folder(body.directory_to_save_log, "directory_to_save_log"),
            wait_request_s=check_seconds("wait_request_s", body.wait_request_s),
            called_at=called_at,
        )

    def changes(self, *, after: int, limit: int) -> Changes:
        """The rows touched since."""
        return self.store.history.changes(after, limit)

    def instances(self) -> InstanceList:
        """The instances that are not closed."""
        return self.store.instances.open()

    def extend_instance(self, *, instance_id: str, body: ExtendRequest) -> Instance:
        """Hold a cooling instance longer."""
        return self.store.instances.extend(instance_id, body.seconds)

    def close_instance(self, *, instance_id: str) -> Instance:
        """End a cooling instance."""
        return self.store.instances.request_close(instance_id)

    def machines(self) -> MachineList:
        """The kinds of machines jobs can ask for."""
        return MachineList(machines=machines(self.store))

    def _folder(self, path: str | None, field: str) -> str | None:
        return None if path is None else self.folders.resolve(path, field)
