"""One sentence on how the next job saves time, said only with what was measured on the user's own.

Two things are known to cost time that the user can change: a new instance where one could have been
held, and a limit that the job waited at. Where neither cost a good part of the time, nothing is
said.
"""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

import msgspec

from aibro.display.format import format_duration, format_share
from aibro.models import (
    Job,
    JobEvent,
    JobStatus,
    Period,
    PeriodName,
    Timeline,
    Wait,
    WaitSetting,
)
from aibro.store import Store

WORTH_SHARE = 0.2
"""Part of the wall time from which it is worth a sentence."""
WORTH_S = 1.0
COOL_DOWN_S = 600

_UNTIL_SET_UP = (
    PeriodName.REQUEST_LAUNCH,
    PeriodName.INSTANCE_CONNECT,
    PeriodName.SERVER_SETUP,
    PeriodName.ENV_GEAR_UP,
)
"""What a job does before a new instance is ready for it."""


class _Advice(NamedTuple):
    saved_s: float
    sentence: str


def advised(store: Store, timeline: Timeline) -> Timeline:
    """The timeline with its advice, if there is a true one.

    Args:
        store: the store that the timeline is from.
        timeline: as `History.timeline` gives it.
    """
    if timeline.status is not JobStatus.COMPLETED or timeline.ended_at is None:
        return timeline
    job = store.jobs.get(timeline.job_id)
    wall_time = timeline.ended_at - timeline.created_at
    found = [_cool_down(store, job, timeline.periods, wall_time), _limit(store, job, wall_time)]
    worth = [
        advice
        for advice in found
        if advice and advice.saved_s >= max(WORTH_S, WORTH_SHARE * wall_time)
    ]
    if not worth:
        return timeline
    return msgspec.structs.replace(timeline, advice=max(worth).sentence)


def _cool_down(store: Store, job: Job, pieces: list[Period], wall_time: float) -> _Advice | None:
    """Holding the instance, for a job that had to wait for a new one."""
    # A replay takes no such argument, and what came in a report ran on somebody else's machine.
    if job.replay_of is not None or job.foreign or job.machine_id is None:
        return None
    if store.jobs.submission(job.job_id).cool_down_period_s > 0:
        return None
    periods = {period.name: period for period in pieces}
    setup = periods.get(PeriodName.SERVER_SETUP)
    loading = periods.get(PeriodName.DESERIALIZATION)
    if PeriodName.ENV_GEAR_UP not in periods or setup is None or loading is None:
        return None
    began = min(periods[name].start for name in _UNTIL_SET_UP if name in periods)
    measured = store.history.cooling_starts(job.machine_id)
    # Where none was measured: also a cooling instance is set up for the next job.
    start_s = median(measured) if measured else _seconds(setup)
    data_stored = _end(periods.get(PeriodName.SERIALIZATION), began)
    transfer_s = _seconds(periods.get(PeriodName.TRANSFER))
    saved_s = loading.start - (max(began + start_s, data_stored) + transfer_s)
    longest = max(
        (name for name in _UNTIL_SET_UP if name in periods),
        key=lambda name: _seconds(periods[name]),
    )
    longest_s = _seconds(periods[longest])
    sentence = (
        f"{longest} took {format_share(longest_s / wall_time)} of {format_duration(wall_time)}; "
        f"with cool_down_period_s={COOL_DOWN_S} the next job on {job.machine_id} would start "
        f"{format_duration(saved_s)} sooner"
    )
    if measured:
        jobs = "1 job" if len(measured) == 1 else f"{len(measured)} jobs"
        sentence += f", by what {jobs} on a cooling instance took"
    return _Advice(saved_s, sentence + ".")


def _limit(store: Store, job: Job, wall_time: float) -> _Advice | None:
    """The setting that the job waited at longest."""
    waited: dict[str, float] = {}
    limit, since = None, 0.0
    for event in store.history.events(job.job_id).events:
        if event.kind not in ("note", "status"):
            continue
        if limit is not None:
            waited[limit] = waited.get(limit, 0.0) + max(0.0, event.at - since)
        limit, since = _limit_of(event), event.at
    if not waited:
        return None
    longest = max(waited, key=lambda name: waited[name])
    return _Advice(
        waited[longest],
        f"{format_duration(waited[longest])} of {format_duration(wall_time)} went by waiting: "
        f"{longest} was reached.",
    )


def _limit_of(event: JobEvent) -> str | None:
    """The limit at which the job waits from this event on, and where it is set; mostly none."""
    if event.data.get("setting") is None:
        return None
    wait = msgspec.convert(event.data, Wait)
    assert wait.setting is not None
    of = f" of {wait.machine_id}" if wait.setting is WaitSetting.CAPACITY else ""
    return f"{wait.setting}{of} in {wait.setting.file}"


def _seconds(period: Period | None) -> float:
    if period is None or period.end is None:
        return 0.0
    return max(0.0, period.end - period.start)


def _end(period: Period | None, otherwise: float) -> float:
    return otherwise if period is None or period.end is None else period.end
