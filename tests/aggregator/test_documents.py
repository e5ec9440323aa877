"""Copies of documents over loopback: named by their hash, bounded, and no secret is sent for them."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from aggregator import config
from aggregator import documents as module
from aggregator.core import Aggregator
from aggregator.documents import addresses, file_name
from aggregator.errors import LeadlineError
from aggregator.model import Item
from feeds.model import Enclosure, Source
from tests.command import Leadline
from tests.samples import an_item, fill
from tests.servers import Reply, Server

BODY = b"%PDF-1.4 a notice"


@pytest.fixture
def stored(desk: Leadline, web: Server) -> tuple[Aggregator, Item]:
    """An aggregator with an item whose link and file are served."""
    desk.configure(web.base + "/f")
    page = web.serve("/page", Reply(b"<p>hello", headers={"Content-Type": "text/html; charset=utf-8"}))
    pdf = web.serve("/files/Notice%20of%20tender.pdf", Reply(BODY, headers={"Content-Type": "application/pdf"}))
    item = an_item("Acme invites tenders", "s1", link=page, enclosures=(Enclosure(pdf, "application/pdf"),))
    return fill(desk.config, item), item


def test_link_and_files_are_copied_and_known(stored: tuple[Aggregator, Item], tmp_path: Path) -> None:
    aggregator, item = stored
    copied = aggregator.copy_documents(aggregator.one_item(item.id))

    assert [each.error for each in copied] == ["", ""]
    assert [each.document and each.document.name for each in copied] == ["page.html.txt", "Notice-of-tender.pdf"]
    pdf = copied[1].document
    assert pdf is not None
    assert (pdf.sha256, pdf.size, pdf.media_type) == (hashlib.sha256(BODY).hexdigest(), len(BODY), "application/pdf")
    path = aggregator.documents.path(pdf.sha256)
    assert path == tmp_path / "documents" / pdf.sha256
    assert path.read_bytes() == BODY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert aggregator.documents.of([item.id]) == [each.document for each in copied]
    assert not list(path.parent.glob("*.part"))
    assert [each.is_new for each in aggregator.copy_documents(aggregator.one_item(item.id))] == [False, False]


def test_a_failure_is_told_and_the_rest_is_kept(stored: tuple[Aggregator, Item], web: Server) -> None:
    aggregator, item = stored
    web.serve("/page", Reply(b"", 404))
    first, second = aggregator.copy_documents(aggregator.one_item(item.id))
    assert (first.error, first.document) == ("the server answered 404", None)
    assert second.document is not None


def test_what_is_too_large_or_behind_the_guard_is_not_kept(
    stored: tuple[Aggregator, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregator, item = stored
    monkeypatch.setattr(module, "MAX_BYTES", 4)
    assert all("larger" in each.error for each in aggregator.copy_documents(aggregator.one_item(item.id)))
    outside = aggregator.documents.copy(item, Source("elsewhere", "https://e.example"))
    assert all(each.error and each.document is None for each in outside)
    assert not aggregator.documents.folder.exists()


def test_no_secret_of_the_source_is_sent(
    stored: tuple[Aggregator, Item], web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "hush-hush")
    aggregator, item = stored
    source = Source("s1", web.base, headers=(("x-key", "env:KEY"),), auth="env:KEY", allow_private=("127.0.0.1",))
    aggregator.documents.copy(item, source)
    assert web.log
    assert not any("hush-hush" in value for asked in web.log for value in asked.headers.values())


def test_a_changed_document_is_kept_beside_the_former(stored: tuple[Aggregator, Item], web: Server) -> None:
    aggregator, item = stored
    aggregator.copy_documents(item)
    web.serve("/page", Reply(b"<p>other", headers={"Content-Type": "text/html"}))
    aggregator.copy_documents(item)
    assert len(aggregator.documents.of([item.id])) == 3


@pytest.mark.parametrize(
    ("url", "media_type", "name"),
    [
        ("https://a.example/x/Notice.pdf?y=1", "application/pdf", "Notice.pdf"),
        ("https://a.example/", "text/html", "document.html.txt"),
        ("https://a.example/evil.exe", "application/octet-stream", "evil.bin"),
        ("https://a.example/%2e%2e%2fetc%2fpasswd", "text/plain", "passwd.txt"),
        ("https://a.example/" + "x" * 300, "", "x" * 60 + ".bin"),
        ("https://a.example/CON%00.html", "image/svg+xml", "CON.svg.txt"),
    ],
)
def test_names_are_harmless(url: str, media_type: str, name: str) -> None:
    assert file_name(url, media_type) == name


def test_only_web_addresses_are_copied_each_once() -> None:
    enclosures = (Enclosure("mailto:a@b.example"), Enclosure("javascript:x"), Enclosure("https://a.example/1"))
    item = an_item(link="https://a.example/1", enclosures=enclosures)
    assert addresses(item) == ["https://a.example/1"]
    many = an_item(enclosures=tuple(Enclosure(f"https://a.example/{number}") for number in range(99)))
    assert len(addresses(many)) == module.MOST


def test_a_path_is_only_of_a_hash(desk: Leadline) -> None:
    desk.configure()
    aggregator = Aggregator.open(config.read(desk.config))
    with pytest.raises(LeadlineError, match="no SHA-256"):
        aggregator.documents.path("../../etc/passwd")
    aggregator.close()
