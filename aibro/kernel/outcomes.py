"""What jobs leave behind: results and logs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from aibro.checks import check_folder
from aibro.errors import BadFolder
from aibro.kernel.opening import open_store
from aibro.kernel.progress import follow
from aibro.saved_logs import tensorboard_logs
from aibro.transitions import ENDED

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History


class Outcomes:
    """What jobs leave behind."""

    @staticmethod
    def result(job_id: str) -> tuple[str, Model, History]:
        """Wait for a job and return what ``online_fit`` returns, from any kernel.

        Returns:
            The job's id, the trained model, and its ``History``.

        Raises:
            JobNotFound: there is no such job.
            JobCanceled: it ended CANCELED; has the reason and the remote traceback.
        """
        from aibro.kernel.results import read_result

        store = open_store()
        if store.jobs.get(job_id).status not in ENDED:
            follow(store, job_id)
        return read_result(store, job_id)

    @staticmethod
    def logs(job_id: str) -> str:
        """What the training printed so far (standard output and error).

        Raises:
            JobNotFound: there is no such job.
        """
        store = open_store()
        store.jobs.get(job_id)
        try:
            return store.log_file(job_id).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    @staticmethod
    def get_tensorboard_logs(job_id: str, directory: str = ".") -> str:
        """Copy a job's TensorBoard logs into ``{directory}/logs/{job_id}/``.

        Args:
            job_id: the job.
            directory: a folder that exists; "." is the kernel's, which is the notebook's.

        Returns:
            The path of the folder with the logs.

        Raises:
            JobNotFound: there is no such job.
            Conflict: it was run without ``directory_to_save_log``, or the logs were moved.
            BadFolder: the folder cannot be written into.
        """
        store = open_store()
        source = tensorboard_logs(store, job_id)
        folder = check_folder("directory", directory)
        if folder is None:
            raise BadFolder("directory must be a path.", "directory")
        target = Path(folder) / "logs" / job_id
        if target.resolve() != source.resolve():
            shutil.copytree(source, target, dirs_exist_ok=True)
        return str(target)
