"""Which of the companies found in public records is the one that is meant, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.pipeline.names import folded, without_legal_form
from feeds.identities import Candidate

MOST = 8
"""Proposals shown."""
SHORTEST = 3
"""Letters of an alias at least: shorter ones are found everywhere."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A company that may be meant, with what would be taken over of it."""

    candidate: Candidate
    found_in: tuple[str, ...]
    """``Wikidata Q…``, ``SEC EDGAR``."""
    why: tuple[str, ...]
    """Why it may be the one, the strongest first."""
    rank: int
    """3 same domain or identifier, 2 same name, 1 same but for its legal form, 0 only alike."""


def proposals(
    name: str, candidates: Iterable[Candidate], *, domain: str = "", identifiers: Mapping[str, str] | None = None
) -> tuple[Proposal, ...]:
    """Candidates judged against what is known of a prospect, the likeliest first; two of one CIK are one."""
    found = [_judged(name, domain, identifiers or {}, each) for each in _merged(candidates)]
    return tuple(sorted(found, key=lambda each: -each.rank)[:MOST])


def sure_one(found: Sequence[Proposal]) -> Proposal | None:
    """The one that is surely meant: same domain, identifier or whole name, and no other as likely."""
    best = [each for each in found if each.rank == found[0].rank]
    return best[0] if len(best) == 1 and best[0].rank >= 2 else None


def _merged(candidates: Iterable[Candidate]) -> list[tuple[Candidate, tuple[str, ...]]]:
    """Each company once: what Wikidata and the SEC's list say of one CIK stands together."""
    found: list[tuple[Candidate, tuple[str, ...]]] = []
    by_cik: dict[str, int] = {}
    for each in candidates:
        place = "SEC EDGAR" if each.id.startswith("CIK") else f"Wikidata {each.id}"
        cik = each.identifiers.get("cik", "").lstrip("0")
        if cik and cik in by_cik:
            former, places = found[by_cik[cik]]
            both = {**each.identifiers, **former.identifiers}
            found[by_cik[cik]] = replace(former, identifiers=both), (*places, place)
            continue
        if cik:
            by_cik[cik] = len(found)
        found.append((each, (place,)))
    return found


def _judged(
    name: str, domain: str, identifiers: Mapping[str, str], found: tuple[Candidate, tuple[str, ...]]
) -> Proposal:
    candidate, places = found
    why: list[str] = []
    rank = 0
    if domain and candidate.domain.lower() == domain.lower():
        why, rank = [f"same domain {domain}"], 3
    same = [key for key, value in identifiers.items() if value and _same(value, candidate.identifiers.get(key, ""))]
    if same:
        why, rank = [*why, f"same {same[0]}"], 3
    likeness, words = _likeness(name, candidate)
    return Proposal(candidate, places, (*why, words), max(rank, likeness))


def _same(one: str, other: str) -> bool:
    return one.strip().lstrip("0").casefold() == other.strip().lstrip("0").casefold() != ""


def _likeness(name: str, candidate: Candidate) -> tuple[int, str]:
    """How like a name is to a candidate's names, and in words."""
    wanted = folded(name)
    names = [folded(each) for each in (candidate.name, *candidate.aliases)]
    if wanted == names[0]:
        return 2, "the same name"
    if wanted in names:
        return 2, "it goes by that name"
    if without_legal_form(wanted) in map(without_legal_form, names):
        return 1, "the same name but for its legal form"
    return 0, "a name like it"


def taken_over(table: Mapping[str, object], proposal: Proposal) -> dict[str, object]:
    """A prospect's table with what a proposal adds; what the user said stays as he said it."""
    candidate = proposal.candidate
    said = table.get("aliases")
    own = [str(each) for each in said] if isinstance(said, list) else []
    known = {folded(each) for each in (str(table.get("name", "")), *own)}
    names = {folded(each): each for each in reversed((candidate.name, *candidate.aliases)) if len(each) >= SHORTEST}
    more = [each for key, each in reversed(names.items()) if key not in known]
    ids = table.get("ids")
    both = {**candidate.identifiers, **(ids if isinstance(ids, dict) else {})}
    added = {"aliases": [*own, *more], "domain": table.get("domain") or candidate.domain, "ids": both}
    return {**table, **{key: value for key, value in added.items() if value}}
