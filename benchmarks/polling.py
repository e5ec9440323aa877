"""How fast ``leadline poll`` is, beside the pollers that are installed here: whole processes, start-up included.

Run as ``python benchmarks/polling.py [--feeds 200] [--beside 1000] [--farm PROGRAM]``; prints one table. A farm on
loopback serves the feeds: ``benchmarks/farm.py``, or another program that takes the same options. Newsboat and sfeed
take part when they are on the PATH; reader, when ``--reader PYTHON`` names an interpreter that has it. ``bare`` fetches
with aiohttp and keeps nothing: what the transport alone takes. Three phases: ``cold`` (an empty database),
``unchanged`` (every answer a 304), ``changed`` (a tenth has a new entry).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
PHASES = ("cold", "unchanged", "changed")
LEADLINE = [sys.executable, "-c", "from aggregator.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one program."""

    seconds: float
    cpu: float
    """Seconds of CPU, child processes included."""
    peak: float
    """The most memory of the process tree, in bytes; what processes share counts once."""


@dataclass(frozen=True, slots=True)
class Poller:
    """A program, how it is told of the feeds, and how it polls."""

    name: str
    prepare: Callable[[Path, Sequence[str]], None]
    command: Callable[[Path], list[str]]


def leadline(words: Sequence[str]) -> Poller:
    """Leadline as a user runs it, with 20 prospects to match and all rules to tag by."""

    def prepare(folder: Path, urls: Sequence[str]) -> None:
        prospects = "".join(
            f'[[prospects]]\nname = "{first} {second}"\n'
            for first in ("Northwind", "Tessaline", "Verrano", "Copperfield", "Harbourline")
            for second in ("Systems", "Holdings", "Energy", "Labs")
        )
        sources = "".join(
            f'[[sources]]\nid = "s{number}"\nurl = "{url}"\nallow_private = ["127.0.0.0/8"]\n'
            for number, url in enumerate(urls)
        )
        (folder / "config.toml").write_text(f'database = "leads.db"\n{prospects}{sources}', encoding="utf-8")

    return Poller(
        "leadline", prepare, lambda folder: [*words, "-q", "--config", str(folder / "config.toml"), "poll", "--force"]
    )


def newsboat() -> Poller:
    """Newsboat, reloading with as many threads as help it."""

    def prepare(folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")
        (folder / "config").write_text("reload-threads 4\n", encoding="utf-8")

    def command(folder: Path) -> list[str]:
        places = [f"-{flag}{folder / name}" for flag, name in (("u", "urls"), ("C", "config"), ("c", "cache.db"))]
        return ["newsboat", *places, "-x", "reload"]

    return Poller("newsboat", prepare, command)


def sfeed() -> Poller:
    """sfeed_update with its 16 jobs."""

    def prepare(folder: Path, urls: Sequence[str]) -> None:
        feeds = "".join(f"feed 'f{number}' '{url}'\n" for number, url in enumerate(urls))
        (folder / "sfeedrc").write_text(f"sfeedpath='{folder}/feeds'\nfeeds() {{\n{feeds}}}\n", encoding="utf-8")

    return Poller("sfeed", prepare, lambda folder: ["sfeed_update", str(folder / "sfeedrc")])


def reader(python: str) -> Poller:
    """reader with 10 workers."""
    code = (
        "import sys; from reader import make_reader; r = make_reader(sys.argv[1]);\n"
        "[r.add_feed(u, exist_ok=True) for u in open(sys.argv[2]).read().split()];\n"
        "r.update_feeds(workers=10, scheduled=False)"
    )

    def prepare(folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")

    return Poller("reader", prepare, lambda folder: [python, "-c", code, str(folder / "r.db"), str(folder / "urls")])


def bare() -> Poller:
    """aiohttp alone; it keeps ETags between runs in a file."""
    code = """
import asyncio, json, os, sys, aiohttp
place = sys.argv[1] + "/etags"
etags = json.load(open(place)) if os.path.exists(place) else {}
async def main():
    urls = iter(open(sys.argv[1] + "/urls").read().split())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, limit_per_host=2)) as session:
        async def ask():
            for url in urls:
                headers = {"If-None-Match": etags[url]} if url in etags else {}
                async with session.get(url, headers=headers) as answer:
                    await answer.read()
                    etags[url] = answer.headers["ETag"]
        await asyncio.gather(*(ask() for _ in range(100)))
asyncio.run(main())
json.dump(etags, open(place, "w"))
"""

    def prepare(folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")

    return Poller("bare", prepare, lambda folder: [sys.executable, "-c", code, str(folder)])


class Farm:
    """A running farm."""

    def __init__(self, folder: Path, port: int) -> None:
        self.urls = (folder / "urls").read_text(encoding="utf-8").split()
        self._control = f"http://127.0.0.1:{port}/ctl/"

    def tell(self, what: str) -> None:
        """Give it an order."""
        with urllib.request.urlopen(self._control + what) as answer:
            answer.read()


@contextmanager
def farm(program: Path, feeds: int, hosts: int, port: int) -> Iterator[Farm]:
    """A farm of so many feeds while this lasts."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        options = {
            "-n": feeds,
            "--hosts": hosts,
            "--port": port,
            "--urls": folder / "urls",
            "--ready": folder / "ready",
        }
        words = [str(word) for pair in options.items() for word in pair]
        process = subprocess.Popen([sys.executable, str(program), *words], stderr=subprocess.DEVNULL)
        try:
            while not (folder / "ready").exists():
                if process.poll() is not None:
                    raise SystemExit(f"{program} ended before it served")
                time.sleep(0.05)
            yield Farm(folder, port)
        finally:
            process.terminate()
            process.wait()


def measure(command: Sequence[str], folder: Path) -> Run:
    """Run a command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "HOME": str(folder)}
    with (folder / "log").open("ab") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        peaks: list[float] = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peaks))
        watcher.start()
        code = process.wait()
        seconds = time.monotonic() - began
        watcher.join()
    if code:
        raise SystemExit(f"{command[0]} left with {code}: {(folder / 'log').read_text(errors='replace')[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, max(peaks))


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while process.poll() is None:
        peaks.append(sum(map(_memory, _tree(process.pid))))
        time.sleep(0.1)


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0.0)


def phases(poller: Poller, farm: Farm) -> dict[str, Run]:
    """The three phases of one poller, from an empty folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        farm.tell("rewind")
        poller.prepare(folder, farm.urls)
        runs = {phase: measure(poller.command(folder), folder) for phase in PHASES[:2]}
        farm.tell("round?p=0.1")
        runs["changed"] = measure(poller.command(folder), folder)
        return runs


def middle(runs: Sequence[dict[str, Run]]) -> dict[str, Run]:
    """Of several turns the median of each figure."""
    return {
        phase: Run(*(median(getattr(run[phase], name) for run in runs) for name in ("seconds", "cpu", "peak")))
        for phase in PHASES
    }


def table(rows: Sequence[tuple[str, int, dict[str, Run]]], to: str) -> None:
    """Print feeds a second, the ratio to one poller, CPU and memory."""
    rates = {(name, phase): feeds / runs[phase].seconds for name, feeds, runs in rows for phase in PHASES}
    print(f"{'poller':10} {'feeds':>6} {'phase':10} {'seconds':>8} {'feeds/s':>8} {'x ' + to:>11} CPU ms  peak MB")
    for name, feeds, runs in rows:
        for phase, run in runs.items():
            base = rates.get((to, phase)) or rates.get((to, "unchanged"))
            ratio = f"{rates[name, phase] / base:.2f}" if base else "-"
            print(
                f"{name:10} {feeds:6} {phase:10} {run.seconds:8.2f} {rates[name, phase]:8.1f} {ratio:>11} "
                f"{1000 * run.cpu / feeds:7.2f} {run.peak / 1e6:8.1f}"
            )


def where(poller: Poller, farm: Farm) -> None:
    """Print where the time of leadline's main process goes, by package, in a cold and in an unchanged poll."""
    code = (
        "import cProfile, sys\nfrom aggregator.cli import main\np = cProfile.Profile()\n"
        "try: p.runcall(main, sys.argv[2:])\nexcept SystemExit: pass\np.dump_stats(sys.argv[1])"
    )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        farm.tell("rewind")
        poller.prepare(folder, farm.urls)
        for phase in PHASES[:2]:
            arguments = poller.command(folder)[len(LEADLINE) :]
            measure([sys.executable, "-c", code, str(folder / phase), *arguments], folder)
            print(f"\nmain process, {phase} (seconds, profiled):")
            for part, seconds in _parts(folder / phase)[:9]:
                print(f"  {part:24} {seconds:7.3f}")


def _parts(profile: Path) -> list[tuple[str, float]]:
    from pstats import Stats

    spent: dict[str, float] = {}
    statistics: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = Stats(str(profile)).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, own, _, _) in statistics.items():
        part = _part(file, function)
        spent[part] = spent.get(part, 0.0) + own
    return sorted(spent.items(), key=lambda each: -each[1])


def _part(file: str, function: str) -> str:
    if "epoll" in function or "select.poll" in function or "acquire" in function:
        return "waiting"
    path = Path(file)
    if path.is_relative_to(HERE.parent) or not path.is_absolute():
        return "/".join(path.with_suffix("").parts[-2:]) if path.is_absolute() else f"built-in {function[:40]}"
    parts = path.parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else f"Python {path.stem}"


def main() -> None:
    """Read the command line, run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200, help="feeds that leadline and bare poll")
    parser.add_argument("--beside", type=int, help="feeds that the others poll (default: the same)")
    parser.add_argument("--turns", type=int, default=3, help="turns of which the median is shown")
    parser.add_argument("--farm", type=Path, default=HERE / "farm.py", help="the program that serves the feeds")
    parser.add_argument("--hosts", type=int, default=50, help="loopback addresses that the feeds are spread over")
    parser.add_argument("--port", type=int, default=8800)
    parser.add_argument("--reader", metavar="PYTHON", help="an interpreter that has reader")
    parser.add_argument("--only", help="pollers to run, joined by commas")
    parser.add_argument("--where", action="store_true", help="show where leadline's time goes")
    options = parser.parse_args()
    others = [newsboat()] if shutil.which("newsboat") else []
    others += [sfeed()] if shutil.which("sfeed_update") else []
    others += [reader(options.reader)] if options.reader else []
    beside = options.beside or options.feeds
    rows = []
    for feeds, pollers in ((options.feeds, [leadline(LEADLINE), bare()]), (beside, others)):
        wanted = [each for each in pollers if not options.only or each.name in options.only.split(",")]
        if wanted:
            with farm(options.farm, feeds, options.hosts, options.port) as running:
                turns = [[phases(each, running) for each in wanted] for _ in range(options.turns)]
                rows += [(each.name, feeds, middle([turn[n] for turn in turns])) for n, each in enumerate(wanted)]
                if options.where and any(each.name == "leadline" for each in wanted):
                    where(leadline(LEADLINE), running)
    print()
    table(rows, "newsboat")


if __name__ == "__main__":
    main()
