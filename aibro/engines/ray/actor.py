"""The agent as an actor of Ray: how it runs on a node, and how its bridge calls it."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any, NoReturn

from aibro.engines.bridged.agent import Agent
from aibro.engines.bridged.messages import LaunchOrder
from aibro.engines.bridged.placement import AgentConnection, CallFailed, Loss
from aibro.engines.ray.diagnosis import error_line


class RayAgent(Agent):
    """Runs on the node. Ray calls every method in a thread of its own.

    Args:
        order: what to start.

    Raises:
        OSError: the worker cannot be started.
    """

    hidden_variables = ("RAY_", "OMP_NUM_THREADS")

    def __init__(self, order: LaunchOrder) -> None:
        from ray import get_runtime_context

        super().__init__(order, get_runtime_context().get_node_id())

    def taken_away_at(self) -> float | None:
        """See `Agent.taken_away_at`."""
        from ray._private.state import state

        # Ray has no public word for it yet; its own libraries ask in the same way.
        try:
            deadline = state.get_draining_nodes().get(self.node)
        except Exception:  # noqa: BLE001 - the head may be away for a moment
            return None
        if deadline is None:
            return None
        return deadline / 1000 if deadline > 0 else float("inf")

    def leave(self) -> NoReturn:
        """See `Agent.leave`: end this actor and give its place back."""
        from ray.util.placement_group import get_current_placement_group, remove_placement_group

        def give_back() -> None:
            with contextlib.suppress(Exception):
                remove_placement_group(get_current_placement_group())

        giving = threading.Thread(target=give_back, daemon=True)
        giving.start()
        giving.join(2.0)
        os._exit(0)


class ActorConnection(AgentConnection):
    """Calls the agent from the bridge.

    Args:
        actor: the agent's handle.
        node: Ray's id of its node.
    """

    def __init__(self, actor: Any, node: str) -> None:
        self._actor = actor
        self.node = node

    def call(self, method: str, *arguments: Any, within_s: float | None = None) -> Any:
        """See `AgentConnection.call`."""
        import numpy as np
        import ray
        from ray.exceptions import RayTaskError

        # Put first: an array as an argument would be copied once more.
        passed = [ray.put(each) if isinstance(each, np.ndarray) else each for each in arguments]
        try:
            return ray.get(getattr(self._actor, method).remote(*passed), timeout=within_s)
        except RayTaskError as error:
            cause = error.cause if isinstance(error.cause, Exception) else error
            raise CallFailed(cause) from error

    def loss(self, error: Exception) -> Loss:
        """See `AgentConnection.loss`."""
        from ray.exceptions import OutOfMemoryError, RayActorError

        if isinstance(error, OutOfMemoryError):
            return Loss(f"its node ran out of memory: {error_line(error)}", preempted=False)
        if isinstance(error, RayActorError):
            return Loss("its node is gone", preempted=True)
        return Loss(f"its node cannot be used any more: {error_line(error)}", preempted=True)
