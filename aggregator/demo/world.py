"""The config of the demonstration: three fictitious prospects, the sample feeds and the sample APIs."""

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
ids = { cik = "9900001", uei = "CFGDEMO00001" }

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


_APIS = """\
# Public APIs, played on loopback. `each = "prospect"` asks for every prospect that has what a kind needs.
[[sources]]
id = "filings"
kind = "sec_submissions"
each = "prospect"
url = "@base@/apis/sec_submissions/"
allow_private = ["127.0.0.1"]

[[sources]]
id = "federal-awards"
kind = "usaspending"
each = "prospect"
prospects = ["calloway"]
url = "@base@/apis/usaspending/"
allow_private = ["127.0.0.1"]

[[sources]]
id = "federal-notices"
name = "Federal notices"
kind = "sam_opportunities"
auth = "file:@folder@/leadline.key"
url = "@base@/apis/sam_opportunities/"
allow_private = ["127.0.0.1"]

[[sources]]
id = "eu-notices"
kind = "ted"
each = "prospect"
prospects = ["meridian"]
url = "@base@/apis/ted/"
allow_private = ["127.0.0.1"]

[[sources]]
id = "award-register"
name = "Award register"
kind = "json_api"
url = "@base@/apis/json_api/?since=${from}&page=${page}"
allow_private = ["127.0.0.1"]

[sources.options]
paging = { style = "page", more = "meta.hasNext" }
require = "awards"

[sources.options.map]
items = "awards"
id = "ref"
title = "join(': ', [buyer.name, subject])"
url = "page"
published = "signed"
amount = "value"
currency = "currency"
buyer = "buyer.name"
supplier = "supplier.name"
contract_end = "ends"
notice_type = "'Award Notice'"
"""
KEY = "leadline.key"
"""File with the key of the one API that wants one; any will do there."""


def config_text(samples: Samples, folder: Path = Path()) -> str:
    """A config, to stand in a folder, that polls the running sample server."""
    top = f'{MARK}\ndatabase = "{DATABASE}"\n\n[poll]\ncontact = "Demo demo@leadline.example"\n\n{PROSPECTS}\n'
    apis = _APIS.replace("@base@", samples.base).replace("@folder@", folder.as_posix())
    return top + "".join(_source(samples, *each) for each in _SOURCES) + apis


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
    path.write_text(config_text(samples, folder), encoding="utf-8")
    folder.joinpath(KEY).write_text("a-key-for-the-demo\n", encoding="utf-8")
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
