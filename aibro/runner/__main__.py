"""Entry of a runner: ``python -m aibro.runner <state folder> <job id> <lock fd>``."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path

from aibro.locks import LivenessLock
from aibro.runner.run import JobRunner
from aibro.runner_process import RUNNER_LOCK
from aibro.store import Store


def main() -> None:
    """Run one job to its end, then hold its instance while it cools."""
    home, job_id, descriptor = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    # A terminal that closes, or an interrupt meant for the notebook, is not meant for the job.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    os.environ["AIBRO_HOME"] = str(home)
    store = Store(home)
    lock = LivenessLock.inherit(store.job_folder(job_id) / RUNNER_LOCK, descriptor)
    with lock:
        JobRunner(store, job_id).run()


if __name__ == "__main__":
    main()
