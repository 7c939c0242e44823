"""The one table of routes, from which the handlers and the OpenAPI document are made."""

from aibro.server.routes.jobs import JOBS
from aibro.server.routes.logs import LOGS
from aibro.server.routes.outputs import OUTPUTS
from aibro.server.routes.recordings import RECORDINGS
from aibro.server.routes.route import Route
from aibro.server.routes.server import SERVER

__all__ = ["ROUTES", "Route"]

ROUTES: tuple[Route, ...] = (*SERVER, *JOBS, *OUTPUTS, *LOGS, *RECORDINGS)
