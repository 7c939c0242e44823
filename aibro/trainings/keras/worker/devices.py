"""Trains on all GPUs of the instance: each batch is split among them (data parallelism).

JAX uses Keras's distribution API, TensorFlow uses ``MirroredStrategy``. Keras supports neither for
torch, which trains on one GPU.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aibro.payloads.nesting import leaves

DISTRIBUTING = ("jax", "tensorflow")
"""The back ends on which Keras can split a batch among devices."""


def gpus(backend: str) -> list[str]:
    """The names that the back end uses for the GPUs it can split a batch among; imports it."""
    if backend == "jax":
        import jax

        return [f"gpu:{device.id}" for device in jax.devices() if device.platform == "gpu"]
    if backend == "tensorflow":
        import tensorflow

        return [device.name for device in tensorflow.config.list_logical_devices("GPU")]
    return []


def sharing(devices: Sequence[str], batch: int) -> list[str]:
    """As many of the devices as can each get the same number of rows of a batch.

    TensorFlow cannot begin with parts of different sizes, and would not weight them correctly.

    >>> sharing(["gpu:0", "gpu:1", "gpu:2"], batch=32)
    ['gpu:0', 'gpu:1']
    """
    counts = range(min(len(devices), batch), 1, -1)
    return list(devices[: next((count for count in counts if batch % count == 0), 1)])


def first_batch(x: Any, batch_size: int, validation_split: float) -> int:
    """How many rows the first batch of a training has: fewer than ``batch_size`` for small data.

    Args:
        x: the training data; all arrays have the same number of rows.
        batch_size: what ``fit`` is called with.
        validation_split: the fraction of the rows that is not trained on.
    """
    _, rows = next(leaves(x))
    return max(1, min(batch_size, int(len(rows) * (1 - validation_split))))


@contextlib.contextmanager
def data_parallel(backend: str, devices: Sequence[str], batch: int) -> Iterator[None]:
    """Inside the block, models are created for and trained on as many devices as possible.

    Does nothing with fewer than two devices.

    Args:
        backend: Keras's name of the back end.
        devices: what ``gpus`` returned.
        batch: how many rows the first batch has.
    """
    if len(devices) < 2 or backend not in DISTRIBUTING:
        yield
        return
    used = sharing(devices, batch)
    print(_told(len(used), len(devices), batch), flush=True)
    if len(used) == 1:
        yield
        return
    with _jax(used) if backend == "jax" else _tensorflow(used):
        yield


def fit_for_sharing(model: Any) -> None:
    """Turn XLA off for a model that was just loaded, if it is trained with ``MirroredStrategy``.

    In the notebook, with one device, Keras may have turned XLA on for speed, and that is saved with
    the model. XLA cannot compile what mirrored variables do; Keras itself would not use it then.
    """
    if getattr(model, "_distribute_strategy", None) is not None:
        model.jit_compile = False


def _told(used: int, there: int, batch: int) -> str:
    if used == there:
        return f"Training on {used} GPUs: each gets {batch // used} of the {batch} rows of a batch."
    return (
        f"Training on {used} of {there} GPUs: {batch} rows of a batch cannot be shared evenly by "
        f"more. A batch_size that {there} divides uses all."
    )


@contextlib.contextmanager
def _tensorflow(devices: list[str]) -> Iterator[None]:
    import tensorflow

    with tensorflow.distribute.MirroredStrategy(devices).scope():
        yield


@contextlib.contextmanager
def _jax(devices: list[str]) -> Iterator[None]:
    from keras import distribution

    class DataParallel(distribution.DataParallel):  # type: ignore[misc]
        """Computes the whole batch on every device when it cannot be split evenly.

        Without this, Keras would fail at the last batch of most data sets.
        """

        def get_data_layout(self, data_shape: Sequence[int]) -> Any:
            if data_shape[0] % len(devices) == 0:
                return super().get_data_layout(data_shape)
            return distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    with DataParallel(devices=devices).scope(), _laying_out_every_batch():
        yield


@contextlib.contextmanager
def _laying_out_every_batch() -> Iterator[None]:
    """Make Keras choose a layout for every batch, and not only for the first of an epoch."""
    from keras.src.backend.jax import trainer

    distribute: Callable[..., Any] = trainer._distribute_data
    trainer._distribute_data = lambda data, layouts=None: distribute(data)  # noqa: ARG005
    try:
        yield
    finally:
        trainer._distribute_data = distribute
