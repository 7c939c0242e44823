"""Trainings on one and two virtual devices of a CPU; run as ``__main__`` in a process of its own.

Arguments: a folder, the back end, rows of data. What came of each training lies in
``<its name>.json``, with the devices it was on in ``<its name>.txt``; one model is in ``result/``,
with the digest of what plain Keras loads of it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from aibro.trainings.events import EndedEpoch, TrainingEvent
from aibro.trainings.keras.files import MODEL_FILE
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.keras.worker.weights import hash_weights
from aibro.trainings.plan import StartState, TrainingPlan
from tests.trainings.plans import keras_plan

EPOCHS, START = 2, 1
BATCH = 8


def epochs_of(folder: Path, name: str) -> list[EndedEpoch]:
    """The epochs of a training, as another process left them."""
    return msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=list[EndedEpoch])


if __name__ == "__main__":
    folder, backend, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if backend == "tensorflow":  # JAX has it from its environment.
        import tensorflow

        tensorflow.config.set_logical_device_configuration(
            tensorflow.config.list_physical_devices("CPU")[0],
            [tensorflow.config.LogicalDeviceConfiguration()] * 2,
        )
    on_one = KerasTrainer()
    on_two = KerasTrainer(lambda _: ["cpu:0", "cpu:1"])
    for session in (on_one, on_two):
        session.gear_up(backend, True)

    import keras
    import numpy as np
    from keras import layers

    from aibro.payloads.data import store_tree
    from aibro.payloads.store import PayloadStore
    from aibro.trainings.keras.model.check import check_model
    from aibro.trainings.keras.model.dump import dump_model

    payloads = PayloadStore(folder / "payloads")


def planned(dropout: float, **changes: Any) -> TrainingPlan:
    keras.utils.set_random_seed(1)
    stack = layers.Dense(8, "relu"), layers.Dropout(dropout), layers.Dense(1)
    model = keras.Sequential([keras.Input((4,)), *stack])
    model.compile("adam", "mse", metrics=["mae"])
    check_model(model)
    x = np.random.default_rng(2).random((rows, 4)).astype("float32")
    fields: dict[str, Any] = {
        "model": dump_model(payloads, model, {"verbose": 0}),
        "train_X": store_tree(payloads, "train_X", x),
        "train_Y": store_tree(payloads, "train_Y", x[:, :1]),
        "validation_data": store_tree(payloads, "validation_data", (x[:9], x[:9, :1])),
        "backend": backend,
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "seed": 7,
        "deterministic": True,
        "hash_weights": True,
    }
    return keras_plan(folder, **(fields | changes))


def devices_of(model: Any) -> list[str]:
    value = model.trainable_variables[0].value
    parts = value.devices() if backend == "jax" else getattr(value, "values", [value])
    return sorted(str(part if backend == "jax" else part.device) for part in parts)


def train(name: str, session: KerasTrainer, plan: TrainingPlan, result: bool = False) -> None:
    events: list[TrainingEvent] = []
    try:
        session.load(plan, lambda payload: folder / "payloads" / payload)
        used = devices_of(session._loaded().model)
        session.fit(events.append)
        if result:
            session.save_result(folder / "result")
    finally:
        session.reset()
    epochs = [event for event in events if isinstance(event, EndedEpoch)]
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(epochs))
    (folder / f"{name}.txt").write_text("\n".join(used))


def after(epoch: int, name: str, plan: TrainingPlan) -> TrainingPlan:
    weights_hash = epochs_of(folder, name)[epoch - 1].weights_hash
    assert weights_hash is not None
    start = StartState(
        epoch=epoch,
        checkpoint=str(folder / "checkpoints" / f"epoch-{epoch:04}.keras"),
        state=str(folder / "states" / f"epoch-{epoch:04}.state"),
        weights_hash=weights_hash,
    )
    return msgspec.structs.replace(plan, checkpoint_folder=None, state_folder=None, start=start)


if __name__ == "__main__":
    plan = planned(dropout=0)
    train("two", on_two, plan, result=True)
    plain = keras.models.load_model(folder / "result" / MODEL_FILE)
    (folder / "result" / "weights.txt").write_text(hash_weights(plain))
    train("one", on_one, plan)
    folders = {f"{kind[:-1]}_folder": str(folder / kind) for kind in ("checkpoints", "states")}
    drawing = planned(dropout=0.3, validation_data=None, **folders)
    train("whole", on_two, drawing)
    train("rest", on_two, after(START, "whole", drawing))
