"""Kind ``ocds``: procurement notices of any publisher of the Open Contracting Data Standard, in windows of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec
from msgspec.structs import replace

from feeds.connectors.base import About
from feeds.connectors.ocds_release import entry_of, names_organisation, tag_of
from feeds.connectors.records import at, instant, number, read_json, read_records, rows_of, text, texts
from feeds.connectors.windows import now_of
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.templates import fill_url

ABOUT = About(
    title="Open Contracting (OCDS)",
    brings="Plans, tenders, awards and contracts of a publisher of OCDS releases or records. One source serves all "
    "prospects: buyers and suppliers are found by name and register number. `from` and `to` name the parameters for "
    "the window (or stand in the address as `${from}` and `${to}`); `window`, `overlap` and `back` are hours; `next` "
    "is a JSON Pointer to the next page's address; `buyer`, `cpv` and `stages` keep part of it.",
    limits="Each publisher's own; asked hourly at most, one page every two seconds.",
    example='[[sources]]\nid = "tenders"\nkind = "ocds"\nurl = "https://ocds.example.org/releases"\n'
    'options = { from = "dateFrom", to = "dateTo", window = 24 }\n',
    takes=("from", "to", "window", "overlap", "back", "next", "form", "buyer", "cpv", "stages"),
    every=3_600.0,
    publisher="regulator",
    anew=True,
)
MAX_HOURS = 24.0 * 400
MARK = "leadline-window"
"""Where a request's window is written down: in its fragment, which is never sent."""
_SPACED = re.compile(r"(:\s*[0-9]{1,3}(?: [0-9]{3})+)(?=\s*[,}\]])")
_ZEROS = re.compile(r"(:\s*-?)0+(?=[0-9]+\s*[,}\]])")


class Setting(msgspec.Struct, frozen=True):
    """How one publisher is asked."""

    from_: str = ""
    """Name of the parameter for the window's start; empty for a publisher that knows no windows."""
    to: str = ""
    window: float = 24.0
    """Hours that one request may span."""
    overlap: float = 24.0
    """Hours before the last window's end from which the next poll asks again."""
    back: float = 24.0 * 7
    """Hours that the first poll reaches back."""
    next: str = "/links/next"
    form: str = "%Y-%m-%dT%H:%M:%S"
    extra: Mapping[str, str] | None = None
    """Parameters that stand in every request."""


def setting_of(options: Mapping[str, Any]) -> Setting:
    """The setting that a source's options tell; LeadlineError for hours that are none."""
    plain = Setting()
    return Setting(
        from_=text(options.get("from")),
        to=text(options.get("to")),
        window=_hours(options, "window", plain.window),
        overlap=_hours(options, "overlap", plain.overlap),
        back=_hours(options, "back", plain.back),
        next=str(options.get("next", plain.next)),
        form=text(options.get("form"), 60) or plain.form,
    )


def bounded(setting: Setting, options: Mapping[str, Any]) -> Setting:
    """A known publisher's setting, of which ``back`` alone is the user's to choose."""
    return replace(setting, back=_hours(options, "back", setting.back))


def first(source: Source, state: FetchState) -> Request:
    """GET the first window: from a while before the end of the last one that was read to its last page."""
    return ask(source, state, setting_of(source.options))


def read(source: Source, response: Response) -> Page[Entry]:
    """The releases that concern the source; then the next page, or the next window."""
    return answer(source, response, setting_of(source.options))


def ask(source: Source, state: FetchState, setting: Setting) -> Request:
    """``first`` for a publisher with this setting."""
    now = now_of(state).astimezone(UTC).replace(microsecond=0)
    seen = instant(state.cursor)
    start = min(seen, now) - timedelta(hours=setting.overlap) if seen else now - timedelta(hours=setting.back)
    start = max(start, now - timedelta(hours=max(setting.back, MAX_HOURS)))
    return _request(source, setting, start, now)


def answer(source: Source, response: Response, setting: Setting) -> Page[Entry]:
    """``read`` for a publisher with this setting."""
    package = _package(response)
    rows = releases_of(package)
    entries, problems = read_records(rows, lambda row: _wanted(source, row, response.url), "releases")
    page = Page(entries, problems=problems)
    window = _window(response)
    if following := _next_address(package, setting, response):
        fragment = urlsplit(response.asked.url).fragment if response.asked else ""
        return replace(page, next=Request(f"{following}#{fragment}", headers=_HEADERS))
    if window is None:
        return page
    _, end, until = window
    more = _request(source, setting, end, until) if end < until else None
    return replace(page, next=more, cursor=end.isoformat())


def releases_of(package: Any) -> list[Any]:
    """Releases of a release package, a record package (its compiled releases), or a bare list of either."""
    if isinstance(package, Mapping):
        for name in ("releases", "records"):
            if name in package:
                return [_compiled(each) for each in rows_of(package[name], name)]
        if "ocid" in package:
            return [_compiled(package)]
        told = text(package.get("message"), 200) or text(package.get("error"), 200)
        raise ReadError(f"the answer holds no releases{': ' + told if told else ''}")
    return [_compiled(each) for each in rows_of(package, "the answer")]


_HEADERS = (("Accept", "application/json"),)


def _request(source: Source, setting: Setting, start: datetime, until: datetime) -> Request:
    """One window; its end, and that of the last one to come, stand in the fragment."""
    if not setting.from_ and "${from}" not in source.url:
        return Request(source.url, headers=_HEADERS)
    end = min(start + timedelta(hours=setting.window), until)
    try:
        span = {"from": start.strftime(setting.form), "to": end.strftime(setting.form)}
    except ValueError:
        raise LeadlineError(f"`form` is no form of a date: {setting.form!r}") from None
    parts = urlsplit(fill_url(source.url, span))
    asked = {setting.from_: span["from"], setting.to: span["to"], **(setting.extra or {})}
    query = urlencode([*parse_qsl(parts.query), *((name, value) for name, value in asked.items() if name)])
    mark = f"{MARK}={start.isoformat()}/{end.isoformat()}/{until.isoformat()}"
    return Request(urlunsplit((*parts[:3], query, mark)), headers=_HEADERS)


def _window(response: Response) -> tuple[datetime, datetime, datetime] | None:
    mark = urlsplit(response.asked.url).fragment if response.asked else ""
    moments = [instant(each) for each in mark.removeprefix(f"{MARK}=").split("/")] if mark.startswith(MARK) else []
    if len(moments) != 3 or None in moments:
        return None
    start, end, until = moments
    return (start, end, until) if start and end and until else None


def _package(response: Response) -> Any:
    """The JSON; one that writes numbers as ``12 000`` or ``000`` is mended, and charsets that lie are seen through."""
    plain = replace(response, headers={"content-type": response.headers.get("content-type", "").partition(";")[0]})
    try:
        return read_json(plain)
    except ReadError:
        text_ = response.body.decode("utf-8", "replace")
        mended = _ZEROS.sub(r"\1", _SPACED.sub(lambda found: found[1].replace(" ", ""), text_))
        if mended == text_:
            raise
        return read_json(replace(plain, body=mended.encode()))


def _compiled(record: Any) -> Any:
    if not isinstance(record, Mapping) or not isinstance(record.get("compiledRelease"), Mapping):
        return record
    return {"ocid": record.get("ocid"), **record["compiledRelease"]}


def _wanted(source: Source, release: Mapping[str, Any], base: str) -> Entry | None:
    """The release as an entry; None where the source's options leave it out."""
    options = source.options
    stages = texts(options.get("stages"))
    if stages and not tag_of(release).startswith(tuple(stages)):
        return None
    buyer = texts(options.get("buyer"))
    if buyer and not names_organisation(release, buyer):
        return None
    entry = entry_of(release, base)
    codes = texts(options.get("cpv"))
    if codes and not any(str(each).startswith(tuple(codes)) for each in entry.fields.get("cpv", ())):
        return None
    return entry


def _next_address(package: Any, setting: Setting, response: Response) -> str:
    """The next page's address, which must be of the server that answered; empty if there is none."""
    pointer = setting.next.strip("/").replace("~1", "/").replace("~0", "~").split("/") if setting.next else []
    found = at(package, ".".join(pointer)) if pointer else None
    if not isinstance(found, str) or not found.strip():
        return ""
    try:
        here, there = urlsplit(response.url), urlsplit(urljoin(response.url, found.strip()))
    except ValueError:
        return ""
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return urlunsplit((*there[:4], "")) if same else ""


def _hours(options: Mapping[str, Any], name: str, default: float) -> float:
    if name not in options:
        return default
    found = number(options[name])
    if found is None or not 0 < found <= MAX_HOURS:
        raise LeadlineError(f"`{name}` is no number of hours from 1 to {MAX_HOURS:.0f}")
    return found
