"""The rules that ship with leadline do what their own examples say."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from aggregator.tagging.rules import RuleSet, RuleTable, read_rules
from aggregator.tagging.tagger import Tagger
from feeds.packs.library import shelf_text

CORE: RuleSet = read_rules(shelf_text("core", "rules.toml"), "rules.toml", "core")
TAGGER = Tagger(CORE)
EXAMPLES: list[dict[str, Any]] = tomllib.loads(shelf_text("core", "examples.toml"))["examples"]


def test_no_rule_is_refused() -> None:
    assert CORE.faults == ()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["title"])[:60])
def test_an_example_gets_its_types_and_no_others(example: dict[str, Any]) -> None:
    tags = TAGGER.tag(example["title"], example.get("text", ""), fields=example.get("fields", {}))

    assert sorted({tag.type for tag in tags}) == sorted(example["types"]), tags


@pytest.mark.parametrize("rule", [rule.written for rule in CORE.rules], ids=lambda rule: str(rule.id))
def test_a_rule_keeps_its_own_promises(rule: RuleTable) -> None:
    for title in rule.must:
        assert rule.signal in {tag.signal for tag in TAGGER.tag(title, "")}, title
    for title in rule.must_not:
        assert rule.id not in {tag.rule for tag in TAGGER.tag(title, "")}, title


def test_the_six_types_are_all_reached() -> None:
    assert len({rule.type for rule in CORE.rules if rule.type}) == 6
