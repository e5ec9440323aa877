"""The real program in a real terminal: a rep triages in tmux while another process polls."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.command import RUN, Leadline
from tests.servers import Server

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Terminal:
    """A terminal of 120 × 36 in which a command runs."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ["tmux", "-f", os.devnull, "-S", str(folder / "tmux")]

    def start(self, desk: Leadline, *arguments: str) -> None:
        """Run leadline there."""
        root = Path(__file__).parent.parent.parent
        line = f"unset COLUMNS LINES; export PYTHONPATH={shlex.quote(str(root))}; {shlex.join([*RUN, *arguments])}"
        shell = f"sh -c {shlex.quote(f'{line}; echo LEFT $?; sleep 60')}"
        self._run("new-session", "-d", "-x", "120", "-y", "36", "-c", str(desk.folder), shell)

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._run("send-keys", *keys)

    def screen(self) -> str:
        """What is on it."""
        return self._run("capture-pane", "-p")

    def wait(self, seen: Callable[[str], bool]) -> str:
        """The screen, once it shows something."""
        end = time.monotonic() + 40
        while not seen(screen := self.screen()):
            assert time.monotonic() < end, screen
            time.sleep(0.1)
        return screen

    def end(self) -> None:
        """Close it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    def _run(self, *arguments: str) -> str:
        return subprocess.run([*self._tmux, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.end()


def test_a_rep_triages_while_another_process_polls(desk: Leadline, web: Server, terminal: Terminal) -> None:
    now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(time.time() - 3600))
    old = [
        servers.item(title, guid=title, date=now, link=f"https://a.example/{title.split()[-1]}")
        for title in ("Acme acquires Borealis", "Acme opens a plant in Ghent")
    ]
    late = servers.item("Acme appoints a chief information officer", guid="late", date=now)
    url = web.serve("/feed", servers.rss(*old), servers.rss(*old, late))
    desk.configure(url)
    desk("poll")

    terminal.start(desk, "tui")
    terminal.wait(lambda screen: "Borealis" in screen and "Ghent" in screen and "1/2" in screen)
    terminal.press("j")
    terminal.wait(lambda screen: "2/2" in screen)
    desk("poll", "--force")
    shown = terminal.wait(lambda screen: "1 new" in screen)
    assert "2/2" in shown
    assert "chief information" not in shown
    terminal.press("n")
    terminal.wait(lambda screen: "chief information" in screen and "/3" in screen)
    terminal.press("g", "g")
    terminal.wait(lambda screen: "1/3" in screen)
    terminal.press("s", "d")
    terminal.wait(lambda screen: "dismissed:" in screen and "/2" in screen)
    terminal.press("u")
    terminal.wait(lambda screen: "undone: dismissed" in screen and "/3" in screen)
    terminal.press("q")
    terminal.wait(lambda screen: "LEFT 0" in screen)

    assert len(desk.titles("state:kept")) == 1
    assert desk.titles("state:dismissed") == []
