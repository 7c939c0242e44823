"""What a program is: it makes a model with its data and arguments, as a notebook would."""

from __future__ import annotations

import linecache
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers, ops

BACKEND = keras.config.backend()


class Training(NamedTuple):
    """What a program trains."""

    model: Any
    x: Any
    y: Any
    fit: dict[str, Any]
    """Arguments of ``fit``; two epochs of batches of eight rows in order unless told otherwise.
    Besides, ``seed`` and ``record`` of AIbro; plain ``fit`` is seeded before and trains as well."""
    seen: Callable[[], Any] = lambda: None
    """Asked after the training; what it returns has to be the same, too."""
    goes_on: bool = True
    """The model can be trained further in the kernel."""


PROGRAMS: dict[str, Callable[[], Training]] = {}


def program(make: Callable[[], Training]) -> Callable[[], Training]:
    PROGRAMS[make.__name__] = make
    return make


def cell(source: str) -> dict[str, Any]:
    """Run source as a notebook's cell, whose text is in no file; returns its variables."""
    name = "/tmp/ipykernel_1/4096.py"
    source = textwrap.dedent(source)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    variables: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, name, "exec"), variables)
    return variables


def rows(*shape: int) -> Any:
    return np.random.default_rng(1).normal(size=(32, *shape)).astype("float32")


X = rows(4)
Y = 3 * X[:, :1] - X[:, 1:2]


def dense(*stack: Any, **settings: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *(stack or (layers.Dense(1),))])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return model


def digests(variables: Any) -> list[str]:
    """The exact bits of variables, as text."""
    return [np.asarray(ops.convert_to_numpy(v)).tobytes().hex() for v in variables]
