"""Reading in other processes: what dies or hangs costs what it read, not the others."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from aggregator import reading_limits
from aggregator import workers as module
from aggregator.catalog import Recipe
from aggregator.model import Item
from aggregator.workers import Work, Workers
from feeds.connectors import connector
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, Page, Response, Source
from tests.servers import item, rss

SOURCE = Source("s", "https://a.test/feed")
WORK = Work(datetime(2026, 3, 1, tzinfo=UTC), first=True, new_within=60.0)
GOOD = Response(SOURCE.url, 200, body=rss(item("Acme news", guid="1")).encode())


@pytest.fixture
def pool() -> Iterator[Workers]:
    """Two workers."""
    made = Workers(Recipe((), ()), 2)
    made.start()
    yield made
    made.close()


def titles(page: Page[Item]) -> list[str]:
    """What was read."""
    return [each.title for each in page.entries]


def processes(pool: Workers) -> list[int]:
    """The workers' process ids."""
    return [worker.process.pid or 0 for worker in pool._workers]


def test_an_answer_is_read(pool: Workers) -> None:
    assert titles(asyncio.run(pool.read(SOURCE, GOOD, WORK))) == ["Acme news"]


def test_killed_workers_are_replaced(pool: Workers) -> None:
    async def go() -> list[str]:
        for pid in processes(pool):
            os.kill(pid, signal.SIGKILL)
        for _ in range(3):  # the first to notice may lose what it was to read
            with contextlib.suppress(ReadError):
                await pool.read(SOURCE, GOOD, WORK)
        return titles(await pool.read(SOURCE, GOOD, WORK))

    assert asyncio.run(go()) == ["Acme news"]


def test_a_worker_killed_amid_its_work_costs_one_source(pool: Workers) -> None:
    async def go() -> list[Page[Item] | BaseException]:
        reading = [asyncio.ensure_future(pool.read(SOURCE, GOOD, WORK)) for _ in range(40)]
        await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
        os.kill(processes(pool)[0], signal.SIGKILL)
        return await asyncio.gather(*reading, return_exceptions=True)

    read = asyncio.run(go())
    assert sum(isinstance(each, Page) for each in read) >= 39
    assert all(isinstance(each, (Page, ReadError)) for each in read)


def test_a_document_that_breaks_the_reader_costs_itself(pool: Workers) -> None:
    async def go() -> list[str]:
        with pytest.raises(LeadlineError):
            await pool.read(replace(SOURCE, kind="nothing"), GOOD, WORK)
        return titles(await pool.read(SOURCE, GOOD, WORK))

    assert asyncio.run(go()) == ["Acme news"]


def test_a_reading_that_is_called_off_ends_at_once_and_quietly(pool: Workers, caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> list[str]:
        for pid in processes(pool):
            os.kill(pid, signal.SIGSTOP)
        readings = [asyncio.ensure_future(pool.read(SOURCE, GOOD, WORK)) for _ in range(4)]
        await asyncio.sleep(0.05)
        for reading in readings:
            reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)
        assert all(reading.cancelled() for reading in readings)
        return titles(await pool.read(SOURCE, GOOD, WORK))

    assert asyncio.run(go()) == ["Acme news"]
    gc.collect()
    assert not caplog.records


def test_what_takes_too_long_is_given_up(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> list[str]:
        for pid in processes(pool):
            os.kill(pid, signal.SIGSTOP)
        for _ in processes(pool):
            with pytest.raises(ReadError, match="longer than"):
                await pool.read(SOURCE, GOOD, WORK)
        monkeypatch.undo()
        return titles(await pool.read(SOURCE, GOOD, WORK))

    monkeypatch.setattr(module, "READ_DEADLINE", 0.1)
    assert asyncio.run(go()) == ["Acme news"]


class Hungry:
    """A reader that uses up time or memory, as some document makes it."""

    def read(self, _source: Source, response: Response) -> Page[Entry]:
        kept: list[bytearray] = []
        while response.body.startswith(b"spin"):
            kept.clear()
        while response.body.startswith(b"hoard"):
            kept.append(bytearray(10_000_000))
        return Page((Entry(title="done"),))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be forked here")
@pytest.mark.parametrize(("body", "words"), [(b"spin", "longer than"), (b"hoard" * 50_000, "too much memory")])
def test_time_and_memory_of_reading_are_bounded_whatever_the_reader(
    body: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same worker reads on."""
    monkeypatch.setattr(module, "connector", lambda kind: Hungry() if kind == "hungry" else connector(kind))
    monkeypatch.setattr(module, "_context", lambda: multiprocessing.get_context("fork"))  # which takes these along
    monkeypatch.setattr(reading_limits, "CPU_SECONDS", 0.2 if body == b"spin" else 60.0)

    async def go(pool: Workers) -> list[str]:
        pids = processes(pool)
        with pytest.raises(ReadError, match=words):
            await pool.read(replace(SOURCE, kind="hungry"), Response(SOURCE.url, 200, body=body), WORK)
        assert processes(pool) == pids
        return titles(await pool.read(SOURCE, GOOD, WORK))

    pool = Workers(Recipe((), ()), 1)
    pool.start()
    assert asyncio.run(go(pool)) == ["Acme news"]
    pool.close()


def test_entries_are_bounded(pool: Workers) -> None:
    """The first ones are taken, and that there were more is said."""
    many = Response(SOURCE.url, 200, body=rss(*(item(f"News {n}", guid=str(n)) for n in range(9))).encode())
    page = asyncio.run(pool.read(SOURCE, many, replace(WORK, max_entries=3)))
    assert sorted(titles(page)) == ["News 0", "News 1", "News 2"]
    assert page.problems == ("only the first 3 of its 9 entries were taken",)


def test_what_a_record_says_arrives_as_it_would_from_the_store(pool: Workers) -> None:
    """Dates, tags, matches and facts are whole after the way from one process to another."""
    dated = item("Acme pays $5 million", guid="1", date="Mon, 02 Mar 2026 10:00:00 GMT")
    response = Response(SOURCE.url, 200, body=rss(dated).encode())
    source = replace(SOURCE, types=("purchasing_history",))
    read = asyncio.run(pool.read(source, response, WORK)).entries[0]
    assert read.published == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert [(tag.type, tag.evidence.where) for tag in read.tags] == [("purchasing_history", "source")]
    assert [(fact.kind, fact.number, fact.currency) for fact in read.facts if fact.kind == "amount"] == [
        ("amount", 5_000_000.0, "$")
    ]


def test_workers_made_ready_once_are_forked_with_the_rules() -> None:
    """What is compiled before they are made is there in each, and in those that replace them."""
    recipe = Recipe((), ())
    made = Workers(recipe, 2)
    made.start(warm=True)
    assert module._compiled[0][0] is recipe
    os.kill(processes(made)[0], signal.SIGKILL)
    made._workers[0].process.join()

    async def go() -> list[str]:
        with contextlib.suppress(ReadError):
            await made.read(SOURCE, GOOD, WORK)
        return titles(await made.read(SOURCE, GOOD, WORK))

    assert asyncio.run(go()) == ["Acme news"]
    made.close()


def test_workers_of_a_process_with_threads_make_themselves_ready() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    made = Workers(Recipe((), ()), 1)
    try:
        made.start(warm=True)
        assert titles(asyncio.run(made.read(SOURCE, GOOD, WORK))) == ["Acme news"]
    finally:
        made.close()
        stop.set()
        other.join()
