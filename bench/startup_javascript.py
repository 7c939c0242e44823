"""How much of the extension's JavaScript is loaded when JupyterLab starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import lab
from bench.result import Result, at_most, result


class Requested(msgspec.Struct):
    """A file that the browser requested."""

    name: str
    bytes: int
    gzip: int


def measure(folder: Path) -> Iterator[Result]:
    """Add up all requests until JupyterLab is ready and idle."""
    with lab.jupyterlab(folder) as server:
        text = lab.run_script("startup-javascript.mjs", server.url)
    files = msgspec.json.decode(text, type=list[Requested])
    if not files:
        raise RuntimeError("JupyterLab did not load the extension")
    yield result(
        "JavaScript at JupyterLab's start",
        "kB gzip",
        [sum(file.gzip for file in files) / 1000],
        at_most(30, "kB gzip"),
        note=", ".join(f"{file.name} {file.gzip / 1000:.1f}" for file in files),
    )
