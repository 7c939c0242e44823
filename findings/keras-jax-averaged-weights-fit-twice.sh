#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: a model whose optimizer averages its weights can be fit only once.
#
# The first fit() of a model with use_ema=True ends by assigning each average to its weight. On JAX
# that makes both variables hold the same array object. The second fit() donates all of them to the
# compiled step, XLA refuses to donate one buffer twice, and the weights, which Keras had taken out
# of the model for the time of the training, are not put back: the model is left without weights.
# What is shown is a TypeError that names neither. On TensorFlow the same program trains twice.
#
# Around it: make one array of each pair a copy before the second fit.
#
# Seen: Python 3.11, CPU.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet keras==3.15.1 jax==0.10.2 numpy==2.3.5

cat > "$folder/program.py" <<'PYTHON'
import keras
import numpy as np

rows = np.arange(128, dtype="float32").reshape(32, 4) / 128


def trained_once():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01, use_ema=True), "mse")
    model.fit(rows, rows[:, :1], verbose=0)
    return model


def averages(model):
    return model.optimizer._model_variables_moving_average


model = trained_once()
same = [w.value is a.value for w, a in zip(model.trainable_variables, averages(model))]
print("weight and average are one array after the first fit:", same)
try:
    model.fit(rows, rows[:, :1], verbose=0)
    print("second fit: trained")
except TypeError as error:
    print("second fit: TypeError:", error)
print("variables without a value:", [v._value is None for v in model.variables])

model = trained_once()
for average in averages(model):
    average.assign(np.array(average))
model.fit(rows, rows[:, :1], verbose=0)
print("second fit with copies: trained")
PYTHON

KERAS_BACKEND=jax "$folder/venv/bin/python" "$folder/program.py" 2> /dev/null | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
weight and average are one array after the first fit: [True, True]
second fit: TypeError: 'NoneType' object is not callable
variables without a value: [True, True]
second fit with copies: trained
SEEN
