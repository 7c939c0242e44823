"""A job's card is true to its history, however long that is."""

from __future__ import annotations

import math
import time
from functools import partial
from pathlib import Path

import pytest

from aibro.errors import JobNotFound
from aibro.models import JobSubstatus, PeriodName
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.store.sending import MAX_EARLIER_JOBS, Sizes
from aibro.trainings.events import EndedEpoch
from tests.store.support import MACHINE, add_instance, add_job, complete, fastest


class Clock:
    """A time that goes on when a test says so."""

    def __init__(self) -> None:
        self.now = 1_795_377_600.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In place of the machine's clock: how long a test takes changes nothing."""
    made = Clock()
    monkeypatch.setattr(time, "time", made)
    return made


def training(store: Store, epochs: int = 10) -> str:
    """A job that trains."""
    job_id = add_job(store, epochs=epochs)
    assert add_instance(store, job_id)
    for substatus in (JobSubstatus.SENDING, JobSubstatus.GEARING_ENV, JobSubstatus.TRAINING):
        store.lifecycle.proceed(job_id, substatus)
    return job_id


def epoch(number: int, at: float = 0.0, **metrics: float) -> EndedEpoch:
    return EndedEpoch(epoch=number, metrics=metrics, weights_hash=None, at=at)


def test_there_is_no_card_of_no_job(store: Store) -> None:
    with pytest.raises(JobNotFound):
        store.history.card("0123456789ab")


def test_a_new_job_has_a_card_without_values(store: Store) -> None:
    card = store.history.card(add_job(store))
    assert (card.metric, card.values, card.left_s) == (None, [], None)
    assert (card.model_bytes, card.data_bytes, card.expected_s) == (None, None, None)
    assert card.reached is JobSubstatus.REQUESTING_SERVER


def test_the_sizes_are_those_that_the_kernel_told(store: Store) -> None:
    job_id = add_job(store)
    store.sending.announce(job_id, Sizes(model_bytes=7, data_bytes=2**40, expected_s=3.5))
    card = store.history.card(job_id)
    assert (card.model_bytes, card.data_bytes, card.expected_s) == (7, 2**40, 3.5)


def test_the_sparkline_is_of_the_loss_in_the_order_of_the_epochs(store: Store) -> None:
    job_id = training(store)
    store.lifecycle.epochs(
        job_id, [epoch(1, accuracy=0.1, loss=1 / 3), epoch(2, accuracy=0.2, loss=math.nan)]
    )
    card = store.history.card(job_id)
    assert (card.metric, card.values) == ("loss", [0.33333, None])


def test_without_a_loss_it_is_of_the_first_metric(store: Store) -> None:
    job_id = training(store)
    store.lifecycle.epochs(job_id, [epoch(1, crps=0.5, mae=1.0)])
    assert store.history.card(job_id).metric == "crps"


def test_what_only_the_end_of_an_epoch_tells_stays_while_the_next_one_goes_on(store: Store) -> None:
    job_id = training(store)
    store.lifecycle.epochs(job_id, [epoch(1, loss=0.5, accuracy=0.8, val_loss=0.6)])
    store.lifecycle.progress(job_id, batch=1, batches=9, metrics={"loss": 0.4, "accuracy": 0.9})
    metrics = store.jobs.get(job_id).metrics
    assert list(metrics.items()) == [("loss", 0.4), ("accuracy", 0.9), ("val_loss", 0.6)]


def test_a_long_training_is_thinned_out_and_keeps_both_ends(store: Store) -> None:
    job_id = training(store, epochs=20_000)
    store.lifecycle.epochs(job_id, [epoch(number, loss=number) for number in range(1, 10_001)])
    values = store.history.card(job_id).values
    assert len(values) == 50
    assert (values[0], values[-1]) == (1, 10_000)
    assert values == sorted(value for value in values if value is not None)


def test_a_canceled_job_says_how_far_it_came(store: Store) -> None:
    job_id = training(store)
    store.lifecycle.epochs(job_id, [epoch(number, loss=1) for number in range(1, 300)])
    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.CANCELED, reason="a reason"))
    assert store.history.card(job_id).reached is JobSubstatus.TRAINING

    unlucky = add_job(store)
    store.lifecycle.finish(unlucky, Ending(substatus=JobSubstatus.CANCELED, reason="a reason"))
    assert store.history.card(unlucky).reached is JobSubstatus.REQUESTING_SERVER


def test_a_completed_job_came_to_the_end(store: Store) -> None:
    job_id = add_job(store)
    assert add_instance(store, job_id)
    complete(store, job_id)
    card = store.history.card(job_id)
    assert (card.reached, card.left_s) == (JobSubstatus.COMPLETED, None)


def test_the_time_left_goes_by_the_epochs_after_the_first_which_also_compiles(
    store: Store, clock: Clock
) -> None:
    job_id = training(store)
    now = clock.now
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, now - 60, None)
    assert store.history.card(job_id).left_s is None

    store.lifecycle.epochs(job_id, [epoch(1, now - 20, loss=1)])
    assert store.history.card(job_id).left_s == pytest.approx(9 * 40 - 20, abs=1)

    store.lifecycle.epochs(job_id, [epoch(2, now - 10, loss=1), epoch(3, now, loss=1)])
    assert store.history.card(job_id).left_s == pytest.approx(7 * 10, abs=1)


def test_in_the_first_epoch_the_time_left_goes_by_the_batches_after_those_that_compiled(
    store: Store, clock: Clock
) -> None:
    job_id = training(store)
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, clock.now - 60, None)
    store.lifecycle.progress(job_id, batch=2, batches=100, metrics={"loss": 1})
    compiled = clock.now
    clock.now += 0.5
    store.lifecycle.progress(job_id, batch=8, batches=100, metrics={"loss": 1})
    assert store.history.card(job_id).left_s is None

    clock.now += 5
    store.lifecycle.progress(job_id, batch=52, batches=100, metrics={"loss": 1})
    card = store.history.card(job_id)
    # 50 batches in this time, 948 to go.
    assert card.left_s == pytest.approx((card.as_of - compiled) / 50 * 948, rel=0.1)

    clock.now += 5
    ended = clock.now
    store.lifecycle.epochs(job_id, [epoch(1, ended, loss=1)])
    whole_epoch = (ended - compiled) / 98 * 100
    assert store.history.card(job_id).left_s == pytest.approx(9 * whole_epoch, rel=0.1)


def test_of_a_first_epoch_in_one_batch_nobody_knows_how_long_it_compiled(
    store: Store, clock: Clock
) -> None:
    job_id = training(store)
    store.lifecycle.progress(job_id, batch=1, batches=1, metrics={"loss": 1})
    now = clock.now
    store.lifecycle.epochs(job_id, [epoch(1, now, loss=1)])
    assert store.history.card(job_id).left_s is None
    store.lifecycle.epochs(job_id, [epoch(2, now + 2, loss=1)])
    assert store.history.card(job_id).left_s == pytest.approx(8 * 2 + 2, abs=1)


def test_an_epoch_that_is_slower_than_the_others_takes_as_long_as_its_batches_say(
    store: Store,
    clock: Clock,
) -> None:
    job_id = training(store, epochs=3)
    now = clock.now
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, now - 60, None)
    store.lifecycle.epochs(job_id, [epoch(1, now - 41, loss=1), epoch(2, now - 40, loss=1)])
    assert store.history.card(job_id).left_s == 0
    store.lifecycle.progress(job_id, batch=80, batches=100, metrics={"loss": 1})
    assert store.history.card(job_id).left_s == pytest.approx(10, abs=1)


def test_the_kernel_says_how_far_storing_is_unless_the_runner_says_what_it_waits_for(
    store: Store,
) -> None:
    job_id = add_job(store)
    assert store.sending.note(job_id, "", "1 MB of 9 MB")
    events = store.history.events(job_id).events
    assert store.sending.note(job_id, "1 MB of 9 MB", "2 MB of 9 MB")
    assert store.jobs.get(job_id).note == "2 MB of 9 MB"
    assert store.history.events(job_id).events == events

    store.lifecycle.note(job_id, "Waiting for a free slot")
    assert not store.sending.note(job_id, "2 MB of 9 MB", "3 MB of 9 MB")
    assert store.jobs.get(job_id).note == "Waiting for a free slot"

    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.CANCELED, reason="a reason"))
    assert not store.sending.note(job_id, "", "3 MB of 9 MB")


def test_a_card_and_an_estimate_take_no_longer_among_very_many_jobs(
    store: Store, tmp_path: Path
) -> None:
    alone = Store(tmp_path / "alone")
    with store.database.write() as write:
        write.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000) "
            "INSERT INTO events (seq, at, job_id, kind, data) SELECT i, 0, printf('%012x', i), "
            "CASE i % 3 WHEN 0 THEN 'status' WHEN 1 THEN 'sizes' ELSE 'submitted' END, '{}' FROM n"
        )
        write.execute("UPDATE clock SET seq = 90000")
    took = []
    for each in (alone, store):
        job_id = sent_often(each)
        assert len(each.sending.sent(MACHINE.machine_id)) == MAX_EARLIER_JOBS
        card = fastest(partial(each.history.card, job_id), 20)
        estimate = fastest(partial(each.sending.sent, MACHINE.machine_id), 20)
        took.append((card, estimate))
    alone.close()
    assert took[1][0] < 5 * took[0][0]
    assert took[1][1] < 5 * took[0][1]


def sent_often(store: Store) -> str:
    """As many jobs that have sent their data as an estimate looks at; the last one's id."""
    for _ in range(MAX_EARLIER_JOBS):
        job_id = add_job(store)
        store.sending.announce(job_id, Sizes(model_bytes=1, data_bytes=1, expected_s=None))
        store.jobs.submit(job_id, b"{}")
        store.lifecycle.period(job_id, PeriodName.TRANSFER, 1, 2)
        with store.database.write() as write:
            write.execute("UPDATE jobs SET machine_id = ?", (MACHINE.machine_id,))
    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.CANCELED, reason="a reason"))
    return job_id


def test_on_another_machine_the_time_left_goes_by_the_epochs_there(
    store: Store, clock: Clock
) -> None:
    job_id = training(store)
    now = clock.now
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, now - 1000, None)
    ended = [epoch(number, now - 1000 + 100 * number, loss=1) for number in (1, 2, 3, 4)]
    store.lifecycle.epochs(job_id, ended)
    store.lifecycle.restart(job_id, 3, "its node is gone")
    card = store.history.card(job_id)
    assert (card.job.attempt, card.job.epoch, card.values, card.left_s) == (2, 3, [1, 1, 1], None)

    assert add_instance(store, job_id)
    for substatus in (JobSubstatus.SENDING, JobSubstatus.GEARING_ENV, JobSubstatus.TRAINING):
        store.lifecycle.proceed(job_id, substatus)
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, now - 30, None)
    assert store.history.card(job_id).left_s is None
    store.lifecycle.progress(job_id, batch=50, batches=100, metrics={"loss": 1})
    assert store.history.card(job_id).left_s == pytest.approx(60 * 6.5, abs=2)

    store.lifecycle.epochs(job_id, [epoch(4, now - 10, loss=1), epoch(5, now, loss=1)])
    assert store.history.card(job_id).left_s == pytest.approx(5 * 10, abs=1)
