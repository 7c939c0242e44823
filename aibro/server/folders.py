"""Resolves paths of the Contents API: folders to save into, files to read.

They must be inside the server's root folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from jupyter_core.paths import is_hidden
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.services.contents.manager import ContentsManager

from aibro.errors import BadFolder, BadInput

Refuse = Callable[[str], BadInput]
"""Makes the error to raise from a message that says what is wrong with a path."""


class ContentsFolders:
    """Turns paths of the Contents API into paths on this machine.

    Args:
        contents_manager: the server's. If it does not keep its files on this machine's disk,
            nothing can be resolved.
    """

    def __init__(self, contents_manager: ContentsManager) -> None:
        self._contents_manager = contents_manager

    @property
    def root_dir(self) -> str:
        """The server's root folder, to show to people."""
        return str(self._contents_manager.root_dir)

    def path_of(self, folder: str | None) -> str | None:
        """The path by which the Contents API knows a folder of this machine.

        Args:
            folder: an absolute path, which need not exist; for ``None`` the answer is ``None``.

        Returns:
            The path relative to the server's root, or ``None`` for a folder outside of it.
        """
        if folder is None or not self._has_files:
            return None
        root = Path(self.root_dir).resolve()
        real = Path(folder).resolve()
        return real.relative_to(root).as_posix() if real.is_relative_to(root) else None

    def resolve(self, path: str, field: str) -> str:
        """The real, absolute path of a folder that can be saved into.

        Args:
            path: relative to the server's root, parts separated by ``/``; empty is the root itself.
            field: the request's field that holds the path, named in errors.

        Raises:
            BadFolder: there is no such folder, or it cannot be written, is hidden, or lies outside
                the root.
        """

        def refuse(message: str) -> BadInput:
            return BadFolder(message, field)

        if not self._has_files:
            raise refuse(f"{self._elsewhere}, so nothing can be saved there. Switch saving off.")
        real = self._real(path, "folder", refuse)
        if not real.is_dir():
            raise refuse(f"{_shown(path)} is a file. Choose a folder.")
        if not os.access(real, os.W_OK | os.X_OK, effective_ids=True):
            raise refuse(
                f"The folder {_shown(path)} cannot be written into. Choose another one, "
                "or change its permissions."
            )
        return str(real)

    def resolve_file(self, path: str, field: str) -> str:
        """The real, absolute path of a file that can be read.

        Args:
            path: relative to the server's root, parts separated by ``/``.
            field: the request's field that holds the path, named in errors.

        Raises:
            BadInput: there is no such file, or it cannot be read, is hidden, or lies outside the
                root.
        """

        def refuse(message: str) -> BadInput:
            return BadInput(message, field)

        if not self._has_files:
            raise refuse(f"{self._elsewhere}, so nothing can be read from there.")
        real = self._real(path, "file", refuse)
        if not real.is_file():
            raise refuse(f"{_shown(path)} is a folder. Choose a file.")
        if not os.access(real, os.R_OK, effective_ids=True):
            raise refuse(f"The file {_shown(path)} cannot be read. Change its permissions.")
        return str(real)

    @property
    def _has_files(self) -> bool:
        return isinstance(self._contents_manager, FileManagerMixin)

    @property
    def _elsewhere(self) -> str:
        kind = type(self._contents_manager).__name__
        return f"This Jupyter server does not keep its files in folders of this machine ({kind})"

    def _real(self, path: str, kind: str, refuse: Refuse) -> Path:
        _check_form(path, kind, refuse)
        shown = f"The {kind} {_shown(path)}"
        try:
            root = Path(self.root_dir).resolve(strict=True)
            named = root / path
            real = named.resolve(strict=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise refuse(_why_not_there(error, path, kind)) from error
        if not real.is_relative_to(root):
            raise refuse(f"{shown} leads out of the server's root folder. Choose one inside it.")
        # A link may have a visible name but lead to a hidden folder, so check both paths.
        hidden = is_hidden(str(named), str(root)) or is_hidden(str(real), str(root))
        if hidden and not self._contents_manager.allow_hidden:
            raise refuse(
                f"{shown} is hidden, and this server does not show hidden files. "
                "Choose another one."
            )
        return real


def _shown(path: str) -> str:
    return repr(path if len(path) <= 80 else path[:80] + "…")


def _check_form(path: str, kind: str, refuse: Refuse) -> None:
    shown = f"The {kind} {_shown(path)}"
    if "\0" in path:
        raise refuse(f"A {kind}'s name cannot contain the character NUL.")
    if "\\" in path:
        raise refuse(f"{shown} contains a backslash. Separate folders with '/'.")
    if path.startswith("/"):
        raise refuse(
            f"{shown} is absolute. Name it from the server's root folder on, "
            "without a '/' in front."
        )
    if ".." in path.split("/"):
        raise refuse(f"{shown} contains '..'. Name it from the server's root folder on.")


def _why_not_there(error: Exception, path: str, kind: str) -> str:
    shown = _shown(path)
    if isinstance(error, FileNotFoundError):
        advice = "Make it first, or choose" if kind == "folder" else "Choose"
        return f"The {kind} {shown} does not exist. {advice} another one."
    if isinstance(error, NotADirectoryError):
        return f"{shown} lies in a file, not in a folder. Choose a {kind}."
    if isinstance(error, RuntimeError):
        return f"{shown} is a link that leads back to itself. Choose a {kind}."
    reason = error.strerror if isinstance(error, OSError) else "its name is not valid text"
    return f"The {kind} {shown} cannot be used: {reason}. Choose another one."
