"""What happens when a job changes the process that it runs in: the next one does not see it."""

from __future__ import annotations

import builtins
import decimal
import json
import logging
import os
import threading
import time
import warnings
from typing import Any

import keras
import numpy as np

import aibro
from aibro.models import InstanceStatus, Job
from tests.jobs import Home, until


class Changes(keras.callbacks.Callback):
    """Changes what is there once for the whole process."""

    def on_train_end(self, logs: Any = None) -> None:
        del logs
        keras.ops.relu = None
        keras.layers.Dense.units_of_all = 7
        keras.layers.Dropout.call = None
        logging.getLogger().setLevel(logging.DEBUG)
        logging.getLogger("keras").addHandler(logging.NullHandler())
        warnings.simplefilter("error")
        np.seterr(all="raise")
        builtins.left_here = json.left_here = 1  # type: ignore[attr-defined]
        decimal.getcontext().prec = 3
        os.umask(0o077)


class Looks(keras.callbacks.Callback):
    """Keeps what there is."""

    seen: Any = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        del epoch, logs
        self.seen = repr(
            (
                keras.ops.relu is not None,
                hasattr(keras.layers.Dense, "units_of_all"),
                keras.layers.Dropout.call is not None,
                logging.getLogger().level,
                len(logging.getLogger("keras").handlers),
                [each for each in warnings.filters if each[0] == "error"],
                np.geterr()["under"],
                hasattr(builtins, "left_here"),
                hasattr(json, "left_here"),
                decimal.getcontext().prec,
                os.umask(0o022),
            )
        )


class Stays(keras.callbacks.Callback):
    """Leaves a thread that does not end."""

    def on_train_end(self, logs: Any = None) -> None:
        del logs
        threading.Thread(target=time.sleep, args=(600,), name="mine").start()


def fit(model: Any, data: dict[str, Any], callback: Any) -> Job:
    job_id, _, _ = aibro.Training.online_fit(
        model, **data, fit_kwargs={"callbacks": [callback]}, cool_down_period_s=300
    )
    return aibro.Job.status(job_id)


def test_the_next_job_on_an_instance_finds_it_as_the_first_did(
    home: Home, model: Any, data: dict[str, Any]
) -> None:
    del home
    before, after = Looks(), Looks()
    first = fit(model, data, before)
    fit(model, data, Changes())
    again = fit(model, data, after)
    assert first.instance_id == again.instance_id
    assert before.seen is not None
    assert after.seen == before.seen


def test_an_instance_with_something_left_in_it_is_not_used_again(
    home: Home, model: Any, data: dict[str, Any]
) -> None:
    first = fit(model, data, Stays())
    instance_id = str(first.instance_id)
    until(
        lambda: home.store.instances.get(instance_id).status is InstanceStatus.CLOSED,
        "it is closed",
    )
    assert "not used again: the thread 'mine' still runs" in aibro.Job.logs(first.job_id)
