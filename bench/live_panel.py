"""The delay from an event that a runner writes to the change in the panel, during training."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro import Training
from aibro.kernel.progress import until_ended
from aibro.store import Store
from aibro.store.job_listing import MAX_PAGE
from aibro.transitions import ENDED
from bench import digits, lab
from bench.result import Result, at_most, percentile_95, result

EPOCHS = 150
BATCH_SIZE = 8
"""Small, so that an epoch takes some tenths of a second and the browser can show each one."""
MIN_SEEN = 100


class Sight(msgspec.Struct):
    """A change that the browser saw in the panel."""

    epoch: int
    """The running epoch (from 1), as shown in the job's row."""
    at: float
    """Seconds since the Unix epoch."""


def measure(folder: Path) -> Iterator[Result]:
    """Train a real job, record when each epoch appears, and compare with the store's history."""
    path = folder / "digits.npz"
    digits.save(path)
    data = digits.load(path)
    with lab.jupyterlab(folder) as server, lab.script("live-panel.mjs", server.url) as watcher:
        assert watcher.stdout is not None
        watcher.stdout.readline()  # Wait until the panel is open.
        job_id = Training.offline_fit(
            digits.build(), data["x"], data["y"], batch_size=BATCH_SIZE, epochs=EPOCHS
        )
        store = Store()
        for job in until_ended(store, job_id):
            if job.status in ENDED and job.reason is not None:
                raise RuntimeError(f"the job did not train: {job.reason}")
        sights = msgspec.json.decode(lab.output(watcher), type=list[Sight])
    delays = _delays(_epoch_ends(store, job_id), sights)
    if len(delays) < MIN_SEEN:
        raise RuntimeError(f"of {EPOCHS} epochs the panel showed only {len(delays)}")
    note = f"{len(delays)} epochs of a training job, which uses the same processor"
    name = "event to the panel's DOM"
    yield result(f"{name}, median", "ms", delays, at_most(150, "ms"), note=note)
    yield result(
        f"{name}, 95 %", "ms", delays, at_most(300, "ms"), statistic=percentile_95, note=note
    )


def _epoch_ends(store: Store, job_id: str) -> dict[int, float]:
    """When the runner wrote the end of each epoch."""
    ends: dict[int, float] = {}
    after, more = 0, True
    while more:
        page = store.history.events(job_id, after, MAX_PAGE)
        for event in page.events:
            if event.kind == "epoch":
                epoch = event.data["epoch"]
                assert isinstance(epoch, int)
                ends[epoch] = event.at
            after = event.seq
        more = page.more
    return ends


def _delays(ends: dict[int, float], sights: list[Sight]) -> list[float]:
    """Milliseconds from the end of an epoch until the row shows the next one.

    The last epoch is left out: after it the row shows another status, not another epoch.
    """
    epochs = [sight.epoch for sight in sights]
    delays = []
    for epoch, end in ends.items():
        index = bisect_left(epochs, epoch + 1)
        if index < len(sights):
            delays.append(1000 * (sights[index].at - end))
    return delays
