"""From a new job to a connected instance: a slot, then a cooling instance or a new one."""

from __future__ import annotations

import os
import time

from xxhash import xxh3_64_hexdigest

from aibro.engines import engine
from aibro.engines.base import InstanceLost, Launch, Link, NoInstance
from aibro.home import read_settings
from aibro.machines import find_machine
from aibro.models import Machine, PeriodName, ReasonKind
from aibro.reaper import reap
from aibro.runner.watch import Stop, Watch
from aibro.store import Store, Submission

REAP_S = 2.0
FRAMEWORK_VARIABLES = (
    "TF_", "KERAS_", "XLA_", "JAX_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_",
    "NUMEXPR_", "TORCH_", "PYTHON",
)  # fmt: skip


def wait_for_slot(store: Store, job_id: str, submission: Submission, watch: Watch) -> None:
    """Wait until fewer jobs are active than the settings allow, and those before have begun.

    Raises:
        Stop: canceled, or ``wait_new_job_create_s`` ran out.
    """
    limit = submission.wait_new_job_create_s
    deadline = time.monotonic() + limit if limit > 0 else None
    most = read_settings(store.home).max_active_jobs
    reaped = 0.0
    while True:
        slots = store.lifecycle.take_slot(job_id, most)
        if slots.granted:
            store.lifecycle.note(job_id, "")
            return
        note = f"Waiting for a free slot: {slots.active} of {most} jobs are active"
        if slots.ahead:
            note += f", {slots.ahead} waiting before this one"
        store.lifecycle.note(job_id, note)
        if time.monotonic() - reaped > REAP_S:
            reaped = time.monotonic()
            reap(store)
        if deadline is not None and time.monotonic() >= deadline:
            raise Stop.canceled(
                ReasonKind.NO_SLOT,
                f"no free slot within {limit:g} s: {slots.active} of {most} jobs were active. "
                "Wait longer (wait_new_job_create_s), cancel a job, or raise max_active_jobs in "
                f"{store.home / 'settings.toml'}",
            )
        pause = min(REAP_S, max(submission.wait_new_job_create_interval, 0.05))
        if deadline is not None:
            pause = min(pause, max(0.0, deadline - time.monotonic()))
        watch.wait(pause)


class Acquirer:
    """Gets one job its instance.

    Args:
        deterministic: the job is recorded, or replays one: its worker has to be started for that.
    """

    def __init__(
        self, store: Store, job_id: str, submission: Submission, deterministic: bool, watch: Watch
    ) -> None:
        self._store = store
        self._job_id = job_id
        self._submission = submission
        self._deterministic = deterministic
        self._watch = watch
        self._most = read_settings(store.home).max_active_instances
        self._key = environment_key(submission, deterministic)

    def acquire(self) -> tuple[str, Link]:
        """The id of an instance that is starting or was cooling, and a link to it.

        Raises:
            Stop: canceled, or no machine could be had in ``wait_request_s`` seconds each.
        """
        tried: list[str] = []
        for machine_id in self._submission.machine_ids:
            machine = find_machine(self._store, machine_id)
            try:
                return self._on(machine)
            except NoInstance as error:
                tried.append(f"{machine_id}: {error}")
        raise Stop.canceled(ReasonKind.NO_INSTANCE, "no instance could be had. " + "; ".join(tried))

    def _on(self, machine: Machine) -> tuple[str, Link]:
        wait_s = self._submission.wait_request_s
        deadline = time.monotonic() + wait_s
        cool_s = self._submission.cool_down_period_s
        lifecycle = self._store.lifecycle
        while True:
            self._watch.check()
            claimed = lifecycle.claim(self._job_id, machine.machine_id, self._key, cool_s)
            if claimed is not None:
                link = self._join(machine, claimed)
                if link is not None:
                    return claimed, link
                continue
            link = self._launch(machine)
            if link is not None:
                return link
            lifecycle.note(
                self._job_id,
                f"Waiting for an instance: {self._most} of {self._most} are in use",
            )
            reap(self._store)
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoInstance(f"no instance within {wait_s:g} s, all {self._most} were in use")
            self._watch.wait(min(1.0, left))

    def _plan(self, instance_id: str) -> Launch:
        return Launch(
            instance_id=instance_id,
            folder=self._store.instance_folder(instance_id),
            interpreter=self._submission.interpreter,
            backend=self._submission.backend,
            deterministic=self._deterministic,
        )

    def _join(self, machine: Machine, instance_id: str) -> Link | None:
        handle = self._store.instances.owned(instance_id).handle
        try:
            return engine(machine.engine).join(self._plan(instance_id), handle)
        except InstanceLost:
            engine(machine.engine).reap(self._store.instance_folder(instance_id), handle)
            self._store.lifecycle.give_up_instance(self._job_id)
            self._store.lifecycle.closed(instance_id)
            return None

    def _launch(self, machine: Machine) -> tuple[str, Link] | None:
        store = self._store
        plan = self._plan(store.instances.new_id())
        granted = engine(machine.engine).request(machine, plan, self._stop)
        if not store.lifecycle.launch(
            self._job_id,
            machine,
            plan.instance_id,
            self._key,
            self._submission.cool_down_period_s,
            self._most,
        ):
            return None
        if granted is not None:
            store.lifecycle.period(
                self._job_id, PeriodName.REQUEST_LAUNCH, granted.start, granted.end
            )
        try:
            link = engine(machine.engine).launch(machine, plan)
        except NoInstance:
            store.lifecycle.give_up_instance(self._job_id)
            store.lifecycle.closed(plan.instance_id)
            raise
        store.lifecycle.set_handle(plan.instance_id, link.handle)
        return plan.instance_id, link

    def _stop(self) -> None:
        self._watch.check()


def environment_key(submission: Submission, deterministic: bool) -> str:
    """What has to be equal for a job to run on a worker that another job started.

    The interpreter, the back end, determinism, and the variables that frameworks read at import.
    """
    variables = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith(FRAMEWORK_VARIABLES)
    )
    return xxh3_64_hexdigest(
        "\0".join(
            [submission.interpreter, submission.backend, str(deterministic), *variables]
        ).encode()
    )
