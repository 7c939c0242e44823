"""Shuffles the data on TensorFlow by a generator whose state can be saved.

Without a global seed, Keras on TensorFlow shuffles into another order in every epoch, by chance.
With one, TensorFlow repeats one order in every epoch. A training that can be repeated, but would
not have been seeded in the notebook, needs neither: other orders, but the same ones each time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from keras.callbacks import Callback


class SeededShuffles(Callback):
    """The generator, and the callback that ends its use when the data is set up.

    Keras builds the data's pipeline before ``on_train_begin``. What the user's code shuffles later
    is not touched. The generator goes on from epoch to epoch.

    Args:
        seed: where the generator begins.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        import tensorflow

        self._in_use = contextlib.ExitStack()
        # Where the data's pipeline runs, with any number of GPUs.
        with tensorflow.device("CPU:0"):
            self._generator: Any = tensorflow.random.Generator.from_seed(seed, alg="philox")

    @property
    def state(self) -> list[int]:
        """The state of the generator: three numbers of 64 bits."""
        numbers: list[int] = self._generator.state.numpy().tolist()
        return numbers

    def restore(self, state: list[int]) -> None:
        """Set the state of the generator."""
        self._generator.state.assign(state)

    @contextlib.contextmanager
    def setting_up(self) -> Iterator[None]:
        """Inside the block, until a training begins, ``tf.random.shuffle`` uses the generator."""
        import tensorflow

        plain = tensorflow.random.shuffle

        def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Any:
            if seed is not None:
                return plain(value, seed, name)
            seeds = self._generator.make_seeds(1)[:, 0]
            return tensorflow.random.experimental.stateless_shuffle(value, seeds, name=name)

        with self._in_use:
            self._in_use.callback(setattr, tensorflow.random, "shuffle", plain)
            tensorflow.random.shuffle = shuffle
            yield

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """End the use: the data is set up."""
        del logs
        self._in_use.close()
