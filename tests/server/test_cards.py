"""Cards and timelines side by side, as the browser asks for them."""

from __future__ import annotations

import msgspec
import pytest

from aibro.models import (
    JobCard,
    JobCardBundle,
    JobStatus,
    JobSubstatus,
    ReasonKind,
    Timeline,
    TimelineDiff,
    TimelineDiffBundle,
)
from aibro.store import Store

from .support import Api, World, conforms, route_of

NO_JOB = "0123456789ab"
DIFFS = ("jobs/{job_id}/timeline/diff", "jobs/{job_id}/timeline/diff/bundle")


async def test_the_card_is_that_of_the_output_in_the_notebook(api: Api, world: World) -> None:
    job_id = world.training()
    answer = await api.get(f"jobs/{job_id}/card")
    conforms(route_of("GET", "jobs/{job_id}/card"), answer)
    card = answer.record(JobCard)
    assert (card.job.job_id, card.reached) == (job_id, JobSubstatus.TRAINING)
    assert (card.metric, card.values) == ("loss", [None])

    answer = await api.get(f"jobs/{job_id}/card/bundle")
    conforms(route_of("GET", "jobs/{job_id}/card/bundle"), answer)
    bundle = answer.record(JobCardBundle)
    assert msgspec.structs.replace(bundle.card, as_of=0, left_s=0) == msgspec.structs.replace(
        card, as_of=0, left_s=0
    )
    assert "digits, first try" in bundle.html
    assert "digits, first try" in bundle.text


async def test_a_card_fits_into_a_notebook_whatever_the_job_is_called(
    api: Api, world: World
) -> None:
    answer = await api.get(f"jobs/{world.canceled('<' * 9000)}/card")
    assert len(answer.body) <= 4096
    assert answer.record(JobCard).job.status is JobStatus.CANCELED
    assert answer.record(JobCard).job.traceback is None


async def test_the_timeline_says_why_a_job_was_canceled_for_the_colour(
    api: Api, world: World
) -> None:
    timeline = (await api.get(f"jobs/{world.canceled()}/timeline")).record(Timeline)
    assert timeline.reason_kind is ReasonKind.TRAINING_ERROR
    assert timeline.advice is None


async def test_two_jobs_are_put_side_by_side_in_the_order_asked_for(api: Api, world: World) -> None:
    first, second = world.completed("the first"), world.canceled("the second")
    answer = await api.get(f"jobs/{first}/timeline/diff?with={second}")
    conforms(route_of("GET", DIFFS[0]), answer)
    diff = answer.record(TimelineDiff)
    assert (diff.first.job_id, diff.second.job_id) == (first, second)
    assert diff.sentence

    answer = await api.get(f"jobs/{first}/timeline/diff/bundle?with={second}")
    conforms(route_of("GET", DIFFS[1]), answer)
    bundle = answer.record(TimelineDiffBundle)
    assert bundle.diff == msgspec.structs.replace(
        diff,
        first=msgspec.structs.replace(diff.first, as_of=bundle.diff.first.as_of),
        second=msgspec.structs.replace(diff.second, as_of=bundle.diff.second.as_of),
    )
    assert "the first" in bundle.html
    assert "the second" in bundle.text


@pytest.mark.parametrize("path", DIFFS)
async def test_a_job_is_compared_with_one_that_there_is(api: Api, world: World, path: str) -> None:
    job_id = world.completed()
    here = path.format(job_id=job_id)
    error = (await api.get(here)).error(400)
    assert (error.code, error.field) == ("BadInput", "with")
    assert (await api.get(f"{here}?with={NO_JOB}")).error(404).code == "JobNotFound"
    assert (await api.get(f"{here}?with=nothing")).error(404).code == "JobNotFound"
    nowhere = path.format(job_id=NO_JOB)
    assert (await api.get(f"{nowhere}?with={job_id}")).error(404).code == "JobNotFound"


@pytest.mark.parametrize("path", ["card", "card/bundle"])
async def test_there_is_no_card_of_no_job(api: Api, store: Store, path: str) -> None:
    assert (await api.get(f"jobs/{NO_JOB}/{path}")).error(404).code == "JobNotFound"
