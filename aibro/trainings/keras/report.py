"""Checks the Keras training in a report that is imported, without running any code in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec

from aibro.errors import BadInput
from aibro.payloads.nesting import renamed_tree
from aibro.trainings.keras.spec import KerasSpec, ModelPayload, spec_of
from aibro.trainings.keras.states import read_state
from aibro.trainings.plan import TrainingPlan, to_spec

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
"""What ``fit_kwargs`` may hold. Written down here, so that Keras need not be imported."""
_FIT_ARRAYS = frozenset({"sample_weight"})
_FOREIGN_TYPE = re.compile(r"bfloat16|u?int[124]|float[468]_[a-z0-9]{1,12}")
_MAX_DEPTH = 32
_MAX_COUNT = 2**31 - 1
_BACKENDS = frozenset({"tensorflow", "jax", "torch"})


def check_spec(plan: TrainingPlan) -> None:
    """See `TrainingKind.check_spec`.

    Raises:
        ValueError: the spec could not have been made by AIbro; says why.
    """
    try:
        spec = spec_of(plan)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"it is no Keras training ({error})") from error
    _require(plan.backend in _BACKENDS, f"it is for the back end {plan.backend[:40]!r}")
    _require(
        spec.batch_size is None or 1 <= spec.batch_size <= _MAX_COUNT, "its batch size cannot be"
    )
    _require(spec.parameters >= 0, "its model has no size")
    _require(0 <= spec.validation_split < 1, "its validation split cannot be")
    for name in spec.arguments:
        _require(name in FIT_ARGUMENTS, f"fit has no argument {name[:40]!r}")
    _require(spec.graph is not None or spec.model is not None, "it has no model")
    if spec.graph is not None:
        _check_name(spec.graph.pickle, "graph")
        for name in spec.graph.buffers:
            _check_name(name, "buffer")
    if spec.model is not None:
        _check_model_payload(spec.model)
    if plan.start is not None:
        _check_name(plan.start.checkpoint, "keras")
        _check_name(plan.start.state, "state")
    for tree in spec.contents().arrays.values():
        _check_tree(tree)


def renamed(spec: msgspec.Raw, names: Mapping[str, str]) -> msgspec.Raw:
    """See `TrainingKind.renamed`."""
    made = msgspec.json.decode(spec, type=KerasSpec)
    graph, model = made.graph, made.model
    if graph is not None:
        graph = msgspec.structs.replace(
            graph, pickle=names[graph.pickle], buffers=[names[name] for name in graph.buffers]
        )
    if model is not None:
        model = msgspec.structs.replace(
            model,
            model=names[model.model],
            code=None if model.code is None else names[model.code],
            fit_arrays={key: renamed_tree(tree, names) for key, tree in model.fit_arrays.items()},
        )
    return to_spec(
        msgspec.structs.replace(
            made,
            graph=graph,
            model=model,
            train_X=renamed_tree(made.train_X, names),
            train_Y=renamed_tree(made.train_Y, names),
            validation_data=renamed_tree(made.validation_data, names),
        )
    )


def check_payload(path: Path, name: str, *, with_code: bool) -> None:
    """See `TrainingKind.check_payload`.

    Raises:
        ValueError: the file is not what its name says.
    """
    if name.endswith(".keras"):
        _check_model(path)
    elif name.endswith(".state"):
        _check_state(path, with_code)


def _check_model_payload(model: ModelPayload) -> None:
    _check_name(model.model, "keras")
    if model.code is not None:
        _check_name(model.code, "pkl")
    for name, value in model.fit_arguments.items():
        _require(name in FIT_ARGUMENTS, f"fit has no argument {name[:40]!r}")
        _check_plain(value)
    _require(model.fit_arrays.keys() <= _FIT_ARRAYS, "it passes fit arrays that fit does not take")


def _check_model(path: Path) -> None:
    """Check that it is an archive as Keras writes it, and that no name leads out of its folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ValueError(f"is no Keras model ({error})") from error
    parts = [PurePosixPath(each.replace("\\", "/")) for each in names]
    inside = all(not each.is_absolute() and ".." not in each.parts for each in parts)
    if not inside or "config.json" not in names or "metadata.json" not in names:
        raise ValueError("is no Keras model")


def _check_state(path: Path, with_code: bool) -> None:
    try:
        state = read_state(path)
    except BadInput as error:
        raise ValueError(f"is no state of a training: {error.message}") from error
    # The attributes of callbacks are pickled, and a pickle is code. The report must say so.
    if state.callbacks is not None and not with_code:
        raise ValueError("holds code, which the report does not tell")


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
    # Whether the payload exists is checked elsewhere, against the files in the report.
    _require(isinstance(name, str) and name.endswith(f".{kind}"), f"a payload is no .{kind}")


def _require(fits: bool, why: str) -> None:
    if not fits:
        raise ValueError(why)
