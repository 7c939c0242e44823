"""Lets IPython's ``display`` work in a worker, which is no kernel: what it displays is passed on.

IPython's shell is made as soon as IPython is imported, which Keras does when it can.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

Display = Callable[[str, dict[str, Any]], None]
"""Takes in an output: the kind of Jupyter's message and its content."""

_SHELL = "IPython.core.interactiveshell"
_NEEDS_KERNEL = "application/vnd.jupyter.widget-view+json"
"""The MIME type of outputs that talk with a kernel. Their text is shown instead."""

_BUILTINS = ("display", "__IPYTHON__")
"""What IPython adds to Python's own names. A notebook's code may use the first one."""

_INLINE = "module://matplotlib_inline.backend_inline"
"""What Jupyter's kernels have in ``MPLBACKEND``."""

_current: list[Display] = []


def prepare(folder: Path) -> None:
    """Make IPython's shell if IPython is imported already.

    Args:
        folder: where IPython may write.
    """
    if _SHELL in sys.modules:
        _make_shell(sys.modules[_SHELL], folder)


@contextlib.contextmanager
def displaying(display: Display, folder: Path) -> Iterator[None]:
    """Inside the block, what is displayed with IPython goes to ``display``.

    Figures of Matplotlib that were made and not shown are displayed at the end, as after a cell.

    Args:
        display: takes in the outputs.
        folder: where IPython may write.
    """
    finder = _Finder(folder)
    _current.append(display)
    before = {name: getattr(builtins, name, None) for name in _BUILTINS}
    builtins.display = _display  # type: ignore[attr-defined]
    prepare(folder)
    if _SHELL not in sys.modules:
        sys.meta_path.insert(0, finder)
    try:
        with _inline_figures():
            yield
            _end_cell()
    finally:
        _current.clear()
        for name, value in before.items():
            setattr(builtins, name, value)
            if value is None:
                delattr(builtins, name)
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds the module of IPython's shell, to make the shell when the module is loaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != _SHELL:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _ShellLoader(spec.loader, self._folder)
        return spec


class _ShellLoader(Loader):
    def __init__(self, loader: Loader, folder: Path) -> None:
        self._loader = loader
        self._folder = folder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _make_shell(module, self._folder)


def _make_shell(module: Any, folder: Path) -> None:
    if module.InteractiveShell.initialized():
        return
    config = importlib.import_module("traitlets.config").Config()
    config.HistoryManager.enabled = False
    main = sys.modules["__main__"]
    module.InteractiveShell.instance(
        config=config,
        ipython_dir=str(folder / "ipython"),
        user_module=main,
        user_ns=vars(main),
        display_pub_class=_publisher(),
    )


def _publisher() -> Any:
    base: Any = importlib.import_module("IPython.core.displaypub").DisplayPublisher

    class Publisher(base):  # type: ignore[misc]
        """Passes on what is displayed."""

        def publish(
            self,
            data: dict[str, Any],
            metadata: dict[str, Any] | None = None,
            *,
            transient: dict[str, Any] | None = None,
            update: bool = False,
            **others: Any,
        ) -> None:
            del others
            _pass_on(
                "update_display_data" if update else "display_data",
                {
                    "data": {name: data[name] for name in data if name != _NEEDS_KERNEL},
                    "metadata": metadata or {},
                    "transient": transient or {},
                },
            )

        def clear_output(self, wait: bool = False) -> None:
            _pass_on("clear_output", {"wait": wait})

    return Publisher


def _display(*objects: Any, **options: Any) -> Any:
    return importlib.import_module("IPython.display").display(*objects, **options)


def _pass_on(kind: str, content: dict[str, Any]) -> None:
    if _current:
        _current[0](kind, content)


@contextlib.contextmanager
def _inline_figures() -> Iterator[None]:
    """Inside the block, Matplotlib draws into the notebook, if it does so in the kernel.

    When it is imported later, it looks at the environment variable itself.
    """
    is_inline = os.environ.get("MPLBACKEND") == _INLINE
    if is_inline and importlib.util.find_spec("matplotlib_inline") is None:
        os.environ["MPLBACKEND"] = "agg"
    elif is_inline and "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use(_INLINE)
        shell = importlib.import_module(_SHELL).InteractiveShell.instance()
        importlib.import_module("matplotlib_inline.backend_inline").configure_inline_support(
            shell, _INLINE
        )
    try:
        yield
    finally:
        if is_inline and "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
            sys.modules["matplotlib"].use("agg")


def _end_cell() -> None:
    module: Any = sys.modules.get(_SHELL)
    if module is not None and module.InteractiveShell.initialized():
        module.InteractiveShell.instance().events.trigger("post_execute")
