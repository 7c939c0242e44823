"""What a sent model is, in words that every process can read without importing what made it."""

from __future__ import annotations

from typing import Any

import msgspec

from aibro.payloads.data import Tree


class ModelPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A model as it travels: the names of its payloads and what is small enough to go along."""

    model: str
    """The ``.keras`` payload: architecture, weights, compile settings, optimizer state."""
    code: str | None
    """The ``.pkl`` payload: the user's classes and functions, callbacks and the like."""
    fit_arguments: dict[str, Any]
    """Those arguments of ``fit`` that JSON holds."""
    fit_arrays: dict[str, Tree]
    """Those that are arrays."""
    random_states: list[list[int]]
    """Where dropout and the like are in their random sequences, which a ``.keras`` file omits."""
    backend: str
    parameters: int
    size_bytes: int
