"""Is a pack fit to be given to others? Everything that can be told offline, and what its sources answer if asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aggregator.model import Prospect
from aggregator.packs.content import expanded, hosts_of, names_needed, read_content
from aggregator.packs.model import Content
from aggregator.packs.secrecy import leaks_in, secrets_in
from aggregator.tagging.rules import read_rules
from aggregator.templates import expand
from feeds.model import Source
from feeds.packs.archive import SIGNATURE, SUMS
from feeds.packs.errors import PackRefused
from feeds.tables import Fault

_SAMPLE_IDS = {
    "cik": "0000320193", "ticker": "SMPL", "uei": "ABCDEF123456", "company_number": "01234567", "isin": "US0000000000",
    "lei": "5493001KJTIIGC8Y1R12", "ein": "123456789", "wikidata": "Q42", "github": "sample", "greenhouse": "sample",
    "lever": "sample", "ashby": "sample", "bluesky": "sample.example", "mastodon": "sample", "subreddit": "sample",
}  # fmt: skip
SAMPLES = (
    Prospect("sample", "Sample Corporation", ("Sample",), "sample.example", identifiers=_SAMPLE_IDS),
    Prospect("odd", "Ødd & Söhne / «Q» 100%", (), "xn--dd-oka.example"),
)
"""Prospects that templates are tried on: one with every identifier, one with hardly any and an odd name."""

Ask = Callable[[Sequence[Source]], Iterable[tuple[Source, str, int]]]
"""Asks sources once: each with what was wrong (empty if nothing) and how many entries it had."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a pack."""

    content: Content | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    """Advice; nothing that keeps the pack from being built."""
    examples: int = 0
    """How many examples were run."""

    @property
    def fine(self) -> bool:
        """Whether the pack may be built and installed."""
        return not self.faults


def check(
    members: dict[str, bytes],
    *,
    prefix: str = "",
    own: Iterable[Prospect] = (),
    notes: Iterable[str] = (),
    ask: Ask | None = None,
) -> Checked:
    """Look a pack over. ``own`` and ``notes`` are its maker's, and must not be in it; ``ask`` polls its sources."""
    try:
        content = read_content(members, prefix)
    except PackRefused as error:
        return Checked(None, error.faults or (Fault(f"{prefix}pack.toml", 0, "", str(error)),))
    written = {name: raw for name, raw in members.items() if name not in ("LICENSE", SUMS, SIGNATURE)}
    texts = {f"{prefix}{name}": raw.decode("utf-8", "replace") for name, raw in written.items()}
    public = {name: text for name, text in texts.items() if not name.endswith("prospects.csv")}
    found = [*content.faults, *secrets_in(texts), *leaks_in(public, own, notes)]
    failures, count = _examples(content, prefix)
    found += failures
    told = list(_advice(content))
    if ask and not found:
        online, more = _online(content, ask, prefix)
        found += online
        told += more
    return Checked(content, tuple(dict.fromkeys(found)), tuple(told), count)


def _examples(content: Content, prefix: str) -> tuple[list[Fault], int]:
    """Run every example with leadline's own rules beside the pack's."""
    from aggregator.tagging.examples import read_examples, run_examples, run_promises
    from aggregator.tagging.tagger import Tagger
    from feeds.packs.library import shelf_text

    if not content.rules and not content.examples:
        return [], 0
    rules = read_rules(content.rules, f"{prefix}rules.toml", content.id)
    core = read_rules(shelf_text("core", "rules.toml"), "rules.toml", "core")
    tagger = Tagger(core, rules)
    examples, faults = read_examples(content.examples, f"{prefix}examples.toml")
    count = len(examples) + sum(len(each.written.must) + len(each.written.must_not) for each in rules.rules)
    failures = [(f"{prefix}examples.toml", each) for each in run_examples(tagger, examples)]
    failures += [(f"{prefix}rules.toml", each) for each in run_promises(tagger, rules)]
    failures += [(f"{prefix}rules.toml", each) for each in run_promises(tagger, core)]
    told = [
        Fault(
            file, 0, each.rule, f"“{each.text}”: wanted {each.wanted}, got {each.got}", "mend the cues or the example"
        )
        for file, each in failures
    ]
    return [*faults, *told], count


def _advice(content: Content) -> Iterable[str]:
    manifest = content.manifest
    if not manifest.licence:
        yield "pack.toml: no licence: nobody knows whether he may pass it on"
    if not any(line.strip().startswith(manifest.version) for line in manifest.changelog):
        yield f"pack.toml: changelog has no line for {manifest.version}: reps are shown it at the update"
    for table in content.sources:
        if not table.seen and not table.proposal:
            yield f"sources.toml: {table.id}: seen is empty: say when and where the address was seen"
        if table.unverified:
            yield f"sources.toml: {table.id}: unverified: `leadline pack check --online` tries it"
        if table.each:
            yield f"sources.toml: {table.id}: for each prospect with {', '.join(names_needed(table)) or 'a name'}"
    made, lacking = expanded(content, SAMPLES)
    for name in sorted({name for each in lacking if each.prospect == "sample" for name in each.missing}):
        yield f"sources.toml: no prospect has {name!r} unless its `ids` in the config say it"
    if hosts := hosts_of(content.sources):
        yield f"{len(made)} sources with two sample prospects; hosts: {', '.join(hosts)}"


def _online(content: Content, ask: Ask, prefix: str) -> tuple[list[Fault], list[str]]:
    """Poll each source that needs no prospect and no key once."""
    plain = [table for table in content.sources if not table.each and not table.proposal and not table.key]
    made, _ = expand([(table, content.id) for table in plain], ())
    faults, notes = (
        [],
        [
            f"sources.toml: {table.id}: not tried: it needs {'a prospect' if table.each else 'a key'}"
            for table in content.sources
            if (table.each or table.key) and not table.proposal
        ],
    )
    for source, wrong, count in ask(made):
        if wrong:
            faults.append(Fault(f"{prefix}sources.toml", 0, source.id, wrong, f"is {source.url} still its address?"))
        else:
            notes.append(f"sources.toml: {source.id}: answers, {count} entries")
    return faults, notes
