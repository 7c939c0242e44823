"""Reading a report that may be damaged, or made to do harm.

Nothing is ever extracted to a path that the archive names. Every byte that is handed out counts
towards the size in the manifest; after the last byte of a member its digest is compared.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from aibro._version import __version__
from aibro.errors import BadReport, ReportTooNew
from aibro.reports.format import (
    CHUNK_BYTES,
    FORMAT,
    LIMITS,
    MANIFEST,
    PAYLOADS,
    REQUIRED,
    SEAL,
    VERSION,
    Manifest,
    ManifestVersion,
    Member,
    is_member_name,
    seal,
)

T = TypeVar("T")

_MAX_READ = 16 << 20
_LOCAL_HEADER_BYTES = 30
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What `zipfile` raises for bytes that are no archive."""


def bad_report(why: str) -> BadReport:
    """The error that says why a file is refused."""
    return BadReport(f"The report cannot be imported: {why}. Nothing was imported.", "path")


class ReportArchive:
    """A report, open for reading.

    Args:
        path: the file.

    Raises:
        ReportTooNew: a newer AIbro wrote it.
        BadReport: it is no report, or its list of contents is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        try:
            with _damage():
                self._zip = zipfile.ZipFile(self._file)
            # First of all: this version cannot judge what a newer one has written.
            self.manifest = self._read_manifest()
            self._members = {member.name: member for member in self.manifest.members}
            self._entries = _plain_entries(self._zip)
            self._compare()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ReportArchive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def payloads(self) -> list[Member]:
        """The model, the arrays and the code."""
        return [member for member in self.manifest.members if member.name.startswith(PAYLOADS)]

    def member(self, name: str) -> Member:
        """What the manifest says of a member."""
        return self._members[name]

    def read(self, name: str) -> bytes:
        """The whole content of a member; only for those that have a limit on their size.

        Raises:
            BadReport: it is damaged.
        """
        return b"".join(self.chunks(name))

    def decode(self, name: str, kind: type[T]) -> T:
        """A member as a record.

        Raises:
            BadReport: it is damaged, or is no such record.
        """
        return _decode(name, self.read(name), kind)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a member, piece by piece.

        Raises:
            BadReport: it is damaged. Only when the last piece has been taken is it sure that it is
                not.
        """
        member = self._members[name]
        digest = hashlib.sha256()
        for chunk in self._raw(self._entries[name]):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != member.sha256:
            raise bad_report(f"{name} is damaged")

    def _raw(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        left = entry.file_size
        with _damage():
            file = self._zip.open(entry)
        with file:
            while left:
                with _damage():
                    chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise bad_report(f"{entry.filename} is cut off")
                left -= len(chunk)
                yield chunk

    def _read_manifest(self) -> Manifest:
        comment = self._zip.comment
        entry = self._zip.NameToInfo.get(MANIFEST)
        sealed = comment.startswith(SEAL) and self._tail(len(comment)) == comment
        if entry is None or not sealed:
            raise bad_report("it is no report of AIbro's, or was cut off")
        if entry.file_size > LIMITS[MANIFEST]:
            raise bad_report(f"{MANIFEST} is too large")
        data = b"".join(self._raw(entry))
        if comment != seal(data):
            raise bad_report(f"{MANIFEST} is damaged")
        version = _decode(MANIFEST, data, ManifestVersion)
        if version.format != FORMAT:
            raise bad_report("it is no report of AIbro's")
        if version.version > VERSION:
            raise ReportTooNew(
                f"The report was written by a newer AIbro ({version.aibro[:40]}, format "
                f"{version.version}); this one ({__version__}) knows format {VERSION}. "
                "Update jupyterlab-aibro. Nothing was imported.",
                "path",
            )
        if version.version < VERSION:
            raise bad_report(
                f"an older AIbro wrote it ({version.aibro[:40]}, format {version.version}), and "
                f"this one reads format {VERSION}; bring the job in with that one, or record it "
                "again"
            )
        return _decode(MANIFEST, data, Manifest)

    def _tail(self, count: int) -> bytes:
        with _damage():
            self._file.seek(-count, io.SEEK_END)
            return self._file.read(count)

    def _compare(self) -> None:
        """Check that the archive holds exactly what the manifest lists."""
        listed = [member.name for member in self.manifest.members]
        found = self._entries.keys() - {MANIFEST}
        if len(listed) != len(set(listed)) or MANIFEST in listed:
            raise bad_report(f"{MANIFEST} lists a file twice")
        if missing := REQUIRED.union(listed) - found:
            raise bad_report(f"{min(missing)[:80]!r} is missing")
        if foreign := found - set(listed):
            raise bad_report(f"it holds {min(foreign)!r}, which {MANIFEST} does not list")
        for member in self.manifest.members:
            if member.size_bytes != self._entries[member.name].file_size:
                raise bad_report(f"{member.name} does not have the size that {MANIFEST} says")
            whole = LIMITS.get(member.name)
            if whole is not None and member.size_bytes > whole:
                raise bad_report(f"{member.name} is too large")


class _File(io.FileIO):
    """A file of which at most a few megabytes are read at once, whatever sizes it claims."""

    def read(self, size: int | None = -1, /) -> bytes:
        whole = size is None or size < 0 or size > _MAX_READ
        return super().read(_MAX_READ if whole else size) or b""


def _open(path: Path) -> _File:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise bad_report(f"{path} is a folder")
        if not stat.S_ISREG(mode):  # Opening a pipe would wait for ever.
            raise bad_report(f"{path} is no file")
        return _File(path)
    except FileNotFoundError as error:
        raise bad_report(f"{path} does not exist") from error
    except OSError as error:
        raise bad_report(f"{path} cannot be read ({error.strerror})") from error


def _plain_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries of an archive by name, if all of them are as plain as those of a report."""
    found: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        name = entry.orig_filename
        shown = repr(name if len(name) <= 80 else name[:80] + "…")
        if not is_member_name(name):
            raise bad_report(f"it holds {shown}, which is no part of a report")
        if name in found:
            raise bad_report(f"it holds {shown} twice")
        if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise bad_report(f"it holds {shown}, which is no plain file")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise bad_report(f"{shown} is compressed in a way that reports are not")
        # Entries that share their bytes can make a small archive unpack to a huge size.
        if entry.header_offset < end or (not found and entry.header_offset > 0):
            raise bad_report("its parts do not follow each other")
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
        found[name] = entry
    if end > archive.start_dir:
        raise bad_report("its parts do not follow each other")
    return found


def _decode(name: str, data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise bad_report(f"{name} cannot be read: {error}") from error


@contextlib.contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except BadReport:
        raise
    except _DAMAGES as error:
        raise bad_report(f"the file is damaged ({error})") from error
