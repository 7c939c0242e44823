"""What the user's callbacks know: how long they have waited, the best loss so far, and the like."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from aibro.payloads.pickling import dump_object, load_object
from aibro.trainings.keras.model.parts import Parts, is_big_array

_SET_BY_KERAS = ("_model", "params")


class CallbackAttributes:
    """The attributes of callbacks, to be saved as they are and put back in another process.

    What both processes have from the start is not saved again: the model, its parts, the callbacks
    themselves and the big arrays that they were made with, for as long as those are unchanged.
    What cannot be pickled is left out: ``on_train_begin`` makes it anew.

    Args:
        callbacks: as they were loaded, before the training begins.
        model: the model they are trained with.
    """

    def __init__(self, callbacks: Sequence[Any], model: Any) -> None:
        self._callbacks = callbacks
        self._unpicklable: set[tuple[int, str]] = set()
        self._parts = Parts(model)
        for number, callback in enumerate(callbacks):
            self._parts.add(f"callback {number}", callback)
        self._note_arrays()

    def dump(self) -> bytes:
        """Pickle them all at once: what two callbacks share, they share afterwards too.

        Raises:
            Exception: what the user's objects raise only when pickled together.
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
        """Put back what ``dump`` of the same callbacks gave; this runs code.

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
                return ""  # Its content need not be pickled to find it.
            return self._parts.name_of(item)

        for own in self._picklable():
            for value in own.values():
                with contextlib.suppress(Exception):
                    dump_object(value, note)
        for array in arrays:
            self._parts.add_array(array)
