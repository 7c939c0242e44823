"""``kill -9`` on the runner, the worker, the Jupyter server and the kernel, wherever a job is.

All of them are real: a kernel that calls AIbro, a Jupyter server with the extension, a job that
trains with Keras. The job goes on where it can, or ends CANCELED with the true reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.models import InstanceStatus, JobStatus, JobSubstatus, ReasonKind
from aibro.payloads.store import PayloadStore
from aibro.upkeep.reaper import reap
from tests.jobs import PATIENCE_S, Home, processes_of, until

KERNEL = Path(__file__).with_name("kernel_process.py")
HOLDS = [
    JobSubstatus.REQUESTING_SERVER,
    JobSubstatus.SENDING,
    JobSubstatus.TRAINING,
    JobSubstatus.RETURNING,
]
GOES_ON = None
LOST = (ReasonKind.INSTANCE_LOST, "the instance's process was ended by SIGKILL")
ENDS = {
    ("runner", JobSubstatus.REQUESTING_SERVER): (
        ReasonKind.RUNNER_LOST,
        "its runner process ended before it began; start it again",
    ),
    ("runner", JobSubstatus.SENDING): (
        ReasonKind.RUNNER_LOST,
        "its runner process ended while the job was SENDING MODEL & DATA; start it again",
    ),
    ("runner", JobSubstatus.TRAINING): (
        ReasonKind.RUNNER_LOST,
        "its runner process ended while the job was TRAINING; start it again",
    ),
    ("runner", JobSubstatus.RETURNING): (
        ReasonKind.RUNNER_LOST,
        "its runner process ended while the job was RETURNING; start it again",
    ),
    # There is none yet.
    ("worker", JobSubstatus.REQUESTING_SERVER): GOES_ON,
    ("worker", JobSubstatus.SENDING): LOST,
    ("worker", JobSubstatus.TRAINING): LOST,
    ("worker", JobSubstatus.RETURNING): LOST,
    ("server", JobSubstatus.REQUESTING_SERVER): GOES_ON,
    ("server", JobSubstatus.SENDING): GOES_ON,
    ("server", JobSubstatus.TRAINING): GOES_ON,
    ("server", JobSubstatus.RETURNING): GOES_ON,
    ("kernel", JobSubstatus.REQUESTING_SERVER): GOES_ON,
    ("kernel", JobSubstatus.SENDING): (
        ReasonKind.SUBMITTER_LOST,
        "the kernel ended before model and data were stored; run the cell again",
    ),
    ("kernel", JobSubstatus.TRAINING): GOES_ON,
    ("kernel", JobSubstatus.RETURNING): GOES_ON,
}


class Kernel:
    """A kernel that lives until a test kills it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(KERNEL)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, home: Home, folder: Path, hold: JobSubstatus, gate: Path, online: bool) -> str:
        """Let it start a job; the job's id."""
        order = {
            "home": str(home.folder),
            "folder": str(folder),
            "hold": hold.value,
            "gate": str(gate),
            "online": online,
        }
        assert self.process.stdin is not None
        before = home.store.jobs.active_ids()
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        [job_id] = until(
            lambda: [job for job in home.store.jobs.active_ids() if job not in before], "a job"
        )
        return job_id

    def read_answer(self) -> str:
        """Wait for its call to return."""
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            assert line, "the kernel ended"
            if line.startswith("job "):
                return line.split()[1]

    def kill(self) -> None:
        """End it, and do not leave it as a zombie."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def kernels() -> Iterator[list[Kernel]]:
    """The kernels that live: one serves many tests."""
    alive: list[Kernel] = []
    yield alive
    for kernel in alive:
        kernel.kill()


@pytest.fixture
def kernel(jax_alone: None, kernels: list[Kernel]) -> Kernel:
    """A kernel that runs nothing."""
    if not kernels:
        kernels.append(Kernel())
    return kernels[0]


class Server:
    """A Jupyter server with the extension."""

    def __init__(self, root: Path, runtime: Path) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                "--allow-root",
                "--ServerApp.ip=127.0.0.1",
                "--ServerApp.port=0",
                "--ServerApp.token=secret",
                "--ServerApp.jpserver_extensions={'aibro': True}",
                f"--ServerApp.root_dir={root}",
            ],
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime)},
            stderr=subprocess.DEVNULL,
        )
        file = runtime / f"jpserver-{self.process.pid}.json"
        until(lambda: file.exists() and file.read_text().endswith("}"), "the server is up")
        self.url = str(json.loads(file.read_text())["url"])

    def knows(self, job_id: str) -> bool:
        """Whether its REST interface shows the job."""
        request = urllib.request.Request(
            f"{self.url}aibro/api/jobs/{job_id}", headers={"Authorization": "token secret"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return bool(json.load(response)["job_id"] == job_id)

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@pytest.mark.parametrize(("victim", "held"), ENDS, ids=lambda value: str(value).split()[0])
def test_kill_9(
    home: Home,
    gate: Path,
    tmp_path: Path,
    kernel: Kernel,
    kernels: list[Kernel],
    victim: str,
    held: JobSubstatus,
) -> None:
    folder = tmp_path / "notebook"
    folder.mkdir()
    if held is JobSubstatus.REQUESTING_SERVER:
        home.settings(max_active_jobs=1)
        home.until(home.job(f"wait_for({str(gate)!r})"), JobSubstatus.TRAINING)
    server = Server(folder, tmp_path / "runtime") if victim == "server" else None
    job_id = kernel.run(home, folder, held, gate, online=victim == "kernel")
    home.until(job_id, held)
    if held is JobSubstatus.REQUESTING_SERVER:
        until(lambda: not home.get(job_id).needs_kernel, "model and data are stored")
    if held is JobSubstatus.TRAINING:
        until(lambda: home.get(job_id).epoch == 1, "the first epoch is over")

    if victim == "kernel":
        kernels.remove(kernel)
        kernel.kill()
    elif server is not None:
        assert server.knows(job_id)
        server.kill()
    elif victim == "runner":
        home.process(job_id, "runner").kill()
    elif held is not JobSubstatus.REQUESTING_SERVER:
        home.process(job_id, "worker").kill()

    ends = ENDS[victim, held]
    if ends is GOES_ON:
        reap(home.store)
        assert home.get(job_id).substatus is held
        gate.touch()
        home.completed(job_id)
        check_result(home, job_id)
    else:
        job = home.until_ended(job_id)
        reserve = home.store.job_folder(job_id) / "reserve"
        until(lambda: not reserve.exists(), "its reserve is given back")
        kind, words = ends
        assert (job.status, job.reason_kind) == (JobStatus.CANCELED, kind)
        assert job.reason is not None
        assert job.reason.startswith(words)
        assert not (home.store.job_folder(job_id) / "result").exists()
        gate.touch()

    for other in home.store.jobs.active_ids():
        home.completed(other)
    until(lambda: not processes_of(home.folder), "no process is left")
    reap(home.store)
    if instance_id := home.get(job_id).instance_id:
        assert home.store.instances.get(instance_id).status is InstanceStatus.CLOSED
    home.check_pairs(job_id)
    if victim != "kernel":
        # The kernel that started the job is free again, whatever became of it.
        assert kernel.read_answer() == job_id
    check_files(home, folder, job_id)


def check_result(home: Home, job_id: str) -> None:
    """The result can be loaded."""
    result = home.store.job_folder(job_id) / "result"
    assert {path.name for path in result.iterdir()} == {"changes.graph"}


def check_files(home: Home, folder: Path, job_id: str) -> None:
    """What has its final name is whole, and nothing half-written is left beside it."""
    payloads = PayloadStore(home.store.payload_folder)
    payloads.collect(set, 2**62)
    for path in payloads.folder.iterdir():
        assert payloads.size(path.name) == path.stat().st_size
    checkpoints = folder / "checkpoints" / job_id
    for path in [*checkpoints.glob("*"), *home.folder.glob("jobs/*/result/*.keras")]:
        if path.read_bytes().startswith(b"half of it"):
            continue  # The light job's.
        assert not path.name.startswith(".tmp-")
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
    assert list((home.folder / "instances").glob("*")) == []
