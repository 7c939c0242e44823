"""The model: checked in the user's kernel, sent as ``.keras`` with the user's code beside it."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash

from aibro.errors import BadInput, BadModel
from aibro.payloads import code
from aibro.payloads.arrays import as_arrays
from aibro.payloads.atomic import disk_is_full
from aibro.payloads.fit_arguments import check_sendable, sort_fit_kwargs
from aibro.payloads.model_payload import ModelPayload
from aibro.payloads.rebuild import forgotten_arguments, tolerant

if TYPE_CHECKING:
    from aibro.payloads.arrays import Arrays
    from aibro.payloads.store import PayloadStore

FIELD = "model"

_CHUNK_BYTES = 1 << 20


def check_model(model: Any, train_X: object = None, batch_size: int = 1) -> None:
    """Check that ``model`` can be trained, and build it as ``fit`` would when it is not built.

    Args:
        model: what the user passed.
        train_X: the data to take the shapes from when the model is not built yet.
        batch_size: samples in a batch, as ``fit`` would see them.

    Raises:
        BadModel: it is no Keras 3 model, not compiled, or can't be built.
    """
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "Model") or not isinstance(model, keras.Model):
        raise BadModel(
            f"model is of type {type(model).__module__}.{type(model).__qualname__}, not a Keras 3 "
            "model. Pass a keras.Model such as keras.Sequential.",
            FIELD,
        )
    if not model.compiled:
        raise BadModel(
            "The model is not compiled. Call model.compile(optimizer=..., loss=...) first.", FIELD
        )
    if _overrides_compile_only(type(model), keras):
        raise BadModel(
            f"{type(model).__name__} has a compile() of its own, so Keras cannot compile it again "
            "where it is trained. Define get_compile_config() and compile_from_config() too.",
            FIELD,
        )
    for layer in model._flatten_layers():
        if forgotten := forgotten_arguments(layer):
            raise BadModel(
                f"Model {layer.name!r} ({type(layer).__name__}) cannot be sent: Keras does not "
                f"keep what it was made with ({', '.join(forgotten)}). Define get_config to "
                "return it.",
                FIELD,
            )
    if not _is_built(model):
        _build(model, as_arrays("train_X", train_X), batch_size)
    if model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def dump_model(payloads: PayloadStore, model: Any, fit_kwargs: dict[str, Any]) -> ModelPayload:
    """Store a checked model with the user's code and the fit arguments.

    Args:
        payloads: where it goes.
        model: a model that ``check_model`` accepted.
        fit_kwargs: arguments that ``check_fit_kwargs`` accepted.

    Raises:
        BadModel: a part of the model can't be sent; names it.
        BadInput: a fit argument can't be sent; names it.
        DiskFull: no space is left; nothing is left behind.
    """
    from keras import config

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
    names = [model_name, code_name] if code_name else [model_name]
    return ModelPayload(
        model=model_name,
        code=code_name,
        fit_arguments=arguments.plain,
        fit_arrays=arguments.arrays,
        random_states=random_states(model),
        backend=config.backend(),
        parameters=model.count_params(),
        size_bytes=sum(payloads.size(name) for name in names),
    )


def load_model(path: Path, objects: code.CustomObjects, safe_mode: bool = False) -> Any:
    """Load a model that was saved here or by a worker.

    Args:
        path: the ``.keras`` file.
        objects: the user's code, from ``code.load_objects``.
        safe_mode: refuse a file that holds code.

    Raises:
        BadInput: the model can't be loaded in safe mode.
    """
    import keras

    with keras.saving.custom_object_scope(objects), tolerant(objects):
        if not safe_mode:
            return keras.models.load_model(path, safe_mode=False)
        try:
            return keras.models.load_model(path, safe_mode=True)
        except Exception as error:
            raise BadInput(
                "The model cannot be loaded without running code that came with it: "
                f"{_first_line(error)}. If you trust where it came from, replay it with trust=True."
            ) from error


def random_states(model: Any) -> list[list[int]]:
    """Where dropout and the like are in their random sequences, which a file leaves out."""
    return [_state(variable) for variable in _random_variables(model)]


def restore_random_states(model: Any, states: list[list[int]]) -> None:
    """Let dropout and the like go on from ``random_states`` of the same model."""
    for variable, state in zip(_random_variables(model), states, strict=True):
        variable.assign(state)


def save_model(path: Path, model: Any, objects: code.CustomObjects) -> None:
    """Save a model so that ``load_model`` with the same code restores it."""
    with code.named(objects):
        model.save(path)


def _random_variables(model: Any) -> list[Any]:
    return [v for v in model.variables if v.path.endswith("seed_generator_state")]


def _state(variable: Any) -> list[int]:
    from keras import ops

    state: list[int] = ops.convert_to_numpy(variable.value).tolist()
    return state


def _overrides_compile_only(kind: type, keras: Any) -> bool:
    def own(method: str) -> bool:
        return getattr(kind, method) is not getattr(keras.Model, method)

    return own("compile") and not own("compile_from_config")


def _is_built(model: Any) -> bool:
    return all(layer.built for layer in model._flatten_layers())


def _build(model: Any, arrays: Arrays, batch_size: int) -> None:
    """Let the model see its data's shapes, symbolically: no sample is computed."""
    import keras

    if arrays is None:
        raise BadModel(
            "The model is not built. Give it an Input or call model.build(input_shape).", FIELD
        )

    def symbolic(array: Any) -> Any:
        floating = array.dtype.kind == "f"
        dtype = keras.config.floatx() if floating else keras.backend.standardize_dtype(array.dtype)
        rows = min(batch_size, len(array))
        return keras.KerasTensor((rows, *array.shape[1:]), dtype=dtype)

    try:
        model(keras.tree.map_structure(symbolic, arrays))
    except Exception as error:
        raise BadModel(f"The model could not be built for train_X: {error}", FIELD) from error
    if not _is_built(model):
        names = [layer.name for layer in model._flatten_layers() if not layer.built]
        raise BadModel(
            f"Layer {names[0]!r} is not built after a call of the model, so its weights are "
            "unknown. Use it in call(), or remove it.",
            FIELD,
        )


def _dump_code(model: Any, objects: code.CustomObjects, arguments: dict[str, Any]) -> bytes:
    try:
        return code.dump(objects, arguments, model)
    except Exception as error:
        for item in objects.values():
            reason = code.why_unsendable(item)
            if reason is not None:
                raise BadModel(
                    f"{_owner(model, item)} cannot be sent: {reason}. "
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
        raise BadModel(_why_not_saved(model, error), FIELD) from error


def _why_not_saved(model: Any, error: Exception) -> str:
    """Name the part of the model that Keras can't write the configuration of."""
    parts = [layer for layer in model._flatten_layers() if layer is not model]
    for part in reversed(parts):  # the innermost first: those around it fail because of it
        reason = _why_not_configured(part)
        if reason is not None:
            return (
                f"Layer {part.name!r} ({type(part).__name__}) cannot be sent: {reason}; define "
                "get_config, and from_config if its values need more than __init__."
            )
    for title, part in (("The optimizer", model.optimizer), ("The loss", model.loss)):
        reason = _why_not_configured(part)
        if reason is not None:
            kind = type(part).__name__
            return f"{title} ({kind}) cannot be sent: {reason}; define get_config."
    return f"The model cannot be sent: Keras cannot save it: {_first_line(error)}"


def _why_not_configured(part: Any) -> str | None:
    from keras import saving

    if part is None or isinstance(part, str):
        return None
    try:
        json.dumps(saving.serialize_keras_object(part))
    except Exception as error:  # noqa: BLE001 - get_config is user code
        return code.what_is_unsendable(part) or _first_line(error)
    return None


def _owner(model: Any, item: Any) -> str:
    for layer in model._flatten_layers():
        if type(layer) is item:
            return f"Layer {layer.name!r} ({item.__name__})"
    kind = "class" if isinstance(item, type) else "function"
    return f"The {kind} {item.__name__!r}"


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3]).rstrip(".") if lines else type(error).__name__


def _digest(path: Path) -> str:
    """The digest of what matters in a ``.keras`` file: not its date nor this process's ids."""
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
    """Shared objects are marked with their addresses; number them as they come instead."""
    seen: dict[str, int] = {}
    return re.sub(
        r'(?<="shared_object_id": )\d+', lambda m: str(seen.setdefault(m[0], len(seen))), config
    )
