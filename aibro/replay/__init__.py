"""Running a recorded job again, and what is kept of it for that."""

from __future__ import annotations

from aibro.replay.facts import recording
from aibro.replay.recorded import check_replayable
from aibro.replay.start import start_replay

__all__ = ["check_replayable", "recording", "start_replay"]
