"""What machines.toml says of a machine on a Ray cluster, besides what it says of every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aibro.engines.entries import Entry, WrongValue, shown, text
from aibro.engines.ray.address import AUTO, EXAMPLES, parse_address

# What Ray and Kubernetes accept as labels.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_LABEL_VALUE = re.compile(_LABEL)
_LABEL_KEY = re.compile(rf"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?{_LABEL}")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


def _address(value: object) -> str:
    address = text(value, EXAMPLES)
    if address != AUTO and parse_address(address) is None:
        raise WrongValue(f"is {address[:80]!r}, which is no address of a cluster. Write {EXAMPLES}")
    return address


def _labels(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongValue(f'has to be a table, such as {{ zone = "a" }}, not {shown(value)}')
    for key, label in value.items():
        if not _LABEL_KEY.fullmatch(key):
            raise WrongValue(f"has a key that no node can have: {key[:80]!r}", key)
        if not isinstance(label, str) or not _LABEL_VALUE.fullmatch(label):
            raise WrongValue(
                f"has to give a text of letters, digits, points, hyphens and underscores for "
                f"{key}, not {shown(label)}",
                key,
            )
    return value


def _pip(value: object) -> list[str]:
    if not isinstance(value, list):
        raise WrongValue(f'has to be a list, such as ["keras==3.13"], not {shown(value)}')
    for package in value:
        if not isinstance(package, str) or not package.strip() or package.startswith("-"):
            raise WrongValue(f"lists {shown(package)}, which is no package. Write as for pip")
    return value


def _image(value: object) -> str:
    image = text(value, '"docker.io/user/image:tag"')
    if any(character.isspace() for character in image):
        raise WrongValue(f"must not have spaces: {image[:80]!r}")
    return image


def _transfer(value: object) -> str:
    url = text(value, '"s3://bucket/folder"')
    if not _URL.fullmatch(url):
        raise WrongValue(
            'has to be a URL, such as "s3://bucket/folder" or "file:///mnt/shared/aibro", not '
            f"{shown(value)}"
        )
    return url


RAY_ENTRIES: Mapping[str, Entry] = {
    "address": Entry(_address, example='"ray://host:10001"'),
    "labels": Entry(_labels),
    "pip": Entry(_pip, excludes="image", instead="Put the packages into the image"),
    "image": Entry(_image),
    "transfer": Entry(_transfer),
}
