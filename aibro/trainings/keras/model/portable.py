"""The form of a model that outlives its versions: what Keras itself saves of it.

A recording has it besides the graph of live objects, which only the same versions can read.
"""

from __future__ import annotations

from typing import Any

from aibro.errors import BadInput
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.graph.sending import SentGraph
from aibro.trainings.keras.model.check import check_portable, is_built
from aibro.trainings.keras.model.dump import dump_model
from aibro.trainings.keras.model.lazily import not_importing_tensorflow
from aibro.trainings.keras.random_state import random_state, restore_random_state
from aibro.trainings.keras.spec import ModelPayload


def store_portable(
    payloads: PayloadStore, sent: SentGraph, model: Any, arguments: dict[str, Any], train_X: Any
) -> tuple[ModelPayload | None, str | None]:
    """Store what Keras saves of a model, if that is enough to train it.

    Args:
        payloads: where it is stored.
        sent: the graph, not stored yet.
        model: the user's model; stays as it is.
        arguments: the further arguments of ``fit``.
        train_X: the data; gives the shapes for building the model.

    Returns:
        What is stored, or ``None`` and the reason, as a sentence.

    Raises:
        DiskFull: no space is left.
    """
    state = random_state()
    try:
        with not_importing_tensorflow():
            if not is_built(model):
                # Keras saves no model that is not built, and the user's stays unbuilt.
                model, arguments = sent.copy()
            check_portable(model, train_X)
            return dump_model(payloads, model, arguments), None
    except BadInput as error:
        return None, error.message
    finally:
        restore_random_state(state)
