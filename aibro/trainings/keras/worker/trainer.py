"""Runs Keras trainings in the worker: gear up, load, fit, save, and reset for the next job."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aibro.errors import BadInput
from aibro.models import Environment
from aibro.object_graph.changes import Snapshot
from aibro.object_graph.errors import dump_error
from aibro.object_graph.file import write_graph
from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.sources import having_sources
from aibro.payloads.atomic import replacing
from aibro.payloads.data import Resolve, load_tree
from aibro.trainings.base import Trainer
from aibro.trainings.environment import read_environment
from aibro.trainings.events import Failure, TrainingEvent
from aibro.trainings.keras import determinism
from aibro.trainings.keras.files import CHANGES_FILE, HISTORY_FILE, MODEL_FILE
from aibro.trainings.keras.graph.sending import (
    graph_rules,
    load_sent_graph,
    why_unreadable,
)
from aibro.trainings.keras.history import history_of, write_history
from aibro.trainings.keras.model import code
from aibro.trainings.keras.model.load import load_model, restore_random_states, save_model
from aibro.trainings.keras.settings import DETERMINISM, make_settings, read_settings
from aibro.trainings.keras.spec import (
    DEFAULT_BATCH_SIZE,
    GraphPayload,
    KerasSpec,
    ModelPayload,
    spec_of,
)
from aibro.trainings.keras.states import read_state
from aibro.trainings.keras.worker import devices
from aibro.trainings.plan import TrainingPlan
from aibro.trainings.variables import usable_cpus

if TYPE_CHECKING:
    from aibro.trainings.keras.worker.fit import Fit, Start
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
        self._plan: TrainingPlan | None = None
        self._model: Any = None
        self._arguments: dict[str, Any] = {}
        self._objects: code.CustomObjects = {}
        self._start: Start | None = None
        self._fit: Fit | None = None
        self._history: Any = None
        self._snapshot: Snapshot | None = None
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
        """
        spec = spec_of(plan)
        self._plan = plan
        self._job.enter_context(_importing_from(plan.working_directory))
        data = {
            "x": load_tree(resolve, spec.train_X),
            "y": load_tree(resolve, spec.train_Y),
            "validation_data": load_tree(resolve, spec.validation_data),
        }
        if len(self._devices) > 1:
            batch_size = spec.batch_size or DEFAULT_BATCH_SIZE
            batch = devices.first_batch(data["x"], batch_size, spec.validation_split)
            self._job.enter_context(devices.data_parallel(plan.backend, self._devices, batch))
        if _form(plan, spec) == "graph":
            assert spec.graph is not None
            self._load_graph(spec.graph, resolve, tuple(data.values()))
        else:
            assert spec.model is not None
            self._load_portable(spec.model, resolve, plan.safe_mode)
        devices.fit_for_sharing(self._model)
        self._arguments |= {**data, "epochs": plan.epochs, "batch_size": spec.batch_size}
        if plan.start is not None:
            self._start = _start(plan, resolve)

    def _load_graph(self, graph: GraphPayload, resolve: Resolve, data: Any) -> None:
        from aibro.trainings.keras.graph.arrival import check_arrived

        settings = _of_notebook(graph.settings, self._loaded())
        make_settings(settings)
        loaded = load_sent_graph(graph, resolve, data)
        root = loaded.root
        self._job.enter_context(having_sources(loaded.sources))
        self._model, self._arguments = root["model"], dict(root["arguments"])
        self._objects = root["registered"]
        self._snapshot = Snapshot(loaded, graph_rules())
        check_arrived(loaded, self._snapshot, settings)
        self._job.enter_context(_registered(self._objects))

    def _load_portable(self, model: ModelPayload, resolve: Resolve, safe_mode: bool) -> None:
        with ExitStack() as files:
            if model.code is not None:
                file = files.enter_context(resolve(model.code).open("rb"))
                self._objects = code.load_objects(file)
            self._model = load_model(resolve(model.model), self._objects, safe_mode=safe_mode)
            restore_random_states(self._model, model.random_states)
            self._arguments = dict(model.fit_arguments)
            if model.code is not None:
                self._arguments |= code.load_fit_arguments(file, self._model)
        for name, tree in model.fit_arrays.items():
            self._arguments[name] = load_tree(resolve, tree)

    def fit(self, tell: Callable[[TrainingEvent], None]) -> Failure | None:
        """See `Trainer.fit`."""
        from aibro.trainings.keras.worker.fit import Fit
        from aibro.trainings.keras.worker.seeding import Seeding

        plan = self._loaded()
        self._seeding = Seeding(plan, spec_of(plan).random)
        self._fit = Fit(
            plan,
            self._model,
            self._objects,
            self._arguments,
            self._start,
            self._seeding,
            self._snapshot,
        )
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
        self._loaded()
        if self._history is None:
            raise RuntimeError("fit() has not ended")
        folder.mkdir(parents=True, exist_ok=True)
        if self._snapshot is None:
            with replacing(folder / MODEL_FILE, "the result") as temp:
                save_model(temp, self._model, self._objects)
            write_history(folder / HISTORY_FILE, history_of(self._history))
            return
        state = self._seeding.trained() if self._seeding is not None else None
        more = {"history": self._history, "random": state}
        data, buffers = self._snapshot.dump_changes(more, _tell_left_out)
        write_graph(folder / CHANGES_FILE, data, buffers, "the result")

    def dump_error(self, error: BaseException) -> bytes | None:
        """See `Trainer.dump_error`."""
        return dump_error(error, self._dump)

    def _dump(self, item: Any) -> tuple[bytes, Sequence[Any]]:
        if self._snapshot is not None:
            return self._snapshot.dump(item)
        pickler = GraphPickler(graph_rules())
        return pickler.dump_graph(item), pickler.buffers

    def reset(self) -> None:
        """See `Trainer.reset`."""
        self._plan = self._model = self._start = self._fit = self._history = None
        self._snapshot = self._seeding = None
        self._arguments, self._objects = {}, {}
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

    def _loaded(self) -> TrainingPlan:
        if self._plan is None:
            raise RuntimeError("load() was not called")
        return self._plan


def _form(plan: TrainingPlan, spec: KerasSpec) -> str:
    """In which form the model is loaded.

    Raises:
        BadInput: in none; says why.
    """
    if plan.safe_mode:
        if spec.model is None or spec.model.code is not None:
            raise BadInput(
                "The recording holds code, which runs only for those who trust where it came "
                "from. Replay it with trust=True if you do."
            )
        return "model"
    if spec.graph is None:
        return "model"
    reason = why_unreadable(spec.graph)
    if reason is None:
        return "graph"
    if spec.model is None:
        raise BadInput(
            f"The model cannot be loaded here: {reason}. Use the same versions, or record the "
            f"training. {spec.no_model or ''}".rstrip()
        )
    print(f"The model is loaded from what Keras saves of it: {reason}.", flush=True)
    return "model"


def _of_notebook(settings: dict[str, Any], plan: TrainingPlan) -> dict[str, Any]:
    """The notebook's settings without those that a recorded training has of its own."""
    own = (DETERMINISM,) if plan.deterministic else ()
    return {name: value for name, value in settings.items() if name not in own}


def _tell_left_out(what: str) -> None:
    print(f"{what} stays on the instance: it cannot be pickled.", flush=True)


@contextlib.contextmanager
def _registered(objects: dict[str, Any]) -> Iterator[None]:
    """Inside the block, the user's classes and functions are registered with Keras."""
    import keras

    registry = keras.saving.get_custom_objects()
    registry.update(objects)
    try:
        yield
    finally:
        for name in objects:
            registry.pop(name, None)


def _start(plan: TrainingPlan, resolve: Resolve) -> Start:
    from aibro.trainings.keras.worker.fit import Start

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
    """Inside the block, modules in the notebook's folder can be imported; forget them afterwards.

    Args:
        folder: the notebook's folder.
    """
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder) and "site-packages" not in file:
                # The next job may need another version of the module.
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
