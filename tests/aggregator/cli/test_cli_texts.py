"""`leadline parse` and `tag`: text in, JSON out, and what cannot be read named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.aggregator.cli.conftest import Run

RSS = b"""<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>A &amp; B</title><link>/1</link>
<pubDate>Mon, 02 Mar 2026 12:00:00 +0100</pubDate>
<description>&lt;p&gt;Hi &lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</description>
</item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>1</id><title>A &amp; B</title>
<link href="/1"/><updated>2026-03-02T11:00:00Z</updated><summary>Hi</summary></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>News</title></channel>
<item rdf:about="1"><title>A &amp; B</title><link>/1</link><dc:date>2026-03-02T11:00:00Z</dc:date>
<description>Hi</description></item>
</rdf:RDF>"""
ITEM = {"id": "1", "title": "A & B", "url": "/1", "date_published": "2026-03-02T11:00:00Z", "content_text": "Hi"}
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [ITEM]}).encode()


@pytest.mark.parametrize("raw", [RSS, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_each_format_parses_alike(run: Run, raw: bytes) -> None:
    ran = run("parse", "-", "--url", "https://a.example/feed", "--json", stdin=raw)

    [entry] = ran.json["entries"]
    assert (ran.code, ran.json["feed"]["title"], ran.json["error"]) == (0, "News", None)
    assert (entry["title"], entry["link"]) == ("A & B", "https://a.example/1")
    assert "2026-03-02T11:00:00Z" in (entry["published"], entry["updated"])
    assert "Hi" in entry["summary"] + entry["content"]
    assert "script" not in ran.out.lower().replace("description", "")


def test_parse_for_people(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(RSS)

    ran = run("parse", str(path), "--url", "https://a.example/")

    assert ran.out == f"2026-03-02 11:00  A & B\n{'':18}https://a.example/1\n"
    assert ran.err == "1 entry of News\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"garbage",
        b"<html><body>hi</body></html>",
        b"{",
        b"[]",
        gzip.compress(RSS, mtime=0)[:40],
        b"<rss",
        b"\xff\xfe<",
    ],
)
def test_what_is_no_feed(run: Run, raw: bytes) -> None:
    plain, told = run("parse", "-", stdin=raw), run("parse", "-", "--json", stdin=raw)

    assert (plain.code, told.code, plain.out) == (1, 1, "")
    assert plain.err.startswith("leadline: ")
    assert told.json["error"]
    assert told.json["entries"] == []


def test_tag_answers_every_line(run: Run) -> None:
    lines = [
        {"id": 1, "title": "Acme appoints Jo Bell as chief financial officer"},
        {"id": "b", "title": None, "summary": "<p>Nothing <b>here</b></p>", "extra": 1},
        {},
    ]

    ran = run("tag", stdin=b"\xef\xbb\xbf" + "\r\n\n".join(map(json.dumps, lines)).encode())

    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [(each["id"], each["types"]) for each in answers] == [(1, ["structure"]), ("b", []), (None, [])]
    assert answers[0]["tags"][0]["evidence"].startswith("appoints")


def test_tag_passes_over_what_it_cannot_read_and_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id": 1}\nnonsense\n[]\n{"title": 5}\n\xff\xfe\n' + b"[" * 100_000 + b'\n{"id": 2}\n')

    ran = run("tag", str(path))

    assert ran.code == 1
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [1, 2]
    for number in range(2, 7):
        assert f"leadline: line {number} of the input: " in ran.err
    assert "5 lines could not be read" in ran.err


def test_tag_of_nothing(run: Run) -> None:
    ran = run("tag")

    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_half_a_character_is_no_reason_to_fail(run: Run) -> None:
    raw = JSON.replace(b'"id": "1"', b'"id": "\\ud800"')

    ran = run("parse", "-", "--json", stdin=raw)

    assert ran.code == 0
    assert len(ran.json["entries"]) == 1
