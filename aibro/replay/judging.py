"""A replay's verdict: written together with the end of its job, and read afterwards.

`finish_job` is the only function that ends jobs, replays or not.
"""

from __future__ import annotations

import msgspec

from aibro.errors import JobNotEnded, JobNotFound, NotFound
from aibro.models import Job, JobStatus, JobSubstatus, Verdict
from aibro.replay.verdicts import Outcome, judge, judge_alone
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.events import Failure
from aibro.trainings.plan import decode_plan
from aibro.trainings.surroundings import kept_surroundings
from aibro.transitions import ENDED


def finish_job(
    store: Store, job_id: str, ending: Ending, *, cool_s: float = 0, instance_gone: bool = False
) -> None:
    """End a job, even on a full disk; see `Lifecycle.finish`. A replay gets its verdict here."""
    job = store.jobs.get(job_id)
    verdict = _judge_replay(store, job, ending) if job.replay_of else None
    plan = _kept_plan(store.jobs.plan(job_id), recorded=job.recorded)
    store.disk_reserve.lend(
        lambda: store.lifecycle.finish(
            job_id, ending, cool_s=cool_s, instance_gone=instance_gone, verdict=verdict, plan=plan
        )
    )


def _kept_plan(stored: str | None, *, recorded: bool) -> bytes | None:
    """What an ended job keeps of its plan, if that is less: no secrets of its environment."""
    if stored is None:
        return None
    try:
        plan = decode_plan(stored)
    except msgspec.MsgspecError:
        return None  # A plan that cannot be read must not keep the job from ending.
    if plan.surroundings is None:
        return None
    kept = kept_surroundings(plan.surroundings) if recorded else None
    return msgspec.json.encode(msgspec.structs.replace(plan, surroundings=kept))


def verdict_of(store: Store, job_id: str) -> Verdict:
    """The verdict on a replay.

    Raises:
        JobNotFound: there is no such job.
        NotFound: it is not a replay, or a report brought it in without a verdict.
        JobNotEnded: it still runs.
    """
    job = store.jobs.get(job_id)
    verdict = store.jobs.verdict(job_id)
    if verdict is not None:
        return verdict
    if job.replay_of is None:
        raise NotFound(f"Job {job_id} is not a replay; only a replay has a verdict.")
    if job.status not in ENDED:
        raise JobNotEnded(f"Replay {job_id} is {job.status}; its verdict comes with its end.")
    raise NotFound(
        f"Replay {job_id} was brought in without its verdict; replay it here to have one."
    )


def _judge_replay(store: Store, job: Job, ending: Ending) -> Verdict:
    assert job.replay_of is not None
    try:
        return _judge(store, job, job.replay_of, ending)
    except JobNotFound:
        why = "The recorded job was deleted meanwhile."
    except msgspec.MsgspecError as error:
        # A verdict that cannot be given must not keep the job from ending.
        why = f"What was kept of the recorded job cannot be read: {error}."
    return judge_alone(job.job_id, job.replay_of, why, job.from_epoch)


def _judge(store: Store, job: Job, replay_of: str, ending: Ending) -> Verdict:
    original = store.jobs.get(replay_of)
    recorded = Outcome(
        status=original.status,
        kind=original.reason_kind,
        reason=original.reason,
        failure=_failure(store.jobs.field(replay_of, "failure")),
        epochs=store.jobs.epochs(replay_of),
        environment=store.jobs.environment(replay_of),
    )
    replayed = Outcome(
        status=JobStatus.COMPLETED
        if ending.substatus is JobSubstatus.COMPLETED
        else JobStatus.CANCELED,
        kind=ending.kind,
        reason=ending.reason,
        failure=_failure(ending.failure),
        epochs=store.jobs.epochs(job.job_id),
        environment=store.jobs.environment(job.job_id),
    )
    return judge(job.job_id, replay_of, recorded, replayed, job.from_epoch)


def _failure(text: str | None) -> Failure | None:
    return msgspec.json.decode(text, type=Failure) if text else None
