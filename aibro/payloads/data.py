"""Training data: checked, stored as payloads, and mapped into memory again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from aibro.errors import BadData
from aibro.payloads.arrays import as_arrays, foreign_dtype
from aibro.payloads.nesting import StoredArray, Tree, from_tree, leaves, map_leaves, to_tree

if TYPE_CHECKING:
    from aibro.payloads.arrays import Array, Arrays
    from aibro.payloads.store import PayloadStore

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
        for name, array in leaves(as_arrays(field, value), field)
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
    return to_tree(map_leaves(as_arrays(field, value), lambda array: _store(payloads, array)))


def load_tree(resolve: Resolve, tree: Tree) -> Arrays:
    """The nesting of a tree, with its arrays mapped into memory.

    Nothing is read until an array is used. User code can write to the arrays; that changes them in
    this process only, not in the file.

    Args:
        resolve: from a payload's name to its file.
        tree: what ``store_tree`` returned.
    """
    arrays: Arrays = map_leaves(from_tree(tree), lambda leaf: _map(resolve(leaf.array), leaf.dtype))
    return arrays


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


def _store(payloads: PayloadStore, array: Array) -> StoredArray:
    if array.dtype.kind != "V":
        return StoredArray(payloads.add_array(array))
    # bfloat16 and the like are foreign to .npy: their bits travel, and their name.
    bits = array.view(f"u{array.dtype.itemsize}")
    return StoredArray(payloads.add_array(bits), array.dtype.name)


def _map(path: Path, dtype: str | None) -> Array:
    import numpy as np

    mapped = np.load(path, mmap_mode="c", allow_pickle=False)
    # numpy.memmap runs Python code for every slice; the plain view of it does not.
    array = np.asarray(mapped)
    return array if dtype is None else array.view(foreign_dtype(dtype))


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
