"""Query parameters of routes: how to parse each, and how the OpenAPI document describes it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aibro.errors import BadInput
from aibro.models import Word

_INTEGER = re.compile(r"-?[0-9]{1,16}")


@dataclass(frozen=True, kw_only=True)
class Parameter(ABC):
    """One query parameter."""

    name: str
    description: str
    default: Any = None
    required: bool = False
    """True if a request must have it; ``default`` is not used then."""
    argument: str | None = None
    """The argument's name in Python, if ``name`` is a keyword or a built-in there."""

    @abstractmethod
    def parse(self, text: str) -> object:
        """Convert ``text`` from the query into the parameter's value.

        Raises:
            BadInput: ``text`` is not a valid value; the error names the parameter.
        """

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the value."""


@dataclass(frozen=True, kw_only=True)
class IntegerParameter(Parameter):
    """A whole number from ``minimum`` to ``maximum``, both included.

    >>> IntegerParameter(name="limit", description="", minimum=1, maximum=100).parse("20")
    20
    """

    minimum: int
    maximum: int

    def parse(self, text: str) -> int:
        """See `Parameter.parse`."""
        if _INTEGER.fullmatch(text):
            number = int(text)
            if self.minimum <= number <= self.maximum:
                return number
        raise BadInput(
            f"{self.name} must be a whole number from {self.minimum} to {self.maximum}, "
            f"not {_shown(text)}.",
            self.name,
        )

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {
            "type": "integer",
            "minimum": self.minimum,
            "maximum": self.maximum,
            "default": self.default,
        }


@dataclass(frozen=True, kw_only=True)
class ChoiceParameter(Parameter):
    """One of the words of an enumeration."""

    words: type[Word]

    def parse(self, text: str) -> Word:
        """See `Parameter.parse`."""
        try:
            return self.words(text)
        except ValueError:
            known = ", ".join(word.value for word in self.words)
            raise BadInput(
                f"{self.name} must be one of {known}, not {_shown(text)}.", self.name
            ) from None

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {
            "title": self.words.__name__,
            "type": "string",
            "enum": [word.value for word in self.words],
            "default": self.default.value,
        }


@dataclass(frozen=True, kw_only=True)
class TextParameter(Parameter):
    """A text of ``min_length`` to ``max_length`` characters."""

    min_length: int = 0
    max_length: int

    def parse(self, text: str) -> str:
        """See `Parameter.parse`."""
        if self.min_length <= len(text) <= self.max_length:
            return text
        raise BadInput(
            f"{self.name} must have from {self.min_length} to {self.max_length} characters, "
            f"not {len(text)}.",
            self.name,
        )

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        schema: dict[str, Any] = {
            "type": "string",
            "minLength": self.min_length,
            "maxLength": self.max_length,
        }
        return schema if self.default is None else {**schema, "default": self.default}


def read_query(
    parameters: Sequence[Parameter], query: Mapping[str, Sequence[bytes]]
) -> dict[str, object]:
    """Parse the query of a request.

    Unknown names are ignored, because Jupyter adds its token and cache busters to the query.

    Args:
        parameters: the parameters of the route.
        query: for each name in the query, its percent-decoded values.

    Returns:
        For each parameter, the value of the Python argument: its default if the query lacks it.

    Raises:
        BadInput: a value is not valid, a parameter is given twice, or a required one is missing.
    """
    return {
        parameter.argument or parameter.name: _read(parameter, query) for parameter in parameters
    }


def _read(parameter: Parameter, query: Mapping[str, Sequence[bytes]]) -> object:
    name = parameter.name
    values = query.get(name, ())
    if not values:
        if parameter.required:
            raise BadInput(f"{name} is missing. {parameter.description}", name)
        return parameter.default
    if len(values) > 1:
        raise BadInput(f"{name} is given {len(values)} times; give it once.", name)
    try:
        text = values[0].decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text.", name) from error
    return parameter.parse(text)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
