"""A training plan on its way from one machine to another: what leaves, what may come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from aibro.trainings import training_kind
from aibro.trainings.plan import TrainingPlan

_UNSAID: dict[str, Any] = {
    "checkpoint_folder": None,
    "log_folder": None,
    "state_folder": None,
    "working_directory": "",
    "surroundings": None,
    "safe_mode": False,
}
"""The fields of a plan that concern one machine only, with the values they have in a report."""


class BadPlan(ValueError):
    """A plan that AIbro would not have made."""


def without_folders(plan: TrainingPlan) -> TrainingPlan:
    """The plan without what concerns one machine only."""
    return msgspec.structs.replace(plan, **_UNSAID)


def check_plan(plan: TrainingPlan, epochs: int, from_epoch: int) -> None:
    """Check that a plan could have been made by `without_folders`.

    Args:
        plan: what a report holds.
        epochs: of the job.
        from_epoch: of the job.

    Raises:
        BadPlan: it could not; says why.
    """
    _require(without_folders(plan) == plan, "it names folders of another machine")
    _require(plan.epochs == epochs, "its epochs are not the job's")
    _require(plan.seed is None or 0 <= plan.seed < 2**32, "its seed cannot be")
    _require((plan.start.epoch if plan.start else 0) == from_epoch, "it begins elsewhere")
    try:
        kind = training_kind(plan.kind)
        kind.check_spec(plan)
    except ValueError as error:
        raise BadPlan(str(error)) from error
    # From here on, the envelope is believed wherever the spec is not read.
    contents = kind.contents(plan)
    _require(contents.payloads() == plan.payloads, "it does not name the payloads it needs")
    _require(contents.holds_code == plan.holds_code, "it does not say whether it holds code")


def renamed(plan: TrainingPlan, names: Mapping[str, str]) -> TrainingPlan:
    """The same plan where payloads have other names."""
    start = plan.start
    if start is not None:
        start = msgspec.structs.replace(
            start, checkpoint=names[start.checkpoint], state=names[start.state]
        )
    return msgspec.structs.replace(
        plan,
        start=start,
        payloads=[names[name] for name in plan.payloads],
        spec=training_kind(plan.kind).renamed(plan.spec, names),
    )


def _require(fits: bool, why: str) -> None:
    if not fits:
        raise BadPlan(why)
