"""What went wrong with a request, in words of ours: nothing that a server said is repeated."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from feeds.errors import FetchError
from feeds.fetch.http import aiohttp, http_exceptions

_OFFLINE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_FULL = frozenset({errno.EMFILE, errno.ENFILE})


def as_fetch_error(error: BaseException) -> FetchError:
    """A failure in one kind and one sentence; along the chain of causes the most telling one counts."""
    chain = list(_causes(error))
    for tell in (_own, _precise, _aiohttp, _other):
        for cause in chain:
            found = tell(cause)
            if found is not None:
                return found
    return FetchError("protocol", "the exchange with the server failed")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [getattr(cause, "os_error", None), cause.__cause__, cause.__context__]


def _own(cause: BaseException) -> FetchError | None:
    return cause if isinstance(cause, FetchError) else None


def _precise(cause: BaseException) -> FetchError | None:
    if isinstance(cause, (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)):
        return FetchError("proxy", "the proxy did not let the request through")
    if isinstance(cause, aiohttp.ClientError):
        return None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate(cause)
    if isinstance(cause, ssl.SSLError):
        return FetchError("tls", "no secure connection could be agreed on")
    if isinstance(cause, http_exceptions.LineTooLong):
        return FetchError("header-too-large", "the answer's headers are too large")
    if isinstance(cause, socket.gaierror):
        return _lookup(cause)
    return _system(cause) if isinstance(cause, OSError) else None


def _aiohttp(cause: BaseException) -> FetchError | None:
    if isinstance(cause, aiohttp.ConnectionTimeoutError):
        return FetchError("unreachable", "the server accepted no connection in time")
    if isinstance(cause, aiohttp.ServerDisconnectedError):
        return FetchError("reset", "the server closed the connection without an answer")
    if isinstance(cause, aiohttp.ClientConnectionResetError):
        return FetchError("reset", "the server broke the connection off")
    if isinstance(cause, aiohttp.ClientPayloadError):
        return FetchError("protocol", "the answer was cut off or garbled")
    if isinstance(cause, (aiohttp.ClientResponseError, http_exceptions.HttpProcessingError)):
        return FetchError("protocol", "the server's answer is not proper HTTP")
    if isinstance(cause, (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, UnicodeError)):
        return FetchError("guard", "the address cannot be read")
    return None


def _other(cause: BaseException) -> FetchError | None:
    if isinstance(cause, TimeoutError):
        return FetchError("timeout", "the server did not answer in time")
    if isinstance(cause, aiohttp.ClientConnectorError):
        return FetchError("unreachable", "the server could not be reached")
    return None


def _certificate(cause: ssl.SSLCertVerificationError) -> FetchError:
    reason = {
        10: "has expired",
        18: "is self-signed",
        19: "is signed by an authority that is not trusted",
        20: "is signed by an authority that is not trusted",
        62: "is for another name",
        64: "is for another address",
    }.get(cause.verify_code, "is not valid")
    return FetchError(
        "tls",
        f"the server's certificate {reason}",
        hint="a company's own authority is trusted by naming its file in SSL_CERT_FILE",
    )


def _lookup(cause: socket.gaierror) -> FetchError:
    if cause.errno == socket.EAI_AGAIN:
        return lookup_failed()
    return FetchError("dns", "the host's name is not known")


def lookup_failed() -> FetchError:
    """No name server answered."""
    return FetchError("offline", "the host's name could not be looked up (is there a network?)")


def _system(cause: OSError) -> FetchError | None:
    if cause.errno is None:
        return None
    if isinstance(cause, ConnectionRefusedError):
        return FetchError("refused", "the server refused the connection")
    if isinstance(cause, ConnectionError):
        return FetchError("reset", "the server broke the connection off")
    if cause.errno in _OFFLINE:
        return FetchError("offline", "there is no network to the server")
    if cause.errno in _FULL:
        return FetchError("local", "this machine has too many files open")
    return FetchError("unreachable", "the server could not be reached")
