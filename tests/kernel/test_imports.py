"""What a first job imports besides its own back end, in the kernel and in the worker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.jobs import Home

NOTEBOOK = """
import sys
import keras
import numpy as np
import aibro

class Looks(keras.callbacks.Callback):
    def on_train_end(self, logs=None):
        self.found = "tensorflow" in sys.modules

for recorded in (False, True):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    rows, looks = np.ones((8, 4), "float32"), Looks()
    aibro.Training.online_fit(
        model, rows, rows[:, :1], record=recorded, cool_down_period_s=0 if recorded else 60,
        directory_to_save_ckpt=".", fit_kwargs={"callbacks": [looks], "verbose": 0},
    )
    print("FOUND", looks.found, "tensorflow" in sys.modules)
"""


def test_jobs_of_a_jax_notebook_import_tensorflow_nowhere(home: Home, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        env={**os.environ, "KERAS_BACKEND": "jax", "AIBRO_HOME": str(home.folder)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("FOUND False False") == 2
