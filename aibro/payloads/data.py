"""Training data: how it is checked, and how a nesting of arrays is sent.

Models with several inputs or outputs take dicts, lists and tuples of arrays. Such a nesting is sent
as a tree of JSON, whose leaves name payloads::

    {"dict": {"image": {"array": "<payload>.npy"}, "age": {"array": "<payload>.npy"}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.errors import BadData
from aibro.payloads.arrays import as_arrays, foreign_dtype

if TYPE_CHECKING:
    from aibro.payloads.arrays import Array, Arrays
    from aibro.payloads.store import PayloadStore

Tree = dict[str, Any] | None
"""``{"array": name}``, with ``"dtype"`` where ``.npy`` lacks the type; ``{"list": [...]}``,
``{"tuple": [...]}``, ``{"dict": {...}}``; ``None``."""

Resolve = Callable[[str], Path]


class ArrayFacts(msgspec.Struct, frozen=True):
    """One array of the training data."""

    field: str
    """The parameter and the path into its nesting, such as ``train_X['image']``."""
    shape: tuple[int, ...]
    dtype: str
    nbytes: int


def describe(field: str, value: object) -> list[ArrayFacts]:
    """The arrays in ``value``, from first to last.

    Raises:
        BadData: something in ``value`` cannot be trained on.
    """
    return [
        ArrayFacts(name, array.shape, array.dtype.name, array.nbytes)
        for name, array in _leaves(field, as_arrays(field, value))
    ]


def store_tree(payloads: PayloadStore, field: str, value: object) -> Tree:
    """Store every array of ``value`` and return the tree that names them.

    Args:
        payloads: where the arrays go.
        field: the parameter's name, for errors.
        value: whatever ``model.fit`` takes as arrays.

    Raises:
        BadData: something in ``value`` cannot be trained on.
        DiskFull: no space is left.
    """
    return _store(payloads, as_arrays(field, value))


def load_tree(resolve: Resolve, tree: Tree) -> Arrays:
    """The nesting of a tree, with its arrays mapped into memory.

    Nothing is read until an array is used. User code can write to the arrays; that changes them in
    this process only, not in the file.

    Args:
        resolve: from a payload's name to its file.
        tree: what ``store_tree`` returned.
    """
    import numpy as np

    if tree is None:
        return None
    if "array" in tree:
        path = resolve(tree["array"])
        mapped = np.load(path, mmap_mode="c", allow_pickle=False)
        # numpy.memmap runs Python code for every slice; a plain view of it does not.
        array = np.asarray(mapped)
        return array.view(foreign_dtype(tree["dtype"])) if "dtype" in tree else array
    if "dict" in tree:
        return {key: load_tree(resolve, item) for key, item in tree["dict"].items()}
    if "list" in tree:
        return [load_tree(resolve, item) for item in tree["list"]]
    return tuple(load_tree(resolve, item) for item in tree["tuple"])


def tree_names(tree: Tree) -> Iterator[str]:
    """The payloads that a tree names."""
    if tree is None:
        return
    if "array" in tree:
        yield tree["array"]
        return
    (items,) = tree.values()
    for item in items.values() if isinstance(items, dict) else items:
        yield from tree_names(item)


def check_lengths(
    train_X: object,
    train_Y: object,
    validation_data: object = None,
    sample_weight: object = None,
) -> list[ArrayFacts]:
    """Check that the arrays of a training fit together.

    Returns:
        All of them, those of ``train_X`` first.

    Raises:
        BadData: no array, an empty one, one without samples, or arrays of different lengths.
    """
    training = describe("train_X", train_X)
    if not training:
        raise BadData("train_X holds no array. Pass the samples to train on.", "train_X")
    training += describe("train_Y", train_Y) + describe("sample_weight", sample_weight)
    _check_same_length(training)
    if validation_data is not None:
        if not isinstance(validation_data, list | tuple) or len(validation_data) not in (2, 3):
            raise BadData(
                "validation_data has to be (x, y) or (x, y, sample_weight).", "validation_data"
            )
        validation = describe("validation_data", validation_data)
        _check_same_length(validation)
        return training + validation
    return training


def _store(payloads: PayloadStore, arrays: Arrays) -> Tree:
    import numpy as np

    if arrays is None:
        return None
    if isinstance(arrays, np.ndarray):
        if arrays.dtype.kind != "V":
            return {"array": payloads.add_array(arrays)}
        # .npy lacks bfloat16 and the like: the tree names the type, and the bits are stored.
        bits = arrays.view(f"u{arrays.dtype.itemsize}")
        return {"array": payloads.add_array(bits), "dtype": arrays.dtype.name}
    if isinstance(arrays, Mapping):
        return {"dict": {key: _store(payloads, item) for key, item in arrays.items()}}
    kind = "tuple" if isinstance(arrays, tuple) else "list"
    return {kind: [_store(payloads, item) for item in arrays]}


def _leaves(field: str, arrays: Arrays) -> Iterator[tuple[str, Array]]:
    import numpy as np

    if arrays is None:
        return
    if isinstance(arrays, np.ndarray):
        yield field, arrays
    elif isinstance(arrays, Mapping):
        for key, item in arrays.items():
            yield from _leaves(f"{field}[{key!r}]", item)
    else:
        for index, item in enumerate(arrays):
            yield from _leaves(f"{field}[{index}]", item)


def _check_same_length(facts: list[ArrayFacts]) -> None:
    for fact in facts:
        parameter = fact.field.partition("[")[0]
        if not fact.shape:
            raise BadData(f"{fact.field} is a single number; it needs one per sample.", parameter)
        if 0 in fact.shape:
            raise BadData(
                f"{fact.field} is empty: its shape is {fact.shape}. Pass at least one sample.",
                parameter,
            )
    first = facts[0] if facts else None
    for fact in facts[1:]:
        if first and fact.shape[0] != first.shape[0]:
            raise BadData(
                f"{first.field} has {first.shape[0]} samples but {fact.field} has "
                f"{fact.shape[0]}. Pass as many of one as of the other.",
                fact.field.partition("[")[0],
            )
