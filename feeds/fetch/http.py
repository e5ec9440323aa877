"""aiohttp, imported without the trust stores that it would read and that leadline never uses."""

from __future__ import annotations

import ssl


def _nothing(self: ssl.SSLContext) -> None:
    """Read no trust store."""


# On import aiohttp makes two TLS contexts and reads the system's certificates for each, which takes 40 ms. Ours come
# from ``transport.tls_context``; without certificates, aiohttp's own would trust nobody.
ssl.SSLContext.set_default_verify_paths = _nothing  # type: ignore[method-assign]
try:
    import aiohttp
    from aiohttp import http_exceptions
    from aiohttp.abc import AbstractResolver, ResolveResult
finally:
    del ssl.SSLContext.set_default_verify_paths

__all__ = ["AbstractResolver", "ResolveResult", "aiohttp", "http_exceptions"]
