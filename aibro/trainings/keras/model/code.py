"""Sends the user's own classes and functions together with a model.

In a ``.keras`` file, Keras stores the configuration of each layer, but only the name of its class.
Classes that are defined in a notebook only exist in its kernel. So they are found in the model,
pickled by value with cloudpickle, and sent in a second file, under the names by which Keras looks
them up when it loads the model.
"""

from __future__ import annotations

import contextlib
import pickle
from collections import deque
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, BinaryIO

import cloudpickle

from aibro.payloads.pickling import by_value, dump_object, load_object
from aibro.trainings.keras.model.parts import Parts

CustomObjects = dict[str, Any]
"""Classes and functions, by the names under which Keras looks them up."""

_MODEL = "model"


class AmbiguousName(ValueError):
    """Two classes have the same name, so Keras could not tell which one is meant."""


def custom_objects(root: object) -> CustomObjects:
    """Every class and function, other than Keras's own, that a saved ``root`` refers to.

    Args:
        root: a model.

    Raises:
        AmbiguousName: two different classes have the same name.
    """
    from keras import saving

    found: CustomObjects = {}
    for item in _reachable_code(root):
        name = saving.get_registered_name(item)
        if isinstance(item, FunctionType) and name == item.__name__:
            name = _unmistakable(name, found)
        if found.setdefault(name, item) is not item:
            raise AmbiguousName(
                f"two different classes are named {name!r}. Rename one of them and build the "
                "model again."
            )
    return found


@contextlib.contextmanager
def named(objects: CustomObjects) -> Iterator[None]:
    """Rename each function to the name it is sent under, while the block saves a model.

    Otherwise Keras would store a lambda as bytecode, without the objects that it refers to. It
    could also not tell a user's function ``relu`` from its own.
    """
    functions = {
        name: item
        for name, item in objects.items()
        if isinstance(item, FunctionType) and ">" not in name
    }
    own_names = [item.__name__ for item in functions.values()]
    try:
        for name, item in functions.items():
            item.__name__ = name
        yield
    finally:
        for item, name in zip(functions.values(), own_names, strict=True):
            item.__name__ = name


def dump(objects: CustomObjects, fit_arguments: dict[str, Any], model: object) -> bytes:
    """Pickle the user's code, and the fit arguments that are Python objects.

    Code from the notebook, and from modules that are not installed, is pickled by value. A fit
    argument that refers to the model or a part of it will refer to the worker's model instead.

    Args:
        objects: the user's code.
        fit_arguments: Python objects such as callbacks.
        model: the model that is sent.

    Raises:
        Exception: whatever pickling the user's objects raises.
    """

    def only_model(item: object) -> str | None:
        return _MODEL if item is model else None

    with by_value():
        return dump_object(objects, only_model) + dump_object(fit_arguments, Parts(model).name_of)


def load_objects(file: BinaryIO) -> CustomObjects:
    """Load the user's code, and register it with Keras as it was in the kernel. Runs code.

    Args:
        file: what ``dump`` made; is left at the fit arguments.
    """
    from keras import saving

    objects: CustomObjects = pickle.load(file)
    for name, item in objects.items():
        package, separator, own_name = name.rpartition(">")
        if separator and saving.get_registered_object(name) is not item:
            saving.register_keras_serializable(package, own_name)(item)
    return objects


def load_fit_arguments(file: BinaryIO, model: object) -> dict[str, Any]:
    """Load the fit arguments, which follow the code in the same file. Runs code.

    Args:
        file: the file after ``load_objects`` has read it.
        model: the model that the fit arguments will refer to.
    """
    arguments: dict[str, Any] = load_object(file, Parts(model).part)
    return arguments


def why_unsendable(item: object) -> str | None:
    """Why ``item`` can't be pickled, as the end of a sentence; ``None`` when it can."""
    with by_value():
        error = _pickling_error(item)
    if error is None:
        return None
    return what_is_unsendable(item) or str(error)


def what_is_unsendable(item: object) -> str | None:
    """Which object that ``item`` refers to can't be pickled, in words; ``None`` if all can be."""
    with by_value():
        for name, held in _held(item):
            if not is_keras_own(type(held)) and _pickling_error(held) is not None:
                return f"it holds {_in_words(held)} in {name!r}"
    return None


def _reachable_code(root: object) -> Iterator[Any]:
    """Find code by walking the attributes of Keras's objects, breadth first, in a fixed order."""
    seen: dict[int, object] = {}
    waiting: deque[object] = deque([root])
    while waiting:
        item = waiting.popleft()
        if id(item) in seen:
            continue
        seen[id(item)] = item
        if isinstance(item, FunctionType | type):
            if not (is_keras_own(item) or _wraps_method(item)) and item.__module__ != "builtins":
                yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif any(is_keras_own(kind) for kind in type(item).__mro__):
            waiting.append(type(item))
            waiting.extend(getattr(item, "__dict__", {}).values())


def is_keras_own(item: Any) -> bool:
    """True for a class or function of Keras's own."""
    return (item.__module__ or "").partition(".")[0] == "keras"


def _wraps_method(item: Any) -> bool:
    """True for the wrapper that Keras puts around the ``build`` of a user's layer."""
    return isinstance(getattr(item, "__wrapped__", None), MethodType)


def _unmistakable(name: str, taken: CustomObjects) -> str:
    """``name``, or a variation of it if Keras or another function already uses that name."""
    import keras

    owners = (keras.activations, keras.losses, keras.metrics, keras.initializers, keras.ops)
    candidate, count = name, 0
    while (
        candidate in taken
        or not candidate.isidentifier()
        or any(hasattr(owner, candidate) for owner in owners)
    ):
        count += 1
        candidate = f"{name.strip('<>')}_{count}"
    return candidate


def _pickling_error(item: object) -> Exception | None:
    try:
        cloudpickle.dumps(item)
    except Exception as error:  # noqa: BLE001 - user code may raise anything while it is pickled
        return error
    return None


def _held(item: Any) -> Iterator[tuple[str, object]]:
    """Everything that an object or a function refers to, each with its name."""
    if isinstance(item, FunctionType):
        names = item.__code__.co_names
        yield from ((n, item.__globals__[n]) for n in names if n in item.__globals__)
        for name, cell in zip(item.__code__.co_freevars, item.__closure__ or (), strict=False):
            with contextlib.suppress(ValueError):  # not filled yet
                yield name, cell.cell_contents
    elif isinstance(item, type):
        for name, value in vars(item).items():
            if isinstance(value, FunctionType):
                yield from _held(value)
            elif not name.startswith("__"):
                yield name, value
    elif isinstance(item, dict):
        yield from ((str(key), value) for key, value in item.items())
    else:
        for name, value in getattr(item, "__dict__", {}).items():
            if not _wraps_method(value):
                yield name, value


def _in_words(item: object) -> str:
    kind = type(item)
    words = {
        "lock": "a thread lock",
        "RLock": "a thread lock",
        "TextIOWrapper": "an open file",
        "BufferedReader": "an open file",
        "socket": "a network connection",
        "Connection": "a connection",
        "generator": "a generator",
    }
    return words.get(kind.__name__, f"a {kind.__name__}")
