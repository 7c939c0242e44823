"""Saved notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat import v4

Bundle = Mapping[str, object]


def save(path: Path, cells: Sequence[Sequence[Bundle]]) -> None:
    """Write a notebook of code cells, each with the given MIME bundles as its outputs."""
    notebook = v4.new_notebook(
        cells=[
            v4.new_code_cell(
                f"show({number})",
                execution_count=number,
                outputs=[v4.new_output("display_data", dict(bundle)) for bundle in bundles],
            )
            for number, bundles in enumerate(cells, start=1)
        ]
    )
    nbformat.write(notebook, path)
