"""Runs Keras trainings in the worker: gear up, load, fit, save, and reset for the next job."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aibro.errors import BadInput
from aibro.models import Environment
from aibro.object_graph.changes import Snapshot
from aibro.object_graph.errors import dump_error
from aibro.object_graph.file import write_graph
from aibro.object_graph.pickler import GraphPickler
from aibro.payloads.atomic import replacing
from aibro.payloads.data import Resolve
from aibro.trainings.base import Trainer
from aibro.trainings.environment import read_environment
from aibro.trainings.events import Failure, TrainingEvent
from aibro.trainings.keras import determinism
from aibro.trainings.keras.files import CHANGES_FILE, HISTORY_FILE, MODEL_FILE
from aibro.trainings.keras.graph.sending import graph_rules
from aibro.trainings.keras.history import history_of, write_history
from aibro.trainings.keras.model.load import save_model
from aibro.trainings.keras.settings import make_settings, read_settings
from aibro.trainings.keras.spec import spec_of
from aibro.trainings.keras.worker import devices
from aibro.trainings.keras.worker.loading import LoadedTraining, load_training
from aibro.trainings.plan import TrainingPlan
from aibro.trainings.variables import usable_cpus

if TYPE_CHECKING:
    from aibro.trainings.keras.worker.fit import Fit
    from aibro.trainings.keras.worker.seeding import Seeding

SWEEP_EVERY = 16
"""After every so many jobs, the garbage collector looks at all objects. The framework has half a
million permanent objects, so they are frozen, and usually only newer ones are looked at. But some
objects of each job are frozen with them, and would never be freed without this."""

_STATE_OF_KERAS = "keras.src.backend.common.global_state"
"""What is in this module, ``keras.utils.clear_session`` makes anew."""
_PRIVATE = ("._", ".python", ".core", ".compiler", ".include")
"""In the names of the back ends' modules that users have no business with."""


class KerasTrainer(Trainer):
    """See `Trainer`.

    Args:
        find_devices: given a back end, returns the devices to split each batch among.
    """

    def __init__(self, find_devices: Callable[[str], list[str]] = devices.gpus) -> None:
        self._find_devices = find_devices
        self._devices: list[str] = []
        self._geared: tuple[str, bool] | None = None
        self._facts: Environment | None = None
        self._job = ExitStack()
        self._resets = 0
        self._settings: dict[str, Any] = {}
        self._training: LoadedTraining | None = None
        self._fit: Fit | None = None
        self._history: Any = None
        self._seeding: Seeding | None = None

    def gear_up(self, backend: str, deterministic: bool) -> Environment:
        """See `Trainer.gear_up`.

        Args:
            backend: Keras's name of the back end: tensorflow, jax or torch.
            deterministic: make operations repeatable. This cannot be changed later.

        Raises:
            BadInput: the framework is not installed, or this process already runs another back
                end or another setting of ``deterministic``.
        """
        if self._geared is not None and self._facts is not None:
            if self._geared != (backend, deterministic):
                raise BadInput(
                    f"This worker runs {self._geared[0]} with deterministic={self._geared[1]}; "
                    f"{backend} with deterministic={deterministic} needs a worker of its own."
                )
            return self._facts
        _check_installed(backend)
        os.environ["KERAS_BACKEND"] = backend
        if deterministic:
            threads = usable_cpus()
            os.environ.update(determinism.thread_variables(backend, threads))
        import keras

        if keras.config.backend() != backend:
            raise BadInput(
                f"Keras was imported with the back end {keras.config.backend()} before "
                f"{backend} was asked for."
            )
        if deterministic:
            determinism.make_operations_deterministic(backend)
        self._devices = self._find_devices(backend)
        # The first operation initializes the device, which can take as long as the import.
        keras.ops.convert_to_numpy(keras.ops.add(keras.ops.ones(1), 1))
        self._facts = read_environment(backend, _gpus(backend))
        gc.freeze()
        self._settings = read_settings()
        self._geared = (backend, deterministic)
        return self._facts

    def is_kept(self, module: str) -> bool:
        """See `Trainer.is_kept`: Keras's own modules, and the public ones of the back ends."""
        package = module.partition(".")[0]
        if package == "keras":
            return module != _STATE_OF_KERAS
        return package in ("jax", "tensorflow", "torch") and not any(
            part in module for part in _PRIVATE
        )

    def load(self, plan: TrainingPlan, resolve: Resolve) -> None:
        """See `Trainer.load`.

        Args:
            plan: what to train.
            resolve: returns the file of a payload, given the payload's name.

        Raises:
            BadInput: the training holds code that is not trusted, or it cannot begin at the epoch
                that the plan says.
            NotAsSent: the training did not arrive as it was sent.
        """
        self._training = load_training(plan, resolve, self._devices, self._job)

    def fit(self, tell: Callable[[TrainingEvent], None]) -> Failure | None:
        """See `Trainer.fit`."""
        from aibro.trainings.keras.worker.fit import Fit
        from aibro.trainings.keras.worker.seeding import Seeding

        training = self._loaded()
        self._seeding = Seeding(training.plan, spec_of(training.plan).random)
        self._fit = Fit(training, self._seeding)
        self._history = self._fit.run(tell)
        return self._fit.issue

    @property
    def position(self) -> tuple[int, int]:
        """See `Trainer.position`."""
        if self._fit is None:
            return 0, 0
        return self._fit.position.epoch, self._fit.position.batch

    def save_result(self, folder: Path) -> None:
        """Save the trained model and its history; see `Trainer.save_result`.

        Raises:
            DiskFull: no space is left.
            RuntimeError: ``load`` was not called, or ``fit`` has not ended.
        """
        training = self._loaded()
        if self._history is None:
            raise RuntimeError("fit() has not ended")
        folder.mkdir(parents=True, exist_ok=True)
        if training.snapshot is None:
            with replacing(folder / MODEL_FILE, "the result") as temp:
                save_model(temp, training.model, training.objects)
            write_history(folder / HISTORY_FILE, history_of(self._history))
            return
        self._write_changes(training.snapshot, folder)

    def save_failed(self, folder: Path) -> bool:
        """See `Trainer.save_failed`."""
        training = self._training
        if self._fit is None or training is None or training.snapshot is None:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        self._write_changes(training.snapshot, folder)
        return True

    def _write_changes(self, snapshot: Snapshot, folder: Path) -> None:
        state = self._seeding.trained() if self._seeding is not None else None
        left_out: list[str] = []
        more = {"history": self._history, "random": state, "left_out": left_out}
        data, buffers = snapshot.dump_changes(more, lambda what, _: left_out.append(what))
        write_graph(folder / CHANGES_FILE, data, buffers, "the result")

    def dump_error(self, error: BaseException) -> bytes | None:
        """See `Trainer.dump_error`."""
        return dump_error(error, self._dump)

    def _dump(self, item: Any) -> tuple[bytes, Sequence[Any]]:
        if self._training is not None and self._training.snapshot is not None:
            return self._training.snapshot.dump(item)
        pickler = GraphPickler(graph_rules())
        return pickler.dump_graph(item), pickler.buffers

    def reset(self) -> None:
        """See `Trainer.reset`."""
        self._training = self._fit = self._history = self._seeding = None
        self._job.close()
        self._job = ExitStack()
        if self._geared is not None:
            import keras

            self._resets += 1
            if self._resets % SWEEP_EVERY == 0:
                gc.unfreeze()
            # This runs the garbage collector itself.
            keras.utils.clear_session()
            make_settings(self._settings)
        gc.collect()
        gc.freeze()

    def _loaded(self) -> LoadedTraining:
        if self._training is None:
            raise RuntimeError("load() was not called")
        return self._training


def _check_installed(backend: str) -> None:
    for package in ("keras", backend):
        if importlib.util.find_spec(package) is None:
            raise BadInput(
                f"{package} is not installed for {sys.executable}. "
                f"Install it there: pip install {package}."
            )


def _gpus(backend: str) -> list[str]:
    if backend == "tensorflow":
        import tensorflow

        return [device.name for device in tensorflow.config.list_physical_devices("GPU")]
    if backend == "jax":
        import jax

        return [device.device_kind for device in jax.devices() if device.platform == "gpu"]
    import torch

    return [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
