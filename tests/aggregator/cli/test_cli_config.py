"""`leadline init`, `config` and `doctor`: to a config, and to know that all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from tests.aggregator.cli.conftest import Run
from tests.samples import an_item, fill


def test_init_writes_a_config_that_works(run: Run) -> None:
    ran = run("init")

    assert (ran.code, ran.out) == (0, f"{config.home()}\n")
    assert "Next: " in ran.err
    assert run("config", "check").code == 0
    assert run("config", "path").out == f"{config.home()}\n"


def test_init_here_keeps_the_database_beside_it(run: Run) -> None:
    assert run("init", "--here", "--examples").code == 0

    read = config.read(Path("leadline.toml"))
    assert read.database == Path("leadline.db")
    assert len(read.sources) == len(read.prospects) == 2


def test_init_leaves_a_config_alone_unless_forced(run: Run) -> None:
    """And never loses one: each old one keeps a name of its own."""
    run("init", "--here")
    path = Path("leadline.toml")
    path.write_text("mine = 1")

    refused = run("init", "--here")
    assert (refused.code, path.read_text()) == (1, "mine = 1")
    assert "hint: " in refused.err
    assert run("init", "--here", "--force").code == 0
    assert Path("leadline.toml.bak").read_text() == "mine = 1"
    assert run("init", "--here", "--force").code == 0
    assert Path("leadline.toml.bak").read_text() == "mine = 1"
    assert Path("leadline.toml.bak1").exists()


def test_init_writes_where_leadline_will_look(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEADLINE_CONFIG", str(tmp_path / "deep" / "env.toml"))
    assert run("init").out == f"{tmp_path / 'deep' / 'env.toml'}\n"
    assert run("init", "--config", "~/mine.toml").out == f"{Path.home() / 'mine.toml'}\n"
    assert run("init", "--config", "/dev/null/x").code == 1


def test_check_names_every_fault(run: Run, configured: Path) -> None:
    configured.write_text('reps = 1\n[poll]\ntimeout = "soon"\n[[sources]]\nkind = "fed"\nurl = "x.example"\n')

    ran = run("config", "check")
    assert (ran.code, ran.out) == (2, "")
    for words in (
        f"{configured}:1: reps: unknown key\n  hint: did you mean 'rep'?",
        f"{configured}:3: poll.timeout: ",
        f"{configured}:5: sources[0].kind: ",
        'hint: did you mean "https://x.example"?',
    ):
        assert words in ran.err
    assert [fault["line"] for fault in run("config", "check", "--json").json] == [1, 3, 5, 6]
    for command in ("digest", "items", "poll"):
        assert (run(command).code, run(command).err.count("hint: ")) == (2, ran.err.count("hint: "))


def test_check_of_a_good_config(run: Run, configured: Path) -> None:
    assert run("config", "check").out == f"{configured}: fine. 1 prospect, 2 sources.\n"
    assert run("config", "check", "--json").json == []


def test_show_prints_a_config(run: Run, configured: Path) -> None:
    """What it prints could be put into a config again."""
    configured.write_text(configured.read_text() + '\n[digest]\nsince = "36h"\n[schedule]\ndigest_at = "07:30"\n')

    shown = run("config", "show").out

    assert 'since = "36h"' in shown
    assert config.parse(shown).settings.digest == config.read(configured).settings.digest
    assert config.parse(shown).settings.schedule.digest_at == "07:30"
    json = run("config", "show", "--json").json
    assert (json["digest"]["since"], json["database"]) == (129600, str(configured.with_name("leadline.db")))
    assert [source["id"] for source in json["sources"]] == ["wire", "crm"]
    assert [prospect["id"] for prospect in json["prospects"]] == ["acme"]


def test_show_does_not_print_secrets(run: Run, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hush")
    configured.write_text('[[sources]]\nurl = "https://a.example"\nheaders = { Authorization = "env:TOKEN" }\n')

    assert "hush" not in run("config", "show", "--json").out


def test_doctor_is_content(run: Run, configured: Path) -> None:
    fill(configured, an_item()).close()

    ran = run("doctor")

    assert ran.code == 0
    assert "ok    sources    2 of 2 sources answered." in ran.out
    assert "1 prospect, 2 sources" in ran.out
    found = {finding["what"]: finding["state"] for finding in run("doctor", "--json").json}
    here = {"network", "rights"}  # may be otherwise on whatever machine this runs
    assert {state for what, state in found.items() if what not in here} == {"ok"}


@pytest.mark.parametrize(
    ("wreck", "what"),
    [
        (lambda path: path.write_text("rep = "), "config"),
        (lambda path: path.unlink(), "config"),
        (lambda path: path.with_name("leadline.db").write_text("junk"), "database"),
        (lambda path: path.with_name("leadline.db").mkdir(), "database"),
    ],
)
def test_doctor_finds_what_is_wrong(run: Run, configured: Path, wreck: object, what: str) -> None:
    assert callable(wreck)
    wreck(configured)

    ran = run("doctor", "--config", str(configured))

    assert ran.code == 1
    assert f"wrong {what}" in ran.out
    assert "hint: " in ran.out
