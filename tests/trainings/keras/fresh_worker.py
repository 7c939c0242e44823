"""A worker without its connection: runs plans of a notebook, one job after the other.

Arguments: the notebook's folder, where results go, whether to be deterministic, kinds of model.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from aibro.trainings.events import TrainingEvent
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import TrainingPlan

notebook, results, deterministic = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "True"
results.mkdir(exist_ok=True)
session = KerasTrainer()
for job, kind in enumerate(sys.argv[4:]):
    plan = msgspec.json.decode((notebook / kind / "plan.json").read_bytes(), type=TrainingPlan)
    facts = session.gear_up(plan.backend, deterministic)
    (results / "facts.json").write_bytes(msgspec.json.encode(facts))
    events: list[TrainingEvent] = []
    session.load(plan, lambda name: notebook / "payloads" / name)
    session.fit(events.append)
    session.save_result(results / str(job))
    session.reset()
    (results / str(job) / "events.json").write_bytes(msgspec.json.encode(events))
