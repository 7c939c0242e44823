"""From a new job to a connected instance: a slot, then a cooling instance or a new one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from xxhash import xxh3_64_hexdigest

from aibro.engines import engine
from aibro.engines.base import InstanceLost, Launch, Link, NoInstance
from aibro.errors import UnknownMachine
from aibro.home import read_settings
from aibro.machines.known import find_machine
from aibro.machines.spec import MachineSpec
from aibro.models import PeriodName, ReasonKind
from aibro.runner.patience import Patience
from aibro.runner.watch import Stop, Watch
from aibro.store import Store, Submission
from aibro.trainings import training_kind
from aibro.trainings.variables import (
    FRAMEWORK_VARIABLES,
    LOG_VARIABLES,
    THREAD_VARIABLES,
    usable_cpus,
)


def wait_for_slot(store: Store, job_id: str, patience: Patience) -> None:
    """Wait until fewer jobs are active than the settings allow, and those before have begun.

    Raises:
        Stop: canceled, or the wait took too long.
    """
    most = read_settings(store.home).max_active_jobs
    while not (slots := store.admission.take_slot(job_id, most)).granted:
        state = f"a free slot: {slots.active} of {most} jobs are active"
        if slots.ahead:
            state += f", {slots.ahead} waiting before this one"
        patience.wait("max_active_jobs", state, ahead=slots.ahead)
    store.lifecycle.note(job_id, "")


class Acquired(NamedTuple):
    """An instance that belongs to the job now."""

    instance_id: str
    link: Link
    reused: bool
    """It was cooling; a new one otherwise."""
    began: float
    """When it was claimed, or its launch began."""
    machine: MachineSpec


class Acquirer:
    """Gets one job its instance.

    Args:
        deterministic: the job is recorded, or replays one: its worker has to be started for that.
    """

    def __init__(
        self,
        store: Store,
        job_id: str,
        submission: Submission,
        deterministic: bool,
        watch: Watch,
        patience: Patience,
    ) -> None:
        self._store = store
        self._job_id = job_id
        self._submission = submission
        self._deterministic = deterministic
        self._watch = watch
        self._patience = patience
        self._most = read_settings(store.home).max_active_instances
        self._key = environment_key(submission, deterministic)
        self._left_out: dict[str, str] = {}
        self._state = ""

    def acquire(self, lost: Sequence[str] = ()) -> Acquired:
        """Get an instance that is starting or was cooling, with a link to it.

        Args:
            lost: the machines of the job that were taken away, by what their engines call them.

        Raises:
            Stop: canceled, or no machine could be had in ``wait_request_s`` seconds each.
            UnknownMachine: there is no such machine any more.
        """
        tried: list[str] = []
        for machine_id in self._submission.machine_ids:
            if machine_id in self._left_out:
                tried.append(f"{machine_id}: {self._left_out[machine_id]}")
                continue
            try:
                machine = find_machine(self._store.home, machine_id)
            except UnknownMachine:
                if not lost:
                    raise
                tried.append(f"{machine_id}: it is not described in machines.toml any more")
                continue
            # Only the last of the list is worth waiting for when it is not there now.
            patient = bool(lost) and machine_id == self._submission.machine_ids[-1]
            try:
                return self._on(machine, lost, patient)
            except NoInstance as error:
                tried.append(f"{machine_id}: {error}")
        what = "no instance could be had"
        if lost:
            epoch = self._store.jobs.get(self._job_id).epoch
            what = f"its machine was taken away after {epoch} epochs, and no other could be had"
        raise Stop.canceled(ReasonKind.NO_INSTANCE, f"{what}. " + "; ".join(tried))

    def leave_out(self, machine: MachineSpec, reason: str) -> None:
        """Nothing starts on this machine: from now on only the others are asked."""
        self._left_out[machine.machine_id] = reason
        self._store.requests.add(machine.machine_id, "failed", 0.0)

    def _on(self, machine: MachineSpec, lost: Sequence[str], patient: bool) -> Acquired:
        wait_s = self._submission.wait_request_s
        deadline = time.monotonic() + wait_s
        try:
            while True:
                self._watch.check()
                if acquired := self._claim(machine):
                    return acquired
                reached = self._store.admission.reserve(
                    self._job_id, machine, self._key, self._most
                )
                if reached is None:
                    if acquired := self._launch(machine, deadline, lost, patient):
                        return acquired
                    continue
                setting, where = (
                    ("max_active_instances", "")
                    if reached.kind == "instances"
                    else ("capacity", f" of {machine.machine_id}")
                )
                if time.monotonic() >= deadline:
                    raise NoInstance(
                        f"no instance within {wait_s:g} s (wait_request_s), "
                        f"all {reached.most} ({setting}) were in use"
                    )
                self._patience.wait(
                    setting,
                    f"a free instance{where}: {reached.most} of {reached.most} are in use",
                    deadline,
                    reached.ahead,
                )
        finally:
            self._store.admission.withdraw(self._job_id)

    def _claim(self, machine: MachineSpec) -> Acquired | None:
        began = time.time()
        instance_id = self._store.admission.claim(
            self._job_id, machine.machine_id, self._key, self._submission.cool_down_period_s
        )
        if instance_id is None:
            return None
        handle = self._store.instances.owned(instance_id).handle
        try:
            link = engine(machine.engine).join(self._plan(instance_id), handle)
        except InstanceLost:
            self.give_back(instance_id)
            return self._claim(machine)
        return Acquired(instance_id, link, reused=True, began=began, machine=machine)

    def give_back(self, instance_id: str) -> None:
        """The instance does not answer: end what is left of it, the job is back to requesting."""
        owned = self._store.instances.owned(instance_id)
        self._store.admission.give_up_instance(self._job_id)
        folder = self._store.instance_folder(instance_id)
        engine(owned.engine).reap(folder, owned.handle)
        self._store.lifecycle.closed(instance_id)

    def _plan(self, instance_id: str, lost: Sequence[str] = (), patient: bool = False) -> Launch:
        return Launch(
            instance_id=instance_id,
            folder=self._store.instance_folder(instance_id),
            interpreter=self._submission.interpreter,
            backend=self._submission.backend,
            deterministic=self._deterministic,
            variables=self._submission.variables,
            again=patient,
            avoid=[node for node in lost if node],
        )

    def _launch(
        self, machine: MachineSpec, deadline: float, lost: Sequence[str], patient: bool
    ) -> Acquired | None:
        """Ask for a new instance; ``None`` when one that cools can be had instead."""
        store, admission = self._store, self._store.admission
        plan = self._plan(store.instances.new_id(), lost, patient)
        asked = time.time()
        self._state = ""
        try:
            grant = engine(machine.engine).request(
                machine, plan, self._still_wanted(machine, deadline), self._say
            )
        except _CoolingOne:
            return None
        except NoInstance as error:
            store.requests.add(machine.machine_id, error.outcome, time.time() - asked)
            raise
        store.requests.add(machine.machine_id, "granted", time.time() - asked)
        if not admission.launch(
            self._job_id,
            machine,
            plan.instance_id,
            self._key,
            self._submission.cool_down_period_s,
            self._most,
        ):
            # The limit was lowered meanwhile.
            grant.give_back()
            return None
        if (granted := grant.interval) is not None:
            store.lifecycle.period(
                self._job_id, PeriodName.REQUEST_LAUNCH, granted.start, granted.end
            )
        try:
            link = grant.launch()
        except NoInstance:
            self.give_back(plan.instance_id)
            raise
        admission.set_handle(plan.instance_id, link.handle)
        began = asked if granted is None else granted.end
        return Acquired(plan.instance_id, link, reused=False, began=began, machine=machine)

    def _say(self, state: str) -> None:
        self._state = state
        self._store.lifecycle.note(self._job_id, state)

    def _still_wanted(self, machine: MachineSpec, deadline: float) -> Callable[[], None]:
        def check() -> None:
            if self._watch.check() and self._store.admission.can_claim(
                self._job_id, machine.machine_id, self._key
            ):
                raise _CoolingOne
            if time.monotonic() > deadline:
                wait_s = self._submission.wait_request_s
                state = f". {self._state}" if self._state else ""
                raise _Late(f"not granted within {wait_s:g} s (wait_request_s){state}")

        return check


class _CoolingOne(Exception):
    """An instance of the machine that is asked for cools now."""


class _Late(NoInstance):
    """The machine was not granted in time."""

    outcome = "late"


def environment_key(submission: Submission, deterministic: bool) -> str:
    """What has to be equal for a job to run on a worker that another job started.

    The kind of training, the interpreter, the back end, determinism, and the variables that
    frameworks read at import.
    """
    given = {**os.environ, **submission.variables, "KERAS_BACKEND": submission.backend}
    variables = {name: value for name, value in given.items() if value is not None}
    if deterministic:
        # As the worker sets them itself: a replay that is told the same numbers fits.
        variables |= training_kind(submission.kind).thread_variables(
            submission.backend, usable_cpus(), variables
        )
    read = sorted(
        f"{name}={value}"
        for name, value in variables.items()
        if (name.startswith(FRAMEWORK_VARIABLES) or name in THREAD_VARIABLES)
        and not name.startswith(LOG_VARIABLES)
    )
    told = [submission.kind, submission.interpreter, submission.backend, str(deterministic)]
    return xxh3_64_hexdigest("\0".join([*told, *read]).encode())
