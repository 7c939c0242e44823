"""What a user gets from the wheel, in an environment with nothing else in it."""

import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARE = "share/jupyter/labextensions/jupyterlab-aibro"

pytestmark = pytest.mark.slow


def run(*command: str | Path) -> str:
    """Run a program away from the checkout; return what it prints, failing the test if it fails."""
    # The wheel's own files are to be found, not those of the environment that runs the tests.
    keep = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    done = subprocess.run(
        [*map(str, command)],
        cwd=ROOT.parent,
        env=keep | {"JUPYTER_NO_CONFIG": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return re.sub(r"\x1b\[\d*m", "", done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the built tree."""
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def clean_bin(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds JupyterLab and the wheel, and no framework."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", folder)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet")
    run(*pip, "--constraint", ROOT / "requirements" / "dev.txt", "jupyterlab", wheel)
    return folder / "bin"


def test_the_wheel_holds_every_module_and_resource_of_the_package(names: list[str]) -> None:
    package = ROOT / "aibro"
    wanted = {
        str(path.relative_to(ROOT))
        for path in package.rglob("*")
        if path.is_file() and not {"labextension", "__pycache__"} & set(path.parts)
    }
    assert wanted - set(names) == set()


def test_the_wheel_holds_the_whole_built_extension_where_jupyterlab_looks(
    names: list[str],
) -> None:
    built = ROOT / "aibro" / "labextension"
    wanted = {f"{SHARE}/{path.relative_to(built)}" for path in built.rglob("*") if path.is_file()}
    assert f"{SHARE}/install.json" in wanted
    found = {name.partition(".data/data/")[2] for name in names}
    assert wanted - found == set()


def test_the_wheel_holds_nothing_else(names: list[str]) -> None:
    allowed = re.compile(
        r"aibro/(?!labextension/).*\.(py|sql|yaml|json|typed)"
        r"|[^/]+\.dist-info/.*"
        rf"|[^/]+\.data/data/({SHARE}/.*|etc/jupyter/jupyter_server_config\.d/aibro\.json)"
    )
    assert [name for name in names if not allowed.fullmatch(name)] == []
    assert len(names) == len(set(names))


def test_jupyterlab_shows_the_extension_enabled_and_ok(clean_bin: Path) -> None:
    listed = run(clean_bin / "python", "-m", "jupyter", "labextension", "list")
    assert re.search(r"jupyterlab-aibro v\S+ enabled\s+OK \(python, jupyterlab-aibro\)", listed)


def test_jupyter_server_shows_the_extension_enabled_and_ok(clean_bin: Path) -> None:
    listed = run(clean_bin / "python", "-m", "jupyter", "server", "extension", "list")
    assert re.search(r"aibro enabled\s+- Validating aibro\.\.\.\s+aibro \S* ?OK", listed), listed


def test_the_package_imports_without_a_framework(clean_bin: Path) -> None:
    code = (
        "import importlib.util as find, aibro; "
        "assert not any(find.find_spec(name) for name in ('keras', 'tensorflow', 'jax')); "
        "print(aibro.Training, aibro.Job, aibro.Comm, aibro.__version__)"
    )
    printed = run(clean_bin / "python", "-c", code)
    assert printed.split()[-1] == metadata.version("jupyterlab-aibro")
