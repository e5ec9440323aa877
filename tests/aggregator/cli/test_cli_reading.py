"""`leadline digest`, `items`, `show` and `sources`: what is stored, as people and as programs read it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from aggregator.cli.columns import aligned, cut, wrapped
from tests.aggregator.cli.conftest import Run
from tests.command import Leadline
from tests.samples import a_match, a_tag, an_item, fill
from tests.servers import Server, item, rss


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal of 80 columns, as far as lists know."""
    for module in ("items", "show", "sources"):
        monkeypatch.setattr(f"aggregator.cli.{module}.screen_width", lambda: 80)
    return monkeypatch


def test_digest_in_every_format(run: Run, configured: Path) -> None:
    fill(configured, an_item("Acme acquires Beta")).close()

    assert "1. Acme acquires Beta" in run("digest").out
    assert "[Acme acquires Beta](<https://" in run("digest", "--format", "md").out
    for form in (("--json",), ("--format", "json")):
        assert run("digest", *form).json["stories"] == 1


def test_markdown_leaves_the_house_without_internal_items(run: Run, configured: Path) -> None:
    fill(configured, an_item("Acme asks us for a quote", "crm", scope="internal")).close()

    assert "asks us" in run("digest").out
    written = run("digest", "--format", "md").out
    assert "asks us" not in written
    assert "Items of internal sources are left out" in written


def test_since_last_goes_on_where_the_digest_before_ended(run: Run, configured: Path) -> None:
    """A digest of one prospect does not count: the others' news would be lost."""
    fill(configured, an_item("Acme acquires Beta")).close()

    assert run("digest", "--since", "last", "--prospect", "acme", "--json").json["stories"] == 1
    assert run("digest", "--since", "last", "--json").json["stories"] == 1
    assert run("digest", "--since", "last", "--json").json["stories"] == 0


def test_items_piped_are_whole_and_aligned(run: Run, configured: Path) -> None:
    long = an_item("Acme " + "x" * 300, hours=2, tags=(a_tag(), a_tag("purchasing_plans", "purchasing_plans.tender")))
    fill(configured, an_item("Acme 東京 acquires", matches=(a_match(confidence=0.3),)), long).close()

    first, second = run("items").out.splitlines()

    assert first.endswith("Acme 東京 acquires")
    assert second.endswith("x" * 300)
    assert first.index("Acme") == second.index("Acme")
    assert "  acme?  " in first
    assert "strategy,purchasing_plans" in second


def test_items_on_a_terminal_are_cut_to_its_width(run: Run, configured: Path, narrow: pytest.MonkeyPatch) -> None:
    fill(configured, an_item("Acme " + "東京" * 60), an_item("Acme short", hours=30, published=None)).close()

    lines = run("items").out.splitlines()

    assert all(len(line) + sum(ord(c) > 0x2E80 for c in line) <= 80 for line in lines)
    assert lines[0].endswith("…")
    assert "  -     acme" in lines[1] or "  -   acme" in lines[1]


def test_what_is_asked_for_is_found(run: Run, configured: Path) -> None:
    fill(
        configured, an_item("Acme acquires Beta"), an_item("Weather", "crm", matches=(), tags=(), scope="internal")
    ).close()

    assert "Weather" in run("items", "is:unmatched").out
    assert "Weather" in run("items", "source:crm", "scope:internal").out
    assert "Acme" in run("items", "acquires", "-weather").out
    assert len(run("items", "--json", "--limit", "1").json) == 1
    assert len(run("items", "--jsonl", "--limit", "0").out.splitlines()) == 2
    assert run("items", "-acquires", "-q").out.count("\n") == 1
    assert "Acme" in run("items", "-type:structure", "--limit", "1", "acme").out
    nothing = run("items", "nosuchword")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No items.\n")


def test_show_tells_everything(run: Run, configured: Path) -> None:
    item = an_item(
        "Acme acquires Beta", text="First.\n\nSecond.", fields={"form": "8-K"}, scope="internal", source="crm"
    )
    aggregator = fill(configured, item)
    aggregator.triage([item.id], "kept")
    aggregator.close()

    shown = run("show", item.id[:6]).out

    for part in (
        "Acme acquires Beta\ncrm · 1 hour ago · ", " · internal · kept", "\n\nFirst.\n\nSecond.\n",
        "Fields\n  form: 8-K",
        "Prospects\n  Acme Corporation: names “Acme” (0.90)", "Merger, acquisition, sale: “acquires” in the title",
        "Merger, acquisition, sale 95 × evidence",
    ):  # fmt: skip
        assert part in shown
    assert "e+" not in shown
    assert run("show", item.id, "--json").json["id"] == item.id


def test_show_wraps_on_a_terminal(run: Run, configured: Path, narrow: pytest.MonkeyPatch) -> None:
    item = an_item("Acme " * 40, text="word " * 200)
    fill(configured, item).close()

    assert all(len(line) <= 80 for line in run("show", item.id).out.splitlines() if "https://" not in line)


def test_sources_in_columns(run: Run, configured: Path, narrow: pytest.MonkeyPatch) -> None:
    fill(configured, an_item()).close()

    heading, crm, wire = run("sources").out.splitlines()

    assert heading.index("ADDRESS") == crm.index("https://") == wire.index("https://")
    assert wire.split()[:3] == ["ok", "wire", "1"]
    narrow.setattr("aggregator.cli.sources.screen_width", lambda: 40)
    assert all(len(line) <= 40 for line in run("sources").out.splitlines())
    narrow.setattr("aggregator.cli.sources.screen_width", lambda: 0)
    assert len(run("sources").out.splitlines()) == 2
    assert "its rhythm" in run("sources", "--why", "wire").out
    assert run("sources", "--failed").err == "No source has failed.\n"


def test_columns() -> None:
    assert list(aligned([("a", "東", "x" * 50), ("bbb", "c", "y")])) == [f"a    東  {'x' * 50}", "bbb  c   y"]
    assert list(aligned([("aaaa", "b" * 30)], width=20, most=(3,))) == [f"aa…  {'b' * 14}…"]
    assert list(aligned([])) == []
    assert cut("東京都", 5) == "東京…"
    assert wrapped("a b", 0, "  ") == ["  a b"]
    assert wrapped("", 40) == [""]


def test_items_are_written_one_by_one_in_every_form(desk: Leadline, web: Server) -> None:
    titles = [f"Acme opens plant {n}" for n in range(3)]
    desk.configure(web.serve("/f", rss(*(item(t, guid=t) for t in titles))))
    assert desk("items", "--json") == "[]\n"
    desk("poll")
    listed = json.loads(desk("items", "--json", "--limit", "0"))
    lines = [json.loads(line) for line in desk("items", "--jsonl", "--limit", "0").splitlines()]
    rows = list(csv.DictReader(desk("items", "--csv", "--limit", "0").splitlines()))
    assert listed == lines
    assert sorted(each["title"] for each in listed) == titles
    assert [(row["id"], row["prospect"]) for row in rows] == [(each["id"], "acme-corporation") for each in listed]
    desk("items", "--csv", "--json", code=2)
