"""Content codings undone, within a limit: gzip and deflate, the only ones that are asked for."""

from __future__ import annotations

import zlib

from feeds.errors import FetchError

_GZIP = 31
_ZLIB = 15
_RAW = -15
MAX_MEMBERS = 100
"""A gzip body may be several, one after the other; no server sends many."""


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """The body without its Content-Encoding; FetchError if unknown, broken, cut off or above ``limit``."""
    names = [name.strip().lower() for name in coding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names or not body:
        return _within(body, limit)
    if len(names) > 1:
        raise FetchError("encoding", "the answer is compressed more than once")
    if names[0] in ("gzip", "x-gzip"):
        return _gunzip(body, limit) if body.startswith(b"\x1f\x8b") else _within(body, limit)
    if names[0] == "deflate":
        return _inflate(body, limit, _ZLIB if _has_zlib_header(body) else _RAW)[0]
    raise FetchError("encoding", "the answer is compressed in a way that was not asked for")


def _gunzip(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for _ in range(MAX_MEMBERS):
        part, body = _inflate(body, limit - size, _GZIP)
        parts.append(part)
        size += len(part)
        if not body.startswith(b"\x1f\x8b"):
            return parts[0] if len(parts) == 1 else b"".join(parts)
    raise FetchError("encoding", "the compressed answer consists of too many parts")


def _inflate(body: bytes, limit: int, form: int) -> tuple[bytes, bytes]:
    inflater = zlib.decompressobj(form)
    try:
        out = inflater.decompress(body, limit + 1)
    except zlib.error:
        raise FetchError("encoding", "the compressed answer is damaged") from None
    _within(out, limit)
    if not inflater.eof:
        raise FetchError("encoding", "the compressed answer was cut off")
    return out, inflater.unused_data


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise FetchError("too-large", "the answer is too large once unpacked")
    return body


def _has_zlib_header(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
