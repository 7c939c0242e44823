from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aibro.errors import BadInput, DiskFull
from aibro.payloads import npy
from aibro.payloads.store import PayloadStore, names_in
from tests.small_disk import mounted_disk


@pytest.fixture
def store(tmp_path: Path) -> PayloadStore:
    return PayloadStore(tmp_path / "payloads")


def names(store: PayloadStore) -> set[str]:
    return {path.name for path in store.folder.iterdir()}


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4),
        np.arange(12, dtype=">i4"),
        np.array([True, False]),
        np.arange(6, dtype=np.float16)[::-1],
        np.asfortranarray(np.arange(24).reshape(2, 3, 4)),
        np.array(["a", "länger"]),
        np.array([b"x"]),
        np.array(3.5),
        np.zeros((0, 4)),
        np.broadcast_to(np.float32(2), (5, 3)),
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}",
)
def test_an_array_comes_back_as_it_was(store: PayloadStore, array: np.ndarray) -> None:
    name = store.add_array(array)
    back = np.load(store.path(name), allow_pickle=False)
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.shape == array.shape
    assert back.flags.c_contiguous
    assert store.size(name) == store.path(name).stat().st_size


def test_an_array_of_many_blocks_has_one_name_in_every_memory_layout(
    store: PayloadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npy, "BLOCK_BYTES", 1000)
    array = np.random.default_rng(0).random((70, 30))
    first = store.add_array(array)
    wide = np.repeat(array, 2, axis=1)[:, ::2]
    assert not wide.flags.c_contiguous
    assert {store.add_array(np.asfortranarray(array)), store.add_array(wide)} == {first}
    store.path(first).unlink()
    assert store.add_array(np.asfortranarray(array)) == first, "hashed while it is written"
    np.testing.assert_array_equal(np.load(store.path(first)), array)


def test_what_differs_has_different_names(store: PayloadStore) -> None:
    array = np.zeros((2, 3), np.float32)
    changed = array.copy()
    changed[-1, -1] = -0.0  # another bit, an equal number
    alike = [array, changed, array.reshape(3, 2), array.astype(np.int32)]
    assert len({store.add_array(item) for item in alike}) == 4


def test_unchanged_data_is_not_written_again_but_counts_as_used(store: PayloadStore) -> None:
    array = np.arange(1000)
    name = store.add_array(array)
    before = store.path(name).stat()
    os.utime(store.path(name), (1, 1))
    assert store.add_array(array.copy()) == name
    after = store.path(name).stat()
    assert after.st_ino == before.st_ino
    assert after.st_mtime >= before.st_mtime
    assert names(store) == {name}


def test_a_file_cut_short_by_a_power_cut_is_written_anew(store: PayloadStore) -> None:
    array = np.arange(1000)
    name = store.add_array(array)
    os.truncate(store.path(name), 100)
    assert store.add_array(array) == name
    np.testing.assert_array_equal(np.load(store.path(name)), array)


def test_bytes_and_files_with_the_same_content_are_stored_once(
    store: PayloadStore, tmp_path: Path
) -> None:
    name = store.add_bytes(b"code", "pkl")
    assert store.add_bytes(b"code", "pkl") == name
    for _ in range(2):
        loose = tmp_path / "loose"
        loose.write_bytes(b"code")
        assert store.add_file(loose, "pkl") == name
        assert not loose.exists()
    assert store.path(name).read_bytes() == b"code"


def test_a_file_with_a_digest_of_its_own_is_stored_once_whatever_its_bytes(
    store: PayloadStore, tmp_path: Path
) -> None:
    added = set()
    for content in (b"saved on Monday", b"saved on Tuesday"):
        loose = tmp_path / "loose"
        loose.write_bytes(content)
        added.add(store.add_file(loose, "keras", digest="ab" * 16))
    assert names(store) == added
    assert len(added) == 1


def test_nobody_else_can_read_the_data(store: PayloadStore, tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.write_bytes(b"model")
    loose.chmod(0o666)
    added = [
        store.add_array(np.zeros(3)),
        store.add_bytes(b"x", "pkl"),
        store.add_file(loose, "keras"),
    ]
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert {store.path(name).stat().st_mode & 0o777 for name in added} == {0o600}


@pytest.mark.parametrize(
    "name", ["", "../aibro.db", "a" * 32 + "-1.npy/..", "a" * 32 + ".npy", f"{'A' * 32}-1.npy", "x"]
)
def test_a_name_never_leads_out_of_the_folder(store: PayloadStore, name: str) -> None:
    with pytest.raises(BadInput, match="not the name of a payload"):
        store.path(name)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with mounted_disk(tmp_path / "disk") as disk:
        store = PayloadStore(disk / "payloads")
        kept = store.add_array(np.arange(10))
        with pytest.raises(DiskFull, match="training data"):
            store.add_array(np.zeros(1 << 20))
        with pytest.raises(DiskFull):
            store.add_array(np.zeros((1 << 10, 1 << 10)).T)
        with pytest.raises(DiskFull):
            store.add_bytes(bytes(2 << 20), "pkl")
        loose = tmp_path / "loose"
        loose.write_bytes(bytes(2 << 20))
        with pytest.raises(DiskFull):
            store.add_file(loose, "keras")
        assert loose.stat().st_size == 2 << 20
        assert names(store) == {kept}


class TestCollect:
    def test_removes_the_least_recently_used_that_nobody_needs(self, store: PayloadStore) -> None:
        needed, oldest, old, fresh = (store.add_bytes(bytes([i]) * 100, "pkl") for i in range(4))
        for age, name in ((4000, needed), (9000, oldest), (8000, old)):
            then = store.path(fresh).stat().st_mtime - age
            os.utime(store.path(name), (then, then))
        assert store.collect(lambda: {needed}, max_bytes=300) == 100
        assert names(store) == {needed, old, fresh}
        assert store.collect(lambda: {needed}, max_bytes=0) == 100
        assert names(store) == {needed, fresh}, "what was used within the hour stays"
        assert store.collect(set, max_bytes=0, min_age_s=0) == 200
        assert names(store) == set()

    def test_removes_what_dead_processes_left_half_written(self, store: PayloadStore) -> None:
        dead = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        stale = store.folder / f".tmp-{dead}-0123abcd-new.npy"
        running = store.folder / f".tmp-{os.getpid()}-0123abcd-new.npy"
        foreign = store.folder / "notes.txt"
        for path in (stale, running, foreign):
            path.write_bytes(b"12345")
        assert store.collect(set, max_bytes=1 << 30) == 5
        assert names(store) == {running.name, foreign.name}

    def test_removes_what_was_dismissed_unless_somebody_needs_it(self, store: PayloadStore) -> None:
        needed, dismissed, again, kept = (store.add_bytes(bytes([i]), "pkl") for i in range(4))
        store.dismiss([needed, dismissed, again, "0" * 32 + "-9.pkl"])
        store.add_bytes(bytes([2]), "pkl")
        assert store.collect(lambda: {needed}, max_bytes=1 << 30) == 1
        assert names(store) == {needed, again, kept}

    def test_who_needs_what_is_only_asked_before_something_goes(self, store: PayloadStore) -> None:
        store.add_bytes(b"kept", "pkl")

        def needed() -> set[str]:
            raise AssertionError("asked")

        assert store.collect(needed, max_bytes=1 << 30) == 0
        assert store.collect(needed, max_bytes=0) == 0, "it was just used"


class TestInUse:
    def test_many_may_use_it_at_a_time_but_only_one_be_alone(self, store: PayloadStore) -> None:
        with store.in_use(), store.in_use(), store.alone() as alone:
            assert not alone
        with store.alone() as first, store.alone(0.05) as second:
            assert (first, second) == (True, False)

    def test_a_process_that_dies_is_in_nobodys_way(self, store: PayloadStore) -> None:
        code = (
            "import os, sys; from pathlib import Path\n"
            "from aibro.payloads.store import PayloadStore\n"
            "with PayloadStore(Path(sys.argv[1])).in_use():\n"
            "    print('in use', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, str(store.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as user:
            assert user.stdout is not None
            assert user.stdout.readline() == b"in use\n"
            with store.alone() as alone:
                assert not alone
            user.kill()
            user.wait()
        with store.alone() as alone:
            assert alone


def test_names_are_found_in_a_plan_of_any_version(store: PayloadStore) -> None:
    first, second = store.add_bytes(b"1", "pkl"), store.add_bytes(b"2" * 1000, "npy")
    assert names_in(f'{{"a": "{first}", "b": [{{"c": "{second}"}}], "d": "epoch-0001.keras"}}') == {
        first,
        second,
    }
