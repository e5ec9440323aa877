"""The command line in a process of its own, with a config and a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

RUN = [sys.executable, "-c", "import sys; from aggregator.cli import main; main(sys.argv[1:])"]


class Leadline:
    """Runs ``leadline`` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "leadline.toml"
        self.database = folder / "leadline.db"

    def configure(
        self,
        *urls: str,
        more: str = "",
        prospects: str = '[[prospects]]\nname = "Acme Corporation"\naliases = ["Acme"]\n',
    ) -> None:
        """Write a config with these sources, named s1, s2, …, allowed on loopback."""
        sources = "".join(
            f'[[sources]]\nid = "s{number}"\nurl = "{url}"\nallow_private = ["127.0.0.1"]\n'
            for number, url in enumerate(urls, 1)
        )
        self.config.write_text(f'database = "leadline.db"\n{more}\n{prospects}\n{sources}', encoding="utf-8")

    def start(self, *arguments: str, code: str = "", **options: Any) -> subprocess.Popen[str]:
        """Start a command; ``code`` is run in the place of the command line's own start."""
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.PIPE}
        return subprocess.Popen(
            [*([sys.executable, "-c", code] if code else RUN), *arguments],
            cwd=self.folder,
            env=environment,
            text=True,
            encoding="utf-8",
            **{**pipes, **options},
        )

    def __call__(self, *arguments: str, code: int | None = 0, stdin: str = "") -> str:
        """Run a command to its end, check its exit code (None: any), and return what it wrote to stdout."""
        process = self.start(*arguments)
        out, self.errors = process.communicate(stdin, timeout=60)
        assert code is None or process.returncode == code, f"exit {process.returncode}\n{out}\n{self.errors}"
        assert "Traceback" not in self.errors, self.errors
        return out

    def json(self, *arguments: str, code: int | None = 0) -> Any:
        """Run a command with --json and return what it wrote."""
        return json.loads(self(*arguments, "--json", code=code))

    def titles(self, *query: str) -> list[str]:
        """Titles of the items that a query finds."""
        return [item["title"] for item in self.json("items", "--limit", "0", *query)]
