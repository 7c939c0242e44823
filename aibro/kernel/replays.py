"""Replaying recorded jobs, and what came of it."""

from __future__ import annotations

import time

from aibro.checks import check_description, check_flag, check_folder, check_seconds
from aibro.kernel.opening import open_store
from aibro.kernel.progress import follow
from aibro.kernel.telling import tell_differences, tell_verdict
from aibro.models import Verdict
from aibro.replay.judging import verdict_of
from aibro.replay.recorded import check_replayable
from aibro.replay.start import start_replay


class Replays:
    """Running recorded jobs again."""

    @staticmethod
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
            JobNotRecorded: it was not recorded.
            BadInput: there is no such epoch to begin after.
            BadFolder: a folder does not exist or cannot be written into.
            CannotReplay: nothing here can run it, or not from that epoch on; says what to do.
            NotTrusted: it came in a report and holds code.
            KeyboardInterrupt: the cell was interrupted; the replay goes on.
        """
        called_at = time.time()
        store = open_store()
        check_replayable(store, job_id)
        replay = start_replay(
            store,
            job_id,
            description=check_description(description),
            directory_to_save_ckpt=check_folder("directory_to_save_ckpt", directory_to_save_ckpt),
            directory_to_save_log=check_folder("directory_to_save_log", directory_to_save_log),
            wait_request_s=check_seconds("wait_request_s", wait_request_s),
            called_at=called_at,
            from_epoch=from_epoch,
            trust=check_flag("trust", trust),
            tell=tell_differences,
        )
        follow(store, replay.job_id)
        verdict = Replays.verdict(replay.job_id)
        tell_verdict(verdict)
        return verdict

    @staticmethod
    def verdict(job_id: str) -> Verdict:
        """Whether a replay reproduced its recorded job, with the evidence.

        Raises:
            JobNotFound: there is no such job.
            NotFound: it is not a replay.
            JobNotEnded: it still runs.
        """
        return verdict_of(open_store(), job_id)
