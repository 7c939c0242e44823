"""Carries an exception to the process that waits for what raised it."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aibro.object_graph.unpickler import load_graph

MAX_BYTES = 256 * 1024
"""An exception that takes more is carried without its attributes, or not at all."""


class CarriedError(NamedTuple):
    """An exception without its traceback and without the exceptions that it came from."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    attributes: dict[str, Any]
    fields: dict[str, Any]
    """What built-in exceptions keep elsewhere, such as the ``errno`` of an ``OSError``."""


def dump_error(
    error: BaseException, dump: Callable[[Any], tuple[bytes, Sequence[Any]]]
) -> bytes | None:
    """Pickle an exception, with as much of it as can be pickled.

    Args:
        error: the exception.
        dump: pickles an object; returns the pickle and its buffers.

    Returns:
        The pickle; ``None`` when not even the exception's class and text can be pickled.
    """
    whole = CarriedError(type(error), error.args, dict(vars(error)), dict(_fields(error)))
    bare = whole._replace(attributes={}, fields={})
    for carried in (whole, bare, bare._replace(arguments=tuple(map(_text, error.args)))):
        with contextlib.suppress(Exception):
            data, buffers = dump(carried)
            if not buffers and len(data) <= MAX_BYTES:
                return data
    return None


def load_error(data: bytes, objects: Mapping[int, Any], **options: Any) -> CarriedError:
    """Load what `dump_error` returned. This runs code.

    Args:
        data: the pickle.
        objects: this process's objects, by number, as far as the exception refers to them.
        options: further ones of `load_graph`.

    Raises:
        Exception: whatever unpickling raises.
    """
    carried: CarriedError = load_graph(data, (), objects.__getitem__, own=True, **options).root
    return carried


def give(error: BaseException, carried: CarriedError) -> None:
    """Give an exception of the same kind the arguments and attributes of a carried one."""
    error.args = carried.arguments
    for name, value in {**carried.fields, **carried.attributes}.items():
        # Some cannot be set, or not to a value that they once had by default.
        with contextlib.suppress(AttributeError, TypeError):
            setattr(error, name, value)


def _fields(error: BaseException) -> Iterator[tuple[str, Any]]:
    for base in type(error).__mro__:
        for name, slot in vars(base).items():
            is_field = inspect.ismemberdescriptor(slot) or inspect.isgetsetdescriptor(slot)
            if is_field and not name.startswith("__") and name != "args":
                with contextlib.suppress(AttributeError):
                    yield name, getattr(error, name)


def _text(argument: Any) -> Any:
    return argument if isinstance(argument, str | int | float) else repr(argument)
