"""Folders that a replay saves into: paths of the Contents API, inside the server's root."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import is_hidden
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.services.contents.manager import ContentsManager

from aibro.errors import BadFolder


class ContentsFolders:
    """Turns the Contents API's folders into folders on this machine.

    Args:
        contents_manager: the server's; must keep its files on this machine's disk.
    """

    def __init__(self, contents_manager: ContentsManager) -> None:
        self._contents_manager = contents_manager

    @property
    def root_dir(self) -> str:
        """The server's root folder, to show to people."""
        return str(self._contents_manager.root_dir)

    def resolve(self, path: str, field: str) -> str:
        """The real, absolute path of a folder that can be saved into.

        Args:
            path: relative to the server's root, parts separated by ``/``; empty is the root itself.
            field: the entry it came from, named in errors.

        Raises:
            BadFolder: it is none, cannot be written, is hidden, or lies outside the root.
        """
        manager = self._contents_manager
        if not isinstance(manager, FileManagerMixin):
            raise BadFolder(
                "This Jupyter server does not keep its files in folders of this machine "
                f"({type(manager).__name__}), so nothing can be saved there. Switch saving off.",
                field,
            )
        shown = repr(path if len(path) <= 80 else path[:80] + "…")
        _check_form(path, shown, field)
        try:
            root = Path(self.root_dir).resolve(strict=True)
            named = root / path
            real = named.resolve(strict=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise BadFolder(_why_not_there(error, shown), field) from error
        if not real.is_relative_to(root):
            raise BadFolder(
                f"The folder {shown} leads out of the server's root folder. Choose one inside it.",
                field,
            )
        if not real.is_dir():
            raise BadFolder(f"{shown} is a file. Choose a folder.", field)
        if not os.access(real, os.W_OK | os.X_OK, effective_ids=True):
            raise BadFolder(
                f"The folder {shown} cannot be written into. Choose another one, "
                "or change its permissions.",
                field,
            )
        # Hidden by its own name or by that of the folder a link leads to.
        hidden = is_hidden(str(named), str(root)) or is_hidden(str(real), str(root))
        if hidden and not manager.allow_hidden:
            raise BadFolder(
                f"The folder {shown} is hidden, and this server does not show hidden files. "
                "Choose another one.",
                field,
            )
        return str(real)


def _check_form(path: str, shown: str, field: str) -> None:
    if "\0" in path:
        raise BadFolder("A folder's name cannot contain the character NUL.", field)
    if "\\" in path:
        raise BadFolder(
            f"The folder {shown} contains a backslash. Separate folders with '/'.", field
        )
    if path.startswith("/"):
        raise BadFolder(
            f"The folder {shown} is absolute. Name it from the server's root folder on, "
            "without a '/' in front.",
            field,
        )
    if ".." in path.split("/"):
        raise BadFolder(
            f"The folder {shown} contains '..'. Name it from the server's root folder on.", field
        )


def _why_not_there(error: Exception, shown: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"The folder {shown} does not exist. Make it first, or choose another one."
    if isinstance(error, NotADirectoryError):
        return f"{shown} lies in a file, not in a folder. Choose a folder."
    if isinstance(error, RuntimeError):
        return f"{shown} is a link that leads back to itself. Choose a folder."
    reason = error.strerror if isinstance(error, OSError) else "its name is not valid text"
    return f"The folder {shown} cannot be used: {reason}. Choose another one."
