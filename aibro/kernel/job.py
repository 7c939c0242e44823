"""`aibro.Job`: look at jobs, rejoin them, chart them, replay them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from itertools import islice, takewhile
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from aibro.checks import check_count, check_folder
from aibro.errors import BadFolder, BadInput
from aibro.kernel.of_a_job import of_a_job
from aibro.kernel.progress import follow
from aibro.models import ChartType, JobFilter
from aibro.models import Job as JobRecord
from aibro.store import Store
from aibro.store.job_listing import MAX_PAGE
from aibro.transitions import ENDED
from aibro.upkeep.reaper import reap

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History

    from aibro.models import Recording, Verdict


class Job:
    """Everything about jobs, by their id; works from any kernel and from plain Python.

    What takes a job's id can also be called of the job as an object, without it:
    ``aibro.Job(job_id).plot_timeline()``.

    Args:
        job_id: an existing job.

    Raises:
        JobNotFound: there is no such job.

    Example:
        A recorded job, looked at from another notebook than the one that started it::

            job_id = aibro.Training.offline_fit(model, X, y, epochs=10, record=True)

            aibro.Job.status(job_id).status          # "TRAINING"
            aibro.Job.show(job_id)                   # its card, live until the job ends
            _, model, history = aibro.Job.result(job_id)
            aibro.Job.plot_timeline(job_id)          # where the time went
            aibro.Job.replay_job(job_id).verdict     # "IDENTICAL"
    """

    def __init__(self, job_id: str) -> None:
        self.job_id = _open_store().jobs.get(job_id).job_id

    def __repr__(self) -> str:
        return f"Job({self.job_id!r})"

    # --- what jobs do now -------------------------------------------------------------------------

    @of_a_job
    def status(job_id: str) -> JobRecord:
        """A job as it is now.

        Returns:
            A record with ``status``, ``substatus``, ``reason``, ``description``, ``machine_id``,
            ``instance_id``, ``epoch``, ``epochs``, ``recorded``, ``replay_of``, ``created_at``,
            ``ended_at`` (seconds since the epoch) and more.

        Raises:
            JobNotFound: there is no such job.
        """
        return _open_store().jobs.get(job_id)

    @staticmethod
    def list_job(last_days: float = 1) -> list[JobRecord]:
        """The jobs that were created in the last days, newest first.

        Args:
            last_days: how many days of 24 hours.

        Raises:
            BadInput: it is not a number of days.
        """
        if isinstance(last_days, bool) or not isinstance(last_days, int | float):
            raise BadInput(
                f"last_days must be a number of days, not {type(last_days).__name__}.", "last_days"
            )
        since = time.time() - 86400 * last_days
        jobs = _jobs(_open_store(), JobFilter.ALL, "", MAX_PAGE)
        return [*takewhile(lambda job: job.created_at >= since, jobs)]

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
            BadInput: there is no such filter, or another argument is of the wrong kind.

        Example:
            The recorded jobs that have "digits" in their description::

                for job in aibro.Job.list("recorded", search="digits"):
                    print(job.job_id, job.status, job.description)
        """
        store = _open_store()
        if not isinstance(search, str):
            raise BadInput(f"search must be a string, not {type(search).__name__}.", "search")
        limit = check_count("limit", limit)
        try:
            wanted = JobFilter(filter)
        except ValueError:
            known = ", ".join(word.value for word in JobFilter)
            raise BadInput(
                f"There is no filter {filter!r}; choose from {known}.", "filter"
            ) from None
        return [*islice(_jobs(store, wanted, search, limit), limit)]

    @of_a_job
    def wait(job_id: str) -> JobRecord:
        """Show a job's progress until it is over.

        Returns:
            Its last record, COMPLETED or CANCELED.

        Raises:
            JobNotFound: there is no such job.
            KeyboardInterrupt: the cell was interrupted; the job goes on.
        """
        store = _open_store()
        store.jobs.get(job_id)
        return follow(store, job_id)

    @of_a_job
    def cancel(job_id: str) -> JobRecord:
        """Ask for a job to be canceled; it is within moments.

        Raises:
            JobNotFound: there is no such job.
            JobEnded: it is over already.
        """
        return _open_store().request_cancel(job_id)

    # --- what jobs leave behind -------------------------------------------------------------------

    @of_a_job
    def result(job_id: str) -> tuple[str, Model, History]:
        """Wait for a job and return what ``online_fit`` returns, from any kernel.

        Returns:
            The job's id, the trained model, and its ``History``.

        Raises:
            JobNotFound: there is no such job.
            JobCanceled: it ended CANCELED; has the reason and the remote traceback. It is also of
                the kind that the training raised, if that is known in this kernel.
        """
        from aibro.kernel.results import read_result

        __tracebackhide__ = True
        store = _open_store()
        if store.jobs.get(job_id).status not in ENDED:
            follow(store, job_id)
        return read_result(store, job_id)

    @of_a_job
    def logs(job_id: str) -> str:
        """What the training printed so far (standard output and error).

        Raises:
            JobNotFound: there is no such job.
        """
        store = _open_store()
        store.jobs.get(job_id)
        try:
            return store.log_file(job_id).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    @of_a_job
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
        from aibro.store.saved_logs import tensorboard_logs

        source = tensorboard_logs(_open_store(), job_id)
        folder = check_folder("directory", directory)
        if folder is None:
            raise BadFolder("directory must be a path.", "directory")
        target = Path(folder) / "logs" / job_id
        if target.resolve() != source.resolve():
            shutil.copytree(source, target, dirs_exist_ok=True)
        return str(target)

    # --- jobs and their timelines as outputs of a cell --------------------------------------------

    @of_a_job
    def show(job_id: str) -> None:
        """Show a job's card: what it does, how far it is, and how it ended.

        In JupyterLab it stays live until the job ends; elsewhere it says how things stand now.

        Raises:
            JobNotFound: there is no such job.
        """
        from aibro.display.job_card import job_bundle
        from aibro.display.output import display_bundle

        display_bundle(job_bundle(_open_store().history.card(job_id)))

    @of_a_job
    def plot_timeline(job_id: str, char_type: str | None = None) -> None:
        """Draw where a job's time went; can be called anytime, also while it runs.

        Args:
            job_id: the job.
            char_type: ``"pie"`` for a pie chart; anything else is a funnel chart.

        Raises:
            JobNotFound: there is no such job.

        Example:
            As a pie::

                aibro.Job.plot_timeline(job_id, char_type="pie")
        """
        from aibro.display.advice import advised
        from aibro.display.output import display_bundle
        from aibro.display.timeline import timeline_bundle

        store = _open_store()
        chart = ChartType.PIE if char_type == ChartType.PIE.value else ChartType.FUNNEL
        display_bundle(timeline_bundle(advised(store, store.history.timeline(job_id, chart))))

    @of_a_job
    def compare_timelines(job_a: str, job_b: str) -> None:
        """Show where the time of two jobs went, side by side, and what the second one saved.

        Args:
            job_a: the job to start from, such as the first on a new instance.
            job_b: the job to compare with it, such as the next one, or a replay.

        Raises:
            JobNotFound: there is no such job.
        """
        from aibro.display.output import display_bundle
        from aibro.display.timeline_diff import compare_timelines, diff_bundle

        timeline = _open_store().history.timeline
        display_bundle(diff_bundle(compare_timelines(timeline(job_a), timeline(job_b))))

    # --- recorded jobs: run again, looked into, passed on -----------------------------------------

    @of_a_job
    def replay_job(
        job_id: str,
        description: str = "",
        directory_to_save_ckpt: str | None = ".",
        directory_to_save_log: str | None = ".",
        wait_request_s: float = 10000,
        *,
        from_epoch: int = 0,
        trust: bool = False,
    ) -> Verdict:
        """Run a recorded job again and say whether it came out the same.

        What differs from where it was recorded is printed first.

        Args:
            job_id: the recorded job's id.
            description: the issue; more details help to diagnose it.
            directory_to_save_ckpt: gets ``checkpoints/<new job id>/epoch-0001.keras`` and so on;
                ``None`` saves none.
            directory_to_save_log: gets ``logs/<new job id>/`` with TensorBoard's event files;
                ``None`` saves none.
            wait_request_s: as in `Training.online_fit`.
            from_epoch: begin after this epoch (from 1) of the recorded job, with its weights, its
                optimizer and its random and shuffle state; 0 is where it began. The job has to be
                recorded with ``directory_to_save_ckpt``.
            trust: let the code of a recording that came in a report run, now and from now on.

        Returns:
            A record with the replay's ``job_id``, the ``verdict``, and its evidence; also when the
            replay fails as the recorded job did.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: it was not recorded, or some of it is missing or damaged.
            BadInput: there is no such epoch to begin after.
            BadFolder: a folder does not exist or cannot be written into.
            CannotReplay: nothing here can run it, or not from that epoch on; says what to do.
            NotTrusted: it came in a report and holds code.
            KeyboardInterrupt: the cell was interrupted; the replay goes on.

        Example:
            Only what came after epoch 3, which is quicker than all of it::

                verdict = aibro.Job.replay_job(job_id, "accuracy jumps at epoch 4?", from_epoch=3)
                print(verdict.sentence)
        """
        called_at = time.time()
        from aibro.kernel.replays import replay

        return replay(
            _open_store(),
            job_id,
            description=description,
            directory_to_save_ckpt=directory_to_save_ckpt,
            directory_to_save_log=directory_to_save_log,
            wait_request_s=wait_request_s,
            from_epoch=from_epoch,
            trust=trust,
            called_at=called_at,
        )

    @of_a_job
    def verdict(job_id: str) -> Verdict:
        """Whether a replay reproduced its recorded job, with the evidence.

        Raises:
            JobNotFound: there is no such job.
            NotFound: it is not a replay.
            JobNotEnded: it still runs.
        """
        from aibro.replay.judging import verdict_of

        return verdict_of(_open_store(), job_id)

    @of_a_job
    def recording(job_id: str) -> Recording:
        """What is kept of a recorded job, and what a replay of it would be here and now.

        Returns:
            A record with its ``parts`` and ``size_bytes``, ``parameters``, ``epochs``,
            ``batch_size``, ``seed``, ``fit_arguments``, ``environment``, the ``differences`` here,
            the ``start_epochs`` and more.

        Raises:
            JobNotFound: there is no such job.
            JobNotRecorded: it was not recorded, or some of it is missing or damaged.
            JobNotEnded: it still runs.
        """
        from aibro.replay.facts import recording

        return recording(_open_store(), job_id)

    @of_a_job
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
        from aibro.upkeep.deletion import delete_recording

        return delete_recording(_open_store(), job_id)

    @of_a_job
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
            JobNotRecorded: it was not recorded, or some of it is missing or damaged.
            JobNotEnded: it still runs.
            BadFolder: the folder does not exist or cannot be written into.
            BadInput: something else has that name.
            DiskFull: no space is left; nothing is left behind.
        """
        from aibro.kernel.reports import report_job

        return report_job(_open_store(), job_id, path)

    @staticmethod
    def import_report(path: str | PathLike[str]) -> JobRecord:
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

        Example:
            What somebody sent, run again here::

                job = aibro.Job.import_report("aibro-report-0f3b2c4d5e6a.zip")
                aibro.Job.replay_job(job.job_id, trust=True)
        """
        from aibro.kernel.reports import import_job

        return import_job(_open_store(), path)


def _jobs(store: Store, wanted: JobFilter, search: str, at_once: int) -> Iterator[JobRecord]:
    """Jobs, newest first, read in pages of at most ``at_once``."""
    cursor: str | None = None
    while True:
        page = store.jobs.page(
            filter_=wanted, search=search, cursor=cursor, limit=min(MAX_PAGE, at_once)
        )
        yield from page.jobs
        cursor = page.next_cursor
        if cursor is None:
            return


def _open_store() -> Store:
    """The store, with the jobs of dead runners ended."""
    store = Store()
    reap(store)
    return store
