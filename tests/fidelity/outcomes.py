"""Runs programs with one back end, in both ways, and compares what came out."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_SOURCES = Path(__file__).with_name("programs")


def names() -> list[str]:
    """The names of all programs, without importing a framework."""
    return [
        item.name
        for source in sorted(_SOURCES.glob("[a-z]*.py"))
        for item in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(item, ast.FunctionDef) and item.decorator_list
    ]


def chosen(request: pytest.FixtureRequest) -> list[str]:
    """The names of the programs that this module's tests ask for."""
    items = [item for item in request.session.items if item.path == request.path]
    return [
        str(item.callspec.params["name"]) for item in items if isinstance(item, pytest.Function)
    ]


class Outcomes:
    """What programs gave with ``fit``, and through AIbro.

    Args:
        backend: Keras's name of the back end.
        home: a state folder for AIbro.
        programs: the names of those to run.
    """

    def __init__(self, backend: str, home: Path, programs: list[str]) -> None:
        self._programs = programs
        self._environment = {
            **os.environ,
            "KERAS_BACKEND": backend,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            # Sums depend on their order, and with several threads that may change from run to run.
            "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1",
            "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
            "NPROC": "1",
            "PYTHONPATH": str(_ROOT),
            "AIBRO_HOME": str(home),
            # What is compiled in one way is not compiled again in the other.
            "JAX_COMPILATION_CACHE_DIR": str(home.with_name("compiled")),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
        ways = {way: self._start(way) for way in ("fit", "aibro")}
        self._found = {way: _read(process) for way, process in ways.items()}

    def check(self, name: str) -> None:
        """Check that a program gave the same in both ways, bit for bit."""
        expected, found = (self._found[way][name] for way in ("fit", "aibro"))
        assert "error" not in expected, expected["error"]
        assert "error" not in found, found["error"]
        differing = [key for key in expected if found[key] != expected[key]]
        assert {key: found[key] for key in differing} == {key: expected[key] for key in differing}

    def _start(self, way: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "ignore", "-m", "tests.fidelity.run", way, *self._programs]
        return subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, text=True, cwd=_ROOT
        )


def _read(process: subprocess.Popen[str]) -> dict[str, dict[str, Any]]:
    output, _ = process.communicate()
    lines = [line.partition("OUTCOME ")[2] for line in output.splitlines() if "OUTCOME " in line]
    return {found.pop("name"): found for found in map(json.loads, lines)}
