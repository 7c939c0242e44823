"""Training data: what is accepted, how it is checked, and how its nesting travels.

Models with several inputs or outputs take dicts, lists and tuples of arrays. Such a nesting
travels as a tree that JSON can hold and whose leaves name payloads::

    {"dict": {"image": {"array": "<payload>.npy"}, "age": {"array": "<payload>.npy"}}}
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.errors import BadData

if TYPE_CHECKING:
    import numpy as np

    from aibro.payloads.store import PayloadStore

    Array = np.ndarray[Any, Any]
    Arrays = Array | Mapping[str, "Arrays"] | Sequence["Arrays"] | None

Tree = dict[str, Any] | None
"""``{"array": name}``, with ``"dtype"`` where ``.npy`` has no word for it; ``{"list": [...]}``,
``{"tuple": [...]}``, ``{"dict": {...}}``; ``None``."""

Resolve = Callable[[str], Path]

# Kinds of numpy types that Keras trains on: bool, int, unsigned, float, complex, str, bytes.
_KINDS = frozenset("biufcUS")

_INSTEAD = {
    "Dataset": "x, y = map(numpy.stack, zip(*dataset.unbatch().as_numpy_iterator()))",
    "PyDataset": "x, y = map(numpy.concatenate, zip(*(d[i] for i in range(len(d)))))",
    "DataLoader": "x, y = map(torch.cat, zip(*loader))",
}


class ArrayFacts(msgspec.Struct, frozen=True):
    """One array of the training data."""

    field: str
    """The parameter and the way into its nesting, such as ``train_X['image']``."""
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
    """The nesting with its arrays mapped into memory.

    Reading costs nothing until an array is used. The arrays can be written to, as user code
    may expect; what is written stays in this process.

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
        # numpy.memmap runs Python code for every slice; the plain view of it does not.
        array = np.asarray(mapped)
        return array.view(_dtype(tree["dtype"])) if "dtype" in tree else array
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


def as_arrays(field: str, value: object) -> Arrays:
    """``value`` with every leaf as a numpy array, its nesting kept.

    Raises:
        BadData: a leaf is no array and can't become one, or Keras can't train on its type.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise BadData(f"{field} has the key {key!r}; inputs are named by text.", field)
        return {key: as_arrays(f"{field}[{key!r}]", item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if _all_numbers(value):
            return _checked(field, _from_numbers(field, value))
        items = [as_arrays(f"{field}[{i}]", item) for i, item in enumerate(value)]
        return tuple(items) if isinstance(value, tuple) else items
    return _checked(field, _to_numpy(field, value))


def _store(payloads: PayloadStore, arrays: Arrays) -> Tree:
    import numpy as np

    if arrays is None:
        return None
    if isinstance(arrays, np.ndarray):
        if arrays.dtype.kind != "V":
            return {"array": payloads.add_array(arrays)}
        # bfloat16 and the like are foreign to .npy: their bits travel, and their name.
        bits = arrays.view(f"u{arrays.dtype.itemsize}")
        return {"array": payloads.add_array(bits), "dtype": arrays.dtype.name}
    if isinstance(arrays, Mapping):
        return {"dict": {key: _store(payloads, item) for key, item in arrays.items()}}
    kind = "tuple" if isinstance(arrays, tuple) else "list"
    return {kind: [_store(payloads, item) for item in arrays]}


def _leaves(field: str, arrays: Arrays) -> Iterator[tuple[str, Array]]:
    if arrays is None:
        return
    if isinstance(arrays, Mapping):
        for key, item in arrays.items():
            yield from _leaves(f"{field}[{key!r}]", item)
    elif isinstance(arrays, list | tuple):
        for index, item in enumerate(arrays):
            yield from _leaves(f"{field}[{index}]", item)
    else:
        yield field, arrays  # type: ignore[misc]


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


def _all_numbers(value: Sequence[object]) -> bool:
    """A list of plain numbers or texts, nested or not, is one array; other lists are several."""
    return all(
        _all_numbers(item)
        if isinstance(item, list | tuple)
        else isinstance(item, numbers.Number | str | bytes)
        for item in value
    )


def _from_numbers(field: str, value: Sequence[object]) -> Array:
    import numpy as np

    try:
        return np.asarray(value)
    except ValueError as error:
        raise BadData(
            f"{field} is a list whose rows differ in length. Pad them to one length.", field
        ) from error


def _to_numpy(field: str, value: object) -> Array:
    import numpy as np

    if isinstance(value, np.ndarray):
        return value
    package = type(value).__module__.partition(".")[0]
    if package == "pandas":
        return _from_pandas(field, value)
    if package == "torch" and hasattr(value, "detach"):
        return np.asarray(value.detach().cpu())
    if hasattr(value, "shape") and hasattr(value, "dtype") and hasattr(value, "__array__"):
        return np.asarray(value)
    raise BadData(f"{field} is {_kind_of(value)}; AIbro needs arrays. {_how(value)}", field)


def _from_pandas(field: str, value: Any) -> Array:
    """What Keras makes of it: a frame is a matrix, a series a matrix of one column."""
    if value.ndim == 1:
        return _checked(field, value.to_numpy())[:, None]
    for name, dtype in value.dtypes.items():
        if dtype.kind == "O":
            raise BadData(
                f"{field} has the column {name!r} of type object. Convert it to numbers or "
                f"drop it, for example with {field}.drop(columns=[{name!r}]).",
                field,
            )
    array: Array = value.to_numpy()
    return array


def _checked(field: str, array: Array) -> Array:
    import numpy as np

    if array.dtype.kind in _KINDS:
        return array
    if array.dtype.kind == "V" and _dtype(array.dtype.name) == array.dtype:
        return array
    if array.dtype == np.object_:
        raise BadData(
            f"{field} is an array of type object, which Keras cannot train on. Give it a type "
            "such as float32; rows of different lengths have to be padded first.",
            field,
        )
    raise BadData(
        f"{field} is an array of type {array.dtype}, which Keras cannot train on. Convert it "
        'to numbers, for example with .astype("float32").',
        field,
    )


def _dtype(name: str) -> object:
    """The numpy type of that name, machine learning's own included; ``None`` if none."""
    import ml_dtypes

    return getattr(ml_dtypes, name, None)


def _kind_of(value: object) -> str:
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return f"a {kind.removeprefix('builtins.')}"


def _how(value: object) -> str:
    for kind in type(value).__mro__:
        name = "Dataset" if kind.__name__ in ("DatasetV2", "Dataset") else kind.__name__
        if name in _INSTEAD:
            return f"Turn it into arrays, for example with {_INSTEAD[name]}."
    if hasattr(value, "toarray"):
        return "It is sparse: use .toarray()."
    if hasattr(value, "to_tensor"):
        return "Its rows differ in length: use .to_tensor().numpy()."
    if isinstance(value, Iterator) or callable(value):
        return "Take its items first and stack them with numpy.stack."
    return "Convert it with numpy.asarray."
