"""How often, and how quickly, the user's jobs were granted the machines they requested."""

from __future__ import annotations

from aibro.models import Record
from aibro.store.database import Database

GRANTED = "granted"
KEPT = 200
"""How many requests are kept for each machine."""


class Experience(Record, frozen=True):
    """A summary of the user's latest requests for one machine."""

    requests: int
    availability: float | None
    """The fraction that was granted in time, from 0 to 1; ``None`` without requests."""
    usual_wait_s: float | None
    """The median wait of the granted requests, in seconds; ``None`` if none was granted."""


NONE_YET = Experience(requests=0, availability=None, usual_wait_s=None)


class Requests:
    """The table of requests for machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, machine_id: str, outcome: str, waited_s: float) -> None:
        """Store the outcome of a request for a machine.

        Args:
            outcome: ``granted``, ``late``, ``impossible`` or ``failed``.
            waited_s: seconds from the request to its outcome.
        """
        with self._database.write() as write:
            write.execute(
                "INSERT INTO requests (machine_id, outcome, waited_s, at) VALUES (?, ?, ?, ?)",
                (machine_id, outcome, waited_s, write.now),
            )
            write.execute(
                "DELETE FROM requests WHERE machine_id = ? AND number <= (SELECT number FROM "
                "requests WHERE machine_id = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (machine_id, machine_id, KEPT),
            )

    def experience(self) -> dict[str, Experience]:
        """By machine id, a summary for every machine that was ever requested."""
        asked: dict[str, int] = {}
        waits: dict[str, list[float]] = {}
        for machine_id, outcome, waited_s in self._database.read(
            "SELECT machine_id, outcome, waited_s FROM requests ORDER BY waited_s"
        ):
            asked[machine_id] = asked.get(machine_id, 0) + 1
            if outcome == GRANTED:
                waits.setdefault(machine_id, []).append(waited_s)
        return {
            machine_id: _experience(count, waits.get(machine_id, []))
            for machine_id, count in asked.items()
        }


def _experience(requests: int, waits: list[float]) -> Experience:
    return Experience(
        requests=requests,
        availability=len(waits) / requests,
        usual_wait_s=waits[(len(waits) - 1) // 2] if waits else None,
    )
