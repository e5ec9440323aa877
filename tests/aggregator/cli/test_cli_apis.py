"""API sources from config to digest, as a user meets them: keys unseen, quotas kept, what is missing said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.apis import KEY, Case, Told, cases, serving
from tests.command import Leadline

CASES = {case.kind: case for case in cases()}
PROSPECTS = """
[[prospects]]
id = "brightwater"
name = "Brightwater Pumps Inc."
ids = { cik = "1234567", uei = "BW12345678Z9" }
[[prospects]]
id = "bolt"
name = "Bolt"
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)


def source(kind: str, base: str, more: str = "") -> str:
    return f'[[sources]]\nid = "{kind}"\nkind = "{kind}"\nurl = "{base}/x/"\nallow_private = ["127.0.0.1"]\n{more}\n'


def answer(case: Case) -> Told:
    return Told(case.body, headers={"Content-Type": case.content_type})


def configure(desk: Leadline, *sources: str, contact: str = "Jo jo@tests.example", new_within: str = "7d") -> None:
    poll = f'[poll]\ncontact = "{contact}"\nnew_within = "{new_within}"'
    text = f'database = "leadline.db"\n{poll}\n{PROSPECTS}\n{"".join(sources)}'
    desk.config.write_text(text, encoding="utf-8")


def test_from_config_to_digest(desk: Leadline) -> None:
    """One source a prospect that has a CIK; items are tagged by their fields; the other prospect is not configured."""
    with serving(answer(CASES["sec_submissions"])) as api:
        configure(desk, source("sec_submissions", api.base, 'each = "prospect"'), new_within="3650d")
        desk("poll")
        assert api.asked == ["GET /x/CIK0001234567.json"]
        assert api.heard[0].headers["user-agent"].endswith(" Jo jo@tests.example")
    digest = desk("digest", "--since", "3650d")
    assert "bankruptcy or receivership" in digest
    items = desk.json("items")
    (first,) = [each for each in items if "bankruptcy" in each["title"]]
    assert {tag["signal"] for tag in first["tags"]} == {"market_position.distress", "structure.reorg"}
    assert first["prospects"][0]["prospect"] == "brightwater"
    told = desk("sources")
    assert "sec_submissions is not configured for bolt: it needs cik." in told
    listed = desk.json("sources")
    assert [(each["id"], each.get("status")) for each in listed][-1] == ("sec_submissions", "not configured")
    assert "it needs cik" in desk("doctor", code=None)


def test_a_key_is_seen_nowhere(desk: Leadline) -> None:
    """Not in what is printed, logged, exported or stored; neither where the server refuses it and repeats it."""
    told = answer(CASES["sam_opportunities"])
    with serving(Told(f"bad key {KEY}", 403), told) as api:
        configure(desk, source("sam_opportunities", api.base, 'auth = "env:TEST_KEY"'))
        outputs = [desk("poll", "-v", code=None), desk.errors, desk("sources", "--json"), desk("sources")]
        outputs += [desk("poll", "--force", "-v", "--json"), desk.errors, desk("items", "--json")]
        outputs += [
            desk("digest", "--format", "json", "--since", "3650d"),
            desk("config", "show", "--json"),
            desk("doctor"),
        ]
        assert len(api.heard) == 2
    stored = b"".join(path.read_bytes() for path in desk.folder.glob("leadline.db*"))
    for form in (KEY, "k3y%2Fof", "k3y/of"):
        assert form not in "".join(outputs)
        assert form.encode() not in stored
    assert "Canal pumps" in "".join(outputs)


def test_a_quota_lasts_over_restarts_and_holds_without_failing(desk: Leadline) -> None:
    case = CASES["sam_opportunities"]
    with serving(answer(case)) as api:
        configure(desk, *(
            source(
                "sam_opportunities", api.base, f'auth = "env:TEST_KEY"\noptions = {{ title = "word{n}" }}'
            ).replace('"sam_opportunities"', f'"s{n}"', 1)
            for n in range(12)
        ))  # fmt: skip
        report: dict[str, Any] = desk.json("poll")
        assert sorted(each["outcome"] for each in report["sources"]) == ["changed"] * 10 + ["held"] * 2
        assert len(api.heard) == 10
        again = desk.json("poll", "--force")
        assert {each["outcome"] for each in again["sources"]} == {"held"}
        assert len(api.heard) == 10
    assert "held: the quota of api.sam.gov (10 requests a day) is spent" in desk("sources")
    assert desk("sources", "--failed") == ""


def test_config_check_does_the_arithmetic(desk: Leadline) -> None:
    configure(desk, *(source("sam_opportunities", "https://x.example", 'auth = "env:K"').replace(
        '"sam_opportunities"', f'"s{n}"', 1) for n in range(12)))  # fmt: skip
    desk("config", "check")
    assert "api.sam.gov allows 10 requests a day; 12 sources need at least 24" in desk.errors
    noted = desk.json("config", "check")
    assert [(each["severity"], each["key"]) for each in noted] == [("warning", "quota")]


def test_without_contact_the_failure_says_so(desk: Leadline) -> None:
    with serving(answer(CASES["sec_submissions"])) as api:
        configure(desk, source("sec_submissions", api.base, 'prospect = "brightwater"'), contact="")
        desk("poll", code=None)
    assert "set `contact` in [poll] to your name and e-mail address" in desk.errors
    assert api.heard == []
    desk("config", "check")
    assert "warning: Sources of kind sec_submissions may be asked only with your contact." in desk.errors


def test_what_is_in_the_database_when_first_asked_is_no_news(desk: Leadline, tmp_path: Path) -> None:
    """And what a later poll brings beside it is."""
    case = CASES["usaspending"]
    document = json.loads(case.body)
    more = json.loads(case.body)
    fresh = {**more["results"][0], "generated_internal_id": "NEW", "Recipient Name": "FRESH INC"}
    from datetime import UTC, datetime

    more["results"].append({**fresh, "Base Obligation Date": datetime.now(UTC).date().isoformat()})
    first = Told(json.dumps(document).replace("2026-11-01", "2020-11-01"))
    with serving(first, Told(json.dumps(more))) as api:
        configure(desk, source("usaspending", api.base, 'prospect = "brightwater"'))
        desk("poll")
        assert [each["is_news"] for each in desk.json("items")] == [False, False]
        desk("poll", "--force")
    news = [each["title"] for each in desk.json("items") if each["is_news"]]
    assert news == ["FRESH INC: PUMP MAINTENANCE"]


def test_a_changed_schema_is_said_with_the_record(desk: Leadline) -> None:
    document = json.loads(CASES["usaspending"].body)
    document["results"].append({"Award ID": "odd"})
    with serving(Told(json.dumps(document))) as api:
        configure(desk, source("usaspending", api.base, 'prospect = "brightwater"'))
        desk("poll")
    assert '1 of 3 awards unreadable: no generated_internal_id; the first: {"Award ID": "odd"}' in desk("sources")
