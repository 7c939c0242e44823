"""Sets the random generators for a training, and says where the kernel's are afterwards."""

from __future__ import annotations

import importlib

from msgspec.structs import replace

from aibro.trainings.keras import determinism
from aibro.trainings.keras.random_state import (
    RandomState,
    is_fixed,
    random_state,
    restore_random_state,
)
from aibro.trainings.keras.worker.shuffling import SeededShuffles
from aibro.trainings.plan import TrainingPlan


class Seeding:
    """How the random generators are set for one training.

    They go on from where they were in the kernel, so that the training draws what ``fit`` would
    have drawn there. Without a global seed, TensorFlow draws by chance. A plan with a seed fixes
    that chance. Without a state from the kernel, the plan's seed sets all generators.

    Args:
        plan: the training.
        kernel: where the kernel's generators were; ``None`` when the user chose the seed.

    Attributes:
        shuffles: shuffles the data; ``None`` leaves that to Keras.
    """

    def __init__(self, plan: TrainingPlan, kernel: RandomState | None) -> None:
        self._seed = plan.seed
        self._kernel = kernel
        self._fixes_chance = (
            kernel is not None and plan.seed is not None and not is_fixed(kernel, plan.backend)
        )
        self.shuffles: SeededShuffles | None = None
        if self._fixes_chance and plan.seed is not None:
            self.shuffles = SeededShuffles(plan.seed)

    def seed(self) -> None:
        """Set all generators. Call it after the model is loaded, last before ``fit``."""
        if self._kernel is not None:
            restore_random_state(self._kernel)
            if self._fixes_chance:
                importlib.import_module("tensorflow").random.set_seed(self._seed)
        elif self._seed is not None:
            determinism.seed(self._seed)

    def trained(self) -> RandomState | None:
        """Where the kernel's generators are after ``fit``; ``None`` where they were before."""
        if self._kernel is None:
            return None
        state = random_state()
        return replace(state, tensorflow=None) if self._fixes_chance else state
