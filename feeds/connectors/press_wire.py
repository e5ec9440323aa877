"""Kind ``press_wire``: press releases of GlobeNewswire, PR Newswire or Business Wire, with issuer, codes, subjects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from feeds.connectors.base import About
from feeds.connectors.records import fields, text, texts
from feeds.connectors.rss_items import Extras, first_text, read_items
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import title_text

ABOUT = About(
    title="Press wire",
    brings="Press releases with their issuer, tickers, ISIN and subjects; one source serves all prospects. Without "
    "`url` GlobeNewswire's public companies; the wires list their other feeds. Alerts of law firms to shareholders "
    "and adverts for market reports are left out (`spam = true` keeps them); of translations that in `language`.",
    limits="Public feeds, no stated limit. They are short and busy: asked every 10 minutes. Texts are the issuers'.",
    example='[[sources]]\nid = "prnewswire"\nkind = "press_wire"\n'
    'url = "https://www.prnewswire.com/rss/news-releases-list.rss"\n',
    takes=("spam", "language"),
    url="https://www.globenewswire.com/RssFeed/orgclass/1/feedTitle/GlobeNewswire%20-%20News%20about%20Public%20Companies",
    every=600.0,
    publisher="wire",
)
_SPAM = re.compile(
    r"\b(?:share|stock)holder (?:alert|notice|reminder|update|investigation)|\binvestor(?:s)? (?:alert|notice|reminder)"
    r"|\bclass action\b|\blead plaintiff\b|\blaw (?:firm|offices?)\b.{0,80}\b(?:investigat|remind|encourag|announce)"
    r"|\bmarket (?:size|report)\b.{0,80}\b(?:CAGR|20[2-4]\d|billion)|\bCAGR\b",
    re.IGNORECASE,
)
_TICKER = re.compile(r"([A-Za-z][A-Za-z0-9 .-]{0,30}):\s*([A-Z0-9][A-Z0-9.-]{0,9})")
_LISTED = re.compile(r"\(\s*((?:NASDAQ|NYSE|NYSE American|LSE|AIM|TSX|TSX-V|TSXV|OTCQB|OTCQX)\s*:\s*[A-Z.]{1,6})\s*\)",
                     re.IGNORECASE)  # fmt: skip


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - what every connector is given
    """GET the feed."""
    return Request(source.url, headers=(("Accept", "application/rss+xml, application/xml;q=0.8"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The releases, each once whatever languages it is in."""
    keep_spam = source.options.get("spam") is True
    page = read_items(
        source,
        response,
        lambda entry, beside: None if not keep_spam and is_spam(entry.title) else _entry(entry, beside),
    )
    preferred = text(source.options.get("language"), 10).lower() or "en"
    return replace(page, entries=tuple(_one_language(page.entries, preferred)))


def is_spam(title: str) -> bool:
    """Whether a headline is a law firm's call to shareholders or an advert for a market report."""
    return _SPAM.search(title[:500]) is not None


def tickers(listings: list[str]) -> list[str]:
    """Symbols out of listings such as ``Nasdaq:FCEL``; those of one letter only where New York lists them."""
    found = []
    for each in listings:
        told = _TICKER.fullmatch(each.strip())
        if told and (len(told[2]) > 1 or told[1].upper().startswith("NYSE")):
            found += [told[2], f"{told[1].upper()}:{told[2]}"]
    return list(dict.fromkeys(found))


def _entry(entry: Entry, beside: Extras) -> Entry:
    listings = [each.text.strip() for each in beside.get("category", ()) if _domain(each.attributes, "stock")]
    listings += [" ".join(each.split()) for each in _LISTED.findall(entry.summary[:5_000])] if not listings else []
    isins = [each.text for each in beside.get("category", ()) if _domain(each.attributes, "isin")]
    number = first_text(beside, "identifier")
    subjects = [title_text(each.text) for each in beside.get("subject", ())]
    told = fields(
        company=title_text(first_text(beside, "contributor")),
        tickers=tickers(texts(listings)),
        listings=texts(listings),
        isin=[each for each in texts(isins) if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", each)],
        wire_subject=texts([each.replace(",", "") for each in subjects]),
        wire=title_text(first_text(beside, "publisher")),
        release_number=number,
    )
    language = first_text(beside, "language") or entry.language
    return replace(entry, fields=told, language=language, categories=tuple(texts(subjects)) or entry.categories)


def _domain(attributes: object, name: str) -> bool:
    return isinstance(attributes, dict) and str(attributes.get("domain", "")).lower().rstrip("/").endswith(f"/{name}")


def _one_language(entries: tuple[Entry, ...], preferred: str) -> Iterator[Entry]:
    """Of translations, which share their number, the preferred one, else the first."""
    best: dict[str, Entry] = {}
    for entry in entries:
        number = str(entry.fields.get("release_number", ""))
        kept = best.get(number)
        better = kept is None or (_is_in(entry, preferred) and not _is_in(kept, preferred))
        if number and better:
            best[number] = entry
    for entry in entries:
        number = str(entry.fields.get("release_number", ""))
        if not number or best[number] is entry:
            yield entry


def _is_in(entry: Entry, language: str) -> bool:
    return entry.language.lower().startswith(language)
