"""The overhead of a job on a cooling instance of a Ray cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from aibro.home import home_folder
from aibro.machine_spec import LOCAL
from aibro.models import PeriodName
from aibro.store import Store
from bench import digits
from bench.ray_bench import CLIENT, DIRECT, PlainRay, close_instances, machines
from bench.result import Result, at_most_more, at_most_times, result

RUNS = 9
SUBMISSIONS = 3
COOL_S = 600


def measure(folder: Path) -> Iterator[Result]:
    """Alternate jobs on this machine and on the cluster, after one of each as a warm-up."""
    path = folder / "digits.npz"
    digits.save(path)
    data = digits.load(path)
    places = (DIRECT, CLIENT, LOCAL)
    costs: dict[str, list[float]] = {place: [] for place in places}
    calls: list[float] = []
    submissions: list[float] = []
    with (
        machines(home_folder(), dashboard=True) as cluster,
        PlainRay(cluster, cluster.address) as plain,
    ):
        assert cluster.dashboard_address is not None
        try:
            for place in places:
                _overhead(place, data)
            for run in range(RUNS):
                for place in places:
                    costs[place].append(_overhead(place, data))
                calls.append(plain.seconds("call"))
                if run < SUBMISSIONS:
                    submissions.append(plain.seconds("submit", cluster.dashboard_address))
        finally:
            close_instances()
    note = "from the call to the trained model, without the time of fit itself"
    for place, name in ((DIRECT, "a Ray node"), (CLIENT, "Ray Client")):
        figure = f"cost of a job on a cooling Ray instance, from {name}"
        ours = costs[place]
        local = ("the same on this machine", costs[LOCAL])
        yield result(figure, "s", ours, at_most_more(0.3, "s"), local, note=note)
        bare = ("a call of an actor that does nothing", calls)
        yield result(figure, "s", ours, at_most_more(1, "s"), bare, note=note)
        submitted = ("an empty job of Ray's Jobs API, to its end", submissions)
        yield result(figure, "s", ours, at_most_times(1), submitted, note=note)


def _overhead(place: str, data: dict[str, object]) -> float:
    import keras

    keras.utils.clear_session()
    model = digits.build()
    start = time.perf_counter()
    job_id = digits.online_fit(model, data, machine_ids=[place], cool_down_period_s=COOL_S)
    seconds = time.perf_counter() - start
    store = Store()
    periods = store.history.timeline(job_id).periods
    store.close()
    fits = [period for period in periods if period.name is PeriodName.MODEL_TRAINING]
    return seconds - sum((period.end or period.start) - period.start for period in fits)
