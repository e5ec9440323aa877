"""A signed webhook: HMAC-SHA256 over time and body, the same idempotency key at each try, ever longer pauses.

Sent through the one fetcher of feeds, so that guard, bounds and secrets hold; a redirect is not followed.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlsplit

from aggregator.config_outbox import TargetTable
from aggregator.errors import LeadlineError
from aggregator.outbox import MEDIA_TYPES, Message
from feeds import secrets
from feeds.errors import FetchError
from feeds.model import Request, Response

PAUSES = (1.0, 4.0, 15.0)
"""Seconds before the second try and the following; after the last one it has failed."""
LONGEST = 60.0
"""A longer pause that a receiver asks for is left to the next run."""
_FOR_GOOD = ("guard", "secret", "proxy", "redirects")
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


def send(target: TargetTable, message: Message, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Post the message until it is taken (2xx). Raises LeadlineError after the last try, without the address."""
    url, key = _resolved(target)
    host = urlsplit(url).hostname or "the receiver"
    wait: float | None = 0.0
    reason = ""
    for number in range(len(PAUSES) + 1):
        if wait:
            pause(wait)
        wait, reason = _try(target, message, url, key)
        if wait is None:
            break
        if not reason:
            return
        wait = max(wait, PAUSES[number]) if number < len(PAUSES) else None
        if wait is not None and wait > LONGEST:
            break
    raise LeadlineError(f"the webhook {target.id} at {host} did not take it: {reason}",
                        hint=f"`leadline send --test {target.id}` tries it")  # fmt: skip


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """What the header ``X-Leadline-Signature`` holds: ``v1=`` and the hex HMAC-SHA256 of ``timestamp.body``."""
    return "v1=" + hmac.new(key, timestamp.encode() + b"." + body, sha256).hexdigest()


def _resolved(target: TargetTable) -> tuple[str, bytes]:
    try:
        return secrets.resolve(target.url).strip(), secrets.resolve(target.secret).encode()
    except FetchError as error:
        raise LeadlineError(f"the webhook {target.id} cannot be used: {error}", hint=error.hint) from None


def _try(target: TargetTable, message: Message, url: str, key: bytes) -> tuple[float | None, str]:
    """Seconds that the receiver asks to wait (None: it will never take it) and why it did not; empty if it did."""
    body = message.body.encode("utf-8", "replace")
    timestamp = str(int(time.time()))
    request = Request(
        url,
        "POST",
        (
            ("content-type", MEDIA_TYPES[message.format]),
            ("idempotency-key", message.id),
            ("x-leadline-event", message.what),
            ("x-leadline-timestamp", timestamp),
            ("x-leadline-signature", signature(key, timestamp, body)),
        ),
        body,
        tuple(target.allow_private),
    )
    try:
        answer = asyncio.run(_post(request, message.contact))
    except FetchError as error:
        return (None if error.kind in _FOR_GOOD else 0.0), str(error)
    if 200 <= answer.status < 300:
        return 0.0, ""
    return (_asked(answer) if answer.status in _AGAIN else None), f"it answered {answer.status}"


async def _post(request: Request, contact: str) -> Response:
    from feeds.fetch import USER_AGENT, Bounds, Fetcher

    agent = USER_AGENT.replace("(", f"({contact}; ", 1) if contact else USER_AGENT
    bounds = replace(Bounds(), redirects=0, max_wire=100_000, max_decoded=100_000)
    async with Fetcher(bounds, user_agent=agent) as fetcher:
        return await fetcher.send(request)


def _asked(answer: Response) -> float:
    from datetime import UTC, datetime

    from feeds.politeness import parse_retry_after

    return parse_retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC)) or 0.0
