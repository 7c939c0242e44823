from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from aibro.payloads.data import store_tree
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.model.check import check_portable
from aibro.trainings.keras.model.dump import dump_model
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import TrainingPlan
from tests.trainings.plans import keras_plan

Plan = Callable[..., tuple[TrainingPlan, Callable[[str], Path]]]
"""Makes a small training, changed as told, and what finds its payloads."""


@pytest.fixture(scope="module")
def session() -> KerasTrainer:
    session = KerasTrainer()
    session.gear_up(keras.config.backend(), False)
    return session


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    def make(
        batches: int = 4,
        fit_kwargs: dict[str, Any] | None = None,
        layers: Iterable[Any] = (),
        **changes: Any,
    ) -> tuple[TrainingPlan, Callable[[str], Path]]:
        store = PayloadStore(tmp_path / "payloads")
        rows = np.random.default_rng(0).random((batches, 4))
        model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        check_portable(model)
        made = keras_plan(
            tmp_path,
            backend=keras.config.backend(),
            model=dump_model(store, model, fit_kwargs or {}),
            train_X=store_tree(store, "train_X", rows),
            train_Y=store_tree(store, "train_Y", rows[:, 0]),
        )
        return msgspec.structs.replace(made, **changes), store.path

    return make
