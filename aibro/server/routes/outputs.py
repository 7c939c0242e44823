"""Routes about what a notebook's outputs show: timelines and cards."""

from __future__ import annotations

from aibro.errors import JobNotFound
from aibro.models import (
    ChartType,
    JobCard,
    JobCardBundle,
    Timeline,
    TimelineBundle,
    TimelineDiff,
    TimelineDiffBundle,
)
from aibro.server.parameters import ChoiceParameter, TextParameter
from aibro.server.routes.route import Route
from aibro.server.service import Service

_CHAR_TYPE = ChoiceParameter(
    name="char_type",
    description="The chart the timeline is for.",
    default=ChartType.FUNNEL,
    words=ChartType,
)
_WITH = TextParameter(
    name="with",
    description="The id of the job to compare with.",
    required=True,
    max_length=40,
    argument="other_id",
)

OUTPUTS: tuple[Route, ...] = (
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
)
