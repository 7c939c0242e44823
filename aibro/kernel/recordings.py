"""What is kept of recorded jobs, and how it is passed on."""

from __future__ import annotations

from os import PathLike

from aibro.kernel.opening import open_store
from aibro.models import Job, Recording
from aibro.replay.facts import recording
from aibro.upkeep.deletion import delete_recording


class Recordings:
    """What is kept of recorded jobs."""

    @staticmethod
    def recording(job_id: str) -> Recording:
        """What is kept of a recorded job, and what a replay of it would be here and now.

        Returns:
            A record with its ``parts`` and ``size_bytes``, ``parameters``, ``epochs``,
            ``batch_size``, ``seed``, ``fit_arguments``, ``environment``, the ``differences`` here,
            the ``start_epochs`` and more.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: it was not recorded, or not wholly.
            JobNotEnded: it still runs.
        """
        return recording(open_store(), job_id)

    @staticmethod
    def delete_recording(job_id: str) -> int:
        """Delete what was recorded of an ended job; the job itself stays, with result and log.

        What another recorded job needs stays as well.

        Returns:
            Bytes that are free now.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: there is nothing to delete.
            JobNotEnded: it still runs.
        """
        return delete_recording(open_store(), job_id)

    @staticmethod
    def report(job_id: str, path: str | PathLike[str]) -> str:
        """Write one file from which somebody else can replay a recorded job.

        It holds the model, all data, the user's own code, what came out, the log, and where it ran;
        of the environment variables only the thread settings. Its README says so.

        Args:
            job_id: a recorded job that has ended.
            path: the file, or a folder for ``aibro-report-<job id>.zip``. An older report of the
                same job is replaced.

        Returns:
            The file's path.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: it was not recorded, or not wholly.
            JobNotEnded: it still runs.
            BadFolder: the folder does not exist or cannot be written into.
            BadInput: something else has that name.
            DiskFull: no space is left; nothing is left behind.
        """
        from aibro.kernel.reports import report_job

        return report_job(open_store(), job_id, path)

    @staticmethod
    def import_report(path: str | PathLike[str]) -> Job:
        """Bring in the job of a report, to look at it and to replay it.

        It keeps its id and is marked as foreign. Code of its author's does not run until it is
        replayed with ``trust=True``, or so confirmed in the replay dialog.

        Args:
            path: the file.

        Returns:
            The job's record.

        Raises:
            BadReport: it is no report, damaged, cut off, or cannot be read; nothing was imported.
            ReportTooNew: a newer AIbro wrote it; nothing was imported.
            JobExists: the job is here already; nothing was imported.
            DiskFull: there is no room for it; nothing was imported.
        """
        from aibro.kernel.reports import import_job

        return import_job(open_store(), path)
