"""A real JupyterLab, and scripts that drive a real browser to measure it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

SCRIPTS = Path(__file__).parent / "browser"
START_S = 60
STOP_S = 20


class Lab(NamedTuple):
    """A running JupyterLab server."""

    url: str
    """The address to open, with its token."""
    process: psutil.Process
    notebooks: Path
    """The folder with its notebooks, which is the server's root."""


@contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """Run JupyterLab with its own folders; the state folder is ``aibro`` below ``folder``.

    Raises:
        RuntimeError: the server did not start.
    """
    token, port = secrets.token_hex(16), _free_port()
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True, exist_ok=True)
    names = ("config", "data", "runtime")
    environment = {f"JUPYTER_{name.upper()}_DIR": str(folder / name) for name in names}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={notebooks}",
        f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env={**os.environ, **environment, "AIBRO_HOME": str(folder / "aibro")},
        )
    try:
        _wait(f"http://127.0.0.1:{port}/aibro/api/info?token={token}", process, folder)
        url = f"http://127.0.0.1:{port}/lab?token={token}"
        yield Lab(url, psutil.Process(process.pid), notebooks)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def script(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a script of ``bench/browser``; the caller talks to it over its standard streams.

    If it is still running at the end, it is ended together with its browser.
    """
    with subprocess.Popen(
        ["node", str(SCRIPTS / name), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def output(process: subprocess.Popen[str], told: str = "") -> str:
    """Return what a script prints until it ends, after writing ``told`` to its standard input.

    Raises:
        RuntimeError: it failed; the reason is on standard error.
    """
    printed, _ = process.communicate(told)
    if process.returncode != 0:
        raise RuntimeError(f"a script in the browser failed with exit code {process.returncode}")
    return printed


def run_script(name: str, *arguments: str, told: str = "") -> str:
    """Run a script to its end, with ``told`` as its standard input; return what it printed.

    Raises:
        RuntimeError: it failed.
    """
    with script(name, *arguments) as process:
        return output(process, told)


def _wait(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url):
                return
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"AIbro's server part answers {error}") from error
        except OSError:
            time.sleep(0.1)
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"JupyterLab did not start. It said:\n{log[-4000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
