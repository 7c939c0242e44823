"""Reports made to do harm: their checksums are right, what they say is not."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aibro.errors import DiskFull
from aibro.payloads.store import PayloadStore
from aibro.reports import import_report, write_report
from aibro.reports.payload_files import check_payload
from aibro.store import Store
from aibro.trainings.keras.fit_arguments import _fit_parameters
from aibro.trainings.keras.report import FIT_ARGUMENTS
from aibro.trainings.keras.states import EpochState, PythonState, write_state
from aibro.trainings.plan import decode_plan
from tests.reports.support import (
    Members,
    Untouched,
    add_recorded_job,
    in_json,
    keras_file,
    members_of,
    resealed,
)
from tests.reports.test_damage import refused
from tests.trainings.plans import model_of

Change = Callable[[Members], None]
Value = Callable[[Any], None]


def written(path: Path, entries: list[tuple[zipfile.ZipInfo, bytes]], comment: bytes) -> Path:
    """An archive of just these entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
        archive.comment = comment
    return path


def entries_of(report: Path) -> tuple[list[tuple[zipfile.ZipInfo, bytes]], bytes]:
    with zipfile.ZipFile(report) as archive:
        entries = [(zipfile.ZipInfo(e.filename), archive.read(e)) for e in archive.infolist()]
        return entries, archive.comment


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/cron.d/evil",
        "payloads/../../evil.npy",
        "payloads/" + "0" * 32 + "-5.npy/../../../evil.npy",
        "payloads\\..\\evil.npy",
        "C:\\evil.npy",
        "payloads/",
        "payloads/" + "0" * 32 + "-5.so",
        "payloads/" + "0" * 32 + "-5.npy\0.txt",
        "job.json ",
        "JOB.JSON",
        "extra.json",
    ],
)
def test_a_member_that_no_report_has_is_refused(
    receiver: Store, report: Path, tmp_path: Path, name: str
) -> None:
    def add(members: Members) -> None:
        members[name] = b"12345"

    refused(receiver, resealed(report, tmp_path / "more.zip", add))
    # Also when the manifest does not tell of it.
    entries, comment = entries_of(report)
    entries.append((zipfile.ZipInfo(name), b"12345"))
    refused(receiver, written(tmp_path / "untold.zip", entries, comment))
    outside = {path.name for path in tmp_path.iterdir()} - {"more.zip", "untold.zip", report.name}
    assert outside == {"sender", "receiver"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_a_link_or_device_is_refused(
    receiver: Store, report: Path, tmp_path: Path, kind: int
) -> None:
    entries, comment = entries_of(report)
    for entry, _ in entries:
        if entry.filename == "log.txt":
            entry.create_system = 3
            entry.external_attr = (kind | 0o777) << 16
    path = written(tmp_path / "link.zip", entries, comment)
    refused(receiver, path, "no plain file")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    entries, comment = entries_of(report)
    for name in ("log.txt", "plan.json", "manifest.json"):
        (same,) = [
            (zipfile.ZipInfo(name), data) for entry, data in entries if entry.filename == name
        ]
        for twice in ([*entries, same], [same, *entries]):
            path = written(tmp_path / "twice.zip", twice, comment)
            refused(receiver, path, "twice")


def test_a_compression_that_reports_do_not_use_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    entries, comment = entries_of(report)
    for entry, _ in entries:
        if entry.filename == "log.txt":
            entry.compress_type = zipfile.ZIP_LZMA
    refused(receiver, written(tmp_path / "lzma.zip", entries, comment), "compressed in a way")


def test_entries_that_share_their_bytes_are_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    whole = bytearray(report.read_bytes())
    at = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 4)
    whole[at + 42 : at + 46] = bytes(4)  # The second entry begins where the first does.
    path = tmp_path / "overlap.zip"
    path.write_bytes(whole)
    refused(receiver, path, "do not follow each other")


def test_a_wrong_digest_or_size_is_refused(receiver: Store, report: Path, tmp_path: Path) -> None:
    target = tmp_path / "wrong.zip"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"sha256": "0" * 64}, "log.txt is damaged"),
        ({"size_bytes": 5}, "does not have the size"),
        ({"size_bytes": -1}, "does not have the size"),
        ({"name": "traceback.txt"}, "twice"),
    ]
    for values, says in wrong:

        def of_log(told: dict[str, Any], values: dict[str, Any] = values) -> None:
            (entry,) = [member for member in told["members"] if member["name"] == "log.txt"]
            entry |= values

        refused(receiver, resealed(report, target, lambda _: None, of_log), says)


def test_a_manifest_that_was_changed_afterwards_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    entries, comment = entries_of(report)
    changed = [
        (entry, data.replace(b"rows only", b"ROWS ONLY") if "manifest" in entry.filename else data)
        for entry, data in entries
    ]
    assert changed != entries
    path = written(tmp_path / "changed.zip", changed, comment)
    refused(receiver, path, "manifest.json is damaged")


def payload(members: Members, ending: str) -> str:
    return next(name for name in members if name.endswith(ending))


def npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


class Bomb:
    """Unpickling it makes a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self._mark,)


def test_an_array_of_objects_is_refused_and_not_unpickled(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "unpickled"
    arrays = {
        "objects": npy(np.array([Bomb(mark)], dtype=object), allow_pickle=True),
        "records": npy(np.zeros(3, dtype=[("a", "f4"), ("b", "O")]), allow_pickle=True),
        "dates": npy(np.zeros(3, dtype="M8[s]")),
        "fortran": npy(np.zeros((3, 3), order="F")),
        "short": npy(np.zeros(3))[:-1],
        "long": npy(np.zeros(3)) + b"x",
        "pickle": pickle.dumps(Bomb(mark)),
        "huge": npy(np.zeros(3)).replace(b"(3,)", b"(9" + b"9" * 40 + b",)")[:128],
        "nested": b"\x93NUMPY\x01\x00\xf6\x00" + b"(" * 246,
        "negative": npy(np.zeros(3)).replace(b"(3,), ", b"(-3,),"),
        "empty": b"",
    }
    for what, data in arrays.items():

        def replace(members: Members, data: bytes = data) -> None:
            members[payload(members, ".npy")] = data

        refused(receiver, resealed(report, tmp_path / f"{what}.zip", replace), ".npy is no array")
    assert not mark.exists()


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "u8", "f2", "f4", "f8", "c8", "c16", "S3", "U2", ">f4", "g"]
)
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 0), (2, 3, 1), (1,) * 32])
def test_every_array_that_can_be_trained_on_is_taken(
    tmp_path: Path, dtype: str, shape: tuple[int, ...]
) -> None:
    payloads = PayloadStore(tmp_path)
    name = payloads.add_array(np.zeros(shape, dtype))
    check_payload(payloads.path(name), name, kind="keras", with_code=False)


def test_a_model_that_is_no_model_is_refused(receiver: Store, report: Path, tmp_path: Path) -> None:
    models = {
        "text": b"a text",
        "empty": b"",
        "outside": keras_file(**{"assets/../../evil": b""}),
        "absolute": keras_file(**{"/etc/evil": b""}),
        "other": b"PK\x05\x06" + bytes(18),
    }
    for what, data in models.items():

        def replace(members: Members, data: bytes = data) -> None:
            members[payload(members, ".keras")] = data

        refused(receiver, resealed(report, tmp_path / f"{what}.zip", replace), "no Keras model")


def test_code_that_the_report_does_not_tell_is_refused(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    state = EpochState(
        epoch=1,
        not_restorable=None,
        random_states=[],
        keras_generator=None,
        numpy=None,
        python=PythonState(3, (), None),
        callbacks=pickle.dumps(Bomb(tmp_path / "unpickled")),
    )
    write_state(tmp_path / "state", state)
    report = write_report(sender, add_recorded_job(sender, code=None), tmp_path / "report.zip")
    name = f"{'0' * 32}-5.state"

    def begin_later(members: Members) -> None:
        in_json(members, "job.json", lambda job: job.update(from_epoch=1))
        start = {"epoch": 1, "checkpoint": f"{'1' * 32}-5.keras", "state": name, "weights_hash": ""}
        in_json(members, "plan.json", lambda plan: plan.update(start=start))
        in_json(members, "metrics.json", list.clear)
        members[f"payloads/{start['checkpoint']}"] = keras_file()
        members[f"payloads/{name}"] = (tmp_path / "state").read_bytes()

    path = resealed(report, tmp_path / "hidden.zip", begin_later)
    refused(receiver, path, "holds code, which the report does not tell")
    told = resealed(
        report, tmp_path / "told.zip", lambda _: None, lambda m: m.update(contains_code=True)
    )
    refused(receiver, told, "not what the manifest says")


BAD_PLANS: dict[str, Value] = {
    "a folder for checkpoints": lambda plan: plan.update(checkpoint_folder="/etc"),
    "a folder for logs": lambda plan: plan.update(log_folder="../.."),
    "a folder for states": lambda plan: plan.update(state_folder="/root/.ssh"),
    "a working folder": lambda plan: plan.update(working_directory="/tmp/evil"),
    "other epochs": lambda plan: plan.update(epochs=4),
    "no batches": lambda plan: plan["spec"].update(batch_size=0),
    "a seed that cannot be": lambda plan: plan.update(seed=-1),
    "another back end": lambda plan: plan.update(backend="os"),
    "fit's own data": lambda plan: plan["spec"]["model"]["fit_arguments"].update(x=1),
    "an unknown argument": lambda plan: plan["spec"]["model"]["fit_arguments"].update(run="rm"),
    "an argument that is a dict": lambda plan: plan["spec"]["model"]["fit_arguments"].update(
        class_weight={"class_name": "Lambda"}
    ),
    "arrays for other arguments": lambda plan: plan["spec"]["model"].update(fit_arrays={"y": None}),
    "a payload that is not there": lambda plan: plan["spec"].update(
        train_Y={"array": f"{'0' * 32}-5.npy"}
    ),
    "a payload that is no name": lambda plan: plan["spec"].update(train_Y={"array": "../../x.npy"}),
    "a model that is a pickle": lambda plan: plan["spec"]["model"].update(
        model=plan["spec"]["model"]["code"]
    ),
    "code that is an array": lambda plan: plan["spec"]["model"].update(
        code=plan["spec"]["model"]["model"]
    ),
    "no code though there is some": lambda plan: plan["spec"]["model"].update(code=None),
    "data of no kind": lambda plan: plan["spec"].update(train_X={"set": []}),
    "data of two kinds": lambda plan: plan["spec"].update(train_X={"list": [], "tuple": []}),
    "data that is text": lambda plan: plan["spec"].update(train_X={"list": "abc"}),
    "a foreign type": lambda plan: plan["spec"]["train_X"]["dict"]["image"].update(dtype="finfo"),
    "a later start": lambda plan: plan.update(start=None, safe_mode=True),
    "payloads it does not need": lambda plan: plan["payloads"].append(f"{'0' * 32}-5.npy"),
    "not all payloads": lambda plan: plan["payloads"].pop(),
    "code that it does not tell of": lambda plan: plan.update(holds_code=False),
    "an unknown kind": lambda plan: plan.update(kind="os"),
    "another spec": lambda plan: plan.update(spec=[]),
    "another shape": lambda plan: plan.clear(),
}


@pytest.mark.parametrize("what", BAD_PLANS)
def test_a_plan_that_aibro_would_not_have_made_is_refused(
    receiver: Store, report: Path, tmp_path: Path, what: str
) -> None:
    def change(members: Members) -> None:
        in_json(members, "plan.json", BAD_PLANS[what])

    refused(receiver, resealed(report, tmp_path / "bad.zip", change), "plan.json")


BAD_FACTS: dict[str, tuple[str, Value]] = {
    "no job id": ("job.json", lambda job: job.update(job_id="../../../etc")),
    "another job's id": ("job.json", lambda job: job.update(job_id="0" * 12)),
    "a job that runs": ("job.json", lambda job: job.update(status="TRAINING")),
    "a pair that cannot be": ("job.json", lambda job: job.update(substatus="COMPLETED")),
    "a job that was not recorded": ("job.json", lambda job: job.update(recorded=False)),
    "no reason": ("job.json", lambda job: job.update(reason=None)),
    "no end": ("job.json", lambda job: job.update(ended_at=None)),
    "more epochs than there are": ("job.json", lambda job: job.update(epoch=4)),
    "very many epochs": ("job.json", lambda job: job.update(epochs=10**18)),
    "a number beyond 64 bits": ("job.json", lambda job: job.update(batch=10**30)),
    "no attempt": ("job.json", lambda job: job.update(attempt=0)),
    "attempts beyond 64 bits": ("job.json", lambda job: job.update(attempt=10**30)),
    "a long description": ("job.json", lambda job: job.update(description="x" * 20_000)),
    "a replay of no job": ("job.json", lambda job: job.update(replay_of="<script>")),
    "a verdict without one": ("job.json", lambda job: job.update(verdict="IDENTICAL")),
    "a machine that is no word": ("job.json", lambda job: job.update(machine_id="<b>")),
    "a beginning that is no number": ("job.json", lambda job: job.update(created_at="now")),
    "another job's timeline": ("timeline.json", lambda line: line.update(job_id="0" * 12)),
    "a period twice": ("timeline.json", lambda line: line.update(periods=line["periods"] * 2)),
    "a period of a later attempt": (
        "timeline.json",
        lambda line: line["periods"][0].update(attempt=2),
    ),
    "a period of no attempt": (
        "timeline.json",
        lambda line: line["periods"][0].update(attempt=0),
    ),
    "a period that is open": ("timeline.json", lambda line: line["periods"][0].update(end=None)),
    "epochs twice": ("metrics.json", lambda epochs: epochs.append(epochs[0])),
    "an epoch beyond the end": ("metrics.json", lambda epochs: epochs[0].update(epoch=9)),
    "bits that are none": ("metrics.json", lambda e: e[0]["metrics"]["loss"].update(bits="zz")),
    "numbers that are not the bits": (
        "metrics.json",
        lambda epochs: epochs[0]["metrics"]["accuracy"].update(value=0.3),
    ),
    "a variable of the linker's": (
        "environment.json",
        lambda facts: facts["threads"].update(LD_PRELOAD="/tmp/evil.so"),
    ),
    "a flag that writes files": (
        "environment.json",
        lambda facts: facts["threads"].update(XLA_FLAGS="--xla_dump_to=/etc"),
    ),
    "threads that are no number": (
        "environment.json",
        lambda facts: facts["threads"].update(NPROC="1; rm -rf /"),
    ),
    "an interpreter somewhere": (
        "environment.json",
        lambda facts: facts.update(interpreter="/tmp/evil"),
    ),
    "a failure that is none": ("failure.json", lambda failure: failure.pop("place")),
}


@pytest.mark.parametrize("what", BAD_FACTS)
def test_facts_that_do_not_fit_are_refused(
    receiver: Store, report: Path, tmp_path: Path, what: str
) -> None:
    name, value = BAD_FACTS[what]

    def change(members: Members) -> None:
        in_json(members, name, value)

    refused(receiver, resealed(report, tmp_path / "bad.zip", change))


@pytest.mark.parametrize("name", ["job.json", "plan.json", "metrics.json", "manifest.json"])
def test_json_made_to_exhaust_the_reader_is_refused(
    receiver: Store, report: Path, tmp_path: Path, name: str
) -> None:
    for data in (b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b"", b"null", rb'"\ud800"'):
        if name == "manifest.json":
            entries, _ = entries_of(report)
            seal = f"aibro-report sha256:{hashlib.sha256(data).hexdigest()}".encode()
            others = [(e, content) for e, content in entries if e.filename != name]
            path = written(tmp_path / "bad.zip", [*others, (zipfile.ZipInfo(name), data)], seal)
        else:

            def change(members: Members, data: bytes = data) -> None:
                members[name] = data

            path = resealed(report, tmp_path / "bad.zip", change)
        refused(receiver, path, name)


def test_data_that_is_nested_very_deeply_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    def change(members: Members) -> None:
        tree: Any = None
        for _ in range(100):
            tree = {"list": [tree]}
        in_json(members, "plan.json", lambda plan: plan["spec"].update(train_X=tree))

    refused(receiver, resealed(report, tmp_path / "deep.zip", change), "nested too deeply")


def test_a_text_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    entries, _ = entries_of(report)
    zeros = bytes(64 << 20)
    told = json.loads(members_of(report)["manifest.json"])
    for member in told["members"]:
        if member["name"] == "job.json":
            member |= {"size_bytes": len(zeros), "sha256": hashlib.sha256(zeros).hexdigest()}
    manifest = json.dumps(told).encode()
    bomb = []
    for entry, data in entries:
        new = {"job.json": zeros, "manifest.json": manifest}.get(entry.filename, data)
        entry.compress_type = zipfile.ZIP_DEFLATED
        bomb.append((entry, new))
    seal = f"aibro-report sha256:{hashlib.sha256(manifest).hexdigest()}".encode()
    path = written(tmp_path / "bomb.zip", bomb, seal)
    assert path.stat().st_size < 1 << 20
    del zeros, bomb
    tracemalloc.start()
    try:
        refused(receiver, path, "job.json is too large")
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    entries, comment = entries_of(report)
    for entry, _ in entries:
        entry.compress_type = zipfile.ZIP_DEFLATED
    longer = [(e, d + bytes(30 << 20) if e.filename == "log.txt" else d) for e, d in entries]
    path = written(tmp_path / "longer.zip", longer, comment)
    size = len({e.filename: d for e, d in entries}["log.txt"])
    # Both lists of the archive say what the manifest says.
    whole = path.read_bytes().replace(
        (size + (30 << 20)).to_bytes(4, "little"), size.to_bytes(4, "little")
    )
    path.write_bytes(whole)
    refused(receiver, path, "damaged")


def test_a_report_larger_than_the_disk_is_refused_before_anything_is_written(
    receiver: Store, report: Path, tmp_path: Path
) -> None:
    """Its archive claims a payload of an exabyte, as 64-bit archives can."""
    huge = 1 << 60
    entries, _ = entries_of(report)
    told = json.loads(members_of(report)["manifest.json"])
    (log,) = [member for member in told["members"] if member["name"] == "log.txt"]
    log["size_bytes"] = huge
    manifest = json.dumps(told).encode()
    path = tmp_path / "huge.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in entries:
            if entry.filename == "manifest.json":
                archive.writestr(entry, manifest)
                continue
            archive.writestr(entry, data)
            if entry.filename == "log.txt":
                entry.file_size = huge
        seal = f"aibro-report sha256:{hashlib.sha256(manifest).hexdigest()}"
        archive.comment = seal.encode()
    untouched = Untouched(receiver)
    with pytest.raises(DiskFull):
        import_report(receiver, path, working_directory="/")
    untouched.check()


def test_a_payload_under_the_name_of_another_is_not_taken_for_it(
    sender: Store, receiver: Store, tmp_path: Path
) -> None:
    """The store's digests can be aimed at, so a report's names are not believed."""
    mine = add_recorded_job(receiver, code=b"my own code")
    theirs = add_recorded_job(sender, code=b"evil code!!")
    name = code_of(receiver, mine)
    report = write_report(sender, theirs, tmp_path / "report.zip")

    def rename(members: Members) -> None:
        old = payload(members, ".pkl")
        members[f"payloads/{name}"] = members.pop(old)
        in_json(members, "plan.json", lambda plan: change_code(plan, name))

    import_report(receiver, resealed(report, tmp_path / "aimed.zip", rename), working_directory="/")
    payloads = PayloadStore(receiver.payload_folder)
    assert payloads.path(name).read_bytes() == b"my own code"
    assert code_of(receiver, mine) == name
    assert payloads.path(code_of(receiver, theirs)).read_bytes() == b"evil code!!"

    # Nor does it lie in wait for what is stored later under that name.
    other = Store(tmp_path / "other")
    import_report(other, tmp_path / "aimed.zip", working_directory="/")
    assert not (other.payload_folder / name).exists()


def change_code(plan: dict[str, Any], name: str) -> None:
    old = plan["spec"]["model"]["code"]
    plan["spec"]["model"]["code"] = name
    plan["payloads"] = [name if each == old else each for each in plan["payloads"]]


def code_of(store: Store, job_id: str) -> str:
    code = model_of(decode_plan(str(store.jobs.plan(job_id)))).code
    assert code is not None
    return code


def test_the_arguments_of_fit_are_known_as_keras_knows_them() -> None:
    assert set(_fit_parameters()) == FIT_ARGUMENTS
