"""Rules for TensorFlow's own objects, on its back end only."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow.python.eager.polymorphic_function.polymorphic_function import Function
from tensorflow.python.trackable import data_structures

from aibro.object_graph.content import Content
from aibro.object_graph.shells import Shell

_WRAPPERS = (data_structures._DictWrapper, data_structures._TupleWrapper)


def reduce_tensorflow(item: Any) -> Any:
    """A rule; see `aibro.object_graph.shells`."""
    kind = type(item)
    if kind is data_structures.ListWrapper:
        return Shell(data_structures.ListWrapper, ([],), item._storage, _fill_list)
    if kind in _WRAPPERS:
        empty: Any = {} if kind is _WRAPPERS[0] else ()
        return Shell(kind, (empty,), item.__wrapped__, _fill_wrapper)
    if isinstance(item, tf.distribute.Strategy):
        return tf.distribute.get_strategy, ()
    if isinstance(item, Function):
        return _function(item)
    if isinstance(item, tf.Variable):
        value = Content(item.numpy)
        made = item.shape.as_list(), item.dtype, item.trainable, item.name.partition(":")[0]
        return Shell(_variable, made, value, _fill_variable)
    if isinstance(item, tf.lookup.StaticHashTable):
        return _static_table, _table(item)
    if isinstance(item, tf.lookup.experimental.MutableHashTable):
        return _mutable_table, _table(item)
    return NotImplemented


def _fill_list(item: Any, storage: list[Any]) -> None:
    item._storage = storage
    item._last_wrapped_list_snapshot = list(storage)


def _fill_wrapper(item: Any, wrapped: Any) -> None:
    item.__wrapped__ = wrapped
    if isinstance(wrapped, dict):
        item._self_last_wrapped_dict_snapshot = dict(wrapped)


def _function(item: Any) -> Any:
    options = {
        "name": item._name,
        "input_signature": item.input_signature,
        "autograph": item._autograph,
        "jit_compile": item._jit_compile,
        "reduce_retracing": item._reduce_retracing,
        "experimental_attributes": item._attributes,
        "experimental_autograph_options": item._experimental_autograph_options,
    }
    return _make_function, (item.python_function, options)


def _make_function(function: Any, options: dict[str, Any]) -> Any:
    return Function(function, **options)


def _variable(shape: list[int], dtype: Any, trainable: bool, name: str) -> Any:
    zeros = tf.zeros(shape, dtype) if dtype != tf.string else tf.fill(shape, "")
    return tf.Variable(zeros, trainable=trainable, name=name)


def _fill_variable(item: Any, value: Content) -> None:
    item.assign(value.array)


def _table(item: Any) -> tuple[Any, ...]:
    keys, values = item.export()
    default = item._default_value.numpy()
    return keys.numpy(), values.numpy(), item.key_dtype, item.value_dtype, default


def _static_table(keys: Any, values: Any, key_type: Any, value_type: Any, default: Any) -> Any:
    with tf.init_scope():
        content = tf.lookup.KeyValueTensorInitializer(keys, values, key_type, value_type)
        return tf.lookup.StaticHashTable(content, default)


def _mutable_table(keys: Any, values: Any, key_type: Any, value_type: Any, default: Any) -> Any:
    with tf.init_scope():
        table = tf.lookup.experimental.MutableHashTable(key_type, value_type, default)
        table.insert(tf.constant(keys, key_type), tf.constant(values, value_type))
        return table
