"""Describes the environment of the process that trains, for a recording.

Run as a program, it prints the environment of its interpreter as JSON, without importing a
framework: ``python -m aibro.trainings.environment``.
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
    """Describe this process; takes about a tenth of a second, mostly to list the packages.

    Args:
        backend: the back end in use.
        gpus: the names of the GPUs that the framework sees.
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
        # A package that was only partly uninstalled has no name.
        if distribution.name:
            # If a package is installed several times, Python imports the first one.
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
