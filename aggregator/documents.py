"""Local copies of what items link to: fetched within bounds, named by their hash, kept beside the database."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aggregator.config import Config
from aggregator.document_copies import FOLDER
from aggregator.errors import LeadlineError
from aggregator.model import Document, Item
from aggregator.store.base import Store
from feeds.errors import FetchError
from feeds.model import Request, Response, Source
from feeds.text import one_line, safe_link

MOST = 10
"""Files of one item."""
MAX_BYTES = 50_000_000
"""Of one file."""
DEADLINE = 60.0
"""Seconds for one file."""
_ENDINGS = {
    "application/pdf": "pdf", "text/plain": "txt", "text/csv": "csv", "application/json": "json",
    "application/rtf": "rtf", "image/png": "png", "image/jpeg": "jpg", "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "text/html": "html.txt", "application/xhtml+xml": "html.txt", "application/xml": "xml.txt", "text/xml": "xml.txt",
    "application/atom+xml": "xml.txt", "application/rss+xml": "xml.txt", "image/svg+xml": "svg.txt",
}  # fmt: skip
"""Media type → the end of the file's name. Whatever a browser would run is named as text, all else as ``bin``."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one file."""

    url: str
    document: Document | None = None
    is_new: bool = False
    """Whether these bytes were not known yet."""
    error: str = ""


class Documents:
    """Copies of items' documents."""

    def __init__(self, store: Store, config: Config, rep: str, clock: Callable[[], datetime]) -> None:
        self._store, self._config, self._rep, self._clock = store, config, rep, clock

    @property
    def folder(self) -> Path:
        """Where the bytes are: ``documents/`` beside the database."""
        return self._config.database.parent / FOLDER

    def path(self, sha256: str) -> Path:
        """Where the bytes of a hash are. Raises LeadlineError for what is no hash."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise LeadlineError(f"{one_line(sha256, 80)!r} is no SHA-256 hash")
        return self.folder / sha256

    def of(self, items: Sequence[str]) -> list[Document]:
        """The copies of these items' documents, the earliest first."""
        return self._store.documents(items)

    def copy(self, item: Item, source: Source | None) -> list[Copied]:
        """Fetch an item's link and files anew; what failed is told, and what came is kept.

        No secret of the source is sent: a link may lead anywhere.
        """
        return asyncio.run(self._copy(item, source))

    async def _copy(self, item: Item, source: Source | None) -> list[Copied]:
        from aggregator.polling import bounds, user_agent
        from feeds.fetch import Fetcher

        settings = self._config.settings.poll
        limits = replace(bounds(settings), deadline=DEADLINE, max_wire=MAX_BYTES, max_decoded=MAX_BYTES)
        allowed = source.allow_private if source else ()
        async with Fetcher(limits, user_agent=user_agent(settings.contact)) as fetcher:
            copied = []
            for url in addresses(item):
                try:
                    response = await fetcher.send(Request(url, allow_private=allowed))
                    copied.append(self._keep(item, url, response))
                except FetchError as error:
                    copied.append(Copied(url, error=one_line(str(error), 300)))
        return copied

    def _keep(self, item: Item, url: str, response: Response) -> Copied:
        if response.status != 200:
            return Copied(url, error=f"the server answered {response.status}")
        sha256 = hashlib.sha256(response.body).hexdigest()
        media_type = one_line(response.headers.get("content-type", "").partition(";")[0].lower(), 100)
        document = Document(
            item.id, url, sha256, file_name(response.url, media_type), media_type, len(response.body),
            response.fetched_at or self._clock(), self._rep,
        )  # fmt: skip
        self._write(sha256, response.body)
        return Copied(url, document, self._store.add_document(document))

    def _write(self, sha256: str, body: bytes) -> None:
        """Keep bytes under their hash, whole or not at all; a damaged file of that name is put right."""
        path = self.path(sha256)
        part = path.with_name(f".{sha256[:16]}.{secrets.token_hex(4)}.part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise LeadlineError(f"{self.folder} cannot be written: {error.strerror}") from None
        finally:
            with suppress(OSError):
                part.unlink()


def addresses(item: Item) -> list[str]:
    """What is copied of an item: its link, then the files that it carries."""
    links = [safe_link(each) for each in (item.link, *(enclosure.url for enclosure in item.enclosures))]
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))[:MOST]


def file_name(url: str, media_type: str) -> str:
    """A name that is harmless on every system, its end by the media type."""
    ending = _ENDINGS.get(media_type, "bin")
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", last.rpartition(".")[0] or last).strip("-")[:60]
    return f"{stem or 'document'}.{ending}"
