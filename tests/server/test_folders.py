"""Folders of the Contents API: inside the server's root, or refused with what is wrong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from jupyter_server.services.contents.manager import ContentsManager

from aibro.errors import BadFolder
from aibro.server.folders import ContentsFolders


@pytest.fixture
def root() -> Iterator[Path]:
    """A server's root folder that other users can reach, with things in it and beside it."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name).resolve()
        top.chmod(0o755)
        made = top / "root"
        (made / "examples" / "deep").mkdir(parents=True)
        (made / ".hidden" / "inside").mkdir(parents=True)
        (made / "file.txt").write_text("x")
        (top / "outside").mkdir()
        (top / "root-beside").mkdir()
        (made / "out").symlink_to(top / "outside")
        (made / "beside").symlink_to("../root-beside")
        (made / "up").symlink_to("..")
        (made / "alias").symlink_to("examples")
        (made / "alias-of-hidden").symlink_to(".hidden")
        (made / "nowhere").symlink_to("missing")
        (made / "loop").symlink_to("loop")
        yield made


def folders(root: Path, *, allow_hidden: bool = False) -> ContentsFolders:
    return ContentsFolders(AsyncFileContentsManager(root_dir=str(root), allow_hidden=allow_hidden))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        (".", ""),
        ("examples", "examples"),
        ("examples/", "examples"),
        ("./examples//deep", "examples/deep"),
        ("alias/deep", "examples/deep"),
    ],
)
def test_a_folder_inside_the_root_becomes_its_real_path(
    root: Path, path: str, expected: str
) -> None:
    assert folders(root).resolve(path, "f") == str(root / expected)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/", "is absolute"),
        ("/etc", "is absolute"),
        ("//etc", "is absolute"),
        ("..", "contains '..'"),
        ("../root", "contains '..'"),
        ("examples/../..", "contains '..'"),
        ("examples/../examples", "contains '..'"),
        ("..\\outside", "backslash"),
        ("examples\\..\\..", "backslash"),
        ("\\\\server\\share", "backslash"),
        ("exam\0ples", "NUL"),
        ("out", "leads out of"),
        ("beside", "leads out of"),
        ("up", "leads out of"),
        ("up/outside", "leads out of"),
        ("missing", "does not exist"),
        ("nowhere", "does not exist"),
        ("examples/missing/deep", "does not exist"),
        ("~", "does not exist"),
        ("$HOME", "does not exist"),
        ("loop", "leads back to itself"),
        ("file.txt", "file"),
        ("file.txt/deep", "file"),
        (".hidden", "is hidden"),
        (".hidden/inside", "is hidden"),
        ("alias-of-hidden/inside", "is hidden"),
        ("\ud800", "cannot be used"),
        ("x" * 300, "cannot be used"),
        ("x/" * 3000, "does not exist"),
    ],
)
def test_every_other_path_is_refused_with_what_is_wrong(root: Path, path: str, says: str) -> None:
    before = sorted(root.parent.rglob("*"))
    with pytest.raises(BadFolder) as caught:
        folders(root).resolve(path, "directory_to_save_ckpt")
    assert says in caught.value.message
    assert caught.value.field == "directory_to_save_ckpt"
    assert len(caught.value.message) < 300
    assert sorted(root.parent.rglob("*")) == before


def test_hidden_folders_are_taken_where_the_server_shows_them(root: Path) -> None:
    shown = folders(root, allow_hidden=True)
    assert shown.resolve(".hidden", "f") == str(root / ".hidden")
    assert shown.resolve("alias-of-hidden", "f") == str(root / ".hidden")


def test_a_root_that_is_itself_a_link_or_hidden_is_no_obstacle(root: Path) -> None:
    link = root.parent / ".link"
    link.symlink_to(root)
    assert folders(link).resolve("examples", "f") == str(root / "examples")


def test_a_folder_that_cannot_be_written_is_refused(root: Path) -> None:
    locked = root / "locked"
    locked.mkdir(mode=0o555)
    checked = folders(root)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)  # nobody: root may write everywhere
    try:
        with pytest.raises(BadFolder, match="cannot be written"):
            checked.resolve("locked", "f")
    finally:
        if is_root:
            os.seteuid(0)
    locked.chmod(0o777)
    assert checked.resolve("locked", "f") == str(locked)


def test_a_server_without_folders_of_its_own_says_to_switch_saving_off() -> None:
    with pytest.raises(BadFolder, match="Switch saving off"):
        ContentsFolders(ContentsManager()).resolve("", "f")
