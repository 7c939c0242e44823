"""What is told of two environments that are not the same."""

from __future__ import annotations

import msgspec

from aibro.models import Environment
from aibro.replay.differences import differences

RECORDED = Environment(
    interpreter="/a/python",
    python="3.11.7",
    backend="jax",
    packages={"jax": "0.6", "numpy": "2.0", "a-tool": "1", "gone": "1"},
    platform="Linux",
    cpu="a cpu",
    cpus=2,
    threads={"OMP_NUM_THREADS": "1"},
    gpus=[],
)


def told(recorded: Environment, current: Environment) -> list[tuple[str, str | None, str | None]]:
    return [(d.name, d.recorded, d.current) for d in differences(recorded, current)]


def test_the_likeliest_causes_come_first() -> None:
    current = msgspec.structs.replace(
        RECORDED,
        backend="torch",
        packages={"jax": "0.7", "numpy": "2.0", "a-tool": "2", "new": "2"},
        cpus=4,
        threads={},
    )
    assert told(RECORDED, current) == [
        ("backend", "jax", "torch"),
        ("package jax", "0.6", "0.7"),
        ("cpus", "2", "4"),
        ("threads OMP_NUM_THREADS", "1", None),
        ("package a-tool", "1", "2"),
        ("package gone", "1", None),
        ("package new", None, "2"),
    ]


def test_where_a_stranger_keeps_python_is_no_difference() -> None:
    stranger = msgspec.structs.replace(RECORDED, interpreter="python3.11")
    assert told(stranger, RECORDED) == []
    moved = msgspec.structs.replace(RECORDED, interpreter="/b/python")
    assert told(moved, RECORDED) == [("interpreter", "/b/python", "/a/python")]


def test_what_is_not_known_does_not_differ() -> None:
    assert differences(None, RECORDED) == differences(RECORDED, None) == []
