"""The kinds of training that AIbro knows. Each has a folder here and a line in a table.

The table holds module names, so that a kind is only imported when it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aibro.errors import BadInput

if TYPE_CHECKING:
    from aibro.trainings.base import TrainingKind

_KINDS = {
    "keras": "aibro.trainings.keras.kind",
}
"""Maps the ``kind`` of a plan to a module; the module's ``KIND`` is the `TrainingKind`."""


def training_kind(name: str) -> TrainingKind:
    """Look up a kind of training by its name. Does not import a framework.

    Raises:
        BadInput: this version of AIbro has no kind with that name.

    >>> training_kind("keras").title
    'Keras'
    """
    module = _KINDS.get(name)
    if module is None:
        raise BadInput(
            f"This version of AIbro knows no training of the kind {name[:40]!r}, only "
            f"{', '.join(_KINDS)}. Update AIbro."
        )
    kind: TrainingKind = import_module(module).KIND
    return kind
