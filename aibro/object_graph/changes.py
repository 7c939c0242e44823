"""Finds out what changed in a graph, and changes the sender's objects in the same way.

A snapshot holds the parts of every object that can change, such as the attributes of an object or
the items of a list. Parts are compared by identity: whatever one of them holds is in the graph
itself, or is new.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

import msgspec

from aibro.object_graph.content import Content
from aibro.object_graph.manifest import Difference, Manifest, Tell, describe, first_difference
from aibro.object_graph.mutable import VARIABLES, ByRule, Mutable, mutable_kind
from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.shells import Finish, Late, Rule
from aibro.object_graph.unpickler import LoadedGraph, load_graph

LeftOut = Callable[[str, Any], None]
"""Called with the words for what cannot be pickled, and with the object itself."""

_ATOMS = (bool, int, float, complex, str, bytes, type(None))
_DEPTH = 4


class Snapshot:
    """The state of all objects of a graph at one time.

    Args:
        graph: the graph, in the process that it was sent to.
        rules: the rules that the graph was pickled with.
    """

    def __init__(self, graph: LoadedGraph, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._objects = graph.objects
        self._modules = graph.modules
        self._numbers = {id(item): number for number, item in graph.objects.items()}
        self._states: dict[int, tuple[Mutable, Any]] = {}
        kinds: dict[int, Mutable | None] = {id(vars(m)): None for m in [*sys.modules.values()]}
        kinds |= {id(vars(module)): VARIABLES for module in graph.modules.values()}
        for number, item in graph.objects.items():
            key = id(item)
            kind = kinds[key] if key in kinds else mutable_kind(item, rules)
            if kind is not None:
                state = self._state(kind, item)
                _hash_contents(state)
                self._states[number] = kind, state

    def first_difference(self, manifest: bytes, tell: Tell) -> Difference | None:
        """What did not arrive as it was sent; ``None`` when all did.

        Args:
            manifest: what the sender told.
            tell: as the sender used it.
        """
        sent = msgspec.msgpack.decode(manifest, type=Manifest)
        held = []
        for number in sent:
            item = self._objects[number]
            kind, state = self._states.get(number, (None, None))
            held.append(
                (number, item, tell(item, state if isinstance(kind, ByRule) else None) or {})
            )
        return first_difference(sent, describe(held))

    def changed(self) -> dict[int, Any]:
        """The new states of the objects that changed, by number."""
        found = {}
        for number, (kind, before) in self._states.items():
            now = self._state(kind, self._objects[number])
            if not same(before, now):
                found[number] = now
        return found

    def dump_changes(self, more: Any, left_out: LeftOut) -> tuple[bytes, Sequence[Any]]:
        """Pickle what changed; what cannot be pickled is left out.

        Args:
            more: a further object to pickle with the changes. It may hold what ``left_out`` notes.
            left_out: called for each thing that was left out.

        Returns:
            The pickle, and its buffers.
        """
        changes = self.changed()
        try:
            return self.dump((changes, more))
        except Exception:  # noqa: BLE001 - user code may raise anything while it is pickled
            picklable = {
                number: self._picklable(state, type(self._objects[number]).__qualname__, left_out)
                for number, state in changes.items()
            }
            return self.dump((picklable, more))

    def _state(self, kind: Mutable, item: Any) -> Any:
        state = kind.state(item)
        if isinstance(state, Late):
            return state.state({id(each): each for each in self._objects.values()})
        return state

    def restore(self, data: bytes, buffers: Sequence[Any]) -> Any:
        """Change this process's objects as those of the process that made the changes.

        Both have loaded the same graph. This runs code.

        Args:
            data: what ``dump_changes`` returned.
            buffers: its buffers.

        Returns:
            The further object that was pickled with the changes.

        Raises:
            Exception: whatever unpickling the user's objects raises; nothing is changed then.
        """
        changes, more = load_graph(
            data, buffers, self._objects.__getitem__, modules=self._modules
        ).root
        finishes: list[Finish] = []
        for number, state in changes.items():
            kind, item = self._states[number][0], self._objects[number]
            whole = _with_left_out(state, kind, item)
            if kind is VARIABLES:
                item.update(whole)
            elif (finish := kind.restore(item, whole)) is not None:
                finishes.append(finish)
        for finish in finishes:
            finish()
        return more

    def dump(self, item: Any) -> tuple[bytes, Sequence[Any]]:
        """Pickle an object, with numbers in place of the objects of the graph.

        Returns:
            The pickle, and its buffers.

        Raises:
            Exception: whatever pickling the user's objects raises.
        """
        pickler = GraphPickler(self._rules, self._number_of, self._modules)
        return pickler.dump_graph(item), pickler.buffers

    def _number_of(self, item: Any) -> int | None:
        # Texts and the like are what they are, in a process without these objects, too.
        return None if type(item) in _ATOMS else self._numbers.get(id(item))

    def _picklable(self, state: Any, way: str, left_out: LeftOut) -> Any:
        if self._can_dump(state):
            return state
        if type(state) is tuple:
            return tuple(self._picklable(part, way, left_out) for part in state)
        if type(state) is dict:
            return {k: self._picklable(v, f"{way}.{k}", left_out) for k, v in state.items()}
        left_out(way, state)
        return LEFT_OUT

    def _can_dump(self, item: Any) -> bool:
        try:
            self.dump(item)
        except Exception:  # noqa: BLE001 - user code may raise anything while it is pickled
            return False
        return True


def apply_changes(
    data: bytes, buffers: Sequence[Any], objects: Mapping[int, Any], rules: Sequence[Rule]
) -> Any:
    """Change objects as those in the other process changed. This runs code.

    Args:
        data: what ``Snapshot.dump_changes`` returned.
        buffers: its buffers.
        objects: this process's objects, by number.
        rules: the rules that the graph was pickled with.

    Returns:
        The further object that was pickled with the changes.

    Raises:
        Exception: whatever unpickling the user's objects raises; nothing is changed then.
    """
    changes, more = load_graph(
        data, buffers, objects.__getitem__, own=True, modules=sys.modules
    ).root
    finishes: list[Finish] = []
    for number, state in changes.items():
        item = objects[number]
        kind = mutable_kind(item, rules)
        if kind is None:
            continue
        if (finish := kind.restore(item, _with_left_out(state, kind, item))) is not None:
            finishes.append(finish)
    for finish in finishes:
        finish()
    return more


class _LeftOut(Enum):
    """Stands for a part of a state that cannot be pickled; the receiver keeps its own."""

    LEFT_OUT = auto()


LEFT_OUT = _LeftOut.LEFT_OUT


def _with_left_out(state: Any, kind: Mutable, item: Any) -> Any:
    """A state with the receiver's own parts where the sender's are left out."""
    if not _misses(state):
        return state
    return _complete(state, kind.state(item))


def _complete(part: Any, own: Any) -> Any:
    if part is LEFT_OUT:
        return own
    if not _misses(part):
        return part
    if type(part) is tuple:
        return tuple(_complete(*pair) for pair in zip(part, own, strict=True))
    completed = {name: _complete(value, own.get(name, LEFT_OUT)) for name, value in part.items()}
    return {name: value for name, value in completed.items() if value is not LEFT_OUT}


def _misses(part: Any) -> bool:
    """Whether something in a state is left out; objects that it refers to do not count."""
    if type(part) is tuple:
        return any(_misses(each) for each in part)
    return part is LEFT_OUT or (type(part) is dict and LEFT_OUT in _identities(part))


def _identities(part: dict[Any, Any]) -> list[Any]:
    return [value for value in part.values() if isinstance(value, _LeftOut)]


def _hash_contents(state: Any) -> None:
    """Hash the contents in a state now, because they change in place."""
    if isinstance(state, Content):
        _ = state.digest
    elif type(state) is tuple:
        for part in state:
            _hash_contents(part)


def same(before: Any, now: Any, depth: int = _DEPTH) -> bool:
    """Whether two states hold the same objects in the same places."""
    if before is now:
        return True
    if type(before) is not type(now):
        return False
    if isinstance(before, Content):
        return bool(before == now)
    if isinstance(before, _ATOMS):
        return bool(before == now) or (before != before and now != now)
    if depth == 0:
        return False
    if type(before) is dict:
        return list(before) == list(now) and _all_same(before.values(), now.values(), depth)
    if type(before) in (list, tuple):
        return len(before) == len(now) and _all_same(before, now, depth)
    return False


def _all_same(before: Iterable[Any], now: Iterable[Any], depth: int) -> bool:
    return all(same(b, n, depth - 1) for b, n in zip(before, now, strict=True))
