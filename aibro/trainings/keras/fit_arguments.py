"""The ``fit_kwargs`` of a training: which are accepted, and how each is sent."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.errors import BadInput
from aibro.payloads.data import describe, store_tree
from aibro.payloads.nesting import Tree
from aibro.trainings.keras.model.code import why_unsendable

if TYPE_CHECKING:
    from aibro.payloads.store import PayloadStore

FIELD = "fit_kwargs"

_OWNED = {
    "x": "train_X",
    "y": "train_Y",
    "epochs": "epochs",
    "batch_size": "batch_size",
    "validation_data": "validation_data",
}
"""The arguments of ``fit`` that AIbro passes itself, each with the user's name for it."""

_ARRAYS = ("sample_weight",)


class FitArguments(msgspec.Struct, frozen=True):
    """``fit_kwargs``, sorted by how they are sent."""

    plain: dict[str, Any]
    """Sent as JSON, which holds them exactly."""
    arrays: dict[str, Tree]
    objects: dict[str, Any]
    """Python objects such as callbacks, sent as a pickle."""


def check_fit_kwargs(fit_kwargs: dict[str, Any] | None, samples: int | None = None) -> None:
    """Check ``fit_kwargs`` before anything is stored.

    Args:
        fit_kwargs: what the user passed.
        samples: how many samples there are, to check the length of ``sample_weight``; ``None``
            does not check it.

    Raises:
        BadInput: ``model.fit`` does not know a key, AIbro passes it itself, or a value can't be
            used; the error names the key.
        BadData: ``sample_weight`` is not an array that can be sent.
    """
    if not fit_kwargs:
        return
    known = _fit_parameters()
    for key in fit_kwargs:
        if key in _OWNED:
            raise BadInput(
                f"fit_kwargs holds {key!r}, which is passed as {_OWNED[key]}. "
                "Take it out of fit_kwargs.",
                FIELD,
            )
        if key not in known:
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"It knows {', '.join(known)}."
            raise BadInput(f"model.fit has no parameter {key!r}. {hint}", FIELD)
    _check_callbacks(fit_kwargs.get("callbacks"))
    for fact in describe("sample_weight", fit_kwargs.get("sample_weight")):
        if samples is not None and fact.shape[:1] != (samples,):
            raise BadInput(
                f"sample_weight has the shape {fact.shape}, but there are {samples} samples. "
                "Pass one weight per sample.",
                FIELD,
            )


def sort_fit_kwargs(payloads: PayloadStore, fit_kwargs: dict[str, Any]) -> FitArguments:
    """Store the arrays of ``fit_kwargs``, and separate plain values from Python objects."""
    arrays = {key: fit_kwargs[key] for key in _ARRAYS if fit_kwargs.get(key) is not None}
    plain = {k: v for k, v in fit_kwargs.items() if k not in arrays and _is_plain(v)}
    return FitArguments(
        plain=plain,
        arrays={key: store_tree(payloads, key, value) for key, value in arrays.items()},
        objects={k: v for k, v in fit_kwargs.items() if k not in plain and k not in arrays},
    )


def check_sendable(objects: dict[str, Any]) -> None:
    """Check that every fit argument can be pickled.

    Raises:
        BadInput: one can't be; the error names the key, the callback and the reason.
    """
    for key, value in objects.items():
        for item in value if isinstance(value, list | tuple) else (value,):
            reason = why_unsendable(item)
            if reason is not None:
                raise BadInput(
                    f"fit_kwargs[{key!r}] cannot be sent: {type(item).__name__}: {reason}. "
                    "Make it where it is used, or leave it out.",
                    FIELD,
                )


def _fit_parameters() -> list[str]:
    from keras import Model

    owned = {"self", *_OWNED}
    return [name for name in inspect.signature(Model.fit).parameters if name not in owned]


def _check_callbacks(callbacks: object) -> None:
    from keras.callbacks import Callback

    if callbacks is None:
        return
    for callback in callbacks if isinstance(callbacks, list | tuple) else (callbacks,):
        if not isinstance(callback, Callback):
            raise BadInput(
                f"fit_kwargs['callbacks'] holds an object of type {type(callback).__name__}, which "
                "is no keras.callbacks.Callback.",
                FIELD,
            )


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return (
        value is None
        or type(value) in (bool, int, str)
        or (type(value) is float and abs(value) < float("inf"))
    )
