"""Puts a request's secret where AUTH stands, and takes it out of all that is handed on. Pure: it resolves nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from msgspec.structs import replace

from feeds.errors import FetchError
from feeds.model import AUTH, AUTH_BASIC, Request

SHORTEST = 6
"""A shorter secret is not searched for in answers: it would be found everywhere."""


def wants_secret(request: Request) -> bool:
    """Whether a secret must be put in; FetchError where it would go into the path or the host of an address."""
    before, _, _query = request.url.partition("?")
    if AUTH in before or AUTH_BASIC in before:
        raise FetchError("guard", "a key may stand in an address's query only")
    places = [request.url, request.body.decode("latin-1"), *(value for _, value in request.headers)]
    return any(AUTH in place or AUTH_BASIC in place for place in places)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret in use; it shows itself to nobody."""

    secret: str

    def __repr__(self) -> str:
        return "<key>"

    @property
    def fingerprint(self) -> str:
        """Tells one key from another without telling the key."""
        return hashlib.blake2b(self.secret.encode(), digest_size=6, person=b"leadline").hexdigest()

    @property
    def basic(self) -> str:
        """As the user name of HTTP Basic, without a password."""
        return base64.b64encode(f"{self.secret}:".encode()).decode()

    def put_in(self, request: Request) -> Request:
        """The request with the secret in place: percent-encoded in a query, escaped in a JSON body."""
        kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        in_body = json.dumps(self.secret)[1:-1] if "json" in kind else quote_plus(self.secret)
        return replace(
            request,
            url=self._fill(request.url, quote(self.secret, safe="")),
            headers=tuple((name, self._fill(value, self.secret)) for name, value in request.headers),
            body=request.body.replace(AUTH.encode(), in_body.encode()),
        )

    def _fill(self, text: str, secret: str) -> str:
        return text.replace(AUTH_BASIC, self.basic).replace(AUTH, secret)

    def redact(self, text: str) -> str:
        """Text of the answer without the secret, however it was written."""
        for written, place in self._forms():
            text = text.replace(written, place)
        return text

    def redact_bytes(self, body: bytes) -> bytes:
        """A body without the secret: a server may repeat it in links to further pages."""
        for written, place in self._forms():
            body = body.replace(written.encode(), place.encode())
        return body

    def redact_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers without the secret."""
        return {name: self.redact(value) for name, value in headers.items()}

    def _forms(self) -> list[tuple[str, str]]:
        if len(self.secret) < SHORTEST:
            return []
        forms = {self.basic: AUTH_BASIC}
        written = [self.secret, quote_plus(self.secret), json.dumps(self.secret)[1:-1]]
        written += [quote(self.secret, safe=safe) for safe in ("", "/", "!$'()*,;:@/?")]
        forms |= dict.fromkeys(written, AUTH)
        return sorted(forms.items(), key=lambda form: -len(form[0]))


def holds_key(url: str) -> bool:
    """Whether an address's query has a place for a key."""
    return AUTH in urlsplit(url).query
