"""Every route, answered by a real server from a real store."""

from __future__ import annotations

import math

import pytest
from jupyter_server.serverapp import ServerApp

from aibro import __version__
from aibro.models import (
    API_VERSION,
    Changes,
    Epoch,
    EpochPage,
    EventPage,
    Instance,
    InstanceList,
    InstanceStatus,
    Job,
    JobPage,
    JobStatus,
    LogChunk,
    MachineList,
    ReasonKind,
    ServerInfo,
    Timeline,
    TimelineBundle,
    Verdict,
    VerdictName,
)
from aibro.store import Store
from aibro.trainings.events import EndedEpoch

from .support import Api, World, conforms, route_of

NO_JOB = "0123456789ab"
NO_INSTANCE = "i-0123456789"


async def test_info_tells_version_root_folder_and_last_change(
    api: Api, store: Store, world: World, jp_root_dir: str
) -> None:
    world.job()
    info = (await api.get("info")).record(ServerInfo)
    assert info.version == __version__
    assert info.api == API_VERSION
    assert info.root_dir == str(jp_root_dir)
    assert info.seq == store.history.seq() > 0


async def test_list_is_empty_before_the_first_job(api: Api) -> None:
    page = (await api.get("jobs")).record(JobPage)
    assert page.jobs == []
    assert page.total == 0
    assert page.next_cursor is None


async def test_list_shows_newest_first_and_goes_on_with_the_cursor(api: Api, world: World) -> None:
    made = [world.canceled(f"number {number}") for number in range(5)]
    first = (await api.get("jobs?limit=2")).record(JobPage)
    assert [job.job_id for job in first.jobs] == [made[4], made[3]]
    assert first.total == 5
    second = (await api.get(f"jobs?limit=2&cursor={first.next_cursor}")).record(JobPage)
    assert [job.job_id for job in second.jobs] == [made[2], made[1]]
    third = (await api.get(f"jobs?limit=2&cursor={second.next_cursor}")).record(JobPage)
    assert [job.job_id for job in third.jobs] == [made[0]]
    assert third.next_cursor is None


async def test_list_can_be_sorted_searched_filtered_and_jumped_into(api: Api, world: World) -> None:
    active, canceled, completed = world.training(), world.canceled("Überfluß"), world.completed()

    async def ids(query: str) -> list[str]:
        page = (await api.get(f"jobs?{query}")).record(JobPage)
        return [job.job_id for job in page.jobs]

    assert await ids("sort=created") == [active, canceled, completed]
    assert await ids("sort=created&offset=1&limit=1") == [canceled]
    assert await ids("filter=active") == [active]
    assert await ids("filter=completed") == [completed]
    assert await ids("filter=canceled") == [canceled]
    assert await ids("filter=recorded") == []
    assert await ids("search=%C3%9Cberflu%C3%9F") == [canceled]
    assert await ids("search=100%25_nothing'--") == []
    assert await ids(f"search={completed[:10]}") == [completed]


async def test_list_may_carry_what_jupyter_puts_into_addresses(
    api: Api, world: World, jp_serverapp: ServerApp
) -> None:
    job_id = world.canceled()
    token = jp_serverapp.identity_provider.token
    query = f"search=&token={token}&no_track_activity=1&1764000000000"
    page = (await api("GET", f"jobs?{query}", headers={})).record(JobPage)
    assert [job.job_id for job in page.jobs] == [job_id]


async def test_job_is_answered_whole_and_a_metric_that_is_no_number_is_null(
    api: Api, world: World
) -> None:
    job_id = world.training()
    answer = await api.get(f"jobs/{job_id}")
    job = answer.record(Job)
    assert job.job_id == job_id
    assert job.status is JobStatus.TRAINING
    assert job.epoch == 1
    assert answer.json["metrics"] == {"loss": None, "accuracy": 0.5}


async def test_job_of_a_dead_runner_is_told_as_canceled_with_the_reason(
    api: Api, world: World
) -> None:
    job_id = world.job()
    world.kill_runners()
    job = (await api.get(f"jobs/{job_id}")).record(Job)
    assert job.status is JobStatus.CANCELED
    assert job.reason_kind is ReasonKind.RUNNER_LOST
    assert job.reason


ABOUT_A_JOB = [
    ("GET", ""),
    ("DELETE", ""),
    ("GET", "/timeline"),
    ("GET", "/timeline/bundle"),
    ("GET", "/events"),
    ("GET", "/log"),
    ("GET", "/epochs"),
    ("GET", "/recording"),
    ("DELETE", "/recording"),
    ("GET", "/verdict"),
    ("POST", "/cancel"),
    ("POST", "/replay"),
]


@pytest.mark.parametrize(("method", "path"), ABOUT_A_JOB)
async def test_unknown_or_malformed_job_id_is_not_found(api: Api, method: str, path: str) -> None:
    for job_id in (
        NO_JOB,
        "nonsense",
        NO_JOB.upper(),
        "a" * 5000,
        "%00",
        "..%2f..%2fetc",
        f"{NO_JOB}%0a",
        "%F0%9F%98%80",
        "'%20OR%201=1",
    ):
        error = (await api(method, f"jobs/{job_id}{path}")).error(404)
        assert error.code == "JobNotFound"
        assert len(error.message) < 300


@pytest.mark.parametrize("request_", ["extend", "close"])
async def test_unknown_or_malformed_instance_id_is_not_found(api: Api, request_: str) -> None:
    for instance_id in (NO_INSTANCE, "nonsense", "i-" + "0" * 5000, "i-..%2f", "%00"):
        error = (await api.post(f"instances/{instance_id}/{request_}", {"seconds": 5})).error(404)
        assert error.code == "InstanceNotFound"
        assert len(error.message) < 300


async def test_deleting_an_ended_job_forgets_row_and_files(
    api: Api, store: Store, world: World
) -> None:
    job_id = world.canceled()
    world.log(job_id, b"x")
    world.kill_runners()
    before = store.history.seq()
    answer = await api.delete(f"jobs/{job_id}")
    assert (answer.status, answer.body) == (204, b"")
    (await api.get(f"jobs/{job_id}")).error(404)
    assert not store.job_folder(job_id).exists()
    changes = (await api.get(f"changes?after={before}")).record(Changes)
    assert changes.deleted == [job_id]


async def test_deleting_a_running_job_is_refused(api: Api, world: World) -> None:
    job_id = world.training()
    assert (await api.delete(f"jobs/{job_id}")).error(409).code == "JobNotEnded"
    assert (await api.get(f"jobs/{job_id}")).record(Job).status is JobStatus.TRAINING


@pytest.mark.parametrize("char_type", ["funnel", "pie"])
async def test_timeline_and_its_bundle_hold_the_same_periods(
    api: Api, world: World, char_type: str
) -> None:
    job_id = world.training()
    timeline = (await api.get(f"jobs/{job_id}/timeline?char_type={char_type}")).record(Timeline)
    assert timeline.char_type.value == char_type
    assert timeline.periods[-1].end is None
    bundle = (await api.get(f"jobs/{job_id}/timeline/bundle?char_type={char_type}")).record(
        TimelineBundle
    )
    assert bundle.timeline.periods == timeline.periods
    assert bundle.timeline.char_type.value == char_type
    assert "Model Training" in bundle.html
    assert "Model Training" in bundle.text


async def test_events_come_in_order_and_in_parts(api: Api, world: World) -> None:
    job_id = world.completed()
    whole = (await api.get(f"jobs/{job_id}/events")).record(EventPage)
    assert not whole.more
    assert {event.kind for event in whole.events} == {"status", "instance", "epoch"}
    first = (await api.get(f"jobs/{job_id}/events?limit=2")).record(EventPage)
    assert first.more
    after = first.events[-1].seq
    rest = (await api.get(f"jobs/{job_id}/events?after={after}")).record(EventPage)
    assert first.events + rest.events == whole.events


async def test_epochs_come_in_order_and_in_parts(api: Api, store: Store, world: World) -> None:
    job_id = world.training()
    metrics = {"loss": 0.1 + 0.2, "auc": math.inf}
    more = [EndedEpoch(epoch=n, metrics=metrics, weights_hash="ab" * 16, at=n) for n in (2, 3)]
    store.lifecycle.epochs(job_id, more)
    answer = await api.get(f"jobs/{job_id}/epochs?limit=2")
    conforms(route_of("GET", "jobs/{job_id}/epochs"), answer)
    page = answer.record(EpochPage)
    assert ([epoch.epoch for epoch in page.epochs], page.more) == ([1, 2], True)
    assert page.epochs[0].metrics == {"loss": None, "accuracy": 0.5}
    page = (await api.get(f"jobs/{job_id}/epochs?after=2")).record(EpochPage)
    assert page.more is False
    (last,) = page.epochs
    assert last == Epoch(
        epoch=3, metrics={"loss": 0.1 + 0.2, "auc": None}, weights_hash="ab" * 16, ended_at=3
    )
    assert (await api.get(f"jobs/{world.job()}/epochs")).record(EpochPage).epochs == []


async def test_log_can_be_followed_and_read_from_the_end(api: Api, world: World) -> None:
    job_id = world.training()
    path = f"jobs/{job_id}/log"
    assert (await api.get(path)).record(LogChunk) == LogChunk(
        text="", offset=0, next_offset=0, size=0, ended=False
    )
    world.log(job_id, "Epoch 1/3 ━━━ \x1b[1m".encode())
    first = (await api.get(f"{path}?limit=11")).record(LogChunk)
    assert first.text == "Epoch 1/3 "
    rest = (await api.get(f"{path}?offset={first.next_offset}")).record(LogChunk)
    assert rest.text == "━━━ \x1b[1m"
    assert rest.next_offset == rest.size == 24
    assert (await api.get(f"{path}?offset=-5")).record(LogChunk).text == " \x1b[1m"


async def test_log_of_an_ended_job_says_that_nothing_will_come(api: Api, world: World) -> None:
    job_id = world.canceled()
    world.log(job_id, b"the end")
    chunk = (await api.get(f"jobs/{job_id}/log")).record(LogChunk)
    assert (chunk.text, chunk.ended) == ("the end", True)


async def test_recording_of_a_job_that_was_not_recorded_is_refused_with_what_to_do(
    api: Api, world: World
) -> None:
    job_id = world.canceled()
    error = (await api.get(f"jobs/{job_id}/recording")).error(409)
    assert error.code == "JobNotRecorded"
    assert "record=True" in error.message


async def test_verdict_is_told_when_there_is_one_and_why_there_is_none(
    api: Api, store: Store, world: World
) -> None:
    recorded = world.canceled(recorded=True)
    replay = world.job("again", replay_of=recorded)
    error = (await api.get(f"jobs/{recorded}/verdict")).error(404)
    assert (error.code, "not a replay" in error.message) == ("NotFound", True)
    assert (await api.get(f"jobs/{replay}/verdict")).error(409).code == "JobNotEnded"
    world.kill_runners()
    verdict = (await api.get(f"jobs/{replay}/verdict")).record(Verdict)
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert verdict == store.jobs.verdict(replay)


async def test_cancel_asks_the_runner_once_and_refuses_what_is_over(
    api: Api, store: Store, world: World
) -> None:
    running, over = world.training(), world.completed()
    assert (await api.post(f"jobs/{running}/cancel", {})).record(Job).cancel_requested
    assert store.jobs.get(running).cancel_requested
    error = (await api.post(f"jobs/{over}/cancel")).error(409)
    assert error.code == "JobEnded"
    assert "COMPLETED" in error.message


async def test_changes_tell_each_touched_row_once(api: Api, store: Store, world: World) -> None:
    world.canceled("before")
    before = store.history.seq()
    job_id = world.training()
    changes = (await api.get(f"changes?after={before}")).record(Changes)
    assert [job.job_id for job in changes.jobs] == [job_id]
    assert [instance.job_id for instance in changes.instances] == [job_id]
    assert not changes.more
    assert (await api.get(f"changes?after={changes.seq}")).record(Changes).jobs == []


async def test_changes_are_cut_and_can_be_asked_on(api: Api, world: World) -> None:
    made = [world.canceled() for _ in range(5)]
    seen: list[str] = []
    after, more = 0, True
    while more:
        changes = (await api.get(f"changes?after={after}&limit=2")).record(Changes)
        seen += [job.job_id for job in changes.jobs]
        assert changes.seq > after
        after, more = changes.seq, changes.more
    assert seen == made


async def test_instances_are_those_not_closed(api: Api, store: Store, world: World) -> None:
    instance_id = world.cooling()
    world.training("busy")
    instances = (await api.get("instances")).record(InstanceList).instances
    assert {instance.status for instance in instances} == {
        InstanceStatus.COOLING,
        InstanceStatus.EXECUTING,
    }
    store.lifecycle.closed(instance_id)
    left = (await api.get("instances")).record(InstanceList).instances
    assert [instance.description for instance in left] == ["busy"]


async def test_cooling_instance_is_extended_then_closed(api: Api, world: World) -> None:
    instance_id = world.cooling()
    before = (await api.get("instances")).record(InstanceList).instances[0].cooling_until
    extended = (await api.post(f"instances/{instance_id}/extend", {"seconds": 300})).record(
        Instance
    )
    assert extended.cooling_until == pytest.approx((before or 0) + 300)
    (await api.post(f"instances/{instance_id}/close")).record(Instance)
    error = (await api.post(f"instances/{instance_id}/extend", {"seconds": 300})).error(409)
    assert error.code == "InstanceNotCooling"


async def test_working_instance_is_neither_extended_nor_closed(api: Api, world: World) -> None:
    instance_id = world.instance_of(world.training()).instance_id
    for request, body in (("extend", {"seconds": 5}), ("close", {})):
        error = (await api.post(f"instances/{instance_id}/{request}", body)).error(409)
        assert error.code == "InstanceNotCooling"


async def test_machines_name_this_one(api: Api) -> None:
    machines = (await api.get("machines")).record(MachineList).machines
    assert machines[0].machine_id == "local.od"
    assert machines[0].cpus >= 1
