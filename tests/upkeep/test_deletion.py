"""Deleting a job, or its recording alone: what nobody needs goes, what somebody needs stays."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import aibro.upkeep.deletion
from aibro.errors import JobNotEnded, JobNotFound, JobNotRecorded
from aibro.models import JobSubstatus
from aibro.payloads.store import PayloadStore
from aibro.replay.recorded import read_recorded
from aibro.upkeep.deletion import delete_job, delete_recording
from aibro.upkeep.tidy import tidy
from tests.jobs import Home, until
from tests.upkeep.test_tidy import add_payload, add_trained, end_all, left


def test_deleting_a_recording_frees_its_payloads_and_keeps_the_job(home: Home) -> None:
    data, code = add_payload(home, "data"), add_payload(home, "code", "pkl")
    job_id = add_trained(home.store, data, code, recorded=True)
    end_all(home)
    states = home.store.state_folder(job_id)
    states.mkdir(parents=True)
    (states / "epoch-0001.state").write_bytes(b"x" * 50)
    seq = home.store.history.seq()
    assert delete_recording(home.store, job_id) == 4000 + 50
    # The result could not be loaded without the code.
    assert left(home) == {code}
    assert not states.exists()
    job = home.get(job_id)
    assert not job.recorded
    assert job.seq > seq
    assert [e.kind for e in home.events(job_id)][-1] == "recording-deleted"
    with pytest.raises(JobNotRecorded, match=f"recording of job {job_id} was deleted"):
        read_recorded(home.store, job_id)
    with pytest.raises(JobNotRecorded, match="has no recording"):
        delete_recording(home.store, job_id)
    delete_job(home.store, job_id)
    assert left(home) == {code}, "a job that is not recorded leaves its data for reuse"


def test_what_another_recorded_job_needs_stays(home: Home) -> None:
    shared, own = add_payload(home, "shared"), add_payload(home, "own")
    first = add_trained(home.store, shared, own, recorded=True)
    second = add_trained(home.store, shared, recorded=True)
    end_all(home)
    delete_job(home.store, first)
    assert left(home) == {shared}
    assert delete_recording(home.store, second) == 6000
    assert left(home) == set()


def test_what_a_running_job_needs_stays_until_it_ends(home: Home, gate: Path) -> None:
    recorded = home.job(recorded=True)
    home.completed(recorded)
    running = home.job(f"wait_for({str(gate)!r})")
    home.until(running, JobSubstatus.TRAINING)
    assert delete_recording(home.store, recorded) == 0
    assert left(home) != set()
    gate.touch()
    home.completed(running)
    # Nobody needs it any more, and it was to go: the job that ended last sees to it.
    until(lambda: not left(home), "the payload is gone")


def test_what_is_being_stored_again_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aibro.upkeep.deletion, "PATIENCE_S", 0.1)
    payload = add_payload(home, "the same data")
    job_id = add_trained(home.store, payload, recorded=True)
    end_all(home)
    payloads = PayloadStore(home.store.payload_folder)
    with payloads.in_use():
        # A kernel finds the very same data stored, and names it in a moment.
        assert payloads.add_bytes(b"the same data" * 1000, "npy") == payload
        assert delete_recording(home.store, job_id) == 0
        tidy(home.store, job_id)
        assert left(home) == {payload}
        other = add_trained(home.store, payload, recorded=True)
    tidy(home.store, job_id)
    assert left(home) == {payload}
    end_all(home)
    assert delete_recording(home.store, other) == 13_000


def test_what_could_not_be_removed_goes_with_the_next_job(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aibro.upkeep.deletion, "PATIENCE_S", 0.1)
    payload, plain = add_payload(home, "recorded"), add_payload(home, "plain")
    job_id = add_trained(home.store, payload, recorded=True)
    other = add_trained(home.store, plain)
    end_all(home)
    with PayloadStore(home.store.payload_folder).in_use():
        assert delete_recording(home.store, job_id) == 0
    assert left(home) == {payload, plain}
    tidy(home.store, other)
    assert left(home) == {plain}


def test_a_deletion_waits_for_those_who_store(home: Home) -> None:
    payload = add_payload(home, "data")
    job_id = add_trained(home.store, payload, recorded=True)
    end_all(home)
    freed: list[int] = []
    deletion = threading.Thread(target=lambda: freed.append(delete_recording(home.store, job_id)))
    with PayloadStore(home.store.payload_folder).in_use():
        deletion.start()
        until(lambda: not home.get(job_id).recorded, "the deletion has begun")
        assert left(home) == {payload}
    deletion.join(10)
    assert freed == [4000]


def test_a_recording_that_cannot_be_deleted(home: Home, gate: Path) -> None:
    running = home.job(f"wait_for({str(gate)!r})", recorded=True)
    home.until(running, JobSubstatus.TRAINING)
    before = left(home)
    with pytest.raises(JobNotEnded, match="when it has ended"):
        delete_recording(home.store, running)
    with pytest.raises(JobNotFound):
        delete_recording(home.store, "0" * 12)
    assert (home.get(running).recorded, left(home)) == (True, before)
    gate.touch()


def test_the_plan_of_another_version_keeps_and_frees_its_payloads(home: Home) -> None:
    payload, other = add_payload(home, "one"), add_payload(home, "another")
    job_id = add_trained(home.store, payload, recorded=True)
    newer = add_trained(home.store, other, recorded=True)
    end_all(home)
    with home.store.database.write() as write:
        write.execute(
            "UPDATE jobs SET plan = ? WHERE job_id = ?", (f'{{"weights": "{other}"}}', newer)
        )
    delete_job(home.store, job_id)
    assert left(home) == {other}
    assert delete_recording(home.store, newer) == 7000
    assert left(home) == set()
