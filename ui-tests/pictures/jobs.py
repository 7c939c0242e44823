"""What the jobs in the pictures are trained with."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from sklearn.datasets import load_digits

import aibro

digits = load_digits()
images = (digits.images / 16.0).astype("float32")[..., None]
labels = digits.target


def model(filters: int) -> keras.Model:
    """The quickstart's model, wider or narrower."""
    keras.utils.set_random_seed(7)
    layers = [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(filters, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, activation="softmax"),
    ]
    net = keras.Sequential(layers)
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


class Guard(keras.callbacks.Callback):
    """Tells how it goes, and stops a training that is too good to be true."""

    def __init__(self, suspicious: float) -> None:
        super().__init__()
        self.suspicious = suspicious

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Look at the validation loss."""
        loss = (logs or {})["val_loss"]
        colour = 32 if loss < 0.5 else 33
        print(f"epoch {epoch + 1:2}  val_loss \x1b[{colour}m{loss:.4f}\x1b[0m", flush=True)
        if loss < self.suspicious:
            raise ValueError(f"val_loss is {loss:.2f}: do the two sets overlap?")


def train(
    description: str,
    filters: int = 16,
    epochs: int = 10,
    suspicious: float = 0.0,
    cool_down_period_s: float = 0.0,
    machine_ids: tuple[str, ...] = ("local.od",),
) -> str:
    """Start a job and return its id."""
    return aibro.Training.offline_fit(
        model=model(filters),
        train_X=images[:1500],
        train_Y=labels[:1500],
        validation_data=(images[1500:], labels[1500:]),
        epochs=epochs,
        batch_size=64,
        description=description,
        fit_kwargs={"callbacks": [Guard(suspicious)]},
        cool_down_period_s=cool_down_period_s,
        machine_ids=[*machine_ids],
        record=True,
    )
