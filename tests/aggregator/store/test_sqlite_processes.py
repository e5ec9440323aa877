"""Several processes on one database, and processes that are killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from aggregator.store.sqlite.store import SqliteStore
from feeds.model import Source

CLAIM = """
import sys
from datetime import datetime
from aggregator.store import open_store

place, worker, now = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
store = open_store(place)
print("ready", flush=True)
sys.stdin.readline()
while claims := store.claim_due(now, worker=worker, limit=7, lease=600):
    for claim in claims:
        print(claim.source.id)
store.close()
"""

APPLY = """
import sys
from msgspec.structs import replace
from datetime import datetime, timedelta
from aggregator.model import Batch, Item
from aggregator.store import open_store
from feeds.model import FetchState, Source

place, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])


def items(turn, source):
    return tuple(
        Item(f"{turn:08x}{n:08x}", source, f"Title {n}", "", "text " * 99, f"{turn}.{n}", "", "h", now)
        for n in range(20)
    )


store = open_store(place)
store.sync_sources([Source(f"s{n}", f"https://s{n}.test") for n in range(9)], now)
for turn in range(100_000):
    source = f"s{turn % 9}"
    new = items(turn, source)
    former = items(turn - 9, source)[:2] if turn > 8 else ()
    changed = tuple(replace(item, content_hash="x") for item in former)
    store.apply([Batch(source, "w", FetchState(status="ok", cursor=str(turn)), new, changed)], now)
    store.index(30)
    print(turn, flush=True)
"""

OPEN = """
import sys
from aggregator.store import open_store

open_store(sys.argv[1]).close()
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Run code in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


class TestProcesses:
    """They share, and they die."""

    def test_no_two_processes_get_the_same_source(self, tmp_path: Path, now: datetime) -> None:
        path = tmp_path / "leads.db"
        with closing(SqliteStore(path)) as store:
            store.sync_sources([Source(f"s{n:03}", f"https://s{n}.test") for n in range(300)], now)
        processes = [start(CLAIM, str(path), f"w{n}", now.isoformat()) for n in range(3)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=60)[0].split() for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0]
        claimed = [source for output in outputs for source in output]
        assert sorted(claimed) == [f"s{n:03}" for n in range(300)]

    def test_processes_may_create_the_same_database_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "leads.db"
        processes = [start(OPEN, str(path)) for _ in range(4)]
        for process in processes:
            process.communicate(timeout=60)
        assert [process.returncode for process in processes] == [0, 0, 0, 0]
        SqliteStore(path).close()

    def test_a_killed_process_leaves_a_whole_database(self, tmp_path: Path, now: datetime) -> None:
        path = tmp_path / "leads.db"
        for wait_for in (1, 12, 40):
            for file in tmp_path.iterdir():
                file.unlink()
            process = start(APPLY, str(path), now.isoformat())
            assert process.stdout is not None
            while int(process.stdout.readline()) < wait_for:
                pass
            process.send_signal(signal.SIGKILL)
            last = [int(line) for line in process.stdout.read().split()][-1:] or [wait_for]
            process.wait()
            process.communicate()
            with closing(SqliteStore(path)) as store:
                statuses = {status.source.id: status for status in store.source_statuses()}
                while store.index(1000):
                    pass
            with closing(sqlite3.connect(path)) as db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert db.execute("PRAGMA foreign_key_check").fetchall() == []
                counts = dict(db.execute("SELECT source, count(*) FROM items GROUP BY source"))
                versions = db.execute("SELECT count(*) FROM versions").fetchone()[0]
            assert {id_: status.items for id_, status in statuses.items() if status.items} == counts
            for id_, status in statuses.items():
                polls = 0 if status.state.cursor == "" else int(status.state.cursor) // 9 + 1
                assert counts.get(id_, 0) == 20 * polls
            assert sum(counts.values()) >= 20 * (last[0] + 1)
            assert versions == 2 * sum(count // 20 - 1 for count in counts.values())
            with closing(sqlite3.connect(path.with_name("leads.search.db"))) as db:
                assert db.execute("SELECT count(*) FROM docs").fetchone()[0] == sum(counts.values())
