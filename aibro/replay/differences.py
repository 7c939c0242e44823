"""How two environments differ: possible causes when a replay does not come out the same."""

from __future__ import annotations

from pathlib import Path

from aibro.models import Difference, Environment

_FRAMEWORKS = (
    "keras",
    "tensorflow",
    "jax",
    "jaxlib",
    "torch",
    "numpy",
    "ml_dtypes",
)
_PACKAGE = "package "


def differences(recorded: Environment | None, current: Environment | None) -> list[Difference]:
    """The facts that differ, with the likeliest cause first.

    Args:
        recorded: where the recorded job ran; ``None`` when that is not known.
        current: where it is, or was, run again.
    """
    if recorded is None or current is None:
        return []
    before, after = _flat(recorded), _flat(current)
    if not Path(recorded.interpreter).is_absolute():
        # It came in a report, which leaves out folders: there is no path to compare.
        before["interpreter"] = after["interpreter"]
    names = [n for n in before.keys() | after.keys() if before.get(n) != after.get(n)]
    return [
        Difference(name=name, recorded=before.get(name), current=after.get(name))
        for name in sorted(names, key=_rank)
    ]


def _rank(name: str) -> tuple[int, str]:
    """The back end, the frameworks, the machine and its threads, everything else installed."""
    if name == "backend":
        return 0, name
    if not name.startswith(_PACKAGE):
        return 2, name
    return (1 if name.removeprefix(_PACKAGE).lower() in _FRAMEWORKS else 3), name


def _flat(environment: Environment) -> dict[str, str]:
    flat = {
        "interpreter": environment.interpreter,
        "python": environment.python,
        "backend": environment.backend,
        "platform": environment.platform,
        "cpu": environment.cpu,
        "cpus": str(environment.cpus),
        "gpus": ", ".join(environment.gpus),
    }
    flat |= {f"{_PACKAGE}{name}": version for name, version in environment.packages.items()}
    flat |= {f"threads {name}": value for name, value in environment.threads.items()}
    return flat
