"""A mail as an entry: its HTML part, else its text, without the links that end a subscription. Pure."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html import escape

from feeds.connectors.records import UnreadableError, fields, instant
from feeds.model import Entry
from feeds.text import one_line, safe_link

MAX_PARTS = 200
_LEAVE = re.compile(
    r"unsubscri|opt.?out|manage.{0,20}preferences|email.?preferences|abmelde|abbestell|d[ée]sabonn|d[ée]sinscri",
    re.IGNORECASE,
)
_LINK = re.compile(r"<a\s([^<>]{0,4000})>((?:(?!</a)[\s\S]){0,500}?)</a\s*>", re.IGNORECASE)
_BROWSER = re.compile(r"(?:view|read|open)[^<>]{0,40}(?:browser|online|web)|im browser", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]{1,4000})""", re.IGNORECASE)
_ANGLED = re.compile(r"<(https?://[^<>\s]{1,4000})>")


def mail_entry(data: bytes) -> Entry:
    """The mail, which the caller bounds; UnreadableError where nothing in it can be read."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        html, plain = _bodies(message)
    except Exception as error:
        raise UnreadableError(f"no mail ({type(error).__name__})") from None
    subject, sender = _header(message, "Subject"), _header(message, "From")
    if not subject and not html and not plain and not sender:
        raise UnreadableError("no mail")
    name, address = parseaddr(sender)
    leaving = set(_ANGLED.findall(_header(message, "List-Unsubscribe")))
    domain = address.rpartition("@")[2].lower()
    told = fields(
        sender=one_line(name, 200) or domain,
        sender_domain=one_line(domain, 200),
        list_id=one_line(_header(message, "List-Id"), 200),
    )
    return Entry(
        id=_id(message, data),
        link=_online(html) or next(iter(_ANGLED.findall(_header(message, "List-Archive"))), ""),
        title=one_line(subject, 500),
        content=without_leaving(html, leaving) if html else _paragraphs(plain, leaving),
        author=one_line(name, 200),
        published=instant(_header(message, "Date")),
        fields=told,
    )


def without_leaving(markup: str, addresses: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """HTML without its links to leave the list: one that is followed by mistake ends a subscription."""

    def put(found: re.Match[str]) -> str:
        href = _HREF.search(found[1])
        told = f"{href[1] if href else ''} {found[2]}"
        gone = _LEAVE.search(told) or (href is not None and href[1].replace("&amp;", "&") in addresses)
        return "" if gone else found[0]

    return _LINK.sub(put, markup)


def _bodies(message: Message) -> tuple[str, str]:
    """The first HTML part and the first plain one that are no attachments."""
    html = plain = ""
    for count, part in enumerate(message.walk()):
        if count >= MAX_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart() or "attachment" in str(part.get("Content-Disposition", "")).lower():
            continue
        if kind == "text/html" and not html:
            html = _decoded(part)
        elif kind == "text/plain" and not plain:
            plain = _decoded(part)
    return html, plain


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _header(message: Message, name: str) -> str:
    raw = message.get(name)
    if raw is None:
        return ""
    try:
        return str(make_header(decode_header(str(raw)[:10_000])))
    except (ValueError, LookupError, TypeError, AttributeError):
        return str(raw)[:10_000]


def _id(message: Message, data: bytes) -> str:
    told = one_line(_header(message, "Message-ID"), 500).strip("<> ")
    return f"mail:{told}" if told else f"mail:{hashlib.blake2b(data, digest_size=12).hexdigest()}"


def _online(html: str) -> str:
    for found in _LINK.finditer(html[:200_000]):
        href = _HREF.search(found[1])
        if href and _BROWSER.search(found[2]):
            return safe_link(href[1])
    return ""


def _paragraphs(plain: str, leaving: set[str]) -> str:
    lines = (line for line in plain.splitlines() if not (_LEAVE.search(line) or any(each in line for each in leaving)))
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
