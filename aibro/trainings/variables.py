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
"""What sets how many threads work on an operation, and so the order of its sums."""

FRAMEWORK_VARIABLES = (
    "TF_", "KERAS_", "XLA_", "JAX_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_",
    "NUMEXPR_", "TORCH_", "PYTHON",
)  # fmt: skip
"""How the names of those begin that frameworks, or what they compute with, read at import."""

LOG_VARIABLES = "TF_CPP_"
"""How much TensorFlow logs. It sets one of them itself when it is imported: a job from such a
kernel and a replay that the server starts would else never share an instance."""

PROCESSOR_COUNTS = tuple(name for name in THREAD_VARIABLES if name != "XLA_FLAGS")
"""How each framework is told how many processors it has, where it cannot be held to them."""


def usable_cpus() -> int:
    """Processors that this process may run on."""
    return len(os.sched_getaffinity(0))
