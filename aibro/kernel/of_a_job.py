"""Calls that take a job's id, and are also those of a job as an object."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

P = ParamSpec("P")
R = TypeVar("R")


class HasId(Protocol):
    """A job as an object."""

    job_id: str


class of_a_job(Generic[P, R]):  # noqa: N801 - used as a decorator, like staticmethod
    """A call of a class by a job's id, and of one of its objects without it.

    Example::

        class Job:
            def __init__(self, job_id): self.job_id = job_id

            @of_a_job
            def status(job_id): ...

        Job.status("0f3b2c4d5e6a")
        Job("0f3b2c4d5e6a").status()
    """

    def __init__(self, call: Callable[Concatenate[str, P], R]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    @overload
    def __get__(self, job: None, kind: type) -> Callable[Concatenate[str, P], R]: ...

    @overload
    def __get__(self, job: HasId, kind: type) -> Callable[P, R]: ...

    def __get__(
        self, job: HasId | None, kind: type
    ) -> Callable[Concatenate[str, P], R] | Callable[P, R]:
        del kind
        return self._call if job is None else functools.partial(self._call, job.job_id)
