"""Is there room for one more instance? There is a limit for all instances and one per machine.

Jobs that find a limit reached wait in a queue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aibro.machine_spec import MachineSpec
from aibro.models import Record
from aibro.store.database import Row, Transaction

One = Callable[..., Row | None]
"""Reads the first row of a query, either inside a write or outside of one."""

AHEAD = (
    "(SELECT count(*) FROM jobs WHERE status = 'QUEUING' AND {what} "
    "AND cancel_requested = 0 AND number < (SELECT number FROM jobs WHERE job_id = :job_id))"
)
"""Counts the earlier jobs that wait for the same thing."""

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
"""For all instances: those that exist or are requested, those that close, and jobs ahead."""
_OF_MACHINE = (
    f"SELECT used + ({_REQUESTED} AND {_SAME}), closing, {_AHEAD_OF_MACHINE} "
    f"FROM ({_OPEN} AND machine_id = :machine_id)"
)
"""The same counts for one machine."""


class Limit(Record, frozen=True):
    """A limit that a new instance would exceed."""

    kind: str
    """``instances`` for the limit of all (``max_active_instances``), ``capacity`` for the limit of
    one machine."""
    most: int
    """The limit: so many instances may exist at the same time."""
    ahead: int
    """Earlier jobs that still wait for room."""
    full: bool
    """True when the limit is used up; false when there is room, but jobs ahead will take it."""
    closes: bool
    """Enough instances are closing already for the jobs ahead and this one."""


def reached_limit(
    one: One,
    wanted: Mapping[str, str],
    machine: MachineSpec,
    limit: int,
) -> Limit | None:
    """The limit that one more instance would exceed, or ``None``.

    The limit of all instances is checked first, then the machine's.

    Args:
        one: reads the first row of a query.
        wanted: from `wanted_instance`.
        limit: the most instances that may exist at the same time.
    """
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
    """Whether nothing has to be written.

    That is so when the job's wait is stored and no instance needs to be asked to close, or none
    could be.
    """
    row = one(
        "SELECT 1 FROM jobs WHERE job_id = :job_id AND waits_for = :waits_for AND waits_at = :kind",
        {**wanted, "kind": reached.kind},
    )
    return row is not None and (not reached.full or reached.closes or not _something_cools(one))


def _something_cools(one: One) -> bool:
    row = one("SELECT 1 FROM instances WHERE status = 'COOLING' AND close_requested = 0 LIMIT 1")
    return row is not None


def close_one_that_cools(write: Transaction, wanted: Mapping[str, str], reached: Limit) -> None:
    """Ask one cooling instance to close, unless enough instances are closing already."""
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
    """The parameters of this module's queries."""
    return {
        "job_id": job_id,
        "machine_id": machine.machine_id,
        "waits_for": f"{machine.machine_id} {environment_key}",
    }
