#!/usr/bin/env bash
# cloudpickle 3.1.2: two functions that share a variable of the function around them share it no
# longer after they were pickled, though they were pickled together.
#
# Each function gets a new cell for every variable of its closure, filled with what the old one
# held. Lists and dicts in the cells stay shared, so nothing is noticed until one function assigns
# to the variable (nonlocal) and the other reads it: a callback that counts and a loss that reads
# the count, say. Two methods of one class are separated in the same way. Variables of a module
# (global) stay shared.
#
# Around it: keep what is shared in an object, or pickle the functions with their own cells.
#
# Seen: Python 3.11.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet cloudpickle==3.1.2

cat > "$folder/program.py" <<'PYTHON'
import pickle

import cloudpickle


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1

    def told():
        return count

    return step, told


def meter():
    count = 0

    class Meter:
        def step(self):
            nonlocal count
            count += 1

        def told(self):
            return count

    return Meter


total = 0


def step_total():
    global total
    total += 1


def told_total():
    return total


def after_one_step(functions):
    step, told = functions
    step()
    return told()


def methods(meter):
    return meter.step, meter.told


print("functions as they are:", after_one_step(counter()))
print("functions after pickling:", after_one_step(pickle.loads(cloudpickle.dumps(counter()))))
arrived = pickle.loads(cloudpickle.dumps(meter()()))
print("methods after pickling:", after_one_step(methods(arrived)))
pair = pickle.loads(cloudpickle.dumps((step_total, told_total)))
print("functions with a global after pickling:", after_one_step(pair))
PYTHON

"$folder/venv/bin/python" "$folder/program.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
functions as they are: 1
functions after pickling: 0
methods after pickling: 0
functions with a global after pickling: 1
SEEN
