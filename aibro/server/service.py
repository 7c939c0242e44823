"""What each route answers: from the store, without a word of HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aibro import reports
from aibro._version import __version__
from aibro.advice import advised
from aibro.checks import check_description, check_seconds
from aibro.display.job_card import card_snapshot, render_card
from aibro.display.timeline import render_timeline
from aibro.display.timeline_diff import compare_timelines, render_diff
from aibro.machines.clusters import Clusters
from aibro.machines.listing import list_machines
from aibro.models import (
    API_VERSION,
    Changes,
    ChartType,
    EpochPage,
    EventPage,
    ExtendRequest,
    ImportRequest,
    Instance,
    InstanceList,
    Job,
    JobCard,
    JobCardBundle,
    JobFilter,
    JobPage,
    JobSort,
    LogCase,
    LogChunk,
    LogHits,
    LogLines,
    MachineList,
    Recording,
    ReplayRequest,
    ReportFile,
    ReportRequest,
    SavedFolders,
    ServerInfo,
    TensorBoardPage,
    Timeline,
    TimelineBundle,
    TimelineDiff,
    TimelineDiffBundle,
    Verdict,
)
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.replay.facts import recording
from aibro.replay.judging import verdict_of
from aibro.replay.start import start_replay
from aibro.server.folders import ContentsFolders
from aibro.server.logs import OpenLogs, read_lines, read_log, search_log
from aibro.server.tensorboards import TensorBoards
from aibro.store import Store
from aibro.store.saved_logs import tensorboard_logs
from aibro.transitions import ENDED
from aibro.upkeep.deletion import delete_job, delete_recording


@dataclass(frozen=True)
class Download:
    """A file to keep.

    Args:
        path: the file; one that is missing is empty.
        name: what the browser calls it.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class Service:
    """Answers requests; arguments have been checked for their form, not for what they mean.

    Args:
        store: where the rows are.
        folders: the folders a replay may save into.
        tensorboards: the server's running TensorBoards.
        logs: what is known of the logs that are looked at.
        clusters: what is known of the clusters of machines.
        document: the OpenAPI document.
    """

    store: Store
    folders: ContentsFolders
    tensorboards: TensorBoards
    logs: OpenLogs
    clusters: Clusters
    document: dict[str, Any]

    def openapi(self) -> dict[str, Any]:
        """The description of all routes."""
        return self.document

    def info(self) -> ServerInfo:
        """About this server."""
        return ServerInfo(
            version=__version__,
            api=API_VERSION,
            seq=self.store.history.seq(),
            root_dir=self.folders.root_dir,
        )

    def jobs(
        self,
        *,
        filter: JobFilter,  # noqa: A002 - the parameter's name on the wire
        search: str,
        machine: str,
        sort: JobSort,
        cursor: str | None,
        offset: int,
        limit: int,
    ) -> JobPage:
        """One page of the list."""
        return self.store.jobs.page(
            filter_=filter,
            search=search,
            machine=machine,
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
        return advised(self.store, self.store.history.timeline(job_id, char_type))

    def timeline_bundle(self, *, job_id: str, char_type: ChartType) -> TimelineBundle:
        """The timeline in every form an output has."""
        return render_timeline(self.timeline(job_id=job_id, char_type=char_type))

    def timeline_diff(self, *, job_id: str, other_id: str) -> TimelineDiff:
        """Where two jobs' time went, side by side."""
        timeline = self.store.history.timeline
        return compare_timelines(timeline(job_id), timeline(other_id))

    def timeline_diff_bundle(self, *, job_id: str, other_id: str) -> TimelineDiffBundle:
        """Two timelines in every form an output has."""
        return render_diff(self.timeline_diff(job_id=job_id, other_id=other_id))

    def card(self, *, job_id: str) -> JobCard:
        """A job as its card shows it."""
        return card_snapshot(self.store.history.card(job_id))

    def card_bundle(self, *, job_id: str) -> JobCardBundle:
        """A job's card in every form an output has."""
        return render_card(self.store.history.card(job_id))

    def events(self, *, job_id: str, after: int, limit: int) -> EventPage:
        """A part of a job's history."""
        return self.store.history.events(job_id, after, limit)

    def epochs(self, *, job_id: str, after: int, limit: int) -> EpochPage:
        """A part of a job's ended epochs."""
        return self.store.history.epochs(job_id, after, limit)

    def log(self, *, job_id: str, offset: int, limit: int) -> LogChunk:
        """A part of a job's log."""
        ended = self._has_ended(job_id)
        return read_log(self.store.log_file(job_id), offset, limit, ended=ended)

    def log_lines(self, *, job_id: str, first: int, limit: int) -> LogLines:
        """Lines of a job's log."""
        ended, path = self._has_ended(job_id), self.store.log_file(job_id)
        return read_lines(path, self.logs.index(path), first, limit, ended=ended)

    def search_log(
        self, *, job_id: str, text: str, case: LogCase, first: int, limit: int
    ) -> LogHits:
        """Where a text is in a job's log."""
        ended, path = self._has_ended(job_id), self.store.log_file(job_id)
        return search_log(
            path,
            self.logs.index(path),
            text,
            first,
            limit,
            match_case=case is LogCase.MATCH,
            ended=ended,
        )

    def log_file(self, *, job_id: str) -> Download:
        """All of a job's log."""
        self.store.jobs.get(job_id)
        return Download(self.store.log_file(job_id), f"aibro-log-{job_id}.txt")

    def recording(self, *, job_id: str) -> Recording:
        """What is kept of a recorded job."""
        return recording(self.store, job_id)

    def delete_recording(self, *, job_id: str) -> None:
        """Delete what was recorded of an ended job."""
        delete_recording(self.store, job_id)

    def verdict(self, *, job_id: str) -> Verdict:
        """What a replay showed."""
        return verdict_of(self.store, job_id)

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
        return self.store.request_cancel(job_id)

    def replay(self, *, job_id: str, body: ReplayRequest) -> Job:
        """Start a job that repeats a recorded one."""
        called_at = time.time()
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
            from_epoch=body.from_epoch,
            trust=body.trust,
        )

    def save_report(self, *, job_id: str, body: ReportRequest) -> ReportFile:
        """Write a job's report."""
        folder = Path(self.folders.resolve(body.directory, "directory"))
        file = reports.write_report(self.store, job_id, folder, field="directory")
        path = self.folders.path_of(str(file))
        assert path is not None
        return ReportFile(path=path, size_bytes=file.stat().st_size)

    def import_report(self, *, body: ImportRequest) -> Job:
        """Bring in the job of a report that lies under the server's root."""
        return self.upload_report(upload=Path(self.folders.resolve_file(body.path, "path")))

    def upload_report(self, *, upload: Path) -> Job:
        """Bring in the job of a report that was sent here."""
        root = str(Path(self.folders.root_dir).resolve())
        return reports.import_report(self.store, upload, working_directory=root)

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

    def machines(self, *, wait: int) -> MachineList:
        """The kinds of machines jobs can ask for; the ``wait`` for their clusters is over."""
        del wait
        return list_machines(self.store, self.clusters.known())

    def _has_ended(self, job_id: str) -> bool:
        """Asked before the log is read: a job that ends in between is asked for once more."""
        return self.store.jobs.get(job_id).status in ENDED

    def _folder(self, path: str | None, field: str) -> str | None:
        return None if path is None else self.folders.resolve(path, field)
