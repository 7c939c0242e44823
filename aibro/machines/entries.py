"""Entries that a machine may have in machines.toml: those of all, and those of its engine."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from aibro.engines import CLUSTER_ENGINES, engine
from aibro.engines.entries import Entry, WrongValue, shown, text, whole
from aibro.machine_spec import LOCAL

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(B|[kKMGT]B|[KMGT]iB)")
_UNITS = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


def entries_of(engine_name: object) -> dict[str, Entry]:
    """The entries that a machine of that engine may have, in the order in which to name them.

    Args:
        engine_name: as the file has it; when that is no engine, the entries of all of them.
    """
    own: dict[str, Entry] = {}
    for name in CLUSTER_ENGINES:
        if name == engine_name or engine_name not in CLUSTER_ENGINES:
            own |= engine(name).describe()
    needed = {key: entry for key, entry in own.items() if entry.example is not None}
    return {**_NAMES, **needed, **_SIZE, **own}


def _id(value: object) -> str:
    machine_id = text(value, '"gpu.l4"')
    if machine_id in {LOCAL, "local"}:
        raise WrongValue(
            f"must not be {machine_id!r}: {LOCAL} is this machine. Choose another name"
        )
    if not _ID.fullmatch(machine_id):
        raise WrongValue(
            "may have letters, digits, points, hyphens and underscores, 64 at most, and begins "
            f"with a letter or digit: {machine_id[:80]!r} does not fit"
        )
    return machine_id


def _engine(value: object) -> str:
    known = [f'"{name}"' for name in CLUSTER_ENGINES]
    name = text(value, known[0])
    if name not in CLUSTER_ENGINES:
        raise WrongValue(f"is {name[:80]!r}, which AIbro does not know. Write {' or '.join(known)}")
    return name


def _memory(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _MEMORY.fullmatch(value.strip()) if isinstance(value, str) else None
    size = int(float(found[1]) * _UNITS[found[2]]) if found else 0
    if size < 1:
        raise WrongValue(
            f'has to be a text such as "16 GiB", or a number of bytes, not {shown(value)}'
        )
    return size


def _price(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise WrongValue(f"has to be a number, such as 0.35, not {shown(value)}")
    if not math.isfinite(value) or value < 0:
        raise WrongValue(f"has to be 0 or more, not {value}")
    return float(value)


_NAMES: Mapping[str, Entry] = {
    "id": Entry(_id, example='"gpu.l4"'),
    "engine": Entry(_engine, example=f'"{CLUSTER_ENGINES[0]}"'),
}
_SIZE: Mapping[str, Entry] = {
    "cpus": Entry(whole(1), example="4"),
    "gpus": Entry(whole(0)),
    "memory": Entry(_memory),
    "price_per_hour": Entry(_price),
    "capacity": Entry(whole(1)),
}
