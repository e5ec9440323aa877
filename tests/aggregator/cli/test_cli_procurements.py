"""Procurements, edits, computed items and keep-rates as a rep meets them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator import config
from aggregator.core import Aggregator
from aggregator.model import Batch, Item
from aggregator.pipeline.normalize import content_hash, digest
from aggregator.pipeline.procurements import told as told_by
from feeds.model import FetchState
from tests.aggregator.cli.conftest import CONFIG, Run

NOW = datetime.now(UTC)
OCID = {"ocid": "ocds-b5fd17-000481", "buyer": "Acme Corporation"}


def day(days: int) -> str:
    """A day so far ahead."""
    return (NOW + timedelta(days=days)).date().isoformat()


def record(title: str, days: float, fields: dict[str, Any], *, text: str = "", source: str = "wire") -> Item:
    """An item that happened so many days ago, not yet matched or tagged."""
    key = digest(title, str(days), source)
    return Item(
        id=key, source=source, title=title, link=f"https://{source}.example/{key}", text=text, key=key, twin_key=key,
        content_hash=content_hash(title, text, "", told_by(fields)), seen_at=NOW - timedelta(days=days),
        published=NOW - timedelta(days=days), fields=fields, scope="internal" if source == "crm" else "external",
    )  # fmt: skip


def bring(path: Path, new: tuple[Item, ...] = (), changed: tuple[Item, ...] = ()) -> None:
    """Store items as polls of their sources bring them, matched and tagged."""
    aggregator = Aggregator.open(config.read(path))
    for source in dict.fromkeys(item.source for item in (*new, *changed)):
        mine = [tuple(aggregator._meant(i) for i in part if i.source == source) for part in (new, changed)]
        state = FetchState(status="ok", checked_at=NOW, answered_at=NOW, next_at=NOW + timedelta(hours=1))
        aggregator._store.apply([Batch(source, "w", state, mine[0], mine[1])], NOW)
    aggregator.compute()
    aggregator.close()


PLAN = record("Cloud hosting, planned", 60, {**OCID, "tag": "planning"})
TENDER = record("Cloud hosting", 20, {**OCID, "tag": "tender", "deadline": day(9), "value": 250_000, "currency": "GBP"})
MOVED = record("Cloud hosting", 2, {**OCID, "tag": "tenderUpdate", "deadline": day(23)})
OLD = record(
    "Printers", 300, {"ocid": "ocds-b5fd17-9", "tag": "tender", "buyer": "Acme Corporation", "deadline": day(-200)}
)
LATER = record("Desks", 1, {"ocid": "ocds-b5fd17-7", "tag": "tender", "buyer": "Acme Corporation", "deadline": day(5)})


def test_open_procurements_by_deadline(run: Run, configured: Path) -> None:
    """One line each; closed ones on request; JSON with what changed."""
    assert "No procurement is known" in run("tenders").err
    bring(configured, (PLAN, TENDER, MOVED, OLD, LATER))

    listed = run("tenders")
    assert [line.split()[0] for line in listed.out.splitlines()] == [LATER.id[:8], MOVED.id[:8]]
    assert "23 days left  amendment 3  acme" in listed.out
    assert "250,000 GBP" in listed.out
    assert "1 more is closed or of no prospect; --all lists them." in listed.err
    assert OLD.id[:8] in run("tenders", "--all").out

    first, second = run("tenders", "--json").json
    assert (first["days_left"], second["days_left"], second["deadline"]) == (5, 23, day(23))
    assert [change["what"] for change in second["notices"][-1]["changes"]] == ["stage", "deadline"]
    assert len(run("tenders", "--all", "--json").json) == 3
    assert run("tenders", "--prospect", "acm").code == 1


def test_show_and_explain_tell_the_procurement(run: Run, configured: Path) -> None:
    """From any of its notices."""
    bring(configured, (PLAN, TENDER, MOVED))

    for command in (("show", PLAN.id), ("explain", TENDER.id)):
        out = run(*command).out
        assert "ocid ocds-b5fd17-000481: amendment, notice 3 of 3: stage changed from tender to amendment" in out
        assert "deadline moved from" in out
    assert [each["stage"] for each in run("explain", MOVED.id, "--json").json["thread"]["notices"]] == [
        "planning", "tender", "amendment",
    ]  # fmt: skip
    assert run("show", MOVED.id, "--json").json["thread"]["key"] == "ocid ocds-b5fd17-000481"


def test_an_edited_item_shows_the_difference(run: Run, configured: Path) -> None:
    """Of title, text and fields, without colour; JSON as pieces."""
    first = record("Acme invites tenders", 3, {**OCID, "deadline": day(9), "tag": "tender"}, text="Bids by noon.")
    bring(configured, (first, PLAN))
    assert run("show", PLAN.id, "--versions").err == "It was never edited since it came.\n"
    fields = {**first.fields, "deadline": day(23)}
    edited = replace(first, text="Bids by midnight.", fields=fields, content_hash="edited")
    bring(configured, changed=(edited,))

    shown = run("show", first.id, "--versions").out
    assert "Bids by [-noon-]{+midnight+}." in shown
    assert f"deadline: [-{day(9)}-] {{+{day(23)}+}}" in shown
    assert "Edited 1 time" in run("show", first.id).out
    [edit] = run("show", first.id, "--versions", "--json").json
    assert [piece["kind"] for piece in edit["text"]] == ["same", "removed", "added", "same"]
    assert edit["fields"] == [{"name": "deadline", "before": day(9), "after": day(23)}]
    [thread] = run("tenders", "--json").json
    assert any(each["words"].startswith("deadline moved") for each in thread["notices"][-1]["changes"])


def test_a_contract_in_view_is_an_item_in_every_list(run: Run, configured: Path) -> None:
    """New in the digest on the day its window opens, with the end as evidence."""
    award = record(
        "Fleet servicing", 700, {"notice_type": "award", "buyer": "Acme Corporation", "contract_end": day(540)}
    )
    far = record("Catering", 700, {"notice_type": "award", "buyer": "Acme Corporation", "contract_end": day(900)})
    bring(configured, (award, far))
    bring(configured)

    [found] = run("items", "type:purchasing_plans.recompete", "--json").json
    assert found["title"].endswith(": Fleet servicing")
    assert found["tags"][0]["evidence"].startswith("contract ends on ")
    stories = [story for each in run("digest", "--json").json["prospects"] for story in each["stories"]]
    assert found["title"] in [story["title"] for story in stories]
    assert "computed.recompete" in run("explain", found["id"]).out
    assert "ends on" in run("show", found["id"]).out


def test_explain_says_whence_it_came_and_what_tells_it_apart(run: Run, configured: Path) -> None:
    """Source, packs, the story's key and its publishers."""
    bring(configured, (record("Acme to acquire Beta Mills for $240 million", 1, {}),))
    [item] = run("items", "--json").json
    out = run("explain", item["id"]).out
    told = run("explain", item["id"], "--json").json

    assert "  The Wire, wire, feed, external, first seen" in out
    assert "of pack core" in out
    assert "told apart by prospect acme; signal strategy.ma; day" in out
    assert "amount 240,000,000 $" in out
    assert (told["source"]["id"], told["publishers"], told["rules"]["packs"]) == ("wire", 1, ["core"])
    assert told["story_key"]["signals"] == ["strategy.ma"]


def test_keep_rates_are_shown_and_reset_one_by_one(run: Run, configured: Path) -> None:
    """A correction moves an item to the signal that the rep gave it."""
    deals = tuple(record(f"Acme to acquire {name}", 1, {}) for name in ("Beta", "Gamma"))
    bring(configured, deals)
    assert "nothing yet" in run("suggest", "--rates").err
    run("triage", deals[0].id, deals[1].id, "--state", "kept")

    assert "strategy.ma: kept 2 of 2 [" in run("suggest", "--rates").out
    run("correct", deals[0].id, "--not-tag", "strategy", "--tag", "structure.sites")
    assert {each["signal"]: each["kept"] for each in run("suggest", "--rates", "--json").json} == {
        "strategy.ma": 1, "structure.sites": 1, None: 2,
    }  # fmt: skip

    assert run("suggest", "--reset", "strategy.maa").code == 1
    assert "of strategy.ma so far" in run("suggest", "--reset", "strategy.ma").err
    assert "strategy.ma" not in run("suggest", "--rates").out
    assert "structure.sites: kept 1 of 1" in run("suggest", "--rates").out
    run("suggest", "--reset", "wire")
    assert run("suggest", "--rates").out == ""
    assert len(run("items", "state:kept", "--json").json) == 2


def test_exported_examples_are_public_and_can_be_checked(run: Run, configured: Path) -> None:
    """Internal items only where they are asked for; the check reads the file and runs it."""
    public = record("Acme to acquire Beta Mills", 1, {})
    inside = record("Acme to acquire Gamma Mills", 1, {}, source="crm")
    bring(configured, (public, inside))
    for item in (public, inside):
        run("correct", item.id, "--not-tag", "strategy")

    exported = run("correct", "--export", "mine.toml")
    text = Path("mine.toml").read_text()
    assert "Beta Mills" in text
    assert "Gamma Mills" not in text
    assert "1 of internal or subscribed sources left out" in exported.err
    run("correct", "--export", "all.toml", "--internal")
    assert "Gamma Mills" in Path("all.toml").read_text()

    checked = run("rules", "check", "mine.toml")
    assert checked.code == 1
    assert checked.out == "0 rules read, 0 faults, 1 examples fail.\n"
    assert "wanted no content type, got strategy" in checked.err
    Path("good.toml").write_text('[[examples]]\ntitle = "Acme to acquire Beta Mills"\ntypes = ["strategy"]\n')
    assert run("rules", "check", "good.toml").code == 0


def test_the_same_input_gives_the_same_output(run: Run, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores, stories and threads, in whatever order the items were stored."""
    items = (PLAN, TENDER, MOVED, LATER, *(record(f"Acme to acquire {n}", 1, {}) for n in ("Beta", "Gamma", "Delta")))
    outputs = []
    for number, order in enumerate((items, items[::-1])):
        path = configured.with_name(f"c{number}.toml")
        path.write_text(CONFIG.replace("leadline.db", f"d{number}.db"))
        bring(path, order)
        aggregator = Aggregator.open(config.read(path))
        aggregator.now = lambda: NOW
        digest_ = aggregator.digest(since="365d")
        scores = [aggregator.scores(item) for item in aggregator.items(aggregator.query(""))]
        outputs.append((digest_.top, digest_.sections, scores, aggregator.threads()))
        aggregator.close()

    assert outputs[0] == outputs[1]
