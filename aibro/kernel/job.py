"""`aibro.Job`: look at jobs, rejoin them, chart them, replay them."""

from __future__ import annotations

from aibro.kernel.following import Following
from aibro.kernel.outcomes import Outcomes
from aibro.kernel.pictures import Pictures
from aibro.kernel.recordings import Recordings
from aibro.kernel.replays import Replays


class Job(Following, Outcomes, Pictures, Replays, Recordings):
    """Everything about jobs, by their id; works from any kernel and from plain Python."""
