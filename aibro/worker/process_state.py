"""What a job can change in the process that it runs in, and how that is undone.

A worker runs one job after another. What the user's code sets for the whole process must not hold
for the next job, which may be somebody else's.
"""

from __future__ import annotations

import contextlib
import decimal
import functools
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

_HOOKS = ("excepthook", "displayhook", "unraisablehook", "breakpointhook")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2)
_PYTHONS_OWN = ("builtins", "__main__", "random", "math", "json", "copy", "time")
_MISSING: Any = object()


class ProcessState:
    """The state of this process when the object was made; ``restore`` goes back to it.

    Args:
        is_kept: says of a module, by its name, whether its variables and classes are part of that.
    """

    def __init__(self, is_kept: Callable[[str], bool]) -> None:
        self._undo: list[Callable[[], object]] = [
            *_loggers(),
            _undo_warnings(),
            _setting(sys.setrecursionlimit, sys.getrecursionlimit()),
            _setting(socket.setdefaulttimeout, socket.getdefaulttimeout()),
            *(_attribute(sys, name) for name in _HOOKS),
            *_signals(),
            *_numpy(),
            _setting(os.umask, _umask()),
            _decimal(),
        ]
        kept = [name for name in [*sys.modules] if name in _PYTHONS_OWN or is_kept(name)]
        modules = [sys.modules[name] for name in kept]
        self._variables = [(each, _variables_of(each)) for each in [*modules, *_classes(modules)]]
        self._loggers = set(logging.root.manager.loggerDict)
        self._threads = {*threading.enumerate()}

    def restore(self) -> list[str]:
        """Undo what was changed since.

        Returns:
            What cannot be undone, in words; empty when this process is as it was.
        """
        for undo in self._undo:
            undo()
        for name in logging.root.manager.loggerDict.keys() - self._loggers:
            # It may be only a place in the tree of names.
            with contextlib.suppress(AttributeError):
                logging.getLogger(name).handlers.clear()
        for owner, before in self._variables:
            _restore_variables(owner, before)
        left = {*threading.enumerate()} - self._threads
        return [f"the thread {thread.name!r} still runs" for thread in left if not thread.daemon]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _decimal() -> Callable[[], None]:
    context = decimal.getcontext().copy()
    return lambda: decimal.setcontext(context.copy())


def _setting(make: Callable[[Any], Any], value: Any) -> Callable[[], None]:
    return lambda: make(value)


def _attribute(owner: Any, name: str) -> Callable[[], None]:
    value = getattr(owner, name)
    return lambda: setattr(owner, name, value)


def _loggers() -> Iterator[Callable[[], None]]:
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    for logger in loggers:
        if isinstance(logger, logging.Logger):
            yield _logger(logger)
    yield _setting(logging.disable, logging.root.manager.disable)


def _logger(logger: logging.Logger) -> Callable[[], None]:
    level, disabled, propagate = logger.level, logger.disabled, logger.propagate
    handlers, filters = [*logger.handlers], [*logger.filters]

    def undo() -> None:
        if logger.level != level:
            logger.setLevel(level)
        logger.disabled, logger.propagate = disabled, propagate
        logger.handlers[:], logger.filters[:] = handlers, filters

    return undo


def _undo_warnings() -> Callable[[], None]:
    filters = [*warnings.filters]

    def undo() -> None:
        if [*warnings.filters] != filters:
            warnings.resetwarnings()  # Tells the modules that remember what they have shown.
            # The same list, because Python's own code in C looks at it; its type says less.
            warnings.filters[:] = filters  # type: ignore[index]

    return undo


def _signals() -> Iterator[Callable[[], object]]:
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler is not None:  # It was not set from Python.
                yield functools.partial(signal.signal, number, handler)


def _numpy() -> Iterator[Callable[[], None]]:
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        errors, printing = numpy.geterr(), numpy.get_printoptions()
        yield lambda: numpy.seterr(**errors)
        yield lambda: numpy.set_printoptions(**printing)


def _variables_of(owner: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(owner).items() if not name.startswith("__")}


def _classes(modules: Iterable[ModuleType]) -> Iterator[type]:
    """The classes that are defined in modules, each once."""
    names = {module.__name__ for module in modules}
    seen: set[type] = set()
    for module in modules:
        for item in [*vars(module).values()]:
            if isinstance(item, type) and item not in seen and item.__module__ in names:
                seen.add(item)
                yield item


def _restore_variables(owner: Any, before: dict[str, Any]) -> None:
    own = vars(owner)
    for name, value in before.items():
        if own.get(name, _MISSING) is not value:
            setattr(owner, name, value)
    if len(own) > len(before):
        # Modules get others as they are imported; these only get what somebody gives them.
        is_closed = isinstance(owner, type) or owner.__name__ in _PYTHONS_OWN
        for name in [*own]:
            if name not in before and not name.startswith("__") and is_closed:
                with contextlib.suppress(AttributeError):
                    delattr(owner, name)
