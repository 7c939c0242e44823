"""Checks of the arguments that users pass, made before anything is changed."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path

from aibro.errors import BadFolder, BadInput

MAX_DESCRIPTION = 10_000
MAX_EPOCHS = 1_000_000
MAX_SEED = 2**32 - 1
"""NumPy takes no larger one."""
MAX_COOL_DOWN_S = 7 * 24 * 3600
"""One week. A cooling instance holds memory, even if nobody uses it again."""


def check_count(name: str, value: object, most: int = 2**31 - 1, *, least: int = 1) -> int:
    """Check that a value is a whole number within bounds, and return it.

    Args:
        name: the parameter's name.
        value: what the user passed.
        most: the largest number that is accepted.
        least: the smallest one.

    Raises:
        BadInput: it is not.

    >>> check_count("epochs", 10)
    10
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise BadInput(f"{name} must be a whole number, not {type(value).__name__}.", name)
    number = int(value.__index__())
    if not least <= number <= most:
        raise BadInput(f"{name} must be from {least} to {most}, not {number}.", name)
    return number


def check_flag(name: str, value: object) -> bool:
    """Check that a value is True or False, and return it.

    Raises:
        BadInput: it is neither.
    """
    if not isinstance(value, bool):
        raise BadInput(f"{name} must be True or False, not {type(value).__name__}.", name)
    return value


def check_seconds(
    name: str, value: object, *, negative: bool = False, most: float = math.inf
) -> float:
    """Check that a value is a finite number of seconds, and return it.

    Args:
        name: the parameter's name.
        value: what the user passed.
        negative: whether negative numbers are accepted.
        most: the largest number that is accepted.

    Raises:
        BadInput: it is not such a number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInput(f"{name} must be a number of seconds, not {type(value).__name__}.", name)
    if not math.isfinite(value):
        raise BadInput(f"{name} must be a finite number of seconds, not {value}.", name)
    if value < 0 and not negative:
        raise BadInput(f"{name} must not be negative, but is {value:g}.", name)
    if value > most:
        raise BadInput(f"{name} must be at most {most:g} seconds, not {value:g}.", name)
    return float(value)


def check_description(value: object) -> str:
    """Check that a job's description is a text that is not too long, and return it.

    Raises:
        BadInput: it is not.
    """
    if not isinstance(value, str):
        raise BadInput(f"description must be a string, not {type(value).__name__}.", "description")
    if len(value) > MAX_DESCRIPTION:
        raise BadInput(
            f"description has {len(value)} characters; {MAX_DESCRIPTION} are allowed.",
            "description",
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"description is no proper text: {error}.", "description") from error
    return value


def check_folder(name: str, value: object) -> str | None:
    """Check that files can be saved in a folder.

    Returns:
        The folder's absolute path; ``None`` for ``None``.

    Raises:
        BadFolder: it does not exist, is a file, or cannot be written.
    """
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)):
        raise BadFolder(f"{name} must be a path or None, not {type(value).__name__}.", name)
    if "\0" in str(value) or not str(value):
        raise BadFolder(f"{name} is not a path; '.' is the notebook's folder.", name)
    folder = Path(value).expanduser().absolute()
    if not folder.exists():
        raise BadFolder(f"{name}: {folder} does not exist. Make it first.", name)
    if not folder.is_dir():
        raise BadFolder(f"{name}: {folder} is a file, not a folder.", name)
    try:
        # Try it: for root, os.access says yes even on a read-only file system.
        with tempfile.TemporaryDirectory(prefix=".aibro-", dir=folder):
            pass
    except OSError as error:
        raise BadFolder(
            f"{name}: {folder} cannot be written into ({error.strerror}). Choose another folder.",
            name,
        ) from error
    return str(folder)
