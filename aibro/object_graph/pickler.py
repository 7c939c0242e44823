"""Writes a graph of objects, and numbers the objects in it."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

import cloudpickle
import msgspec

from aibro.object_graph.manifest import Manifest, Tell, describe
from aibro.object_graph.modules import namespace_of
from aibro.object_graph.shells import Late, Rule, Shell
from aibro.object_graph.sources import SourceCollector

SMALL_BUFFER_BYTES = 64 * 1024
"""Smaller buffers are written into the pickle."""


class GraphPickler(cloudpickle.Pickler):
    """Pickles several objects into one stream; what they share is written once.

    Args:
        rules: how to take objects apart; the first that knows an object counts.
        name_of: the name of an object that the receiver has already; ``None`` for all others.
        carried: the user's modules that were carried into this process.

    Attributes:
        buffers: large parts that stay out of the pickle, in the order that it asks for them.
        looked_at: the object that was taken apart last.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        name_of: Callable[[Any], Any] | None = None,
        carried: Mapping[str, ModuleType] | None = None,
    ) -> None:
        self._file = io.BytesIO()
        self.buffers: list[pickle.PickleBuffer] = []
        super().__init__(self._file, protocol=5, buffer_callback=self._is_small)
        self._rules = rules
        self._name_of = name_of
        self._carried = carried or {}
        self._shells: list[tuple[Any, Shell]] = []
        self._by_rule: dict[int, Any] = {}
        self._reduced: list[Any] = []
        self.looked_at: Any = None
        self._sources = SourceCollector()

    def dump_graph(self, root: Any, tell: Tell | None = None) -> bytes:
        """Pickle everything that ``root`` refers to.

        Args:
            root: the object.
            tell: says what the receiver is to check of an object; ``None`` checks nothing.

        Raises:
            Exception: whatever pickling the user's objects raises.
        """
        self.dump(root)
        late: list[tuple[Any, Shell]] = []
        while self._shells or late:
            if self._shells:
                shells, self._shells = self._shells, []
                late += [each for each in shells if isinstance(each[1].state, Late)]
                self._fill([each for each in shells if not isinstance(each[1].state, Late)])
            else:
                shells, late = late, []
                self._fill(
                    [(item, shell._replace(state=self._ask(shell))) for item, shell in shells]
                )
        self.dump(None)
        manifest = self._manifest(tell) if tell is not None else {}
        self.dump(self._sources.sources())
        self.dump(msgspec.msgpack.encode(manifest))
        return self._file.getvalue()

    def objects(self) -> dict[int, Any]:
        """The objects of the graph, by the numbers that the receiver gives them, too.

        Call it when the graph is pickled.
        """
        return dict(self._numbered.values())

    @cached_property
    def _numbered(self) -> dict[int, tuple[int, Any]]:
        """The number of each object and the object, by its identity."""
        return self.memo.copy()

    def _manifest(self, tell: Tell) -> Manifest:
        numbered = self._numbered
        held = ((item, tell(item, self._by_rule.get(id(item)))) for item in self._reduced)
        return describe((numbered[id(i)][0], i, told) for i, told in held if told is not None)

    def persistent_id(self, item: Any) -> Any:
        """See `pickle.Pickler.persistent_id`."""
        return self._name_of(item) if self._name_of is not None else None

    def reducer_override(self, item: Any) -> Any:
        """See `pickle.Pickler.reducer_override`."""
        self.looked_at = item
        self._reduced.append(item)
        for rule in self._rules:
            found = rule(item)
            if isinstance(found, Shell):
                self._shells.append((item, found))
                self._by_rule[id(item)] = found.state
                return found.make, found.arguments
            if found is not NotImplemented:
                return found
        return super().reducer_override(item)

    def _dynamic_function_reduce(self, function: FunctionType) -> Any:
        """Keep what cloudpickle copies: variables shared with other functions, and with modules."""
        namespace, is_installed = namespace_of(function, self._carried)
        shared: dict[int, Any] = self.globals_ref  # type: ignore[attr-defined]
        shared.setdefault(id(function.__globals__), namespace)
        reduced = super()._dynamic_function_reduce(function)  # type: ignore[misc]
        make, arguments, state, *rest = reduced
        state[1]["__closure__"] = None
        if is_installed:
            # The receiver has the module, so its variables stay as they are there.
            state[1]["__globals__"] = {}
        else:
            self._sources.add(function)
        return make, (*arguments[:-1], function.__closure__), state, *rest

    def _fill(self, shells: list[tuple[Any, Shell]]) -> None:
        if shells:
            self.dump([(shell.fill, item, shell.state) for item, shell in shells])

    def _ask(self, shell: Shell) -> Any:
        return shell.state.state({key: item for key, (_, item) in self.memo.copy().items()})

    def _is_small(self, buffer: pickle.PickleBuffer) -> bool:
        with buffer.raw() as view:
            if view.nbytes < SMALL_BUFFER_BYTES:
                return True
        self.buffers.append(buffer)
        return False
