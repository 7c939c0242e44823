"""From a queued job to a trained model, in as many attempts as it takes.

An attempt is the job on one instance. Another one begins when the machine was taken away, and goes
on from what is stored at home. A machine on which nothing starts, or a cooling instance that turns
out to be lost, costs no attempt: another instance is asked for.
"""

from __future__ import annotations

import logging

from aibro.engines.base import InstanceLost, LaunchFailed, Preempted
from aibro.engines.child import last_words
from aibro.home import read_settings
from aibro.models import ReasonKind
from aibro.runner.acquire import Acquired, Acquirer, wait_for_slot
from aibro.runner.instance import HeldInstance
from aibro.runner.limit_wait import LimitWait
from aibro.runner.resume import Resume
from aibro.runner.training import Training
from aibro.runner.watch import Stop, Watch
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.plan import decode_plan

log = logging.getLogger("aibro.runner")

MAX_JOINS = 3
"""How many cooling instances may be lost while they are claimed before the job gives up."""


class Attempts:
    """One job's attempts.

    Args:
        store: the store.
        job_id: the job.
        instance: gets the link to each instance in turn.
        resume: what one attempt leaves for the next.
    """

    def __init__(self, store: Store, job_id: str, instance: HeldInstance, resume: Resume) -> None:
        self._store = store
        self._job_id = job_id
        self._instance = instance
        self._resume = resume
        self._submission = store.jobs.submission(job_id)
        self._watch = Watch(store, job_id)

    def run(self) -> Ending:
        """Wait for the job's turn, get an instance and train on it.

        Returns:
            The ending COMPLETED.

        Raises:
            Stop: the job shall not go on, or training failed.
            InstanceLost: the instance is gone, and no other attempt is allowed.
            UnknownMachine: machines.toml does not describe the machine any more.
        """
        limit_wait = LimitWait(self._store, self._job_id, self._submission, self._watch)
        wait_for_slot(self._store, self._job_id, limit_wait)
        job = self._store.jobs.get(self._job_id)
        deterministic = job.recorded or job.replay_of is not None
        acquirer = Acquirer(
            self._store, self._job_id, self._submission, deterministic, self._watch, limit_wait
        )
        most_restarts = read_settings(self._store.home).max_restarts
        joins = 0
        lost: list[str] = []
        while True:
            acquired = acquirer.acquire(lost)
            self._instance.link = acquired.link
            training = Training(
                self._store,
                job,
                self._submission,
                acquired,
                self._watch,
                deterministic,
                self._resume,
            )
            try:
                if self._connected(acquirer, acquired, training):
                    return training.run()
                joins += acquired.reused
                if joins == MAX_JOINS:
                    raise Stop.canceled(
                        ReasonKind.NO_INSTANCE,
                        f"{MAX_JOINS} cooling instances were lost while they were claimed",
                    )
            except Preempted as error:
                if len(lost) >= most_restarts:
                    raise InstanceLost(_too_often(error, len(lost))) from error
                lost.append(error.node)
                self._restart(acquired.instance_id, error)

    def _connected(self, acquirer: Acquirer, acquired: Acquired, training: Training) -> bool:
        """Wait for the instance; false when another one has to be asked for.

        Raises:
            Preempted: its machine was taken away meanwhile.
            Stop: it did not start.
        """
        try:
            training.connect()
        except LaunchFailed as error:
            acquirer.leave_out(acquired.machine, str(error))
        except InstanceLost as error:
            if not acquired.reused:
                if isinstance(error, Preempted):
                    raise
                raise self._not_started(acquired, error) from error
        else:
            return True
        self._instance.release_link()
        acquirer.give_back(acquired.instance_id)
        return False

    def _restart(self, instance_id: str, error: Preempted) -> None:
        """The machine was taken away: another attempt goes on from what is at home."""
        log.warning("the machine was lost: %s", error)
        self._instance.release_link()
        text = self._store.jobs.plan(self._job_id)
        plan = decode_plan(text) if text is not None else None
        self._store.lifecycle.restart(self._job_id, self._resume.find(plan), str(error))
        self._store.lifecycle.closed(instance_id)

    def _not_started(self, acquired: Acquired, error: InstanceLost) -> Stop:
        said = last_words(self._store.instance_folder(acquired.instance_id))
        return Stop.canceled(
            ReasonKind.NO_INSTANCE,
            f"the instance did not start: {error}" + (f". It said: {said}" if said else ""),
        )


def _too_often(error: Preempted, restarts: int) -> str:
    if restarts == 0:
        return f"{error}, and max_restarts in settings.toml allows no other attempt"
    times = "once" if restarts == 1 else f"{restarts} times"
    return f"{error}, after the job had asked anew {times} (max_restarts in settings.toml)"
