"""`aibro.Comm`: what there is to train on."""

from __future__ import annotations

from aibro.models import Machine
from aibro.store import Store


class Comm:
    """Questions about machines.

    Example:
        The machines that have room for a job right now::

            [machine.machine_id for machine in aibro.Comm.available_machines() if machine.free]
    """

    @staticmethod
    def available_machines() -> list[Machine]:
        """The machines that ``machine_ids`` may name, with what of each is free now.

        This machine comes first, then those that ``machines.toml`` in the state folder describes.
        Their clusters are all asked at the same time, which takes some seconds and 15 at most.

        Returns:
            Records with ``machine_id``, ``market``, ``cpus``, ``memory_bytes``, ``gpus``,
            ``labels``, ``price_per_hour``, ``capacity`` and ``instances`` (how many there are);
            ``free``, how many more could start right now, and ``problem``, why none can, in
            words; of the user's own latest ``requests``, ``availability``, the part that was
            granted in time, and ``usual_wait_s``, how long that took.

        Raises:
            BadInput: ``machines.toml`` is not right; says on which line, and what to do.
        """
        from aibro.machines.listing import ask_machines

        return ask_machines(Store())
