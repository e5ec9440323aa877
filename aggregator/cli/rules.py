"""``leadline rules``: check rules, try them before they count, and measure them on labelled items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import msgspec

from aggregator.cli.output import FAILED, USAGE, as_json, common, data, leave, opened, say
from aggregator.cli.shapes import tag_dict

if TYPE_CHECKING:
    from aggregator.model import Tag
    from aggregator.tagging.evaluate import Judged, Line, Rate, Report
    from aggregator.tagging.tagger import Tagger

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    short_help="Check, try and measure tagging rules.",
    epilog="""\b
Examples:
  leadline rules check mine.toml
  leadline rules try mine.toml --last 500
  leadline rules eval labelled.jsonl
  leadline rules learn labelled.jsonl
""",
)
def rules() -> None:
    """Check, try and measure tagging rules."""


@rules.command(
    epilog="""\b
Examples:
  leadline rules check              the rules that ship with leadline
  leadline rules check mine.toml    a file of your own
\b
Exit codes: 0 all good, 1 an example fails, 2 a rule cannot be read.
"""
)
@click.argument("files", nargs=-1, type=FILE)
@click.option("--json", "json_", is_flag=True, help="As JSON.")
def check(files: tuple[Path, ...], json_: bool) -> None:
    """Read rules and run the examples that they promise."""
    from aggregator import catalog
    from aggregator.tagging.examples import read_examples, run_examples, run_promises
    from aggregator.tagging.rules import read_rules

    texts = [catalog.RuleText("own", str(file), file.read_text("utf-8")) for file in files] or catalog.core_rules()
    sets = [read_rules(each.text, each.file, each.pack) for each in texts]
    tagger = catalog.tagger_with(*texts)
    faults = [fault for each in sets for fault in each.faults]
    failures = [failure for each in sets for failure in run_promises(tagger, each)]
    held = [(each.text, each.file) for each in texts] if files else [catalog.core_examples()]
    for text, file in held:
        examples, bad = read_examples(text, file)
        faults += bad
        failures += run_examples(tagger, examples)
    count = sum(len(each.rules) for each in sets)
    code = USAGE if faults else FAILED if failures else 0
    if json_:
        as_json({
            "rules": count,
            "faults": [{"file": f.file, "line": f.line, "key": f.key, "message": f.message, "hint": f.hint}
                       for f in dict.fromkeys(faults)],
            "failures": [{"rule": f.rule, "text": f.text, "wanted": f.wanted, "got": f.got} for f in failures],
        })  # fmt: skip
        leave(code)
    for fault in dict.fromkeys(faults):
        say(str(fault), level=-1)
    for failure in failures:
        rule = f"rule {failure.rule}: " if failure.rule else ""
        say(f"{rule}“{failure.text}”: wanted {failure.wanted}, got {failure.got}", level=-1)
    data(f"{count} rules read, {len(set(faults))} faults, {len(failures)} examples fail.")
    leave(code)


@rules.command(
    name="try",
    epilog="""\b
Examples:
  leadline rules try mine.toml --text "Acme opens a lab in Leeds"
  leadline rules try mine.toml --last 500       on the newest stored items
""",
)
@click.argument("file", type=FILE)
@click.option("--text", help="Tag this text.")
@click.option("--last", type=click.IntRange(1, 100_000), help="Tag the newest N stored items.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def try_(ctx: click.Context, /, file: Path, text: str | None, last: int | None, json_: bool, **options: Any) -> None:
    """Show what a rules file would change, before it counts. Nothing is stored."""
    from aggregator import catalog

    own = catalog.RuleText("own", str(file), file.read_text("utf-8"))
    for fault in catalog.faults_of(own):
        say(str(fault), level=-1)
    before, after = catalog.core_tagger(), catalog.tagger_with(own, wording=catalog.core_wording())
    if text is not None:
        texts: Iterator[tuple[str, str]] = iter([(text, "")])
    else:
        aggregator = opened(ctx, **options)
        before = aggregator.catalog.preparer.tagger
        after = catalog.tagger_with(own, *aggregator.catalog.own_rules, wording=aggregator.catalog.recipe.wording)
        texts = ((item.title, item.text) for item in aggregator.search("", limit=last or 100))
    compared = [(title, *_change(before, after, title, body)) for title, body in texts]
    changes = [(title, more, fewer) for title, more, fewer in compared if more or fewer]
    if json_:
        told = [{"title": title, "added": [tag_dict(tag) for tag in more], "removed": [tag.signal for tag in fewer]}
                for title, more, fewer in changes]  # fmt: skip
        as_json({"texts": len(compared), "changes": told})
        return
    for title, more, fewer in changes:
        data(title)
        for tag in more:
            data(f"  + {tag.signal}: “{tag.evidence.text}” in the {tag.evidence.where}")
        for tag in fewer:
            data(f"  - {tag.signal}")
    data(f"{len(changes)} of {len(compared)} texts would be tagged otherwise.")


def _change(before: Tagger, after: Tagger, title: str, body: str) -> tuple[list[Tag], list[Tag]]:
    """The tags that a text gets only from the later rules, and those only from the former."""
    old = {(tag.type, tag.signal): tag for tag in before.tag(title, body)}
    new = {(tag.type, tag.signal): tag for tag in after.tag(title, body)}
    return [new[key] for key in sorted(new.keys() - old.keys())], [old[key] for key in sorted(old.keys() - new.keys())]


class Labelled(msgspec.Struct, kw_only=True):
    """One labelled item."""

    title: str
    types: list[str]
    summary: str = ""
    family: str = ""
    fields: dict[str, Any] | None = None


@rules.command(
    name="eval",
    epilog="""\b
Each line is {"title", "summary", "types": […], "family": "news"}.
\b
Example:
  leadline rules eval labelled.jsonl
""",
)
@click.argument("file", type=click.File("rb"))
@click.option("--rules-alone", is_flag=True, help="Without the second opinion of the wording.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
def evaluate_(file: BinaryIO, rules_alone: bool, json_: bool) -> None:
    """Measure the tagging of labelled items: precision, recall and F1 with how many and how sure."""
    from aggregator.catalog import core_tagger, tagger_with
    from aggregator.tagging.evaluate import evaluate

    report = evaluate(_judged(_labelled(file), tagger_with() if rules_alone else core_tagger()))
    if json_:
        as_json(_report_dict(report))
        leave(0)
    _tell(report)


@rules.command(
    epilog="""\b
Each line is {"title", "summary", "types": […], "family": "news"}. Records
(family "api") are left out: their fields and rules of their own decide.
\b
Examples:
  leadline rules learn labelled.jsonl             only measure
  leadline rules learn a.jsonl b.jsonl --output w.json
\b
In the config, [tags] weights = "w.json" puts them in force.
""",
)
@click.argument("files", nargs=-1, required=True, type=click.File("rb"))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the weights there.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
def learn(files: tuple[BinaryIO, ...], output: Path | None, json_: bool) -> None:
    """Learn from labelled texts how content types are worded.

    Each fifth of the texts is judged with weights learnt from the others: by rules alone, and with the wording beside
    them. The weights that are written are learnt from all.
    """
    from aggregator.catalog import tagger_with
    from aggregator.tagging import training
    from aggregator.tagging.evaluate import Judged, evaluate
    from aggregator.tagging.wording import Wording, written
    from aggregator.whole_file import writing

    read = [item for file in files for item in _labelled(file)]
    lessons = training.once([
        training.Lesson(*_cleaned(item), frozenset(item.types)) for item in read if item.family != RECORDS
    ])  # fmt: skip
    alone: list[Judged] = []
    beside: list[Judged] = []
    tagger = tagger_with()
    for held, weights in training.folds(lessons):
        seconded = tagger.with_wording(Wording(weights))
        for each in held:
            for by, judged in ((tagger, alone), (seconded, beside)):
                tags = by.tag(each.title, each.text)
                judged.append(Judged(each.types, frozenset(tag.type for tag in tags)))
    weights = training.learn(lessons)
    if output:
        with writing(output) as file:
            file.write(written(weights))
    reports = {"rules alone": evaluate(alone), "with wording": evaluate(beside)}
    if json_:
        figures = {name.replace(" ", "_"): _report_dict(report) for name, report in reports.items()}
        as_json({"items": len(read), "texts": len(lessons), "grams": len(weights.grams), **figures})
        leave(0)
    data(f"{len(lessons)} texts of {len(read)} items; {len(weights.grams)} words and pairs of words learnt")
    for name, report in reports.items():
        data(f"\n{name}, on texts held back from learning")
        _tell(report)


RECORDS = "api"
"""The family of labelled items that are records of interfaces."""


def _tell(report: Report) -> None:
    data(f"{'':20} {'precision':28} {'recall':28} F1")
    for line in (report.overall, *report.by_type, *report.by_family):
        data(f"{line.name:20} {line.precision!s:28} {line.recall!s:28} {line.f1:.2f}")
    data(f"false alarms on items without a type: {report.false_alarms}; all types right: {report.exact}")


def _judged(items: Iterable[Labelled], tagger: Tagger) -> Iterator[Judged]:
    from aggregator.tagging.evaluate import Judged

    for item in items:
        tags = tagger.tag(*_cleaned(item), fields=item.fields or {})
        yield Judged(frozenset(item.types), frozenset(tag.type for tag in tags), item.family)


def _cleaned(item: Labelled) -> tuple[str, str]:
    from feeds.text import html_to_text, title_text

    return title_text(item.title), html_to_text(item.summary)


def _labelled(lines: BinaryIO) -> Iterator[Labelled]:
    from aggregator.errors import LeadlineError

    decoder = msgspec.json.Decoder(Labelled)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LeadlineError(f"line {number}: {error}", hint='each line is {"title", "summary", "types"}') from None


def _report_dict(report: Report) -> dict[str, Any]:
    return {
        "overall": _line_dict(report.overall),
        "by_type": [_line_dict(each) for each in report.by_type],
        "by_family": [_line_dict(each) for each in report.by_family],
        "false_alarms": _rate_dict(report.false_alarms),
        "exact": _rate_dict(report.exact),
    }


def _line_dict(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "items": line.items,
        "precision": _rate_dict(line.precision),
        "recall": _rate_dict(line.recall),
        "f1": line.f1,
    }


def _rate_dict(rate: Rate) -> dict[str, Any]:
    return {"value": rate.value, "hits": rate.hits, "n": rate.n, "interval": rate.interval}
