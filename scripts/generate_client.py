"""Generate ``src/api/_client.ts`` from the OpenAPI document of the server part.

Usage: ``python scripts/generate_client.py [--check]``; with ``--check`` nothing is written and
the exit status is 1 when the file is out of date.

Every operation becomes a method. So when a route changes in Python, whatever in the browser still
calls it the old way no longer compiles.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from aibro.server.openapi import openapi_document
from aibro.server.routes import ROUTES
from scripts.generated import ROOT, write_or_check

TARGET = ROOT / "src" / "api" / "_client.ts"
TEMPLATE = """\
// Generated from the OpenAPI document by scripts/generate_client.py. Do not edit.

import type * as models from './_models';
import {{ Requester }} from './request';

/**
 * Every route of AIbro's server part.
 *
 * A method throws `AibroRequestError` when its request fails, and gives up when `signal` says so.
 */
export class AibroClient extends Requester {{
{methods}
}}
"""


def generate() -> str:
    """Return the content of the file."""
    paths = openapi_document(ROUTES, "/")["paths"]
    del paths["/openapi.json"]  # The client is generated from this document and never requests it.
    methods = [
        method_of(verb.upper(), path.removeprefix("/"), operation)
        for path, operations in paths.items()
        for verb, operation in operations.items()
    ]
    return TEMPLATE.format(methods="\n\n".join(methods))


def method_of(verb: str, path: str, operation: dict[str, Any]) -> str:
    """Return a method for an operation; its arguments are path parts, query or body, and signal."""
    name = camel_case(operation["operationId"])
    arguments = [f"{camel_case(part)}: string" for part in re.findall(r"\{(\w+)\}", path)]
    address = address_of(path)
    doc = f"/** {operation['summary']} */\n"
    answer = answer_of(operation)
    if answer is None:  # A file to download: the method only returns its URL.
        return f"{doc}{name}Url({', '.join(arguments)}): string {{return this.url({address});}}"

    options = ["signal"]
    if query := [item for item in operation["parameters"] if item["in"] == "query"]:
        arguments.append(query_argument(query))
        options.append("query")
    if "requestBody" in operation:
        [(media_type, content)] = operation["requestBody"]["content"].items()
        arguments.append(f"body: {typescript(content['schema']) if content else 'Blob'}")
        options += ["body"] if content else ["body", f"contentType: '{media_type}'"]
    arguments.append("signal?: AbortSignal")
    call = f"this.ask('{verb}', {address}, {{ {', '.join(options)} }})"
    return f"{doc}{name}({', '.join(arguments)}): Promise<{answer}> {{return {call};}}"


def address_of(path: str) -> str:
    """Return the path as a TypeScript expression, with its parts URL-encoded."""
    filled = re.sub(
        r"\{(\w+)\}", lambda part: f"${{encodeURIComponent({camel_case(part[1])})}}", path
    )
    return f"'{path}'" if filled == path else f"`{filled}`"


def answer_of(operation: dict[str, Any]) -> str | None:
    """Return the type of a successful answer; ``None`` if the answer is a file."""
    success = next(response for status, response in operation["responses"].items() if status < "3")
    if "content" not in success:
        return "void"
    content = success["content"].get("application/json")
    return content and typescript(content["schema"])


def query_argument(parameters: list[dict[str, Any]]) -> str:
    """Return the argument for the query parameters; optional if all of them are."""
    members = [
        f"/** {item['description']} */\n"
        f"{item['name']}{'' if item['required'] else '?'}: {typescript(item['schema'])};"
        for item in parameters
    ]
    default = "" if any(item["required"] for item in parameters) else " = {}"
    return "query: {\n" + "\n".join(members) + "\n}" + default


def typescript(schema: dict[str, Any]) -> str:
    """Return the TypeScript type for a schema of the document; named types come from the models."""
    if name := schema.get("title") or schema.get("$ref", "").rpartition("/")[2]:
        return f"models.{name}"
    return {"integer": "number", "string": "string"}[schema["type"]]


def camel_case(name: str) -> str:
    """Convert ``log_lines`` to ``logLines``."""
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


if __name__ == "__main__":
    sys.exit(write_or_check(TARGET, generate()))
