"""The format of a report: the names, records and limits that writer and reader share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from aibro.models import JobStatus, Record

FORMAT = "aibro-report"
VERSION = 3
SEAL = b"aibro-report sha256:"
MANIFEST = "manifest.json"
README = "README.txt"
JOB = "job.json"
PLAN = "plan.json"
ENVIRONMENT = "environment.json"
TIMELINE = "timeline.json"
METRICS = "metrics.json"
VERDICT = "verdict.json"
FAILURE = "failure.json"
TRACEBACK = "traceback.txt"
LOG = "log.txt"
PAYLOADS = "payloads/"

_MIB = 1 << 20
LIMITS = {
    MANIFEST: 16 * _MIB,
    README: _MIB,
    JOB: _MIB,
    PLAN: 16 * _MIB,
    ENVIRONMENT: 4 * _MIB,
    TIMELINE: _MIB,
    # A million epochs of two metrics.
    METRICS: 512 * _MIB,
    VERDICT: 4 * _MIB,
    FAILURE: _MIB,
    TRACEBACK: _MIB,
}
"""Most bytes of each member that is read into memory; log and payloads are only ever copied."""

REQUIRED = frozenset({README, JOB, PLAN, TIMELINE, METRICS})

_PAYLOAD = re.compile(r"payloads/[0-9a-f]{32}-[0-9]{1,15}\.(npy|graph|buffer|keras|pkl|state)")

CHUNK_BYTES = _MIB

Progress = Callable[[int, int], None]
"""Called with the number of bytes done and their total."""


class Member(Record, frozen=True, forbid_unknown_fields=True):
    """One file of a report, the manifest aside."""

    name: str
    size_bytes: int
    sha256: str


class Manifest(Record, frozen=True, forbid_unknown_fields=True):
    """What a report holds; it is read before everything else."""

    format: str
    version: int
    aibro: str
    """The version of AIbro that wrote it."""
    written_at: float
    job_id: str
    description: str
    status: JobStatus
    contains_code: bool
    """The report holds code of its author's, which a replay would run."""
    members: list[Member]


class ManifestVersion(Record, frozen=True):
    """The part of a manifest that is the same in every version of the format."""

    format: str
    version: int
    aibro: str


class ExactNumber(Record, frozen=True, forbid_unknown_fields=True):
    """A metric's value twice: as people read it, and to the last bit."""

    value: float | None
    """``None`` for NaN and the infinities, which JSON cannot write."""
    bits: str
    """The same as IEEE 754 binary64, big-endian, in hexadecimal digits."""


class ReportedEpoch(Record, frozen=True, forbid_unknown_fields=True):
    """One ended epoch with its exact metrics."""

    epoch: int
    metrics: dict[str, ExactNumber]
    weights_hash: str | None
    ended_at: float


def seal(manifest: bytes) -> bytes:
    """The archive's comment: the digest of its manifest, which lists all other digests."""
    return SEAL + hashlib.sha256(manifest).hexdigest().encode()


def is_member_name(name: str) -> bool:
    """Whether a report may hold a file of that name.

    The allowed names are fixed words and digests, so none of them leads to another folder.
    """
    return name in LIMITS or name == LOG or _PAYLOAD.fullmatch(name) is not None
