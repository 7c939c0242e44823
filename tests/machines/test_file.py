"""What machines.toml may say, and what is said of each mistake in it: where, and what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aibro.errors import BadInput, UnknownMachine
from aibro.machine_spec import MachineSpec
from aibro.machines.known import find_machine, known_machines
from aibro.models import Market

from .support import ON_DEMAND, SPOT, describe


def problem(home: Path, text: str) -> str:
    """What is said of the file, without its name."""
    describe(home, text)
    with pytest.raises(BadInput) as caught:
        known_machines(home)
    name, _, said = str(caught.value).partition(", ")
    assert name == str(home / "machines.toml")
    return said


def test_machines_are_read_as_they_are_described(tmp_path: Path) -> None:
    describe(tmp_path, SPOT + "\n" + ON_DEMAND)
    local, spot, on_demand = known_machines(tmp_path)
    assert local.machine_id == "local.od"
    assert spot == MachineSpec(
        machine_id="gpu.l4",
        engine="ray",
        address="ray://head:10001",
        cpus=8,
        gpus=1,
        memory_bytes=16 * 2**30,
        labels={"zone": "a", "ray.io/accelerator-type": "L4"},
        price_per_hour=0.35,
        pip=["keras==3.13", "jax"],
        capacity=4,
        transfer="s3://bucket/aibro",
    )
    assert on_demand == MachineSpec(
        machine_id="gpu.l4.od",
        engine="ray",
        address="auto",
        cpus=8,
        image="docker.io/user/train:1",
    )


def test_the_ending_of_the_id_is_the_market(tmp_path: Path) -> None:
    describe(tmp_path, SPOT + ON_DEMAND)
    assert find_machine(tmp_path, "gpu.l4").market is Market.SPOT
    assert find_machine(tmp_path, "gpu.l4.od").market is Market.ON_DEMAND


def test_without_the_file_there_is_this_machine(tmp_path: Path) -> None:
    assert [machine.machine_id for machine in known_machines(tmp_path / "none")] == ["local.od"]


def test_without_the_file_no_reader_is_imported() -> None:
    code = (
        "import sys; from pathlib import Path; from aibro.machines.known import known_machines; "
        "known_machines(Path('none')); print('tomllib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "machine = []\n"])
def test_an_empty_file_describes_none(tmp_path: Path, text: str) -> None:
    describe(tmp_path, text)
    assert [machine.machine_id for machine in known_machines(tmp_path)] == ["local.od"]


@pytest.mark.parametrize(
    ("memory", "size"),
    [
        ("1073741824", 2**30),
        ('"16 GiB"', 16 * 2**30),
        ('"16GiB"', 16 * 2**30),
        ('"1.5 TB"', 1_500_000_000_000),
        ('"512 MiB"', 512 * 2**20),
    ],
)
def test_memory_is_bytes_or_has_a_unit(tmp_path: Path, memory: str, size: int) -> None:
    describe(tmp_path, ON_DEMAND + f"memory = {memory}\n")
    assert find_machine(tmp_path, "gpu.l4.od").memory_bytes == size


def test_an_unknown_machine_lists_those_there_are(tmp_path: Path) -> None:
    describe(tmp_path, SPOT + ON_DEMAND)
    with pytest.raises(UnknownMachine) as caught:
        find_machine(tmp_path, "gpu.l5")
    assert str(caught.value) == (
        "There is no machine 'gpu.l5'. Known machines: local.od, gpu.l4, gpu.l4.od."
    )
    assert caught.value.field == "machine_ids"


def test_this_machine_is_there_whatever_the_file_says(tmp_path: Path) -> None:
    describe(tmp_path, "nonsense")
    assert find_machine(tmp_path, "local.od").engine == "local"
    with pytest.raises(BadInput, match="line 1: this is not TOML"):
        find_machine(tmp_path, "gpu.l4")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SPOT + "cpus =\n", "line 13: this is not TOML: "),
        (SPOT + "cpus = 4\n", "line 13: this is not TOML: "),
        (SPOT + 'note = """\n', "line 13: this is not TOML: "),
        ("price = 3\n" + SPOT, "line 1: 'price' is not known here: write [[machine]]."),
        ("\n[machine]\ncpus = 1\n", "line 2: write [[machine]], with two brackets, above each."),
        ("machine = 3\n", "line 1: write [[machine]], with two brackets, above each."),
    ],
)
def test_a_file_that_cannot_be_read_says_on_which_line(
    tmp_path: Path, text: str, said: str
) -> None:
    assert problem(tmp_path, text).startswith(said)


def test_a_file_in_another_encoding_says_on_which_line(tmp_path: Path) -> None:
    (tmp_path / "machines.toml").write_bytes(SPOT.encode() + b"# \xfcber\n")
    with pytest.raises(BadInput, match="line 13: this is not UTF-8"):
        known_machines(tmp_path)


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "machines.toml").symlink_to(tmp_path / "gone.toml")
    with pytest.raises(BadInput, match=r"machines\.toml links to .*gone\.toml, which is not there"):
        known_machines(tmp_path)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "machines.toml").mkdir()
    with pytest.raises(BadInput, match=r"machines\.toml cannot be read: Is a directory"):
        known_machines(tmp_path)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("cpu = 3", "a machine has no 'cpu'. It may have id, engine, address, cpus, gpus"),
        ("gpus = 1.5", "gpus has to be a whole number, 0 or more, not 1.5."),
        ("gpus = true", "gpus has to be a whole number, 0 or more, not true."),
        ("gpus = -1", "gpus has to be a whole number, 0 or more, not -1."),
        ("capacity = 0", "capacity has to be a whole number, 1 or more, not 0."),
        ('memory = "16 gigs"', 'memory has to be a text such as "16 GiB", or a number of bytes'),
        ("memory = -5", 'memory has to be a text such as "16 GiB", or a number of bytes, not -5'),
        ("memory = 0", "memory has to be"),
        (
            'price_per_hour = "cheap"',
            "price_per_hour has to be a number, such as 0.35, not 'cheap'",
        ),
        ("price_per_hour = -0.1", "price_per_hour has to be 0 or more, not -0.1."),
        ("price_per_hour = nan", "price_per_hour has to be 0 or more, not nan."),
        ('labels = ["zone"]', 'labels has to be a table, such as { zone = "a" }, not a list.'),
        ("labels = { zone = 3 }", "labels has to give a text of letters, digits"),
        ('labels = { zone = "!a" }', "labels has to give a text of letters, digits"),
        ('labels = { "z one" = "a" }', "labels has a key that no node can have: 'z one'."),
        ('pip = "keras"', "pip has to be a list, such as [\"keras==3.13\"], not 'keras'."),
        ("pip = [3]", "pip lists 3, which is no package."),
        ('pip = ["--index-url"]', "pip lists '--index-url', which is no package."),
        ('image = ""', 'image has to be a text, such as "docker.io/user/image:tag", not an empty'),
        ('transfer = "/mnt"', 'transfer has to be a URL, such as "s3://bucket/folder" or'),
    ],
)
def test_a_wrong_entry_says_its_line_and_what_to_write(
    tmp_path: Path, entry: str, said: str
) -> None:
    minimal = '[[machine]]\nid = "a"\nengine = "ray"\naddress = "auto"\ncpus = 1\n'
    text = f"# mine\n\n{minimal}{entry}\n{ON_DEMAND}"
    assert problem(tmp_path, text).startswith(f"line 8: {said}")


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        (2, 'id = "local.od"', "id must not be 'local.od': local.od is this machine."),
        (2, 'id = "a b"', "id may have letters, digits, points, hyphens and underscores"),
        (2, 'id = "a/b"', "id may have letters, digits, points, hyphens and underscores"),
        (2, 'id = ""', 'id has to be a text, such as "gpu.l4", not an empty text.'),
        (2, "id = 4", 'id has to be a text, such as "gpu.l4", not 4.'),
        (3, 'engine = "slurm"', "engine is 'slurm', which AIbro does not know. Write \"ray\"."),
        (4, 'address = "head"', "address is 'head', which is no address of a cluster."),
        (4, 'address = "http://head:80"', "address is 'http://head:80', which is no address"),
        (4, 'address = "head:99999"', "address is 'head:99999', which is no address"),
        (5, "cpus = 0", "cpus has to be a whole number, 1 or more, not 0."),
        (5, 'cpus = "4"', "cpus has to be a whole number, 1 or more, not '4'."),
    ],
)
def test_what_a_machine_needs_is_checked(tmp_path: Path, line: int, wrong: str, said: str) -> None:
    lines = ON_DEMAND.splitlines()
    lines[line - 1] = wrong
    assert problem(tmp_path, "\n".join(lines)).startswith(f"line {line}: {said}")


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("id", '"gpu.l4"'),
        ("engine", '"ray"'),
        ("address", '"ray://host:10001"'),
        ("cpus", "4"),
    ],
)
def test_what_is_missing_is_told_at_its_machine(tmp_path: Path, name: str, example: str) -> None:
    lines = [line for line in ON_DEMAND.splitlines() if not line.startswith(f"{name} ")]
    said = problem(tmp_path, SPOT + "\n" + "\n".join(lines))
    assert said == (f"line 14: this machine has no {name}. Add below, such as {name} = {example}.")


def test_an_id_that_is_there_twice_names_both_lines(tmp_path: Path) -> None:
    said = problem(tmp_path, ON_DEMAND + SPOT + ON_DEMAND)
    assert said == "line 20: the id 'gpu.l4.od' is that of line 2 already. Choose another."


def test_packages_or_an_image_but_not_both(tmp_path: Path) -> None:
    said = problem(tmp_path, ON_DEMAND + 'pip = ["jax"]\n')
    assert said == "line 7: a machine has either pip or image. Put the packages into the image."


def test_lines_are_counted_right_after_texts_and_lists_of_several_lines(tmp_path: Path) -> None:
    text = ON_DEMAND.replace(
        'image = "docker.io/user/train:1"',
        'pip = [\n  "jax", # [[machine]]\n  "keras",\n]\n\n# cpus = 0\ngpus = "none"',
    )
    assert problem(tmp_path, text).startswith("line 12: gpus has to be a whole number")


def test_a_table_of_labels_below_its_machine(tmp_path: Path) -> None:
    describe(tmp_path, ON_DEMAND + '[machine.labels]\nzone = "a"\n')
    assert find_machine(tmp_path, "gpu.l4.od").labels == {"zone": "a"}
    assert problem(tmp_path, ON_DEMAND + "[machine.labels]\nzone = 1\n").startswith("line 8: ")
