"""Routes about what a training printed."""

from __future__ import annotations

from aibro.errors import JobNotFound
from aibro.models import LogCase, LogChunk, LogHits, LogLines
from aibro.server.logs import MAX_CHUNK, MAX_HITS, MAX_LINES, MAX_TEXT
from aibro.server.parameters import ChoiceParameter, IntegerParameter, TextParameter
from aibro.server.routes.route import MAX_WHOLE, Route
from aibro.server.service import Service

LOGS: tuple[Route, ...] = (
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
)
