"""A replay as a notebook asks for it: arguments checked, progress shown, the verdict printed."""

from __future__ import annotations

from aibro.checks import check_description, check_flag, check_folder, check_seconds
from aibro.kernel.progress import follow
from aibro.models import Difference, Verdict, VerdictName
from aibro.replay.judging import verdict_of
from aibro.replay.start import start_replay
from aibro.store import Store

SHOWN = 8
"""Differences that are printed; the verdict's record and `Job.recording` have all of them."""

_NO_CAUSES = frozenset({VerdictName.IDENTICAL, VerdictName.ISSUE_REPRODUCED})
"""Verdicts of replays that came out as recorded: there is nothing to explain."""


def replay(
    store: Store,
    job_id: str,
    *,
    description: object,
    directory_to_save_ckpt: object,
    directory_to_save_log: object,
    wait_request_s: object,
    from_epoch: int,
    trust: object,
    called_at: float,
) -> Verdict:
    """Run a recorded job again and wait for its verdict; see `Job.replay_job`."""
    job = start_replay(
        store,
        job_id,
        called_at=called_at,
        description=check_description(description),
        directory_to_save_ckpt=check_folder("directory_to_save_ckpt", directory_to_save_ckpt),
        directory_to_save_log=check_folder("directory_to_save_log", directory_to_save_log),
        wait_request_s=check_seconds("wait_request_s", wait_request_s),
        from_epoch=from_epoch,
        trust=check_flag("trust", trust),
        tell=print_differences,
    )
    follow(store, job.job_id)
    verdict = verdict_of(store, job.job_id)
    print_verdict(verdict)
    return verdict


def print_differences(differences: list[Difference]) -> None:
    """Print what is not as it was where the job was recorded, if anything is."""
    if differences:
        print("What differs from where the job was recorded:")
        _print(differences)


def print_verdict(verdict: Verdict) -> None:
    """Print how a replay came out, with possible causes when it came out otherwise."""
    print(f"{verdict.verdict}: {verdict.sentence}")
    if verdict.differences and verdict.verdict not in _NO_CAUSES:
        print("Possible causes:")
        _print(verdict.differences)


def _print(differences: list[Difference]) -> None:
    for difference in differences[:SHOWN]:
        recorded, current = difference.recorded or "none", difference.current or "none"
        print(f"  {difference.name}: {recorded} → {current}")
    if len(differences) > SHOWN:
        print(f"  and {len(differences) - SHOWN} more")
