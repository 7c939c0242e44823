"""Opening the folders that checkpoints are saved in.

Jupyter Server takes ``api/contents/<path>/checkpoints`` for the list of a file's checkpoints, and
so cannot open a folder of that name (jupyter_server#58). Where there is such a folder, ``<path>``
is no file and has none: the request goes to the handler of folders. Nothing else is changed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.handlers import ContentsHandler
from jupyter_server.utils import ApiPath, to_os_path, url_path_join
from tornado.escape import url_unescape
from tornado.httputil import HTTPServerRequest
from tornado.routing import PathMatches, Rule

_FOLDER = r"(?P<path>(?:/[^/]+)*/checkpoints(?:/[\w-]+)?)/?"


def checkpoint_folder_rule(base_url: str, root_dir: str) -> Rule:
    """The route to a folder ``checkpoints``, or to one that lies in it.

    Args:
        base_url: the server's.
        root_dir: the folder that the Contents API serves.
    """
    return Rule(_CheckpointFolder(base_url, root_dir), ContentsHandler)


class _CheckpointFolder(PathMatches):
    def __init__(self, base_url: str, root_dir: str) -> None:
        super().__init__(re.escape(url_path_join(base_url, "api/contents")) + _FOLDER)
        self._root_dir = root_dir

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        found = super().match(request)
        if found is None:
            return None
        path = url_unescape(found["path_kwargs"]["path"], plus=False)
        # Whether it may be seen is the handler's to decide.
        is_folder = "\0" not in path and Path(to_os_path(ApiPath(path), self._root_dir)).is_dir()
        return found if is_folder else None
