"""Where a job's files go inside the folders that the user names."""

from __future__ import annotations

from pathlib import Path


def checkpoint_folder(directory: str | None, job_id: str) -> str | None:
    """The folder of a job's checkpoints: ``{directory}/checkpoints/{job_id}``."""
    return str(Path(directory) / "checkpoints" / job_id) if directory is not None else None


def log_folder(directory: str | None, job_id: str) -> str | None:
    """The folder of a job's TensorBoard logs: ``{directory}/logs/{job_id}``."""
    return str(Path(directory) / "logs" / job_id) if directory is not None else None
