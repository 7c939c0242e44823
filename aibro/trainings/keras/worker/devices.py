"""Every GPU of the instance: the rows of a batch are shared out among them, through Keras itself.

JAX has Keras's own distribution, TensorFlow its mirrored variables. Keras has nothing of the kind
for torch, which trains on one GPU.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aibro.payloads.nesting import leaves

DISTRIBUTING = ("jax", "tensorflow")
"""Back ends on which Keras can share out a batch."""


def gpus(backend: str) -> list[str]:
    """The GPUs to share a batch among, as the back end calls them; imports it."""
    if backend == "jax":
        import jax

        return [f"gpu:{device.id}" for device in jax.devices() if device.platform == "gpu"]
    if backend == "tensorflow":
        import tensorflow

        return [device.name for device in tensorflow.config.list_logical_devices("GPU")]
    return []


def sharing(devices: Sequence[str], batch: int) -> list[str]:
    """The most of the devices that can get the same number of rows of a batch.

    TensorFlow cannot begin with unequal parts, and its parts would not weigh the same.
    """
    counts = range(min(len(devices), batch), 1, -1)
    return list(devices[: next((count for count in counts if batch % count == 0), 1)])


def first_batch(x: Any, batch_size: int, validation_split: float) -> int:
    """Rows of a training's first batch: few when there are few."""
    _, rows = next(leaves(x))
    return max(1, min(batch_size, int(len(rows) * (1 - validation_split))))


@contextlib.contextmanager
def data_parallel(backend: str, devices: Sequence[str], batch: int) -> Iterator[None]:
    """Inside of the block, models are made for, and trained on, all devices that can share.

    With less than two devices nothing is done.

    Args:
        backend: Keras's name of it.
        devices: what ``gpus`` found.
        batch: rows of the first batch.
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
    """Take back what a notebook with one device has settled for a model just loaded.

    There Keras has chosen XLA where it is faster, and with mirrored variables it chooses against
    it: XLA cannot compile what they do.
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
        """Computes a batch whole on every device when it cannot be shared evenly.

        Keras would fail, with the last batch of most data.
        """

        def get_data_layout(self, data_shape: Sequence[int]) -> Any:
            if data_shape[0] % len(devices) == 0:
                return super().get_data_layout(data_shape)
            return distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    with DataParallel(devices=devices).scope(), _laying_out_every_batch():
        yield


@contextlib.contextmanager
def _laying_out_every_batch() -> Iterator[None]:
    """Keras asks for the layout of an epoch's first batch only; let it ask for each."""
    from keras.src.backend.jax import trainer

    distribute: Callable[..., Any] = trainer._distribute_data
    trainer._distribute_data = lambda data, layouts=None: distribute(data)  # noqa: ARG005
    try:
        yield
    finally:
        trainer._distribute_data = distribute
