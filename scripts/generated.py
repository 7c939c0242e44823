"""Shared by the generators of TypeScript: format a file, and write or check it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_or_check(target: Path, text: str) -> int:
    """Format ``text`` with the project's Prettier and write it to ``target``.

    With ``--check`` on the command line, only check that ``target`` is up to date.

    Args:
        target: a file below the project's root.
        text: TypeScript, formatted in any way.

    Returns:
        the exit status of the generator: 1 if ``--check`` found that ``target`` is out of date.
    """
    formatted = subprocess.run(
        ["npx", "prettier", "--stdin-filepath", str(target)],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    if "--check" not in sys.argv[1:]:
        target.write_text(formatted)
        return 0
    if target.exists() and target.read_text() == formatted:
        return 0
    print(f"{target.relative_to(ROOT)} is out of date: run python {sys.argv[0]}")
    return 1
