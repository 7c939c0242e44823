#!/usr/bin/env bash
# cloudpickle 3.1.2: two objects that pickle itself refuses arrive as something else, and nothing
# says so. A file that is open for reading becomes a StringIO with all of its text, and a
# memoryview becomes bytes.
#
# For an object that is carried to another process to work there, that is a silent change of kind:
# the StringIO has no file descriptor and does not follow the file as it grows, and bytes cannot be
# written into, where the view could. A file that is open for writing is refused.
#
# Around it: refuse both before cloudpickle sees them.
#
# Seen: Python 3.11.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet cloudpickle==3.1.2

cat > "$folder/carry.py" <<'PYTHON'
import pickle
import sys

import cloudpickle


def tried(dump, item):
    try:
        return type(pickle.loads(dump(item))).__name__
    except (TypeError, pickle.PicklingError) as error:
        return type(error).__name__


path = sys.argv[1]
with open(path, "w") as writing:
    writing.write("first line\n")
    print("file to write:", tried(pickle.dumps, writing), tried(cloudpickle.dumps, writing))
with open(path) as reading:
    print("file to read:", tried(pickle.dumps, reading), tried(cloudpickle.dumps, reading))
view = memoryview(bytearray(b"ab"))
print("memoryview:", tried(pickle.dumps, view), tried(cloudpickle.dumps, view))
PYTHON

"$folder/venv/bin/python" "$folder/carry.py" "$folder/file" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
file to write: TypeError PicklingError
file to read: TypeError StringIO
memoryview: TypeError bytes
SEEN
