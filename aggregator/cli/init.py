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
  leadline init --channel https://packs.example/team --prospects accounts.csv
\b
With --channel your team's packs are added, after showing what comes; then
`leadline poll --digest` is all that is left to do.
""",
)
@click.option("--here", is_flag=True, help=f"Write ./{config.HERE_NAME} and keep the database beside it.")
@click.option("--examples/--no-examples", default=None, help="Put example prospects in (asked on a terminal).")
@click.option("--force", is_flag=True, help="Replace an existing config; the old one is kept beside it.")
@click.option("--channel", metavar="URL", help="Where your team's packs are: an address, folder or git repository.")
@click.option("--allow-private", multiple=True, metavar="NETWORK", help="Fetch packs also from this private network.")
@click.option(
    "--prospects",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Put the prospects of this list in (CSV, JSON lines, TOML, or a name on each line).",
)
@click.option("--yes", is_flag=True, help="Agree to what the channel brings.")
@click.option("--config", "named", metavar="FILE", help="Write this file.")
@click.pass_context
def init(
    ctx: click.Context,
    /,
    here: bool,
    examples: bool | None,
    force: bool,
    named: str | None,
    channel: str | None,
    allow_private: tuple[str, ...],
    listed: Path | None,
    yes: bool,
) -> None:
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
    if examples is None and not channel and not listed:
        examples = sys.stdin.isatty() and click.confirm(
            "Put two public example prospects in, to try it?", default=True, err=True
        )
    prospects, sources = (EXAMPLE_PROSPECTS, EXAMPLE_SOURCES) if examples else (EMPTY_PROSPECTS, EMPTY_SOURCES)
    if listed:
        prospects = _prospects(listed)
    text = example(prospects=prospects, sources=sources, database="leadline.db" if here else "", rep=_user())
    if channel:
        text = _with_channel(text, _absolute(channel), allow_private)
    config.parse(text, str(path))
    if channel:
        _join(path, text, channel, yes=yes)
    else:
        _write(path, text)
    data(str(path))
    if config.find(named) != path:
        say(f"Note: `leadline` run from here uses {config.find(named)}.")
    if channel:
        say("Next: `leadline poll --digest`.")
        return
    say("Next: put your prospects and sources in, then `leadline config check`, `leadline poll`, `leadline digest`.")


def _join(path: Path, text: str, channel: str, *, yes: bool) -> None:
    """Show what a channel brings and ask; only then write the config and put the packs in force."""
    from aggregator.cli.pack_use import show_plans
    from aggregator.core import utc_now
    from aggregator.packs.installs import Packs

    packs = Packs(config.parse(text, str(path), path=path), utc_now)
    plans = packs.plan(_absolute(channel))
    show_plans(packs.config, plans, yes=yes)
    _write(path, text)
    for plan in plans:
        packs.put(plan)
        say(f"added {plan.told}")


def _prospects(listed: Path) -> str:
    """A list of prospects as the config writes it."""
    import tomlkit

    from aggregator.prospect_files import read_prospects

    tables = tomlkit.aot()
    for each in read_prospects(listed):
        values = {
            "id": each.id, "name": each.name, "aliases": each.aliases, "domain": each.domain,
            "stage": each.stage, "require": each.require, "exclude": each.exclude,
        }  # fmt: skip
        table = tomlkit.table()
        for key, value in values.items():
            if value:
                table.add(key, list(value) if isinstance(value, tuple) else value)
        if each.identifiers:
            ids = tomlkit.inline_table()
            ids.update(each.identifiers)
            table.add("ids", ids)
        tables.append(table)
    document = tomlkit.document()
    document.add("prospects", tables)
    return tomlkit.dumps(document)


def _absolute(channel: str) -> str:
    """A folder named from where one stands is one from everywhere."""
    return str(Path(channel).expanduser().resolve()) if Path(channel).expanduser().is_dir() else channel


def _with_channel(text: str, channel: str, allow_private: tuple[str, ...]) -> str:
    from aggregator.example import toml_value

    text = text.replace('\n#channel = ""\n', f"\nchannel = {toml_value(channel)}\n", 1)
    if allow_private:
        text = text.replace("\n#allow_private = []\n", f"\nallow_private = {toml_value(list(allow_private))}\n", 1)
    return text


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
