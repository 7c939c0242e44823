"""Routes about the server, its machines and its instances."""

from __future__ import annotations

from typing import Any

from aibro.errors import BadInput, InstanceNotCooling, InstanceNotFound
from aibro.machines.clusters import ANSWER_S
from aibro.models import ExtendRequest, Instance, InstanceList, MachineList, ServerInfo
from aibro.server.parameters import IntegerParameter
from aibro.server.routes.route import Route
from aibro.server.service import Service

SERVER: tuple[Route, ...] = (
    Route(
        method="GET",
        path="openapi.json",
        answer=Service.openapi,
        summary="This document.",
        record=dict[str, Any],
    ),
    Route(
        method="GET",
        path="info",
        answer=Service.info,
        summary="The server's versions, last change and root folder.",
        record=ServerInfo,
    ),
    Route(
        method="GET",
        path="instances",
        answer=Service.instances,
        summary="The instances that are not closed.",
        record=InstanceList,
        reaps=True,
    ),
    Route(
        method="POST",
        path="instances/{instance_id}/extend",
        answer=Service.extend_instance,
        summary="Hold a cooling instance longer.",
        record=Instance,
        body=ExtendRequest,
        errors=(BadInput, InstanceNotFound, InstanceNotCooling),
        waits=True,
        reaps=True,
    ),
    Route(
        method="POST",
        path="instances/{instance_id}/close",
        answer=Service.close_instance,
        summary="End a cooling instance now.",
        record=Instance,
        errors=(InstanceNotFound, InstanceNotCooling),
        waits=True,
        reaps=True,
    ),
    Route(
        method="GET",
        path="machines",
        answer=Service.machines,
        summary="The kinds of machines that jobs can ask for.",
        record=MachineList,
        parameters=(
            IntegerParameter(
                name="wait",
                description="How many seconds at most to wait for what is free on clusters now. "
                "With 0 the answer has what is known already; the clusters are asked meanwhile.",
                default=0,
                minimum=0,
                maximum=ANSWER_S,
            ),
        ),
        waits=True,
        asks_clusters=True,
    ),
)
