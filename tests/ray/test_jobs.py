"""Jobs on a cluster whose nodes stay: where they run, what they bring home, what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.models import (
    InstanceStatus,
    InstanceSubstatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
    Wait,
)
from tests.jobs import until
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home


@pytest.fixture
def away(
    tmp_path: Path, ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    with cluster_home(tmp_path, ray_cluster, monkeypatch) as home:
        yield home


def held(gate: Path) -> str:
    return f"epoch(1, loss=0.5); wait_for({str(gate)!r})"


def instances(away: ClusterHome) -> set[str | None]:
    """The ids of those that are on the cluster, whoever's they are."""
    return {actor["name"] for actor in away.cluster.actors()}


def test_a_spot_job_from_its_request_to_its_end(away: ClusterHome) -> None:
    job_id = away.job("print('trains far away'); epoch(1, loss=0.5)", machine_ids=["spot"])
    job = away.completed(job_id)
    assert (job.machine_id, job.metrics, job.attempt) == ("spot", {"loss": 0.5}, 1)
    away.check_pairs(job_id)
    instance = away.store.instances.get(str(job.instance_id))
    away.until_instance(instance.instance_id, InstanceStatus.CLOSED)
    instance = away.store.instances.get(str(job.instance_id))
    assert instance.substatus is InstanceSubstatus.TERMINATED
    assert away.store.log_file(job_id).read_text() == "trains far away\n"
    periods = away.periods(job_id)
    assert [*periods][:3] == [
        PeriodName.JOB_CREATE,
        PeriodName.REQUEST_LAUNCH,
        PeriodName.INSTANCE_CONNECT,
    ]
    for start, end in periods.values():
        assert end is not None
        assert job.created_at <= start <= end <= (job.ended_at or 0)
    folder = away.store.job_folder(job_id) / "result"
    assert (folder / "model.keras").read_text() == "half of it, the other half"


def test_an_on_demand_job_shows_no_request_and_is_stopped(away: ClusterHome) -> None:
    job = away.completed(away.job(machine_ids=["spot.od"]))
    assert PeriodName.REQUEST_LAUNCH not in away.periods(job.job_id)
    until(lambda: away.instance(job.job_id).substatus is InstanceSubstatus.STOPPED, "it is stopped")


def test_over_ray_client_all_is_the_same(away: ClusterHome) -> None:
    away.describe("outside", address=away.cluster.client_address)
    job_id = away.job("print('hello'); epoch(1, loss=0.25)", machine_ids=["outside"])
    assert away.completed(job_id).metrics == {"loss": 0.25}
    assert away.store.log_file(job_id).read_text() == "hello\n"


def test_a_job_gets_the_cpus_that_its_machine_names(away: ClusterHome) -> None:
    away.describe("pair", cpus=2)
    script = "print(len(os.sched_getaffinity(0)), os.environ.get('OMP_NUM_THREADS'))"
    narrow = away.completed(away.job(script, machine_ids=["spot"])).job_id
    wide = away.completed(away.job(script, machine_ids=["pair"])).job_id
    # Where a node has not as many processors left as it promised, the frameworks are told.
    assert away.store.log_file(narrow).read_text() in {"1 None\n", "2 1\n"}
    assert away.store.log_file(wide).read_text() in {"2 None\n", "2 2\n"}


def test_labels_choose_the_node(away: ClusterHome, gate: Path) -> None:
    away.describe("on-b", 'labels = { node = "b" }')
    job_id = away.job(held(gate), machine_ids=["on-b"])
    away.until(job_id, JobSubstatus.TRAINING)
    assert away.node_of(job_id) == "b"
    gate.touch()
    away.completed(job_id)


def test_files_are_at_home_before_their_epoch_is_told(away: ClusterHome, gate: Path) -> None:
    folder = away.folder / "saved"
    script = (
        "place = Path(plan.checkpoint_folder); place.mkdir(parents=True)\n"
        f"(place / 'epoch-0001.keras').write_bytes(b'w' * 100_000_000); {held(gate)}"
    )
    job_id = away.job(script, machine_ids=["spot"], checkpoint_folder=str(folder))
    until(lambda: away.get(job_id).epoch == 1, "the epoch is told")
    assert (folder / "epoch-0001.keras").stat().st_size == 100_000_000
    gate.touch()
    away.completed(job_id)
    assert [path.name for path in folder.iterdir()] == ["epoch-0001.keras"]


def test_what_an_on_demand_instance_was_sent_stays_on_its_node_and_of_a_spot_one_nothing(
    away: ClusterHome,
) -> None:
    for machine_id in ("on-a", "on-a.od"):
        away.describe(machine_id, 'labels = { node = "a" }')

    def ran_on(machine_id: str) -> set[int]:
        job = away.completed(away.job(machine_ids=[machine_id]))
        away.until_instance(str(job.instance_id), InstanceStatus.CLOSED)
        return cached()

    def cached() -> set[int]:
        return {path.stat().st_ino for path in away.cluster.folder.rglob("*-7.keras")}

    # Of other state folders there may be some.
    before = cached()
    sent = ran_on("on-a.od") - before
    assert len(sent) == 1
    assert ran_on("on-a.od") - before == sent
    ran_on("on-a")
    until(lambda: cached() <= before, "nothing of it is left")


def test_data_goes_through_a_file_system_that_both_sides_see(away: ClusterHome) -> None:
    shared = away.folder / "shared"
    away.describe("sharing", f'transfer = "file://{shared}"')
    away.completed(away.job(machine_ids=["sharing"]))
    assert [path.name[-8:] for path in shared.iterdir()] == ["-7.keras"]


def test_a_file_system_that_cannot_be_used_is_told(away: ClusterHome) -> None:
    away.describe("wrong", 'transfer = "s4://bucket"')
    job = away.until(away.job(machine_ids=["wrong"]), JobSubstatus.CANCELED)
    assert (job.reason_kind, job.attempt) == (ReasonKind.BAD_INPUT, 1)
    assert str(job.reason).startswith("transfer = 's4://bucket' of the machine cannot be used here")


def test_an_instance_that_cools_takes_the_next_job_at_once(away: ClusterHome) -> None:
    first = away.completed(away.job(machine_ids=["spot"], cool_down_period_s=60))
    second = away.completed(away.job(machine_ids=["spot"]))
    assert second.instance_id == first.instance_id
    assert PeriodName.REQUEST_LAUNCH not in away.periods(second.job_id)


def test_a_machine_that_can_never_be_had_is_told_and_the_next_one_is_asked(
    away: ClusterHome,
) -> None:
    away.describe("huge", cpus=64)
    away.describe("nowhere", 'labels = { node = "z" }')
    job = away.completed(away.job(machine_ids=["huge", "spot"]))
    assert job.machine_id == "spot"
    job = away.until(away.job(machine_ids=["huge", "nowhere"]), JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.NO_INSTANCE
    assert job.reason is not None
    assert "huge: it needs 64 CPUs; the largest node has 2 CPUs" in job.reason
    assert "nowhere: no node is labelled node=z" in job.reason


def test_a_machine_that_is_in_use_is_waited_for_and_told(away: ClusterHome, gate: Path) -> None:
    away.describe("all-of-a", 'labels = { node = "a" }', cpus=2)
    first = away.job(held(gate), machine_ids=["all-of-a"])
    away.until(first, JobSubstatus.TRAINING)
    # Long enough to be told first what it waits for.
    late = away.job(machine_ids=["all-of-a"], wait_request_s=20.0)
    patient = away.job(machine_ids=["all-of-a"])
    for job_id in (late, patient):
        away.until_noted(job_id, "Waiting for the cluster: it needs 2 CPUs")
        assert away.get(job_id).wait == Wait(setting=None, machine_id="all-of-a")
    reason = away.until(late, JobSubstatus.CANCELED).reason
    assert reason is not None
    assert "all-of-a: not granted within 20 s (wait_request_s). Waiting for the cluster: " in reason
    gate.touch()
    away.completed(patient)
    assert [
        row[0] for row in away.store.database.read("SELECT outcome FROM requests ORDER BY number")
    ] == ["granted", "late", "granted"]


def test_a_job_that_waits_takes_an_instance_that_begins_to_cool(
    away: ClusterHome, gate: Path
) -> None:
    away.describe("all-of-a", 'labels = { node = "a" }', cpus=2)
    first = away.job(held(gate), machine_ids=["all-of-a"], cool_down_period_s=60)
    away.until(first, JobSubstatus.TRAINING)
    second = away.job(machine_ids=["all-of-a"])
    away.until_noted(second, "Waiting for the cluster")
    gate.touch()
    assert away.completed(second).instance_id == away.get(first).instance_id


def test_canceling_a_job_that_waits_takes_its_request_away(away: ClusterHome, gate: Path) -> None:
    away.describe("all-of-a", 'labels = { node = "a" }', cpus=2)
    away.until(away.job(held(gate), machine_ids=["all-of-a"]), JobSubstatus.TRAINING)
    late = away.job(machine_ids=["all-of-a"])
    away.until_noted(late, "Waiting for the cluster")
    away.store.request_cancel(late)
    away.until(late, JobSubstatus.CANCELED)
    until(lambda: len(away.cluster.placement_groups()) == 1, "its request is gone")
    gate.touch()


def test_a_cluster_that_does_not_answer(away: ClusterHome) -> None:
    away.describe("down", address="127.0.0.1:9")
    reason = away.until(away.job(machine_ids=["down"]), JobSubstatus.CANCELED).reason
    assert reason is not None
    assert "down: The Ray cluster at 127.0.0.1:9 does not answer" in reason


def test_the_token_is_nowhere_in_what_is_kept_or_shown(away: ClusterHome) -> None:
    token = away.cluster.token_path.read_text()
    job_id = away.job("print(sorted(os.environ))", machine_ids=["spot"])
    away.completed(job_id)
    assert "RAY_AUTH" not in away.store.log_file(job_id).read_text()
    for path in away.folder.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path


def test_twelve_jobs_on_four_places_each_run_once(away: ClusterHome) -> None:
    away.settings(max_active_jobs=12, max_active_instances=12)
    away.describe("place", "capacity = 4")
    runs = away.folder / "runs"
    script = f"open({str(runs)!r}, 'a').write({{0!r}} + '\\n'); epoch(1, loss=0.5)"
    jobs = [
        away.job(script.format(str(number)), machine_ids=["place"], cool_down_period_s=60)
        for number in range(12)
    ]
    for job_id in jobs:
        away.completed(job_id)
        assert len(away.cluster.actors()) <= 4
    assert sorted(map(int, runs.read_text().split())) == [*range(12)]


def test_of_two_users_at_once_one_gets_the_instance_that_cools(
    away: ClusterHome, gate: Path
) -> None:
    cooling = away.completed(away.job(machine_ids=["spot"], cool_down_period_s=60)).instance_id
    both = [away.job(held(gate), machine_ids=["spot"]) for _ in range(2)]
    for job_id in both:
        away.until(job_id, JobSubstatus.TRAINING)
    got = [away.get(job_id).instance_id for job_id in both]
    assert got.count(cooling) == 1
    assert len({*got}) == 2
    gate.touch()
    for job_id in both:
        away.completed(job_id)


def test_two_users_with_state_folders_of_their_own_do_not_meet(
    away: ClusterHome, tmp_path: Path, gate: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = ClusterHome(tmp_path / "other" / "home", away.cluster)
    try:
        cooling = other.completed(other.job(machine_ids=["spot"], cool_down_period_s=60))
        job_id = away.job(held(gate), machine_ids=["spot"])
        assert away.until(job_id, JobSubstatus.TRAINING).instance_id != cooling.instance_id
        assert instances(away) == {cooling.instance_id, away.get(job_id).instance_id}
    finally:
        other.end()
    # The other user's instance is gone, and this job has not noticed.
    until(lambda: instances(away) == {away.get(job_id).instance_id}, "one is left")
    gate.touch()
    away.completed(job_id)


def test_a_lost_bridge_leaves_nothing_on_the_cluster(away: ClusterHome, gate: Path) -> None:
    job_id = away.job(held(gate), machine_ids=["spot"])
    away.until(job_id, JobSubstatus.TRAINING)
    away.process(job_id, "runner").kill()
    job = away.until_ended(job_id)
    assert job.reason_kind is ReasonKind.RUNNER_LOST
    away.nothing_left()
