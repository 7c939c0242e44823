"""Checks in the user's kernel that a model can be trained elsewhere, before it is stored."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from aibro.errors import BadModel
from aibro.payloads.arrays import as_arrays
from aibro.trainings.keras.model.diagnose import why_not_saved
from aibro.trainings.keras.model.lazily import not_importing_tensorflow
from aibro.trainings.keras.model.rebuild import forgotten_arguments
from aibro.trainings.keras.spec import DEFAULT_BATCH_SIZE

if TYPE_CHECKING:
    from aibro.payloads.arrays import Arrays

FIELD = "model"


def check_model(model: Any) -> None:
    """Check that ``model`` is one that ``fit`` can train.

    Args:
        model: what the user passed.

    Raises:
        BadModel: it is not a Keras 3 model, not compiled, or distributed among devices.
    """
    if not _can_fit(model):
        raise BadModel(
            f"model is of type {type(model).__module__}.{type(model).__qualname__}, not a Keras 3 "
            "model. Pass a keras.Model such as keras.Sequential.",
            FIELD,
        )
    from keras import distribution

    if distribution.distribution() is not None:
        raise BadModel(
            "keras.distribution is set in this kernel, and AIbro cannot take that along: it splits "
            "each batch among the GPUs of the machine itself. Call "
            "keras.distribution.set_distribution(None) and make the model anew.",
            FIELD,
        )
    if getattr(model, "_distribute_strategy", None) is not None:
        raise BadModel(
            "The model was made inside the scope of a tf.distribute strategy, which AIbro cannot "
            "take along: it splits each batch among the GPUs of the machine itself. Make the model "
            "outside of the scope.",
            FIELD,
        )
    if not model.compiled:
        raise BadModel(
            "The model is not compiled. Call model.compile(optimizer=..., loss=...) first.", FIELD
        )


def _can_fit(model: Any) -> bool:
    """Whether it has Keras's ``fit``: a model, or a layer that is a trainer itself."""
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "Model"):
        return False
    from keras.src.trainers.trainer import Trainer

    return isinstance(model, Trainer)


def check_saved(model: Any) -> None:
    """Check that Keras can save a model as a ``.keras`` file.

    Raises:
        BadModel: it cannot; names the part.
    """
    from keras import saving

    try:
        with not_importing_tensorflow():
            json.dumps(saving.serialize_keras_object(model))
    except Exception as error:
        raise BadModel(
            f"Checkpoints cannot be saved. {why_not_saved(model, error)} Or leave out "
            "directory_to_save_ckpt.",
            "directory_to_save_ckpt",
        ) from error


def check_portable(model: Any, train_X: object = None) -> None:
    """Check that what Keras saves of a model is enough to train it. Builds it, and its optimizer.

    Args:
        model: a model that ``check_model`` accepted.
        train_X: the data; gives the shapes for building the model.

    Raises:
        BadModel: it can't be built, or could not be restored from what Keras saves of it.
    """
    import keras

    if _overrides_compile_only(type(model), keras):
        raise BadModel(
            f"{type(model).__name__} has a compile() of its own, so Keras cannot compile it again "
            "where it is trained. Define get_compile_config() and compile_from_config() too.",
            FIELD,
        )
    for layer in model._flatten_layers():
        if forgotten := forgotten_arguments(layer):
            raise BadModel(
                f"Model {layer.name!r} ({type(layer).__name__}) cannot be saved: Keras does not "
                f"keep what it was made with ({', '.join(forgotten)}). Define get_config to "
                "return it.",
                FIELD,
            )
    if not _has_variables(model):
        _build(model, as_arrays("train_X", train_X))
    if model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def _overrides_compile_only(kind: type, keras: Any) -> bool:
    def own(method: str) -> bool:
        return getattr(kind, method) is not getattr(keras.Model, method)

    return own("compile") and not own("compile_from_config")


def is_built(model: Any) -> bool:
    """Whether all layers of a model and its optimizer have their variables."""
    return _has_variables(model) and (model.optimizer is None or model.optimizer.built)


def _has_variables(model: Any) -> bool:
    return all(layer.built for layer in model._flatten_layers())


def _build(model: Any, arrays: Arrays) -> None:
    """Build a model by calling it with symbolic data of the right shapes; computes nothing."""
    import keras

    if arrays is None:
        raise BadModel(
            "The model is not built. Give it an Input or call model.build(input_shape).", FIELD
        )

    def symbolic(array: Any) -> Any:
        floating = array.dtype.kind == "f"
        dtype = keras.config.floatx() if floating else keras.backend.standardize_dtype(array.dtype)
        rows = min(DEFAULT_BATCH_SIZE, len(array))
        return keras.KerasTensor((rows, *array.shape[1:]), dtype=dtype)

    try:
        model(keras.tree.map_structure(symbolic, arrays))
    except Exception as error:
        raise BadModel(f"The model could not be built for train_X: {error}", FIELD) from error
    if not _has_variables(model):
        names = [layer.name for layer in model._flatten_layers() if not layer.built]
        raise BadModel(
            f"Layer {names[0]!r} is not built after a call of the model, so its weights are "
            "unknown. Use it in call(), or remove it.",
            FIELD,
        )
