"""XML elements back to HTML text, for content that stands unescaped in a feed."""

from __future__ import annotations

from html import escape
from xml.etree.ElementTree import Element

_EMPTY = frozenset(("br", "hr", "img", "input", "col", "area", "wbr", "embed", "source", "track", "param"))


def text_of(element: Element) -> str:
    """An element's text with what its descendants say, stripped."""
    return ("".join(element.itertext()) if len(element) else element.text or "").strip()


def html_of(element: Element) -> str:
    """An element's content as HTML: its text as it is, or its child elements written out."""
    return _written(element) if len(element) else element.text or ""


def _written(element: Element) -> str:
    """Iterative, so that depth is no matter."""
    out = [_escaped(element.text)]
    stack = [iter(element)]
    names: list[str] = []
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            if names:
                out.append(names.pop())
            continue
        name = _local(child.tag)
        out.append(f"<{name}{_attributes(child)}>{_escaped(child.text)}")
        tail = _escaped(child.tail)
        names.append(tail if name in _EMPTY and not len(child) else f"</{name}>{tail}")
        stack.append(iter(child))
    return "".join(out)


def _attributes(element: Element) -> str:
    return "".join(f' {_local(key)}="{escape(value)}"' for key, value in element.attrib.items())


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _escaped(text: str | None) -> str:
    return escape(text, quote=False) if text else ""
