"""`leadline prospect`: added with what public records propose, imported, listed, edited where they stand."""

from __future__ import annotations

import json
import os
import pty
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator import asking
from tests.aggregator.cli.conftest import Run
from tests.apis import Api, Heard, Told, serving
from tests.command import Leadline
from tests.samples import a_match, an_item, fill

CONFIG = """\
database = "leadline.db"
#prospect_files = []
# whom we sell to
[[prospects]]
id = "acme"
name = "Acme Corporation"   # the big one
aliases = ["Acme"]

[[sources]]
id = "sec"
kind = "sec_submissions"
each = "prospect"

[[sources]]
id = "wire"
url = "https://wire.example/feed"
prospect = "acme"

[poll]
contact = "Jo jo@tests.example"
"""


@pytest.fixture
def here(configured: Path) -> Path:
    configured.write_text(CONFIG, encoding="utf-8")
    return configured


def claim(value: Any) -> dict[str, Any]:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "rank": "normal"}


ENTITY = {
    "labels": {"en": {"language": "en", "value": "Brightwater Pumps"}},
    "descriptions": {"en": {"language": "en", "value": "maker of pumps"}},
    "aliases": {"en": [{"language": "en", "value": "BWP"}]},
    "claims": {"P5531": [claim("0001234567")], "P856": [claim("https://www.brightwater.example/")]},
}
TICKERS = {"0": {"cik_str": 1234567, "ticker": "BWPI", "title": "BRIGHTWATER PUMPS INC"}}


def records(heard: Heard) -> Told:
    """Wikidata and EDGAR as they answer."""
    if "wbsearchentities" in heard.path:
        return Told(json.dumps({"search": [{"id": "Q1"}] if "Brightwater" in heard.path else []}))
    if "wbgetentities" in heard.path:
        return Told(json.dumps({"entities": {"Q1": ENTITY}}))
    return Told(json.dumps(TICKERS))


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with serving(records) as api:
        places = asking.Places(f"{api.base}/w/api.php", f"{api.base}/tickers.json", ("127.0.0.1",))
        monkeypatch.setattr(asking, "PLACES", places)
        yield api


def table(config: Path, name: str) -> dict[str, Any]:
    found = tomllib.loads(config.read_text(encoding="utf-8"))["prospects"]
    return next(each for each in found if each["id"] == name)


def test_nothing_is_taken_silently(run: Run, here: Path, api: Api) -> None:
    """Where nobody can be asked only what the user gave is added, and the proposals are shown with why."""
    ran = run("prospect", "add", "Brightwater Pumps", "--alias", "Bright", "--json")

    assert table(here, "brightwater-pumps") == {"id": "brightwater-pumps", "name": "Brightwater Pumps",
                                                "aliases": ["Bright"]}  # fmt: skip
    (proposal,) = ran.json["proposals"]
    assert proposal["ids"] == {"cik": "0001234567", "ticker": "BWPI"}
    assert (proposal["found_in"], proposal["why"]) == (["Wikidata Q1", "SEC EDGAR"], ["the same name"])
    assert "the same name (Wikidata Q1, SEC EDGAR)" in ran.err
    assert all(each.headers["user-agent"].endswith("Jo jo@tests.example") for each in api.heard)
    assert here.read_text().startswith(CONFIG)


def test_yes_takes_what_is_surely_meant_and_no_more(run: Run, here: Path, api: Api) -> None:
    run("prospect", "add", "Brightwater", "--yes")
    assert "ids" not in table(here, "brightwater")
    run("prospect", "add", "Brightwater Pumps", "--yes", "--stage", "pricing", "--id", "lei=L1", "--as", "bwp")
    assert table(here, "bwp") == {
        "id": "bwp", "name": "Brightwater Pumps", "stage": "pricing", "aliases": ["BWP"],
        "domain": "brightwater.example", "ids": {"cik": "0001234567", "ticker": "BWPI", "lei": "L1"},
    }  # fmt: skip
    listed = {each["id"]: each for each in run("prospect", "list", "--json").json}
    assert listed["bwp"]["sources"] == ["sec.bwp"]


def test_without_the_internet_or_a_contact_what_was_given_is_added(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asking.Places("http://127.0.0.1:9/w", "http://127.0.0.1:9/t", ("127.0.0.1",))
    monkeypatch.setattr(asking, "PLACES", gone)
    ran = run("prospect", "add", "Beta Ltd", "--domain", "https://www.beta.example/en", "--yes")
    assert ran.out == "beta-ltd\n"
    assert "Wikidata could not be asked" in ran.err
    assert table(here, "beta-ltd")["domain"] == "beta.example"


def test_a_double_is_refused(run: Run, here: Path) -> None:
    for arguments in (("ACME Corp.",), ("Other", "--as", "acme")):
        ran = run("prospect", "add", *arguments, "--no-lookup")
        assert (ran.code, here.read_text()) == (1, CONFIG)
        assert "`leadline prospect edit acme`" in ran.err
    assert run("prospect", "add", "X", "--id", "cik", "--no-lookup").code == 2
    assert run("prospect", "add", "X", "--as", "Bad Id", "--no-lookup").code == 2
    assert here.read_text() == CONFIG


def test_on_a_terminal_the_user_chooses(desk: Leadline, api: Api) -> None:
    code = (
        "import sys; from aggregator import asking; from aggregator.cli import main\n"
        f"asking.PLACES = asking.Places('{api.base}/w/api.php', '{api.base}/tickers.json', ('127.0.0.1',))\n"
        "main(sys.argv[1:])"
    )
    desk.config.write_text(CONFIG, encoding="utf-8")
    for answers, name, has in ((b"0\ny\n", "Brightwater A", False), (b"1\ny\n", "Brightwater Pumps", True)):
        theirs, ours = pty.openpty()
        os.write(theirs, answers)
        process = desk.start("prospect", "add", name, stdin=ours, code=code)
        process.communicate(timeout=60)
        os.close(theirs)
        os.close(ours)
        assert process.returncode == 0
        assert ("ids" in table(desk.config, name.lower().replace(" ", "-"))) is has


def test_edit_where_it_stands(run: Run, here: Path) -> None:
    ran = run("prospect", "edit", "acme", "--set", "domain=acme.example", "--add-alias", "ACME", "--id", "cik=12")
    assert ran.code == 0
    assert table(here, "acme") == {"id": "acme", "name": "Acme Corporation", "aliases": ["Acme", "ACME"],
                                   "domain": "acme.example", "ids": {"cik": "12"}}  # fmt: skip
    assert "# the big one" in here.read_text()
    back = ran.err.partition("`leadline ")[2].partition("`")[0]
    assert back == 'prospect edit acme --set "domain=" --set "aliases=Acme" --id "cik="'
    run("prospect", "edit", "acme", "--set", "domain=", "--set", "aliases=Acme", "--id", "cik=")
    assert table(here, "acme") == {"id": "acme", "name": "Acme Corporation", "aliases": ["Acme"]}
    for wrong in (("--set", "domane=x"), ("--id", "cik"), ()):
        assert run("prospect", "edit", "acme", *wrong).code == 2
    assert "did you mean 'acme'" in run("prospect", "edit", "acne", "--id", "cik=1").err


def test_show_tells_what_a_source_lacks_and_how_to_add_it(run: Run, here: Path) -> None:
    fill(here, an_item("Acme acquires Beta", "wire", matches=(a_match("acme"),))).close()

    ran = run("prospect", "show", "acme")

    assert "sec  not configured: it needs cik" in ran.out
    assert "leadline prospect edit acme --id cik=…" in ran.out
    assert "Acme acquires Beta" in ran.out
    told = run("prospect", "show", "acme", "--json").json
    assert (told["sources"], told["items"], told["not_configured"][0]["missing"]) == (["wire"], 1, ["cik"])
    assert told["score"] > 0
    assert run("prospect", "list").out.split()[1:5] == ["acme", "prospecting", "1+1", "1"]


def test_a_stage_is_moved_and_moved_back(run: Run, here: Path) -> None:
    fill(here, an_item("Acme acquires Beta", "wire", matches=(a_match("acme"),))).close()
    item = run("items", "--json").json[0]["id"]
    ran = run("prospect", "stage", "acme", "proposing", "--cites", item[:8])
    assert ran.out == "Acme Corporation: prospecting → proposing\n"
    assert "`leadline prospect stage acme prospecting`" in ran.err
    assert [each["id"] for each in run("prospect", "list", "--stage", "proposing", "--json").json] == ["acme"]
    assert "did you mean 'closing'" in run("prospect", "stage", "acme", "closed").err


EXPORT = (
    "Account Name;Website;Stage;Account ID;Phone\r\n"
    "Acme Corporation;www.acme.example;Closed Won;7;1\r\n"
    "Ärger GmbH;https://aerger.example;Proposal/Price Quote;8;2\r\n"
    ";x.example;;;\r\n"
    "Arger Gmbh;aerger.example;;9;\r\n"
)


def test_an_import_shows_its_mapping_and_keeps_good_rows(run: Run, here: Path) -> None:
    file = here.with_name("crm.csv")
    file.write_bytes(EXPORT.encode("cp1252"))

    ran = run("prospect", "import", "crm.csv", "--dry-run")
    assert (ran.code, here.read_text()) == (3, CONFIG)
    assert not here.with_name("prospects.csv").exists()
    for words in ("Windows-1252, semicolon", "Account Name → name", "left out: Phone", "line 4: bad: has no name",
                  "line 2: double: Acme Corporation: same name as prospect acme", "line 5: double"):  # fmt: skip
        assert words in ran.err
    ran = run("prospect", "import", "crm.csv", "--json")
    assert (ran.code, [each["id"] for each in ran.json["new"]]) == (3, ["arger-gmbh"])
    assert here.read_text() == CONFIG.replace("#prospect_files = []", 'prospect_files = ["prospects.csv"]')
    listed = {each["id"]: each for each in run("prospect", "list", "--json").json}
    assert listed["arger-gmbh"]["ids"] == {"crm_id": "8"}
    assert (listed["arger-gmbh"]["stage"], listed["arger-gmbh"]["name"]) == ("proposing", "Ärger GmbH")

    assert run("prospect", "edit", "arger-gmbh", "--id", "cik=5", "--add-alias", "Aerger").code == 0
    assert "name,id" in here.with_name("prospects.csv").read_text()
    assert run("prospect", "show", "arger-gmbh", "--json").json["sources"] == ["sec.arger-gmbh"]


def test_an_update_reaches_config_and_list_and_keeps_a_copy(run: Run, here: Path) -> None:
    file = here.with_name("crm.csv")
    file.write_text(EXPORT, encoding="utf-16")
    run("prospect", "import", "crm.csv")
    file.write_text(EXPORT.replace("Proposal/Price Quote", "Contract Sent"), encoding="utf-8")
    former = here.with_name("prospects.csv").read_text()

    ran = run("prospect", "import", "crm.csv", "--update")

    assert "0 new, 2 changed" in ran.out
    assert table(here, "acme")["stage"] == "delivering"
    assert here.with_name("prospects.csv.bak").read_text() == former
    assert run("prospect", "import", "crm.csv", "--update").out.startswith("0 new, 0 changed")
    assert {each["id"]: each["stage"] for each in run("prospect", "list", "--json").json}["arger-gmbh"] == "closing"


def test_a_column_can_be_named_and_a_wrong_one_is_told(run: Run, here: Path) -> None:
    here.with_name("crm.csv").write_text("Firma,Web,Notiz\nBeta AG,beta.example,x\n")

    assert "say which" in run("prospect", "import", "crm.csv").err
    assert run("prospect", "import", "crm.csv", "--map", "Firm=name").code == 2
    ran = run("prospect", "import", "crm.csv", "--map", "Firma=name", "--map", "Notiz=-", "--map", "Web=uei", "--json")
    assert ran.json["new"] == [{"id": "beta-ag", "name": "Beta AG", "ids": {"uei": "beta.example"}}]


def test_faults_in_a_list_are_told_by_file_and_line(run: Run, here: Path) -> None:
    here.write_text(CONFIG.replace("#prospect_files = []", 'prospect_files = ["a.csv", "none.csv"]'))
    here.with_name("a.csv").write_text("id,name,stage\nx,X,prospecting\nacme,Acme two,\ny,Y,sold\n")

    ran = run("config", "check")

    assert ran.code == 2
    assert "a.csv:3: id: a second prospect with the id 'acme'" in ran.err
    assert "a.csv:4: stage: no stage 'sold'" in ran.err
    assert "none.csv: cannot be read" in ran.err


def test_sources_may_name_prospects_of_a_list(run: Run, here: Path) -> None:
    text = CONFIG.replace("#prospect_files = []", 'prospect_files = ["a.csv"]')
    here.write_text(f'{text}\n[[sources]]\nid = "own"\nurl = "https://x.example/${{cik}}"\nprospect = "x"\n')
    here.with_name("a.csv").write_text("id,name,cik\nx,X Corp,77\n")

    found = {each["id"]: each["url"] for each in run("sources", "--json").json if "url" in each}

    assert found["own"] == "https://x.example/77"
    assert "sec.x" in found
