"""Environment variables that decide how a framework computes."""

from __future__ import annotations

import os

THREAD_VARIABLES = (
    "NPROC",
    "OMP_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "XLA_FLAGS",
)
"""These set how many threads work on one operation, and with that the order of its sums."""

FRAMEWORK_VARIABLES = (
    "TF_", "KERAS_", "XLA_", "JAX_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_",
    "NUMEXPR_", "TORCH_", "PYTHON",
)  # fmt: skip
"""Prefixes of the variables that frameworks, and the libraries they use, read at import."""

LOG_VARIABLES = "TF_CPP_"
"""Prefix of the variables that set how much TensorFlow logs. They do not affect the training.

TensorFlow sets one of them itself when it is imported. If they counted, a job from such a kernel
could never share an instance with a replay that the server starts."""

PROCESSOR_COUNTS = tuple(name for name in THREAD_VARIABLES if name != "XLA_FLAGS")
"""These tell each framework how many processors to use, where the instance cannot limit them."""


def usable_cpus() -> int:
    """How many processors this process may run on."""
    return len(os.sched_getaffinity(0))
