"""Stores a checked model as payloads: a ``.keras`` file, and a file with the user's code."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash

from aibro.errors import BadModel
from aibro.payloads.atomic import disk_is_full
from aibro.trainings.keras.fit_arguments import check_sendable, sort_fit_kwargs
from aibro.trainings.keras.model import code
from aibro.trainings.keras.model.check import FIELD
from aibro.trainings.keras.model.diagnose import owner, why_not_saved
from aibro.trainings.keras.model.load import random_states, save_model
from aibro.trainings.keras.spec import ModelPayload

if TYPE_CHECKING:
    from aibro.payloads.store import PayloadStore

_CHUNK_BYTES = 1 << 20


def dump_model(payloads: PayloadStore, model: Any, fit_kwargs: dict[str, Any]) -> ModelPayload:
    """Store a checked model with the user's code and the fit arguments.

    Args:
        payloads: where the model is stored.
        model: a model that ``check_model`` accepted.
        fit_kwargs: arguments that ``check_fit_kwargs`` accepted.

    Raises:
        BadModel: a part of the model can't be sent; the error names it.
        BadInput: a fit argument can't be sent; the error names it.
        DiskFull: no space is left; nothing is left behind.
    """
    try:
        objects = code.custom_objects(model)
    except code.AmbiguousName as error:
        raise BadModel(f"The model cannot be sent: {error}", FIELD) from error
    arguments = sort_fit_kwargs(payloads, fit_kwargs)
    pickled = None
    if objects or arguments.objects:
        pickled = _dump_code(model, objects, arguments.objects)
    with payloads.temporary(".keras") as temp:
        _save(model, objects, temp)
        model_name = payloads.add_file(temp, "keras", _digest(temp))
    code_name = payloads.add_bytes(pickled, "pkl") if pickled else None
    return ModelPayload(
        model=model_name,
        code=code_name,
        fit_arguments=arguments.plain,
        fit_arrays=arguments.arrays,
        random_states=random_states(model),
    )


def _dump_code(model: Any, objects: code.CustomObjects, arguments: dict[str, Any]) -> bytes:
    try:
        return code.dump(objects, arguments, model)
    except Exception as error:
        for item in objects.values():
            reason = code.why_unsendable(item)
            if reason is not None:
                raise BadModel(
                    f"{owner(model, item)} cannot be sent: {reason}. "
                    "Make it inside the method that uses it, for example in __init__ or build.",
                    FIELD,
                ) from error
        check_sendable(arguments)
        raise BadModel(f"The model's own code cannot be sent: {error}.", FIELD) from error


def _save(model: Any, objects: code.CustomObjects, path: Path) -> None:
    try:
        save_model(path, model, objects)
    except Exception as error:
        if disk_is_full(error):
            raise
        raise BadModel(why_not_saved(model, error), FIELD) from error


def _digest(path: Path) -> str:
    """The digest of a ``.keras`` file, without its date and the ids of this process.

    So the same model has the same digest each time it is saved, and is stored only once.
    """
    whole = xxhash.xxh3_128()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            whole.update(name.encode())
            with archive.open(name) as member:
                if name == "metadata.json":
                    metadata = json.load(member)
                    whole.update(metadata["keras_version"].encode())
                elif name == "config.json":
                    whole.update(_with_small_ids(member.read().decode()).encode())
                else:
                    while chunk := member.read(_CHUNK_BYTES):
                        whole.update(chunk)
    return whole.hexdigest()


def _with_small_ids(config: str) -> str:
    """Number shared objects in the order they occur; Keras marks them with their addresses."""
    seen: dict[str, int] = {}
    return re.sub(
        r'(?<="shared_object_id": )\d+', lambda m: str(seen.setdefault(m[0], len(seen))), config
    )
