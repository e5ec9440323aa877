"""Examples that rules must and must not tag, run: what a rule's author promised, held against what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.rules import RuleSet
from aggregator.tagging.tagger import Tagger
from feeds.tables import Document, Fault, did_you_mean


class ExampleTable(msgspec.Struct, frozen=True):
    """One ``[[examples]]`` table: a text and all the content types that it must get."""

    title: str
    types: tuple[str, ...]
    text: str = ""
    fields: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not come out as promised."""

    rule: str
    """The rule that promised it; empty for an example of the whole file."""
    text: str
    wanted: str
    got: str


def read_examples(text: str, file: str) -> tuple[tuple[ExampleTable, ...], tuple[Fault, ...]]:
    """The examples in TOML text, and the faults of those that were left out."""
    document = Document.parse(text, file)
    tables = document.decode_list(ExampleTable, document.data.get("examples", []), "examples")
    for number, table in enumerate(tables):
        for name in table.types if table else ():
            if name not in TYPE_IDS:
                document.fault(f"examples[{number}].types", f"no content type {name!r}", did_you_mean(name, TYPE_IDS))
    return tuple(filter(None, tables)), tuple(document.faults)


def run_examples(tagger: Tagger, examples: Iterable[ExampleTable]) -> list[Failure]:
    """The examples that got other content types than they must."""
    failures = []
    for example in examples:
        got = sorted({tag.type for tag in tagger.tag(example.title, example.text, fields=example.fields)})
        if got != sorted(example.types):
            failures.append(Failure("", example.title, _listed(sorted(example.types)), _listed(got)))
    return failures


def run_promises(tagger: Tagger, rules: RuleSet) -> list[Failure]:
    """What rules say of titles that they must and must not tag, where it is not so."""
    failures = []
    for rule in rules.rules:
        written = rule.written
        for title in written.must:
            signals = sorted({tag.signal for tag in tagger.tag(title, "")})
            if written.signal not in signals:
                failures.append(Failure(written.id, title, written.signal, ", ".join(signals) or "no tag"))
        for title in written.must_not:
            if any(tag.rule == written.id and tag.pack == rule.pack for tag in tagger.tag(title, "")):
                failures.append(Failure(written.id, title, "no tag by this rule", written.signal))
    return failures


def _listed(types: Sequence[str]) -> str:
    return ", ".join(types) or "no content type"
