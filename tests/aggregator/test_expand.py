"""Templates: who gets a source, what fills its places, and what is not configured."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from aggregator import config
from aggregator.errors import ConfigError
from aggregator.model import Prospect
from aggregator.source_tables import SourceTable, check_source
from aggregator.templates import NotConfigured, expand
from feeds.model import Source
from feeds.tables import Document

ACME = Prospect("acme", "Acme & Söhne", ("Acme",), "acme.example", "pricing", {"cik": "1234567", "uei": "U1"})
LONG = "a" * 1001
BOLT = Prospect("bolt", "Bolt", domain="bolt.example", identifiers={"company-number": "00001234"})


def tables(*told: dict[str, Any], pack: str = "") -> list[tuple[SourceTable, str]]:
    return [(msgspec.convert(each, SourceTable, dec_hook=lambda kind, value: kind(value)), pack) for each in told]


def made(**told: Any) -> tuple[list[Source], list[NotConfigured]]:
    sources, lacking = expand(tables(told), [ACME, BOLT])
    return list(sources), list(lacking)


def test_each_prospect_that_has_what_is_needed_gets_a_source() -> None:
    sources, lacking = made(id="sec", kind="sec_submissions", each="prospect")
    (source,) = sources
    assert (source.id, source.prospect, source.options["cik"]) == ("sec.acme", "acme", "1234567")
    assert source.name == "Acme & Söhne: SEC EDGAR submissions"
    assert (source.url, source.every, source.publisher) == ("https://data.sec.gov/submissions/", 3600.0, "regulator")
    assert lacking == [NotConfigured("sec", "bolt", ("cik",), "sec_submissions")]


def test_what_the_table_says_goes_before_what_the_kind_says() -> None:
    told = {"url": "https://x.example/", "every": 7200, "publisher": "wire", "types": ["strategy"]}
    (source,), _ = made(kind="sec_submissions", prospect="acme", **told)
    assert (source.url, source.every, source.publisher, source.types) == (
        "https://x.example/", 7200.0, "wire", ("strategy",),
    )  # fmt: skip


def test_only_the_chosen_prospects() -> None:
    for chosen in ({"stage": ["pricing"]}, {"prospects": ["acme"]}):
        sources, lacking = made(id="n", url="https://x.example/${domain}", each="prospect", **chosen)
        assert ([source.id for source in sources], lacking) == (["n.acme"], [])


def test_places_are_filled_for_where_they_stand() -> None:
    """Percent-encoded in an address, escaped in JSON, as they are elsewhere; a value adds no query and no host."""
    options = {
        "body": '{"q": "${name}", "from": "${from}", "page": ${page}}',
        "query": "${name} AND ${uei}",
        "deep": [{"x": "${domain}"}],
        "map": {"items": "a", "id": "b", "title": "c"},
    }
    sources, _ = made(
        id="j", kind="json_api", url="https://x.example/${name}?d=${domain}&p=${page}", name="J ${uei}",
        each="prospect", options=options, prospects=["acme"],
    )  # fmt: skip
    (source,) = sources
    assert source.url == "https://x.example/Acme%20%26%20S%C3%B6hne?d=acme.example&p=${page}"
    assert source.name == "J U1"
    assert source.options["body"] == '{"q": "Acme & S\\u00f6hne", "from": "${from}", "page": ${page}}'
    assert (source.options["query"], source.options["deep"]) == ("Acme & Söhne AND U1", [{"x": "acme.example"}])


def test_identifiers_with_other_signs_are_found_by_their_names() -> None:
    (source,), _ = made(id="ch", kind="companies_house", prospect="bolt", auth="env:K")
    assert source.options["company_number"] == "00001234"


@pytest.mark.parametrize("value", ["..", ".", "  ", ""])
def test_a_value_that_no_address_may_hold_is_missing(value: str) -> None:
    prospect = Prospect("p", "P", identifiers={"board": value})
    sources, lacking = expand(
        tables({"id": "b", "url": "https://x.example/${board}/jobs", "each": "prospect"}), [prospect]
    )
    assert (sources, [each.source for each in lacking]) == ((), ["b"])


def test_a_missing_key_is_not_configured() -> None:
    sources, lacking = made(id="sam", kind="sam_opportunities")
    assert (sources, lacking) == ([], [NotConfigured("sam", "", ("auth",), "sam_opportunities")])


def test_an_option_of_its_own_is_as_good_as_an_identifier() -> None:
    (source,), lacking = made(id="sec", kind="sec_submissions", options={"cik": "42"})
    assert (source.options["cik"], lacking) == ("42", [])


def test_no_text_reaches_into_objects() -> None:
    """Only plain places are filled: nothing else that looks like one."""
    sources, _ = made(
        id="f", url="https://x.example/f", name="{0.__class__} ${name.__class__} %(name)s", prospect="acme"
    )
    assert sources[0].name == "{0.__class__} ${name.__class__} %(name)s"


def test_a_pack_brings_no_keys_networks_or_local_files() -> None:
    table = msgspec.convert(
        {
            "url": "https://x.example/",
            "auth": "env:HOME",
            "headers": {"X": "env:HOME"},
            "allow_private": ["10.0.0.0/8"],
        },
        SourceTable,
    )
    document = Document.parse("", "pack.toml")
    check_source(document, table, "sources[0]", [], pack=True)
    assert [fault.key for fault in document.faults] == [
        "sources[0].auth", "sources[0].headers", "sources[0].allow_private",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('kind = "sec_submissions"\nauth = "hunter2"', "auth: holds a secret in the open"),
        ('kind = "feed"', "url: missing"),
        ('kind = "sec_submissions"\nprospect = "acme"\neach = "prospect"', "each: stands beside `prospect`"),
        ('kind = "sec_submissions"\nstage = ["pricing"]', "`stage` and `prospects` choose among prospects"),
        ('kind = "sec_submissions"\neach = "prospect"\nprospects = ["acne"]', "no prospect has the id 'acne'"),
        ('kind = "json_api"\nurl = "https://x.example"', "options.map: missing"),
        (
            'kind = "json_api"\nurl = "https://x.example"\noptions = { map = { items = "a[", id = "b", title = "c" } }',
            "options.map.items: not a JMESPath expression",
        ),
        (
            f'kind = "json_api"\nurl = "https://x.io"\noptions.map = {{ items = "a", id = "b", title = "{LONG}" }}',
            "options.map.title: longer than 1000 characters",
        ),
    ],
)
def test_faults_are_told_with_their_place(told: str, words: str) -> None:
    text = f'[[prospects]]\nid = "acme"\nname = "Acme"\n[[sources]]\nid = "s"\n{told}\n'
    with pytest.raises(ConfigError) as caught:
        config.parse(text)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)
