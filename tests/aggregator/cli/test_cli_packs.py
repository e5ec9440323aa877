"""Packs at the command line: what is asked, what is written, which exit codes tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.aggregator.cli.conftest import Run
from tests.packing import source, write_pack

A, B = (source(name, f"https://{name}.example/feed") for name in "ab")


@pytest.fixture
def team(configured: Path, tmp_path: Path) -> Path:
    """A pack's folder beside a config."""
    return write_pack(tmp_path / "team", A + B)


def test_nothing_is_added_without_a_yes(run: Run, team: Path) -> None:
    """Without a terminal to ask on it says what to do."""
    ran = run("pack", "add", str(team))

    assert ran.code == 2
    assert "--yes" in ran.err
    assert "contacts  a.example, b.example" in ran.err
    assert run("pack", "list", "--json").json["installed"] == []


def test_add_list_show_remove(run: Run, team: Path) -> None:
    """The life of a pack."""
    assert run("pack", "add", str(team), "--yes").out == "added team 1.0.0: 2 sources more\n"
    assert run("pack", "list", "--json").json["installed"][0]["origin"] == str(team)
    assert [each["id"] for each in run("pack", "show", "team", "--json").json[0]["sources"]] == ["a", "b"]
    assert {each["id"]: each["pack"] for each in run("sources", "--json").json}["team.a"] == "team"
    assert "is here already" in run("pack", "add", str(team), "--yes").err
    assert run("pack", "remove", "team").out == "removed team 1.0.0; its items stay\n"
    assert run("pack", "remove", "team").code == 1


def test_check_says_where_and_what_to_do(run: Run, configured: Path, tmp_path: Path) -> None:
    """Exit code 2, file and line; also the name of a prospect of whoever checks it."""
    folder = write_pack(tmp_path / "bad", A.replace("The a", "Acme's own"))
    ran = run("pack", "check", str(folder))
    assert ran.code == 2
    assert f"{folder}/sources.toml:3: names a prospect of yours" in ran.err
    assert run("pack", "build", str(folder)).code == 2
    assert run("pack", "check", str(folder), "--json").json["faults"][0]["line"] == 3


def test_notes_are_kept_out_of_packs(run: Run, configured: Path, tmp_path: Path) -> None:
    """Checked against what was noted, though no one may remember."""
    from aggregator import config
    from aggregator.core import Aggregator

    assert Aggregator.open(config.read(configured)).note_texts() == []
    assert run("pack", "check", str(write_pack(tmp_path / "team", A))).code == 0


def test_build_publish_and_diff(run: Run, team: Path, tmp_path: Path) -> None:
    """One file, the same for the same folder; a published version stays as it is."""
    first = Path(run("pack", "build", str(team), "--out", str(tmp_path / "one")).out.strip()).read_bytes()
    second = Path(run("pack", "build", str(team), "--out", str(tmp_path / "two")).out.strip()).read_bytes()
    assert first == second
    channel = tmp_path / "channel"
    assert run("pack", "publish", str(channel), str(tmp_path / "one" / "team-1.0.0.leadpack")).code == 0
    write_pack(team, A)
    ran = run("pack", "publish", str(channel), str(team))
    assert ran.code == 1
    assert "published already" in ran.err
    told = run("pack", "diff", str(tmp_path / "one" / "team-1.0.0.leadpack"), str(team), "--json").json
    assert told["removed"] == ["b"]
    assert told["waits_for_a_yes"]


def test_an_overlay_is_set_listed_and_taken_back(run: Run, team: Path) -> None:
    """For sources that a pack brings; a config's own are changed in the config."""
    run("pack", "add", str(team), "--yes")
    assert run("overlay", "set", "team.a", "--boost", "1.5", "--every", "30m", "--option", "n=3").code == 0
    assert run("overlay", "set", "team.b", "--mute").code == 0

    assert run("overlay", "--json").json["sources"] == {
        "team.a": {"boost": 1.5, "every": 1800.0, "options": {"n": 3}},
        "team.b": {"muted": True},
    }
    assert "team.b" not in {each["id"] for each in run("sources", "--json").json}
    assert run("overlay", "unset", "team.b").code == 0
    assert "team.b" in {each["id"] for each in run("sources", "--json").json}
    assert "did you mean 'team.a'" in run("overlay", "set", "taem.a", "--mute").err
    assert "stands in your config" in run("overlay", "set", "wire", "--mute").err
    assert run("overlay", "set", "team.a", "--auth", "hunter2").code == 2
    assert run("overlay", "unset", "nothing").code == 1
    assert run("overlay", "set", "team.a").code == 2


def test_where_a_setting_comes_from(run: Run, team: Path, configured: Path) -> None:
    """By --why, of settings and sources alike."""
    run("pack", "add", str(team), "--yes")
    assert run("config", "--why", "rep", "--json").json == [
        {"key": "rep", "value": "jo", "from": f"{configured}, line 2"}
    ]
    assert {each["key"]: each["from"] for each in run("config", "--why", "team.a", "--json").json}[
        "url"
    ] == "pack team 1.0.0"
    assert {each["key"]: each["from"] for each in run("config", "--why", "wire", "--json").json}["url"].endswith(
        "line 10"
    )
    assert run("config", "--why", "nonsense").code == 1
    assert "leadline's default" in run("config", "--why", "poll").out


def test_trust_and_pin_say_what_is_wrong(run: Run, team: Path) -> None:
    """What there is not cannot be pinned; what is no key is not trusted."""
    run("pack", "add", str(team), "--yes")
    assert "unsigned" in run("pack", "list").out
    assert run("pack", "trust", "team", "nonsense").code == 1
    assert run("pack", "trust", "team").code == 2
    assert run("pack", "pin", "team", "9.9.9").code == 1
    assert run("pack", "pin", "team", "--json").json == {"id": "team", "version": "1.0.0", "pinned": True}
    assert run("pack", "list", "--json").json["installed"][0]["pinned"]


def test_an_update_that_cannot_be_had_leaves_the_old_one(run: Run, team: Path) -> None:
    """Exit code 1, and what was here stays."""
    run("pack", "add", str(team), "--yes")
    team.joinpath("sources.toml").write_text("damaged", encoding="utf-8")
    team.joinpath("pack.toml").write_text(team.joinpath("pack.toml").read_text("utf-8").replace("1.0.0", "1.1.0"))
    ran = run("pack", "update", "--yes")

    assert ran.code == 1
    assert "not valid TOML" in ran.err
    assert "stays in force" in ran.err
    assert len(run("sources", "--json").json) == 4


def test_init_joins_a_channel(run: Run, team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The config has the channel and the prospects; declined or faulty, nothing is written."""
    run("pack", "publish", str(tmp_path / "channel"), str(team))
    home = tmp_path / "rep"
    home.mkdir()
    monkeypatch.chdir(home)
    home.joinpath("list.csv").write_text('name,aliases,cik\n"Verrano ""V"" Ltd",Verrano;V-B,77\n', encoding="utf-8")

    arguments = ("init", "--here", "--channel", "../channel", "--prospects", "list.csv")
    assert run(*arguments).code == 2
    assert not home.joinpath("leadline.toml").exists()
    assert run("init", "--here", "--channel", "nowhere", "--yes").code == 1
    assert not home.joinpath("leadline.toml").exists()
    assert run(*arguments, "--yes").code == 0
    shown = run("config", "show", "--json").json
    assert shown["channel"] == str(tmp_path / "channel")
    assert shown["prospects"][0]["name"] == 'Verrano "V" Ltd'
    assert shown["prospects"][0]["identifiers"] == {"cik": "77"}
    assert [each["id"] for each in run("sources", "--json").json] == ["team.a", "team.b"]


def test_health_of_what_was_never_polled_is_no_fault(run: Run, team: Path, tmp_path: Path) -> None:
    """And its export can be read back, and mend a moved address in the pack's folder."""
    run("pack", "add", str(team), "--yes")
    assert run("pack", "health", "--export", "h.json").code == 0
    export = json.loads(Path("h.json").read_text("utf-8"))
    assert export["packs"] == {"team": "1.0.0"}
    export["seen"][0] |= {"moved_to": "https://new.example/feed", "answered": 1, "items": 3}
    Path("h.json").write_text(json.dumps(export), encoding="utf-8")

    ran = run("pack", "health", "--from", "h.json", "--fix", str(team))
    assert ran.code == 1
    assert "moved for good to https://new.example/feed" in ran.out
    written = team.joinpath("sources.toml").read_text("utf-8")
    moved = export["seen"][0]["source"]
    assert f'id = "{moved}"\nname = "The {moved}"\nurl = "https://new.example/feed"' in written
    assert run("pack", "health", "--from", "sources.toml").code in (1, 2)


def test_a_proposal_is_shown_as_one_would_write_it(run: Run, configured: Path, tmp_path: Path) -> None:
    """Ready for the config, with references for secrets."""
    more = 'proposal = true\nscope = "internal"\nheaders = { Authorization = "env:CRM" }'
    folder = write_pack(tmp_path / "team", source("crm-export", "https://crm.corp.example/feed", more))
    shown = run("pack", "show", str(folder)).out

    table = shown[shown.index("[[sources]]") :]
    assert 'headers = { Authorization = "env:CRM" }' in table
    configured.write_text(f"{configured.read_text('utf-8')}\n{table}", encoding="utf-8")
    assert run("config", "check").code == 0


def test_doctor_tells_of_packs(run: Run, team: Path, configured: Path) -> None:
    """What is here, and what is damaged."""
    run("pack", "add", str(team), "--yes")
    found = {each["what"]: each for each in run("doctor", "--json").json}
    assert found["packs"]["words"] == "team 1.0.0"
    configured.parent.joinpath("packs", "installed.json").write_text("{", encoding="utf-8")
    found = {each["what"]: each for each in run("doctor", "--json").json}
    assert found["packs"]["state"] == "wrong"
    assert "installed.json cannot be read" in found["packs"]["words"]


def test_new_starts_a_pack_and_overwrites_nothing(run: Run, configured: Path) -> None:
    """The folder's name is its id."""
    assert run("pack", "new", "packs/Energy Team").code == 0
    assert 'id = "energy-team"' in Path("packs/Energy Team/pack.toml").read_text("utf-8")
    assert run("pack", "check", "packs/Energy Team").code == 0
    assert run("pack", "new", "packs/Energy Team").code == 1
