"""The packs on this machine: the shelf that ships with leadline, and those installed in a folder beside the database.

An installed pack is a folder that is never edited; ``installed.json`` says which folders are in force, and replacing
that one file is all that switching a pack is. So whatever is killed, either the old state holds or the new one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from feeds.packs.errors import PackError
from feeds.tables import Document

STATE = "installed.json"
PARSED = ".parsed.json"
"""Beside the files of an installed pack: what its TOML files hold, because parsing TOML is slow."""
KEPT_NOTICES = 100


def shelf_text(pack: str, file: str) -> str:
    """The text of one file of a shipped pack, like ``shelf_text("core", "rules.toml")``; FileNotFoundError if none."""
    return resources.files("feeds.packs").joinpath("shelf", pack, file).read_text(encoding="utf-8")


def shelf_packs() -> tuple[str, ...]:
    """The packs that ship with leadline and can be added; ``core`` is always in force."""
    shelf = resources.files("feeds.packs").joinpath("shelf")
    return tuple(sorted(each.name for each in shelf.iterdir() if each.is_dir() and each.name != "core"))


def shelf_folder(pack: str) -> Path | None:
    """The folder of a shipped pack; None if there is none of that name."""
    return Path(str(resources.files("feeds.packs").joinpath("shelf", pack))) if pack in shelf_packs() else None


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One pack that is in force."""

    version: str
    folder: str
    """Beside ``installed.json``: ``id/version-digest``."""
    origin: str
    """Where it came from and its updates come from."""
    identity: str
    signer: str = ""
    """The public key by which it is signed; empty for none."""
    added_at: datetime
    previous: str = ""
    previous_version: str = ""
    pinned: bool = False


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """The key by which a pack must be signed."""

    key: str
    since: datetime
    until: date | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to packs, told in the next digest."""

    at: datetime
    words: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An update that was not taken by itself, and why."""

    version: str
    why: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in ``installed.json``."""

    format: int = 1
    packs: dict[str, Installed] = {}
    """By id, in the order in which they were added."""
    trust: dict[str, Trust] = {}
    highest: dict[str, str] = {}
    """Pack → the newest version ever in force here: nothing older is taken by itself."""
    ids: dict[str, str] = {}
    """``pack/source`` → the id under which its items are kept, for ever."""
    removed: tuple[str, ...] = ()
    """Packs that the rep removed: a channel does not bring them back."""
    waiting: dict[str, Waiting] = {}
    notices: tuple[Notice, ...] = ()
    checked_at: datetime | None = None


class Library:
    """The packs installed in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def state(self) -> State:
        """What is in force now; nothing where no pack was ever installed. Raises PackError where it is damaged."""
        path = self.folder / STATE
        try:
            state = msgspec.json.decode(path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.MsgspecError) as error:
            raise PackError(
                f"{path} cannot be read: {str(error)[:200]}",
                hint="move it away and add your packs anew; no item is lost",
            ) from None
        if state.format != 1:
            raise PackError(f"{path} was written by a newer leadline", hint="use that one")
        return state

    def documents(self, folder: str) -> dict[str, Document]:
        """The parsed TOML files of an installed folder."""
        place = self.folder / folder
        try:
            parsed = msgspec.json.decode((place / PARSED).read_bytes(), type=dict[str, dict[str, Any]])
            return {name: Document(f"{folder}/{name}", data) for name, data in parsed.items()}
        except (OSError, msgspec.MsgspecError):
            return parsed_documents(self.members(folder), f"{folder}/")

    def text(self, folder: str, file: str) -> str:
        """The text of one file of an installed folder; empty where it has none."""
        try:
            return (self.folder / folder / file).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise PackError(f"{self.folder / folder / file} cannot be read: {error}", hint=_ADD_ANEW) from None

    def members(self, folder: str) -> dict[str, bytes]:
        """The files of an installed folder."""
        from feeds.packs.archive import read_folder

        if not (self.folder / folder).is_dir():
            raise PackError(f"{self.folder / folder} is gone", hint=_ADD_ANEW)
        return read_folder(self.folder / folder)

    def install(
        self, pack: str, version: str, members: dict[str, bytes], change: Callable[[State, str], State]
    ) -> State:
        """Put a checked pack beside the others; then, in one step, the state that ``change`` makes of its folder."""
        with self.locked():
            return self._put(change(self.state, self._unpack(pack, version, members)))

    def switch(self, change: Callable[[State], State]) -> State:
        """Put another state in force, in one step that is done whole or not at all."""
        with self.locked():
            return self._put(change(self.state))

    def _unpack(self, pack: str, version: str, members: dict[str, bytes]) -> str:
        """The name of a pack's folder, written under another name and renamed when it is whole."""
        from feeds.packs.archive import identity

        name = f"{pack}/{version}-{identity(members)[:12]}"
        place = self.folder / name
        if place.is_dir():
            with contextlib.suppress(PackError):
                if self.members(name) == members:
                    return name
            shutil.rmtree(place)  # damaged on disk: none that is in force, or it is about to be mended
        fresh = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(parents=True)
            for file, content in {**members, PARSED: _parsed(members)}.items():
                _write_through(fresh / file, content)
            os.replace(fresh, place)
        except OSError as error:
            raise PackError(f"{error.filename or fresh} cannot be written: {error.strerror}") from None
        return name

    def _put(self, state: State) -> State:
        state = msgspec.structs.replace(state, notices=state.notices[-KEPT_NOTICES:])
        fresh = self.folder / f"{STATE}.new"
        try:
            _write_through(fresh, msgspec.json.format(msgspec.json.encode(state), indent=1))
            os.replace(fresh, self.folder / STATE)
            _flush_folder(self.folder)
        except OSError as error:
            raise PackError(f"{self.folder / STATE} cannot be written: {error.strerror}") from None
        self._clean(state)
        return state

    def _clean(self, state: State) -> None:
        """Delete what no state needs any more; what cannot be deleted is tried again the next time."""
        wanted = {each for pack in state.packs.values() for each in (pack.folder, pack.previous)}
        for folder in self.folder.glob("*/*"):
            if folder.relative_to(self.folder).as_posix() not in wanted:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone change what is installed, while this lasts; another process waits. The lock ends with the process."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / ".lock").open("ab")
        except OSError as error:
            raise PackError(f"{self.folder} cannot be written: {error.strerror}") from None
        with file:
            with contextlib.suppress(ImportError):
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield


_ADD_ANEW = "`leadline pack add` it anew; no item is lost"


def parsed_documents(members: dict[str, bytes], prefix: str = "") -> dict[str, Document]:
    """The TOML files among a pack's members, parsed, each with its faults."""
    documents = {}
    for name, content in members.items():
        if name.endswith(".toml"):
            try:
                documents[name] = Document.parse(content.decode("utf-8-sig").replace("\r\n", "\n"), prefix + name)
            except UnicodeDecodeError as error:
                documents[name] = document = Document(prefix + name, {})
                document.fault("", f"not UTF-8 text (line {content[: error.start].count(10) + 1})", "save it as UTF-8")
    return documents


def _parsed(members: dict[str, bytes]) -> bytes:
    """What the TOML files hold that are read at each start; rules are not."""
    documents = parsed_documents(members)
    return msgspec.json.encode(
        {name: each.data for name, each in documents.items() if name not in ("rules.toml", "examples.toml")}
    )


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system lets a folder be opened
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
