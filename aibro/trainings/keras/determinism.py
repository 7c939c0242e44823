"""What makes a training repeatable: seeds, deterministic operations, a fixed number of threads.

Floating-point sums depend on their order, and the order on the number of threads. TensorFlow
repeats bit for bit on the same number; JAX on a CPU is only sure to with one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

_XLA_FLAGS = ("--xla_cpu_multi_thread_eigen=false", "--xla_gpu_deterministic_ops=true")


def thread_variables(
    backend: str, threads: int, given: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Environment variables that must be set before a deterministic process imports the framework.

    One of them, ``PYTHONHASHSEED``, only takes effect when it is set before Python starts.

    Args:
        backend: Keras's name of the back end.
        threads: how many threads may work on one operation; JAX on a CPU always gets one.
        given: the variables that are set already. They are kept, because a replay is started with
            the recorded numbers of threads.

    >>> thread_variables("tensorflow", 4, given={"TF_NUM_INTRAOP_THREADS": "2"})
    {'PYTHONHASHSEED': '0', 'TF_NUM_INTEROP_THREADS': '4', 'TF_DETERMINISTIC_OPS': '1'}
    """
    fixed = {"PYTHONHASHSEED": "0"}
    if backend == "tensorflow":
        fixed |= {"TF_NUM_INTRAOP_THREADS": str(threads), "TF_NUM_INTEROP_THREADS": str(threads)}
        fixed |= {"TF_DETERMINISTIC_OPS": "1"}
    elif backend == "jax":
        flags = given.get("XLA_FLAGS", "").split()
        missing = [flag for flag in _XLA_FLAGS if flag not in flags]
        fixed |= {"XLA_FLAGS": " ".join([*flags, *missing]), "NPROC": "1"}
    elif backend == "torch":
        fixed |= {"OMP_NUM_THREADS": str(threads), "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
    return {k: v for k, v in fixed.items() if k == "XLA_FLAGS" or k not in given}


def make_operations_deterministic(backend: str) -> None:
    """Forbid operations whose result depends on timing; call before the first operation."""
    if backend == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
    elif backend == "torch":
        import torch

        torch.use_deterministic_algorithms(True)


def seed(value: int) -> None:
    """Seed Python, NumPy and the framework. Call it after the model is loaded."""
    import keras

    keras.utils.set_random_seed(value)
