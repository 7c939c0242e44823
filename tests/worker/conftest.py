from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from aibro.payloads.data import store_tree
from aibro.payloads.model import check_model, dump_model
from aibro.payloads.store import PayloadStore
from aibro.worker.keras_session import KerasSession
from aibro.worker.plan import TrainingPlan

Plan = Callable[..., tuple[TrainingPlan, Callable[[str], Path]]]
"""Makes a small training, changed as told, and what finds its payloads."""


@pytest.fixture(scope="module")
def session() -> KerasSession:
    session = KerasSession()
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
        check_model(model)
        made = TrainingPlan(
            model=dump_model(store, model, fit_kwargs or {}),
            train_X=store_tree(store, "train_X", rows),
            train_Y=store_tree(store, "train_Y", rows[:, 0]),
            validation_data=None,
            epochs=1,
            batch_size=1,
            seed=None,
            deterministic=False,
            hash_weights=False,
            checkpoint_folder=None,
            log_folder=None,
            working_directory=str(tmp_path),
        )
        return msgspec.structs.replace(made, **changes), store.path

    return make
