"""Training data of every kind as NumPy arrays, or an error that says why it cannot be one."""

from __future__ import annotations

import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aibro.errors import BadData

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]
    Arrays = Array | Mapping[str, "Arrays"] | Sequence["Arrays"] | None

# Kinds of numpy types that Keras trains on: bool, int, unsigned, float, complex.
_KINDS = frozenset("biufc")

_INSTEAD = {
    "PyDataset": "x, y = map(numpy.concatenate, zip(*(d[i] for i in range(len(d)))))",
    "DataLoader": "x, y = map(torch.cat, zip(*loader))",
}


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


def foreign_dtype(name: str) -> object:
    """The type of that name that NumPy lacks, such as bfloat16; ``None`` if there is none."""
    import ml_dtypes

    return getattr(ml_dtypes, name, None)


def _all_numbers(value: Sequence[object]) -> bool:
    """Whether a list holds plain numbers or texts only: then it is one array, else several."""
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


def _to_numpy(field: str, value: Any) -> Array:
    import numpy as np

    if isinstance(value, np.ndarray):
        # Keras overlooks a mask.
        return np.asarray(value) if isinstance(value, np.ma.MaskedArray) else value
    package = type(value).__module__.partition(".")[0]
    if package == "pandas":
        return _from_pandas(field, value)
    if package == "torch" and hasattr(value, "detach") and not value.is_sparse:
        return np.asarray(value.detach().cpu())
    is_sparse = package == "torch" or hasattr(value, "toarray")
    if all(hasattr(value, name) for name in ("shape", "dtype", "__array__")) and not is_sparse:
        return np.asarray(value)
    raise BadData(f"{field} is {_kind_of(value)}; AIbro needs arrays. {_how(field, value)}", field)


def _from_pandas(field: str, value: Any) -> Array:
    """As Keras converts it: a frame becomes a matrix, a series a matrix of one column."""
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
    if array.dtype.kind == "V" and foreign_dtype(array.dtype.name) == array.dtype:
        return array
    if array.dtype.kind in "US" or (array.dtype == np.object_ and _is_text(array)):
        raise BadData(
            f"{field} holds text, and fit takes numbers. Let the layer that looks words up do so "
            f"before, such as keras.layers.TextVectorization: numpy.asarray(layer({field})).",
            field,
        )
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


def _kind_of(value: object) -> str:
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return f"a {kind.removeprefix('builtins.')}"


def _is_text(array: Array) -> bool:
    return array.size > 0 and all(isinstance(item, str | bytes) for item in array.flat)


def _how_of_dataset(dataset: Any) -> str:
    """What to do with one of TensorFlow's, which depends on what its elements are."""
    spec = dataset.element_spec
    is_flat = isinstance(spec, tuple) and not any(isinstance(s, dict | tuple) for s in spec)
    names = {2: "x, y", 3: "x, y, sample_weight"}.get(len(spec)) if is_flat else None
    if names is None:
        return (
            "Take its items with list(dataset.unbatch().as_numpy_iterator()), and make one array "
            "of each of their parts with numpy.stack."
        )
    return (
        "Turn it into arrays, for example with "
        f"{names} = map(numpy.stack, zip(*dataset.unbatch().as_numpy_iterator()))."
    )


def _how(field: str, value: object) -> str:
    for kind in type(value).__mro__:
        if kind.__name__ in _INSTEAD:
            return f"Turn it into arrays, for example with {_INSTEAD[kind.__name__]}."
        if kind.__name__ == "DatasetV2":
            return _how_of_dataset(value)
    if hasattr(value, "toarray"):
        return f"It is sparse: use {field}.toarray()."
    if type(value).__name__ == "SparseTensor":
        return f"It is sparse: use tensorflow.sparse.to_dense({field}).numpy()."
    if getattr(value, "is_sparse", False) is True:
        return f"It is sparse: use {field}.to_dense()."
    if hasattr(value, "to_tensor"):
        return f"Its rows differ in length: use {field}.to_tensor().numpy()."
    if isinstance(value, Iterator):
        return f"Take its items first: numpy.stack(list({field}))."
    return f"Convert it, for example with numpy.asarray({field})."
