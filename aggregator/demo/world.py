"""The config of the demonstration: three fictitious prospects and the sample sources."""

from __future__ import annotations

from pathlib import Path

from aggregator.config import HERE_NAME
from aggregator.demo.server import Samples

DATABASE = "leadline.db"
MARK = "# The config of `leadline demo`: made anew, with its database, whenever the demo runs here."
"""First line of a config that a demonstration may replace."""

PROSPECTS = """\
[[prospects]]
id = "meridian"
name = "Meridian Water Authority"
stage = "qualifying"

[[prospects]]
id = "calloway"
name = "Calloway Freight Group"
aliases = ["Calloway Freight"]

[[prospects]]
id = "northlake"
name = "Northlake Health Partners"
aliases = ["Northlake"]
stage = "pricing"
"""

_SOURCES = (
    ("meridian-newsroom", "Meridian newsroom", "meridian-newsroom.xml", "meridian", "issuer"),
    ("tender-board", "Regional Tender Board", "tender-board.atom", "", "regulator"),
    ("calloway-newsroom", "Calloway newsroom", "calloway-newsroom.json", "calloway", "issuer"),
    ("northlake-news", "Northlake news", "northlake-news.rdf", "northlake", "issuer"),
    ("northlake-careers", "Northlake careers", "northlake-careers.xml", "northlake", "issuer"),
    ("supply-ledger", "The Supply Ledger", "supply-ledger.xml", "", "trade"),
    ("brightline-wire", "Brightline Wire", "brightline-wire.atom", "", "wire"),
    ("exchange-filings", "Exchange filings", "exchange-filings.atom", "", "regulator"),
    ("county-gazette", "County Gazette", "county-gazette.xml", "", "regulator"),
    ("harbour-journal", "Harbour Journal", "", "", "trade"),
)
"""Id, name, sample file (none: nobody answers there), own prospect, publisher."""


def config_text(samples: Samples) -> str:
    """A config that polls the running sample server."""
    return f'{MARK}\ndatabase = "{DATABASE}"\n\n{PROSPECTS}\n{"".join(_source(samples, *each) for each in _SOURCES)}'


def clear(folder: Path) -> str:
    """Make the folder, without what an earlier demo left; anything of the user's there is named and left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    config, database = folder / HERE_NAME, folder / DATABASE
    if config.exists() and not config.read_text(encoding="utf-8", errors="replace").startswith(MARK):
        return str(config)
    if database.exists() and not config.exists():
        return str(database)
    for each in (*folder.glob(f"{database.stem}.*"), *folder.glob(f"{database.stem}-*")):
        if each.is_file():
            each.unlink()
    return ""


def write_config(folder: Path, samples: Samples) -> Path:
    """Write the config into a folder and say where it is."""
    path = folder / HERE_NAME
    path.write_text(config_text(samples), encoding="utf-8")
    return path


def _source(samples: Samples, id_: str, name: str, file: str, prospect: str, publisher: str) -> str:
    lines = [
        "[[sources]]",
        f'id = "{id_}"',
        f'name = "{name}"',
        f'url = "{samples.base}/{file}"' if file else f'url = "{samples.dead}"',
    ]
    if prospect:
        lines.append(f'prospect = "{prospect}"')
    return "\n".join([*lines, f'publisher = "{publisher}"', 'allow_private = ["127.0.0.1"]']) + "\n\n"
