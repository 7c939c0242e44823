"""Where a job's files go, as the file browser calls it."""

from __future__ import annotations

from pathlib import Path

from aibro.models import SavedFolders

from .support import Api, World


async def test_a_log_under_the_servers_root_is_named_from_there_on(
    api: Api, world: World, jp_root_dir: Path
) -> None:
    runs = jp_root_dir / "my runs"
    runs.mkdir()
    job_id = world.job(log_directory=runs)

    answer = await api.get(f"jobs/{job_id}/folders")

    assert answer.record(SavedFolders) == SavedFolders(
        checkpoints=None, log=f"my runs/logs/{job_id}"
    )


async def test_a_log_outside_the_root_cannot_be_shown(
    api: Api, world: World, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    job_id = world.job(log_directory=elsewhere)

    answer = await api.get(f"jobs/{job_id}/folders")

    assert answer.record(SavedFolders) == SavedFolders(checkpoints=None, log=None)


async def test_an_unknown_job_has_no_folders(api: Api) -> None:
    assert (await api.get("jobs/nothing/folders")).status == 404
