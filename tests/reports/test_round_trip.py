"""A job that was really recorded goes out as a report and comes in, whole, somewhere else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msgspec
import pytest

import aibro
from aibro.errors import Conflict, NotTrusted
from aibro.models import Job, JobStatus, PeriodName, VerdictName
from aibro.payloads.store import PayloadStore
from aibro.reports import import_report, write_report
from aibro.store import Store
from aibro.trainings.plan import TrainingPlan, payload_names
from tests.reports.conftest import ROOT, SECRET
from tests.reports.support import add_recorded_job, job_called, members_of

NEW = {"seq": 0, "instance_id": None, "foreign": True}
"""What an imported job says otherwise."""


def as_imported(job: Job) -> Job:
    return msgspec.structs.replace(job, **NEW)


@pytest.mark.parametrize("called", ["plain", "failing"])
def test_everything_of_a_job_is_there_again(
    recorded: Store, receiver: Store, tmp_path: Path, called: str
) -> None:
    job_id = job_called(recorded, called)
    file = write_report(recorded, job_id, tmp_path)
    assert file == tmp_path / f"aibro-report-{job_id}.zip"

    job = import_report(receiver, file, working_directory="/a/notebook")

    assert msgspec.structs.replace(job, **NEW) == as_imported(recorded.jobs.get(job_id))
    assert job.status in {JobStatus.COMPLETED, JobStatus.CANCELED}
    assert receiver.jobs.field(job_id, "trusted") == 0
    assert receiver.jobs.field(job_id, "failure") == recorded.jobs.field(job_id, "failure")
    assert (receiver.jobs.field(job_id, "failure") is not None) == (called == "failing")
    assert receiver.jobs.epochs(job_id) == recorded.jobs.epochs(job_id)
    assert receiver.history.timeline(job_id).periods == recorded.history.timeline(job_id).periods
    log = "log.txt"
    sent = (recorded.job_folder(job_id) / log).read_bytes()
    assert (receiver.job_folder(job_id) / log).read_bytes() == sent
    assert sent
    (event,) = receiver.history.events(job_id).events
    assert event.kind == "imported"
    submission = receiver.jobs.submission(job_id)
    assert submission.working_directory == "/a/notebook"
    assert submission.backend == "jax"


def test_payloads_are_there_byte_for_byte(recorded: Store, receiver: Store, tmp_path: Path) -> None:
    job_id = job_called(recorded, "failing")
    import_report(receiver, write_report(recorded, job_id, tmp_path), working_directory="/")
    sent, come = (contents(store, job_id) for store in (recorded, receiver))
    assert sent == come
    assert any(sent)


def contents(store: Store, job_id: str) -> list[bytes]:
    plan = msgspec.json.decode(str(store.jobs.plan(job_id)), type=TrainingPlan)
    payloads = PayloadStore(store.payload_folder)
    return [payloads.path(name).read_bytes() for name in payload_names(plan)]


def test_metrics_keep_every_bit_that_json_has_no_word_for(
    sender: Store, receiver: Store, report: Path
) -> None:
    job = import_report(receiver, report, working_directory="/")
    packed = [
        store.database.read("SELECT metrics FROM epochs WHERE job_id = ?", (job.job_id,))
        for store in (sender, receiver)
    ]
    assert packed[0] == packed[1] != []
    assert job.metrics["loss"] is None


def test_every_attempt_of_a_job_is_there_again(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    job_id = add_recorded_job(sender, attempts=3)
    report = write_report(sender, job_id, tmp_path)
    job = import_report(receiver, report, working_directory="/")
    assert job.attempt == 3
    assert msgspec.structs.replace(job, **NEW) == as_imported(sender.jobs.get(job_id))
    sent, come = (store.history.timeline(job_id) for store in (sender, receiver))
    assert msgspec.structs.replace(come, as_of=sent.as_of) == sent
    training = [period for period in come.periods if period.name is PeriodName.MODEL_TRAINING]
    assert [period.attempt for period in training] == [1, 2, 3]


def test_an_imported_job_can_be_reported_again(
    sender: Store, receiver: Store, report: Path, tmp_path: Path
) -> None:
    job_id = import_report(receiver, report, working_directory="/").job_id
    again = tmp_path / "again.zip"
    write_report(receiver, job_id, again)
    third = Store(tmp_path / "third")
    job = import_report(third, again, working_directory="/")
    assert as_imported(job) == as_imported(receiver.jobs.get(job_id))
    assert contents(third, job_id) == contents(sender, job_id)


def test_the_environment_and_the_machines_folders_stay_at_home(
    recorded: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(ROOT))
    members = members_of(write_report(recorded, job_called(recorded, "failing"), tmp_path))
    for name, data in members.items():
        assert SECRET.encode() not in data, name
        if name.endswith((".json", ".txt")):
            assert str(tmp_path).encode() not in data, name
            assert str(ROOT).encode() not in data, name
    assert b"~/tests/reports/record.py" in members["traceback.txt"]
    assert b'"interpreter": "python' in members["environment.json"]


def test_its_readme_says_what_is_inside(recorded: Store, tmp_path: Path) -> None:
    failing = members_of(write_report(recorded, job_called(recorded, "failing"), tmp_path))
    readme = failing["README.txt"].decode()
    assert "ValueError: batch 0 was one too many" in readme
    assert "It holds code" in readme
    assert any(name.endswith(".pkl") for name in failing)
    plain = members_of(write_report(recorded, job_called(recorded, "plain"), tmp_path))
    assert "It holds no code" in plain["README.txt"].decode()
    assert not any(name.endswith(".pkl") for name in plain)
    assert max(len(line) for line in readme.splitlines()) <= 100


def test_a_common_program_finds_nothing_wrong_with_it(report: Path) -> None:
    with zipfile.ZipFile(report) as archive:
        assert archive.testzip() is None
        methods = {entry.filename: entry.compress_type for entry in archive.infolist()}
    assert methods["README.txt"] == zipfile.ZIP_DEFLATED


@pytest.mark.usefixtures("home", "jax_alone")
class TestReplay:
    """What a report is for."""

    @pytest.fixture
    def notebook(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "notebook"
        folder.mkdir()
        monkeypatch.chdir(folder)
        return folder

    def test_a_failure_is_reproduced_by_who_trusts_the_report(
        self, recorded: Store, notebook: Path
    ) -> None:
        job_id = job_called(recorded, "failing")
        write_report(recorded, job_id, notebook / "issue.zip")
        assert aibro.Job.import_report("issue.zip") == aibro.Job.status(job_id)
        with pytest.raises(NotTrusted):
            aibro.Job.replay_job(job_id)
        assert [job.job_id for job in aibro.Job.list()] == [job_id]

        verdict = aibro.Job.replay_job(
            job_id, directory_to_save_ckpt=None, directory_to_save_log=None, trust=True
        )
        assert verdict.verdict is VerdictName.ISSUE_REPRODUCED, verdict.sentence

    def test_a_job_without_code_is_repeated_bit_for_bit(
        self, recorded: Store, notebook: Path
    ) -> None:
        job_id = job_called(recorded, "plain")
        write_report(recorded, job_id, notebook / "plain.zip")
        aibro.Job.import_report(notebook / "plain.zip")
        with pytest.raises(Conflict, match="holds no trained model"):
            aibro.Job.result(job_id)
        verdict = aibro.Job.replay_job(
            job_id, directory_to_save_ckpt=None, directory_to_save_log=None
        )
        assert verdict.verdict is VerdictName.IDENTICAL, verdict.sentence

        report = aibro.Job.report(verdict.job_id, ".")
        other = Store(notebook / "other")
        replay = import_report(other, Path(report), working_directory="/")
        assert (replay.replay_of, replay.verdict) == (job_id, VerdictName.IDENTICAL)
        assert other.jobs.verdict(replay.job_id) == verdict


def test_a_job_that_is_deleted_can_be_imported_again(receiver: Store, report: Path) -> None:
    job_id = import_report(receiver, report, working_directory="/").job_id
    receiver.jobs.delete(job_id)
    before = receiver.history.seq()
    assert import_report(receiver, report, working_directory="/").job_id == job_id
    changes = receiver.history.changes(0)
    assert [job.job_id for job in changes.jobs] == [job_id]
    assert changes.deleted == []
    assert changes.seq > before


def test_the_same_data_is_stored_once(sender: Store, receiver: Store, report: Path) -> None:
    add_recorded_job(receiver)
    stored = {path.name: path.read_bytes() for path in receiver.payload_folder.iterdir()}
    import_report(receiver, report, working_directory="/")
    come = {path.name: path.read_bytes() for path in receiver.payload_folder.iterdir()}
    assert len(set(come.values())) == len(come)
    assert come.items() >= stored.items()
