"""The user's modules: a function of one arrives together with the module's variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextvars import ContextVar
from types import FunctionType, ModuleType
from typing import Any

from cloudpickle import cloudpickle as _cloudpickle  # type: ignore[attr-defined]

carried_modules: ContextVar[dict[str, ModuleType]] = ContextVar("carried_modules")
"""The user's modules that were carried into this process, by name; set while a graph is loaded."""


class Namespace(dict[str, Any]):
    """Stands for the variables of a module when a function of that module is pickled.

    Args:
        module: the name of the module.
        is_installed: the receiver has the module, too.
    """

    def __init__(self, module: str, is_installed: bool) -> None:
        super().__init__()
        self.module, self.is_installed = module, is_installed

    def __reduce__(self) -> Any:
        return (_installed_namespace if self.is_installed else _carried_namespace), (self.module,)


def namespace_of(
    function: FunctionType, carried: Mapping[str, ModuleType]
) -> tuple[dict[str, Any], bool]:
    """What stands for the variables that a function sees, and whether its module is installed.

    Args:
        function: one that is pickled by value.
        carried: the user's modules that were carried into this process.
    """
    name = function.__globals__.get("__name__")
    if not isinstance(name, str):
        return {}, False
    if name in carried and vars(carried[name]) is function.__globals__:
        return Namespace(name, is_installed=False), False
    module = sys.modules.get(name)
    if module is None or vars(module) is not function.__globals__:
        return {}, False  # Made with exec and a dict of its own.
    if name != "__main__" and is_by_reference(module):
        return Namespace(module.__name__, is_installed=True), True
    return Namespace(module.__name__, is_installed=False), False


def is_by_reference(item: Any) -> bool:
    """Whether a module, class or function is pickled by its name, because the receiver has it."""
    return bool(_cloudpickle._should_pickle_by_reference(item))


def carried_module(name: str) -> ModuleType:
    """The carried module of that name; an empty one if nothing of it was needed so far."""
    modules = carried_modules.get()
    if name not in modules:
        modules[name] = ModuleType(name)
    return modules[name]


def _carried_namespace(name: str) -> dict[str, Any]:
    return vars(carried_module(name))


def _installed_namespace(name: str) -> dict[str, Any]:
    __import__(name)
    return vars(sys.modules[name])
