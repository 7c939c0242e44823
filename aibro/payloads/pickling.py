"""Pickles that hold the user's code by value, and only the names of what the receiver has."""

from __future__ import annotations

import contextlib
import io
import pickle
import site
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import cloudpickle


def dump_object(item: object, name_of: Callable[[object], str | None]) -> bytes:
    """Pickle an object; inside of ``by_value``, together with the user's code.

    Args:
        item: what to pickle.
        name_of: the name of what the receiver has already, pickled in its place; else ``None``.

    Raises:
        Exception: whatever pickling the user's objects raises.
    """
    file = io.BytesIO()
    _Pickler(file, name_of).dump(item)
    return file.getvalue()


def load_object(file: BinaryIO, part: Callable[[str], object]) -> Any:
    """What ``dump_object`` pickled; this runs code.

    Args:
        file: is read to the end of the object.
        part: finds what has a name.
    """
    return _Unpickler(file, part).load()


@contextlib.contextmanager
def by_value() -> Iterator[None]:
    """Within the block, let cloudpickle include the code of the user's modules.

    Entering it looks through all modules, so enter it once for several pickles.
    """
    registered = []
    for module in _user_modules():
        if module.__name__ not in cloudpickle.list_registry_pickle_by_value():
            cloudpickle.register_pickle_by_value(module)
            registered.append(module)
    try:
        yield
    finally:
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


class _Pickler(cloudpickle.Pickler):
    def __init__(self, file: BinaryIO, name_of: Callable[[object], str | None]) -> None:
        super().__init__(file)
        self._name_of = name_of

    def persistent_id(self, item: object) -> str | None:
        return self._name_of(item)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO, part: Callable[[str], object]) -> None:
        super().__init__(file)
        self._part = part

    def persistent_load(self, name: str) -> object:
        return self._part(name)


def _user_modules() -> list[ModuleType]:
    """Modules that are imported but not installed, without AIbro's own."""
    installed = {
        *sysconfig.get_paths().values(),
        *site.getsitepackages(),
        site.getusersitepackages(),
    }
    folders = tuple(f"{Path(folder).resolve()}/" for folder in installed)
    return [
        module
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType)
        and module.__name__ == name
        and name.partition(".")[0] not in ("__main__", "aibro")
        and _is_users(getattr(module, "__file__", None), folders)
    ]


def _is_users(file: str | None, installed: tuple[str, ...]) -> bool:
    if not file or "/site-packages/" in file or "/dist-packages/" in file:
        return False
    return not str(Path(file).resolve()).startswith(installed)
