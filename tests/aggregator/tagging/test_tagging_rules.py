"""Bad rules are refused by name, with line and hint; the others load."""

from __future__ import annotations

import pytest

from aggregator.tagging.cues import CueError, parse_cue
from aggregator.tagging.rules import read_rules
from aggregator.tagging.tagger import Tagger

GOOD = '[[rules]]\nid = "good"\nsignal = "strategy.ma"\ncues = ["acquires"]\n'


@pytest.mark.parametrize(
    ("bad", "line", "key", "says"),
    [
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.mae"\ncues = ["a|b"]',
            7,
            "rules[1].signal",
            "did you mean 'strategy.ma'?",
        ),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["buy* .."]',
            8,
            "rules[1].cues",
            "ends in a gap",
        ),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["a||b"]',
            8,
            "rules[1].cues",
            "empty alternative",
        ),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["<verbs> it"]',
            8,
            "rules[1].cues",
            "no list of words is called <verbs>",
        ),
        ('[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["b*"]', 8, "rules[1].cues", "two letters"),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["a"]\ntitle = 3',
            9,
            "rules[1].title",
            "0 to 1",
        ),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncue = ["a"]',
            8,
            "rules[1].cue",
            "did you mean 'cues'?",
        ),
        ('[[rules]]\nid = "good"\nsignal = "strategy.ma"\ncues = ["a"]', 6, "rules[1].id", "twice"),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["a"]\nwithin = "nowhere"',
            9,
            "rules[1].within",
            "no kind",
        ),
        (
            '[[rules]]\nid = "x"\nsignal = "strategy.ma"\ncues = ["a"]\ntype = "plans"',
            9,
            "rules[1].type",
            "no content type",
        ),
        ('[[kinds]]\nid = "k"\ncues = ["a"]\nwhere = "head"', 8, "kinds[0].where", "allowed"),
        ('[[kinds]]\nid = "k"\ncues = ["a"]\ntypes = ["money"]', 8, "kinds[0].types", "no type"),
        ("[word]\na = 1", 5, "word", "did you mean 'words'?"),
    ],
)
def test_a_bad_table_is_named_and_the_others_load(bad: str, line: int, key: str, says: str) -> None:
    rules = read_rules(GOOD + bad, "mine.toml", "mine")

    assert [rule.written.id for rule in rules.rules] == ["good"]
    fault = rules.faults[0]
    assert (fault.file, fault.line, fault.key) == ("mine.toml", line, key)
    assert says in str(fault)


def test_a_syntax_error_is_the_only_fault() -> None:
    rules = read_rules("[[rules]\nid = ", "mine.toml", "mine")

    assert rules.rules == ()
    assert len(rules.faults) == 1
    assert rules.faults[0].line == 1


def test_a_list_that_refers_to_itself_is_refused() -> None:
    rules = read_rules('[words]\na = "<a> b"\n' + GOOD.replace("acquires", "<a>"), "mine.toml", "mine")

    assert "refers to itself" in str(rules.faults[0])


def test_rulesets_add_up_and_a_kind_holds_back() -> None:
    kind = '[[kinds]]\nid = "k"\ncues = ["cramer"]\nfactor = 0\n'
    both = Tagger(read_rules(GOOD, "a", "a"), read_rules(kind, "b", "b"))

    assert both.tag("Verrano acquires mill", "")
    assert not both.tag("Cramer: Verrano acquires mill", "")


@pytest.mark.parametrize("cue", ["", "..", "#", "^ #", "***", "a* b*c"])
def test_cues_that_mean_nothing_are_refused(cue: str) -> None:
    with pytest.raises(CueError):
        parse_cue(cue)


def test_the_whole_syntax() -> None:
    cue = parse_cue("^ raise*|new_money .. $# <what>", {"what": "round|seed_round"})

    assert cue.steps == (("^",), ("raise*", "new money"), ("$#",), ("round", "seed round"))
    assert cue.gaps == (0, 0, 6, 0)
    assert parse_cue("new . chief .. bank").gaps == (0, 2, 6)
