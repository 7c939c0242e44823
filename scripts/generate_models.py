"""Generate ``src/api/_models.ts`` from ``aibro/models.py``.

Usage: ``python scripts/generate_models.py [--check]``; with ``--check`` nothing is written and
the exit status is 1 when the file is out of date.

json-schema-to-typescript turns the JSON Schema of the records into interfaces; the word lists
follow as constants, so that the front end never types a status, a period or a verdict itself.
"""

from __future__ import annotations

import enum
import json
import subprocess
import sys
from typing import Any

import msgspec

from aibro import models, transitions
from scripts.generated import ROOT, write_or_check

TARGET = ROOT / "src" / "api" / "_models.ts"
NODE = """
const { compile } = require('json-schema-to-typescript');
let text = '';
process.stdin.on('data', chunk => (text += chunk)).on('end', async () => {
  const style = { singleQuote: true, trailingComma: 'none', arrowParens: 'avoid' };
  const out = await compile(JSON.parse(text), 'Wire', {
    additionalProperties: false, bannerComment: '', style, unreachableDefinitions: true
  });
  process.stdout.write(out);
});
"""


def records() -> list[type[models.Record]]:
    """Return all records of the wire format, in the order of the module."""
    found = vars(models).values()
    return [
        item
        for item in found
        if isinstance(item, type) and issubclass(item, models.Record) and item is not models.Record
    ]


def words() -> list[type[models.Word]]:
    """Return all lists of fixed words."""
    found = vars(models).values()
    return [
        item
        for item in found
        if isinstance(item, type) and issubclass(item, models.Word) and item is not models.Word
    ]


def schema() -> dict[str, Any]:
    """Return one JSON Schema document with all records as definitions."""
    _, definitions = msgspec.json.schema_components(records(), ref_template="#/definitions/{name}")
    for word in words():
        definitions.setdefault(
            word.__name__, {"title": word.__name__, "enum": [item.value for item in word]}
        )
    for definition in definitions.values():
        # The server always sends every field, so no field is optional. The fields of requests may
        # be left out, but the browser always sends them.
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
            for value in definition["properties"].values():
                value.pop("default", None)
    return {"definitions": definitions, "type": "object", "properties": {}, "title": "Wire"}


def constants() -> str:
    """Return the word lists and the table of statuses as TypeScript constants."""
    lines: list[str] = []

    def add(name: str, value: object, doc: str, type_: str | None = None) -> None:
        lines.append(f"/** {doc} */")
        suffix = "" if type_ or isinstance(value, int) else " as const"
        annotation = f": {type_}" if type_ else ""
        lines.append(f"export const {name}{annotation} = {json.dumps(value)}{suffix};\n")

    def plain(items: list[enum.Enum]) -> list[str]:
        return [str(item.value) for item in items]

    add("TIMELINE_MIME", models.TIMELINE_MIME, "MIME type of an inline timeline.")
    add("JOB_MIME", models.JOB_MIME, "MIME type of an inline job card.")
    add("CHANGES_SCHEMA", models.CHANGES_SCHEMA, "Of the events that carry a `ChangeHint`.")
    add("API_VERSION", models.API_VERSION, "Of what server and browser exchange.")
    add("PERIODS", plain(list(models.PeriodName)), "The periods in the order of docs/statuses.md.")
    add("JOB_STATUSES", plain(list(models.JobStatus)), "All statuses of a job.")
    add("JOB_SUBSTATUSES", plain(list(models.JobSubstatus)), "All substatuses, in order.")
    add("INSTANCE_STATUSES", plain(list(models.InstanceStatus)), "All statuses of an instance.")
    add("REASON_KINDS", plain(list(models.ReasonKind)), "Why a job can be CANCELED.")
    add("VERDICTS", plain(list(models.VerdictName)), "All verdicts of a replay.")
    add("JOB_FILTERS", plain(list(models.JobFilter)), "The filters of the list of jobs.")
    add("JOB_SORTS", plain(list(models.JobSort)), "The orders of the list of jobs.")
    add(
        "ENDED_STATUSES",
        sorted(str(item) for item in transitions.ENDED),
        "The statuses in which a job is over.",
        "readonly JobStatus[]",
    )
    return "\n".join(lines)


def generate() -> str:
    """Return the content of the file."""
    types = subprocess.run(
        ["node", "-e", NODE],
        input=json.dumps(schema()),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    types = types.replace("export interface Wire {}\n", "")
    return (
        "// Generated from aibro/models.py by scripts/generate_models.py. Do not edit.\n\n"
        + types
        + "\n"
        + constants()
    )


if __name__ == "__main__":
    sys.exit(write_or_check(TARGET, generate()))
