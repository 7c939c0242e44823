"""Names for a model and its parts that mean the same in every process that has the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xxhash

BIG_ARRAY_BYTES = 64 * 1024
"""From this size on, an array is pickled by name instead of by content."""


class Parts:
    """Objects that both sender and receiver have, to be pickled by name instead of by content.

    A callback may refer to the model, one of its layers or its optimizer. After it is sent, it
    then refers to the worker's model and its parts, and not to copies of them.

    Args:
        model: a built model.
    """

    def __init__(self, model: Any) -> None:
        self._parts: dict[str, object] = {}
        self._names: dict[int, str] = {}
        self._arrays: dict[str, Any] = {}
        for name, part in _parts_of(model):
            self.add(name, part)

    def add(self, name: str, part: object) -> None:
        """Name one more object; an object that has a name already keeps it."""
        if id(part) not in self._names:
            self._names[id(part)] = name
            self._parts[name] = part

    def name_of(self, item: object) -> str | None:
        """The name to pickle instead of ``item``, if it has one."""
        name = self._names.get(id(item))
        if name is None and self._arrays and is_big_array(item):
            digest = _digest(item)
            return digest if digest in self._arrays else None
        return name

    def part(self, name: str) -> object:
        """The object with that name in this process.

        Raises:
            KeyError: there is none.
        """
        return self._arrays[name] if name in self._arrays else self._parts[name]

    def add_array(self, array: Any) -> None:
        """Name a big array by the digest of its content; the name holds until that changes."""
        self._arrays.setdefault(_digest(array), array)


def is_big_array(item: object) -> bool:
    """Whether ``item`` is a NumPy array of plain numbers that is large enough to be named."""
    import numpy as np

    return type(item) is np.ndarray and item.nbytes >= BIG_ARRAY_BYTES and not item.dtype.hasobject


def _parts_of(model: Any) -> Iterator[tuple[str, object]]:
    yield "model", model
    variables = [*model.variables]
    if model.optimizer is not None:
        yield "optimizer", model.optimizer
        variables += model.optimizer.variables
    for kind, parts in (("layer", model._flatten_layers()), ("variable", variables)):
        for number, part in enumerate(parts):
            yield f"{kind} {number}", part


def _digest(array: Any) -> str:
    import numpy as np

    content = xxhash.xxh3_128(f"{array.dtype}{array.shape}".encode())
    content.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return f"array {content.hexdigest()}"
