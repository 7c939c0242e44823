"""The facts of the process that trains, for a recording.

Run as a program it prints those of its interpreter as JSON, without importing a framework.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

import msgspec

from aibro.models import Environment
from aibro.trainings.variables import THREAD_VARIABLES, usable_cpus


def read_environment(backend: str, gpus: list[str]) -> Environment:
    """Read them; takes about a tenth of a second, most of it for the packages.

    Args:
        backend: the back end in use.
        gpus: names of the graphics cards that the framework sees.
    """
    return Environment(
        interpreter=sys.executable,
        python=platform.python_version(),
        backend=backend,
        packages=_packages(),
        platform=platform.platform(),
        cpu=_cpu(),
        cpus=usable_cpus(),
        threads={name: os.environ[name] for name in THREAD_VARIABLES if name in os.environ},
        gpus=gpus,
    )


def _packages() -> dict[str, str]:
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        # What an uninstallation left half-way has no name.
        if distribution.name:
            # Of several the one that comes first is imported.
            found.setdefault(distribution.name, distribution.version)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(read_environment("", [])))
