"""What a notebook can ask of its jobs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import aibro
from aibro.errors import AibroError, BadInput, JobEnded, JobNotFound, JobNotRecorded
from aibro.models import TIMELINE_MIME, PeriodName, VerdictName
from aibro.store import Store
from aibro.trainings.plan import decode_plan
from tests.conftest import without_tensorflow
from tests.jobs import Home
from tests.kernel.conftest import small_data, small_model


@pytest.fixture(scope="module")
def recorded_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A state folder with a recorded job that has completed, and the job's id."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        without_tensorflow(patch)
        patch.setenv("AIBRO_HOME", str(folder / "home"))
        patch.chdir(folder)
        job_id, _, _ = aibro.Training.online_fit(
            small_model(),
            **small_data(),
            batch_size=32,
            epochs=2,
            description="two short epochs",
            directory_to_save_log=".",
            record=True,
        )
        Home(folder / "home").end()
    return folder / "home", job_id


@pytest.fixture
def recorded(recorded_home: tuple[Path, str], notebook_folder: Path) -> str:
    """The id of that job, in a state folder of the test's own."""
    folder, job_id = recorded_home
    shutil.copytree(folder, notebook_folder.parent / "home")
    return job_id


@pytest.fixture
def recorded_row(home: Home) -> str:
    """The id of a job of two epochs that was recorded, with a script for the framework."""
    job_id = home.job("epoch(1, loss=1); epoch(2, loss=1)", recorded=True)
    home.completed(job_id)
    with home.store.database.write() as write:
        write.execute("UPDATE jobs SET epochs = 2 WHERE job_id = ?", (job_id,))
    return job_id


def test_a_recorded_job_is_replayed_and_comes_out_the_same(
    recorded: str, notebook_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = aibro.Job.replay_job(recorded, description="again")

    assert verdict.verdict is VerdictName.IDENTICAL
    assert verdict == aibro.Job.verdict(verdict.job_id)
    printed = capsys.readouterr().out
    assert "IDENTICAL: Every epoch's metrics and the final weights agree bit for bit." in printed
    assert "What differs" not in printed
    assert "Possible causes" not in printed
    saved = notebook_folder / "checkpoints" / verdict.job_id
    assert sorted(path.name for path in saved.iterdir()) == ["epoch-0001.keras", "epoch-0002.keras"]
    assert list((notebook_folder / "logs" / verdict.job_id / "train").iterdir())
    job = aibro.Job.status(verdict.job_id)
    assert (job.replay_of, job.description, job.recorded) == (recorded, "again", True)

    again = aibro.Job.replay_job(
        verdict.job_id, directory_to_save_ckpt=None, directory_to_save_log=None
    )
    assert again.verdict is VerdictName.IDENTICAL
    assert not (notebook_folder / "checkpoints" / again.job_id).exists()
    assert not (notebook_folder / "logs" / again.job_id).exists()


def test_a_job_is_found_charted_and_read(
    recorded: str, notebook_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    aibro.Job.plot_timeline(recorded)
    chart = capsys.readouterr().out
    assert PeriodName.MODEL_TRAINING.value in chart
    assert PeriodName.REQUEST_LAUNCH.value not in chart

    assert [job.job_id for job in aibro.Job.list("recorded", search="SHORT epochs")] == [recorded]
    assert aibro.Job.list("active") == []
    assert aibro.Job.list(search="no such words") == []
    with pytest.raises(AibroError, match="recorded"):
        aibro.Job.list("finished")

    assert "loss" in aibro.Job.logs(recorded)
    with pytest.raises(JobEnded, match="COMPLETED"):
        aibro.Job.cancel(recorded)

    elsewhere = notebook_folder / "elsewhere"
    elsewhere.mkdir()
    copied = Path(aibro.Job.get_tensorboard_logs(recorded, str(elsewhere)))
    assert copied == elsewhere / "logs" / recorded
    assert list((copied / "train").iterdir())


@pytest.mark.parametrize("record", [True, False])
def test_an_ended_job_keeps_no_variables_that_the_notebook_was_started_with(
    notebook_folder: Path, monkeypatch: pytest.MonkeyPatch, record: bool
) -> None:
    monkeypatch.setenv("SET_IN_THE_NOTEBOOK", "kept for replays")
    job_id, _, _ = aibro.Training.online_fit(small_model(), **small_data(), record=record)
    surroundings = decode_plan(str(Store().jobs.plan(job_id))).surroundings
    if record:
        assert surroundings is not None
        assert surroundings.variables["SET_IN_THE_NOTEBOOK"] == "kept for replays"
        assert "PATH" not in surroundings.variables
    else:
        assert surroundings is None


def test_a_job_is_also_an_object_with_the_same_calls(
    recorded: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = aibro.Job(recorded)
    assert repr(job) == f"Job({recorded!r})"
    assert job.status() == aibro.Job.status(recorded)
    assert job.logs() == aibro.Job.logs(recorded)
    job.plot_timeline(char_type="pie")
    assert "two short epochs" in capsys.readouterr().out
    with pytest.raises(JobNotFound):
        aibro.Job("000000000000")


def test_the_jobs_of_the_last_days_are_listed(recorded_row: str, home: Home) -> None:
    assert [job.job_id for job in aibro.Job.list_job(last_days=1)] == [recorded_row]
    with home.store.database.write() as write:
        write.execute("UPDATE jobs SET created_at = created_at - 2 * 86400")
    assert aibro.Job.list_job() == []
    assert [job.job_id for job in aibro.Job.list_job(last_days=3)] == [recorded_row]
    with pytest.raises(BadInput, match="must be a number of days"):
        aibro.Job.list_job("1")  # type: ignore[arg-type]


def test_a_recording_is_shown_and_deleted_and_the_job_stays(recorded: str) -> None:
    shown = aibro.Job.recording(recorded)
    assert [part.name for part in shown.parts] == ["graph", "model", "train_X", "train_Y"]
    assert shown.size_bytes >= sum(part.size_bytes for part in shown.parts)
    assert (shown.epochs, shown.batch_size, shown.custom_code) == (2, 32, False)
    assert shown.environment.backend == "jax"

    # Its result is loaded with the graph.
    graph_bytes = shown.parts[0].size_bytes
    assert aibro.Job.delete_recording(recorded) == shown.size_bytes - graph_bytes
    assert not aibro.Job.status(recorded).recorded
    assert aibro.Job.result(recorded)[2].epoch == [0, 1]
    for call in (aibro.Job.recording, aibro.Job.delete_recording, aibro.Job.replay_job):
        with pytest.raises(JobNotRecorded):
            call(recorded)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"from_epoch": -1}, "from_epoch must not be negative"),
        ({"from_epoch": 2}, "from 0, which is the start, to 1"),
        ({"from_epoch": None}, "from_epoch must be a whole number"),
        ({"trust": "yes"}, "trust must be True or False"),
    ],
)
def test_a_replay_that_cannot_be_starts_nothing(
    recorded_row: str, argument: dict[str, Any], words: str
) -> None:
    jobs = len(aibro.Job.list())
    with pytest.raises(BadInput, match=words) as caught:
        aibro.Job.replay_job(recorded_row, **argument)
    assert caught.value.field == next(iter(argument))
    assert len(aibro.Job.list()) == jobs


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"filter": "lost"}, "There is no filter 'lost'"),
        ({"search": 3}, "search must be a string"),
        ({"limit": "a"}, "limit must be a whole number"),
        ({"limit": -1}, "limit must be from 1"),
    ],
)
@pytest.mark.usefixtures("home")
def test_a_list_of_what_cannot_be_says_what_is_wrong(argument: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        aibro.Job.list(**argument)
    assert caught.value.field == next(iter(argument))


def test_a_notebook_gets_one_small_bundle(recorded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    try:
        with capture_output() as captured:
            aibro.Job.plot_timeline(recorded, "pie")
    finally:
        InteractiveShell.clear_instance()
    (output,) = captured.outputs
    assert set(output.data) == {TIMELINE_MIME, "text/html", "text/plain"}
    assert output.data[TIMELINE_MIME]["char_type"] == "pie"
    assert len(json.dumps(output.data[TIMELINE_MIME])) <= 4096
    assert len(json.dumps(output.data)) <= 8192
    assert shell is not None


def test_this_machine_is_available(notebook_folder: Path) -> None:
    (machine,) = aibro.Comm.available_machines()
    assert machine.machine_id == "local.od"
    assert machine.cpus >= 1
