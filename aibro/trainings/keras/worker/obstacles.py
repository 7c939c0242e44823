"""Finds obstacles: reasons why a training could not be continued bit for bit, as sentences."""

from __future__ import annotations

from typing import Any

from aibro.trainings.keras import determinism, generators
from aibro.trainings.keras.worker.shuffling import SeededShuffles
from aibro.trainings.keras.worker.tensorflow_draws import TensorFlowDraws, seed_module
from aibro.trainings.plan import TrainingPlan


def lasting_obstacle(
    plan: TrainingPlan, fit_arguments: dict[str, Any], shuffles: SeededShuffles | None
) -> str | None:
    """Look for an obstacle that holds for every epoch. On TensorFlow this takes about 50 ms.

    This sets the random seed and draws from the generators, so set the training's seed afterwards.

    Args:
        plan: the training.
        fit_arguments: what ``fit`` will be called with.
        shuffles: shuffles the data; ``None`` leaves that to Keras.

    Returns:
        The obstacle, or ``None``.
    """
    backend = plan.backend
    if plan.seed is None:
        return "The training has no fixed seed."
    if backend not in ("tensorflow", "jax"):
        return f"On {backend}, a training can only be replayed from its start."
    if fit_arguments.get("steps_per_epoch") is not None:
        return (
            "With steps_per_epoch, an epoch goes on in the data where the one before stopped, "
            "which cannot be saved."
        )
    if generators.numpy_state() is None:
        return "NumPy's global generator is of a kind that is not saved."
    try:
        generators.keras_generator_state()
        shuffle = fit_arguments.get("shuffle", True)
        if backend == "tensorflow":
            seed_module()
            if shuffle and not shuffles_again(shuffle, plan.seed, shuffles):
                return "This version of Keras shuffles an epoch from where the one before left off."
    except Exception as error:  # noqa: BLE001 - a training must not fail for what is not public
        return f"This version of Keras hides where its random generators are ({error})."
    return None


def epoch_obstacle(model: Any, draws: TensorFlowDraws | None) -> str | None:
    """Look for an obstacle that came up during an epoch.

    Args:
        model: the model at the end of the epoch.
        draws: whether anything was drawn from TensorFlow's own generators since the training began.

    Returns:
        The obstacle, or ``None``.
    """
    if model.stop_training:
        return "The training was stopped after this epoch."
    if draws is not None and draws.seen:
        return (
            "The training draws from tf.random, and TensorFlow cannot save where that is. "
            "Drawing from keras.random with a SeedGenerator can be continued."
        )
    return None


def shuffles_again(shuffle: object, seed: int, shuffles: SeededShuffles | None) -> bool:
    """Whether an epoch's order can be had again: the order of all epochs, or one from a state.

    TensorFlow cannot save the state of a shuffle of its own. That is no obstacle as long as Keras
    makes a new iterator for every epoch, which starts from the seed again.
    """
    import numpy as np
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    rows = np.arange(64)

    def orders(count: int) -> list[Any]:
        batches = ArrayDataAdapter(rows, batch_size=32, shuffle=shuffle).get_tf_dataset()
        return [np.concatenate([*batches.as_numpy_iterator()]) for _ in range(count)]

    if shuffles is None:
        determinism.seed(seed)
        first, second = orders(2)
        return bool((first == second).all()) and not bool((first == rows).all())
    begin = shuffles.state
    with shuffles.setting_up():
        first, second = orders(2)
        shuffles.restore(begin)
        again = orders(1)[0]
        shuffles.restore(begin)
    return bool((first == again).all()) and not bool((first == second).all())
