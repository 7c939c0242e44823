"""How much JavaScript of the extension JupyterLab's start loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import lab
from bench.result import Result, at_most, result


class Requested(msgspec.Struct):
    """One file that the browser asked for."""

    name: str
    bytes: int
    gzip: int


def measure(folder: Path) -> Iterator[Result]:
    """Add up what the browser asks for until JupyterLab is ready and quiet."""
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
