"""Filling the archive of a report, member by member, without holding large files in memory."""

from __future__ import annotations

import hashlib
import os
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.errors import Conflict
from aibro.models import Record
from aibro.reports.format import (
    CHUNK_BYTES,
    LIMITS,
    MANIFEST,
    Manifest,
    Member,
    Progress,
    ReportedEpoch,
    seal,
)
from aibro.trainings.plan import TrainingPlan

_SAMPLES = 3
_SAMPLE_BYTES = 64 << 10
_WORTH_IT = 0.5
"""A file that deflating does not make smaller than this part of its size is stored as it is:
deflating takes long, storing does not."""


class Packer:
    """The members of an archive, as they are added."""

    def __init__(self, archive: zipfile.ZipFile, progress: Progress) -> None:
        self._archive = archive
        self._progress = progress
        self._done = 0
        self.written_at = time.time()
        self.size = 0
        """Bytes of all files together; progress is measured against it."""
        self.members: list[Member] = []

    def text(self, name: str, text: str) -> None:
        """Add a text that people read."""
        self.data(name, text.encode())

    def record(self, name: str, record: Record | TrainingPlan | list[ReportedEpoch]) -> None:
        """Add a record as JSON that people can read."""
        self.data(name, _readable(record))

    def data(self, name: str, data: bytes) -> None:
        """Add bytes that are in memory."""
        if len(data) > LIMITS[name]:
            raise Conflict(f"The job has too much to tell for a report: {name} would be too large.")
        self._add(name, iter([data]), len(data), zipfile.ZIP_DEFLATED)

    def file(self, name: str, path: Path, *, redacted: bool = False) -> None:
        """Add a file, piece by piece."""
        size = path.stat().st_size
        chunks = _chunks(path)
        self._add(name, without_home(chunks) if redacted else chunks, size, _method(path, size))

    def seal(self, manifest: Manifest) -> None:
        """Add the manifest, and write its digest as the end of the file."""
        data = _readable(manifest)
        self.data(MANIFEST, data)
        self._archive.comment = seal(data)

    def _add(self, name: str, chunks: Iterator[bytes], size: int, method: int) -> None:
        entry = zipfile.ZipInfo(name, time.gmtime(self.written_at)[:6])
        entry.compress_type = method
        entry.external_attr = (stat.S_IFREG | 0o644) << 16
        # zipfile decides by this size whether it needs 64-bit fields.
        entry.file_size = size
        digest, written = hashlib.sha256(), 0
        with self._archive.open(entry, "w") as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                written += len(chunk)
                self._done += len(chunk)
                self._progress(min(self._done, self.size), self.size)
        self.members.append(Member(name=name, size_bytes=written, sha256=digest.hexdigest()))


def without_home(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes with ``~`` for the user's home folder, which often has a person's name."""
    home = os.fsencode(str(Path.home())).rstrip(b"/") + b"/"
    if len(home) < 2:
        yield from chunks
        return
    rest = b""
    for chunk in chunks:
        rest = (rest + chunk).replace(home, b"~/")
        keep = len(home) - 1  # The rest of the name may be in the next chunk.
        yield rest[:-keep]
        rest = rest[-keep:]
    yield rest


def _readable(record: Record | TrainingPlan | list[ReportedEpoch]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _method(path: Path, size: int) -> int:
    """Whether to deflate a file or store it, judged by samples from all over it."""
    shrunk = taken = 0
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            sample = file.read(_SAMPLE_BYTES)
            taken += len(sample)
            shrunk += len(zlib.compress(sample, 1))
    return zipfile.ZIP_DEFLATED if shrunk < taken * _WORTH_IT else zipfile.ZIP_STORED
