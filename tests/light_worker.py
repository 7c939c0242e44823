"""A worker in which a script stands for the framework; all else of it is the real one.

Most of what an engine does has nothing to do with Keras, and Keras takes seconds to start. A
training plan's ``fit_arguments`` hold Python for the steps ``load``, ``fit`` and ``save``; see
`LightSession` for the names it can use, besides ``plan``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aibro.worker.session
from aibro.worker.__main__ import main
from aibro.worker.plan import BatchEnd, EpochEnd, Event, TrainingPlan
from aibro.worker.protocol import Issue

GEAR_VARIABLE = "LIGHT_WORKER_GEAR"
"""Python that runs in place of the import of the framework."""


def wait_for(path: str) -> None:
    """Wait until a file is there: how a test holds a job where it is."""
    while not Path(path).exists():
        time.sleep(0.005)


class LightSession:
    """Stands for `aibro.worker.keras_session.KerasSession`."""

    def __init__(self) -> None:
        self._plan: TrainingPlan | None = None
        self.position = (0, 0)
        self._names: dict[str, Any] = {
            "os": os,
            "sys": sys,
            "time": time,
            "Path": Path,
            "wait_for": wait_for,
        }

    def gear_up(self, backend: str, deterministic: bool) -> dict[str, Any]:
        """Run what the environment holds."""
        del deterministic
        exec(os.environ.get(GEAR_VARIABLE, ""), dict(self._names))
        return {
            "interpreter": sys.executable,
            "python": "3",
            "backend": backend,
            "packages": {},
            "platform": "",
            "cpu": "",
            "cpus": 1,
            "threads": {},
            "gpus": [],
        }

    def load(self, job: TrainingPlan, resolve: Callable[[str], Path]) -> None:
        """Run ``load``."""
        self.position = (0, 0)
        self._plan = job
        self._run("load", resolve=resolve)

    def fit(self, on_event: Callable[[Event], None]) -> Issue | None:
        """Run ``fit``, in which ``epoch(1, loss=0.5)`` and ``batch(1, 3, 10)`` tell of progress.

        With ``stop("TerminateOnNaN", message="...", epoch=1, batch=2)`` it has stopped by itself.
        """
        issues: list[Issue] = []
        self.position = (1, 0)

        def epoch(number: int, **metrics: float) -> None:
            self.position = (number + 1, 0)
            on_event(EpochEnd(epoch=number, metrics=metrics, weights_hash=str(metrics)))

        def batch(number: int, done: int, of: int | None = None, **metrics: float) -> None:
            on_event(BatchEnd(epoch=number, batch=done, batches=of, metrics=metrics))

        def stop(exception: str, **where: Any) -> None:
            issues.append(Issue(exception=exception, **where))

        self._run("fit", epoch=epoch, batch=batch, stop=stop)
        self.position = (0, 0)
        return issues[0] if issues else None

    def save_result(self, folder: Path) -> None:
        """Write a result and run ``save`` half-way."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "model.keras").open("w") as file:
            file.write("half of it, ")
            self._run("save", folder=folder)
            file.write("the other half")

    def reset(self) -> None:
        """Forget the job."""
        self._plan = None

    def _run(self, step: str, **names: object) -> None:
        assert self._plan is not None
        script = self._plan.model.fit_arguments.get(step, "")
        names |= {"plan": self._plan}
        exec(compile(script, f"<{step}>", "exec"), {**self._names, **names})


if __name__ == "__main__":
    setattr(aibro.worker.session, "KerasSession", LightSession)  # noqa: B010 - it is no export
    main()
