"""The second opinion of the wording: sums, spans, and that it only ever adds."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import core_rules, core_wording, tagger_with
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.rules import read_rules
from aggregator.tagging.tagger import BESIDE_THRESHOLD, TAG_THRESHOLD, WORDING, Tagger
from aggregator.tagging.training import SEEN, Lesson, folds, learn, once
from aggregator.tagging.wording import (
    FEW,
    LONG,
    MAX_WEIGHT,
    TALLY,
    PackedTally,
    Weights,
    Wording,
    grams,
    read_wording,
    stem,
    written,
)

RULES = """
[context]
negations = ["no"]

[[kinds]]
id = "records"
cues = ["notice"]
only = true

[[kinds]]
id = "tips"
cues = ["stocks to buy"]
types = ["structure"]

[[rules]]
id = "closing"
signal = "structure.sites"
cues = ["shut*", "gone"]
unless = ["eye*"]
title = 0.3
body = 0.1

[[rules]]
id = "buying"
signal = "strategy.ma"
cues = ["buy* . mill"]
"""
WORDS = (
    "mill",
    "shut",
    "shuts",
    "gone",
    "eyes",
    "notice",
    "buys",
    "no",
    "stocks",
    "to",
    "buy",
    "Leeds",
    "12",
    "$3m",
    "%",
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=40).map(" ".join)


def weights(**grams_: dict[str, int]) -> Weights:
    """Weights of some grams (``_`` for a space), of the types that are named."""
    rows = {
        gram.replace("_", " "): tuple(each.get(kind, 0) for kind in TYPE_IDS) for gram, each in grams_.items()
    }  # fmt: skip
    return Weights(texts=9, types=TYPE_IDS, scale=0.4, intercepts=(-2.0,) * len(TYPE_IDS), grams=rows)


MILL = weights(mill={"structure": 90}, T_mill={"structure": 20}, shut_mill={"structure": 40}, leed={"strategy": -50})
TAGGER = Tagger(read_rules(RULES, "rules.toml", "mine"), wording=Wording(MILL))
ALONE = TAGGER.with_wording(None)
CORE, CORE_ALONE = tagger_with(wording=core_wording()), tagger_with()


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("Mills", "mill"), ("companies", "company"), ("Cutting", "cutt"), ("$1,200.50", "0"), ("٣", "0"), ("is", "is")],
)
def test_stems(word: str, stemmed: str) -> None:
    """Endings go, numbers are all one."""
    assert stem(word) == stemmed


def test_grams() -> None:
    """Words, those of the title once more, and neighbours, never across title and body."""
    assert grams("Acme shuts 12 mills", "Jobs go.") == {
        "acme", "shut", "0", "mill", "T acme", "T shut", "T 0", "T mill", "acme shut", "shut 0", "0 mill",
        "job", "go", "job go",
    }  # fmt: skip


@given(title=TEXTS | st.text(st.characters(max_codepoint=127), max_size=90))
def test_a_sign_beyond_ascii_changes_nothing(title: str) -> None:
    """Texts of ASCII alone are read by another, faster expression."""
    assert grams(title, "") == grams(f"{title} …", "")


SMALL = st.integers(-MAX_WEIGHT, MAX_WEIGHT)
ROWS = st.dictionaries(
    st.sampled_from(sorted(grams(" ".join(WORDS), " ".join(reversed(WORDS))))), st.tuples(*[SMALL] * len(TYPE_IDS))
)


@given(rows=ROWS, title=TEXTS, text=TEXTS)
def test_packed_sums_are_plain_sums(rows: dict[str, tuple[int, ...]], title: str, text: str) -> None:
    """Count, sums and chances are what plain arithmetic gives."""
    learnt = Weights(texts=1, types=TYPE_IDS, scale=0.07, intercepts=(-1.0, 0.0, 1.0, 2.0, -3.0, 0.5), grams=rows)
    known = [rows[gram] for gram in grams(title, text) if gram in rows]
    plain = tuple(sum(column) for column in zip(*known, strict=True)) if known else (0,) * len(TYPE_IDS)

    wording = Wording(learnt)
    assert wording.sums(title, text) == (len(known), plain)
    for chance, start, total in zip(wording.chances(title, text), learnt.intercepts, plain, strict=True):
        score = start + 0.07 * total / math.sqrt(max(len(known), FEW)) if known else -math.inf
        assert chance == pytest.approx(1 / (1 + math.exp(-score)) if known else 0.0, abs=1e-12)


ODD = st.text(st.sampled_from("aAsSgeéßſKİΣ²٣ⅧxT059 $%.,_-\u00a0\ud800𝔸"))


@pytest.mark.skipif(TALLY is None, reason="leadline was installed without a C compiler")
@given(st.data())
@settings(deadline=None)
def test_compiled_sums_are_packed_sums(data: st.DataObject) -> None:
    """Whatever the texts, whatever was learnt, and when more words are met than are remembered."""
    texts = data.draw(st.lists(st.tuples(ODD | TEXTS, ODD | TEXTS), min_size=1, max_size=5))
    seen = sorted({gram for each in texts for gram in grams(*each)})
    keys = (st.sampled_from(seen) | ODD) if seen else ODD
    rows = data.draw(st.dictionaries(keys, st.tuples(*[SMALL] * len(TYPE_IDS))))
    assert TALLY
    compiled, packed = TALLY(rows, len(TYPE_IDS), stem, 3, LONG), PackedTally(rows)
    for title, text in texts:
        assert compiled.sums(title, text) == packed.sums(title, text)


def test_one_known_word_does_not_speak_for_all() -> None:
    """However large its weight, among words that nobody knows."""
    learnt = weights(its={"strategy": 60}, T_its={"strategy": 60})
    few, many = Wording(learnt).chances("Its", ""), Wording(learnt).chances("Its hopyard", "its")
    assert few == many
    assert few[0] == pytest.approx(1 / (1 + math.exp(2 - 0.4 * 120 / math.sqrt(FEW))))


@pytest.mark.parametrize("weight", [-MAX_WEIGHT, MAX_WEIGHT])
def test_the_longest_text_cannot_overflow_a_sum(weight: int) -> None:
    """As many different grams as fit, each of the largest weight."""
    title = "".join(chr(0x4E00 + number) + "%" for number in range(400)) + "beyond" * 1000
    body = "".join(chr(0x5E00 + number) + "$" for number in range(110)) + "beyond" * 1000
    found = grams(title, body)
    rows: dict[str, tuple[int, ...]] = dict.fromkeys(found, (weight, -weight) * 3)

    assert not any("beyond" in gram for gram in found)
    wording = Wording(Weights(texts=1, types=TYPE_IDS, scale=1.0, intercepts=(0.0,) * 6, grams=rows))
    assert wording.sums(title, body) == (len(found), (weight * len(found), -weight * len(found)) * 3)


@pytest.mark.parametrize("text", ["İ" * 900, "a" * 100_000, "\x00\ud800" * 500, "$" * 2000, "1,." * 1000, "", " \n"])
def test_hostile_texts(text: str) -> None:
    """Are read as far as is read, and judged."""
    for title, body in ((text, ""), ("", text), (text, text)):
        CORE.tag(title, body)
        CORE.opinions(title, body)


@given(title=TEXTS, text=TEXTS)
def test_it_only_adds(title: str, text: str) -> None:
    """All tags of the rules stay as they were; what is more is of types that they did not give, with an exact span."""
    for beside, alone in ((TAGGER, ALONE), (CORE, CORE_ALONE)):
        tags, before = beside.tag(title, text), alone.tag(title, text)
        more = [tag for tag in tags if tag not in before]
        assert set(before) <= set(tags)
        assert not {tag.type for tag in more} & {tag.type for tag in before}
        assert sorted(tag.type for tag in more) == sorted({tag.type for tag in more})
        for tag in more:
            source = title if tag.evidence.where == "title" else text
            assert tag.evidence.text == source[tag.evidence.start : tag.evidence.end] != ""
            assert TAG_THRESHOLD <= tag.confidence <= BESIDE_THRESHOLD
        assert {each.tag for each in beside.opinions(title, text) if each.tag} == set(more)
        assert beside.tag(title, text) == tags


def test_weak_evidence_is_confirmed() -> None:
    """The tag is the rule's own: its signal, its words."""
    [tag] = TAGGER.tag("Acme shuts mill", "")

    assert ALONE.tag("Acme shuts mill", "") == ()
    assert (tag.signal, tag.rule, tag.pack, tag.evidence.text) == ("structure.sites", "closing", "mine", "shuts")
    assert [near.rule for near in ALONE.near_misses("Acme shuts mill", "")] == ["closing"]
    assert TAGGER.near_misses("Acme shuts mill", "") == ()


@pytest.mark.parametrize(
    ("title", "text", "where", "evidence"),
    [("Last days of the Mill", "", "title", "Mill"), ("Acme", "The last mills, sold.", "body", "mills")],
)
def test_alone_it_shows_the_word_that_speaks_most(title: str, text: str, where: str, evidence: str) -> None:
    """Its signal is the type's own id, as of what a source declares."""
    [tag] = TAGGER.tag(title, text)

    assert (tag.type, tag.signal, tag.rule, tag.pack) == ("structure", "structure", WORDING, "")
    assert (tag.evidence.where, tag.evidence.text) == (where, evidence)


@pytest.mark.parametrize(
    ("title", "options", "why"),
    [
        ("Notice: mill", {}, None),
        ("Mill and other stocks to buy", {}, "this is a text of the kind tips"),
        ("No gone mill", {}, "what rule closing looks for is denied, or undone by other words"),
        ("Gone eyes on mill", {}, "what rule closing looks for is denied, or undone by other words"),
        ("A mill", {"declared": ("strategy",)}, None),
        ("A mill", {"fields": {"notice_type": "award"}}, None),
    ],
)
def test_where_it_is_silent(title: str, options: dict[str, object], why: str | None) -> None:
    """Records, kinds of text that mean nothing, what rules say is denied, what fields or the source decide."""
    tags = TAGGER.tag(title, "", **options)  # type: ignore[arg-type]
    opinions = TAGGER.opinions(title, "", **options)  # type: ignore[arg-type]

    assert not any(tag.type == "structure" for tag in tags)
    assert tags == ALONE.tag(title, "", **options)  # type: ignore[arg-type]
    assert [each.why for each in opinions] == ([why] if why else [])


def test_version_changes_with_the_weights() -> None:
    """So that stored items are known to be stale."""
    other = Wording(weights(mill={"structure": 91}))
    assert len({TAGGER.version, ALONE.version, TAGGER.with_wording(other).version}) == 3
    assert TAGGER.with_wording(Wording(MILL)).version == TAGGER.version


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"types": ["strategy"]}, "types must be"),
        ({"intercepts": [1.0]}, "intercepts must be 6 numbers"),
        ({"grams": {"mill": [1, 2]}}, "'mill': expected 6 whole numbers from -127 to 127"),
        ({"grams": {"mill": [0, 0, 0, 0, 0, 10**30]}}, "expected 6 whole numbers"),
        ({"grams": {"mill": [0, 0, 0, 0, 0, 128]}}, "expected 6 whole numbers"),
        ({"grams": []}, "no weights of wordings"),
        ({"scale": 0}, "scale must be"),
        ({"grams": {"\ud800": [0] * 6}}, "no weights of wordings"),
        ({"scale": "x"}, "no weights of wordings"),
        ({"more": 1}, "no weights of wordings"),
    ],
)
def test_damaged_weights_are_a_fault(change: dict[str, object], told: str) -> None:
    """Named with the file and what to do; never an exception."""
    read, [fault] = read_wording(json.dumps(json.loads(written(MILL)) | change), "w.json")

    assert read is None
    assert told in str(fault)
    assert "w.json" in str(fault)
    assert "leadline rules learn" in fault.hint


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\x00", "null", "1e999", '{"scale": NaN}', "\ud800"])
def test_what_is_no_json_is_a_fault(text: str) -> None:
    """Whatever it is."""
    read, faults = read_wording(text, "w.json")
    assert read is None
    assert len(faults) == 1


def test_what_is_written_is_read_again() -> None:
    """A gram a line, in order."""
    text = written(MILL)
    read, faults = read_wording(text, "w.json")

    assert not faults
    assert read is not None
    assert read.version == Wording(MILL).version
    assert [line.split('"')[1] for line in text.splitlines()[1:-1]] == ["T mill", "leed", "mill", "shut mill"]


LESSONS = [
    Lesson(f"{firm} {verb} {thing}", "", frozenset([kind] if kind else []))
    for firm in ("Acme", "Verrano", "Calder", "Norrland", "Hopyard", "Boltworks")
    for verb, thing, kind in (
        ("shuts", "mill", "structure"), ("buys", "rival", "strategy"), ("wins", "praise", ""), ("sings", "along", ""),
    )
]  # fmt: skip


def test_learning() -> None:
    """Words that go with a type speak for it, in a text never seen; rare words are not learnt."""
    learnt = learn(LESSONS)
    chances = dict(zip(TYPE_IDS, Wording(learnt).chances("Zenith shuts mill", ""), strict=True))

    assert chances["structure"] > 0.8
    assert max(chance for kind, chance in chances.items() if kind != "structure") < 0.3
    assert "shut mill" in learnt.grams
    assert all(len(gram.split()) <= 2 for gram in learnt.grams)
    assert all(sum(gram in grams(each.title, each.text) for each in LESSONS) >= SEEN for gram in learnt.grams)


def test_learning_is_the_same_every_time() -> None:
    """In whatever order the texts come, and however often."""
    assert written(learn(once(LESSONS))) == written(learn(once([*reversed(LESSONS), LESSONS[3]])))
    assert len(once([*LESSONS, *LESSONS])) == len(LESSONS)


def test_each_text_is_held_back_once() -> None:
    """From weights that it had no part in."""
    parts = list(folds(LESSONS))
    assert sorted(each.title for held, _ in parts for each in held) == sorted(each.title for each in LESSONS)
    assert all(len(held) + learnt.texts == len(LESSONS) for held, learnt in parts)


@pytest.mark.parametrize(
    "lessons", [[], LESSONS[:1], [Lesson("", "", frozenset()), Lesson("x", "", frozenset(["strategy"]))]]
)
def test_too_little_to_learn_from(lessons: list[Lesson]) -> None:
    """Gives weights that say nothing."""
    read, faults = read_wording(written(learn(lessons)), "w.json")
    assert not faults
    assert read is not None
    assert TAGGER.with_wording(read).tag("Last days of the mill", "") == ()


def test_what_ships_can_be_read_and_is_no_text() -> None:
    """Words and pairs of words alone, small."""
    text = core_wording().text
    read, faults = read_wording(text, "wording.json")

    assert not faults
    assert read is not None
    assert len(text) < 250_000
    assert all(len(gram.split()) <= 2 for gram in json.loads(text)["grams"])


def test_promises_of_rules_are_judged_without_it() -> None:
    """What a rule must not tag is about the rule, not about weights that change with the next learning."""
    assert (
        tagger_with().version == Tagger(*(read_rules(each.text, each.file, each.pack) for each in core_rules())).version
    )
