#!/usr/bin/env bash
# TensorFlow 2.21.0 with cloudpickle 3.1.2: a function with an "if" on a tensor works in
# tf.function where it was written in a notebook's cell, and raises after it was pickled.
#
# AutoGraph rewrites a function from its source, which it asks linecache for. IPython puts the text
# of a cell there, and nowhere else. cloudpickle carries the code of a function, and its name for
# the file, but not the text; so in another process (or in this one, once linecache has forgotten
# the cell) AutoGraph leaves the function as it is, and the condition is a symbolic tensor. A
# function from a file is found again wherever the file has the same path.
#
# Around it: carry the lines along and put them into linecache under the same name, without a time.
#
# Seen: Python 3.11, on the CPU.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorflow==2.21.0 cloudpickle==3.1.2 'setuptools<81'

cat > "$folder/cell.py" <<'PYTHON'
import linecache
import pickle
import sys

import cloudpickle
import tensorflow as tf

CELL = """
def doubled(number):
    if number > 0:
        number = number * 2
    return number
"""
NAME = "/tmp/ipykernel_1/1.py"
ENTRY = (len(CELL), None, CELL.splitlines(keepends=True), NAME)


def tried(function):
    try:
        return float(tf.function(function)(tf.constant(3.0)))
    except tf.errors.OperatorNotAllowedInGraphError as error:
        return type(error).__name__


if sys.argv[1] == "write":
    linecache.cache[NAME] = ENTRY
    variables = {"__name__": "__main__"}
    exec(compile(CELL, NAME, "exec"), variables)
    print("where it was written:", tried(variables["doubled"]))
    with open(sys.argv[2], "wb") as file:
        file.write(cloudpickle.dumps(variables["doubled"]))
else:
    with open(sys.argv[2], "rb") as file:
        data = file.read()
    print("in another process:", tried(pickle.loads(data)))
    linecache.cache[NAME] = ENTRY
    print("there, with the lines:", tried(pickle.loads(data)))
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=""
for what in write read; do
  "$folder/venv/bin/python" -W ignore "$folder/cell.py" "$what" "$folder/function" 2>/dev/null
done | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
where it was written: 6.0
in another process: OperatorNotAllowedInGraphError
there, with the lines: 6.0
SEEN
