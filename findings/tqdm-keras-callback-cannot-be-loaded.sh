#!/usr/bin/env bash
# tqdm 4.70.1: tqdm.keras.TqdmCallback can be pickled by cloudpickle, but what was pickled cannot be
# loaded: RecursionError. copy.copy of what holds its stream raises the same.
#
# The bar holds its output stream in tqdm.utils.ObjectWrapper, whose __getattr__ asks the wrapped
# object. While one is rebuilt there is no wrapped object yet, and pickle asks for __setstate__
# before it sets the attributes: so __getattr__ asks itself for "_wrapped", without end.
#
# Around it: set the attributes of objects whose class has a __getattr__ and no __setstate__
# directly, without asking for __setstate__.
#
# Seen: Python 3.11, Keras 3.15.1 with JAX 0.10.2, on the CPU.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tqdm==4.70.1 cloudpickle==3.1.2 keras==3.15.1 jax==0.10.2

cat > "$folder/carry.py" <<'PYTHON'
import copy
import pickle

import cloudpickle
from tqdm.keras import TqdmCallback
from tqdm.utils import ObjectWrapper


def tried(call):
    try:
        return type(call()).__name__
    except RecursionError as error:
        return type(error).__name__


callback = TqdmCallback(verbose=0, disable=True)
shown = TqdmCallback(verbose=0)
print("a bar that is off:", tried(lambda: pickle.loads(cloudpickle.dumps(callback))))
print("pickled:", tried(lambda: cloudpickle.dumps(shown)))
data = cloudpickle.dumps(shown)
print("loaded:", tried(lambda: pickle.loads(data)))
print("a wrapper, copied:", tried(lambda: copy.copy(ObjectWrapper([]))))
PYTHON

KERAS_BACKEND=jax "$folder/venv/bin/python" "$folder/carry.py" 2>/dev/null | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
a bar that is off: TqdmCallback
pickled: bytes
loaded: RecursionError
a wrapper, copied: RecursionError
SEEN
