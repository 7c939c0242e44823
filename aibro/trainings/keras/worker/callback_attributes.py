"""Saves and restores the attributes of the user's callbacks.

Callbacks keep what they have learned in attributes, such as the best loss so far.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from aibro.payloads.pickling import dump_object, load_object
from aibro.trainings.keras.model.parts import Parts, is_big_array

_SET_BY_KERAS = ("_model", "params")


class CallbackAttributes:
    """Saves the attributes of callbacks, and restores them in another process.

    Objects that both processes have from the start are saved by name only: the model, its parts,
    the callbacks themselves and the big arrays they were made with, unless those have changed.
    Attributes that cannot be pickled are left out; ``on_train_begin`` makes them again.

    Args:
        callbacks: the user's callbacks as they were loaded, before the training begins.
        model: the model that is trained.
    """

    def __init__(self, callbacks: Sequence[Any], model: Any) -> None:
        self._callbacks = callbacks
        self._unpicklable: set[tuple[int, str]] = set()
        self._parts = Parts(model)
        for number, callback in enumerate(callbacks):
            self._parts.add(f"callback {number}", callback)
        self._note_arrays()

    def dump(self) -> bytes:
        """Pickle the attributes of all callbacks together, so that shared objects stay shared.

        Raises:
            Exception: the attributes can be pickled one by one, but not together.
        """
        attributes = self._picklable()
        try:
            return dump_object(attributes, self._parts.name_of)
        except Exception:  # noqa: BLE001 - user code may raise anything while it is pickled
            for number, own in enumerate(attributes):
                self._unpicklable |= {
                    (number, name) for name, value in own.items() if not self._can_pickle(value)
                }
        return dump_object(self._picklable(), self._parts.name_of)

    def restore(self, data: bytes) -> None:
        """Restore what ``dump`` returned for the same callbacks. This runs code.

        Raises:
            Exception: whatever unpickling the user's objects raises.
        """
        attributes = load_object(io.BytesIO(data), self._parts.part)
        for callback, own in zip(self._callbacks, attributes, strict=True):
            vars(callback).update(own)

    def _picklable(self) -> list[dict[str, Any]]:
        return [
            {
                name: value
                for name, value in vars(callback).items()
                if name not in _SET_BY_KERAS and (number, name) not in self._unpicklable
            }
            for number, callback in enumerate(self._callbacks)
        ]

    def _can_pickle(self, value: object) -> bool:
        try:
            dump_object(value, self._parts.name_of)
        except Exception:  # noqa: BLE001 - user code may raise anything while it is pickled
            return False
        return True

    def _note_arrays(self) -> None:
        arrays: list[Any] = []

        def note(item: object) -> str | None:
            if is_big_array(item):
                arrays.append(item)
                return ""  # Any name will do: this pickle is thrown away.
            return self._parts.name_of(item)

        for own in self._picklable():
            for value in own.values():
                with contextlib.suppress(Exception):
                    dump_object(value, note)
        for array in arrays:
            self._parts.add_array(array)
