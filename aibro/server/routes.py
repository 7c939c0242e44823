"""The one table of routes, from which the handlers and the OpenAPI document are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aibro.errors import (
    AibroError,
    BadFolder,
    BadInput,
    BadReport,
    CannotReplay,
    Conflict,
    InstanceNotCooling,
    InstanceNotFound,
    JobEnded,
    JobExists,
    JobNotEnded,
    JobNotFound,
    JobNotRecorded,
    MissingExtra,
    NotFound,
    NotTrusted,
)
from aibro.models import (
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
    LogChunk,
    LogHits,
    LogLines,
    MachineList,
    Record,
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
from aibro.server.logs import MAX_CHUNK, MAX_HITS, MAX_LINES, MAX_TEXT
from aibro.server.parameters import ChoiceParameter, IntegerParameter, Parameter, TextParameter
from aibro.server.service import Download, JobSort, LogCase, Service
from aibro.store.job_listing import MAX_PAGE, MAX_SEARCH

MAX_WHOLE = 2**53 - 1
"""The largest whole number that JavaScript's numbers hold exactly."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path.

    Args:
        path: under ``aibro/api/``; a part in braces is an argument of ``answer``.
        answer: the method of `Service` that answers, called with the path's parts, the parameters
            and the ``body`` by name.
        record: what it answers; ``None`` is nothing, with status 204.
        body: the record the request carries.
        upload: else, the media type of the file it carries; ``answer`` gets its path as ``upload``.
        download: the media type of the file that is answered instead of a record; ``answer``
            returns its `Download`.
        errors: what it raises besides errors of the store and of the parameters.
        waits: it may wait for a disk or for another process, and is kept off the event loop.
        reaps: it tells the state of jobs, so those of dead runners are ended first.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    answer: Callable[..., Record | Download | dict[str, Any] | None]
    summary: str
    record: type[Record] | type[dict[str, Any]] | None
    parameters: tuple[Parameter, ...] = ()
    body: type[Record] | None = None
    upload: str | None = None
    download: str | None = None
    errors: tuple[type[AibroError], ...] = ()
    status: int = 200
    waits: bool = False
    reaps: bool = False


_CHAR_TYPE = ChoiceParameter(
    name="char_type",
    description="The chart the timeline is for.",
    default=ChartType.FUNNEL,
    words=ChartType,
)
_WITH = TextParameter(
    name="with",
    description="The id of the job to compare with.",
    default=None,
    max_length=40,
    argument="other_id",
)
_AFTER = IntegerParameter(
    name="after",
    description="Only what came after this `seq`.",
    default=0,
    minimum=0,
    maximum=MAX_WHOLE,
)


def _limit(default: int) -> IntegerParameter:
    return IntegerParameter(
        name="limit",
        description="How many at most.",
        default=default,
        minimum=1,
        maximum=MAX_PAGE,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="openapi.json",
        answer=Service.openapi,
        summary="This document.",
        record=dict[str, Any],
    ),
    Route(
        method="GET",
        path="info",
        answer=Service.info,
        summary="The server's version, last change and root folder.",
        record=ServerInfo,
    ),
    Route(
        method="GET",
        path="jobs",
        answer=Service.jobs,
        summary="A page of the list of jobs.",
        record=JobPage,
        parameters=(
            ChoiceParameter(
                name="filter",
                description="Which jobs.",
                default=JobFilter.ALL,
                words=JobFilter,
            ),
            TextParameter(
                name="search",
                description="Text that the description or the job id contains.",
                default="",
                max_length=MAX_SEARCH,
            ),
            TextParameter(
                name="machine",
                description="Only jobs on this machine id.",
                default="",
                max_length=MAX_SEARCH,
            ),
            ChoiceParameter(
                name="sort",
                description="Newest first, or oldest first.",
                default=JobSort.NEWEST_FIRST,
                words=JobSort,
            ),
            TextParameter(
                name="cursor",
                description="`next_cursor` of the page before, to go on; wins over `offset`.",
                default=None,
                min_length=1,
                max_length=24,  # 18 digits, which SQLite's numbers hold whatever they are
            ),
            IntegerParameter(
                name="offset",
                description="How many jobs to pass over.",
                default=0,
                minimum=0,
                maximum=MAX_WHOLE,
            ),
            _limit(50),
        ),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}",
        answer=Service.job,
        summary="One job.",
        record=Job,
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="DELETE",
        path="jobs/{job_id}",
        answer=Service.delete_job,
        summary="Forget an ended job and remove its files.",
        record=None,
        errors=(JobNotFound, JobNotEnded),
        status=204,
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/timeline",
        answer=Service.timeline,
        summary="Where a job's time went so far.",
        record=Timeline,
        parameters=(_CHAR_TYPE,),
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/timeline/bundle",
        answer=Service.timeline_bundle,
        summary="The timeline in every form its output in a notebook has.",
        record=TimelineBundle,
        parameters=(_CHAR_TYPE,),
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/timeline/diff",
        answer=Service.timeline_diff,
        summary="Where two jobs' time went, side by side.",
        record=TimelineDiff,
        parameters=(_WITH,),
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/timeline/diff/bundle",
        answer=Service.timeline_diff_bundle,
        summary="Two timelines in every form their output in a notebook has.",
        record=TimelineDiffBundle,
        parameters=(_WITH,),
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/card",
        answer=Service.card,
        summary="A job as its card shows it.",
        record=JobCard,
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/card/bundle",
        answer=Service.card_bundle,
        summary="A job's card in every form its output in a notebook has.",
        record=JobCardBundle,
        errors=(JobNotFound,),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/events",
        answer=Service.events,
        summary="A job's history after a `seq`, oldest first.",
        record=EventPage,
        parameters=(_AFTER, _limit(MAX_PAGE)),
        errors=(JobNotFound,),
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/epochs",
        answer=Service.epochs,
        summary="A job's ended epochs with their metrics, in order.",
        record=EpochPage,
        parameters=(
            IntegerParameter(
                name="after",
                description="Only those after this epoch.",
                default=0,
                minimum=0,
                maximum=MAX_WHOLE,
            ),
            _limit(MAX_PAGE),
        ),
        errors=(JobNotFound,),
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/log",
        answer=Service.log,
        summary="A part of what the training printed.",
        record=LogChunk,
        parameters=(
            IntegerParameter(
                name="offset",
                description="Where to begin, in bytes; from the end when negative.",
                default=0,
                minimum=-MAX_WHOLE,
                maximum=MAX_WHOLE,
            ),
            IntegerParameter(
                name="limit",
                description="How many bytes at most.",
                default=MAX_CHUNK,
                minimum=1,
                maximum=MAX_CHUNK,
            ),
        ),
        errors=(JobNotFound,),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/log/lines",
        answer=Service.log_lines,
        summary="Lines of a job's log as a terminal shows them, by number.",
        record=LogLines,
        parameters=(
            IntegerParameter(
                name="first",
                description="The first line, from 0; from the end when negative.",
                default=0,
                minimum=-MAX_WHOLE,
                maximum=MAX_WHOLE,
            ),
            IntegerParameter(
                name="limit",
                description="How many lines at most.",
                default=MAX_LINES,
                minimum=1,
                maximum=MAX_LINES,
            ),
        ),
        errors=(JobNotFound,),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/log/search",
        answer=Service.search_log,
        summary="Where a text is in a job's log.",
        record=LogHits,
        parameters=(
            TextParameter(
                name="text",
                description="What to look for in what is seen of a line; nothing is nowhere.",
                default="",
                max_length=MAX_TEXT,
            ),
            ChoiceParameter(
                name="case",
                description="Whether capitals and small letters are the same.",
                default=LogCase.IGNORE,
                words=LogCase,
            ),
            IntegerParameter(
                name="first",
                description="The line to begin with, from 0.",
                default=0,
                minimum=0,
                maximum=MAX_WHOLE,
            ),
            IntegerParameter(
                name="limit",
                description="After how many hits to stop, at the end of the line.",
                default=MAX_HITS,
                minimum=1,
                maximum=MAX_HITS,
            ),
        ),
        errors=(JobNotFound,),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/log/file",
        answer=Service.log_file,
        summary="All of a job's log, as a file to keep.",
        record=None,
        download="text/plain",
        errors=(JobNotFound,),
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/recording",
        answer=Service.recording,
        summary="What is kept of a recorded job, and what differs here and now.",
        record=Recording,
        errors=(JobNotFound, JobNotRecorded, JobNotEnded),
        waits=True,
        reaps=True,
    ),
    Route(
        method="DELETE",
        path="jobs/{job_id}/recording",
        answer=Service.delete_recording,
        summary="Delete what was recorded of an ended job; the job stays.",
        record=None,
        errors=(JobNotFound, JobNotRecorded, JobNotEnded),
        status=204,
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/verdict",
        answer=Service.verdict,
        summary="Whether a replay reproduced its recorded job.",
        record=Verdict,
        errors=(JobNotFound, NotFound, JobNotEnded),
        reaps=True,
    ),
    Route(
        method="GET",
        path="jobs/{job_id}/folders",
        answer=Service.saved_folders,
        summary="Where a job's checkpoints and logs go.",
        record=SavedFolders,
        errors=(JobNotFound,),
        waits=True,
    ),
    Route(
        method="POST",
        path="jobs/{job_id}/tensorboard",
        answer=Service.tensorboard,
        summary="Open a TensorBoard that shows what the job logged.",
        record=TensorBoardPage,
        errors=(JobNotFound, Conflict, MissingExtra),
        waits=True,
    ),
    Route(
        method="POST",
        path="jobs/{job_id}/cancel",
        answer=Service.cancel,
        summary="Ask for a job to be canceled.",
        record=Job,
        errors=(JobNotFound, JobEnded),
        waits=True,
        reaps=True,
    ),
    Route(
        method="POST",
        path="jobs/{job_id}/replay",
        answer=Service.replay,
        summary="Start a new job that repeats a recorded one.",
        record=Job,
        body=ReplayRequest,
        errors=(
            BadInput,
            BadFolder,
            JobNotFound,
            JobNotEnded,
            JobNotRecorded,
            CannotReplay,
            NotTrusted,
        ),
        status=201,
        waits=True,
        reaps=True,
    ),
    Route(
        method="POST",
        path="jobs/{job_id}/report",
        answer=Service.report,
        summary="Write a recorded job's report into a folder.",
        record=ReportFile,
        body=ReportRequest,
        errors=(BadInput, BadFolder, JobNotFound, JobNotEnded, JobNotRecorded, Conflict),
        status=201,
        waits=True,
        reaps=True,
    ),
    Route(
        method="POST",
        path="reports/import",
        answer=Service.import_report,
        summary="Bring in the job of a report that lies under the server's root.",
        record=Job,
        body=ImportRequest,
        errors=(BadInput, BadReport, JobExists),
        status=201,
        waits=True,
    ),
    Route(
        method="POST",
        path="reports",
        answer=Service.import_upload,
        summary="Bring in the job of the report that is the body.",
        record=Job,
        upload="application/zip",
        errors=(BadReport, JobExists),
        status=201,
        waits=True,
    ),
    Route(
        method="GET",
        path="changes",
        answer=Service.changes,
        summary="The rows touched after a `seq`, each once, as they are now.",
        record=Changes,
        parameters=(_AFTER, _limit(MAX_PAGE)),
    ),
    Route(
        method="GET",
        path="instances",
        answer=Service.instances,
        summary="The instances that are not closed.",
        record=InstanceList,
        reaps=True,
    ),
    Route(
        method="POST",
        path="instances/{instance_id}/extend",
        answer=Service.extend_instance,
        summary="Hold a cooling instance longer.",
        record=Instance,
        body=ExtendRequest,
        errors=(BadInput, InstanceNotFound, InstanceNotCooling),
        waits=True,
        reaps=True,
    ),
    Route(
        method="POST",
        path="instances/{instance_id}/close",
        answer=Service.close_instance,
        summary="End a cooling instance now.",
        record=Instance,
        errors=(InstanceNotFound, InstanceNotCooling),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="machines",
        answer=Service.machines,
        summary="The kinds of machines that jobs can ask for.",
        record=MachineList,
        waits=True,
    ),
)
