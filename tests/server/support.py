"""What the server's tests ask with, and what they put into the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from openapi_schema_validator import OAS31Validator
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from aibro.locks import LivenessLock
from aibro.machines.known import local_machine
from aibro.models import (
    ErrorBody,
    Instance,
    InstanceStatus,
    Job,
    JobStatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
)
from aibro.replay.judging import finish_job
from aibro.runner_process import take_runner_lock
from aibro.server.openapi import openapi_document
from aibro.server.routes import ROUTES, Route
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.events import EndedEpoch
from tests.jobs import PATIENCE_S
from tests.store.support import SUBMISSION

T = TypeVar("T")
JSON = "application/json; charset=utf-8"


class Answer:
    """What a request was answered."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.code
        self.headers = response.headers
        self.body: bytes = response.body or b""

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def record(self, kind: type[T]) -> T:
        assert self.status in {200, 201}, self.body
        assert self.headers["Content-Type"] == JSON
        assert self.headers["Cache-Control"] == "no-store"
        return msgspec.json.decode(self.body, type=kind)

    def error(self, status: int) -> ErrorBody:
        assert self.status == status, self.body
        assert self.headers["Content-Type"] == JSON
        assert self.headers["Cache-Control"] == "no-store"
        error = msgspec.json.decode(self.body, type=ErrorBody)
        assert error.message
        assert "Traceback" not in error.message
        return error


class Api:
    """Asks the server, as its user unless told otherwise.

    Args:
        root: the path of ``aibro/api/`` on the server.
        client: adds the server's address itself.
        headers: say who asks.
    """

    def __init__(self, client: AsyncHTTPClient, root: str, headers: Mapping[str, str]) -> None:
        self.client = client
        self.root = root
        self.headers = headers

    async def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; ``path`` goes into the address as it is, a ``body`` of bytes as well."""
        raw = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        if raw is None and method in {"POST", "PUT", "PATCH"}:
            raw = b""
        response = await self.client.fetch(
            self.root + path,
            method=method,
            body=raw,
            headers=dict(self.headers if headers is None else headers),
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
            request_timeout=30,
        )
        return Answer(response)

    async def get(self, path: str) -> Answer:
        return await self("GET", path)

    async def post(self, path: str, body: object = None) -> Answer:
        return await self("POST", path, body)

    async def delete(self, path: str) -> Answer:
        return await self("DELETE", path)


class World:
    """Jobs and instances in a store, made by the moves a runner makes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._locks: list[LivenessLock] = []

    def job(
        self,
        description: str = "digits, first try",
        *,
        alive: bool = True,
        recorded: bool = False,
        replay_of: str | None = None,
        log_directory: Path | None = None,
    ) -> str:
        """A job that waits for its server; ``alive`` is its runner."""
        job_id = self.store.jobs.new_id()
        if alive:
            self._locks.append(take_runner_lock(self.store, job_id))
        submission = msgspec.structs.replace(
            SUBMISSION,
            directory_to_save_log=str(log_directory) if log_directory else None,
            called_at=time.time(),
        )
        self.store.jobs.create(
            submission,
            job_id=job_id,
            description=description,
            epochs=3,
            recorded=recorded,
            replay_of=replay_of,
        )
        return job_id

    def canceled(self, description: str = "bad learning rate", **kind: Any) -> str:
        job_id = self.job(description, **kind)
        ending = Ending(
            substatus=JobSubstatus.CANCELED,
            reason="ValueError: loss is NaN",
            kind=ReasonKind.TRAINING_ERROR,
            traceback="Traceback (most recent call last): ...",
        )
        finish_job(self.store, job_id, ending)
        return job_id

    def training(self, description: str = "digits, first try") -> str:
        """A job in its second epoch."""
        job_id = self.job(description)
        machine = local_machine()
        instance_id = self.store.instances.new_id()
        assert self.store.admission.launch(job_id, machine, instance_id, "key", 60, limit=100)
        for substatus in (JobSubstatus.SENDING, JobSubstatus.GEARING_ENV, JobSubstatus.TRAINING):
            self.store.lifecycle.proceed(job_id, substatus)
        now = time.time()
        self.store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, now, None)
        metrics = {"loss": float("nan"), "accuracy": 0.5}
        epoch = EndedEpoch(epoch=1, metrics=metrics, weights_hash=None, at=now)
        self.store.lifecycle.epochs(job_id, [epoch])
        return job_id

    def completed(self, description: str = "digits, wider net", *, cool_s: float = 0) -> str:
        """A job that came to its end, and its instance, cooling or closing."""
        job_id = self.training(description)
        self.store.lifecycle.proceed(job_id, JobSubstatus.RETURNING)
        ending = Ending(substatus=JobSubstatus.COMPLETED)
        finish_job(self.store, job_id, ending, cool_s=cool_s)
        return job_id

    def instance_of(self, job_id: str) -> Instance:
        instance_id = self.store.jobs.get(job_id).instance_id
        assert instance_id is not None
        return self.store.instances.get(instance_id)

    def cooling(self) -> str:
        """An instance that counts down; its id."""
        instance = self.instance_of(self.completed(cool_s=60))
        assert instance.status is InstanceStatus.COOLING
        return instance.instance_id

    def log(self, job_id: str, text: bytes) -> None:
        folder = self.store.job_folder(job_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log.txt").write_bytes(text)

    def kill_runners(self) -> None:
        """Let go of all locks, as the system does when runners die."""
        while self._locks:
            self._locks.pop().release()


def conforms(route: Route, answer: Answer) -> None:
    """Check an answer against what the OpenAPI document promises for its status."""
    document = openapi_document(ROUTES, "/")
    responses = document["paths"][f"/{route.path}"][route.method.lower()]["responses"]
    assert str(answer.status) in responses, (route.path, answer.status, answer.body)
    response = responses[str(answer.status)]
    if "content" not in response:
        assert answer.body == b""
        return
    if route.download in response["content"]:
        assert answer.headers["Content-Type"].startswith(f"{route.download};")
        return
    schema = response["content"]["application/json"]["schema"]
    OAS31Validator({**schema, "components": document["components"]}).validate(answer.json)


def route_of(method: str, path: str) -> Route:
    """The entry of the table."""
    (route,) = [each for each in ROUTES if (each.method, each.path) == (method, path)]
    return route


async def until(true: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait for something that is to become true."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.005)


def ended(job: Job) -> bool:
    return job.status in {JobStatus.CANCELED, JobStatus.COMPLETED}
