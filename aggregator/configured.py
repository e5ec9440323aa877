"""What is said of sources that are left out, and of quotas that will not do: one wording for every command. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from aggregator.quotas import Shortfall
from aggregator.source_tables import about
from aggregator.templates import NotConfigured
from feeds.model import Source

MANY = 5
"""Of more prospects than this not all are named."""


def notes(
    lacking: Iterable[NotConfigured], shortfalls: Iterable[Shortfall], sources: Iterable[Source], contact: str
) -> Iterator[tuple[str, str, str]]:
    """All that is to be said of sources before any is asked: subject, sentence, hint."""
    yield from contact_lines(sources, contact)
    yield from lacking_lines(lacking)
    yield from quota_lines(shortfalls)


def lacking_lines(lacking: Iterable[NotConfigured]) -> Iterator[tuple[str, str, str]]:
    """For each source and what is missing: subject, sentence, hint; prospects that lack the same stand together."""
    together: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for each in lacking:
        together[each.source, each.missing].append(each.prospect)
    for (source, missing), prospects in together.items():
        names = [name for name in prospects if name]
        whose = f" for {_listed(names)}" if names else ""
        yield "sources", f"{source} is not configured{whose}: {_needs(missing)}.", _hint(missing, bool(names))


def quota_lines(shortfalls: Iterable[Shortfall]) -> Iterator[tuple[str, str, str]]:
    """For each quota that would be exceeded: subject, the arithmetic, and no hint, for it says what would do."""
    for each in shortfalls:
        yield "quota", str(each), ""


def contact_lines(sources: Iterable[Source], contact: str) -> Iterator[tuple[str, str, str]]:
    """Sources that will not be asked because `[poll] contact` names no e-mail address."""
    if "@" in contact:
        return
    those = list(dict.fromkeys(source.kind for source in sources if about(source.kind).contact))
    if those:
        hint = "Set `contact` in [poll] to your name and e-mail address."
        yield "poll.contact", f"Sources of kind {_listed(those)} may be asked only with your contact.", hint


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more


def _needs(missing: tuple[str, ...]) -> str:
    return "it needs " + ", and ".join(each.replace("|", " or ") for each in missing)


def _hint(missing: tuple[str, ...], of_prospects: bool) -> str:
    if missing == ("auth",):
        return 'Set its `auth` to "env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:SERVICE/NAME".'
    where = "the prospect's `ids`" if of_prospects else "its `options`, or name the prospect whose `ids` have it"
    return f"Put it into {where}."
