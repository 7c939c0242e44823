"""Replays of recorded jobs: what they run with, what they refuse, and that nobody is in their way.

A script stands for the framework; `tests.replay.test_causes` has the real one.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aibro.errors import BadInput, CannotReplay, JobNotEnded, JobNotRecorded, NotTrusted
from aibro.models import Job, JobSubstatus, Verdict, VerdictName
from aibro.payloads.store import PayloadStore
from aibro.replay.facts import recording
from aibro.replay.recorded import read_recorded
from aibro.replay.start import start_replay
from aibro.trainings.keras.files import checkpoint_file, state_file
from aibro.trainings.keras.states import EpochState, PythonState, write_state
from aibro.trainings.plan import TrainingPlan
from tests.jobs import Home
from tests.trainings.plans import model_of, with_spec


def start(home: Home, job_id: str, **options: Any) -> Job:
    """Start a replay."""
    defaults: dict[str, Any] = {
        "description": "again",
        "directory_to_save_ckpt": None,
        "directory_to_save_log": None,
        "wait_request_s": 100.0,
        "called_at": 0.0,
    }
    return start_replay(home.store, job_id, **(defaults | options))


def begun(home: Home, job_id: str, **options: Any) -> Job:
    """Start a replay and cancel it: what matters is what it was started with."""
    new = start(home, job_id, **options)
    home.store.request_cancel(new.job_id)
    return home.until_ended(new.job_id)


def replay(home: Home, job_id: str, **options: Any) -> Verdict:
    """Replay a job and wait for what comes of it."""
    new = start(home, job_id, **options)
    assert (new.replay_of, new.recorded) == (job_id, True)
    job = home.until_ended(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert job.verdict is verdict.verdict
    home.check_pairs(new.job_id)
    return verdict


def recorded_job(home: Home, fit: str) -> str:
    job_id = home.job(fit, recorded=True)
    home.until_ended(job_id)
    return job_id


def test_a_replay_that_comes_out_the_same_and_a_replay_of_it(home: Home) -> None:
    job_id = recorded_job(home, "epoch(1, loss=0.5); epoch(2, loss=float('nan'))")
    verdict = replay(home, job_id)
    assert (verdict.verdict, verdict.replay_of) == (VerdictName.IDENTICAL, job_id)
    again = replay(home, verdict.job_id)
    assert (again.verdict, again.replay_of) == (VerdictName.IDENTICAL, verdict.job_id)


def test_a_replay_that_comes_out_otherwise(home: Home, gate: Path) -> None:
    job_id = recorded_job(home, f"epoch(1, loss=0.7 if Path({str(gate)!r}).exists() else 0.5)")
    gate.touch()
    verdict = replay(home, job_id)
    assert (verdict.verdict, verdict.epoch, verdict.metric) == (VerdictName.DIVERGED, 1, "loss")
    assert (verdict.recorded, verdict.replayed) == (0.5, 0.7)


@pytest.mark.parametrize(
    "failure",
    [
        "raise ValueError(f'too hot: {object()}')",
        "os.abort()",
        # Batches are told of now and then: where exactly it failed must not depend on that.
        "[batch(2, n, 100) or time.sleep(0.01) for n in range(int(time.time() * 100) % 20)]; 1 / 0",
    ],
    ids=["an error", "a crash", "an error after some batches"],
)
def test_a_failure_that_is_reproduced_and_one_that_is_not(
    home: Home, gate: Path, failure: str
) -> None:
    job_id = recorded_job(home, f"epoch(1, loss=1)\nif not Path({str(gate)!r}).exists(): {failure}")
    assert replay(home, job_id).verdict is VerdictName.ISSUE_REPRODUCED
    gate.touch()
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_NOT_REPRODUCED
    assert verdict.sentence.endswith("but the replay completed.")


def test_a_replay_whose_runner_dies_is_not_comparable(home: Home, gate: Path) -> None:
    job_id = recorded_job(
        home, f"epoch(1, loss=1)\nif Path({str(gate)!r}).exists(): time.sleep(99)"
    )
    gate.touch()
    new = start(home, job_id)
    home.until(new.job_id, JobSubstatus.TRAINING)
    home.process(new.job_id, "runner").kill()
    home.until_ended(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert "its runner process ended" in verdict.sentence


def test_a_replay_whose_recorded_job_was_deleted_meanwhile(home: Home, gate: Path) -> None:
    job_id = recorded_job(home, f"Path({str(gate)!r}).exists() or epoch(1, loss=1)")
    gate.touch()
    home.settings(max_active_jobs=1)
    hold = home.job(f"wait_for({str(gate.with_name('second'))!r})")
    home.until(hold, JobSubstatus.TRAINING)
    new = start(home, job_id)
    home.store.jobs.delete(job_id)
    gate.with_name("second").touch()
    home.completed(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert verdict.sentence == "The recorded job was deleted meanwhile."


def test_what_cannot_be_replayed_says_why_and_changes_nothing(home: Home, gate: Path) -> None:
    plain, recorded = home.job(), home.job(f"wait_for({str(gate)!r})", recorded=True)
    home.completed(plain)
    home.until(recorded, JobSubstatus.TRAINING)
    with pytest.raises(JobNotRecorded, match=f"Job {plain} was not recorded; run it with record="):
        read_recorded(home.store, plain)
    with pytest.raises(JobNotEnded, match="it can be replayed when it has ended"):
        read_recorded(home.store, recorded)
    gate.touch()
    home.completed(recorded)
    for path in PayloadStore(home.store.payload_folder).folder.iterdir():
        path.unlink()
    with pytest.raises(JobNotRecorded, match="1 of its recorded files are gone"):
        read_recorded(home.store, recorded)
    assert home.store.jobs.page().total == 2


# --- what a replay runs with ----------------------------------------------------------------------


def change(home: Home, job_id: str, column: str, value: Any) -> None:
    """Give a job's row another past."""
    with home.store.database.write() as write:
        write.execute(f'UPDATE jobs SET "{column}" = ? WHERE job_id = ?', (value, job_id))


def plan_of(home: Home, job_id: str) -> TrainingPlan:
    return msgspec.json.decode(str(home.store.jobs.plan(job_id)), type=TrainingPlan)


def change_plan(home: Home, job_id: str, **fields: Any) -> None:
    plan = msgspec.structs.replace(plan_of(home, job_id), **fields)
    change(home, job_id, "plan", msgspec.json.encode(plan).decode())


def change_threads(home: Home, job_id: str, threads: dict[str, str]) -> None:
    environment = home.store.jobs.environment(job_id)
    assert environment is not None
    changed = msgspec.structs.replace(environment, threads=threads)
    change(home, job_id, "environment", msgspec.json.encode(changed).decode())


def log_of(home: Home, job_id: str) -> list[str]:
    return (home.store.job_folder(job_id) / "log.txt").read_text().splitlines()


def test_a_notebook_folder_that_is_gone_is_replaced_by_the_callers(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = tmp_path / "notebook"
    notebook.mkdir()
    job_id = home.job(
        "print(os.getcwd()); epoch(1, loss=1)", recorded=True, working_directory=str(notebook)
    )
    home.until_ended(job_id)
    change_plan(home, job_id, working_directory=str(notebook))
    again = replay(home, job_id)
    assert log_of(home, again.job_id) == [str(notebook)]
    notebook.rmdir()
    caller = tmp_path / "caller"
    caller.mkdir()
    monkeypatch.chdir(caller)
    again = replay(home, job_id)
    assert log_of(home, again.job_id) == [str(caller)]
    assert plan_of(home, again.job_id).working_directory == str(caller)


THREADS = (
    "print(*(f'{name}={os.environ.get(name)}' for name in "
    "('NPROC', 'OMP_NUM_THREADS', 'XLA_FLAGS', 'LD_AUDIT', 'PYTHONHASHSEED')), sep='\\n')\n"
    "epoch(1, loss=1)"
)


def test_a_replay_starts_with_the_recorded_numbers_of_threads(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = recorded_job(home, THREADS)
    threads = {"OMP_NUM_THREADS": "3", "XLA_FLAGS": "--a_flag=1", "LD_AUDIT": "/tmp/evil.so"}
    change_threads(home, job_id, threads)
    monkeypatch.setenv("NPROC", "9")
    expected = {
        "NPROC": "None",
        "OMP_NUM_THREADS": "3",
        "XLA_FLAGS": "--a_flag=1",
        "LD_AUDIT": "None",
        "PYTHONHASHSEED": "0",
    }
    verdict = replay(home, job_id)
    assert log_of(home, verdict.job_id) == [f"{k}={v}" for k, v in expected.items()]
    # Flags of a compiler can write files: not at a stranger's word.
    change(home, job_id, "is_foreign", 1)
    variables = home.store.jobs.submission(begun(home, job_id).job_id).variables
    assert {name for name, value in variables.items() if value is not None} == {"OMP_NUM_THREADS"}
    assert "XLA_FLAGS" in variables


def test_what_differs_is_told_before_anything_starts(home: Home) -> None:
    job_id = recorded_job(home, "epoch(1, loss=1)")
    told: list[str] = []
    jobs = home.store.jobs.page().total
    start(
        home,
        job_id,
        on_differences=lambda found: told.extend(
            [*(d.name for d in found), f"{home.store.jobs.page().total - jobs} jobs more"]
        ),
    )
    # The light worker says that it has no package at all.
    assert "package keras" in told
    assert told[-1] == "0 jobs more"


# --- trust ----------------------------------------------------------------------------------------


def test_a_strangers_code_runs_only_for_those_who_trust_it(home: Home) -> None:
    job_id = recorded_job(home, "epoch(1, loss=1)")
    code = PayloadStore(home.store.payload_folder).add_bytes(b"code", "pkl")
    plan = plan_of(home, job_id)
    model = msgspec.structs.replace(model_of(plan), code=code)
    change(home, job_id, "plan", msgspec.json.encode(with_spec(plan, model=model)).decode())
    change(home, job_id, "is_foreign", 1)
    assert not recording(home.store, job_id).trusted
    before = home.store.jobs.page().total
    with pytest.raises(NotTrusted, match=r"somebody else's code.*trust=True"):
        start(home, job_id)
    assert home.store.jobs.page().total == before
    assert not plan_of(home, begun(home, job_id, trust=True).job_id).safe_mode
    assert recording(home.store, job_id).trusted
    # Said once is enough, also for a replay of the replay.
    again = begun(home, job_id)
    assert not plan_of(home, again.job_id).safe_mode
    assert not plan_of(home, begun(home, again.job_id).job_id).safe_mode


def test_a_foreign_recording_without_code_runs_in_safe_mode(home: Home) -> None:
    job_id = recorded_job(home, "epoch(1, loss=1)")
    assert not plan_of(home, replay(home, job_id).job_id).safe_mode
    change(home, job_id, "is_foreign", 1)
    shown = recording(home.store, job_id)
    assert (shown.foreign, shown.custom_code, shown.trusted) == (True, False, False)
    foreign = begun(home, job_id)
    assert plan_of(home, foreign.job_id).safe_mode
    again = begun(home, foreign.job_id)
    assert plan_of(home, again.job_id).safe_mode
    assert not plan_of(home, begun(home, again.job_id, trust=True).job_id).safe_mode


def test_a_strangers_interpreter_is_never_run(home: Home, tmp_path: Path) -> None:
    job_id = recorded_job(home, "epoch(1, loss=1)")
    evil = tmp_path / "evil-python"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path / 'owned'}\n")
    evil.chmod(0o700)
    submission = msgspec.structs.replace(home.store.jobs.submission(job_id), interpreter=str(evil))
    change(home, job_id, "submission", msgspec.json.encode(submission).decode())
    change(home, job_id, "is_foreign", 1)
    assert recording(home.store, job_id).interpreter == sys.executable
    new = begun(home, job_id)
    assert home.store.jobs.submission(new.job_id).interpreter == sys.executable
    assert not (tmp_path / "owned").exists()


# --- from an epoch on -----------------------------------------------------------------------------


def job_with_states(home: Home, notebook: Path, fit: str, **obstacles: str) -> str:
    """A recorded job of four epochs at most that saved checkpoints and states."""
    job_id = home.job(fit, recorded=True, directory_to_save_ckpt=str(notebook))
    home.until_ended(job_id)
    change(home, job_id, "epochs", 4)
    states = home.store.state_folder(job_id)
    change_plan(home, job_id, epochs=4, state_folder=str(states))
    checkpoints = notebook / "checkpoints" / job_id
    for folder in (states, checkpoints):
        folder.mkdir(parents=True)
    for row in home.store.jobs.epochs(job_id):
        checkpoint_file(checkpoints, row.epoch).write_text(f"the weights after {row.epoch}")
        write_state(
            state_file(states, row.epoch),
            EpochState(
                epoch=row.epoch,
                not_restorable=obstacles.get(f"epoch_{row.epoch}"),
                random_states=[],
                keras_generator=None,
                numpy=None,
                python=PythonState(version=3, internal=(), gauss=None),
                callbacks=None,
            ),
        )
    return job_id


FOUR = "for n in range(1, 5): epoch(n, loss=1 / n)"


def test_a_replay_from_an_epoch_on(home: Home, tmp_path: Path, gate: Path) -> None:
    job_id = job_with_states(
        home,
        tmp_path,
        "for n in range(1, 5):\n"
        f"  if Path({str(gate)!r}).exists() and n < 3: continue\n"
        "  epoch(n, loss=1 / n)",
    )
    assert recording(home.store, job_id).start_epochs == [1, 2, 3]
    gate.touch()
    new = start(home, job_id, from_epoch=2)
    assert (new.from_epoch, new.epoch, new.epochs) == (2, 2, 4)
    home.completed(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert (verdict.verdict, verdict.from_epoch) == (VerdictName.IDENTICAL, 2)
    assert "after epoch 2" in verdict.sentence
    first = plan_of(home, new.job_id).start
    assert first is not None
    assert (first.epoch, first.weights_hash) == (2, home.store.jobs.epochs(job_id)[1].weights_hash)
    payloads = PayloadStore(home.store.payload_folder)
    assert payloads.path(first.checkpoint).read_text() == "the weights after 2"
    # Its own files are enough to repeat it, from the same beginning.
    shutil.rmtree(tmp_path / "checkpoints")
    shutil.rmtree(home.store.state_folder(job_id))
    again = start(home, new.job_id)
    home.completed(again.job_id)
    assert (again.from_epoch, plan_of(home, again.job_id).start) == (2, first)
    assert start(home, new.job_id, from_epoch=2).from_epoch == 2


def test_a_failure_can_be_replayed_from_the_last_epoch_before_it(
    home: Home, tmp_path: Path
) -> None:
    job_id = job_with_states(home, tmp_path, "epoch(1, loss=1); epoch(2, loss=1); 1 / 0")
    assert recording(home.store, job_id).start_epochs == [1, 2]
    verdict = replay(home, job_id, from_epoch=2)
    assert verdict.verdict is VerdictName.ISSUE_REPRODUCED
    with pytest.raises(CannotReplay, match="no epoch that has ended comes later"):
        start(home, job_id, from_epoch=3)


@pytest.mark.parametrize(
    ("epoch", "words"),
    [
        (-1, "must not be negative"),
        (True, "must be a whole number, not bool"),
        (1.0, "must be a whole number, not float"),
        ("2", "must be a whole number, not str"),
        (4, "from 0, which is the start, to 3, not 4"),
        (10**9, "from 0, which is the start, to 3"),
    ],
)
def test_an_epoch_that_cannot_be_is_refused(
    home: Home, tmp_path: Path, epoch: Any, words: str
) -> None:
    job_id = job_with_states(home, tmp_path, FOUR)
    before = home.store.jobs.page().total
    with pytest.raises(BadInput, match=words) as caught:
        start(home, job_id, from_epoch=epoch)
    assert caught.value.field == "from_epoch"
    assert home.store.jobs.page().total == before


def test_why_a_replay_cannot_begin_in_the_middle(home: Home, tmp_path: Path) -> None:
    job_id = job_with_states(home, tmp_path, FOUR, epoch_3="A callback froze layers.")
    before = home.store.jobs.page().total
    with pytest.raises(CannotReplay, match=r"A callback froze layers\..*or after epoch 1, 2"):
        start(home, job_id, from_epoch=3)
    checkpoint = checkpoint_file(tmp_path / "checkpoints" / job_id, 2)
    checkpoint.unlink()
    with pytest.raises(CannotReplay, match=f"{checkpoint} is not there.*or after epoch 1"):
        start(home, job_id, from_epoch=2)
    state = state_file(home.store.state_folder(job_id), 1)
    state.write_bytes(state.read_bytes()[:-9])
    with pytest.raises(CannotReplay, match=r"cannot be read.*Begin at the start"):
        start(home, job_id, from_epoch=1)
    assert home.store.jobs.page().total == before
    shown = recording(home.store, job_id)
    assert shown.start_epochs == []
    assert shown.no_start_epochs is not None
    assert "cannot be read" in shown.no_start_epochs
    state.write_bytes(b"")
    assert recording(home.store, job_id).start_epochs == []


def test_why_there_is_no_epoch_to_begin_after(home: Home, tmp_path: Path) -> None:
    for_saved_none = recorded_job(home, FOUR)
    for_one_epoch = job_with_states(home, tmp_path, "epoch(1, loss=1)")
    for_foreign = job_with_states(home, tmp_path, FOUR)
    change(home, for_foreign, "is_foreign", 1)
    shutil.rmtree(home.store.state_folder(for_foreign))
    for job_id, words in (
        (for_saved_none, "directory_to_save_ckpt='.'"),
        (for_one_epoch, "no epoch before its last"),
        (for_foreign, "A report does not bring"),
    ):
        shown = recording(home.store, job_id)
        assert shown.start_epochs == []
        assert words in str(shown.no_start_epochs)
