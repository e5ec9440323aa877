"""A small farm of feeds on loopback for benchmarks/polling.py: RSS with 30 entries each, ETags, gzip, rounds of news.

Run as ``python benchmarks/farm.py -n 200 --hosts 50 --port 8800 --urls FILE --ready FILE``. ``GET /ctl/round?p=0.1``
adds an entry to a tenth of the feeds, ``/ctl/rewind`` goes back to the start.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import signal
import zlib
from email.utils import formatdate
from pathlib import Path

ENTRIES = 30
START = 1_795_000_000
WORDS = """acquires agency announces appoints award bank budget chief cloud contract data director energy expands
facility
grid health merger migration network officer opens plant platform procurement project report results security software
supplier tender transport upgrade water the of and to in a for on with by is its""".split()


class Farm:
    """Every feed's document follows from its number and how many entries were added."""

    def __init__(self, feeds: int, hosts: int, port: int) -> None:
        self.hosts, self.port = hosts, port
        self.added = [0] * feeds
        self.round = 0
        self.answers = [self._render(number) for number in range(feeds)]

    def url(self, number: int) -> str:
        """Where a feed is."""
        return f"http://127.0.0.{1 + number % self.hosts}:{self.port}/f/{number}.xml"

    def next_round(self, part: float) -> None:
        """Add an entry to a part of the feeds."""
        self.round += 1
        count = round(len(self.added) * part)
        for number in random.Random(self.round).sample(range(len(self.added)), count):
            self.added[number] += 1
            self.answers[number] = self._render(number)

    def rewind(self) -> None:
        """Back to how it was at the start."""
        self.__init__(len(self.added), self.hosts, self.port)  # type: ignore[misc]

    def _render(self, number: int) -> tuple[bytes, bytes, bytes]:
        """ETag, answer with the document, answer without."""
        added = self.added[number]
        items = "".join(_entry(number, entry) for entry in range(ENTRIES + added - 1, added - 1, -1))
        document = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'
        )
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        body = packer.compress(document.encode()) + packer.flush()
        etag = b'"%s"' % hashlib.blake2b(body, digest_size=8).hexdigest().encode()
        head = b"ETag: " + etag + b"\r\nContent-Type: application/rss+xml\r\n"
        whole = (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n" % len(body) + head + b"\r\n" + body
        )
        return etag, whole, b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n"


def _entry(feed: int, entry: int) -> str:
    chance = random.Random(f"{feed}-{entry}")
    text = " ".join(
        f"<p>{' '.join(chance.choices(WORDS, k=40)).capitalize()}.</p>" for _ in range(chance.randint(2, 12))
    )
    title = " ".join(chance.choices(WORDS, k=8)).capitalize()
    return (
        f"<item><title>{title} ({feed}-{entry})</title><link>https://news.test/{feed}/{entry}</link>"
        f"<guid isPermaLink='false'>{feed}-{entry}</guid><pubDate>{formatdate(START + 3600 * entry)}</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
    )


class Exchange(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            request, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self.transport.write(self._answer(request))
            if b"connection: close" in request.lower() or b" HTTP/1.0" in request:
                self.transport.close()

    def _answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/f/"):
            etag, whole, unchanged = self.farm.answers[int(path[3:].partition(".")[0])]
            return unchanged if etag in request else whole
        if path.startswith("/ctl/round"):
            self.farm.next_round(float(path.partition("p=")[2] or 0.1))
        elif path == "/ctl/rewind":
            self.farm.rewind()
        return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to end."""
    farm = Farm(options.n, options.hosts, options.port)
    loop = asyncio.get_running_loop()
    for host in range(options.hosts):
        await loop.create_server(lambda: Exchange(farm), f"127.0.0.{1 + host}", options.port, backlog=1024)
    _announce(farm, options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _announce(farm: Farm, options: argparse.Namespace) -> None:
    Path(options.urls).write_text("\n".join(map(farm.url, range(options.n))) + "\n", encoding="utf-8")
    Path(options.ready).write_text("ready", encoding="utf-8")


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--port", type=int, default=8800)
    parser.add_argument("--urls", required=True)
    parser.add_argument("--ready", required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
