"""Call sheets, dossiers, hand-overs, reports and credit as reps and managers use them on the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from tests.command import Leadline
from tests.samples import a_tag, an_item, fill
from tests.servers import Reply, Server


@pytest.fixture
def account(desk: Leadline, web: Server) -> tuple[str, str]:
    """Ids of a public tender and of an internal item of one prospect; ann is the rep."""
    page = web.serve("/notice", Reply(b"<p>notice", headers={"Content-Type": "text/html"}))
    web.serve("/f", "")
    desk.configure(
        web.base + "/f", web.base + "/g", more='rep = "ann"',
        prospects='[[prospects]]\nid = "acme"\nname = "Acme Corporation"\naliases = ["Acme"]\n',
    )  # fmt: skip
    text = desk.config.read_text().replace('id = "s2"', 'id = "s2"\nscope = "internal"')
    desk.config.write_text(text)
    tags = (a_tag("purchasing_plans", "purchasing_plans.tender", words="invites tenders"),)
    tender = an_item("Acme invites tenders for meters", "s1", 3, link=page, tags=tags)
    secret = an_item("Acme tells us in confidence", "s2", 3, scope="internal")
    fill(desk.config, tender, secret).close()
    return tender.id, secret.id


def errors(desk: Leadline, *arguments: str, code: int = 1) -> str:
    desk(*arguments, code=code)
    return desk.errors


def test_a_brief(desk: Leadline, account: tuple[str, str]) -> None:
    page = desk("brief", "acme")
    assert page.startswith("CALL SHEET: ACME CORPORATION\n")
    assert len(page.splitlines()) <= 60
    assert "invites tenders for meters" in page
    assert "in confidence" not in page
    assert "Withheld: 1 internal item." in page
    assert "in confidence" in desk("brief", "acme", "--internal")
    found = desk.json("brief", "acme", "--since", "2h")
    assert (found["since_why"], found["changes"]) == ("as asked", [])
    assert len(found["answers"]) >= 18
    assert "did you mean 'acme'?" in errors(desk, "brief", "acne")
    assert desk("brief", "acme", "--format", "html").startswith("<!DOCTYPE html>")
    assert desk.json("audit") == []


def test_a_hand_over_with_its_documents(desk: Leadline, account: tuple[str, str]) -> None:
    tender, secret = account
    desk("note", tender, "PRIVATE")
    desk("note", tender, "Budget is fixed", "--share")
    [copied] = desk.json("pin", tender, "--copy")
    assert (copied["name"], copied["new"], copied["error"]) == ("notice.html.txt", True, None)
    assert "unchanged" in desk("pin", tender, "--copy")
    assert errors(desk, "pin", secret, "--copy", code=3)
    desk("handover", "acme", "--to", "delivery", "-o", "acme.zip")
    assert "Withheld: 1 internal item, 1 private note." in desk.errors
    with zipfile.ZipFile(desk.folder / "acme.zip") as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names)
    assert names == [
        "dossier.html", "dossier.md", "dossier.json", f"documents/{copied['sha256'][:8]}-notice.html.txt",
        "manifest.json",
    ]  # fmt: skip
    assert b"Budget is fixed" in whole
    assert b"PRIVATE" not in whole
    assert b"in confidence" not in whole
    [entry] = desk.json("audit")
    assert (entry["what"], entry["target"], entry["count"], entry["withheld"], entry["words"], entry["rep"]) == (
        "handover", "delivery in acme.zip", 1, 2, "acme, zip", "ann"
    )  # fmt: skip


def test_what_leaves_is_entered_whatever_its_form(desk: Leadline, account: tuple[str, str]) -> None:
    assert "# Dossier: Acme Corporation" in desk("dossier", "acme")
    assert json.loads(desk("dossier", "acme", "--format", "json"))["kind"] == "dossier"
    desk("dossier", "acme", "-o", "a.html", "--internal")
    assert "in confidence" in (desk.folder / "a.html").read_text()
    assert "# Early warning: Acme Corporation" in desk("handover", "acme", "--early")
    assert [(each["what"], each["target"]) for each in desk.json("audit")] == [
        ("dossier", "stdout"), ("dossier", "stdout"), ("dossier", "a.html"), ("early warning", "delivery"),
    ]  # fmt: skip


def test_what_cannot_be_done_is_said(desk: Leadline, account: tuple[str, str]) -> None:
    assert "--to delivery" in errors(desk, "handover", "acme", code=2)
    assert "-o FILE" in errors(desk, "dossier", "acme", "--format", "zip", code=2)
    assert "is a page" in errors(desk, "handover", "acme", "--early", "-o", "x.zip", code=2)
    assert "cannot be written" in errors(desk, "dossier", "acme", "-o", "no/such/folder.md")
    assert "copies stay" in errors(desk, "pin", account[0], "--copy", "--undo", code=2)
    assert desk.json("audit") == []


def test_a_damaged_copy_stays_out_and_is_named(desk: Leadline, account: tuple[str, str]) -> None:
    [copied] = desk.json("pin", account[0], "--copy")
    (desk.folder / "documents" / copied["sha256"]).write_text("other")
    assert "was changed since it was fetched" in errors(desk, "dossier", "acme", "-o", "a.zip", code=3)


def test_credit(desk: Leadline, account: tuple[str, str]) -> None:
    tender, secret = account
    assert desk("credit") == ""
    desk("share", tender, secret, "--words", "=look")
    desk.config.write_text(desk.config.read_text().replace('"ann"', '"=bo"'))
    desk("thank", tender, "--words", "it won us the meeting")
    found = desk.json("credit")
    assert found["reps"] == [{"rep": "ann", "found": 2, "thanks": 1, "moves": 0}]
    assert [each["title"] for each in found["ledger"]] == [
        "Acme invites tenders for meters", "(internal item)", "Acme invites tenders for meters",
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(desk("credit", "--csv"))))
    assert [(row["kind"], row["rep"], row["finder"]) for row in rows] == [
        ("share", "ann", "ann"), ("share", "ann", "ann"), ("thank", "'=bo", "ann"),
    ]  # fmt: skip
    assert "=bo thanked ann" in desk("credit")
    assert errors(desk, "credit", "--csv", "--json", code=2)


def test_a_stage_is_moved_for_an_item_and_its_finder_gets_the_credit(desk: Leadline, account: tuple[str, str]) -> None:
    tender, _ = account
    assert desk("prospect", "stage", "acme").endswith(": prospecting\n")
    desk("share", tender)
    assert "prospecting → negotiating" in desk("prospect", "stage", "acme", "negotiating", "--cites", tender[:8])
    found = desk.json("prospect", "stage", "acme")
    assert (found["stage"], [(m["stage"], m["item"]) for m in found["moves"]]) == (
        "negotiating",
        [("negotiating", tender)],
    )
    assert desk.json("credit")["reps"] == [{"rep": "ann", "found": 1, "thanks": 0, "moves": 1}]
    assert "Risks" in desk("brief", "acme")
    assert desk.json("prospect", "stage", "acme", "--reset")["stage"] == "prospecting"
    assert desk.json("credit")["reps"] == [{"rep": "ann", "found": 1, "thanks": 0, "moves": 0}]
    assert "did you mean 'closing'?" in errors(desk, "prospect", "stage", "acme", "closin")
    assert "did you mean 'acme'?" in errors(desk, "prospect", "stage", "acne")
    assert errors(desk, "prospect", "stage", "acme", "--cites", tender, code=2)


def test_report(desk: Leadline, account: tuple[str, str]) -> None:
    tender, secret = account
    desk("triage", tender, "--state", "kept")
    desk("triage", secret, "--state", "dismissed")
    found = desk.json("report", "--by", "source")
    whole = found["whole"]
    assert (whole["n"], whole["kept"], whole["decided"], whole["kept_ratio"], whole["corrections"]) == (2, 1, 2, 0.5, 0)
    assert whole["median_seconds_to_triage"] > 3 * 3600 - 60
    assert {(row["key"], row["n"], row["kept_ratio"]) for row in found["rows"]} == {("s1", 1, 1.0), ("s2", 1, 0.0)}
    assert "Acme Corporation" in desk("report", "--by", "prospect")
    assert "Tender" in desk("report")
    assert "core" in desk("report", "--by", "pack")
    desk("report", "--format", "html", "-o", "r.html")
    assert "<svg" in (desk.folder / "r.html").read_text()
