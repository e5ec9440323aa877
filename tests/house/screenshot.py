"""Takes the picture of the desk that README and guide show, from the data of ``leadline demo``.

Run as ``python -m tests.house.screenshot`` (``make screenshot``).
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

from aggregator import config
from aggregator.core import Aggregator
from aggregator.demo.server import serving
from aggregator.demo.world import write_config
from tests.house.generate import ROOT
from tui.app import Desk

PICTURE = ROOT / "docs" / "images" / "desk.svg"
SIZE = (150, 40)


async def take(aggregator: Aggregator) -> str:
    """The desk after a few decisions, as SVG."""
    app = Desk(aggregator, "age<60d is:matched", watch=0)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.0)
        for key in ("j", "s", "f", "m"):
            await pilot.press(key)
            await pilot.pause(0.3)
        await pilot.pause(1.0)
        return re.sub(r"@font-face \{.*?\}", "", app.export_screenshot(title="leadline"), flags=re.DOTALL)


def main() -> None:
    """Poll the sample sources, take the picture, write it."""
    os.environ.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as folder, serving() as samples:
        aggregator = Aggregator.open(config.read(write_config(Path(folder), samples)))
        try:
            aggregator.refresh()
            picture = asyncio.run(take(aggregator)).replace(samples.base, "https://sample.example")
        finally:
            aggregator.close()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
