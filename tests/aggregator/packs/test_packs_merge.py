"""What is in force: the rep's overlay on top of packs, field by field, by stable id."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import catalog
from aggregator.errors import ConfigError
from aggregator.packs.installs import Packs
from aggregator.packs.merge import merge
from aggregator.packs.overlay import edit, mute_rule, parse_overlay, path_for, read_overlay
from aggregator.why import why
from tests.packing import RULES, source, write_pack

TEMPLATE = """\
[[sources]]
id = "filings"
name = "Filings"
url = "https://records.example/${cik}.xml"
each = "prospect"
every = "1h"
"""
A = source("alpha", "https://alpha.example/feed", 'every = "1h"\noptions = { keep = 1, change = "a" }')


@pytest.fixture
def installed(packs: Packs, tmp_path: Path) -> Packs:
    """A pack of one source and one template."""
    folder = write_pack(
        tmp_path / "team", A + TEMPLATE, rules=RULES,
        views='[[views]]\nid = "v"\ntitle = "V"\nquery = "type:structure"\n',
        checklist='[[questions]]\nid = "q"\ntype = "structure"\nquestion = "Who?"\n',
    )  # fmt: skip
    folder.joinpath("prospects.csv").write_text("name,id,cik\nNew Ltd,new,7\nNot me,acme,8\n", encoding="utf-8")
    packs.put(packs.plan(str(folder))[0])
    return packs


def test_templates_are_filled_for_each_prospect_that_has_what_they_need(installed: Packs) -> None:
    """The pack's own prospects among them; the rep's come first."""
    merged = merge(installed.config)

    assert {each.id: each.url for each in merged.sources if each.prospect} == {
        "team.filings.acme": "https://records.example/0000001.xml",
        "team.filings.new": "https://records.example/7.xml",
    }
    assert [(each.source, each.prospect, each.missing) for each in merged.not_configured] == [
        ("team.filings", "blank", ("cik",))
    ]
    assert [each.name for each in merged.prospects] == ["Acme Corporation", "Blank Ltd", "New Ltd"]


def test_the_overlay_is_merged_field_by_field(installed: Packs) -> None:
    """A template's id stands for all that it makes; a source's own id is nearer."""
    path = path_for(installed.config.path)
    edit(path, "team.alpha", {"boost": 1.5, "options": {"change": "b"}})
    edit(path, "team.filings", {"every": "2h", "boost": 0.5})
    edit(path, "team.filings.acme", {"name": "Acme's filings", "boost": 2.0})
    edit(path, "team.filings.new", {"muted": True})

    found = {each.id: each for each in merge(installed.config).sources}
    assert found["team.alpha"].reputation == 1.5
    assert found["team.alpha"].every == 3600
    assert found["team.alpha"].options == {"keep": 1, "change": "b"}
    acme = found["team.filings.acme"]
    assert (acme.name, acme.every, acme.reputation) == ("Acme's filings", 7200, 2.0)
    assert "team.filings.new" not in found
    assert merge(installed.config).muted == ("team.filings.new",)


def test_the_file_keeps_the_rep_s_own_words(installed: Packs) -> None:
    """Comments stay; what was taken back is gone."""
    path = path_for(installed.config.path)
    path.write_text('# mine\n[sources."team.alpha"]\nboost = 1.5 # I like it\n', encoding="utf-8")
    edit(path, "team.alpha", {"name": "Alpha"})
    edit(path, "team.alpha", {"name": None})
    mute_rule(path, "team/christens-hopyard", muted=True)

    assert path.read_text("utf-8").startswith('# mine\n[sources."team.alpha"]\nboost = 1.5 # I like it\n')
    assert read_overlay(path).muted_rules == ("team/christens-hopyard",)
    mute_rule(path, "team/christens-hopyard", muted=False)
    edit(path, "team.alpha", {"boost": None})
    assert read_overlay(path).sources == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sources."a.b"]\nboost = 99\n', "overlay.toml:2"),
        ('[sources."a.b"]\nkind = "x"\n', "unknown key"),
        ('[sources."a.b"]\nurl = "x"\n', "not of the allowed form"),
        ('[sources."a.b"]\nauth = "hunter2"\n', "not of the allowed form"),
        ("sources = 3\n", "expected tables"),
        ("[sauces]\n", "did you mean 'sources'"),
        ("[rules]\nmuted = 3\n", "a list"),
    ],
)
def test_faults_in_the_overlay_are_named(text: str, words: str) -> None:
    """With line and hint, as in the config."""
    with pytest.raises(ConfigError, match="overlay") as failed:
        parse_overlay(text, Path("overlay.toml"))
    assert words in str(failed.value)


def test_the_catalog_has_it_all(installed: Packs) -> None:
    """Rules of packs count beside the core's, views and questions are there; a muted rule does not count."""
    found = catalog.load(installed.config)
    version = found.recipe.version

    assert {each.id for each in found.sources} == {"team.alpha", "team.filings.acme", "team.filings.new"}
    assert [(view.id, view.pack) for view in found.views] == [("v", "team")]
    assert [question.question for question in found.checklist if question.pack == "team"] == ["Who?"]
    (tag,) = found.preparer.tagger.tag("Verrano christens its hopyard", "")
    assert (tag.pack, tag.rule) == ("team", "christens-hopyard")
    mute_rule(path_for(installed.config.path), "team/christens-hopyard", muted=True)
    muted = catalog.load(installed.config)
    assert muted.preparer.tagger.tag("Verrano christens its hopyard", "") == ()
    assert muted.recipe.version != version


def test_a_key_that_the_rep_sets_reaches_what_needs_one(packs: Packs, tmp_path: Path) -> None:
    """The pack names a variable; only the rep's own word makes it be read."""
    table = '[[sources]]\nid = "sam"\nkind = "sam_opportunities"\nkey = "SAM_API_KEY"\noptions = { title = "cloud" }\n'
    packs.put(packs.plan(str(write_pack(tmp_path / "team", table)))[0])

    merged = merge(packs.config)
    assert merged.sources == ()
    assert [(each.source, each.missing) for each in merged.not_configured] == [("team.sam", ("auth",))]
    edit(path_for(packs.config.path), "team.sam", {"auth": "env:SAM_API_KEY"})
    assert [each.auth for each in merge(packs.config).sources] == ["env:SAM_API_KEY"]


def test_each_setting_says_where_it_comes_from(installed: Packs) -> None:
    """The config with its line, the pack with its version, the overlay with its line, or the default."""
    edit(path_for(installed.config.path), "team.alpha", {"boost": 1.5})
    found = catalog.load(installed.config)

    assert [each.place for each in why(found, "database")] == [f"{installed.config.path}, line 1"]
    assert [each.place for each in why(found, "poll.timeout")] == ["leadline's default"]
    places = {each.key: each.place for each in why(found, "team.alpha")}
    assert places["every"] == "pack team 1.0.0"
    assert places["scope"] == "leadline's default"
    assert "overlay.toml, line 4 (the pack says 1.0)" in places["reputation"]
    assert {each.key: each.value for each in why(found, "team.filings.acme")}["pack"] == "team/filings.acme"
