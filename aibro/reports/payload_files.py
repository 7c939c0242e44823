"""Payloads that came from elsewhere: checked before they are stored, without running them."""

from __future__ import annotations

import math
import re
from pathlib import Path

from aibro.reports.archive import bad_report
from aibro.trainings import training_kind

_MAGIC = b"\x93NUMPY\x01\x00"
_MAGIC_BYTES = len(_MAGIC) + 2
_MAX_HEADER = 4096
# Python, but never evaluated. Kinds: bool, int, unsigned, float, complex, bytes, str.
_HEADER = re.compile(
    rb"\{'descr': '[<>|](?P<kind>[biufcSU])(?P<size>[0-9]{1,9})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>([0-9]{1,18}(, ?|(?=\))))*)\), \} *\n"
)
_UNICODE_BYTES = 4


def check_payload(path: Path, name: str, *, kind: str, with_code: bool) -> None:
    """Check that a file is of the kind its name says.

    Args:
        path: the file.
        name: the payload's.
        kind: of training; knows its own files.
        with_code: the report says that it holds code.

    Raises:
        BadReport: it is not.
    """
    if name.endswith(".npy"):
        _check_array(path, name)
        return
    try:
        training_kind(kind).check_payload(path, name, with_code=with_code)
    except ValueError as error:
        raise bad_report(f"{name} {error}") from error


def _check_array(path: Path, name: str) -> None:
    """Check that the header is one that AIbro writes, and that exactly the array follows."""
    with path.open("rb") as file:
        start = file.read(_MAGIC_BYTES)
        length = int.from_bytes(start[len(_MAGIC) :], "little")
        header = _HEADER.fullmatch(file.read(min(length, _MAX_HEADER)))
    if not start.startswith(_MAGIC) or header is None:
        raise bad_report(f"{name} is no array of numbers")
    item_bytes = int(header["size"]) * (_UNICODE_BYTES if header["kind"] == b"U" else 1)
    shape = [int(length) for length in header["shape"].split(b",") if length.strip()]
    if _MAGIC_BYTES + length + math.prod(shape) * item_bytes != path.stat().st_size:
        raise bad_report(f"{name} is no array of the size it says")
