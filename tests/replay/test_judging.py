"""Asking for the verdict of a replay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.errors import JobNotEnded, JobNotFound, NotFound
from aibro.models import JobSubstatus, ReasonKind, VerdictName
from aibro.replay.judging import finish_job, verdict_of
from aibro.store import Store
from aibro.store.lifecycle import Ending
from tests.store.support import add_job

CANCELED = Ending(
    substatus=JobSubstatus.CANCELED, kind=ReasonKind.USER, reason="canceled by the user"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()


def test_a_replay_has_its_verdict_with_its_end(store: Store) -> None:
    recorded = add_job(store, recorded=True)
    finish_job(store, recorded, CANCELED)
    replay = add_job(store, replay_of=recorded)
    with pytest.raises(JobNotEnded, match="its verdict comes with its end"):
        verdict_of(store, replay)
    finish_job(store, replay, CANCELED)
    verdict = verdict_of(store, replay)
    assert (verdict.job_id, verdict.replay_of) == (replay, recorded)
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert store.jobs.get(replay).verdict is VerdictName.NOT_COMPARABLE


def test_a_replay_whose_recorded_job_is_deleted_meanwhile_says_so(store: Store) -> None:
    recorded = add_job(store, recorded=True)
    finish_job(store, recorded, CANCELED)
    replay = add_job(store, replay_of=recorded, from_epoch=2)
    store.jobs.delete(recorded)
    finish_job(store, replay, CANCELED)
    verdict = verdict_of(store, replay)
    assert verdict.sentence == "The recorded job was deleted meanwhile."
    assert (verdict.verdict, verdict.from_epoch) == (VerdictName.NOT_COMPARABLE, 2)


def test_a_replay_that_came_without_its_verdict_can_be_replayed_here(store: Store) -> None:
    # As a report brings it in: `finish_job` gives every replay one.
    replay = add_job(store, replay_of=add_job(store))
    store.lifecycle.finish(replay, CANCELED)
    with pytest.raises(NotFound, match="brought in without its verdict; replay it here"):
        verdict_of(store, replay)


def test_only_a_replay_has_a_verdict(store: Store) -> None:
    with pytest.raises(NotFound, match="is not a replay"):
        verdict_of(store, add_job(store))
    with pytest.raises(JobNotFound):
        verdict_of(store, "0123456789ab")
