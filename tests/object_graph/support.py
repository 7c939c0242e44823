"""Sends a graph and gets it back, as two processes would."""

from __future__ import annotations

from typing import Any

from aibro.object_graph.changes import Snapshot, apply_changes
from aibro.object_graph.common_rules import reduce_common
from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.unpickler import LoadedGraph, load_graph

RULES = [reduce_common]


class Carried:
    """A graph that was carried to a receiver.

    Args:
        root: the sender's root.
    """

    def __init__(self, root: Any) -> None:
        pickler = GraphPickler(RULES)
        data = pickler.dump_graph(root)
        self._sent = pickler.objects()
        self.graph: LoadedGraph = load_graph(data, pickler.buffers)
        self._snapshot = Snapshot(self.graph, RULES)
        self.left_out: list[str] = []

    @property
    def root(self) -> Any:
        """The receiver's root."""
        return self.graph.root

    def bring_back(self, more: Any = None) -> Any:
        """Change the sender's objects as the receiver's changed."""
        data, buffers = self._snapshot.dump_changes(more, lambda way, _: self.left_out.append(way))
        return apply_changes(data, buffers, self._sent, RULES)
