"""Reports: one file with a recorded job, for somebody else to replay.

`write_report` makes one, `import_report` brings one in as a foreign job. The format of the file is
described in ``docs/report-format.md``. Nothing of a report is unpickled or run here.
"""

from __future__ import annotations

from aibro.reports.importer import import_report
from aibro.reports.writer import write_report

__all__ = ["import_report", "write_report"]
