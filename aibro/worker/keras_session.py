"""Keras in the worker: gear up, load, fit, save, and be ready for the next job."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.errors import BadInput
from aibro.payloads import code
from aibro.payloads.atomic import replacing
from aibro.payloads.data import Resolve, load_tree
from aibro.payloads.history import TrainingHistory, write_history
from aibro.payloads.model import load_model, restore_random_states, save_model
from aibro.worker import determinism, devices
from aibro.worker.environment import read_environment
from aibro.worker.plan import Event, TrainingPlan
from aibro.worker.states import read_state

if TYPE_CHECKING:
    from aibro.worker.fit import Fit, Start
    from aibro.worker.protocol import Issue

MODEL_FILE = "model.keras"
HISTORY_FILE = "history.msgpack"
SWEEP_EVERY = 16
"""After so many jobs all objects are looked at for unreachable ones. The framework has half a
million that stay, and keeps some of each job: in between, only the new ones are worth a look."""


class ResultFiles(msgspec.Struct, frozen=True):
    """Where a result lies."""

    model: Path
    history: Path


class KerasSession:
    """One framework in one process, for one job after another.

    Imports nothing of the framework until ``gear_up``. Not for use by several threads.

    Args:
        find_devices: from a back end to what each batch is shared among.
    """

    def __init__(self, find_devices: Callable[[str], list[str]] = devices.gpus) -> None:
        self._find_devices = find_devices
        self._devices: list[str] = []
        self._geared: tuple[str, bool] | None = None
        self._facts: dict[str, Any] = {}
        self._job = ExitStack()
        self._resets = 0
        self._plan: TrainingPlan | None = None
        self._model: Any = None
        self._arguments: dict[str, Any] = {}
        self._objects: code.CustomObjects = {}
        self._start: Start | None = None
        self._fit: Fit | None = None
        self._history: TrainingHistory | None = None

    def gear_up(self, backend: str, deterministic: bool) -> dict[str, Any]:
        """Import the framework and make its devices ready; at once when that is done.

        Args:
            backend: Keras's name of it: tensorflow, jax or torch.
            deterministic: make operations repeatable; it can't be changed afterwards.

        Returns:
            An ``aibro.models.Environment`` as a dict.

        Raises:
            BadInput: the framework is not installed, or another one is geared up.
        """
        if self._geared is not None:
            if self._geared != (backend, deterministic):
                raise BadInput(
                    f"This worker runs {self._geared[0]} with deterministic={self._geared[1]}; "
                    f"{backend} with deterministic={deterministic} needs a worker of its own."
                )
            return self._facts
        _check_installed(backend)
        os.environ["KERAS_BACKEND"] = backend
        if deterministic:
            threads = determinism.usable_cpus()
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
        # The first operation starts the device, which can take as long as the import.
        keras.ops.convert_to_numpy(keras.ops.add(keras.ops.ones(1), 1))
        self._facts = msgspec.to_builtins(read_environment(backend, _gpus(backend)))
        gc.freeze()
        self._geared = (backend, deterministic)
        return self._facts

    def load(self, job: TrainingPlan, resolve: Resolve) -> None:
        """Bring model, code and arrays into memory.

        Args:
            job: what to train.
            resolve: from a payload's name to its file.

        Raises:
            BadInput: code came with it and is not trusted, or it begins where it cannot.
        """
        if job.safe_mode and job.model.code is not None:
            raise BadInput(
                "The recording holds code, which runs only for those who trust where it came "
                "from. Replay it with trust=True if you do."
            )
        self._plan = job
        self._job.enter_context(_importing_from(job.working_directory))
        x = load_tree(resolve, job.train_X)
        if len(self._devices) > 1:
            split = job.model.fit_arguments.get("validation_split") or 0
            batch = devices.first_batch(x, job.batch_size, split)
            self._job.enter_context(devices.data_parallel(job.model.backend, self._devices, batch))
        with ExitStack() as files:
            if job.model.code is not None:
                file = files.enter_context(resolve(job.model.code).open("rb"))
                self._objects = code.load_objects(file)
            self._model = load_model(
                resolve(job.model.model), self._objects, safe_mode=job.safe_mode
            )
            devices.fit_for_sharing(self._model)
            restore_random_states(self._model, job.model.random_states)
            self._arguments = dict(job.model.fit_arguments)
            if job.model.code is not None:
                self._arguments |= code.load_fit_arguments(file, self._model)
        for name, tree in job.model.fit_arrays.items():
            self._arguments[name] = load_tree(resolve, tree)
        self._arguments |= {
            "x": x,
            "y": load_tree(resolve, job.train_Y),
            "validation_data": load_tree(resolve, job.validation_data),
            "epochs": job.epochs,
            "batch_size": job.batch_size,
        }
        if job.start is not None:
            self._start = _start(job, resolve)

    def fit(self, on_event: Callable[[Event], None]) -> Issue | None:
        """Train the loaded model.

        Args:
            on_event: called for every epoch and now and then for a batch, from any thread.

        Returns:
            What was wrong with the training though it ended by itself.

        Raises:
            BadInput: the checkpoint to begin at is not what it should be.
            DiskFull: a checkpoint, a state or a log could not be written.
            Exception: whatever the user's code or the framework raises.
        """
        from aibro.worker.fit import Fit

        self._fit = Fit(self._loaded(), self._model, self._objects, self._arguments, self._start)
        self._history = self._fit.run(on_event)
        return self._fit.issue

    @property
    def position(self) -> tuple[int, int]:
        """The epoch and the batch (from 1) that are under way; 0 when none is."""
        if self._fit is None:
            return 0, 0
        return self._fit.position.epoch, self._fit.position.batch

    def save_result(self, folder: Path) -> ResultFiles:
        """Save the trained model and its history, each complete or not at all.

        Raises:
            DiskFull: no space is left.
        """
        self._loaded()
        if self._history is None:
            raise RuntimeError("fit() has not ended")
        result = ResultFiles(model=folder / MODEL_FILE, history=folder / HISTORY_FILE)
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(result.model, "the result") as temp:
            save_model(temp, self._model, self._objects)
        write_history(result.history, self._history)
        return result

    def reset(self) -> None:
        """Forget the job: its memory is free and the framework ready for the next one."""
        self._plan = self._model = self._start = self._fit = self._history = None
        self._arguments, self._objects = {}, {}
        self._job.close()
        self._job = ExitStack()
        if self._geared is not None:
            import keras

            self._resets += 1
            if self._resets % SWEEP_EVERY == 0:
                gc.unfreeze()
            # Looks for unreachable objects itself.
            keras.utils.clear_session()
        gc.collect()
        gc.freeze()

    def _loaded(self) -> TrainingPlan:
        if self._plan is None:
            raise RuntimeError("load() was not called")
        return self._plan


def _start(plan: TrainingPlan, resolve: Resolve) -> Start:
    from aibro.worker.fit import Start

    assert plan.start is not None
    state = read_state(resolve(plan.start.state))
    if state.epoch != plan.start.epoch:
        raise BadInput(
            f"The saved state is that of epoch {state.epoch}, not of epoch {plan.start.epoch}."
        )
    if state.not_restorable is not None:
        raise BadInput(
            f"The training cannot begin after epoch {state.epoch}: {state.not_restorable}"
        )
    if plan.safe_mode and state.callbacks is not None:
        raise BadInput(
            "The saved state holds pickled callbacks, which are loaded only for those who trust "
            "where it came from. Replay it with trust=True if you do, or from the start."
        )
    return Start(resolve(plan.start.checkpoint), plan.start.weights_hash, state)


@contextlib.contextmanager
def _importing_from(folder: str) -> Iterator[None]:
    """Import the user's modules from beside the notebook, and forget them afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder) and "site-packages" not in file:
                # The next job may bring another version of it.
                del sys.modules[name]


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
