"""What a replay says in the cell: what differs before it starts, and how it came out."""

from __future__ import annotations

from aibro.models import Difference, Verdict, VerdictName

SHOWN = 8
"""Lines of differences; the verdict's record and `Job.recording` have them all."""

_NO_CAUSES = frozenset({VerdictName.IDENTICAL, VerdictName.ISSUE_REPRODUCED})


def tell_differences(differences: list[Difference]) -> None:
    """Print what is not as it was where the job was recorded, if anything is."""
    if differences:
        print("What differs from where the job was recorded:")
        _tell(differences)


def tell_verdict(verdict: Verdict) -> None:
    """Print how a replay came out, with possible causes when it came out otherwise."""
    print(f"{verdict.verdict}: {verdict.sentence}")
    if verdict.differences and verdict.verdict not in _NO_CAUSES:
        print("Possible causes:")
        _tell(verdict.differences)


def _tell(differences: list[Difference]) -> None:
    for difference in differences[:SHOWN]:
        recorded, current = difference.recorded or "none", difference.current or "none"
        print(f"  {difference.name}: {recorded} → {current}")
    if len(differences) > SHOWN:
        print(f"  and {len(differences) - SHOWN} more")
