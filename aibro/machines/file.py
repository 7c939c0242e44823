"""machines.toml: the machines that the user describes, checked whole before one of them is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from aibro.errors import BadInput
from aibro.machine_spec import MachineSpec

# What a file needs is imported late everywhere here: most have none.

FILE = "machines.toml"
_FIELDS = {"id": "machine_id", "memory": "memory_bytes"}
"""Entries that `MachineSpec` names otherwise."""
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def described_machines(home: Path) -> list[MachineSpec]:
    """The machines of machines.toml, in its order; none without the file.

    Args:
        home: the state folder.

    Raises:
        BadInput: the file is not right; says on which line, and what to do.
    """
    path = home / FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise BadInput(f"{path} links to {path.readlink()}, which is not there.") from error
        return []
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    return _File(path, raw).machines()


class _File:
    """One reading of the file."""

    def __init__(self, path: Path, raw: bytes) -> None:
        import tomllib

        self._path = path
        try:
            self._text = raw.decode("utf-8-sig")
            self._read = tomllib.loads(self._text)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._refuse(line, "this is not UTF-8. Save the file in that encoding", error)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found and found[1] else max(len(self._text.splitlines()), 1)
            what = _AT_LINE.sub("", str(error))
            self._refuse(line, f"this is not TOML: {what[:1].lower()}{what[1:]}", error)

    def machines(self) -> list[MachineSpec]:
        """All of them."""
        for key in self._read:
            if key != "machine":
                self._refuse_at((key,), f"{key!r} is not known here: write [[machine]]")
        tables = self._read.get("machine", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._refuse_at(("machine",), "write [[machine]], with two brackets, above each")
        machines = [self._machine(number, table) for number, table in enumerate(tables)]
        first: dict[str, int] = {}
        for number, machine in enumerate(machines):
            before = first.setdefault(machine.machine_id, number)
            if before != number:
                line = self._line(("machine", before, "id"))
                what = f"the id {machine.machine_id!r} is that of line {line} already"
                self._refuse_at(("machine", number, "id"), f"{what}. Choose another")
        return machines

    def _machine(self, number: int, table: Mapping[str, object]) -> MachineSpec:
        from aibro.machines.entries import REQUIRED, WrongValue, known_entries, read_entry

        read: dict[str, Any] = {}
        for key, value in table.items():
            try:
                read[_FIELDS.get(key, key)] = read_entry(key, value)
            except KeyError as error:
                what = f"a machine has no {key!r}. It may have {', '.join(known_entries())}"
                self._refuse_at(("machine", number, key), what, error)
            except WrongValue as error:
                self._refuse_at(("machine", number, key, *error.inside), f"{key} {error}", error)
        missing = [key for key in REQUIRED if key not in table]
        if missing:
            example = ", ".join(f"{key} = {REQUIRED[key]}" for key in missing)
            what = f"this machine has no {' and no '.join(missing)}. Add below, such as {example}"
            self._refuse_at(("machine", number), what)
        if "pip" in table and "image" in table:
            what = "a machine has either pip or image. Put the packages into the image"
            self._refuse_at(("machine", number, max("pip", "image", key=list(table).index)), what)
        return msgspec.convert(read, MachineSpec)

    def _line(self, path: tuple[str | int, ...]) -> int:
        from aibro.machines.lines import line_of

        return line_of(self._text, path)

    def _refuse_at(
        self, path: tuple[str | int, ...], what: str, error: Exception | None = None
    ) -> NoReturn:
        self._refuse(self._line(path), what, error)

    def _refuse(self, line: int, what: str, error: Exception | None = None) -> NoReturn:
        raise BadInput(f"{self._path}, line {line}: {what}.") from error
