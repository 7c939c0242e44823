"""Jobs and their timelines as outputs of a notebook."""

from __future__ import annotations

from aibro.advice import advised
from aibro.display.job_card import job_bundle
from aibro.display.output import display_bundle
from aibro.display.timeline import timeline_bundle
from aibro.display.timeline_diff import compare_timelines, diff_bundle
from aibro.kernel.opening import open_store
from aibro.models import ChartType


class Pictures:
    """What a notebook shows of jobs."""

    @staticmethod
    def show(job_id: str) -> None:
        """Show a job's card: what it does, how far it is, and how it ended.

        In JupyterLab it stays live until the job ends; elsewhere it says how things stand now.

        Raises:
            JobNotFound: there is no such job.
        """
        display_bundle(job_bundle(open_store().history.card(job_id)))

    @staticmethod
    def plot_timeline(job_id: str, char_type: str | None = None) -> None:
        """Draw where a job's time went; can be called anytime, also while it runs.

        Args:
            job_id: the job.
            char_type: ``"pie"`` for a pie chart; anything else is a funnel chart.

        Raises:
            JobNotFound: there is no such job.
        """
        store = open_store()
        chart = ChartType.PIE if char_type == ChartType.PIE.value else ChartType.FUNNEL
        display_bundle(timeline_bundle(advised(store, store.history.timeline(job_id, chart))))

    @staticmethod
    def compare_timelines(job_a: str, job_b: str) -> None:
        """Show where the time of two jobs went, side by side, and what the second one saved.

        Args:
            job_a: the job to start from, such as the first on a new instance.
            job_b: the job to compare with it, such as the next one, or a replay.

        Raises:
            JobNotFound: there is no such job.
        """
        timeline = open_store().history.timeline
        display_bundle(diff_bundle(compare_timelines(timeline(job_a), timeline(job_b))))
