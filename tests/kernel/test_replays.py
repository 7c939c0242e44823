"""What a replay prints in the cell."""

from __future__ import annotations

import pytest

from aibro.kernel.replays import SHOWN, print_differences, print_verdict
from aibro.models import Difference, Verdict, VerdictName


def differences(count: int) -> list[Difference]:
    return [Difference(name=f"package p{n}", recorded="1", current="2") for n in range(count)]


def verdict(name: VerdictName) -> Verdict:
    return Verdict(
        job_id="b" * 12,
        replay_of="a" * 12,
        verdict=name,
        sentence="So it came out.",
        epoch=None,
        metric=None,
        recorded=None,
        replayed=None,
        weights_epoch=None,
        differences=[Difference(name="backend", recorded="jax", current=None)],
    )


def test_nothing_is_said_when_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    print_differences([])
    assert capsys.readouterr().out == ""


def test_many_differences_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_differences(differences(SHOWN + 3))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  package p0: 1 → 2"
    assert lines[-1] == "  and 3 more"
    assert len(lines) == SHOWN + 2


@pytest.mark.parametrize("name", VerdictName)
def test_causes_are_told_when_it_came_out_otherwise(
    name: VerdictName, capsys: pytest.CaptureFixture[str]
) -> None:
    print_verdict(verdict(name))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{name.value}: So it came out."
    as_recorded = name in (VerdictName.IDENTICAL, VerdictName.ISSUE_REPRODUCED)
    assert lines[1:] == ([] if as_recorded else ["Possible causes:", "  backend: jax → none"])
