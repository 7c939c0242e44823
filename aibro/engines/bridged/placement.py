"""What an engine's own bridge has to do: get a place on the cluster, and call the agent there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from aibro.engines.bridged.messages import LaunchOrder
from aibro.machine_spec import MachineSpec


class CallFailed(Exception):
    """The agent was called and raised something itself.

    Args:
        cause: what it raised.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Loss(NamedTuple):
    """Why an instance is lost."""

    reason: str
    preempted: bool
    """Its machine is gone; else only its worker."""


class AgentConnection(ABC):
    """The agent of an instance, as its bridge calls it.

    Attributes:
        node: what the cluster calls the node.
    """

    node: str

    @abstractmethod
    def call(self, method: str, *arguments: Any, within_s: float | None = None) -> Any:
        """Call a method of `aibro.engines.bridged.agent.Agent` and return what it returns.

        Example:
            ``connection.call("write", name, offset, piece, within_s=120.0)``

        Args:
            method: its name.
            arguments: of the call; large arrays are not copied more often than needed.
            within_s: seconds to wait for the answer; ``None`` waits for ever.

        Raises:
            TimeoutError: there was no answer.
            CallFailed: the method itself raised something.
            Exception: the agent cannot be reached any more; see `loss`.
        """

    @abstractmethod
    def loss(self, error: Exception) -> Loss:
        """What it means for the instance that `call` raised this."""


class Placement(ABC):
    """One machine of a cluster: asked for, then started, then removed.

    Args:
        machine: what is asked for.
        order: what is started on it.
    """

    def __init__(self, machine: MachineSpec, order: LaunchOrder) -> None:
        self.machine = machine
        self._order = order

    @abstractmethod
    def wait(
        self,
        say: Callable[[str], None],
        reached: Callable[[], None],
        *,
        wait_for_capacity: bool,
        avoid: list[str],
    ) -> tuple[float, float]:
        """Connect to the cluster, ask for the machine, and wait until it is there.

        Args:
            say: told what is waited for, when that changes.
            reached: called when the cluster has been reached, or is waited for itself: from then
                on the user's ``wait_request_s`` count. Calls after the first change nothing.
            wait_for_capacity: what is missing now may come back.
            avoid: nodes that were lost; the cluster itself may not have noticed yet.

        Returns:
            When the request was placed and when it was fulfilled, in seconds since the epoch.

        Raises:
            Impossible: no node of the cluster can ever hold it.
            NoInstance: the cluster cannot be used.
        """

    @abstractmethod
    def start(self) -> AgentConnection:
        """Start the agent on the machine and wait until it answers.

        Raises:
            NoInstance: it could not be started; says why.
            Preempted: its node was lost meanwhile.
        """

    @abstractmethod
    def remove(self) -> None:
        """Give the machine back, with whatever runs on it; nothing is raised."""
