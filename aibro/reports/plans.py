"""A training plan on its way from one machine to another: what leaves, what may come in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from aibro.payloads.data import Tree
from aibro.worker.plan import StartState, TrainingPlan

FIT_ARGUMENTS = frozenset(
    {
        "callbacks",
        "class_weight",
        "initial_epoch",
        "sample_weight",
        "shuffle",
        "steps_per_epoch",
        "validation_batch_size",
        "validation_freq",
        "validation_split",
        "validation_steps",
        "verbose",
    }
)
"""What ``fit_kwargs`` may hold; listed here because asking Keras would import it."""
_FIT_ARRAYS = frozenset({"sample_weight"})
_FOREIGN_TYPE = re.compile(r"bfloat16|u?int[124]|float[468]_[a-z0-9]{1,12}")
_MAX_DEPTH = 32
_MAX_COUNT = 2**31 - 1
_BACKENDS = frozenset({"tensorflow", "jax", "torch"})

_UNSAID: dict[str, Any] = {
    "checkpoint_folder": None,
    "log_folder": None,
    "state_folder": None,
    "working_directory": "",
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
    model = plan.model
    _require(without_folders(plan) == plan, "it names folders of another machine")
    _require(plan.epochs == epochs, "its epochs are not the job's")
    _require(1 <= plan.batch_size <= _MAX_COUNT, "its batch size cannot be")
    _require(plan.seed is None or 0 <= plan.seed < 2**32, "its seed cannot be")
    _require((plan.start.epoch if plan.start else 0) == from_epoch, "it begins elsewhere")
    _require(model.backend in _BACKENDS, f"it is for the back end {model.backend[:40]!r}")
    _require(min(model.parameters, model.size_bytes) >= 0, "its model has no size")
    _check_name(model.model, "keras")
    if model.code is not None:
        _check_name(model.code, "pkl")
    if plan.start is not None:
        _check_name(plan.start.checkpoint, "keras")
        _check_name(plan.start.state, "state")
    for name, value in model.fit_arguments.items():
        _require(name in FIT_ARGUMENTS, f"fit has no argument {name[:40]!r}")
        _check_plain(value)
    _require(model.fit_arrays.keys() <= _FIT_ARRAYS, "it passes fit arrays that fit does not take")
    for tree in (*model.fit_arrays.values(), plan.train_X, plan.train_Y, plan.validation_data):
        _check_tree(tree)


def renamed(plan: TrainingPlan, names: Mapping[str, str]) -> TrainingPlan:
    """The same plan with other names for its payloads."""
    model = msgspec.structs.replace(
        plan.model,
        model=names[plan.model.model],
        code=None if plan.model.code is None else names[plan.model.code],
        fit_arrays={key: _renamed(tree, names) for key, tree in plan.model.fit_arrays.items()},
    )
    start: StartState | None = None
    if plan.start is not None:
        start = msgspec.structs.replace(
            plan.start, checkpoint=names[plan.start.checkpoint], state=names[plan.start.state]
        )
    return msgspec.structs.replace(
        plan,
        model=model,
        start=start,
        train_X=_renamed(plan.train_X, names),
        train_Y=_renamed(plan.train_Y, names),
        validation_data=_renamed(plan.validation_data, names),
    )


def _renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    if tree is None:
        return None
    if "array" in tree:
        return {**tree, "array": names[tree["array"]]}
    ((kind, items),) = tree.items()
    if kind == "dict":
        return {kind: {key: _renamed(item, names) for key, item in items.items()}}
    return {kind: [_renamed(item, names) for item in items]}


def _check_tree(tree: object, depth: int = 0) -> None:
    _require(depth < _MAX_DEPTH, "its data is nested too deeply")
    if tree is None:
        return
    _require(isinstance(tree, dict), "its data is no tree")
    assert isinstance(tree, dict)
    if "array" in tree:
        _require(tree.keys() <= {"array", "dtype"}, "an array has more than name and type")
        _check_name(tree["array"], "npy")
        kind = tree.get("dtype", "bfloat16")
        known = isinstance(kind, str) and _FOREIGN_TYPE.fullmatch(kind)
        _require(bool(known), "an array has an unknown type")
        return
    _require(len(tree) == 1, "its data is no tree")
    ((kind, items),) = tree.items()
    fits = isinstance(items, dict) if kind == "dict" else isinstance(items, list)
    _require(kind in {"dict", "list", "tuple"} and fits, "its data is no tree")
    for item in items.values() if kind == "dict" else items:
        _check_tree(item, depth + 1)


def _check_plain(value: object, depth: int = 0) -> None:
    _require(depth < _MAX_DEPTH, "a fit argument is nested too deeply")
    if isinstance(value, list):
        for item in value:
            _check_plain(item, depth + 1)
    else:
        _require(value is None or isinstance(value, (bool, int, float, str)), "a fit argument")


def _check_name(name: object, kind: str) -> None:
    # That the name is a payload's is checked later, when it is looked up among the members.
    _require(isinstance(name, str) and name.endswith(f".{kind}"), f"a payload is no .{kind}")


def _require(fits: bool, why: str) -> None:
    if not fits:
        raise BadPlan(why)
