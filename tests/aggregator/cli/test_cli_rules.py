"""``leadline rules``, ``match`` and ``explain``, as a manager uses them."""

from __future__ import annotations

import json

import pytest

from tests.command import Leadline
from tests.servers import Server, item, rss

GOOD = '[[rules]]\nid = "labs"\nsignal = "structure.sites"\ncues = ["frobs a widget"]\nmust = ["Acme frobs a widget"]\n'
BAD = GOOD + '[[rules]]\nid = "odd"\nsignal = "structure.site"\ncues = ["x"]\n'
BROKEN = GOOD.replace("must =", "must_not =")


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [(GOOD, 0, ""), (BAD, 2, "did you mean 'structure.sites'?"), (BROKEN, 1, "wanted no tag by this rule")],
)
def test_check(desk: Leadline, text: str, code: int, told: str) -> None:
    """Good, unreadable and promising too much: each with its exit code and its words."""
    file = desk.folder / "mine.toml"
    file.write_text(text)

    desk("rules", "check", str(file), code=code)
    assert told in desk.errors


def test_core_rules_meet_their_examples(desk: Leadline) -> None:
    """What ships is what was promised."""
    assert "0 faults, 0 examples fail" in desk("rules", "check")


def test_try_shows_what_would_change(desk: Leadline, web: Server) -> None:
    """On a text and on stored items; nothing is stored."""
    file = desk.folder / "mine.toml"
    file.write_text(GOOD)
    assert "+ structure.sites: “frobs a widget” in the title" in desk(
        "rules", "try", str(file), "--text", "Acme frobs a widget"
    )

    desk.configure(web.serve("/f", rss(item("Acme frobs a widget", guid="1"), item("Other", guid="2"))))
    desk("poll")
    assert "1 of 2 texts would be tagged otherwise." in desk("rules", "try", str(file), "--last", "9")
    assert desk.json("items", "is:tagged") == []


def test_own_rules_count_and_retag_what_is_stored(desk: Leadline, web: Server) -> None:
    """A rules file named in the config tags new and stored items; a missing one is a fault of the config."""
    url = web.serve("/f", rss(item("Acme frobs a widget", guid="1")))
    desk.configure(url)
    desk("poll")
    desk.folder.joinpath("mine.toml").write_text(GOOD)
    desk.configure(url, more='rules = ["mine.toml"]')
    [found] = desk.json("items", "type:structure")

    assert [(tag["rule"], tag["pack"], tag["evidence"]) for tag in found["tags"]] == [("labs", "own", "frobs a widget")]
    desk.configure(url, more='rules = ["none.toml"]')
    desk("items", code=2)
    assert "none.toml cannot be read" in desk.errors


def test_eval_gives_counts_and_intervals(desk: Leadline) -> None:
    """Never a bare percentage; a bad line is named."""
    lines = [
        {"title": "Acme appoints Jo Bell as chief financial officer", "types": ["structure"], "family": "news"},
        {"title": "Weather stays fine", "types": []},
    ]
    file = desk.folder / "labelled.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))

    out = desk("rules", "eval", str(file))
    assert "1.00 [0.21, 1.00] of 1" in out
    assert json.loads(desk("rules", "eval", str(file), "--json"))["overall"]["recall"]["n"] == 1
    file.write_text('{"title": 3}')
    desk("rules", "eval", str(file), code=1)
    assert "line 1" in desk.errors


def test_explain(desk: Leadline, web: Server) -> None:
    """Match, tags, score, story and near misses, in words and as JSON."""
    title = "Acme to acquire Halden Logistics for $310 million"
    feeds = [
        web.serve(f"/{n}", rss(item(title, guid=n, text="Acme has no plans to close its Leeds office."))) for n in "ab"
    ]
    desk.configure(*feeds)
    desk("poll")
    [first, second] = desk.json("items")

    out = desk("explain", first["id"][:8])
    told = desk.json("explain", first["id"])

    assert "Merger, acquisition, sale: “to acquire” in the title" in out
    assert "names “Acme”" in out
    assert told["story"] == [second["id"]]
    assert told["scores"][0]["prospect"] == "acme-corporation"
    assert "structure.sites" in {near["signal"] for near in told["near"]}
    desk("explain", "ffffff", code=1)


LABELLED = [
    {"title": f"{firm} {verb} {thing}", "types": [kind] if kind else []}
    for firm in ("Acme", "Verrano", "Calder", "Norrland", "Hopyard", "Boltworks")
    for verb, thing, kind in (("sponges", "mill", "structure"), ("buys", "rival", "strategy"), ("wins", "praise", ""))
]
RECORD = {"title": "Notice: award of a mill", "types": ["purchasing_history"], "family": "api"}


def test_learn(desk: Leadline, web: Server) -> None:
    """Texts are measured held back; what is written can be put in force, shows in explain, and makes items stale."""
    one, two = desk.folder / "one.jsonl", desk.folder / "two.jsonl"
    one.write_text("\n".join(map(json.dumps, LABELLED[:9])))
    two.write_text("\n".join(map(json.dumps, [*LABELLED[9:], LABELLED[0], RECORD])))

    out = desk("rules", "learn", "one.jsonl", "two.jsonl", "--output", "w.json")
    first = (desk.folder / "w.json").read_text()
    told = desk.json("rules", "learn", "two.jsonl", "one.jsonl", "--output", "w.json")
    assert "18 texts of 20 items" in out
    assert "with wording, on texts held back from learning" in out
    assert (desk.folder / "w.json").read_text() == first
    assert told["with_wording"]["overall"]["recall"]["n"] == told["rules_alone"]["overall"]["recall"]["n"] == 12
    assert told["with_wording"]["overall"]["f1"] > told["rules_alone"]["overall"]["f1"]

    url = web.serve("/f", rss(item("Acme sponges mill", guid="1")))
    desk.configure(url, more="[tags]\nwording = false")
    desk("poll")
    assert desk.json("items", "type:structure") == []
    desk.configure(url, more='[tags]\nweights = "w.json"')
    [found] = desk.json("items", "type:structure")
    assert [(tag["signal"], tag["rule"], tag["evidence"]) for tag in found["tags"]] == [
        ("structure", "wording", "sponges")
    ]
    assert "By its wording\n  Organizational structure: chance 0.8" in desk("explain", found["id"])
    assert desk.json("explain", found["id"])["wording"][0]["tagged"] is True


def test_damaged_weights_leave_the_rules_in_force(desk: Leadline, web: Server) -> None:
    """And are named; a missing file is a fault of the config."""
    url = web.serve("/f", rss(item("Acme to acquire Halden Logistics", guid="1")))
    (desk.folder / "w.json").write_text('{"grams": {}}')
    desk.configure(url, more='[tags]\nweights = "w.json"')

    desk("poll")
    assert len(desk.json("items", "type:strategy")) == 1
    assert "w.json: no weights of wordings" in desk("doctor", code=None) + desk.errors
    desk.configure(url, more='[tags]\nweights = "none.json"')
    desk("items", code=2)
    assert "none.json cannot be read" in desk.errors


def test_learn_names_a_bad_line(desk: Leadline) -> None:
    """Nothing is written then."""
    (desk.folder / "bad.jsonl").write_text('{"title": 3}')
    desk("rules", "learn", "bad.jsonl", "--output", "w.json", code=1)

    assert "line 1" in desk.errors
    assert not (desk.folder / "w.json").exists()


def test_match(desk: Leadline) -> None:
    """JSONL in, JSONL out, with reasons and exact spans."""
    desk.folder.joinpath("names.txt").write_text("Acme Corporation\nGE\n")
    title = "Hitachi-GE no, Acme Corp. yes"
    line = json.dumps({"id": 7, "title": title})

    [answer] = map(json.loads, desk("match", "--prospects", "names.txt", stdin=line).splitlines())

    assert answer["id"] == 7
    assert [(m["name"], title[slice(*m["span"])]) for m in answer["prospects"]] == [("Acme Corporation", "Acme")]
