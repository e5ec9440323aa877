"""The packs that ship with leadline: each is whole, asks public servers only, and reads what those answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from aggregator.model import Prospect
from aggregator.packs.content import expanded, read_content
from aggregator.packs.merge import fingerprint
from aggregator.packs.model import Content
from aggregator.packs.secrecy import secrets_in
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.signals import SIGNAL
from feeds.connectors import connector
from feeds.guard import check_url
from feeds.model import FetchState, Response, Source
from feeds.packs.archive import read_folder
from feeds.packs.library import shelf_folder, shelf_packs
from tests.aggregator.packs.shelf_answers import ANSWERS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
IDS = """
cik ticker uei isin github greenhouse lever ashby smartrecruiters workable recruitee bluesky
""".split()
SAMPLES = (
    Prospect("full", "Sample & Söhne", ("Sample",), "sample.example",
             identifiers={**dict.fromkeys(IDS, "0000320193"), "company_number": "01234567",
                          "mastodon": "sample@social.example"}),
    Prospect("bare", "Bare Ltd", ()),
)  # fmt: skip
EXPECTED = {
    "us-public-company", "us-federal", "us-state-local-grants", "uk-public-sector", "eu-tenders", "tech-hiring",
    "software-and-cloud", "healthcare", "energy-and-utilities", "financial-services", "manufacturing-and-logistics",
    "higher-education", "press-wires", "internal",
}  # fmt: skip
POLLED = sorted(EXPECTED - {"internal"})


@cache
def content(name: str) -> Content:
    folder = shelf_folder(name)
    assert folder is not None
    return read_content(read_folder(folder))


@cache
def sources(name: str) -> tuple[Source, ...]:
    """What a pack makes for the sample prospects, those that need a key with one."""
    made, _ = expanded(content(name), SAMPLES)
    keyed = tuple(msgspec.structs.replace(each, auth="env:KEY") for each in content(name).sources if each.key)
    return made + expanded(replace(content(name), sources=keyed), SAMPLES)[0]


def test_they_are_all_there() -> None:
    assert set(shelf_packs()) >= EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_is_whole(name: str) -> None:
    """For whom, six sources at least, views for the tasks of a day, questions for what it finds."""
    pack = content(name)
    tasks = {view.task for view in pack.views}
    asked = {SIGNAL[each.type].type if each.type in SIGNAL else each.type for each in pack.questions}

    assert len(pack.manifest.for_whom) > 20
    assert len(pack.manifest.description) > 60
    assert 6 <= len(pack.sources) <= 25
    assert {"morning triage", "call prep"} <= tasks
    assert tasks & {"tender watch", "renewals"}
    assert asked >= set(TYPE_IDS)
    assert not [view.id for view in pack.views if "source:" in view.query]  # a source that two packs share has one id
    assert len({view.id for view in pack.views}) == len(pack.views)
    assert len({each.id for each in pack.questions}) == len(pack.questions)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_source_says_what_it_is(name: str) -> None:
    """Where it was seen and when, how often it brings something, whose it is; and whether it was tried."""
    for table in content(name).sources:
        assert table.seen.startswith("2026-"), table.id
        assert table.cadence, table.id
        assert table.source_class, table.id
        assert table.scope, table.id
        assert table.name, table.id
        assert table.publisher or table.proposal, table.id
        assert table.unverified or not table.url or table.proposal, f"{table.id}: nobody has tried its address"


@pytest.mark.parametrize("name", POLLED)
def test_every_source_asks_a_public_server(name: str) -> None:
    """Each kind and template, for a prospect with every identifier: a request that may be sent."""
    made = sources(name)
    ids = {each.id.removesuffix(".full").removesuffix(".bare") for each in made}
    assert ids == {each.id for each in content(name).sources if not each.proposal}

    for source in made:
        request = connector(source.kind).first(source, FetchState(checked_at=NOW))
        check_url(request.url)
        assert urlsplit(request.url).scheme == "https", source.id
        assert "${" not in request.url, source.id
        assert b"${" not in request.body, source.id
        assert source.scope == "external"
        assert not source.allow_private


def test_nothing_is_polled_of_the_template_for_internal_sources() -> None:
    assert all(table.proposal and table.scope == "internal" for table in content("internal").sources)
    assert expanded(content("internal"), SAMPLES) == ((), ())


def test_no_secret_is_in_any() -> None:
    for name in sorted(EXPECTED):
        folder = shelf_folder(name)
        assert folder is not None
        texts = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
        assert not list(secrets_in(texts)), name
        assert not [text for text in texts.values() if "Authorization" in text or "localhost" in text]


def test_what_stands_in_two_packs_has_one_id() -> None:
    """So that it is known for the same, and a rep's overlay reads alike."""
    found: dict[bytes, set[str]] = defaultdict(set)
    for name in POLLED:
        for source in sources(name):
            found[fingerprint(source)].add(source.id)

    assert [ids for ids in found.values() if len(ids) > 1] == []


def test_what_may_not_be_used_for_work_is_proposed_only() -> None:
    """Feeds for personal use alone are the rep's own decision."""
    for name in sorted(EXPECTED):
        for table in content(name).sources:
            personal = "personal" in table.terms
            assert personal == (table.kind in ("google_news", "bing_news") or "govexec" in table.terms.lower())
            assert not personal or table.proposal


MAPPED = sorted({(name, each.id) for name in POLLED for each in sources(name) if each.kind == "json_api"})


@pytest.mark.parametrize(("name", "id_"), MAPPED)
def test_a_json_source_reads_what_its_server_answers(name: str, id_: str) -> None:
    """One record of the documented shape, mapped whole."""
    source = next(each for each in sources(name) if each.id == id_)
    body, wanted = ANSWERS[id_.split(".")[0]]
    request = connector("json_api").first(source, FetchState(checked_at=NOW))
    page = connector("json_api").read(source, Response(request.url, 200, body=msgspec.json.encode(body), asked=request))

    assert page.problems == ()
    entry = page.entries[0]
    told = {"id": entry.id, "title": entry.title, "link": entry.link, "published": entry.published, **entry.fields}
    assert {key: told.get(key) for key in wanted} == wanted
    assert entry.published
    assert entry.published.date().isoformat() == "2026-11-20"


def test_the_guide_and_the_list_name_each(project: Path) -> None:
    guide = project.joinpath("docs/guide/packs.md").read_text("utf-8")

    assert [name for name in sorted(EXPECTED) if f"`{name}`" not in guide] == []
