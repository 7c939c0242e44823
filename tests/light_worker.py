"""A worker that runs scripts in place of a framework; everything else in it is the real worker.

Most of what an engine does has nothing to do with Keras, and importing Keras takes seconds. A
plan's ``fit_arguments`` hold Python code for the steps ``load``, ``fit`` and ``save``. The code can
use ``plan``, and the names that `LightTrainer` provides.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aibro.models import Environment
from aibro.trainings.base import Trainer
from aibro.trainings.events import BatchEnded, EndedEpoch, Failure, TrainingEvent
from aibro.trainings.plan import TrainingPlan
from aibro.worker.__main__ import main
from tests.trainings.plans import model_of

GEAR_VARIABLE = "LIGHT_WORKER_GEAR"
"""The environment variable with the Python code that runs in place of importing a framework."""


def wait_for(path: str) -> None:
    """Wait until a file exists. With this, a test holds a job at a certain point."""
    while not Path(path).exists():
        time.sleep(0.005)


class LightTrainer(Trainer):
    """Runs a script for each step."""

    def __init__(self) -> None:
        self._plan: TrainingPlan | None = None
        self._position = (0, 0)
        self._names: dict[str, Any] = {
            "os": os,
            "sys": sys,
            "time": time,
            "Path": Path,
            "wait_for": wait_for,
        }

    def gear_up(self, backend: str, deterministic: bool) -> Environment:
        """Run the code in the environment variable `GEAR_VARIABLE`."""
        del deterministic
        exec(os.environ.get(GEAR_VARIABLE, ""), dict(self._names))
        return Environment(
            interpreter=sys.executable,
            python="3",
            backend=backend,
            packages={},
            platform="",
            cpu="",
            cpus=1,
            threads={},
            gpus=[],
        )

    def load(self, plan: TrainingPlan, resolve: Callable[[str], Path]) -> None:
        """Run ``load``."""
        self._position = (0, 0)
        self._plan = plan
        self._run("load", resolve=resolve)

    def fit(self, tell: Callable[[TrainingEvent], None]) -> Failure | None:
        """Run ``fit``.

        The code can report progress with ``epoch(1, loss=0.5)`` and ``batch(1, 3, 10)``: the third
        of ten batches in the first epoch. To act as if a callback had stopped the training, it
        calls ``stop("TerminateOnNaN", message="...", epoch=1, batch=2)``.
        """
        issues: list[Failure] = []
        self._position = (1, 0)

        def epoch(number: int, **metrics: float) -> None:
            self._position = (number + 1, 0)
            tell(EndedEpoch(epoch=number, metrics=metrics, weights_hash=str(metrics)))

        def batch(number: int, done: int, of: int | None = None, **metrics: float) -> None:
            tell(BatchEnded(epoch=number, batch=done, batches=of, metrics=metrics))

        def stop(exception: str, **where: Any) -> None:
            issues.append(Failure(exception=exception, place="", **where))

        self._run("fit", epoch=epoch, batch=batch, stop=stop)
        self._position = (0, 0)
        return issues[0] if issues else None

    @property
    def position(self) -> tuple[int, int]:
        """The running epoch, as far as ``fit`` has reported."""
        return self._position

    def save_result(self, folder: Path) -> None:
        """Write a result, and run ``save`` when half of it is written."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "model.keras").open("w") as file:
            file.write("half of it, ")
            self._run("save", folder=folder)
            file.write("the other half")

    def dump_error(self, error: BaseException) -> bytes | None:
        """See `Trainer.dump_error`."""
        del error
        return None

    def reset(self) -> None:
        """Forget the job."""
        self._plan = None

    def _run(self, step: str, **names: object) -> None:
        assert self._plan is not None
        script = model_of(self._plan).fit_arguments.get(step, "")
        names |= {"plan": self._plan}
        exec(compile(script, f"<{step}>", "exec"), {**self._names, **names})


if __name__ == "__main__":
    main(lambda _: LightTrainer())
