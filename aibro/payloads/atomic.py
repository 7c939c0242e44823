"""Files that are complete or not there: written under a temporary name, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from aibro.errors import DiskFull

_TEMP = re.compile(r"\.tmp-(?P<pid>\d+)-[0-9a-f]{8}-.+")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def temp_beside(final: Path) -> Path:
    """A new hidden name in the same folder, with the same ending: Keras insists on it."""
    return final.with_name(f".tmp-{os.getpid()}-{secrets.token_hex(4)}-{final.name}")


@contextlib.contextmanager
def replacing(final: Path, what: str) -> Iterator[Path]:
    """Yield a temporary path that becomes ``final`` when the block succeeds.

    Args:
        final: where the finished file belongs; its folder exists.
        what: the file in words, for the error.

    Raises:
        DiskFull: no space was left; the temporary file is gone and ``final`` untouched.
        OSError: writing failed for another reason; the temporary file is gone here, too.
    """
    with temporary(final, what) as temp:
        yield temp
        temp.replace(final)


@contextlib.contextmanager
def temporary(beside: Path, what: str) -> Iterator[Path]:
    """Yield a temporary path that is gone afterwards unless the block moved it away.

    Raises:
        DiskFull: no space was left.
    """
    temp = temp_beside(beside)
    try:
        yield temp
    except Exception as error:
        if disk_is_full(error):
            raise DiskFull(what) from error
        raise
    finally:
        temp.unlink(missing_ok=True)


def write_all(file: FileIO, data: bytes | memoryview) -> None:
    """Write to an unbuffered file until all of it is there."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def disk_is_full(error: BaseException | None) -> bool:
    """True when ``error``, or what it was raised from, says that no space is left."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        # HDF5 gives the system's error number only in the text of its message.
        if isinstance(error, OSError) and f"errno = {errno.ENOSPC}" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def remove_stale_temps(folder: Path) -> int:
    """Remove the temporary files of processes that are gone; return the bytes freed."""
    freed = 0
    for path in folder.glob(".tmp-*"):
        match = _TEMP.fullmatch(path.name)
        if match and not _alive(int(match["pid"])):
            with contextlib.suppress(FileNotFoundError):
                size = path.stat().st_size
                path.unlink()
                freed += size
    return freed


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
