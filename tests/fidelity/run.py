"""Runs programs of `programs` in one of two ways; prints a line of JSON for each.

Usage: ``python -m tests.fidelity.run fit NAME...``, each in a process of its own, or
``... run aibro NAME...``, one after the other on an instance that is used again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from typing import Any

COOL_DOWN_S = 600


def outcome(name: str, way: str) -> dict[str, Any]:
    """What a program's training gave, as exact text."""
    import keras

    from aibro.trainings.keras.random_state import random_state, restore_random_state
    from tests.fidelity.programs import PROGRAMS, digests

    keras.utils.set_random_seed(1)
    model, x, y, fit, seen, goes_on = PROGRAMS[name]()
    arguments = {"epochs": 2, "batch_size": 8, "verbose": 0, "shuffle": False, **fit}
    how = {key: arguments.pop(key) for key in ("seed", "record") if key in arguments}
    if way == "fit":
        before = random_state()
        if "seed" in how:
            keras.utils.set_random_seed(how["seed"])
        history = model.fit(x, y, **arguments)
        if "seed" in how:
            restore_random_state(before)
    else:
        import aibro

        own = {key: arguments.pop(key) for key in ("epochs", "batch_size")}
        _, trained, history = aibro.Training.online_fit(
            model, x, y, **own, fit_kwargs=arguments, cool_down_period_s=COOL_DOWN_S, **how
        )
        assert trained is model
    weights, optimizer = digests(model.variables), digests(model.optimizer.variables)
    found = {
        "history": exact(history.history),
        "epochs": exact(history.epoch),
        "weights": weights,
        "optimizer": optimizer,
        "seen": exact(seen()),
        "random": digest(repr(random_state())),
    }
    if not goes_on:
        return found
    # The kernel's own objects are as after fit, so the training goes on from there.
    more = model.fit(x, y, **{**arguments, "batch_size": 8, "epochs": 1, "initial_epoch": 0})
    return {**found, "goes on": exact(more.history)}


def exact(value: Any) -> str:
    """A value as text, to the last bit."""
    import numpy as np

    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {exact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(exact(v) for v in value) + "]"
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.dtype}{value.shape}{value.tobytes().hex()}"
    return repr(value)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def told(name: str, way: str) -> None:
    import keras

    keras.backend.clear_session()
    try:
        found: dict[str, Any] = outcome(name, way)
    except Exception:  # noqa: BLE001 - whatever a program raises is its outcome
        found = {"error": traceback.format_exc()}
    print("OUTCOME", json.dumps({"name": name, **found}), flush=True)


def in_a_process_of_its_own(name: str) -> None:
    pid = os.fork()
    if pid == 0:
        told(name, "fit")
        os._exit(0)
    os.waitpid(pid, 0)


def main(way: str, names: list[str]) -> None:
    # Imported before the fork; nothing of the framework is initialized by that. Keras's fit needs
    # TensorFlow on every back end.
    import keras  # noqa: F401

    if way == "fit":
        import tensorflow  # noqa: F401

    from aibro.trainings.keras.settings import make_settings, read_settings

    settings = read_settings()
    for name in names:
        if way == "fit":
            in_a_process_of_its_own(name)
        else:
            told(name, way)
            make_settings(settings)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
