#!/usr/bin/env bash
# TensorBoard 2.21.0: after a training was restarted from a checkpoint into the same folder, its two
# readers show different curves.
#
# The restarted training logs some steps again, in a second event file. TensorBoard's server
# (tensorboard-data-server 0.7.2, its default) drops what it had from the repeated step on. Its
# reader in Python, EventAccumulator, which many tools use to get scalars, keeps both, so the same
# step is there twice. EventAccumulator only drops the old ones when the second file says that a
# session starts, with the step; the server does not need that, and shows the same with it.
# SummaryWriter of today's TensorFlow, and what builds on it, write no such event.
#
# Around it: begin each event file with SessionLog(START) and its first step.
#
# Seen: Python 3.11.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorboard==2.21.0 tensorboard-data-server==0.7.2 \
  'setuptools<81'

cat > "$folder/program.py" <<'PYTHON'
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def write(folder, number, steps, value, says_start):
    events = [Event(wall_time=number, file_version="brain.Event:2")]
    if says_start:
        start = SessionLog(status=SessionLog.START)
        events.append(Event(wall_time=number, step=steps.start, session_log=start))
    for step in steps:
        summary = Summary(value=[Summary.Value(tag="loss", simple_value=value + step)])
        events.append(Event(wall_time=number + step, step=step, summary=summary))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"events.out.tfevents.{number:010}.host").open("wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString())


def in_python(folder):
    reader = EventAccumulator(str(folder))
    reader.Reload()
    return [(event.step, event.value) for event in reader.Scalars("loss")]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def asked(port, run):
    try:
        with urlopen(f"http://127.0.0.1:{port}/data/plugin/scalars/scalars?run={run}&tag=loss") as answer:
            return [(step, value) for _, step, value in json.load(answer)]
    except OSError:
        return []


def in_server(logs, runs):
    port = free_port()
    where = ["--logdir", str(logs), "--host", "127.0.0.1", "--port", str(port), "--load_fast", "true"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, "-m", "tensorboard.main", *where], **quiet)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = {run: asked(port, run) for run in runs}
            if all(points and points[-1][1] > 200 for points in found.values()):
                return found
            time.sleep(0.2)
        raise SystemExit("the server did not read the files")
    finally:
        server.kill()
        server.wait()


logs = Path(sys.argv[1])
for run, says_start in (("silent", False), ("told", True)):
    write(logs / run, 1, range(0, 5), 100, says_start)
    write(logs / run, 2, range(2, 4), 200, says_start)
served = in_server(logs, ["silent", "told"])
for run in ("silent", "told"):
    print(run, "in Python:", in_python(logs / run))
    print(run, "in the server:", served[run])
PYTHON

"$folder/venv/bin/python" -W ignore "$folder/program.py" "$folder/logs" 2>/dev/null | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
silent in Python: [(0, 100.0), (1, 101.0), (2, 102.0), (3, 103.0), (4, 104.0), (2, 202.0), (3, 203.0)]
silent in the server: [(0, 100.0), (1, 101.0), (2, 202.0), (3, 203.0)]
told in Python: [(0, 100.0), (1, 101.0), (2, 202.0), (3, 203.0)]
told in the server: [(0, 100.0), (1, 101.0), (2, 202.0), (3, 203.0)]
SEEN
