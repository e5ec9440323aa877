"""A digest as one self-contained HTML page: semantic, readable without colour, light and dark; nothing is loaded.

No script, no picture, no remote address but the links themselves, which are http, https or mailto; whatever came from
a feed is escaped. A policy in the page forbids browsers to load anything even so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from aggregator.digest import words
from aggregator.digest.build import Digest, Line
from aggregator.digest.coming import Due
from aggregator.digest.outline import Block, blocks, shows, top
from aggregator.html_page import document, text
from aggregator.model import Item
from feeds.text import safe_link

_STYLE = """\
:root { color-scheme: light dark; --ink: #1a1c20; --soft: #555b66; --paper: #fff; --line: #d5d8de; --mark: #8a4b00;
  --link: #0b57a4; --card: #f5f6f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #a9b0bc; --paper: #15171b; --line: #3a3f49;
  --mark: #ffb65c; --link: #8ab8ff; --card: #1e2127; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 46rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; color: var(--soft); } h4 { font-size: 1rem; margin: 0; }
a { color: var(--link); } a:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
p { margin: .2rem 0; } .soft { color: var(--soft); font-size: .9rem; }
.new, .warn { color: var(--mark); font-weight: 600; }
.play { font-style: italic; } article { margin: .75rem 0; } ol.top { padding: 0; list-style: none; }
ol.top > li { background: var(--card); border-left: 4px solid var(--mark); padding: .6rem .9rem; margin: .6rem 0; }
ul { padding-left: 1.2rem; } li { margin: .3rem 0; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
@media print { body { max-width: none; } a { color: inherit; } }"""


def render(digest: Digest) -> str:
    """The page, ending in a line end."""
    title = f"Digest of {digest.made_at.astimezone():%A %d %B %Y}"
    parts = [
        '<a class="skip" href="#seen">To what was seen</a>\n<header>',
        f"<h1>{text(title)}</h1>\n<p>{text(words.summary(digest))}</p>",
        *(f'<p class="warn">{text(notice)}</p>' for notice in digest.notices),
        "</header>\n<main>",
        *_body(digest),
        "</main>",
    ]
    return document(title, _STYLE, "\n".join(parts))


def _body(digest: Digest) -> Iterator[str]:
    if top(digest):
        yield f'<section aria-labelledby="top">\n<h2 id="top">{words.TITLES["top"]}</h2>\n<ol class="top">'
        for number, line in enumerate(top(digest), 1):
            yield f"<li>{_top(number, line, digest)}</li>"
        yield "</ol>\n</section>"
    if shows(digest, "prospects"):
        for number, block in enumerate(blocks(digest), 1):
            yield from _block(number, block, digest)
    for name, lines in _lists(digest):
        if lines and shows(digest, name):
            yield _listed(name, words.TITLES[name], lines)
    seen = [*words.coverage_lines(digest.coverage, digest.made_at), *words.footer(digest)]
    yield _listed("seen", words.TITLES["coverage"], map(text, seen))


def _listed(anchor: str, title: str, lines: Iterable[str]) -> str:
    points = "\n".join(f"<li>{line}</li>" for line in lines)
    head = f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{text(title)}</h2>'
    return f"{head}\n<ul>\n{points}\n</ul>\n</section>"


def _top(number: int, line: Line, digest: Digest) -> str:
    play = words.why_now(line)
    parts = [
        f"<h3>{number}. {_link(words.headline(line), line.item)}</h3>",
        f'<p class="soft">{text(words.type_titles(line))} · {_about(line, digest)}</p>',
        f'<p class="play">{text(play)}</p>' if play else "",
        *_proof(line),
    ]
    return "\n".join(part for part in parts if part)


def _block(number: int, block: Block, digest: Digest) -> Iterator[str]:
    prospect, anchor = block.section.prospect, f"p{number}"
    stage = f' <span class="soft">{text(prospect.stage)}</span>' if prospect else ""
    name = text(prospect.name) if prospect else "All items"
    yield f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{name}{stage}</h2>'
    if block.above:
        yield f'<p class="soft">Above: {", ".join(map(str, block.above))}</p>'
    for kind, lines in block.groups:
        yield f"<h3>{text(words.type_title(kind) if kind else 'Untagged')}</h3>"
        for line in lines:
            head = f'<h4>{_link(line.item.title, line.item)}</h4>\n<p class="soft">{_about(line, digest)}</p>'
            yield "\n".join(["<article>", head, *_proof(line), "</article>"])
    for line, other in block.elsewhere:
        yield f'<p class="soft">{text(line.item.title)} (told under {text(other)})</p>'
    if block.section.withheld:
        yield f'<p class="soft">… and {block.section.withheld} more</p>'
    yield "</section>"


def _about(line: Line, digest: Digest) -> str:
    now = digest.made_at
    parts = [f"{line.score.value:.0f}", words.sources_line(line), words.item_age(line.item, now),
             words.due_in(line, now), "internal" if line.item.scope == "internal" else ""]  # fmt: skip
    return " · ".join(text(part) for part in parts if part)


def _proof(line: Line) -> list[str]:
    new = [f'<p class="new">New: {text(line.update)}</p>'] if line.update else []
    reasons = words.line_reasons(line)
    return [*new, f'<p class="soft">why: {text(reasons)}</p>'] if reasons else new


def _lists(digest: Digest) -> list[tuple[str, list[str]]]:
    """The sections that are lists of lines."""
    return [
        ("deadlines", [_due(due) for due in digest.deadlines]),
        ("ends", [_due(due) for due in digest.ends]),
        ("changes", [_link(words.followed_line(each), each.item) for each in digest.changes]),
        ("shared", [_link(words.shared_line(each), each.item) for each in digest.shared]),
        ("packs", [text(line) for line in digest.packs]),
    ]


def _due(due: Due) -> str:
    reason = words.due_reason(due)
    return _link(words.due_line(due), due.item) + (f' <span class="soft">{text(reason)}</span>' if reason else "")


def _link(label: str, item: Item) -> str:
    """Words that lead to the item, where its address is one that may be opened."""
    link = safe_link(item.link)
    return f'<a href="{escape(link)}">{text(label)}</a>' if link else text(label)
