"""Routes about jobs: list, look, cancel, delete, follow."""

from __future__ import annotations

from aibro.errors import JobEnded, JobNotEnded, JobNotFound
from aibro.models import Changes, EventPage, Job, JobFilter, JobPage, JobSort
from aibro.server.parameters import ChoiceParameter, IntegerParameter, TextParameter
from aibro.server.routes.route import AFTER, MAX_WHOLE, Route, limit
from aibro.server.service import Service
from aibro.store.job_listing import MAX_PAGE, MAX_SEARCH

JOBS: tuple[Route, ...] = (
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
            limit(50),
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
        path="jobs/{job_id}/events",
        answer=Service.events,
        summary="A job's history after a `seq`, oldest first.",
        record=EventPage,
        parameters=(AFTER, limit(MAX_PAGE)),
        errors=(JobNotFound,),
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
        method="GET",
        path="changes",
        answer=Service.changes,
        summary="The rows touched after a `seq`, each once, as they are now.",
        record=Changes,
        parameters=(AFTER, limit(MAX_PAGE)),
    ),
)
