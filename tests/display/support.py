"""Outputs of notebooks as tests look at them: size, words, and what a sanitiser leaves."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import bleach
import msgspec
from openapi_schema_validator import OAS31Validator

from aibro.models import Job, JobCard, JobStatus, JobSubstatus, Record

T0 = 1795377600.123456
HOSTILE = {
    "letters": "x" * 10_000,
    "symbols": "\N{SNOWMAN}" * 10_000,
    "quotes": '"' * 10_000,
    "markup": "<&>" * 4000,
    "control": "\x1b[2J\n" * 3000,
}
"""Texts that people, or their enemies, could give a job."""

_GITHUB_TAGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "b", "i", "s", "em", "strong", "p", "div", "a",
     "img", "pre", "code", "kbd", "samp", "var", "tt", "q", "blockquote", "ins", "del", "strike",
     "sub", "sup", "ol", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody",
     "tfoot", "tr", "th", "td", "details", "summary", "figure", "figcaption", "span", "small"}
)  # fmt: skip
_GITHUB_ATTRIBUTES = ["align", "href", "title", "alt", "abbr", "aria-hidden", "aria-label"]


def size(data: object) -> int:
    """Bytes of data as a notebook's file has it."""
    return len(json.dumps(data, ensure_ascii=False).encode())


def as_github_shows(source: str) -> str:
    """What is left of HTML by the rules of GitHub, which know neither style nor script."""
    return str(bleach.clean(source, _GITHUB_TAGS, _GITHUB_ATTRIBUTES, strip=True))


def check_schema(data: object, record: type[Record]) -> None:
    """Check that data is what the wire's JSON Schema of a record says, and nothing besides."""
    schema: dict[str, Any] = msgspec.json.schema(record)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    OAS31Validator(schema).validate(data)


class Text(HTMLParser):
    """What a sanitiser that allows nothing but text leaves."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


JOB = Job(
    job_id="7f3a2c91d0e4",
    seq=41,
    description="digits, first try",
    status=JobStatus.TRAINING,
    substatus=JobSubstatus.TRAINING,
    note="",
    reason=None,
    reason_kind=None,
    traceback=None,
    machine_id="local.od",
    instance_id="i-0123456789",
    attempt=1,
    epoch=3,
    epochs=10,
    batch=12,
    batches=60,
    metrics={"loss": 0.2134567, "accuracy": 0.91},
    recorded=True,
    foreign=False,
    replay_of=None,
    from_epoch=0,
    verdict=None,
    cancel_requested=False,
    needs_kernel=False,
    created_at=T0,
    ended_at=None,
)
CARD = JobCard(
    job=JOB,
    reached=JobSubstatus.TRAINING,
    metric="loss",
    values=[0.9, 0.5, 0.21346],
    model_bytes=21_600,
    data_bytes=188_160_000,
    expected_s=3.2,
    left_s=42.0,
    as_of=T0 + 20,
)
"""A job in the fourth of ten epochs."""
