"""Nestings of arrays as models with several inputs take them, and the trees they travel as.

A nesting is made of dicts, lists and tuples around leaves, or is ``None``. As a tree it is JSON,
and its leaves are payloads::

    {"dict": {"image": {"array": "<payload>.npy"}, "age": {"array": "<payload>.npy"}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

Tree = dict[str, Any] | None
"""``{"array": name}``, with ``"dtype"`` where ``.npy`` has no word for it; ``{"list": [...]}``,
``{"tuple": [...]}``, ``{"dict": {...}}``; ``None``."""


class StoredArray(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A leaf of a tree."""

    array: str
    """The payload."""
    dtype: str | None = None
    """Its type, where ``.npy`` has no word for it."""


def map_leaves(nesting: Any, change: Callable[[Any], Any]) -> Any:
    """The same nesting with every leaf changed; ``None`` stays."""
    if nesting is None:
        return None
    if isinstance(nesting, Mapping):
        return {key: map_leaves(item, change) for key, item in nesting.items()}
    if isinstance(nesting, list | tuple):
        items = [map_leaves(item, change) for item in nesting]
        return tuple(items) if isinstance(nesting, tuple) else items
    return change(nesting)


def leaves(nesting: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves from first to last, each with the way to it.

    Args:
        nesting: of whatever leaves.
        name: how the way begins: ``train_X`` gives ``train_X['image']``.
    """
    if nesting is None:
        return
    if isinstance(nesting, Mapping | list | tuple):
        items = nesting.items() if isinstance(nesting, Mapping) else enumerate(nesting)
        for key, item in items:
            yield from leaves(item, f"{name}[{key!r}]")
    else:
        yield name, nesting


def to_tree(nesting: Any) -> Tree:
    """The tree of a nesting whose leaves are `StoredArray`."""
    if nesting is None:
        return None
    if isinstance(nesting, StoredArray):
        tree: Tree = msgspec.to_builtins(nesting)
        return tree
    if isinstance(nesting, Mapping):
        return {"dict": {key: to_tree(item) for key, item in nesting.items()}}
    return {type(nesting).__name__: [to_tree(item) for item in nesting]}


def from_tree(tree: Tree) -> Any:
    """The nesting that `to_tree` made a tree of."""
    if tree is None:
        return None
    if "array" in tree:
        return msgspec.convert(tree, StoredArray)
    ((kind, items),) = tree.items()
    if kind == "dict":
        return {key: from_tree(item) for key, item in items.items()}
    nested = [from_tree(item) for item in items]
    return tuple(nested) if kind == "tuple" else nested


def tree_names(tree: Tree) -> Iterator[str]:
    """The payloads that a tree names."""
    for _, leaf in leaves(from_tree(tree)):
        yield leaf.array


def renamed_tree(tree: Tree, names: Mapping[str, str]) -> Tree:
    """The same tree where payloads have other names."""
    return to_tree(
        map_leaves(
            from_tree(tree), lambda leaf: msgspec.structs.replace(leaf, array=names[leaf.array])
        )
    )
