"""``leadline init``: write a commented config, asking for nothing that can be found out."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import sys
from itertools import count
from pathlib import Path

import click

from aggregator import config
from aggregator.cli.output import FAILED, data, leave, say, settle
from aggregator.errors import LeadlineError

EXAMPLE_PROSPECTS = """\
[[prospects]]
id = "siemens"
name = "Siemens AG"
aliases = ["Siemens"]
domain = "siemens.com"

[[prospects]]
id = "uk-hmrc"
name = "HM Revenue & Customs"
aliases = ["HMRC", "HM Revenue and Customs"]
domain = "gov.uk"
"""
EXAMPLE_SOURCES = """\
[[sources]]
id = "siemens-press"
name = "Siemens press releases"
url = "https://press.siemens.com/global/en/rss.xml"
prospect = "siemens"
publisher = "issuer"

[[sources]]
id = "hmrc-news"
name = "HMRC on GOV.UK"
url = "https://www.gov.uk/government/organisations/hm-revenue-customs.atom"
prospect = "uk-hmrc"
publisher = "issuer"
"""
EMPTY_PROSPECTS = """\
#[[prospects]]
#name = "Acme Corporation"
#aliases = ["Acme"]
#domain = "acme.example"
"""
EMPTY_SOURCES = """\
#[[sources]]
#name = "Acme newsroom"
#url = "https://acme.example/news/feed.xml"
#prospect = "acme-corporation"
"""


@click.command(
    short_help="Write a commented config to start from.",
    epilog="""\b
Examples:
  leadline init              in your configuration directory
  leadline init --here       ./leadline.toml, with its database beside it
  leadline init --examples   with two public example prospects to try
""",
)
@click.option("--here", is_flag=True, help=f"Write ./{config.HERE_NAME} and keep the database beside it.")
@click.option("--examples/--no-examples", default=None, help="Put example prospects in (asked on a terminal).")
@click.option("--force", is_flag=True, help="Replace an existing config; the old one is kept beside it.")
@click.option("--config", "named", metavar="FILE", help="Write this file.")
@click.pass_context
def init(ctx: click.Context, /, here: bool, examples: bool | None, force: bool, named: str | None) -> None:
    """Write a commented config file to start from."""
    from aggregator.example import example

    chosen = named or settle(ctx, None, None, 0, False)["config"]
    path = Path(config.HERE_NAME).resolve() if here else _place(chosen)
    if path.exists() and not force:
        say(
            f"{path} exists already and was left as it is.\n"
            "  hint: edit it, or `leadline init --force` replaces it (a copy is kept)",
            level=-1,
        )
        leave(FAILED)
    if examples is None:
        examples = sys.stdin.isatty() and click.confirm(
            "Put two public example prospects in, to try it?", default=True, err=True
        )
    prospects, sources = (EXAMPLE_PROSPECTS, EXAMPLE_SOURCES) if examples else (EMPTY_PROSPECTS, EMPTY_SOURCES)
    text = example(prospects=prospects, sources=sources, database="leadline.db" if here else "", rep=_user())
    config.parse(text, str(path))
    _write(path, text)
    data(str(path))
    if config.find(named) != path:
        say(f"Note: `leadline` run from here uses {config.find(named)}.")
    say("Next: `leadline prospect add NAME`, `leadline source add URL`, then `leadline poll`, `leadline digest`.")


def _place(chosen: str | None) -> Path:
    """The file named, else the environment's, else the user's own: where `leadline` will look for it."""
    named = chosen or os.environ.get("LEADLINE_CONFIG")
    return config.expanded(named) if named else config.home()


def _user() -> str:
    """The name of whoever is logged in, as far as the system tells and it can stand in a config."""
    with contextlib.suppress(OSError, KeyError, ImportError):
        name = getpass.getuser()
        if re.fullmatch(r"[\w.@-]{1,100}", name):
            return name
    return "me"


def _unused(path: Path) -> Path:
    """Where to keep a copy without replacing an older one."""
    names = (path.with_name(f"{path.name}.bak{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def _write(path: Path, text: str) -> None:
    """Write whole or not at all; what stood there is kept as ``.bak``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text, encoding="utf-8")
        if path.exists():
            os.replace(path, _unused(path))
        os.replace(fresh, path)
    except OSError as error:
        raise LeadlineError(
            f"{error.filename or path} cannot be written: {error.strerror}",
            hint="choose another place with --config FILE",
        ) from None
