"""`aibro.Comm`: what there is to train on."""

from __future__ import annotations

from aibro.machines.listing import list_machines
from aibro.models import Machine
from aibro.store import Store


class Comm:
    """Questions about machines."""

    @staticmethod
    def available_machines() -> list[Machine]:
        """The machines that ``machine_ids`` may name, with what each has and how much is in use.

        Returns:
            Records with ``machine_id``, ``market``, ``cpus``, ``memory_bytes``, ``gpus`` and
            ``instances``.
        """
        return list_machines(Store()).machines
