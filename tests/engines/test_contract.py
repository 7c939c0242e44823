"""What every engine keeps to, whatever its instances are.

An engine joins in by an entry in `ENGINES`; its instances run the worker of `tests.light_worker`.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import psutil
import pytest

import aibro.runner.acquire
from aibro.engines import engine
from aibro.engines.base import Engine, Grant, Handle, InstanceLost, Launch, Link, NoInstance
from aibro.engines.entries import WrongValue
from aibro.locks import LivenessLock
from aibro.machine_spec import MachineSpec
from aibro.models import (
    InstanceStatus,
    InstanceSubstatus,
    JobStatus,
    Market,
    PeriodName,
    ReasonKind,
)
from aibro.runner.run import JobRunner
from aibro.runner_process import RUNNER_LOCK
from aibro.store import Store
from aibro.trainings.events import EndedEpoch
from aibro.trainings.plan import TrainingPlan, payload_names
from aibro.worker.protocol import (
    Connected,
    Event,
    Failed,
    FitBegan,
    FitEnded,
    Geared,
    GearUp,
    Loaded,
    Ready,
    ResultReady,
    SetUp,
)
from tests.jobs import PATIENCE_S, Home, processes_of, until
from tests.ray.cluster import RayCluster

E = TypeVar("E", bound=Event)

ENGINES = ["local", "ray"]


def machine(name: str, market: Market, request: pytest.FixtureRequest) -> MachineSpec:
    """A machine of that engine."""
    ending = ".od" if market is Market.ON_DEMAND else ""
    if name == "local":
        return MachineSpec(machine_id=f"local{ending}", engine=name, cpus=1)
    cluster: RayCluster = request.getfixturevalue("ray_cluster")
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for variable, value in cluster.environment.items():
        patch.setenv(variable, value)
    return MachineSpec(machine_id=f"trial{ending}", engine=name, cpus=1, address=cluster.address)


def go_on() -> None:
    """A job that goes on."""


class Fixture(NamedTuple):
    """An engine and what a runner would ask it with."""

    engine: Engine
    home: Home
    machine: MachineSpec
    launch: Launch

    @property
    def payloads(self) -> Path:
        return self.home.store.payload_folder

    def request(self, launch: Launch | None = None) -> Grant:
        """Ask for the machine."""
        return self.engine.request(
            self.machine, launch or self.launch, go_on, lambda _: None, go_on
        )

    def start(self) -> Link:
        """A new instance that answers."""
        link = self.request().launch()
        hear(link, Connected)
        return link

    def set_up(self, link: Link, log: str = "log.txt") -> None:
        """Begin a job on it."""
        folder = self.home.folder
        link.set_up(SetUp(job_id="0" * 12, working_directory=str(folder), log=str(folder / log)))
        hear(link, Ready)
        link.gear_up(GearUp(kind="keras", backend="jax", deterministic=False))

    def train(self, link: Link, fit: str = "epoch(1, loss=0.5)", save: str = "") -> None:
        """Send a job's payloads and let it train."""
        plan = self.home._plan({"fit": fit, "save": save})
        names = payload_names(msgspec.json.decode(plan, type=TrainingPlan))
        link.send(self.payloads, names, go_on)
        link.train(plan)


@pytest.fixture(params=ENGINES)
def on(request: pytest.FixtureRequest, home: Home) -> Iterator[Fixture]:
    """An engine, by its name."""
    instance_id = home.store.instances.new_id()
    folder = home.store.instance_folder(instance_id)
    launch = Launch(
        instance_id=instance_id,
        folder=folder,
        interpreter=home.submission().interpreter,
        backend="jax",
        deterministic=False,
    )
    chosen = engine(request.param)
    yield Fixture(chosen, home, machine(request.param, Market.ON_DEMAND, request), launch)
    chosen.reap(folder, {})
    if request.param == "ray":
        cluster: RayCluster = request.getfixturevalue("ray_cluster")
        until(lambda: not (cluster.actors() or cluster.placement_groups()), "the cluster is empty")


def hear(link: Link, kind: type[E]) -> E:
    """Wait for the instance to say that; what it says before is let go."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        event = link.receive(0.1)
        assert kind is Failed or not isinstance(event, Failed), event
        if isinstance(event, kind):
            return event
    raise AssertionError(f"no {kind.__name__}")


def hear_until(link: Link, kind: type[Event]) -> list[Event]:
    """All that the instance says up to that."""
    events: list[Event] = []
    while not (events and isinstance(events[-1], kind)):
        event = link.receive(PATIENCE_S)
        assert event is not None
        events.append(event)
    return events


def test_a_job_from_launch_to_result(on: Fixture, tmp_path: Path) -> None:
    unwanted = on.request()
    assert unwanted.interval is None
    unwanted.give_back()
    link = on.start()
    on.set_up(link)
    on.train(link, "print('trains'); epoch(1, loss=0.5); epoch(2, loss=0.25)")
    events = hear_until(link, ResultReady)
    order = [type(event) for event in events]
    wanted = [Geared, Loaded, FitBegan, EndedEpoch, EndedEpoch, FitEnded, ResultReady]
    assert [kind for kind in order if kind in wanted] == wanted
    destination = tmp_path / "result"
    fetched = link.fetch(destination, go_on)
    assert fetched.start <= fetched.end
    assert (destination / "model.keras").read_text() == "half of it, the other half"
    assert (on.home.folder / "log.txt").read_text() == "trains\n"
    link.release()
    assert not processes_of(on.home.folder)
    assert not on.launch.folder.exists()


def test_what_a_request_has_reached_is_told_before_it_is_granted(on: Fixture) -> None:
    reached: list[None] = []
    grant = on.engine.request(
        on.machine, on.launch, go_on, lambda _: None, lambda: reached.append(None)
    )
    assert len(reached) == 1
    grant.give_back()


def test_a_look_shows_whether_a_machine_fits(on: Fixture) -> None:
    snapshot = on.engine.look(on.machine.address, PATIENCE_S, go_on)
    assert snapshot.problem is None
    assert on.engine.fits(on.machine, snapshot, 0).obstacle is None
    with pytest.raises(Stopped):
        on.engine.look(on.machine.address, PATIENCE_S, stop)


def test_what_machines_toml_may_say_is_checked_by_the_engine(on: Fixture) -> None:
    for entry in on.engine.describe().values():
        with pytest.raises(WrongValue):
            entry.check(object())


def test_an_instance_takes_one_job_after_the_other(on: Fixture, tmp_path: Path) -> None:
    link = on.start()
    for number in (1, 2):
        on.set_up(link, f"log-{number}.txt")
        on.train(link, f"print('job {number}'); epoch(1, loss={number})")
        events = hear_until(link, ResultReady)
        assert [e.reused for e in events if isinstance(e, Geared)] == [number == 2]
        assert [e.metrics for e in events if isinstance(e, EndedEpoch)] == [{"loss": number}]
        link.fetch(tmp_path / f"result-{number}", go_on)
        assert (on.home.folder / f"log-{number}.txt").read_text() == f"job {number}\n"
    link.release()


def test_a_failure_is_told_and_the_instance_is_well(on: Fixture) -> None:
    link = on.start()
    on.set_up(link)
    on.train(link, "epoch(1, loss=1); raise ValueError('in epoch 2')")
    failed = hear(link, Failed)
    assert (failed.kind, failed.reason) == (ReasonKind.TRAINING_ERROR, "ValueError: in epoch 2")
    failure = failed.failure
    assert (failure.exception, failure.message, failure.epoch) == ("ValueError", "in epoch 2", 2)
    on.set_up(link)
    on.train(link)
    hear(link, ResultReady)
    link.release()


def test_nothing_said_is_none_in_time(on: Fixture) -> None:
    link = on.start()
    began = time.monotonic()
    assert link.receive(0.1) is None
    assert time.monotonic() - began > 0.09
    link.release()


def test_another_runner_takes_over(on: Fixture) -> None:
    keeper = on.start()
    on.set_up(keeper)
    hear(keeper, Geared)
    taker = on.engine.join(on.launch, keeper.handle)
    # Nothing happens before the keeper lets go.
    assert taker.receive(0.2) is None
    keeper.hand_over()
    hear(taker, Connected)
    on.set_up(taker)
    assert hear(taker, Geared).reused
    on.train(taker)
    hear(taker, ResultReady)
    taker.release()
    assert not processes_of(on.home.folder)
    keeper.release()


def test_an_instance_that_dies_is_lost_and_stays_lost(on: Fixture) -> None:
    link = on.start()
    on.set_up(link)
    on.train(link, "epoch(1, loss=1); os.kill(os.getpid(), 9)")
    hear(link, EndedEpoch)
    for _ in range(2):
        with pytest.raises(InstanceLost, match="SIGKILL"):
            hear(link, ResultReady)
    with pytest.raises(InstanceLost):
        on.set_up(link)
    link.release()
    link.release()


def test_joining_what_is_gone(on: Fixture) -> None:
    link = on.start()
    handle: Handle = dict(link.handle)
    link.release()
    with pytest.raises(InstanceLost):
        on.engine.join(on.launch, handle)


@pytest.mark.parametrize("known", [True, False], ids=["by its handle", "by its id alone"])
def test_what_a_dead_runner_left_is_reaped(on: Fixture, known: bool) -> None:
    link = on.start()
    on.set_up(link)
    on.train(link, "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)")
    hear(link, ResultReady)
    for _ in range(2):
        on.engine.reap(on.launch.folder, link.handle if known else {})
        assert not processes_of(on.home.folder)
        assert not on.launch.folder.exists()
    link.release()


def test_an_instance_ends_with_its_runner(on: Fixture) -> None:
    link = on.start()
    on.set_up(link)
    on.train(link, "epoch(1, loss=1); time.sleep(1000)")
    hear(link, EndedEpoch)
    [worker] = processes_of(on.home.folder)
    link._channel.close()  # type: ignore[attr-defined] # as when the runner's process is gone
    until(lambda: not processes_of(on.home.folder), "it is gone")
    until(lambda: _has_ended(worker), "it has ended")
    link.release()


def _has_ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_reaping_leaves_a_process_that_got_the_same_id_alone(on: Fixture) -> None:
    innocent = psutil.Process()
    handle = {"pid": innocent.pid, "started": innocent.create_time() - 100, "port": 1}
    on.engine.reap(on.launch.folder, handle)
    assert innocent.is_running()


def test_an_instance_starts_with_the_environment_it_is_told(
    on: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPROC", "9")
    told = msgspec.structs.replace(
        on.launch, deterministic=True, variables={"OMP_NUM_THREADS": "3", "NPROC": None}
    )
    link = on.request(told).launch()
    hear(link, Connected)
    on.set_up(link)
    names = ("KERAS_BACKEND", "PYTHONHASHSEED", "OMP_NUM_THREADS", "NPROC")
    on.train(link, f"for name in {names}: print(os.environ.get(name))")
    hear(link, ResultReady)
    assert (on.home.folder / "log.txt").read_text().split() == ["jax", "0", "3", "None"]
    link.release()


@pytest.mark.parametrize("on", ["local"], indirect=True)
def test_an_interpreter_that_is_not_there(on: Fixture, tmp_path: Path) -> None:
    launch = msgspec.structs.replace(on.launch, interpreter=str(tmp_path / "python"))
    with pytest.raises(NoInstance, match="cannot be started"):
        on.request(launch).launch()


class Stopped(Exception):
    """The job shall not go on."""


def stop() -> None:
    raise Stopped


def test_a_job_that_shall_not_go_on_stops_what_takes_long(on: Fixture, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        on.engine.request(on.machine, on.launch, stop, lambda _: None, go_on)
    link = on.start()
    with pytest.raises(Stopped):
        link.send(on.payloads, [], stop)
    link.release()
    link = on.start()
    on.set_up(link)
    on.train(link)
    hear(link, ResultReady)
    with pytest.raises(Stopped):
        link.fetch(tmp_path / "result", stop)
    assert not (tmp_path / "result").exists()
    link.release()


def test_a_payload_that_is_gone_is_no_hang(on: Fixture) -> None:
    link = on.start()
    with pytest.raises(FileNotFoundError):
        link.send(on.payloads, ["0" * 32 + "-7.npy"], go_on)
    link.release()


def test_a_stranger_without_the_key_is_not_served(on: Fixture) -> None:
    link = on.start()
    on.set_up(link)
    hear(link, Geared)
    address = ("127.0.0.1", int(link.handle["port"]))
    with (
        socket.create_connection(address) as silent,
        socket.create_connection(address) as wrong,
        socket.create_connection(address) as huge,
    ):
        silent.close()
        wrong.sendall(b"\0\0\0\x20" + b"k" * 32 + b"\0\0\0\1\xc0")
        huge.sendall(b"\xff\xff\xff\xff" + b"x" * 1000)
        taker = on.engine.join(on.launch, link.handle)
        link.hand_over()
        hear(taker, Connected)
        for stranger in (wrong, huge):
            stranger.settimeout(PATIENCE_S)
            # Closed, or reset because what it sent was not even read.
            with contextlib.suppress(ConnectionResetError):
                assert stranger.recv(1) == b""
        taker.release()
    link.release()


@pytest.mark.parametrize(
    ("market", "closing", "closed"),
    [
        (Market.ON_DEMAND, InstanceSubstatus.STOPPING, InstanceSubstatus.STOPPED),
        (Market.SPOT, InstanceSubstatus.TERMINATING, InstanceSubstatus.TERMINATED),
    ],
)
@pytest.mark.parametrize("name", ENGINES)
def test_how_an_instance_ends_depends_on_its_market(
    request: pytest.FixtureRequest,
    home: Home,
    name: str,
    market: Market,
    closing: InstanceSubstatus,
    closed: InstanceSubstatus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = machine(name, market, request)

    def find_machine(home: Path, machine_id: str) -> MachineSpec:
        assert machine_id == wanted.machine_id
        return wanted

    monkeypatch.setattr(aibro.runner.acquire, "find_machine", find_machine)
    job_id = run_here(home, machine_ids=[wanted.machine_id], cool_down_period_s=0.2)
    job, instance = home.get(job_id), home.instance(job_id)
    assert (job.status, job.machine_id) == (JobStatus.COMPLETED, wanted.machine_id)
    assert (instance.market, instance.status) == (market, InstanceStatus.CLOSED)
    moves = [e.data["substatus"] for e in home.events(job_id) if e.kind == "instance"]
    assert moves == ["", "", "COOLING", closing.value, closed.value]
    assert (PeriodName.REQUEST_LAUNCH in home.periods(job_id)) is (market is Market.SPOT)


def run_here(home: Home, **options: Any) -> str:
    """Be the runner of a job, in this process."""
    spawned: list[tuple[str, LivenessLock]] = []

    def keep(store: Store, job_id: str, lock: LivenessLock) -> None:
        spawned.append((job_id, lock))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.jobs.spawn_runner", keep)
        home.job(**options)
    [(job_id, lock)] = spawned
    assert lock.path == home.store.job_folder(job_id) / RUNNER_LOCK
    with lock:
        JobRunner(home.store, job_id).run()
    return job_id
