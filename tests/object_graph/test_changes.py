"""What changes where it was sent changes in the sender's own objects, in place."""

from __future__ import annotations

import io
import random
import sys
import types
from collections import OrderedDict, defaultdict, deque
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

from tests.object_graph.support import Carried


class Collector:
    total = 0

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.best: Any = None


class Slotted:
    __slots__ = ("a", "b")
    a: Any
    b: Any


COUNTING = """
count = 0
def step():
    global count, made
    count += 1
    made = 1
"""


def test_lists_dicts_sets_and_objects_change_in_place() -> None:
    seen: list[int] = [1]
    named: dict[str, Any] = {"a": seen}
    names = {"x"}
    last: deque[int] = deque([1], maxlen=2)
    ordered = OrderedDict(a=1, b=2)
    collector = Collector()
    sent = (seen, named, names, last, ordered, collector)
    carried = Carried(sent)
    r_seen, r_named, r_names, r_last, r_ordered, r_collector = carried.root
    r_seen.append(2)
    r_named["b"] = r_seen
    r_names.add("y")
    r_last.extend([2, 3])
    r_ordered.move_to_end("a")
    r_collector.best = r_named
    del r_collector.seen
    assert seen == [1]
    carried.bring_back()
    assert seen == [1, 2]
    assert named == {"a": [1, 2], "b": [1, 2]}
    assert named["b"] is seen
    assert names == {"x", "y"}
    assert list(last) == [2, 3]
    assert list(ordered) == ["b", "a"]
    assert collector.best is named
    assert not hasattr(collector, "seen")


def test_variables_of_functions_and_modules_change(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = types.ModuleType("notebook_like")
    exec(COUNTING, vars(notebook))
    monkeypatch.setitem(sys.modules, "notebook_like", notebook)
    cloudpickle.register_pickle_by_value(notebook)
    local = 0

    def inner() -> None:
        nonlocal local
        local += 1
        inner.calls = local  # type: ignore[attr-defined]

    carried = Carried((inner, notebook.step))
    for function in carried.root:
        function()
    assert (local, notebook.count) == (0, 0)
    carried.bring_back()
    cloudpickle.unregister_pickle_by_value(notebook)
    assert (local, inner.calls) == (1, 1)  # type: ignore[attr-defined]
    assert (notebook.count, notebook.made) == (1, 1)


def test_a_class_of_the_users_changes() -> None:
    class Own:
        total = 0

    carried = Carried(Own)
    carried.root.total = 5
    carried.root.new = [1]
    assert Own.total == 0
    carried.bring_back()
    assert (Own.total, vars(Own)["new"]) == (5, [1])


def test_a_function_that_was_made_there_sees_the_variables_of_the_senders_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notebook = types.ModuleType("notebook_like")
    exec("count = 1\nmade = []\ndef make():\n    made.append(lambda: count)\n", vars(notebook))
    monkeypatch.setitem(sys.modules, "notebook_like", notebook)
    cloudpickle.register_pickle_by_value(notebook)
    carried = Carried(notebook.make)
    carried.root()
    carried.bring_back()
    cloudpickle.unregister_pickle_by_value(notebook)
    vars(notebook)["count"] = 2
    assert notebook.made[0]() == 2


def test_arrays_generators_and_slots_change() -> None:
    small, large, frozen = np.zeros(3), np.zeros(100_000), np.zeros(3)
    frozen.flags.writeable = False
    generator, numpy_generator = random.Random(1), np.random.default_rng(1)
    slotted = Slotted()
    slotted.a = 1
    data = bytearray(b"abc")
    carried = Carried((small, large, frozen, generator, numpy_generator, slotted, data))
    r_small, r_large, _, r_generator, r_numpy, r_slotted, r_data = carried.root
    r_small[0] = r_large[-1] = 1
    expected = r_generator.random(), r_numpy.random()
    expected = r_generator.random(), r_numpy.random()
    generator.random(), numpy_generator.random()
    r_slotted.b = r_slotted.a
    del r_slotted.a
    r_data.extend(b"d")
    carried.bring_back()
    assert (small[0], large[-1], large[0]) == (1, 1, 0)
    assert slotted.b == 1
    assert not hasattr(slotted, "a")
    assert data == b"abcd"
    assert (r_generator.random(), r_numpy.random()) == (
        generator.random(),
        numpy_generator.random(),
    )
    assert expected


def test_only_what_changed_comes_back() -> None:
    still, moved = Collector(), Collector()
    carried = Carried((still, moved))
    carried.root[1].best = 1
    still.best = "changed by the sender meanwhile"
    carried.bring_back()
    assert still.best == "changed by the sender meanwhile"
    assert moved.best == 1


def test_what_cannot_be_pickled_is_left_out_and_told(tmp_path: Path) -> None:
    collector = Collector()
    collector.best = "before"
    carried = Carried(collector)
    with (tmp_path / "log").open("w") as file:
        carried.root.best = file
        carried.root.seen.append(1)
        carried.root.new = 2
        carried.bring_back()
    assert carried.left_out == ["Collector.best"]
    assert collector.best == "before"
    assert collector.seen == [1]
    assert vars(collector)["new"] == 2


def test_a_further_object_comes_back_with_the_changes() -> None:
    collector = Collector()
    carried = Carried(collector)
    made = {"owner": carried.root}
    assert carried.bring_back(made)["owner"] is collector


def test_a_default_dict_and_texts_in_memory_change() -> None:
    counts: defaultdict[str, list[int]] = defaultdict(list)
    text, data = io.StringIO("a"), io.BytesIO()
    carried = Carried((counts, text, data))
    theirs, their_text, their_data = carried.root
    theirs["loss"].append(1)
    their_text.seek(0, io.SEEK_END)
    their_text.write("b")
    their_data.write(b"c")
    carried.bring_back()
    assert dict(counts) == {"loss": [1]}
    assert (text.getvalue(), data.getvalue()) == ("ab", b"c")
