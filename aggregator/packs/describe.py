"""A pack in words: what comes with it, whom it contacts, what its terms are. Pure but for the environment's names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from aggregator.digest.words import counted
from aggregator.model import Prospect
from aggregator.packs.content import expanded, hosts_of, names_needed
from aggregator.packs.model import Content
from aggregator.tagging.rules import read_rules
from feeds.packs.signing import Signer
from feeds.text import one_line


def described(content: Content, signer: Signer | None, prospects: Sequence[Prospect]) -> Iterator[str]:
    """Line by line, what a rep should know before the pack is in force."""
    manifest = content.manifest
    yield f"{one_line(manifest.title)} ({manifest.id} {manifest.version}) by {one_line(manifest.publisher)}"
    if manifest.for_whom:
        yield f"  for       {one_line(manifest.for_whom)}"
    yield f"  signed    {signer.fingerprint if signer else 'no: anyone could have made it'}"
    if manifest.licence:
        yield f"  licence   {one_line(manifest.licence)}"
    yield f"  brings    {_brings(content, prospects)}"
    if hosts := hosts_of(content.sources):
        yield f"  contacts  {', '.join(hosts)}"
    yield from _particulars(content)
    yield from _unproven(content)
    yield from _lacking(content, prospects)


def _brings(content: Content, prospects: Sequence[Prospect]) -> str:
    made, _ = expanded(content, prospects)
    templates = sum(bool(each.each) for each in content.sources)
    parts = [
        counted(len(made), "source") + (f" ({counted(templates, 'template')} for each prospect)" if templates else "")
    ]
    parts += [
        counted(len(found), word)
        for found, word in (
            (read_rules(content.rules, "rules.toml", content.id).rules if content.rules else (), "rule"),
            (content.views, "view"),
            (content.questions, "question"),
            (content.prospects, "prospect"),
        )
        if found
    ]
    return ", ".join(parts)


def _particulars(content: Content) -> Iterator[str]:
    """Terms, quotas, keys and proposals; the same said of many sources is said once."""
    for heading, name in (("terms", "terms"), ("quota", "quota")):
        told: dict[str, list[str]] = {}
        for table in content.sources:
            if text := one_line(getattr(table, name), 1000):
                told.setdefault(text, []).append(table.id or "")
        for text, ids in told.items():
            yield f"  {heading:9} {', '.join(ids[:4])}{' …' if len(ids) > 4 else ''}: {text}"
    for key in dict.fromkeys(table.key for table in content.sources if table.key):
        ids = [table.id or "" for table in content.sources if table.key == key]
        there = "is set" if os.environ.get(key) else "is not set yet"
        yield f"  key       {', '.join(ids)}: the environment variable {key} ({there})"
    for table in content.sources:
        if table.proposal:
            yield f"  proposes  {table.id}: {one_line(table.name or table.url)}; copy it into your config"


def _unproven(content: Content) -> Iterator[str]:
    ids = [table.id or "" for table in content.sources if table.unverified]
    if ids:
        rest = f" and {len(ids) - 4} more" if len(ids) > 4 else ""
        yield f"  unproven  {', '.join(ids[:4])}{rest}: never polled yet by whoever made the pack"


def _lacking(content: Content, prospects: Sequence[Prospect]) -> Iterator[str]:
    """Templates that some prospects cannot fill yet."""
    _, lacking = expanded(content, prospects)
    if not prospects and any(table.each for table in content.sources):
        yield "  prospects none is configured: the templates make no source yet"
    names = {table.id: names_needed(table) for table in content.sources}
    for template in dict.fromkeys(each.source for each in lacking):
        count = sum(each.source == template for each in lacking)
        yield f"  lacking   {template}: {counted(count, 'prospect')} without {', '.join(names[template])}"
