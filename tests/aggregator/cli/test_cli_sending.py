"""`leadline digest --send`, `send` and `alerts`: what they write, what leaves, and how they end."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from aggregator.core import Aggregator
from tests.aggregator.cli.conftest import Run
from tests.samples import a_tag, an_item, fill

PAGE = '[[targets]]\nid = "page"\nkind = "file"\npath = "page.html"\nformat = "html"\n'
INSIDE = '[[targets]]\nid = "inside"\nkind = "file"\npath = "inside.html"\nformat = "html"\ninternal = true\n'
ALERT = '[[alerts]]\nid = "deals"\nquery = "type:strategy"\ntarget = "page"\n'


def given(path: Path, *more: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "".join(more), encoding="utf-8")


def test_a_digest_goes_into_a_file_whole(run: Run, configured: Path) -> None:
    given(configured, PAGE)
    fill(configured, an_item("Acme acquires Beta")).close()

    ran = run("digest", "--send", "page")

    assert (ran.code, ran.out) == (0, "")
    assert "The digest went to page: 1 stories" in ran.err
    page = configured.parent / "page.html"
    assert "Acme acquires Beta" in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o077 == 0
    assert "Nothing is new since the digest that reached page" in run("digest", "--send", "page").err


def test_a_file_and_stdout_need_no_entry(run: Run, configured: Path) -> None:
    fill(configured, an_item("Acme acquires Beta")).close()

    assert "Acme acquires Beta" in run("digest", "--send", "stdout").out
    run("digest", "--send", "file:feed.xml", "--format", "atom")
    assert ET.parse(configured.parent / "feed.xml").getroot().tag.endswith("feed")
    unknown = run("digest", "--send", "nobody")
    assert (unknown.code, "no target has the id 'nobody'" in unknown.err) == (1, True)


def test_internal_items_leave_only_where_the_target_says_so(run: Run, configured: Path) -> None:
    given(configured, PAGE, INSIDE)
    fill(configured, an_item("Acme asks us for a quote", "crm", scope="internal"), an_item()).close()

    run("digest", "--send", "page", "--send", "inside")

    assert "asks us" not in (configured.parent / "page.html").read_text(encoding="utf-8")
    assert "asks us" in (configured.parent / "inside.html").read_text(encoding="utf-8")
    left = {each["target"]: (each["count"], each["withheld"]) for each in run("audit", "--json").json}
    assert left == {"page": (1, 1), "inside": (2, 0)}


def test_one_that_fails_does_not_keep_the_others(run: Run, configured: Path) -> None:
    given(configured, PAGE.replace("page.html", "no/folder/x.html"), INSIDE)
    fill(configured, an_item()).close()

    ran = run("digest", "--send", "page", "--send", "inside")

    assert ran.code == 1
    assert (configured.parent / "inside.html").exists()
    states = {each["target"]: each["state"] for each in run("send", "--json").json["deliveries"]}
    assert states == {"page": "failed", "inside": "sent"}


def test_sections_are_chosen_and_leave_the_mark(run: Run, configured: Path) -> None:
    fill(configured, an_item("Acme acquires Beta"), an_item("Acme on a list", tags=())).close()

    top = run("digest", "--section", "top").out
    assert ("Worth acting on" in top, "on a list" in top, "What was seen" in top) == (True, False, True)
    assert "Acme acquires Beta" in run("digest", "--since", "last").out
    assert "Acme acquires Beta" not in run("digest", "--since", "last").out
    assert "Acme acquires Beta" in run("digest", "--since", "last", "--rep", "ann").out


def test_atom_holds_what_the_rep_keeps(run: Run, configured: Path) -> None:
    item = an_item("Acme acquires Beta")
    fill(configured, item, an_item("Acme on a list", tags=())).close()
    run("triage", item.id[:8], "--state", "kept")

    written = run("digest", "--format", "atom").out

    assert ("Acme acquires Beta" in written, "on a list" in written) == (True, False)
    assert f"urn:leadline:item:{item.id}" in written


def test_an_edit_and_a_share_are_told(run: Run, configured: Path) -> None:
    item = an_item("Acme names a buyer", hours=50, tags=(a_tag("structure", "structure.exec_in"),))
    aggregator: Aggregator = fill(configured, item)
    aggregator.close()
    run("digest", "--rep", "ann", "--since", "last")
    run("share", item.id[:8], "--words", "call her")

    written = run("digest", "--rep", "ann", "--since", "last").out

    assert "What your team shared" in written
    assert "Acme names a buyer, shared by jo: “call her”" in written
    assert "shared by" not in run("digest", "--rep", "ann", "--since", "last").out


def test_send_lists_targets_and_deliveries(run: Run, configured: Path) -> None:
    assert "No targets are configured" in run("send").err
    given(configured, PAGE)
    fill(configured, an_item()).close()
    run("digest", "--send", "page")
    listed = run("send").out
    assert ("page  file  html" in listed, "sent" in listed) == (True, True)
    assert run("send", "--test", "page").code == 0


def test_alerts_run_are_dry_and_tell_why(run: Run, configured: Path) -> None:
    assert "No alerts are configured" in run("alerts").err
    given(configured, PAGE, ALERT)
    fill(configured, an_item("Acme acquires Beta")).close()

    dry = run("alerts", "--dry-run")
    assert ("1 would be told" in dry.err, "Acme acquires Beta" in dry.out) == (True, True)
    assert "No alert has met an item yet." in run("alerts", "--why").err
    [ran] = run("alerts", "--json").json
    assert (ran["alert"], ran["sent"], ran["error"]) == ("deals", 1, "")
    why = run("alerts", "--why", "--json").json
    assert [(entry["decision"], entry["why"]) for entry in why] == [("sent", "new")]
    assert "Acme acquires Beta" in run("alerts", "--why").out


def test_an_alert_with_a_faulty_query_is_told(run: Run, configured: Path) -> None:
    given(configured, PAGE, ALERT.replace("type:strategy", "type:nonsense"))
    fill(configured, an_item()).close()
    ran = run("alerts")
    assert (ran.code, "nonsense" in ran.err) == (1, True)
