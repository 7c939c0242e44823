"""What arrives is what was sent, with everything shared that was shared."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import linecache
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.refusal import why_not_pickled
from aibro.object_graph.shells import Shell, replace_attributes
from aibro.object_graph.sources import having_sources
from aibro.object_graph.unpickler import load_graph
from tests.object_graph.support import RULES, Carried


class Node:
    def __init__(self, follows: Any = None) -> None:
        self.follows = follows
        self.knows: list[Any] = []


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of the user's, which is not installed."""
    (tmp_path / "counting.py").write_text(
        "import threading\n"
        "lock = threading.Lock()\n"
        "count = 0\n"
        "def step():\n"
        "    global count\n"
        "    with lock:\n"
        "        count += 1\n"
        "    return count\n"
        "def told():\n"
        "    return count\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import cloudpickle

    made = importlib.import_module("counting")
    cloudpickle.register_pickle_by_value(made)
    yield made
    cloudpickle.unregister_pickle_by_value(made)
    del sys.modules["counting"]


def test_what_two_objects_share_is_shared_where_it_arrives() -> None:
    weight = {"value": 0.0}
    first, second = Node(weight), Node(weight)
    one, other = Carried((first, second)).root
    assert one.follows is other.follows


def test_a_circle_arrives_as_a_circle() -> None:
    node = Node()
    node.knows.append(node)
    arrived = Carried(node).root
    assert arrived.knows[0] is arrived


def test_a_large_array_stays_out_of_the_pickle_and_is_one_array_where_it_arrives() -> None:
    array = np.arange(100_000.0)
    one, other, view = Carried((array, [array], Node(array))).root
    assert one is other[0]
    assert one is view.follows
    assert np.array_equal(one, array)


def test_locks_partials_bound_methods_and_weak_references_arrive() -> None:
    node = Node()

    def add(a: int, b: int) -> int:
        return a + b

    sent = {
        "lock": threading.Lock(),
        "partial": functools.partial(add, 2),
        "method": node.knows.append,
        "node": node,
        "reference": weakref.ref(node),
        "output": sys.stdout,
    }
    arrived = Carried(sent).root
    with arrived["lock"]:
        assert arrived["partial"](3) == 5
    arrived["method"](1)
    assert arrived["node"].knows == [1]
    assert arrived["reference"]() is arrived["node"]
    assert arrived["output"] is sys.stdout


class Wrapper:
    """Passes everything on, as those of tqdm do."""

    def __init__(self, wrapped: Any) -> None:
        vars(self)["wrapped"] = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.wrapped, name, value)


def test_an_object_that_passes_everything_on_arrives() -> None:
    node = Node()
    arrived = Carried((node, Wrapper(node))).root
    assert type(arrived[1]) is Wrapper
    assert arrived[1].wrapped is arrived[0]
    assert arrived[1].knows == []


class Coded(Exception):
    """Cannot be made of its arguments."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


def test_functions_that_remember_and_exceptions_arrive(module: ModuleType) -> None:
    source = (
        "import functools\n"
        "@functools.lru_cache(maxsize=7)\n"
        "def f(n):\n"
        "    return n and f(n - 1) + 1\n"
    )
    exec(source, vars(module))
    arrived, error = Carried((module.f, Coded(code=3))).root
    assert arrived(5) == 5
    assert arrived.cache_parameters()["maxsize"] == 7
    assert (type(error), error.args, error.code) == (Coded, ("code 3",), 3)


@pytest.mark.parametrize("mode", ["r", "rb", "w"])
def test_an_open_file_is_refused_also_one_that_is_read(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "file"
    path.touch()
    with path.open(mode) as file, pytest.raises(TypeError, match="cannot pickle"):
        Carried(file)
    with pytest.raises(TypeError, match="memoryview"):
        Carried(memoryview(b"a"))


class PerThread(threading.local):
    """Holds what each thread has of its own."""

    def __init__(self) -> None:
        self.depth = 0


def test_what_a_thread_has_of_its_own_arrives() -> None:
    own, of_a_class = threading.local(), PerThread()
    own.name, of_a_class.depth = "main", 3
    arrived = Carried((own, of_a_class)).root
    assert vars(arrived[0]) == {"name": "main"}
    assert vars(arrived[1]) == {"depth": 3}
    assert type(arrived[1]) is PerThread


def test_functions_of_a_users_module_share_its_variables(module: ModuleType) -> None:
    step, told = Carried((module.step, module.told)).root
    assert (step(), step(), told()) == (1, 2, 2)
    assert module.count == 0


def test_a_users_module_arrives_as_the_one_that_its_functions_see(module: ModuleType) -> None:
    arrived, step = Carried((module, module.step)).root
    step()
    assert arrived.count == 1
    assert arrived.step is step


def test_a_function_inside_an_installed_module_sees_the_variables_of_that_module() -> None:
    # cached_property and the like make functions that only exist inside of others.
    @functools.wraps(Node)
    def inner() -> object:
        return None

    lru = functools.singledispatch(inner)
    arrived = Carried(lru).root
    assert arrived.__globals__ is functools.__dict__


def test_loading_changes_no_class_that_is_here() -> None:
    count = 0

    class Counting:
        def step(self) -> int:
            nonlocal count
            count += 1
            return count

    pickler = GraphPickler(RULES)
    data = pickler.dump_graph(Counting)
    Counting.later = True  # type: ignore[attr-defined]
    step = Counting.step
    own = load_graph(data, pickler.buffers, own=True).root
    first, second = (load_graph(data, pickler.buffers).root for _ in range(2))
    assert own is Counting
    assert Counting.step is step
    assert len({Counting, first, second}) == 3
    assert not hasattr(first, "later")
    assert (first().step(), first().step(), second().step(), count) == (1, 2, 1, 0)


def test_the_refusal_names_the_way_to_what_cannot_be_sent(tmp_path: Path) -> None:
    node = Node()
    with (tmp_path / "log").open("w") as file:
        node.knows.append({"log": file})

        def uses() -> Any:
            return node

        assert why_not_pickled([node], RULES, "callbacks") == (
            "callbacks[0].knows[0]['log'] is an open file"
        )
        assert why_not_pickled(uses, RULES, "loss") == (
            "'node' in uses().knows[0]['log'] is an open file"
        )
    assert why_not_pickled([Node()], RULES, "callbacks") is None


def test_a_chain_of_thousands_of_keras_like_objects_needs_no_deep_stack() -> None:
    def by_state(item: Any) -> Any:
        if type(item) is Node:
            return Shell(object.__new__, (Node,), dict(vars(item)), replace_attributes)
        return NotImplemented

    first = node = Node()
    for _ in range(5000):
        node.follows = Node()
        node = node.follows
    pickler = GraphPickler([by_state])
    data = pickler.dump_graph(first)
    arrived = load_graph(data, pickler.buffers).root
    length = 0
    while arrived.follows is not None:
        arrived, length = arrived.follows, length + 1
    assert length == 5000


def test_the_source_of_functions_goes_along_and_nothing_else_of_their_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = (
        "password = 'secret'\n"
        "@functools.cache\n"
        "def doubled(x):\n"
        "    return (\n"
        "        2 * x\n"
        "    )\n"
        "other = 'secret'\n"
        "halved = lambda x: (\n"
        "    x / 2)\n"
    )
    name = "/tmp/ipykernel_3/1.py"
    lines = cell.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, name, (len(cell), None, lines, name))
    variables: dict[str, Any] = {"__name__": "__main__", "functools": functools}
    exec(compile(cell, name, "exec"), variables)
    functions = [variables["doubled"].__wrapped__, variables["halved"]]

    arrived = Carried(functions).graph

    empty = "\n"
    assert arrived.sources[name] == [empty, *lines[1:6], empty, *lines[7:]]
    with monkeypatch.context() as patch:
        patch.delitem(linecache.cache, name)
        with having_sources(arrived.sources):
            assert inspect.getsource(arrived.root[0]) == "".join(lines[1:6])
        assert name not in linecache.cache
    assert b"secret" not in GraphPickler(RULES).dump_graph(functions)
