"""The state folder, where AIbro keeps its data, and the user's settings in it."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from aibro.errors import BadInput


def home_folder() -> Path:
    """The state folder: ``$AIBRO_HOME`` if set, else ``aibro`` in Jupyter's data folder."""
    told = os.environ.get("AIBRO_HOME")
    if told:
        return Path(told).expanduser().absolute()
    # Imported late, because it takes longer than all else that `import aibro` imports.
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "aibro"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings in ``settings.toml`` in the state folder. All of them are optional.

    Example::

        max_active_jobs = 10
        max_payload_bytes = 50_000_000_000
    """

    max_active_jobs: int = 5
    """How many jobs may be active, from requesting to returning, at the same time."""
    max_active_instances: int = 5
    """How many instances may exist at the same time, including cooling ones."""
    max_restarts: int = 5
    """How often a job continues on another machine after its own was taken away."""
    max_payload_bytes: int = 20 * 1024**3
    """How much data of jobs that were not recorded is kept for reuse."""


def read_settings(home: Path) -> Settings:
    """The user's settings, or the defaults.

    Raises:
        BadInput: ``settings.toml`` is not valid; the error says where.
    """
    path = home / "settings.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    # Imported late, too: most users have no settings.toml.
    import tomllib

    try:
        settings = msgspec.convert(tomllib.loads(text), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path} is not valid: {error}. Mend or remove it.") from error
    for name in ("max_active_jobs", "max_active_instances"):
        if getattr(settings, name) < 1:
            raise BadInput(f"{path}: {name} must be at least 1.", name)
    if settings.max_restarts < 0:
        raise BadInput(f"{path}: max_restarts must not be negative; 0 is never.", "max_restarts")
    return settings
