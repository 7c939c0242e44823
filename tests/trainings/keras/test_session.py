"""What a person reads first of a training that failed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import msgspec
import pytest

from aibro.models import ReasonKind
from aibro.trainings import training_kind
from aibro.trainings.events import Failure
from aibro.trainings.plan import TrainingPlan
from aibro.worker.protocol import Event, Failed, FitEnded, GearUp, ResultReady, Train
from aibro.worker.session import Session, reason_of
from tests.trainings.plans import model_of

from .conftest import Plan

KERAS = (
    "Exception encountered when calling Sequential.call().\n\n"
    "\x1b[1mInput 0 of layer 'dense' is incompatible: expected axis -1 to be 4\x1b[0m\n\n"
    "Arguments received by Sequential.call():\n  • inputs=tf.Tensor(...)"
)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("loss is NaN", "ValueError: loss is NaN"),
        ("first\nsecond", "ValueError: first"),
        ("  \n ", "ValueError"),
        (
            KERAS,
            "ValueError: Input 0 of layer 'dense' is incompatible: expected axis -1 to be 4",
        ),
        (
            "Exception encountered when calling X.",
            "ValueError: Exception encountered when calling X.",
        ),
    ],
)
def test_the_reason_is_the_line_that_says_what_is_wrong(message: str, reason: str) -> None:
    assert reason_of("ValueError", message) == reason


class Raising(keras.callbacks.Callback):
    """Raises in the second epoch, at the hook it is told."""

    def __init__(self, hook: str) -> None:
        super().__init__()
        self.epoch = 0
        setattr(self, hook, self.fail)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        self.epoch = epoch + 1

    def fail(self, *arguments: object, **named: object) -> None:
        del named
        # The second batch, the second epoch, or a hook that knows of neither.
        if self.epoch == 2 and (not isinstance(arguments[0], int) or arguments[0] == 1):
            raise ValueError("told to")


class Spoiling(keras.callbacks.Callback):
    """Makes the loss infinite in the second epoch's third batch."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        self.epoch = epoch + 1

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        if (self.epoch, batch) == (2, 2):
            self.model.set_weights([weights * float("nan") for weights in self.model.get_weights()])


Run = Callable[[TrainingPlan, Callable[[str], Path]], list[Event]]


@pytest.fixture
def handled(tmp_path: Path) -> Run:
    """What a worker reports of a training."""

    def run(plan: TrainingPlan, resolve: Callable[[str], Path]) -> list[Event]:
        sent: list[Event] = []
        session = Session(sent.append, lambda kind: training_kind(kind).trainer(), tmp_path)
        session.handle(GearUp(kind="keras", backend=keras.config.backend(), deterministic=False))
        session.handle(
            Train(
                plan=msgspec.json.encode(plan),
                payloads=str(resolve(plan.payloads[0]).parent),
                result=str(tmp_path / "result"),
            )
        )
        return sent

    return run


@pytest.mark.parametrize(
    ("hook", "place"),
    [
        ("on_train_batch_begin", (2, 2)),
        ("on_train_batch_end", (2, 2)),
        ("on_epoch_end", (2, 0)),
        ("on_test_begin", (2, 0)),
        ("on_train_end", (0, 0)),
    ],
)
def test_a_failure_says_in_which_epoch_and_batch_it_was(
    handled: Run, plan: Plan, hook: str, place: tuple[int, int]
) -> None:
    arguments = {"callbacks": [Raising(hook)], "validation_split": 0.5}
    sent = handled(*plan(batches=8, epochs=2, fit_kwargs=arguments))
    failures = [message for message in sent if isinstance(message, Failed)]
    assert [(failed.failure.epoch, failed.failure.batch) for failed in failures] == [place]
    assert failures[0].kind is ReasonKind.TRAINING_ERROR
    assert failures[0].failure.place == "fail in test_session.py"


def issues(sent: list[Event]) -> list[Failure | None]:
    return [message.issue for message in sent if isinstance(message, FitEnded)]


class OwnTerminate(keras.callbacks.TerminateOnNaN):
    pass


@pytest.mark.parametrize("kind", [keras.callbacks.TerminateOnNaN, OwnTerminate])
def test_a_training_that_ends_with_a_loss_that_is_no_number_is_an_issue(
    handled: Run, plan: Plan, kind: type
) -> None:
    arguments = {"callbacks": [Spoiling(), kind()]}
    sent = handled(*plan(epochs=3, fit_kwargs=arguments))
    assert issues(sent) == [
        Failure(
            exception="TerminateOnNaN", message="The loss became nan.", place="", epoch=2, batch=3
        )
    ]


def test_a_loss_that_is_no_number_is_no_issue_when_nobody_minds(handled: Run, plan: Plan) -> None:
    assert issues(handled(*plan(epochs=2, fit_kwargs={"callbacks": [Spoiling()]}))) == [None]


def test_a_terminate_on_nan_that_has_nothing_to_do_is_no_issue(handled: Run, plan: Plan) -> None:
    arguments = {"callbacks": [keras.callbacks.TerminateOnNaN()]}
    assert issues(handled(*plan(epochs=2, fit_kwargs=arguments))) == [None]


def test_one_that_raises_is_a_failure(handled: Run, plan: Plan) -> None:
    arguments = {"callbacks": [Spoiling(), keras.callbacks.TerminateOnNaN(raise_error=True)]}
    sent = handled(*plan(epochs=2, fit_kwargs=arguments))
    (failed,) = [message for message in sent if isinstance(message, Failed)]
    failure = failed.failure
    assert (failure.exception, failure.epoch, failure.batch) == ("RuntimeError", 2, 3)


class Chained(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        try:
            1 / epoch
        except ZeroDivisionError as error:
            raise ValueError("told to") from error


def models() -> int:
    """How many models are in memory, whether anything leads to them or not."""
    gc.unfreeze()
    return sum(isinstance(each, keras.Model) for each in gc.get_objects())


@pytest.mark.parametrize("callback", [keras.callbacks.Callback, Chained])
def test_nothing_of_a_job_stays_in_memory(
    handled: Run, plan: Plan, callback: type[keras.callbacks.Callback]
) -> None:
    made, resolve = plan(fit_kwargs={"callbacks": [callback()]})
    gc.collect()
    before = models()
    sent = handled(made, resolve)
    assert isinstance(sent[-1], Failed if callback is Chained else ResultReady)
    assert models() == before


def test_code_of_somebody_else_is_not_even_read(handled: Run, plan: Plan, tmp_path: Path) -> None:
    made, resolve = plan(fit_kwargs={"callbacks": [Spoiling()]}, safe_mode=True)
    code = model_of(made).code
    assert code is not None
    resolve(code).unlink()
    (failure,) = [m for m in handled(made, resolve) if isinstance(m, Failed)]
    assert failure.kind is ReasonKind.BAD_INPUT
    assert "trust=True" in failure.reason
