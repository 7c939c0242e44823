"""Saved checkpoints can be seen in the file browser, whatever their folder is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPClientError

JOB = "0123456789ab"


@pytest.fixture
def saved(jp_root_dir: Path) -> Path:
    """A checkpoint as a job saves it, beside a notebook."""
    folder = jp_root_dir / "my work" / "checkpoints" / JOB
    folder.mkdir(parents=True)
    (folder / "epoch-0001.keras").write_bytes(b"weights")
    notebook = nbformat.v4.new_notebook()
    nbformat.write(notebook, jp_root_dir / "my work" / "notebook.ipynb")
    return folder


def names(response: Any) -> list[str]:
    """What a folder holds."""
    model = json.loads(response.body)
    assert model["type"] == "directory"
    return [item["name"] for item in model["content"]]


async def test_the_folders_of_checkpoints_open(saved: Path, jp_fetch: Any) -> None:
    outer = await jp_fetch("api", "contents", "my work", "checkpoints")
    assert names(outer) == [JOB]
    inner = await jp_fetch("api", "contents", "my work", "checkpoints", JOB)
    assert names(inner) == ["epoch-0001.keras"]
    file = await jp_fetch("api", "contents", "my work", "checkpoints", JOB, "epoch-0001.keras")
    assert json.loads(file.body)["type"] == "file"


async def test_the_folders_of_checkpoints_can_be_renamed_and_deleted(
    saved: Path, jp_fetch: Any
) -> None:
    folder = ("api", "contents", "my work", "checkpoints")
    await jp_fetch(
        *folder, JOB, method="PATCH", body=json.dumps({"path": "my work/checkpoints/best"})
    )
    assert names(await jp_fetch(*folder)) == ["best"]
    await jp_fetch(*folder, "best", method="DELETE")
    assert names(await jp_fetch(*folder)) == []


async def test_a_notebooks_own_checkpoints_work_as_before(saved: Path, jp_fetch: Any) -> None:
    notebook = ("api", "contents", "my work", "notebook.ipynb", "checkpoints")
    made = await jp_fetch(*notebook, method="POST", allow_nonstandard_methods=True)
    assert made.code == 201
    listed = json.loads((await jp_fetch(*notebook)).body)
    assert [checkpoint["id"] for checkpoint in listed] == [json.loads(made.body)["id"]]
    restored = await jp_fetch(
        *notebook, listed[0]["id"], method="POST", allow_nonstandard_methods=True
    )
    assert restored.code == 204


async def test_nobody_sees_them_without_a_token(
    saved: Path, http_server_client: Any, jp_base_url: str
) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(f"{jp_base_url}api/contents/my%20work/checkpoints/{JOB}")
    assert caught.value.code == 403


async def test_nothing_outside_the_root_is_seen(tmp_path: Path, saved: Path, jp_fetch: Any) -> None:
    (tmp_path / "checkpoints" / JOB).mkdir(parents=True)
    for way in ("%2e%2e", ".."):
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("api", "contents", way, "..", "checkpoints", JOB)
        assert caught.value.code in {400, 403, 404, 405}
