"""What a route is, and the parameters that several have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aibro.errors import AibroError
from aibro.models import Record
from aibro.server.parameters import IntegerParameter, Parameter
from aibro.server.service import Download
from aibro.store.job_listing import MAX_PAGE

MAX_WHOLE = 2**53 - 1
"""The largest whole number that JavaScript's numbers hold exactly."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path.

    Args:
        path: under ``aibro/api/``; a part in braces is an argument of ``answer``.
        answer: the method of `Service` that answers, called with the path's parts, the parameters
            and the ``body`` by name.
        record: what it answers; ``None`` is nothing, with status 204.
        body: the record the request carries.
        upload: else, the media type of the file it carries; ``answer`` gets its path as ``upload``.
        download: the media type of the file that is answered instead of a record; ``answer``
            returns its `Download`.
        errors: what it raises besides errors of the store and of the parameters.
        waits: it may have to wait for a disk or for another process, so it runs off the event loop.
        asks_clusters: it tells what clusters have, so those are asked first, for ``wait`` seconds
            at most.
        reaps: its answer says how jobs stand, so the jobs of dead runners are ended first.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    answer: Callable[..., Record | Download | dict[str, Any] | None]
    summary: str
    record: type[Record] | type[dict[str, Any]] | None
    parameters: tuple[Parameter, ...] = ()
    body: type[Record] | None = None
    upload: str | None = None
    download: str | None = None
    errors: tuple[type[AibroError], ...] = ()
    status: int = 200
    waits: bool = False
    asks_clusters: bool = False
    reaps: bool = False


AFTER = IntegerParameter(
    name="after",
    description="Only what came after this `seq`.",
    default=0,
    minimum=0,
    maximum=MAX_WHOLE,
)


def limit(default: int) -> IntegerParameter:
    """How many at most are answered, ``default`` unless told."""
    return IntegerParameter(
        name="limit",
        description="How many at most.",
        default=default,
        minimum=1,
        maximum=MAX_PAGE,
    )
