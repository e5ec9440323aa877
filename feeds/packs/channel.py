"""Where packs come from: a channel (``index.json`` and files, served by anything), a file, a folder, git, the shelf."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from feeds.errors import FetchError
from feeds.guard import check_url
from feeds.model import Request, Response
from feeds.packs import archive
from feeds.packs.errors import PackError, PackRefused
from feeds.packs.library import shelf_folder, shelf_packs
from feeds.packs.manifest import PACK_ID, parse_version
from feeds.tables import did_you_mean

INDEX = "index.json"
MAX_INDEX = 1_000_000
_FILE = r"^[a-z0-9][A-Za-z0-9.+_-]{0,150}\.leadpack$"

Send = Callable[[Request], Awaitable[Response]]


class IndexVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version that a channel offers."""

    version: Annotated[str, Meta(max_length=60)]
    file: Annotated[str, Meta(pattern=_FILE)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    needs: str = ""


class IndexPack(msgspec.Struct, frozen=True, kw_only=True):
    """One pack that a channel offers, its newest version first."""

    id: Annotated[str, Meta(pattern=PACK_ID)]
    versions: Annotated[tuple[IndexVersion, ...], Meta(min_length=1, max_length=1000)]
    title: Annotated[str, Meta(max_length=200)] = ""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """``index.json`` of a channel."""

    leadline_channel: int
    packs: Annotated[tuple[IndexPack, ...], Meta(max_length=500)] = ()


class Place(Protocol):
    """Files under plain names, somewhere."""

    def read(self, name: str, most: int) -> bytes | None:
        """The bytes of a file; None if there is none. Raises PackError for more than ``most`` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder of this machine or of a share."""

    folder: Path

    def read(self, name: str, most: int) -> bytes | None:
        """As Place says."""
        try:
            with (self.folder / name).open("rb") as file:
                found = file.read(most + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PackError(f"{self.folder / name}: cannot be read: {error.strerror}") from None
        return _bounded(found, name, most)


@dataclass(frozen=True, slots=True)
class WebPlace:
    """Files below a web address, fetched under the guard and the bounds of every fetch."""

    base: str
    send: Callable[[Request], Response]
    allow_private: tuple[str, ...] = ()

    def read(self, name: str, most: int) -> bytes | None:
        """As Place says."""
        url = f"{self.base}/{name}" if name else self.base
        try:
            answer = self.send(Request(url, allow_private=self.allow_private))
        except FetchError as error:
            raise _unfetched(url, error) from None
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise PackError(f"{url}: the server answered {answer.status}")
        return _bounded(answer.body, name or url, most)


def _bounded(found: bytes, name: str, most: int) -> bytes:
    if len(found) > most:
        raise PackRefused(f"{name} is larger than {most / 1e6:g} MB")
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """One place from which one pack or a channel of packs can be had; ``origin`` finds it again."""

    origin: str
    place: Place | None = None
    members: dict[str, bytes] | None = None

    def index(self) -> Index:
        """What the channel offers. Raises PackError where it is none."""
        assert self.place is not None
        raw = self.place.read(INDEX, MAX_INDEX)
        if raw is None:
            raise PackError(
                f"{self.origin} is no channel: it has no {INDEX}", hint="`leadline pack publish DIR` writes a channel"
            )
        return read_index(raw)

    def fetch(self, version: IndexVersion) -> dict[str, bytes]:
        """The members of a version that the channel offers, every digest checked. Raises PackError."""
        assert self.place is not None
        raw = self.place.read(version.file, 2 * archive.MAX_TOTAL)
        if raw is None:
            raise PackError(f"{self.origin} lists {version.file} and does not have it")
        if hashlib.sha256(raw).hexdigest() != version.sha256:
            raise PackRefused(f"{version.file} is not the file that the channel lists: its digest differs")
        return archive.open_archive(raw)


def read_index(raw: bytes) -> Index:
    """A channel's index. Raises PackRefused where it is none."""
    try:
        index = msgspec.json.decode(raw, type=Index)
        for pack in index.packs:
            for each in pack.versions:
                parse_version(each.version)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackRefused(f"{INDEX} is no channel's index: {str(error)[:200]}") from None
    if index.leadline_channel != 1:
        raise PackError(f"the channel has format {index.leadline_channel}", hint="a newer leadline reads it")
    return index


def newest(pack: IndexPack, usable: Callable[[str], bool]) -> IndexVersion | None:
    """The newest version of a pack among those whose ``needs`` are met."""
    fit = [each for each in pack.versions if not each.needs or usable(each.needs)]
    return max(fit, key=lambda each: parse_version(each.version), default=None)


@contextmanager
def opened(text: str, send: Callable[[Request], Response], allow_private: tuple[str, ...] = ()) -> Iterator[Source]:
    """The pack or channel that a user named, while this lasts. Raises PackError.

    ``shelf:NAME`` or a shipped pack's name; a folder with ``pack.toml`` or ``index.json``; a file; a web address of a
    file or a channel; ``git+URL``, a ``….git`` address or ``user@host:path``, each with ``#folder`` if need be.
    """
    if is_git(text):
        from feeds.packs.git import cloned

        with cloned(text) as place:
            yield _found(place, text)
    elif text.startswith(("http://", "https://")):
        yield _web(text, send, allow_private)
    else:
        yield _local(text)


def is_git(text: str) -> bool:
    """Whether an origin is a git repository."""
    path = text.partition("#")[0]
    return text.startswith(("git+", "git@", "ssh://")) or path.endswith(".git")


def _web(text: str, send: Callable[[Request], Response], allow_private: tuple[str, ...]) -> Source:
    try:
        check_url(text, allow_private)
    except FetchError as error:
        raise _unfetched(text[:200], error) from None
    if urlsplit(text).path.endswith(archive.SUFFIX):
        raw = WebPlace(text, send, allow_private).read("", 2 * archive.MAX_TOTAL)
        if raw is None:
            raise PackError(f"{text}: there is no such file")
        return Source(text, members=archive.open_archive(raw))
    base = text.removesuffix(INDEX).rstrip("/")
    return Source(base, WebPlace(base, send, allow_private))


def _unfetched(url: str, error: FetchError) -> PackError:
    hint = (
        'if it is meant: [packs] allow_private = ["10.1.2.0/24"] in the config' if error.kind == "guard" else error.hint
    )
    return PackError(f"{url}: {error}", hint=hint)


def _local(text: str) -> Source:
    name = text.removeprefix("shelf:")
    shelf = shelf_folder(name)
    if shelf and (text.startswith("shelf:") or not Path(text).exists()):
        members = archive.read_folder(shelf)
        return Source(f"shelf:{name}", members=members)
    path = Path(os.path.abspath(Path(text).expanduser()))
    if path.is_dir():
        return _found(FolderPlace(path), str(path))
    if path.is_file():
        raw = FolderPlace(path.parent).read(path.name, 2 * archive.MAX_TOTAL)
        return Source(str(path), members=archive.open_archive(raw or b""))
    told = did_you_mean(name, shelf_packs()) if re.fullmatch(PACK_ID, name) else "a file, a folder or an address"
    raise PackError(f"there is no pack {text[:200]!r}", hint=told)


def _found(place: Place, origin: str) -> Source:
    """A folder is a channel if it has an index, else one pack."""
    if place.read(INDEX, MAX_INDEX) is not None:
        return Source(origin, place)
    members = {}
    for name in (*archive.FILES, archive.SUMS, archive.SIGNATURE):
        content = place.read(name, archive.MAX_MEMBER)
        if content is not None:
            members[name] = content
    if isinstance(place, FolderPlace):
        members = archive.read_folder(place.folder)
    archive.check_members(members)
    archive.check_sums(members)
    return Source(origin, members=members)


def publish(folder: Path, packs: list[tuple[str, str, str, str, bytes]]) -> Index:
    """Put packs (id, version, title, needs, file's bytes) into a channel's folder, which is made if need be.

    Files first, the index last and in one step: a reader never sees a version whose file is not there. Raises PackError
    for a version that is there with other bytes.
    """
    place = FolderPlace(folder)
    raw = place.read(INDEX, MAX_INDEX)
    found = {pack.id: pack for pack in read_index(raw).packs} if raw else {}
    for id_, version, title, needs, content in packs:
        entry = IndexVersion(
            version=version,
            file=f"{id_}-{version}{archive.SUFFIX}",
            sha256=hashlib.sha256(content).hexdigest(),
            needs=needs,
        )
        old = found[id_].versions if id_ in found else ()
        if any(each.version == version and each.sha256 != entry.sha256 for each in old):
            raise PackError(
                f"{id_} {version} is published already, with other content",
                hint="give it a new version in pack.toml: nobody would be told of a change under the old one",
            )
        _replace(folder / entry.file, content)
        versions = {each.version: each for each in (*old, entry)}
        order = sorted(versions.values(), key=lambda each: parse_version(each.version), reverse=True)
        found[id_] = IndexPack(id=id_, title=title, versions=tuple(order))
    index = Index(leadline_channel=1, packs=tuple(found[id_] for id_ in sorted(found)))
    _replace(folder / INDEX, msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n")
    return index


def _replace(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(content)
        os.replace(fresh, path)
    except OSError as error:
        raise PackError(f"{error.filename or path} cannot be written: {error.strerror}") from None
