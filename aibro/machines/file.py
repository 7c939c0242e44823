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
_Path = tuple[str | int, ...]
"""The keys and positions that lead to an entry, as in ``("machine", 0, "labels", "zone")``."""
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
        from aibro.engines.entries import WrongValue
        from aibro.machines.entries import entries_of

        entries = entries_of(table.get("engine"))
        read: dict[str, Any] = {}
        for key, value in table.items():
            if key not in entries:
                what = f"a machine has no {key!r}. It may have {', '.join(entries)}"
                self._refuse_at(("machine", number, key), what)
            try:
                read[_FIELDS.get(key, key)] = entries[key].check(value)
            except WrongValue as error:
                self._refuse_at(("machine", number, key, *error.inside), f"{key} {error}", error)
        missing = [key for key, entry in entries.items() if entry.example and key not in table]
        if missing:
            example = ", ".join(f"{key} = {entries[key].example}" for key in missing)
            what = f"this machine has no {' and no '.join(missing)}. Add below, such as {example}"
            self._refuse_at(("machine", number), what)
        for key in table:
            other = entries[key].excludes
            if other is not None and other in table:
                what = f"a machine has either {key} or {other}. {entries[key].instead}"
                self._refuse_at(("machine", number, max(key, other, key=list(table).index)), what)
        return msgspec.convert(read, MachineSpec)

    def _line(self, path: _Path) -> int:
        return line_of(self._text, path)

    def _refuse_at(self, path: _Path, what: str, error: Exception | None = None) -> NoReturn:
        self._refuse(self._line(path), what, error)

    def _refuse(self, line: int, what: str, error: Exception | None = None) -> NoReturn:
        raise BadInput(f"{self._path}, line {line}: {what}.") from error


def line_of(text: str, path: _Path) -> int:
    """The line on which an entry's statement begins, which Python's reader of TOML does not tell.

    Args:
        text: valid TOML.
        path: the entry.

    Returns:
        A number from 1; the last line when there is no such entry.
    """
    import tomllib

    lines = text.splitlines(keepends=True)
    begins = 1
    # A statement is whole where the text up to its end is TOML: read line by line until the entry
    # is there. That is slow, and only done to say what is wrong.
    for number in range(1, len(lines) + 1):
        try:
            read = tomllib.loads("".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(read, path):
            return begins
        begins = number + 1
    return max(len(lines), 1)


def _has(read: object, path: _Path) -> bool:
    for key in path:
        if isinstance(read, list) and isinstance(key, int):
            read = dict(enumerate(read))
        if not isinstance(read, dict) or key not in read:
            return False
        read = read[key]
    return True
