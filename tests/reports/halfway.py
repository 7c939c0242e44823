"""A program that reports or imports and stops half-way, for a test to kill it there.

Called as ``halfway.py report|import <home> <job id or report> <target folder>``.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from aibro.reports import import_report, write_report
from aibro.store import Store


def stop_halfway(done: int, of: int) -> None:
    """Say that half is done, and wait for ever."""
    if done > of / 2:
        print("half", flush=True)
        threading.Event().wait()


def main(what: str, home: str, which: str, target: str) -> None:
    """Do it."""
    store = Store(Path(home))
    if what == "report":
        write_report(store, which, Path(target), progress=stop_halfway)
    else:
        import_report(store, Path(which), working_directory=target, progress=stop_halfway)


if __name__ == "__main__":
    main(*sys.argv[1:])
