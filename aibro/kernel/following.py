"""Looking at jobs, waiting for them, canceling them."""

from __future__ import annotations

from aibro.checks import check_count
from aibro.errors import BadInput
from aibro.kernel.opening import open_store
from aibro.kernel.progress import follow
from aibro.models import Job, JobFilter
from aibro.store.job_listing import MAX_PAGE


class Following:
    """What jobs do now."""

    @staticmethod
    def status(job_id: str) -> Job:
        """A job as it is now.

        Returns:
            A record with ``status``, ``substatus``, ``reason``, ``description``, ``machine_id``,
            ``instance_id``, ``epoch``, ``epochs``, ``recorded``, ``replay_of``, ``created_at``,
            ``ended_at`` (seconds since the epoch) and more.

        Raises:
            JobNotFound: there is no such job.
        """
        store = open_store()
        return store.jobs.get(job_id)

    @staticmethod
    def list(
        filter: str = "all",  # noqa: A002 - the word people expect
        search: str = "",
        limit: int = 1000,
    ) -> list[Job]:
        """Jobs, newest first.

        Args:
            filter: ``all``, ``active``, ``completed``, ``canceled`` or ``recorded``.
            search: text that the description or the id contains.
            limit: how many at most.

        Raises:
            BadInput: there is no such filter, or another argument is of the wrong kind.
        """
        store = open_store()
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
        found: list[Job] = []
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
    def wait(job_id: str) -> Job:
        """Show a job's progress until it is over.

        Returns:
            Its last record, COMPLETED or CANCELED.

        Raises:
            JobNotFound: there is no such job.
            KeyboardInterrupt: the cell was interrupted; the job goes on.
        """
        store = open_store()
        store.jobs.get(job_id)
        return follow(store, job_id)

    @staticmethod
    def cancel(job_id: str) -> Job:
        """Ask for a job to be canceled; it is within moments.

        Raises:
            JobNotFound: there is no such job.
            JobEnded: it is over already.
        """
        store = open_store()
        return store.request_cancel(job_id)
