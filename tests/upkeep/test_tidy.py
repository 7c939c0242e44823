"""What nobody needs any more goes, what somebody needs stays."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from aibro.payloads.store import PayloadStore
from aibro.store import Store
from aibro.trainings.keras.spec import ModelPayload
from aibro.upkeep.tidy import tidy
from tests.jobs import Home
from tests.store.support import add_job
from tests.trainings.plans import keras_plan

OLD_S = 7200


def add_payload(home: Home, text: str, kind: str = "npy") -> str:
    """A payload that was used long ago."""
    payloads = PayloadStore(home.store.payload_folder)
    name = payloads.add_bytes(text.encode() * 1000, kind)
    os.utime(payloads.path(name), (time.time() - OLD_S,) * 2)
    return name


def add_trained(store: Store, data: str, code: str | None = None, **options: Any) -> str:
    """A job that was trained on that data."""
    model = ModelPayload(
        model=data,
        code=code,
        fit_arguments={},
        fit_arrays={},
        random_states=[],
    )
    plan = keras_plan(
        model=model,
        deterministic=bool(options.get("recorded")),
        checkpoint_folder=str(store.home / "checkpoints"),
    )
    return add_job(store, plan=msgspec.json.encode(plan), **options)


def end_all(home: Home) -> None:
    """Nobody runs them."""
    for job_id in home.store.jobs.active_ids():
        home.until_ended(job_id)


def left(home: Home) -> set[str]:
    return {path.name for path in home.store.payload_folder.iterdir()}


def test_beyond_the_limit_only_what_is_recorded_or_code_stays(home: Home) -> None:
    recorded, plain = add_payload(home, "recorded"), add_payload(home, "plain")
    code = add_payload(home, "code", "pkl")
    add_trained(home.store, recorded, recorded=True)
    job_id = add_trained(home.store, plain, code)
    end_all(home)
    tidy(home.store, job_id)
    assert left(home) == {recorded, code, plain}
    home.settings(max_payload_bytes=1)
    tidy(home.store, job_id)
    assert left(home) == {recorded, code}


def test_data_of_a_job_that_still_needs_it_stays(home: Home, gate: Path) -> None:
    home.settings(max_payload_bytes=1)
    job_id = home.job(f"wait_for({str(gate)!r})")
    for path in home.store.payload_folder.iterdir():
        os.utime(path, (time.time() - OLD_S,) * 2)
    before = left(home)
    tidy(home.store, job_id)
    assert left(home) == before != set()
    gate.touch()
    home.completed(job_id)


def test_half_written_files_of_dead_processes_go(home: Home) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    payload = add_payload(home, "whole")
    add_trained(home.store, payload)
    checkpoints = home.folder / "checkpoints"
    checkpoints.mkdir()
    for folder in (checkpoints, home.store.payload_folder, home.store.home):
        (folder / f".tmp-{dead.pid}-0123abcd-half.npy").write_text("half")
        (folder / f".tmp-{os.getpid()}-0123abcd-half.npy").write_text("still written")
    (checkpoints / "epoch-0001.keras").write_text("whole")
    end_all(home)
    assert {path.name for path in checkpoints.iterdir()} == {
        "epoch-0001.keras",
        f".tmp-{os.getpid()}-0123abcd-half.npy",
    }
    assert left(home) == {payload, f".tmp-{os.getpid()}-0123abcd-half.npy"}
    assert not list(home.store.home.glob(f".tmp-{dead.pid}-*"))


def test_a_deleted_job_is_no_error(home: Home) -> None:
    job_id = home.job()
    home.completed(job_id)
    home.store.jobs.delete(job_id)
    tidy(home.store, job_id)
    assert not home.store.job_folder(job_id).exists()
