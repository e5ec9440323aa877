"""Structured records read one by one: JSON whatever its charset, values whatever their type, none that stops the rest.

Made for answers that change without notice: a field may be gone, null, a number written as text, or of another shape.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any

from feeds.errors import ReadError
from feeds.model import Entry, Response
from feeds.text import one_line

MAX_DEPTH = 64
MAX_RECORDS = 5_000
"""Records read of one answer at most."""
MAX_DIGITS = 4_000
MAX_SHOWN = 160
"""Characters of a record that cannot be read that are shown."""
_CONTACTS = frozenset({
    "pointofcontact", "contactpoint", "contacts", "contact", "contactperson", "email", "emailaddress", "telephone",
    "phone", "phonenumber", "fax", "faxnumber",
})  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{2,40})", re.ASCII)


class UnreadableError(Exception):
    """One record cannot be read; said in words of ours, to be counted."""


# Documents


def read_json(response: Response) -> Any:
    """The answer's JSON, numbers that are none as None. ReadError for a web page, for damaged or monstrous JSON."""
    kind = response.headers.get("content-type", "").lower()
    body = response.body
    if "html" in kind or body.lstrip()[:1] == b"<":
        raise ReadError("the answer is a web page, not the data that was asked for")
    text = _decoded(body, kind)
    try:
        found = json.loads(text, parse_constant=lambda _name: None, parse_float=_number, parse_int=_integer)
    except (ValueError, RecursionError):
        raise ReadError("the answer is no JSON that can be read") from None
    if _too_deep(found):
        raise ReadError("the answer's JSON is nested too deeply")
    return found


def read_table(response: Response, *, error: str = "", need: str = "") -> Mapping[str, Any]:
    """As ``read_json``, for an answer that must be an object.

    ``error`` names the field by which the server tells of a failure in spite of status 200; ``need`` one without which
    the answer is not what was asked for. Both raise ReadError.
    """
    found = read_json(response)
    if not isinstance(found, Mapping):
        raise ReadError("the answer is not the object that was expected: its schema may have changed")
    if error and found.get(error):
        raise ReadError(f"the server tells of an error: {_told(found[error])}")
    if need and need not in found:
        raise ReadError(f"the answer has no `{need}`: its schema may have changed")
    return found


def rows_of(value: Any, name: str) -> Sequence[Any]:
    """A list of records; none for null; ReadError for anything else."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ReadError(f"`{name}` is not a list: the schema may have changed")
    return value


def read_records(
    rows: Iterable[Any], make: Callable[[Mapping[str, Any]], Entry | None], noun: str = "records"
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Entries of the records that can be read, and in words how many could not, and why.

    ``make`` returns None for a record that is rightly left out, and may raise anything for one it cannot read.
    """
    entries: list[Entry] = []
    bad: list[str] = []
    shown = ""
    count = 0
    for row in rows:
        if count >= MAX_RECORDS:
            return tuple(entries), (
                *_counted(bad, count, noun, shown),
                f"only the first {MAX_RECORDS} {noun} were read",
            )
        count += 1
        try:
            if not isinstance(row, Mapping):
                raise UnreadableError("not an object")
            entry = make(row)
        except UnreadableError as error:
            bad.append(str(error))
            shown = shown or _shown(row)
        except Exception as error:
            bad.append(f"unexpected content ({type(error).__name__})")
            shown = shown or _shown(row)
        else:
            if entry is not None:
                entries.append(entry)
    return tuple(entries), _counted(bad, count, noun, shown)


def _counted(bad: Sequence[str], count: int, noun: str, shown: str) -> tuple[str, ...]:
    if not bad:
        return ()
    reasons = "; ".join(list(dict.fromkeys(bad))[:3])
    return (f"{len(bad)} of {count} {noun} unreadable: {one_line(reasons, 200)}; the first: {shown}",)


def _shown(row: Any) -> str:
    """A record as it came, its beginning alone and without contact persons: for whoever mends its reading."""
    return one_line(json.dumps(without_contacts(row), ensure_ascii=False, default=str), MAX_SHOWN)


def _decoded(body: bytes, kind: str) -> str:
    told = _CHARSET.search(kind)
    names = [told[1]] if told else []
    for name in (*names, "utf-8-sig", "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    return body.decode("latin-1")


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _integer(text: str) -> int | None:
    return int(text) if len(text) < MAX_DIGITS else None


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, (dict, list))]
    return [each for each in value if isinstance(each, (dict, list))] if isinstance(value, list) else ()


def _told(value: Any) -> str:
    """What a server says of an error, in a short line."""
    for name in ("message", "info", "reason", "detail", "code"):
        if isinstance(value, Mapping) and isinstance(value.get(name), str):
            return one_line(value[name], 200)
    return one_line(value, 200) if isinstance(value, str) else "without a word that can be read"


# Values of one record


def at(record: Any, path: str) -> Any:
    """The value at a dotted path (``award.awardee.name``, ``items.0.id``); None where a part of it is missing."""
    for name in path.split("."):
        if isinstance(record, Mapping):
            record = record.get(name)
        elif isinstance(record, list) and name.lstrip("-").isdigit():
            number = int(name)
            record = record[number] if -len(record) <= number < len(record) else None
        else:
            return None
    return record


def text(value: Any, limit: int = 2_000) -> str:
    """A value as one line of plain text; empty for null, for the word "null", and for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    line = one_line(str(value), limit)
    return "" if line.lower() in ("null", "none") else line


def as_is(value: Any, limit: int = 200_000) -> str:
    """A text as its source wrote it, such as HTML; empty for anything else."""
    return value[:limit] if isinstance(value, str) else ""


def required(record: Any, *paths: str) -> str:
    """The first text at these paths; UnreadableError where there is none."""
    for path in paths:
        if found := text(at(record, path)):
            return found
    raise UnreadableError(f"no {paths[0]}")


def texts(value: Any, most: int = 20) -> list[str]:
    """A list's texts, each once; a single text as a list of one."""
    found = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(filter(None, map(text, found[: most * 5]))))[:most]


def number(value: Any) -> float | None:
    """A number, also written as text (``"350567.00"``, ``"1,200"``); None for what is none or not finite."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        plain = value.strip().replace(",", "").replace("\u00a0", "").lstrip("$€£")
        value = plain if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?", plain, re.ASCII) else None
    try:
        found = float(value) if value is not None else math.nan
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def money(value: Any, currency: Any = "") -> dict[str, Any] | None:
    """An amount above zero as ``{"amount": 1.0, "currency": "USD"}``; an OCDS value object is taken apart."""
    if isinstance(value, Mapping):
        currency = value.get("currency") or currency
        value = value.get("amount", value.get("amountGross"))
    found = number(value)
    if found is None or not 0 < found < 1e15:
        return None
    unit = text(currency)
    return {"amount": found, "currency": unit.upper() if re.fullmatch(r"[A-Za-z]{3}", unit, re.ASCII) else ""}


def day(value: Any) -> date | None:
    """A date as records write it: ISO with or without time or offset (of which the day counts), or ``05/27/2026``."""
    line = text(value, 60)
    american = re.match(r"(\d{2})/(\d{2})/(\d{4})(?!\d)", line, re.ASCII)
    iso = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", line, re.ASCII)
    try:
        if american:
            return date(int(american[3]), int(american[1]), int(american[2]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def instant(value: Any) -> datetime | None:
    """A moment in UTC: ISO, epoch in seconds or milliseconds, an HTTP date, or a day (its noon, to be on that day).

    ``2026-07-01+02:00`` is a day with an offset, which ``fromisoformat`` takes for two in the morning.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _epoch(float(value))
    line = text(value, 60)
    if re.fullmatch(r"\d{9,13}", line, re.ASCII):
        return _epoch(float(line))
    if re.match(r"\d{4}-?\d{2}-?\d{2}[T ]\d", line, re.ASCII):
        try:
            found = datetime.fromisoformat(line)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    if known := day(line):
        return noon(known)
    try:
        found = parsedate_to_datetime(line)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def noon(known: date | None) -> datetime | None:
    """The middle of a day in UTC, which is on that day nearly everywhere."""
    return datetime.combine(known, time(12), UTC) if known else None


def _epoch(value: float) -> datetime | None:
    seconds = value / 1000 if value >= 1e11 else value
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds) if 0 < seconds < 1e11 else None


# Entries


def fields(**named: Any) -> dict[str, Any]:
    """Typed fields without the empty ones; days are written as ISO."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in named.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def summary(*paragraphs: str, facts: Mapping[str, Any] | None = None) -> str:
    """Paragraphs and a line for each fact as HTML: what changes in a fact is then seen as an edit of the item."""
    lines = [f"<p>{escape(each)}</p>" for each in paragraphs if each]
    lines += [f"<p>{escape(name)}: {escape(_fact(value))}</p>" for name, value in (facts or {}).items() if _fact(value)]
    return "\n".join(lines)


def _fact(value: Any) -> str:
    if isinstance(value, Mapping) and "amount" in value:
        return f"{value['amount']:,.2f} {value.get('currency', '')}".replace(".00 ", " ").strip()
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text, value))
    return value.isoformat() if isinstance(value, date) else text(value)


def without_contacts(value: Any, depth: int = 0) -> Any:
    """A record without its contact persons, their addresses and numbers: personal data that no lead needs."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        return {
            name: without_contacts(each, depth + 1)
            for name, each in value.items()
            if re.sub(r"[^a-z]", "", str(name).lower()) not in _CONTACTS
        }
    return [without_contacts(each, depth + 1) for each in value] if isinstance(value, list) else value


def asked_body(response: Response) -> dict[str, Any] | None:
    """The JSON body of the request that was answered, for the next page to be made of it; None if it had none."""
    try:
        found = json.loads(response.asked.body) if response.asked and response.asked.body else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def link_next(headers: Mapping[str, str]) -> str:
    """The address that a Link header calls the next page; empty if none."""
    for part in _links(headers.get("link", "")[:8_000]):
        if re.search(r";\s*rel\s*=\s*\"?next\"?\s*(;|$)", part[1], re.IGNORECASE):
            return part[0]
    return ""


def _links(header: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"<([^<>]{1,4000})>([^<]*)", header):
        yield found[1].strip(), found[2].rstrip(", ")
