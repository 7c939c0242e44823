"""Rules that carry Keras's objects by their state. No constructor is called."""

from __future__ import annotations

from collections import OrderedDict
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from keras.src import backend
from keras.src.ops.function import Function, make_node_key
from keras.src.saving.keras_saveable import KerasSaveable
from keras.src.utils import module_utils, tracking

from aibro.object_graph.content import Content
from aibro.object_graph.shells import Finish, Late, Objects, Shell, replace_attributes

COMPILED = ("train_function", "test_function", "predict_function")
"""Attributes of a model with what Keras compiled; it compiles again where they are ``None``."""
_TRANSIENT = ("_eval_epoch_iterator", "_jax_state")
"""Attributes that a model has only while it trains."""
_BY_VARIABLE = ("_trainable_variables_indices", "_var_to_optimizer_idx")
_DEFAULTS: tuple[Any, ...] = tuple(
    base.__reduce__ for base in (object, dict, list, set, OrderedDict)
)
_EXCLUDED = "_exclude_from_weight_decay"
_CONTAINERS = (tracking.TrackedList, tracking.TrackedDict, tracking.TrackedSet)


def reduce_keras(item: Any) -> Any:
    """A rule; see `aibro.object_graph.shells`."""
    if isinstance(item, backend.Variable):
        return _variable(item)
    if isinstance(item, tracking.Tracker):
        return _tracker(item)
    if isinstance(item, module_utils.LazyModule):
        # Looking at its attributes would import the module.
        return _lazy_module, (item.name,)
    if not _is_carried_by_state(item):
        return NotImplemented
    if "_trainable_variables_indices" in vars(item):
        return _optimizer(item)
    if isinstance(item, (*_CONTAINERS, tracking.TrackedOrderedDict)):
        return _container(item)
    if isinstance(item, Function):
        return _function(item)
    return Shell(object.__new__, (type(item),), _state(item), replace_attributes)


def _lazy_module(name: str) -> Any:
    known = (m for m in vars(module_utils).values() if isinstance(m, module_utils.LazyModule))
    return next(module for module in known if module.name == name)


def _is_carried_by_state(item: Any) -> bool:
    kind = type(item)
    if isinstance(item, (type, FunctionType, ModuleType)) or not hasattr(item, "__dict__"):
        return False
    methods: Any = kind.__reduce__, kind.__reduce_ex__
    if isinstance(item, KerasSaveable):
        return bool(methods == (KerasSaveable.__reduce__, object.__reduce_ex__))
    # A tuple with names gets its items when it is made, so it cannot be made empty.
    is_made_whole = hasattr(kind, "__getnewargs__")
    is_keras = kind.__module__.startswith("keras.src.")
    return is_keras and methods[0] in _DEFAULTS and not is_made_whole


def _state(item: Any) -> dict[str, Any]:
    state = {k: v for k, v in vars(item).items() if k not in _TRANSIENT}
    for name in COMPILED:
        if name in state:
            state[name] = None
    if "_losses" in state and any(map(_is_symbolic, state["_losses"])):
        # Left over from when Keras traced the layer's calls. The next call drops them.
        state |= {"_losses": [], "_loss_ids": set()}
    return state


def _is_symbolic(tensor: Any) -> bool:
    """Whether a tensor stands for values in something that is being compiled."""
    if isinstance(tensor, backend.KerasTensor):
        return True
    if backend.backend() == "jax":
        import jax

        return isinstance(tensor, jax.core.Tracer)
    if backend.backend() == "tensorflow":
        import tensorflow as tf

        return bool(tf.is_symbolic_tensor(tensor))
    return False


# --- variables ----------------------------------------------------------------------------------


def _variable(item: Any) -> Shell:
    attributes = {k: v for k, v in vars(item).items() if k != "_value"}
    value = None if item._value is None else Content(lambda: _bits(item))
    return Shell(object.__new__, (type(item),), (attributes, value), _fill_variable)


def _fill_variable(item: Any, state: tuple[dict[str, Any], Content | None]) -> None:
    attributes, value = state
    tensor = item.__dict__.get("_value")
    replace_attributes(item, {**attributes, "_value": tensor})
    if value is None:
        item.__dict__["_value"] = None
        return
    array = backend.convert_to_tensor(value.array, dtype=attributes["_dtype"])
    if tensor is not None and tuple(tensor.shape) == tuple(array.shape):
        item.assign(array)
    else:
        item._initialize(array)
        item.__dict__["_shape"] = attributes["_shape"]


def _bits(variable: Any) -> np.ndarray[Any, Any]:
    value: np.ndarray[Any, Any] = backend.convert_to_numpy(variable._value)
    return value


# --- what is indexed by identity ----------------------------------------------------------------


def _tracker(item: Any) -> Shell:
    state = {k: v for k, v in vars(item).items() if k != "stored_ids"}
    return Shell(object.__new__, (type(item),), state, _fill_tracker)


def _fill_tracker(item: Any, state: dict[str, Any]) -> Finish:
    replace_attributes(item, {**state, "stored_ids": {}})

    def finish() -> None:
        item.stored_ids = {name: {id(v) for v in store} for name, (_, store) in item.config.items()}

    return finish


def _function(item: Any) -> Shell:
    """A functional model names its nodes by the identity of their operation."""
    state = _state(item)
    state["_nodes"] = [
        (operation, index)
        for operation in item._operations
        for index in range(len(operation._inbound_nodes))
        if make_node_key(operation, index) in item._nodes
    ]
    return Shell(object.__new__, (type(item),), state, _fill_function)


def _fill_function(item: Any, state: dict[str, Any]) -> None:
    replace_attributes(item, {**state, "_nodes": {make_node_key(*n) for n in state["_nodes"]}})


def _optimizer(item: Any) -> Shell:
    def state(objects: Objects) -> Any:
        """The attributes, and apart from them those that name variables by a key."""
        known = [*item._trainable_variables, *objects.values()]
        keys = {item._var_key(each): each for each in known if isinstance(each, backend.Variable)}
        attributes = _state(item)
        names = attributes.pop(_EXCLUDED) if attributes.get(_EXCLUDED) else ()
        excluded = [keys[key] for key in names if key in keys]
        indexed = {
            name: [(keys[key], value) for key, value in attributes.pop(name).items()]
            for name in _BY_VARIABLE
            if name in attributes
        }
        return attributes, indexed, excluded

    # Only what was excluded may be the name of a variable that the optimizer does not have yet.
    whole = Late(state) if getattr(item, _EXCLUDED, ()) else state({})
    return Shell(object.__new__, (type(item),), whole, _fill_optimizer)


def _fill_optimizer(item: Any, state: tuple[dict[str, Any], dict[str, Any], list[Any]]) -> Finish:
    attributes, indexed, excluded = state
    replace_attributes(item, attributes)

    def finish() -> None:
        for name, pairs in indexed.items():
            item.__dict__[name] = {item._var_key(variable): value for variable, value in pairs}
        if excluded:
            item.__dict__[_EXCLUDED] = {item._var_key(variable) for variable in excluded}

    return finish


# --- tracked containers -------------------------------------------------------------------------


def _container(item: Any) -> Shell:
    content = list(item.items()) if isinstance(item, dict) else list(item)
    return Shell(_empty, (type(item),), (dict(vars(item)), content), _fill_container)


def _empty(kind: Any) -> Any:
    return kind.__new__(kind)


def _fill_container(item: Any, state: tuple[dict[str, Any], list[Any]]) -> None:
    attributes, content = state
    replace_attributes(item, attributes)
    base: Any = next(each for each in (OrderedDict, dict, list, set) if isinstance(item, each))
    base.clear(item)
    if base is OrderedDict:
        for key, value in content:
            OrderedDict.__setitem__(item, key, value)
    elif base is list:
        list.extend(item, content)
    else:
        base.update(item, content)
