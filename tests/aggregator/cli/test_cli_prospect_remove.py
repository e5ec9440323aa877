"""`leadline prospect remove`: out of the config or a list, with all that brings it back; nothing stored is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.aggregator.cli.conftest import Run
from tests.samples import a_match, an_item, fill

CONFIG = """\
database = "leadline.db"
rep = "jo"
# whom we sell to
[[prospects]]
id = "acme"
name = "Acme Corporation"   # the big one

[prospects.ids]
cik = "1"

# the small one
[[prospects]]
id = "beta"
name = "Beta"

[[sources]]
id = "wire"
url = "https://wire.example/feed"

[[sources]]
id = "own"   # of the big one
url = "https://acme.example/feed"
prospect = "acme"

[[sources]]
id = "some"
kind = "sec_submissions"
each = "prospect"
prospects = ["acme", "beta"]

[poll]
at_least = "20m"
"""


@pytest.fixture
def here(configured: Path) -> Path:
    configured.write_text(CONFIG, encoding="utf-8")
    return configured


def test_what_a_user_did_stays_and_shows_again_with_the_prospect(run: Run, here: Path) -> None:
    item = an_item("Acme acquires Beta", matches=(a_match(),))
    fill(here, item).close()
    assert run("triage", item.id, "--state", "kept").code == 0
    assert run("note", item.id, "Ask Jo").code == 0
    assert run("note", "--prospect", "acme", "Ask Li").code == 0
    assert run("prospect", "stage", "acme", "pricing").code == 0

    ran = run("prospect", "remove", "acme", "--with-sources")
    assert ran.code == 0
    assert [each["id"] for each in run("prospect", "list", "--json").json] == ["beta"]
    assert run("show", item.id, "--json").json["title"] == "Acme acquires Beta"
    assert run("retag").code == 0

    here.write_text(CONFIG, encoding="utf-8")
    assert run("retag").code == 0
    assert "kept" in run("show", item.id).out
    assert "Ask Jo" in run("note", item.id).out
    assert "Ask Li" in run("note", "--prospect", "acme").out
    assert run("prospect", "stage", "acme", "--json").json["stage"] == "pricing"


def test_only_what_is_its_own_goes_and_the_way_back_is_told(run: Run, here: Path) -> None:
    """As it stood, comments in it too; those around it stay, and what others share no longer names it."""
    ran = run("prospect", "remove", "acme", "--with-sources")
    text = here.read_text(encoding="utf-8")
    assert (
        text
        == """\
database = "leadline.db"
rep = "jo"
# whom we sell to
# the small one
[[prospects]]
id = "beta"
name = "Beta"

[[sources]]
id = "wire"
url = "https://wire.example/feed"

[[sources]]
id = "some"
kind = "sec_submissions"
each = "prospect"
prospects = ["beta"]

[poll]
at_least = "20m"
"""
    )
    table = '[[prospects]]\nid = "acme"\nname = "Acme Corporation"   # the big one\n\n[prospects.ids]\ncik = "1"\n'
    source = '[[sources]]\nid = "own"   # of the big one\nurl = "https://acme.example/feed"\nprospect = "acme"'
    assert table in ran.err
    assert source in ran.err
    assert "Name it again in: some" in ran.err
    here.write_text(f"{text}\n{table}\n{source}\n", encoding="utf-8")
    assert run("config", "check").code == 0
    assert {each["id"] for each in run("prospect", "list", "--json").json} == {"acme", "beta"}


def test_its_own_sources_do_not_go_unasked(run: Run, here: Path) -> None:
    ran = run("prospect", "remove", "acme")
    assert (ran.code, here.read_text(encoding="utf-8")) == (1, CONFIG)
    assert "its own: own" in ran.err
    assert "--with-sources" in ran.err
    assert run("prospect", "remove", "acme", "--with-sources", "--dry-run").out.count("would") == 3
    told = run("prospect", "remove", "acme", "--with-sources", "--dry-run", "--json").json
    assert (told["id"], told["written"], told["no_longer_naming_it"]) == ("acme", False, ["some"])
    assert [each["id"] for each in told["sources"]] == ["own"]
    assert here.read_text(encoding="utf-8") == CONFIG
    assert run("prospect", "remove", "gamma").code == 1


def test_a_row_of_a_list_goes_and_the_others_stay_as_they_are_written(run: Run, here: Path) -> None:
    here.write_text(CONFIG.replace('rep = "jo"', 'rep = "jo"\nprospect_files = ["a.csv"]'), encoding="utf-8")
    rows = 'id,name,domain\n"x","X  Corp",x.example\n,Yellow GmbH,\nz,"Z\nLtd",\n'
    list_ = here.with_name("a.csv")
    list_.write_text(rows, encoding="utf-8")
    before = here.read_text(encoding="utf-8")

    assert run("prospect", "remove", "yellow-gmbh", "--dry-run").code == 0
    assert list_.read_text(encoding="utf-8") == rows
    ran = run("prospect", "remove", "yellow-gmbh", "--json")
    assert (ran.json["text"], ran.json["file"]) == (",Yellow GmbH,\n", str(list_.resolve()))
    assert list_.read_text(encoding="utf-8") == rows.replace(",Yellow GmbH,\n", "")
    assert run("prospect", "remove", "z").code == 0
    assert list_.read_text(encoding="utf-8") == 'id,name,domain\n"x","X  Corp",x.example\n'
    assert here.read_text(encoding="utf-8") == before


def test_a_prospect_of_a_list_takes_its_sources_out_of_the_config(run: Run, here: Path) -> None:
    own = '\n[[sources]]\nid = "of-x"\nurl = "https://x.example/feed"\nprospect = "x"\n'
    text = CONFIG.replace('rep = "jo"', 'rep = "jo"\nprospect_files = ["a.csv"]')
    here.write_text(text + own, encoding="utf-8")
    here.with_name("a.csv").write_text("id,name\nx,X Corp\n", encoding="utf-8")
    assert run("prospect", "remove", "x").code == 1
    ran = run("prospect", "remove", "x", "--with-sources")
    assert ran.code == 0
    assert own.strip() in ran.err
    assert here.read_text(encoding="utf-8").rstrip() == text.rstrip()
    assert here.with_name("a.csv").read_text(encoding="utf-8") == "id,name\n"
    assert run("config", "check").code == 0
