"""The entries that a machine may have in machines.toml, each with its check."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from aibro.machine_spec import LOCAL
from aibro.machines.address import AUTO, EXAMPLES, parse_address

ENGINES = ("ray",)
REQUIRED = {
    "id": '"gpu.l4"',
    "engine": '"ray"',
    "address": '"ray://host:10001"',
    "cpus": "4",
}
"""Those that every machine has, each with an example."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(B|[kKMGT]B|[KMGT]iB)")
_UNITS = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
# What Ray and Kubernetes take.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_LABEL_VALUE = re.compile(_LABEL)
_LABEL_KEY = re.compile(rf"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?{_LABEL}")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


class WrongValue(Exception):
    """What is wrong with a value and what to write; follows the entry's name.

    Args:
        key: what inside the value is wrong.
    """

    def __init__(self, what: str, key: str | None = None) -> None:
        super().__init__(what)
        self.inside = () if key is None else (key,)


def read_entry(key: str, value: object) -> object:
    """The value as `MachineSpec` has it.

    Raises:
        WrongValue: it is not right.
        KeyError: there is no such entry.
    """
    return _CHECKS[key](value)


def known_entries() -> list[str]:
    """The names of all entries."""
    return list(_CHECKS)


def _text(value: object, example: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongValue(f"has to be a text, such as {example}, not {_shown(value)}")
    return value


def _id(value: object) -> str:
    text = _text(value, '"gpu.l4"')
    if text in {LOCAL, "local"}:
        raise WrongValue(f"must not be {text!r}: {LOCAL} is this machine. Choose another name")
    if not _ID.fullmatch(text):
        raise WrongValue(
            "may have letters, digits, points, hyphens and underscores, 64 at most, and begins "
            f"with a letter or digit: {text[:80]!r} does not fit"
        )
    return text


def _engine(value: object) -> str:
    text = _text(value, '"ray"')
    if text not in ENGINES:
        raise WrongValue(f'is {text[:80]!r}, which AIbro does not know. Write "ray"')
    return text


def _address(value: object) -> str:
    text = _text(value, EXAMPLES)
    if text != AUTO and parse_address(text) is None:
        raise WrongValue(f"is {text[:80]!r}, which is no address of a cluster. Write {EXAMPLES}")
    return text


def _whole(least: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise WrongValue(f"has to be a whole number, {least} or more, not {_shown(value)}")
        return value

    return check


def _memory(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _MEMORY.fullmatch(value.strip()) if isinstance(value, str) else None
    size = int(float(found[1]) * _UNITS[found[2]]) if found else 0
    if size < 1:
        raise WrongValue(
            f'has to be a text such as "16 GiB", or a number of bytes, not {_shown(value)}'
        )
    return size


def _price(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise WrongValue(f"has to be a number, such as 0.35, not {_shown(value)}")
    if not math.isfinite(value) or value < 0:
        raise WrongValue(f"has to be 0 or more, not {value}")
    return float(value)


def _labels(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongValue(f'has to be a table, such as {{ zone = "a" }}, not {_shown(value)}')
    for key, label in value.items():
        if not _LABEL_KEY.fullmatch(key):
            raise WrongValue(f"has a key that no node can have: {key[:80]!r}", key)
        if not isinstance(label, str) or not _LABEL_VALUE.fullmatch(label):
            raise WrongValue(
                f"has to give a text of letters, digits, points, hyphens and underscores for "
                f"{key}, not {_shown(label)}",
                key,
            )
    return value


def _pip(value: object) -> list[str]:
    if not isinstance(value, list):
        raise WrongValue(f'has to be a list, such as ["keras==3.13"], not {_shown(value)}')
    for package in value:
        if not isinstance(package, str) or not package.strip() or package.startswith("-"):
            raise WrongValue(f"lists {_shown(package)}, which is no package. Write as for pip")
    return value


def _image(value: object) -> str:
    text = _text(value, '"docker.io/user/image:tag"')
    if any(character.isspace() for character in text):
        raise WrongValue(f"must not have spaces: {text[:80]!r}")
    return text


def _transfer(value: object) -> str:
    text = _text(value, '"s3://bucket/folder"')
    if not _URL.fullmatch(text):
        raise WrongValue(
            'has to be a URL, such as "s3://bucket/folder" or "file:///mnt/shared/aibro", not '
            f"{_shown(value)}"
        )
    return text


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)[:80] if value != "" else "an empty text"


_CHECKS: Mapping[str, Callable[[object], object]] = {
    "id": _id,
    "engine": _engine,
    "address": _address,
    "cpus": _whole(1),
    "gpus": _whole(0),
    "memory": _memory,
    "labels": _labels,
    "price_per_hour": _price,
    "pip": _pip,
    "image": _image,
    "capacity": _whole(1),
    "transfer": _transfer,
}
