"""The model and what it is made of, by names that hold wherever the model is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xxhash

BIG_ARRAY_BYTES = 64 * 1024


class Parts:
    """What sender and receiver both have: pickled by name, and found again as the same object.

    A callback that watches the model, one of its layers or its optimizer then watches those of the
    model it is trained with, and not copies of them.

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
        """Name one more object; the first name counts."""
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
        """What goes by that name here.

        Raises:
            KeyError: nothing does.
        """
        return self._arrays[name] if name in self._arrays else self._parts[name]

    def add_array(self, array: Any) -> None:
        """Let a big array go by its content, for as long as that stays the same."""
        self._arrays.setdefault(_digest(array), array)


def is_big_array(item: object) -> bool:
    """True for a NumPy array of plain numbers that is worth naming."""
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
