"""Kind ``json_api``: any JSON API, told in TOML how to be asked, paged and read.

Of the text that a config or pack brings nothing is run: places are filled by one fixed form, fields are found by
JMESPath, a grammar without side effects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin

from feeds.connectors.base import About
from feeds.connectors.records import (
    UnreadableError,
    fields,
    instant,
    link_next,
    money,
    number,
    read_json,
    read_records,
    text,
    texts,
)
from feeds.connectors.windows import latest, window
from feeds.errors import FetchError, LeadlineError, ReadError
from feeds.guard import origin
from feeds.model import AUTH, AUTH_BASIC, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Any JSON API",
    brings="The records of a JSON API that `map` describes: `items`, `id` and `title` as JMESPath expressions, and as "
    "many more fields as there are, of which those under known names (`notice_type`, `buyer`, `amount`, `deadline`, …) "
    "decide tags.",
    limits="Each publisher's own; set `every` accordingly.",
    example="""[[sources]]
id = "awards"
kind = "json_api"
url = "https://api.example.org/awards?since=${from}&page=${page}"
auth = "env:EXAMPLE_KEY"

[sources.options]
key = { header = "X-Api-Key" }
paging = { style = "page", more = "meta.hasNext" }
require = "results"

[sources.options.map]
items = "results"
id = "award_id"
title = "join(': ', [supplier.name, description])"
url = "link"
published = "signed_on"
amount = "value"
supplier = "supplier.name"
contract_end = "ends_on"
notice_type = "'Award Notice'"
""",
    needs=("map",),
    takes=("method", "body", "key", "paging", "require", "error", "overlap_days", "first_days", "date_format"),
    key="optional; `key` says where it goes: { header = … }, { query = … }, { bearer = true } or { basic = true }",
    anew=True,
)
STYLES = ("none", "page", "offset", "cursor", "next_url", "link_header")
MAX_EXPRESSION = 1_000
_PLACE = re.compile(r"\$\{(from|to|page|offset|cursor|limit)\}")
_OWN = frozenset({"items", "id", "title", "url", "published", "updated", "summary", "body", "author", "language",
                  "categories", "amount", "currency"})  # fmt: skip


def check(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong in a source's options: the key and what is the matter."""
    paging, mapping = options.get("paging", {}), options.get("map")
    if not isinstance(paging, dict) or paging.get("style", "none") not in STYLES:
        yield "paging", f"`style` is none of: {', '.join(STYLES)}"
    if not isinstance(mapping, dict):
        yield "map", "missing: a table with at least `items`, `id` and `title`"
        return
    for name in ("items", "id", "title"):
        if not mapping.get(name):
            yield f"map.{name}", "missing: a JMESPath expression"
    for name, written in mapping.items():
        path = written.get("path") if isinstance(written, dict) else written
        if (fault := _fault(path)) and path:
            yield f"map.{name}", fault


def first(source: Source, state: FetchState) -> Request:
    """The request with its places filled for the first page."""
    for key, fault in check(source.options):
        raise LeadlineError(f"{key}: {fault}")
    options = source.options
    start, end = window(state, overlap=_whole(options, "overlap_days", 2), first=_whole(options, "first_days", 30))
    form, paging = str(options.get("date_format") or "%Y-%m-%d"), _paging(source)
    values = {
        "from": start.strftime(form),
        "to": end.strftime(form),
        "page": str(_whole(paging, "start", 1)),
        "offset": "0",
        "cursor": "",
        "limit": str(_whole(paging, "size", 100)),
    }
    return _request(source, values)


def read(source: Source, response: Response) -> Page[Entry]:
    """The records that ``map`` finds, and the next page."""
    document, options = read_json(response), source.options
    if options.get("error") and (told := search(str(options["error"]), document)):
        raise ReadError(f"the server tells of an error: {text(told, 200) or 'without a word that can be read'}")
    if options.get("require") and search(str(options["require"]), document) is None:
        raise ReadError(f"the answer has no `{options['require']}`: its schema may have changed")
    mapping = options.get("map", {})
    rows = search(str(mapping.get("items", "")), document)
    if rows is not None and not isinstance(rows, list):
        raise ReadError("what `map.items` finds is not a list: the schema may have changed")
    faults: dict[str, str] = {}
    entries, problems = read_records(rows or (), lambda row: _entry(mapped(mapping, row, faults), mapping))
    problems += tuple(f"`map.{name}` does not fit: {fault}" for name, fault in list(faults.items())[:5])
    try:
        after = _next(source, response, document, len(rows or ()))
    except (FetchError, ReadError) as error:
        problems, after = (*problems, f"the next page cannot be asked for: {error}"), None
    dates = [each.updated or each.published for each in entries]
    return Page(entries, problems=problems, next=after, cursor=latest(dates, response.reached))


def mapped(mapping: Mapping[str, Any], row: Any, faults: dict[str, str] | None = None) -> dict[str, Any]:
    """Each field's value as its expression finds it in a row; one whose expression does not fit the row is None."""
    found: dict[str, Any] = {}
    for name, written in mapping.items():
        if name == "items":
            continue
        path = written.get("path", "") if isinstance(written, Mapping) else str(written)
        try:
            found[name] = search(path, row)
        except ReadError as error:
            found[name] = None
            if faults is not None:
                faults.setdefault(name, str(error))
    return found


def search(expression: str, value: Any) -> Any:
    """What a JMESPath expression finds; ReadError where it does not fit the value."""
    import jmespath.exceptions

    try:
        return _compiled(expression).search(value)
    except (jmespath.exceptions.JMESPathError, RecursionError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(f"{text(expression, 100)!r} does not fit ({type(error).__name__})") from None


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)


def _fault(expression: object) -> str:
    if not isinstance(expression, str) or not expression.strip():
        return "not a JMESPath expression"
    if len(expression) > MAX_EXPRESSION:
        return f"longer than {MAX_EXPRESSION} characters"
    try:
        _compiled(expression)
    except RecursionError:
        return "nested too deeply"
    except Exception as error:  # jmespath's own errors, without importing them for this
        return f"not a JMESPath expression: {text(str(error), 120)}"
    return ""


def _entry(found: Mapping[str, Any], mapping: Mapping[str, Any]) -> Entry:
    key, title = text(found.get("id")), text(found.get("title"), 500)
    if not key or not title:
        raise UnreadableError("no id" if not key else "no title")
    link = text(found.get("url"), 4_000)
    more = {name: value for name, value in found.items() if name not in _OWN}
    amount = money(found.get("amount"), found.get("currency"))
    return Entry(
        id=key,
        link=link if link.startswith(("http://", "https://")) else "",
        title=title,
        summary=_markup(found.get("summary")),
        content=_markup(found.get("body")),
        author=text(found.get("author"), 200),
        published=_moment(found.get("published"), mapping.get("published")),
        updated=_moment(found.get("updated"), mapping.get("updated")),
        categories=tuple(texts(found.get("categories"))),
        language=text(found.get("language"), 40),
        fields=fields(amount=amount, **{str(name): value for name, value in more.items()}),
    )


def _markup(value: Any) -> str:
    """Text or HTML; HTML that was escaped as a whole is made HTML again."""
    if not isinstance(value, str):
        return text(value)
    return unescape(value) if "&lt;" in value and "<" not in value else value


def _moment(value: Any, written: Any) -> datetime | None:
    form = written.get("format") if isinstance(written, Mapping) else None
    if isinstance(form, str) and "%" in form and isinstance(value, str):
        try:
            made = datetime.strptime(value.strip()[:100], form)  # noqa: DTZ007 - given a zone below
        except ValueError:
            return instant(value)
        return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)
    return instant(value)


def _request(source: Source, values: Mapping[str, str], url: str = "") -> Request:
    """The request for these values of its places, which go along in the fragment: it is never sent."""
    options = source.options
    address = _PLACE.sub(lambda place: quote(values[place[1]], safe=""), url or source.url)
    sent = {str(name).lower() for name, _ in source.headers}
    headers = [] if "accept" in sent else [("Accept", "application/json")]
    body = str(options.get("body") or "")
    if body and "content-type" not in sent:
        headers.append(("Content-Type", "application/json"))
    if source.auth:
        address = _with_key(options.get("key"), address, headers)
    filled = _PLACE.sub(lambda place: json.dumps(values[place[1]])[1:-1], body)
    method = str(options.get("method") or ("POST" if body else "GET")).upper()
    return Request(f"{address}#{urlencode(values)}", method, tuple(headers), filled.encode())


def _with_key(how: Any, address: str, headers: list[tuple[str, str]]) -> str:
    """Put the key's place where ``key`` says."""
    how = how if isinstance(how, Mapping) else {}
    if how.get("query"):
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}{quote(str(how['query']), safe='')}={AUTH}"
    if how.get("basic"):
        headers.append(("Authorization", f"Basic {AUTH_BASIC}"))
    elif how.get("header"):
        headers.append((str(how["header"]), AUTH))
    else:
        headers.append(("Authorization", f"Bearer {AUTH}"))
    return address


def _next(source: Source, response: Response, document: Any, count: int) -> Request | None:
    paging = _paging(source)
    style, size = str(paging.get("style", "none")), _whole(paging, "size", 100)
    values = dict(parse_qsl(urldefrag(response.asked.url).fragment, keep_blank_values=True)) if response.asked else {}
    if style == "none" or not count or not {"page", "offset", "cursor"} <= values.keys():
        return None
    if int(values["page"]) - _whole(paging, "start", 1) + 1 >= _whole(paging, "max_pages", 10):
        return None
    done = int(values["offset"]) + count
    if not _goes_on(paging, document, count, size, done):
        return None
    step = {"page": str(int(values["page"]) + 1), "offset": str(done)}
    if style in ("page", "offset"):
        return _request(source, {**values, **step})
    where = (
        link_next(response.headers) if style == "link_header" else text(search(str(paging["next"]), document), 4_000)
    )
    if not where:
        return None
    if style == "cursor":
        address = source.url
        if paging.get("param"):
            joint = "&" if "?" in address else "?"
            address = f"{address}{joint}{quote(str(paging['param']), safe='')}=${{cursor}}"
        return _request(source, {**values, **step, "cursor": where}, address)
    where = urljoin(source.url, where)
    if origin(where) != origin(source.url):
        raise ReadError("it is on another server")
    return _request(source, {**values, **step}, urldefrag(_without_key(where, source)).url)


def _without_key(url: str, source: Source) -> str:
    """A link without the key's place, which is put in anew."""
    how = source.options.get("key")
    name = str(how.get("query") or "") if isinstance(how, Mapping) else ""
    return re.sub(rf"([?&]){re.escape(name)}=[^&#]*&?", r"\1", url).rstrip("?&") if name else url


def _goes_on(paging: Mapping[str, Any], document: Any, count: int, size: int, done: int) -> bool:
    if paging.get("more"):
        return search(str(paging["more"]), document) not in (None, False, "", 0, "false")
    if paging.get("total"):
        return done < (number(search(str(paging["total"]), document)) or 0.0)
    return count >= size if paging.get("style") in ("page", "offset") else True


def _paging(source: Source) -> Mapping[str, Any]:
    paging = source.options.get("paging", {})
    return paging if isinstance(paging, Mapping) else {}


def _whole(options: Mapping[str, Any], name: str, usual: int) -> int:
    value = options.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000 else usual
