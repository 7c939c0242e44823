"""The kinds of training that AIbro knows: one folder and one line in a table each.

The table holds names, so that nothing of a kind is imported before somebody asks for it.
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
"""From a plan's ``kind`` to the module whose ``KIND`` is its `TrainingKind`."""


def training_kind(name: str) -> TrainingKind:
    """The kind of training of that name; imports no framework.

    Raises:
        BadInput: this version of AIbro has none of that name.
    """
    module = _KINDS.get(name)
    if module is None:
        raise BadInput(
            f"This version of AIbro knows no training of the kind {name[:40]!r}, only "
            f"{', '.join(_KINDS)}. Update AIbro."
        )
    kind: TrainingKind = import_module(module).KIND
    return kind
