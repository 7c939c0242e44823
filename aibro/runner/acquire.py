"""Gets a new job its instance: first a slot, then a cooling instance or a new one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from aibro.engines import engine
from aibro.engines.base import InstanceLost, Launch, Link, NoInstance
from aibro.errors import UnknownMachine
from aibro.home import read_settings
from aibro.machine_spec import MachineSpec
from aibro.machines.known import find_machine
from aibro.models import PeriodName, ReasonKind, Wait, WaitSetting
from aibro.runner.environment_key import environment_key
from aibro.runner.limit_wait import LimitWait
from aibro.runner.watch import Stop, Watch
from aibro.store import Store, Submission


def wait_for_slot(store: Store, job_id: str, limit_wait: LimitWait) -> None:
    """Wait until the job is granted a slot.

    It is when fewer jobs are active than the settings allow and no earlier job waits.

    Raises:
        Stop: the job was canceled, or the wait took too long.
    """
    most = read_settings(store.home).max_active_jobs
    while not (slots := store.admission.take_slot(job_id, most)).granted:
        state = f"a free slot: {slots.active} of {most} jobs are active"
        if slots.ahead:
            state += f", {slots.ahead} waiting before this one"
        limit_wait.wait(
            Wait(setting=WaitSetting.MAX_ACTIVE_JOBS, machine_id=None), state, ahead=slots.ahead
        )
    store.lifecycle.note(job_id, "")


class Acquired(NamedTuple):
    """An instance that belongs to the job now."""

    instance_id: str
    link: Link
    reused: bool
    """True when it was cooling, false when it is new."""
    began: float
    """When it was claimed or its launch began, in seconds since the Unix epoch."""
    machine: MachineSpec


class Acquirer:
    """Gets one job its instance.

    Args:
        deterministic: the job is recorded or a replay, so it needs a deterministic worker.
        watch: notices cancel requests.
        limit_wait: waits while a limit is reached.
    """

    def __init__(
        self,
        store: Store,
        job_id: str,
        submission: Submission,
        deterministic: bool,
        watch: Watch,
        limit_wait: LimitWait,
    ) -> None:
        self._store = store
        self._job_id = job_id
        self._submission = submission
        self._deterministic = deterministic
        self._watch = watch
        self._limit_wait = limit_wait
        self._most = read_settings(store.home).max_active_instances
        self._key = environment_key(submission, deterministic)
        self._left_out: dict[str, str] = {}
        self._asked = ""
        self._state = ""

    def acquire(self, lost: Sequence[str] = ()) -> Acquired:
        """Get an instance that is starting or was cooling, with a link to it.

        Asks for the machines of the submission one after another.

        Args:
            lost: the machines that were taken away from the job, by the names their engines use.

        Raises:
            Stop: the job was canceled, or none of its machines was granted within
                ``wait_request_s`` seconds each.
            UnknownMachine: machines.toml does not describe one of the machines any more.
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
            # After a loss, wait for capacity that the cluster lacks now, as it may come back. But
            # do so only for the last machine on the list, so that the others are tried first.
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
        """Do not request this machine again, because instances fail to start on it.

        Args:
            reason: what went wrong, shown if no other machine is granted either.
        """
        self._left_out[machine.machine_id] = reason
        self._store.requests.add(machine.machine_id, "failed", 0.0)

    def _on(self, machine: MachineSpec, lost: Sequence[str], patient: bool) -> Acquired:
        wait_s = self._submission.wait_request_s
        deadline = _Deadline(wait_s)
        self._asked = machine.machine_id
        try:
            while True:
                self._watch.check()
                if acquired := self._claim(machine):
                    return acquired
                instance_id = self._store.instances.new_id()
                reached = self._store.admission.reserve(
                    self._job_id, machine, self._key, self._most, instance_id
                )
                if reached is None:
                    launch = self._launch(instance_id, lost, patient)
                    if acquired := self._request(machine, launch, deadline):
                        return acquired
                    continue
                setting, where = (
                    (WaitSetting.MAX_ACTIVE_INSTANCES, "")
                    if reached.kind == "instances"
                    else (WaitSetting.CAPACITY, f" of {machine.machine_id}")
                )
                if deadline.is_over():
                    raise NoInstance(
                        f"no instance within {wait_s:g} s (wait_request_s), "
                        f"all {reached.most} ({setting}) were in use"
                    )
                self._limit_wait.wait(
                    Wait(setting=setting, machine_id=machine.machine_id),
                    f"a free instance{where}: {reached.most} of {reached.most} are in use",
                    deadline.at,
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
            link = engine(machine.engine).join(self._launch(instance_id), handle)
        except InstanceLost:
            self.give_back(instance_id)
            return self._claim(machine)
        return Acquired(instance_id, link, reused=True, began=began, machine=machine)

    def give_back(self, instance_id: str) -> None:
        """End what is left of an instance that does not answer.

        Its job goes back to REQUESTING SERVER.
        """
        owned = self._store.instances.owned(instance_id)
        self._store.admission.give_up_instance(self._job_id)
        folder = self._store.instance_folder(instance_id)
        engine(owned.engine).reap(folder, owned.handle)
        self._store.lifecycle.closed(instance_id)

    def _launch(self, instance_id: str, lost: Sequence[str] = (), patient: bool = False) -> Launch:
        return Launch(
            instance_id=instance_id,
            folder=self._store.instance_folder(instance_id),
            interpreter=self._submission.interpreter,
            backend=self._submission.backend,
            deterministic=self._deterministic,
            variables=self._submission.variables,
            wait_for_capacity=patient,
            avoid=[node for node in lost if node],
        )

    def _request(
        self, machine: MachineSpec, launch: Launch, deadline: _Deadline
    ) -> Acquired | None:
        """Request a new instance; ``None`` when the caller should try again from the beginning.

        That is so when a cooling instance can be claimed instead, or when the limit was lowered.
        """
        store, admission = self._store, self._store.admission
        asked = time.time()
        self._state = ""
        deadline.pause()
        try:
            grant = engine(machine.engine).request(
                machine, launch, self._still_wanted(machine, deadline), self._say, deadline.resume
            )
        except _CoolingOne:
            return None
        except NoInstance as error:
            store.requests.add(machine.machine_id, error.outcome, time.time() - asked)
            raise
        finally:
            deadline.resume()
        store.requests.add(machine.machine_id, "granted", time.time() - asked)
        if not admission.launch(
            self._job_id,
            machine,
            launch.instance_id,
            self._key,
            self._submission.cool_down_period_s,
            self._most,
        ):
            # The limit was lowered in the meantime.
            grant.give_back()
            return None
        if (granted := grant.interval) is not None:
            store.lifecycle.period(
                self._job_id, PeriodName.REQUEST_LAUNCH, granted.start, granted.end
            )
        try:
            link = grant.launch()
        except NoInstance:
            self.give_back(launch.instance_id)
            raise
        admission.set_handle(launch.instance_id, link.handle)
        began = asked if granted is None else granted.end
        return Acquired(launch.instance_id, link, reused=False, began=began, machine=machine)

    def _say(self, state: str) -> None:
        self._state = state
        wait = Wait(setting=None, machine_id=self._asked) if state else None
        self._store.lifecycle.note(self._job_id, state, wait)

    def _still_wanted(self, machine: MachineSpec, deadline: _Deadline) -> Callable[[], None]:
        def check() -> None:
            if self._watch.check() and self._store.admission.can_claim(
                self._job_id, machine.machine_id, self._key
            ):
                raise _CoolingOne
            if deadline.is_over():
                wait_s = self._submission.wait_request_s
                state = f". {self._state}" if self._state else ""
                raise _Late(f"not granted within {wait_s:g} s (wait_request_s){state}")

        return check


class _Deadline:
    """When to stop waiting for a machine. Time during which it is paused does not count.

    It is paused while an engine starts: from the request until the cluster has been asked.

    Args:
        most_s: seconds to wait.

    Attributes:
        at: the deadline, by the monotonic clock.
    """

    def __init__(self, most_s: float) -> None:
        self.at = time.monotonic() + most_s
        self._paused_at: float | None = None

    def pause(self) -> None:
        """Stop counting: time that passes from now on is not spent waiting."""
        self._paused_at = time.monotonic()

    def resume(self) -> None:
        """Count again; does nothing when not paused."""
        if self._paused_at is not None:
            self.at += time.monotonic() - self._paused_at
            self._paused_at = None

    def is_over(self) -> bool:
        """Whether the deadline has passed; never while paused."""
        return self._paused_at is None and time.monotonic() >= self.at


class _CoolingOne(Exception):
    """Ends a request for a machine: a cooling instance of it can be claimed now."""


class _Late(NoInstance):
    """The machine was not granted in time."""

    outcome = "late"
