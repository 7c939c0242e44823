"""A machine that is taken away ends the instance, not the job: statuses, attempts, their number.

A script stands for the framework; `tests.runner.test_preemption_bits` has the real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aibro.errors import BadInput
from aibro.home import read_settings
from aibro.models import InstanceStatus, JobStatus, JobSubstatus, PeriodName, ReasonKind
from aibro.store import Store
from aibro.trainings.events import BatchEnded, EndedEpoch
from aibro.worker.protocol import Connected, FitBegan, FitEnded, Geared, Loaded, Ready, ResultReady
from tests.engines.test_contract import run_here
from tests.jobs import Home, processes_of
from tests.runner.taken import GONE, Moment, take_away

FIT = "batch(1, 1, 2); epoch(1, loss=0.5); time.sleep(0.1); epoch(2, loss=0.25)"

MOMENTS: list[tuple[Moment, JobSubstatus]] = [
    ((Connected, 1), JobSubstatus.CONNECTING_SERVER),
    ((Ready, 1), JobSubstatus.CONNECTING_SERVER),
    (("send", 1), JobSubstatus.SENDING),
    ((Loaded, 1), JobSubstatus.GEARING_ENV),
    ((FitBegan, 1), JobSubstatus.GEARING_ENV),
    ((BatchEnded, 1), JobSubstatus.TRAINING),
    ((EndedEpoch, 2), JobSubstatus.TRAINING),
    ((FitEnded, 1), JobSubstatus.TRAINING),
    ((ResultReady, 1), JobSubstatus.RETURNING),
    (("fetch", 1), JobSubstatus.RETURNING),
]


@contextmanager
def elsewhere(home: Home) -> Iterator[Store]:
    """The store as another process has it."""
    store = Store(home.folder)
    try:
        yield store
    finally:
        store.close()


def substatuses(home: Home, job_id: str) -> list[JobSubstatus]:
    return [
        JobSubstatus(str(event.data["substatus"]))
        for event in home.events(job_id)
        if event.kind == "status"
    ]


@pytest.mark.parametrize(
    ("moment", "at"),
    MOMENTS,
    ids=[str(getattr(moment[0], "__name__", moment[0])) for moment, _ in MOMENTS],
)
def test_wherever_it_is_the_job_goes_on_on_another_machine(
    home: Home, monkeypatch: pytest.MonkeyPatch, moment: Moment, at: JobSubstatus
) -> None:
    engine = take_away(monkeypatch, moment)
    job_id = run_here(home, fit=FIT)
    job = home.get(job_id)
    assert (job.status, job.attempt, job.reason) == (JobStatus.COMPLETED, 2, None)
    first, second = engine.launches
    assert (first.wait_for_capacity, second.wait_for_capacity) == (False, True)
    home.check_pairs(job_id)
    was = substatuses(home, job_id)
    again = was.index(JobSubstatus.REQUESTING_SERVER, 1)
    assert was[again - 1] is at
    assert was[again:] == [
        JobSubstatus.REQUESTING_SERVER,
        JobSubstatus.CONNECTING_SERVER,
        JobSubstatus.SENDING,
        JobSubstatus.GEARING_ENV,
        JobSubstatus.TRAINING,
        JobSubstatus.RETURNING,
        JobSubstatus.COMPLETED,
    ]
    assert [e.data["reason"] for e in home.events(job_id) if e.kind == "attempt"] == [GONE]
    for launch in engine.launches:
        instance = home.store.instances.get(launch.instance_id)
        assert instance.status is InstanceStatus.CLOSED
        assert not launch.folder.exists()
    assert not processes_of(home.folder)
    assert [row.epoch for row in home.store.jobs.epochs(job_id)] == [1, 2]
    assert not home.store.state_folder(job_id).exists()
    result = home.store.job_folder(job_id) / "result" / "model.keras"
    assert result.read_text() == "half of it, the other half"


def test_each_attempt_keeps_its_periods(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    take_away(monkeypatch, (EndedEpoch, 1))
    job_id = run_here(home, fit=FIT)
    periods = home.store.history.timeline(job_id).periods
    for name in (PeriodName.ENV_GEAR_UP, PeriodName.DESERIALIZATION, PeriodName.MODEL_TRAINING):
        first, second = (period for period in periods if period.name is name)
        assert (first.attempt, second.attempt) == (1, 2)
        assert first.end is not None
        assert second.end is not None
        assert first.start <= first.end <= second.start <= second.end


def test_a_machine_is_taken_away_while_the_kernel_still_stores_the_data(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = take_away(monkeypatch, (Geared, 1))

    def submit() -> None:
        with elsewhere(home) as store:
            [job_id] = store.jobs.active_ids()
            assert store.jobs.get(job_id).substatus is JobSubstatus.SENDING
            store.jobs.submit(job_id, home._plan({"fit": FIT}))

    engine.before = submit
    job_id = run_here(home, fit=FIT, submitted=False)
    job = home.get(job_id)
    assert (job.status, job.attempt) == (JobStatus.COMPLETED, 2)
    home.check_pairs(job_id)


def test_twice_in_a_row_and_then_it_is_done(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    take_away(monkeypatch, (EndedEpoch, 2), (Connected, 1))
    job_id = run_here(home, fit=FIT)
    job = home.get(job_id)
    assert (job.status, job.attempt) == (JobStatus.COMPLETED, 3)
    home.check_pairs(job_id)


@pytest.mark.parametrize(
    ("most", "says"),
    [
        (0, f"{GONE}, and max_restarts in settings.toml allows no other attempt"),
        (1, f"{GONE}, after the job had asked anew once (max_restarts in settings.toml)"),
        (2, f"{GONE}, after the job had asked anew 2 times (max_restarts in settings.toml)"),
    ],
)
def test_more_often_than_the_settings_allow(
    home: Home, monkeypatch: pytest.MonkeyPatch, most: int, says: str
) -> None:
    home.settings(max_restarts=most)
    engine = take_away(monkeypatch, *[(EndedEpoch, 2)] * 9)
    job_id = run_here(home, fit=FIT)
    job = home.get(job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.INSTANCE_LOST)
    assert (job.reason, job.attempt) == (says, most + 1)
    assert len(engine.launches) == most + 1
    assert home.instance(job_id).status is InstanceStatus.CLOSED
    home.check_pairs(job_id)


def test_no_other_machine_can_be_had(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = take_away(monkeypatch, (EndedEpoch, 2))
    engine.machines = 1
    job_id = run_here(home, fit=FIT)
    job = home.get(job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.NO_INSTANCE)
    assert job.reason == (
        "its machine was taken away after 0 epochs, and no other could be had. "
        "local.od: the last node is gone"
    )
    home.check_pairs(job_id)


def test_a_job_can_be_canceled_while_it_asks_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = take_away(monkeypatch, (EndedEpoch, 2))

    def cancel() -> None:
        with elsewhere(home) as store:
            store.request_cancel(store.jobs.active_ids()[0])

    engine.before = cancel
    job_id = run_here(home, fit=FIT)
    job = home.get(job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.USER)
    assert len(engine.launches) == 1
    home.check_pairs(job_id)


def test_a_worker_that_dies_by_itself_is_not_tried_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = take_away(monkeypatch)
    job_id = run_here(home, fit="epoch(1, loss=1); os.kill(os.getpid(), 9)")
    job = home.get(job_id)
    assert (job.reason_kind, job.attempt) == (ReasonKind.INSTANCE_LOST, 1)
    assert str(job.reason).startswith("the instance's process was ended by SIGKILL")
    assert len(engine.launches) == 1


def test_how_often_is_checked(tmp_path: Path) -> None:
    assert read_settings(tmp_path).max_restarts == 5
    (tmp_path / "settings.toml").write_text("max_restarts = -1")
    with pytest.raises(BadInput, match="max_restarts must not be negative; 0 is never"):
        read_settings(tmp_path)
