"""What happens when a notebook sets how many threads TensorFlow works with."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import run

SCRIPT = """
import tensorflow
tensorflow.config.threading.set_intra_op_parallelism_threads(1)

import keras, numpy as np, aibro
from tests.jobs import Home
from pathlib import Path
import os

class Looks(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        names = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"
        self.seen = [os.environ.get(name) for name in names]

looks = Looks()
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
aibro.Training.online_fit(model, np.ones((4, 2)), np.ones(4), fit_kwargs={"callbacks": [looks]})
Home(Path(os.environ["AIBRO_HOME"])).end()
print(looks.seen)
"""


def test_its_worker_is_started_with_them(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    printed = run(
        script,
        KERAS_BACKEND="tensorflow",
        AIBRO_HOME=str(tmp_path / "home"),
        TF_NUM_INTRAOP_THREADS="2",
        TF_NUM_INTEROP_THREADS="2",
    )
    assert printed.splitlines()[-1] == "['1', '2']"
