"""Jobs that were trained before the pictures are taken: one that failed, one that completed."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from sklearn.datasets import load_digits

import aibro

digits = load_digits()
images = (digits.images / 16.0).astype("float32")[..., None]
labels = digits.target


def model(filters):
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
    """Tells how it goes, and stops a training that has become too good to be true."""

    def __init__(self, suspicious):
        super().__init__()
        self.suspicious = suspicious

    def on_epoch_end(self, epoch, logs=None):
        loss = logs["val_loss"]
        colour = 32 if loss < 0.5 else 33
        print(f"epoch {epoch + 1:2}  val_loss \x1b[{colour}m{loss:.4f}\x1b[0m", flush=True)
        if loss < self.suspicious:
            raise ValueError(f"val_loss is {loss:.2f}: do the two sets overlap?")


def train(description, filters, suspicious, cool_down_period_s):
    job_id = aibro.Training.offline_fit(
        model=model(filters),
        train_X=images[:1500],
        train_Y=labels[:1500],
        validation_data=(images[1500:], labels[1500:]),
        epochs=10,
        batch_size=64,
        description=description,
        fit_kwargs={"callbacks": [Guard(suspicious)]},
        cool_down_period_s=cool_down_period_s,
        record=True,
    )
    try:
        aibro.Job.wait(job_id)
    except aibro.JobCanceled:
        pass  # as it should: one of them fails


train("digits, all data", filters=16, suspicious=1.0, cool_down_period_s=60)
train("digits, wider net", filters=32, suspicious=0.0, cool_down_period_s=0)
