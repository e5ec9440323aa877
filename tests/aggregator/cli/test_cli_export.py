"""Exports as users run them: to files and pipes, with a CRM's accounts, internal items kept inside."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.command import Leadline
from tests.servers import Server, item, rss


@pytest.fixture
def stocked(desk: Leadline, web: Server) -> Leadline:
    """One public item, and one from an internal source."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    urls = [
        web.serve(f"/{n}", rss(item(t, guid=t, date=date)))
        for n, t in enumerate(("Acme opens a plant", "Acme pays late"))
    ]
    desk.configure(*urls, more='rep = "ann"')
    desk.config.write_text(desk.config.read_text() + 'scope = "internal"\n')
    desk("poll")
    return desk


def test_internal_items_stay_inside_and_the_ledger_says_so(stocked: Leadline) -> None:
    rows = list(csv.DictReader(stocked("export").splitlines()))
    assert [each["title"] for each in rows] == ["Acme opens a plant"]
    assert "1 internal items were left out" in stocked.errors
    stocked("export", "--internal", "--as", "jsonl", "-o", "all.jsonl")
    titles = {json.loads(line)["title"] for line in (stocked.folder / "all.jsonl").read_text().splitlines()}
    assert titles == {"Acme opens a plant", "Acme pays late"}
    left = stocked.json("audit")
    assert [(each["target"], each["count"], each["withheld"]) for each in left] == [
        ("stdout", 1, 1),
        ("all.jsonl", 2, 0),
    ]
    assert "1 withheld" in stocked("audit", "--since", "1h")


def test_rows_carry_the_ids_of_the_crm(stocked: Leadline) -> None:
    (stocked.folder / "accounts.csv").write_text("Account ID,Account Name\n0017,Acme Corp\n", encoding="utf-8")
    out = stocked("export", "--as", "salesforce-task", "--accounts", "accounts.csv")
    assert next(csv.DictReader(out.splitlines()))["WhatId"] == "0017"
    assert "1 of 1 prospects" in stocked.errors


def test_what_is_no_account_list_is_told(stocked: Leadline) -> None:
    (stocked.folder / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    stocked("export", "--accounts", "bad.csv", code=1)
    assert "no columns for an account's id" in stocked.errors
    stocked("export", "--accounts", "none.csv", code=1)
    assert "cannot be read" in stocked.errors


def test_a_file_that_cannot_be_written_leaves_nothing(stocked: Leadline) -> None:
    stocked("export", "-o", "no/such/dir.csv", code=1)
    assert "cannot be written" in stocked.errors
    assert stocked.json("audit") == []
