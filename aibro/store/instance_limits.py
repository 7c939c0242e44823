"""Room for one more instance: the limits of all and of each machine, and the queue before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aibro.machine_spec import MachineSpec
from aibro.models import Record
from aibro.store.database import Row, Transaction

One = Callable[..., Row | None]
"""Reads the first row of a query, inside a write or not."""

AHEAD = (
    "(SELECT count(*) FROM jobs WHERE status = 'QUEUING' AND {what} "
    "AND cancel_requested = 0 AND number < (SELECT number FROM jobs WHERE job_id = :job_id))"
)
"""Jobs before one that want the same."""

_REQUESTED = (
    "SELECT count(*) FROM jobs WHERE status = 'QUEUING' AND waits_at = 'request' "
    "AND job_id != :job_id"
)
_OPEN = (
    "SELECT count(*) used, count(*) FILTER (WHERE status = 'CLOSING' OR close_requested = 1) "
    "closing FROM instances WHERE status != 'CLOSED'"
)
_SAME = "substr(waits_for, 1, length(:machine_id) + 1) = :machine_id || ' '"
_AHEAD_OF_ALL = AHEAD.format(what="waits_at = 'instances'")
_AHEAD_OF_MACHINE = AHEAD.format(what=f"waits_at != 'request' AND {_SAME}")
_ALL = f"SELECT used + ({_REQUESTED}), closing, {_AHEAD_OF_ALL} FROM ({_OPEN})"
"""Of all instances: those there are or are asked for, those that close, jobs that asked before."""
_OF_MACHINE = (
    f"SELECT used + ({_REQUESTED} AND {_SAME}), closing, {_AHEAD_OF_MACHINE} "
    f"FROM ({_OPEN} AND machine_id = :machine_id)"
)
"""The same of one machine."""


class Limit(Record, frozen=True):
    """A limit that a new instance would exceed."""

    kind: str
    """``instances``, of all (``max_active_instances``), or ``capacity``, of its machine."""
    most: int
    ahead: int
    """Jobs that asked before this one and still wait."""
    full: bool
    """As many as that are there; else others wait for the room before this job."""
    closes: bool
    """Enough of them close for those that wait."""


def reached_limit(
    one: One,
    wanted: Mapping[str, str],
    machine: MachineSpec,
    limit: int,
) -> Limit | None:
    """The limit that is in the way of one more instance; that of all instances first."""
    for kind, most, counts in (
        ("instances", limit, _ALL),
        ("capacity", machine.capacity, _OF_MACHINE),
    ):
        if most is None:
            continue
        row = one(counts, wanted)
        assert row is not None
        used, closing, ahead = map(int, row)
        if used + ahead >= most:
            return Limit(
                kind=kind,
                most=most,
                ahead=ahead,
                full=used >= most,
                closes=closing > ahead,
            )
    return None


def waits_already(one: One, wanted: Mapping[str, str], reached: Limit) -> bool:
    """Whether the job waits for this already, and no instance has to be asked to close."""
    row = one(
        "SELECT 1 FROM jobs WHERE job_id = :job_id AND waits_for = :waits_for AND waits_at = :kind",
        {**wanted, "kind": reached.kind},
    )
    return row is not None and (not reached.full or reached.closes or not _something_cools(one))


def _something_cools(one: One) -> bool:
    row = one("SELECT 1 FROM instances WHERE status = 'COOLING' AND close_requested = 0 LIMIT 1")
    return row is not None


def close_one_that_cools(write: Transaction, wanted: Mapping[str, str], reached: Limit) -> None:
    """Ask an instance that only cools to close, unless enough do."""
    if not reached.full or reached.closes:
        return
    of = "" if reached.kind == "instances" else "AND machine_id = :machine_id "
    write.execute(
        "UPDATE instances SET close_requested = 1, seq = :seq WHERE instance_id = "
        "(SELECT instance_id FROM instances WHERE status = 'COOLING' AND close_requested = 0 "
        f"{of}ORDER BY cooling_until LIMIT 1)",
        {**wanted, "seq": write.seq},
    )


def wanted_instance(job_id: str, machine: MachineSpec, environment_key: str) -> dict[str, str]:
    """What the queries here are asked with."""
    return {
        "job_id": job_id,
        "machine_id": machine.machine_id,
        "waits_for": f"{machine.machine_id} {environment_key}",
    }
