"""Training with Keras, as the rest of AIbro sees it. Slow imports happen only when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.payloads.data import Resolve
from aibro.trainings.base import Contents, Trainer, TrainingKind
from aibro.trainings.keras import files
from aibro.trainings.keras.determinism import thread_variables
from aibro.trainings.keras.spec import spec_of
from aibro.trainings.plan import TrainingPlan

_PROVIDERS = {
    "tensorflow": {"tensorflow", "tensorflow-cpu", "tensorflow-intel", "tf-nightly"},
    "jax": {"jax"},
    "torch": {"torch"},
}
"""The back ends that can train. Any one of the packages beside a back end provides it."""


if TYPE_CHECKING:
    from aibro.object_graph.errors import CarriedError


class KerasKind(TrainingKind):
    """Training with ``keras.Model.fit``."""

    title = "Keras"
    backends = tuple(_PROVIDERS)

    def trainer(self) -> Trainer:
        """See `TrainingKind.trainer`."""
        from aibro.trainings.keras.worker.trainer import KerasTrainer

        return KerasTrainer()

    def requirements(self, backend: str) -> Mapping[str, Set[str]]:
        """See `TrainingKind.requirements`."""
        return {
            "keras": {"keras", "keras-nightly"},
            backend: _PROVIDERS.get(backend, {backend}),
        }

    def thread_variables(
        self, backend: str, threads: int, given: Mapping[str, str]
    ) -> dict[str, str]:
        """See `TrainingKind.thread_variables`."""
        return thread_variables(backend, threads, given)

    def checkpoint_file(self, folder: Path, epoch: int) -> Path:
        """See `TrainingKind.checkpoint_file`."""
        return files.checkpoint_file(folder, epoch)

    def state_file(self, folder: Path, epoch: int) -> Path:
        """See `TrainingKind.state_file`."""
        return files.state_file(folder, epoch)

    def is_whole(self, checkpoint: Path) -> bool:
        """See `TrainingKind.is_whole`."""
        return files.is_whole(checkpoint)

    def obstacle(self, state: Path) -> str | None:
        """See `TrainingKind.obstacle`."""
        from aibro.trainings.keras.states import read_obstacle

        return read_obstacle(state)

    def complete_history(
        self, result: Path, began: int, earlier: Sequence[Mapping[str, float]]
    ) -> None:
        """See `TrainingKind.complete_history`."""
        from aibro.trainings.keras.history import EarlierEpochs, write_earlier

        epochs = EarlierEpochs(began, [dict(metrics) for metrics in earlier])
        write_earlier(result / files.EARLIER_FILE, epochs)

    def has_result(self, result: Path) -> bool:
        """See `TrainingKind.has_result`."""
        return any((result / name).is_file() for name in (files.CHANGES_FILE, files.MODEL_FILE))

    def load_result(
        self, result: Path, plan: TrainingPlan, resolve: Resolve, into: Any
    ) -> tuple[Any, Any]:
        """See `TrainingKind.load_result`."""
        from aibro.trainings.keras.result import load_result

        return load_result(result, plan, resolve, into)

    def load_failed(self, folder: Path, into: Any) -> None:
        """See `TrainingKind.load_failed`."""
        from aibro.trainings.keras.result import load_failed

        load_failed(folder, into)

    def load_error(self, data: bytes, into: Any) -> CarriedError:
        """See `TrainingKind.load_error`."""
        from aibro.trainings.keras.result import load_error

        return load_error(data, into)

    def contents(self, plan: TrainingPlan) -> Contents:
        """See `TrainingKind.contents`."""
        return spec_of(plan).contents()

    def check_spec(self, plan: TrainingPlan) -> None:
        """See `TrainingKind.check_spec`."""
        from aibro.trainings.keras.report import check_spec

        check_spec(plan)

    def renamed(self, spec: msgspec.Raw, names: Mapping[str, str]) -> msgspec.Raw:
        """See `TrainingKind.renamed`."""
        from aibro.trainings.keras.report import renamed

        return renamed(spec, names)

    def check_payload(self, path: Path, name: str, *, with_code: bool) -> None:
        """See `TrainingKind.check_payload`."""
        from aibro.trainings.keras.report import check_payload

        check_payload(path, name, with_code=with_code)


KIND = KerasKind()
