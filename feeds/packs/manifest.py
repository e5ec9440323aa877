"""``pack.toml``: what a pack says of itself, and how its versions compare."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from feeds.tables import Document

if TYPE_CHECKING:
    from semver import Version

FILE = "pack.toml"
PACK_ID = r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"
"""What a pack's id looks like: it is a folder's name, and stands before the id of each of its sources."""
NEEDS = r"^>=\s*\d+\.\d+(\.\d+)?$"
Line = Annotated[str, Meta(max_length=300)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack says of itself."""

    id: Annotated[str, Meta(pattern=PACK_ID, description="lower-case letters, digits and -; never changes")]
    version: Annotated[str, Meta(max_length=60, description='a semantic version like "1.4.0"; each release its own')]
    title: Annotated[str, Meta(min_length=1, max_length=100, description="what to call it")]
    publisher: Annotated[str, Meta(min_length=1, max_length=100, description="who makes it")]
    for_whom: Annotated[str, Meta(max_length=300, description="whom it serves, in a sentence")] = ""
    description: Annotated[str, Meta(max_length=2000, description="what it brings")] = ""
    licence: Annotated[str, Meta(max_length=200, description="terms under which the pack itself is given")] = ""
    language: Annotated[str, Meta(max_length=35, description="language of its rules and texts, like en")] = ""
    homepage: Annotated[str, Meta(max_length=500, description="where to read more")] = ""
    needs: Annotated[str, Meta(pattern=NEEDS, description='the oldest leadline that can use it, like ">=0.1.0"')] = (
        ">=0.1.0"
    )
    expires: Annotated[date | None, Meta(description="not to be installed after this day, like 2027-06-30")] = None
    changelog: Annotated[
        list[Line], Meta(max_length=200, description='a line for each version, like "1.4.0: adds two wires"')
    ] = []

    @property
    def semver(self) -> Version:
        """Its version, comparable; only for a manifest that ``read_manifest`` gave."""
        return parse_version(self.version)

    def news_since(self, version: str) -> tuple[str, ...]:
        """The changelog's lines for what came after a version, newest first; all of them for an empty one."""
        found = []
        for line in self.changelog:
            told = re.match(r"\s*v?(\d\S*?):?\s", line + " ")
            number = told[1] if told else ""
            if not version or (number and _is_version(number) and parse_version(number) > parse_version(version)):
                found.append(line)
        return tuple(found)


def read_manifest(document: Document) -> Manifest | None:
    """The manifest in a parsed ``pack.toml``; None where it has a fault, which is noted in the document."""
    manifest = document.decode(Manifest, document.data)
    if manifest and not _is_version(manifest.version):
        document.fault("version", f"not a semantic version: {manifest.version[:40]!r}", 'write it like "1.4.0"')
        return None
    return manifest


def parse_version(text: str) -> Version:
    """A semantic version. Raises ValueError."""
    from semver import Version

    return Version.parse(text)


def is_enough(needs: str, version: str) -> bool:
    """Whether leadline of a version is what ``needs`` (``>=0.1.0``) asks for."""
    return _numbers(version) >= _numbers(needs)


def _numbers(text: str) -> tuple[int, ...]:
    found = [int(each) for each in re.findall(r"\d{1,9}", text)[:3]]
    return tuple(found + [0] * (3 - len(found)))


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except (ValueError, TypeError):
        return False
    return len(text) <= 60
