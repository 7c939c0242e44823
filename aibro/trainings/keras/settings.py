"""The settings of Keras and its back end that change what a training computes.

They are read in the kernel when ``fit`` is called, and made in the worker for this training only.
What has to be set before the framework is imported is in the environment variables instead.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import numpy

from aibro.errors import BadInput

_JAX_OF_MACHINE = (
    "jax_platforms",
    "jax_platform_name",
    "jax_pjrt_",
    "jax_cuda_",
    "jax_rocm_",
    "jax_default_device",
    "jax_compilation_cache_",
    "jax_persistent_cache_",
    "jax_num_cpu_devices",
    "jax_cpu_",
    "jax_coordination_",
    "jax_distributed_",
    "jax_dump_",
    "jax_log",
    "jax_mock_",
    "jax_share_",
    "jax_pgle_",
    "jax_raise_",
)
"""How the names of JAX's settings begin that concern a machine or a debugger, not the numbers."""
DETERMINISM = "tf.config.experimental.enable_op_determinism"
"""The name of the setting that makes TensorFlow's operations deterministic."""
_PLAIN = (bool, int, float, str, type(None))


def read_settings() -> dict[str, Any]:
    """The settings of this process by name, as JSON has them.

    Only reads those of frameworks that are imported.
    """
    from keras import config

    found: dict[str, Any] = {
        "floatx": config.floatx(),
        "epsilon": config.epsilon(),
        "image_data_format": config.image_data_format(),
        "dtype_policy": _policy(config.dtype_policy()),
    }
    found |= {name: read() for name, (read, _) in _of_later_keras().items()}
    found["numpy.seterr"] = dict(numpy.geterr())
    found |= {f"logging.{name}": logging.getLogger(name).level for name in _LOGGERS}
    if sys.modules.get("jax") is not None:
        found |= {f"jax.config.{name}": value for name, value in _jax().items()}
    if "tensorflow.python.eager.context" in sys.modules:
        found |= {name: read() for name, (read, _) in _tensorflow().items()}
    return found


def threads(backend: str) -> dict[str, str]:
    """The numbers of threads that were set here in Python, as environment variables.

    TensorFlow only takes them before it computes anything, so a worker is started with them.

    Args:
        backend: Keras's name of the back end.
    """
    if backend != "tensorflow":
        return {}
    from tensorflow import config

    given = {
        "TF_NUM_INTRAOP_THREADS": config.threading.get_intra_op_parallelism_threads(),
        "TF_NUM_INTEROP_THREADS": config.threading.get_inter_op_parallelism_threads(),
    }
    # 0 leaves it to TensorFlow, which looks at the variables of the same names then.
    return {name: str(number) for name, number in given.items() if number}


def make_settings(settings: dict[str, Any]) -> None:
    """Make the settings of this process what ``read_settings`` returned in this one or another.

    Raises:
        BadInput: one cannot be made here; names it.
    """
    own = read_settings()
    for name, value in settings.items():
        if name in own and own[name] != value:
            try:
                _make(name, value)
            except Exception as error:
                raise BadInput(
                    f"The setting {name}={value!r} of the notebook cannot be made where it is "
                    f"trained: {error}"
                ) from error


def _policy(policy: Any) -> dict[str, Any]:
    # Keras's own serialize() imports TensorFlow, on every back end.
    return {"class_name": type(policy).__name__, "config": policy.get_config()}


def _make(name: str, value: Any) -> None:
    from keras import config, dtype_policies

    if name.startswith("jax.config."):
        import jax

        update: Any = jax.config.update
        update(name.removeprefix("jax.config."), value)
    elif name == "numpy.seterr":
        numpy.seterr(**value)
    elif name.startswith("logging."):
        logging.getLogger(name.removeprefix("logging.")).setLevel(value)
    elif name == "dtype_policy":
        kind = getattr(dtype_policies, value["class_name"])
        config.set_dtype_policy(kind.from_config(value["config"]))
    elif name in _KERAS:
        getattr(config, f"set_{name}")(value)
    elif name in (others := _of_later_keras()):
        others[name][1](value)
    else:
        _tensorflow()[name][1](value)


_LOGGERS = ("root", "absl")
"""What is logged at all with Python's functions, and with those of Keras and TensorFlow."""
_KERAS = ("floatx", "epsilon", "image_data_format")


def _of_later_keras() -> dict[str, tuple[Any, Any]]:
    """How to read and how to make each setting that not every Keras 3 has."""
    from keras import config

    def either(on: str, off: str) -> Any:
        return lambda value: getattr(config, off if value is False else on)()

    pairs = {
        "max_epochs": ("max_epochs", getattr(config, "set_max_epochs", None)),
        "max_steps_per_epoch": (
            "max_steps_per_epoch",
            getattr(config, "set_max_steps_per_epoch", None),
        ),
        "flash_attention": (
            "is_flash_attention_enabled",
            either("enable_flash_attention", "disable_flash_attention"),
        ),
        "interactive_logging": (
            "is_interactive_logging_enabled",
            either("enable_interactive_logging", "disable_interactive_logging"),
        ),
    }
    return {
        name: (getattr(config, read), make)
        for name, (read, make) in pairs.items()
        if hasattr(config, read)
    }


def _jax() -> dict[str, Any]:
    import jax

    return {
        name: value
        for name, value in jax.config.values.items()
        if name.startswith("jax_")
        and not name.startswith(_JAX_OF_MACHINE)
        and isinstance(value, _PLAIN)
    }


def _tensorflow() -> dict[str, tuple[Any, Any]]:
    """How to read and how to make each setting of TensorFlow's."""
    import tensorflow as tf
    from tensorflow.python.framework import config

    experimental = tf.config.experimental

    def determinism(enabled: bool) -> None:
        (config.enable_op_determinism if enabled else config.disable_op_determinism)()

    return {
        "tf.config.run_functions_eagerly": (
            tf.config.functions_run_eagerly,
            tf.config.run_functions_eagerly,
        ),
        DETERMINISM: (
            config.is_op_determinism_enabled,
            determinism,
        ),
        "tf.config.experimental.enable_tensor_float_32_execution": (
            experimental.tensor_float_32_execution_enabled,
            experimental.enable_tensor_float_32_execution,
        ),
        "tf.config.optimizer.set_jit": (
            tf.config.optimizer.get_jit,
            tf.config.optimizer.set_jit,
        ),
        "tf.config.set_soft_device_placement": (
            tf.config.get_soft_device_placement,
            tf.config.set_soft_device_placement,
        ),
    }
