"""Run the quickstart's job without the notebook: its own cells, progress in the terminal.

Exits 0 when the results are on disk. A job that was trained before is not trained again.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import aibro

HERE = Path(__file__).resolve().parent
NOTEBOOK = HERE / "quickstart.ipynb"
DESCRIPTION = "digits, first try"
TAG = "main-job"


def main_cells() -> list[str]:
    """The notebook's cells up to the job, which carry a tag."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if TAG in cell["metadata"].get("tags", [])]


def results(job_id: str) -> dict[str, Path]:
    """Where a job's results lie."""
    return {
        "checkpoints": HERE / "checkpoints" / job_id,
        "TensorBoard": HERE / "logs" / job_id,
    }


def trained_before() -> str | None:
    """The id of the job, when it was trained already and its files are still there."""
    for job in aibro.Job.list("completed", search=DESCRIPTION):
        if job.replay_of is None and all(path.is_dir() for path in results(job.job_id).values()):
            return job.job_id
    return None


def main() -> int:
    """Train unless that is done, and say where the results lie; return the exit status."""
    os.chdir(HERE)
    job_id = trained_before()
    if job_id is not None:
        print(f"Job {job_id} ({DESCRIPTION}) was trained before.")
    else:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        print("Starting Keras ...", flush=True)
        names: dict[str, object] = {"__name__": "__main__"}
        for cell in main_cells():
            exec(compile(cell, str(NOTEBOOK), "exec"), names)
        job_id = str(names["job_id"])
        aibro.Job.plot_timeline(job_id)
    print("Results:")
    for what, path in results(job_id).items():
        count = sum(1 for file in path.rglob("*") if file.is_file())
        print(f"  {what:<12} {path.relative_to(HERE.parent)}/  ({count} files)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
