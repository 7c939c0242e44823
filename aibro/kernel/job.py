"""`aibro.Job`: look at jobs, rejoin them, chart them, replay them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aibro.checks import check_description, check_folder, check_seconds
from aibro.display import show
from aibro.display.timeline import timeline_bundle
from aibro.errors import BadFolder, BadInput, Conflict, JobNotEnded
from aibro.kernel.progress import follow
from aibro.models import ChartType, JobFilter, Verdict
from aibro.models import Job as JobRecord
from aibro.reaper import reap
from aibro.replay import check_replayable, start_replay
from aibro.store import Store
from aibro.store.job_listing import MAX_PAGE
from aibro.transitions import ENDED

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History


class Job:
    """Everything about jobs, by their id; works from any kernel and from plain Python."""

    @staticmethod
    def status(job_id: str) -> JobRecord:
        """A job as it is now.

        Returns:
            A record with ``status``, ``substatus``, ``reason``, ``description``, ``machine_id``,
            ``instance_id``, ``epoch``, ``epochs``, ``recorded``, ``replay_of``, ``created_at``,
            ``ended_at`` (seconds since the epoch) and more.

        Raises:
            JobNotFound: there is no such job.
        """
        store = _look()
        return store.jobs.get(job_id)

    @staticmethod
    def list(
        filter: str = "all",  # noqa: A002 - the word people expect
        search: str = "",
        limit: int = 1000,
    ) -> list[JobRecord]:
        """Jobs, newest first.

        Args:
            filter: ``all``, ``active``, ``completed``, ``canceled`` or ``recorded``.
            search: text that the description or the id contains.
            limit: how many at most.

        Raises:
            BadInput: there is no such filter.
        """
        store = _look()
        if not isinstance(search, str):
            raise BadInput(f"search must be a string, not {type(search).__name__}.", "search")
        try:
            wanted = JobFilter(filter)
        except ValueError:
            known = ", ".join(word.value for word in JobFilter)
            raise BadInput(
                f"There is no filter {filter!r}; choose from {known}.", "filter"
            ) from None
        found: list[JobRecord] = []
        cursor: str | None = None
        while len(found) < limit:
            page = store.jobs.page(
                filter_=wanted,
                search=search,
                cursor=cursor,
                limit=min(MAX_PAGE, limit - len(found)),
            )
            found += page.jobs
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    @staticmethod
    def wait(job_id: str) -> JobRecord:
        """Show a job's progress until it is over.

        Returns:
            Its last record, COMPLETED or CANCELED.

        Raises:
            JobNotFound: there is no such job.
            KeyboardInterrupt: the cell was interrupted; the job goes on.
        """
        store = _look()
        store.jobs.get(job_id)
        return follow(store, job_id)

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

        store = _look()
        if store.jobs.get(job_id).status not in ENDED:
            follow(store, job_id)
        return read_result(store, job_id)

    @staticmethod
    def cancel(job_id: str) -> JobRecord:
        """Ask for a job to be canceled; it is within moments.

        Raises:
            JobNotFound: there is no such job.
            JobEnded: it is over already.
        """
        store = _look()
        return store.jobs.request_cancel(job_id)

    @staticmethod
    def logs(job_id: str) -> str:
        """What the training printed so far (standard output and error).

        Raises:
            JobNotFound: there is no such job.
        """
        store = _look()
        store.jobs.get(job_id)
        path = store.job_folder(job_id) / "log.txt"
        try:
            return path.read_text(encoding="utf-8", errors="replace")
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
        store = _look()
        job = store.jobs.get(job_id)
        saved = store.jobs.submission(job_id).directory_to_save_log
        source = Path(saved) / "logs" / job_id if saved is not None else None
        if source is None or not source.is_dir():
            raise Conflict(
                f"Job {job_id} has no TensorBoard logs"
                + (" yet." if job.status not in ENDED and source is not None else ".")
                + " Run it with directory_to_save_log='.' to have them."
            )
        folder = check_folder("directory", directory)
        if folder is None:
            raise BadFolder("directory must be a path.", "directory")
        target = Path(folder) / "logs" / job_id
        if target.resolve() != source.resolve():
            shutil.copytree(source, target, dirs_exist_ok=True)
        return str(target)

    @staticmethod
    def verdict(job_id: str) -> Verdict:
        """Whether a replay reproduced its recorded job, with the evidence.

        Raises:
            JobNotFound: there is no such job.
            Conflict: it is no replay.
            JobNotEnded: it still runs.
        """
        store = _look()
        job = store.jobs.get(job_id)
        if job.replay_of is None:
            raise Conflict(f"Job {job_id} is no replay; only a replay has a verdict.")
        verdict = store.jobs.verdict(job_id)
        if verdict is None:
            raise JobNotEnded(f"Job {job_id} is {job.status}; it has a verdict when it has ended.")
        return verdict

    @staticmethod
    def plot_timeline(job_id: str, char_type: str | None = None) -> None:
        """Draw where a job's time went; can be called anytime, also while it runs.

        Args:
            job_id: the job.
            char_type: ``"pie"`` for a pie chart; anything else is a funnel chart.

        Raises:
            JobNotFound: there is no such job.
        """
        store = _look()
        chart = ChartType.PIE if char_type == ChartType.PIE.value else ChartType.FUNNEL
        show(timeline_bundle(store.history.timeline(job_id, chart)))

    @staticmethod
    def replay_job(
        job_id: str,
        description: str = "",
        directory_to_save_ckpt: str | None = ".",
        directory_to_save_log: str | None = ".",
        wait_request_s: float = 10000,
    ) -> Verdict:
        """Run a recorded job again and say whether it came out the same.

        Args:
            job_id: the recorded job's id.
            description: the issue; more details help to diagnose it.
            directory_to_save_ckpt: gets ``checkpoints/<new job id>/epoch-0001.keras`` and so on;
                ``None`` saves none.
            directory_to_save_log: gets ``logs/<new job id>/`` with TensorBoard's event files;
                ``None`` saves none.
            wait_request_s: seconds to wait for an instance.

        Returns:
            A record with the replay's ``job_id``, the ``verdict``, and its evidence; also when the
            replay fails as the recorded job did.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: it was not recorded.
            BadFolder: a folder does not exist or cannot be written into.
            KeyboardInterrupt: the cell was interrupted; the replay goes on.
        """
        called_at = time.time()
        store = _look()
        check_replayable(store, job_id)
        replay = start_replay(
            store,
            job_id,
            description=check_description(description),
            directory_to_save_ckpt=check_folder("directory_to_save_ckpt", directory_to_save_ckpt),
            directory_to_save_log=check_folder("directory_to_save_log", directory_to_save_log),
            wait_request_s=check_seconds("wait_request_s", wait_request_s),
            called_at=called_at,
        )
        follow(store, replay.job_id)
        verdict = Job.verdict(replay.job_id)
        print(f"{verdict.verdict}: {verdict.sentence}")
        return verdict


def _look() -> Store:
    """The store, with the jobs of dead runners ended."""
    store = Store()
    reap(store)
    return store
