"""Sends a model, the arguments of ``fit`` and the user's code as one graph, and loads it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from aibro.errors import BadInput, BadModel
from aibro.object_graph.common_rules import reduce_common
from aibro.object_graph.file import map_file
from aibro.object_graph.modules import is_by_reference
from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.refusal import why_not_pickled
from aibro.object_graph.shells import Rule
from aibro.object_graph.unpickler import LoadedGraph, load_graph
from aibro.payloads.data import Resolve
from aibro.payloads.nesting import leaves
from aibro.payloads.pickling import by_value
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.graph.names import name_of
from aibro.trainings.keras.random_state import random_state
from aibro.trainings.keras.settings import read_settings
from aibro.trainings.keras.spec import GraphPayload

KIND, BUFFER_KIND = "graph", "buffer"
"""The endings of the payloads."""


class SentGraph:
    """A graph that was pickled in the user's kernel, and is still there.

    Args:
        model: the model.
        arguments: the further arguments of ``fit``.
        data: the data of the training. The graph only names its arrays.

    Raises:
        BadModel: a part of the model cannot be sent; the error names it.
        BadInput: a part of an argument cannot be sent; the error names it.
    """

    def __init__(self, model: Any, arguments: dict[str, Any], data: Any) -> None:
        self.rules = graph_rules()
        from aibro.trainings.keras.graph.arrival import tell

        names = {id(array): name for name, array in enumerate(data_arrays(data))}
        pickler = GraphPickler(self.rules, lambda item: names.get(id(item)))
        self.random = random_state()
        """Where the kernel's random generators were."""
        with by_value():
            root = {
                "model": model,
                "arguments": arguments,
                "registered": registered_objects(),
            }
            try:
                self._pickle = pickler.dump_graph(root, tell)
            except Exception as error:
                _refuse(model, arguments, self.rules, error)
                raise
        self._buffers = pickler.buffers
        self._data = data
        self.objects = pickler.objects()
        """The kernel's objects, by the numbers that the worker gives them, too."""

    def copy(self) -> tuple[Any, dict[str, Any]]:
        """A copy of the model and the arguments; call it before ``store``."""
        arrays = data_arrays(self._data)
        root = load_graph(self._pickle, self._buffers, arrays.__getitem__, own=True).root
        return root["model"], root["arguments"]

    @property
    def nbytes(self) -> int:
        """The size of all that ``store`` stores."""
        return len(self._pickle) + sum(buffer.raw().nbytes for buffer in self._buffers)

    def store(self, payloads: PayloadStore) -> GraphPayload:
        """Store the graph; call it once.

        Raises:
            DiskFull: no space is left; nothing is left behind.
        """
        import keras

        stored = GraphPayload(
            pickle=payloads.add_bytes(self._pickle, KIND),
            buffers=[payloads.add_bytes(each.raw(), BUFFER_KIND) for each in self._buffers],
            settings=read_settings(),
            keras=keras.__version__,
            python=python_version(),
        )
        self._pickle, self._buffers = b"", []
        return stored


def load_sent_graph(
    graph: GraphPayload, resolve: Resolve, data: Any, *, own: bool = False
) -> LoadedGraph:
    """Rebuild a graph that was sent. This runs code.

    Args:
        graph: where it is stored.
        resolve: returns the file of a payload, given the payload's name.
        data: the data of the training.
        own: see ``load_graph``.
    """
    return load_graph(
        resolve(graph.pickle).read_bytes(),
        [map_file(resolve(name)) for name in graph.buffers],
        data_arrays(data).__getitem__,
        own=own,
    )


def why_unreadable(graph: GraphPayload) -> str | None:
    """Why this process cannot load a graph, as a clause; ``None`` when it can."""
    import keras

    if graph.keras != keras.__version__:
        return f"it was made with Keras {graph.keras}, and this is Keras {keras.__version__}"
    if graph.python != python_version():
        return f"it was made with Python {graph.python}, and this is Python {python_version()}"
    return None


def graph_rules() -> Sequence[Rule]:
    """The rules to pickle a graph with Keras objects with, for the back end of this process."""
    from aibro.trainings.keras.graph.rules import reduce_keras

    # Some of Keras's layers hold tables of TensorFlow's on every back end.
    if "tensorflow.python.eager.context" in sys.modules:
        from aibro.trainings.keras.graph.tensorflow_rules import reduce_tensorflow

        return [reduce_tensorflow, reduce_keras, reduce_common]
    return [reduce_keras, reduce_common]


def data_arrays(data: Any) -> list[Any]:
    """All arrays of a training's data, in order."""
    return [array for _, array in leaves(data)]


def registered_objects() -> dict[str, Any]:
    """The user's classes and functions that are registered with Keras, by their names there.

    Call it within ``by_value``. Those of installed packages register themselves when they are
    imported.
    """
    from keras import saving

    return {
        name: item
        for name, item in saving.get_custom_objects().items()
        if not isinstance(item, type | FunctionType) or not is_by_reference(item)
    }


def python_version() -> str:
    """The version of Python that pickled code depends on."""
    return ".".join(platform.python_version_tuple()[:2])


def _refuse(model: Any, arguments: dict[str, Any], rules: Sequence[Rule], error: Exception) -> None:
    """Raise an error that names the part that cannot be sent, if it can be found."""
    reason = why_not_pickled(model, rules, "model", name_of)
    if reason is not None:
        raise BadModel(f"The model cannot be sent: {reason}. {_ADVICE}", "model") from error
    for name, value in arguments.items():
        reason = why_not_pickled(value, rules, name, name_of)
        if reason is not None:
            raise BadInput(
                f"fit_kwargs cannot be sent: {reason}. {_ADVICE}", "fit_kwargs"
            ) from error


_ADVICE = "Make it where it is used, for example in call() or in on_train_begin(), or leave it out."
