"""HTML made safe to show in a browser or a mail: an allow-list, by nh3."""

from __future__ import annotations

from feeds.text.links import safe_link
from feeds.text.plain import INVISIBLE

MAX_TAGS = 10_000
"""Markup is cut at this many "<": deeper nesting costs the cleaner quadratic time."""

_TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
    ),
    *(
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
    ),
    *(
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
    ),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "abbr": {"title"},
    "ol": {"start"},
}


def safe_html(markup: str, base_url: str = "", limit: int = 500_000) -> str:
    """HTML with nothing active in it: allowed tags only, and links only where ``safe_link`` lets them pass.

    Relative links are resolved against ``base_url``; markup beyond ``limit`` characters (or ``MAX_TAGS``) is
    left out.
    """

    def allowed(_tag: str, attribute: str, value: str) -> str | None:
        if attribute in ("href", "src"):
            return safe_link(value, base_url) or None
        return value

    import nh3  # loaded only where HTML is shown: reading the database needs none of it

    cleaned = nh3.clean(
        _bounded(INVISIBLE.sub("", markup), limit),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes={"http", "https", "mailto"},
        clean_content_tags={"script", "style", "template", "svg", "math", "noscript", "head"},
        link_rel="noopener noreferrer nofollow",
    )
    return INVISIBLE.sub("", cleaned)  # the cleaner has decoded references


def _bounded(markup: str, limit: int) -> str:
    parts = markup[:limit].split("<", MAX_TAGS)
    return "<".join(parts[:MAX_TAGS])
