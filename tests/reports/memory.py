"""A program that reports and imports, and says by how many bytes it grew.

Called as ``memory.py <home> <job id> <other home> <folder>``.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from aibro.reports import import_report, write_report
from aibro.store import Store


def main(home: str, job_id: str, other: str, folder: str) -> None:
    """Do it."""
    sender, receiver = Store(Path(home)), Store(Path(other))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = write_report(sender, job_id, Path(folder))
    import_report(receiver, report, working_directory=folder)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
