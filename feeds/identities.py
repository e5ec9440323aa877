"""Who is this company in public records? Requests to Wikidata and EDGAR's ticker file, and what they answer.

A helper for naming prospects, not a source: nothing here is polled, and what it finds is proposed, never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from feeds.connectors.records import at, read_json, read_table, text, texts
from feeds.connectors.sec import SEC, WAITS
from feeds.errors import ReadError
from feeds.model import Budget, Request, Response, Terms

WIKIDATA = "https://www.wikidata.org/w/api.php"
TICKERS = "https://www.sec.gov/files/company_tickers.json"
WIKIDATA_TERMS = Terms(budgets=(Budget("www.wikidata.org", 1, 1.0),), contact=True, waits={403: 600.0})
TICKER_TERMS = Terms(budgets=(SEC,), contact=True, waits=WAITS)
MOST = 50
"""Entities asked for at once at most."""
IDENTIFIERS: Mapping[str, str] = {"P5531": "cik", "P2622": "company_number", "P1278": "lei"}
"""Wikidata's properties that identify a company, and what they are called here."""
_WEB_SITE, _OFFICIAL_NAME, _EXCHANGE, _TICKER, _ENDED = "P856", "P1448", "P414", "P249", "P582"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One company that a name may mean."""

    id: str
    """``Q…`` of Wikidata, or ``CIK…``."""
    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    domain: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)


def search_request(name: str, language: str = "en", *, url: str = WIKIDATA) -> Request:
    """GET the entities of Wikidata that go by a name."""
    asked = {
        "action": "wbsearchentities", "search": name[:200], "language": language, "uselang": language, "type": "item",
        "limit": "10", "format": "json", "maxlag": "5",
    }  # fmt: skip
    return Request(f"{url}?{urlencode(asked)}", terms=WIKIDATA_TERMS)


def entities_request(ids: Sequence[str], languages: Sequence[str] = ("en",), *, url: str = WIKIDATA) -> Request:
    """GET names and identifiers of entities."""
    asked = {
        "action": "wbgetentities", "ids": "|".join(ids[:MOST]), "props": "labels|aliases|descriptions|claims",
        "languages": "|".join(languages), "format": "json", "maxlag": "5",
    }  # fmt: skip
    return Request(f"{url}?{urlencode(asked)}", terms=WIKIDATA_TERMS)


def tickers_request(*, url: str = TICKERS) -> Request:
    """GET EDGAR's list of tickers, names and CIKs."""
    return Request(url, terms=TICKER_TERMS)


def read_search(response: Response) -> tuple[str, ...]:
    """The ids that a search found, the likeliest first; ReadError as for any answer that cannot be read."""
    found = read_table(response, error="error", need="search")["search"]
    ids = [text(at(each, "id"), 20) for each in found] if isinstance(found, list) else []
    return tuple(each for each in ids if each[:1] == "Q" and each[1:].isdigit())


def read_entities(response: Response) -> tuple[Candidate, ...]:
    """Entities as candidates; those that do not exist or cannot be read are left out."""
    found = read_table(response, error="error", need="entities")["entities"]
    if not isinstance(found, Mapping):
        return ()
    return tuple(_candidate(key, each) for key, each in found.items() if isinstance(each, Mapping) and _named(each))


def read_tickers(response: Response, name: str) -> tuple[Candidate, ...]:
    """The registrants of the SEC whose name holds all words of ``name``."""
    document = read_json(response)
    if not isinstance(document, Mapping):
        raise ReadError("the list of tickers is not the object that was expected")
    words = name.casefold().split()
    found: dict[str, Candidate] = {}
    for row in document.values():
        title, cik, ticker = text(at(row, "title"), 200), text(at(row, "cik_str"), 10), text(at(row, "ticker"), 12)
        if title and cik.isdigit() and words and all(word in title.casefold() for word in words):
            ids = {"cik": cik.zfill(10)} | ({"ticker": ticker} if ticker else {})
            found.setdefault(cik, Candidate(f"CIK{cik.zfill(10)}", title, identifiers=ids))
    return tuple(found.values())[:MOST]


def _candidate(key: str, entity: Mapping[str, Any]) -> Candidate:
    name = _named(entity)
    aliases = [text(at(each, "value"), 200) for each in _lists(entity.get("aliases"))]
    aliases += [text(at(each, "text"), 200) for each in _values(entity, _OFFICIAL_NAME)]
    ids = {said: text(next(iter(_values(entity, key)), ""), 60) for key, said in IDENTIFIERS.items()}
    ids["ticker"] = _ticker(entity)
    return Candidate(
        id=text(key, 20),
        name=name,
        description=text(next(iter(_texts(entity.get("descriptions"))), ""), 300),
        aliases=tuple(each for each in dict.fromkeys(aliases) if each and each != name),
        domain=_domain(text(next(iter(_values(entity, _WEB_SITE)), ""), 500)),
        identifiers={said: value for said, value in ids.items() if value},
    )


def _named(entity: Mapping[str, Any]) -> str:
    return next(iter(_texts(entity.get("labels"))), "") if "missing" not in entity else ""


def _texts(value: Any) -> list[str]:
    """Values by language; an empty table may come as an empty list."""
    found = [text(at(each, "value"), 300) for each in value.values()] if isinstance(value, Mapping) else []
    return [each for each in found if each]


def _lists(value: Any) -> Iterable[Any]:
    lists = value.values() if isinstance(value, Mapping) else ()
    return [each for found in lists if isinstance(found, list) for each in found[:MOST]]


def _statements(entity: Mapping[str, Any], key: str) -> list[Any]:
    """Statements that hold: preferred ones alone if there are any, none that was deprecated or has ended."""
    claims = entity.get("claims")
    told = claims.get(key) if isinstance(claims, Mapping) else None
    living = [
        each
        for each in (told if isinstance(told, list) else ())
        if at(each, "rank") != "deprecated" and not at(each, f"qualifiers.{_ENDED}")
        and at(each, "mainsnak.snaktype") == "value"
    ]  # fmt: skip
    return [each for each in living if at(each, "rank") == "preferred"] or living


def _values(entity: Mapping[str, Any], key: str) -> list[Any]:
    return [at(each, "mainsnak.datavalue.value") for each in _statements(entity, key)]


def _ticker(entity: Mapping[str, Any]) -> str:
    for each in _statements(entity, _EXCHANGE):
        if found := texts(at(each, f"qualifiers.{_TICKER}.0.datavalue.value")):
            return found[0]
    return ""


def _domain(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
