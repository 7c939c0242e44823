"""The table of kinds, and the envelope that everybody reads."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from aibro.errors import BadInput
from aibro.trainings import training_kind
from aibro.trainings.keras.spec import ModelPayload, spec_of
from aibro.trainings.plan import decode_plan, payload_names
from tests.trainings.plans import keras_plan, with_spec

HEAVY = {"keras", "tensorflow", "jax", "torch", "numpy", "cloudpickle", "concurrent"}
MODEL = ModelPayload(
    model="m.keras", code="c.pkl", fit_arguments={}, fit_arrays={}, random_states=[]
)


def test_whoever_asks_for_a_kind_imports_no_framework() -> None:
    code = "import sys, aibro.trainings as t; t.training_kind('keras'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())


def test_a_kind_that_is_not_known_is_named() -> None:
    with pytest.raises(BadInput, match=r"no training of the kind 'magic', only keras"):
        training_kind("magic")


def test_an_envelope_says_what_its_spec_needs() -> None:
    plan = keras_plan(model=MODEL, train_X={"list": [{"array": "x.npy"}, {"array": "x.npy"}]})
    assert payload_names(plan) == ["m.keras", "c.pkl", "x.npy"]
    assert plan.holds_code
    assert training_kind(plan.kind).contents(plan).payloads() == plan.payloads
    without = with_spec(plan, model=msgspec.structs.replace(MODEL, code=None))
    assert not without.holds_code
    assert payload_names(without) == ["m.keras", "x.npy"]


def test_a_plan_passes_on_a_spec_that_it_does_not_read() -> None:
    plan = keras_plan(model=MODEL)
    moved = msgspec.structs.replace(decode_plan(msgspec.json.encode(plan)), log_folder="/logs")
    passed = decode_plan(msgspec.json.encode(moved))
    assert passed == moved
    assert spec_of(passed) == spec_of(plan)


def test_a_plan_of_another_version_is_not_misread() -> None:
    old = {"model": {"model": "m.keras"}, "epochs": 1, "batch_size": 1, "train_X": None}
    with pytest.raises(msgspec.ValidationError):
        decode_plan(msgspec.json.encode(old))
