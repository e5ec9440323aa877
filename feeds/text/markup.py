"""HTML to text: one linear pass that takes tags out, then character references, until nothing changes."""

from __future__ import annotations

import html
import re

from feeds.text.plain import clean, controls_as_such, one_line
from feeds.text.quickly import tags_apart


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DROPPED = _names("script style head template noscript iframe object svg math canvas select textarea")
_RAW = _names("script style")
_PARAGRAPH = _names("p h1 h2 h3 h4 h5 h6 blockquote ul ol dl table pre hr section article header footer aside figure")
_LINE = _names("br div li tr dt dd figcaption caption address center form fieldset legend main nav option summary")
_SPACE = _names("td th img video audio")
_INLINE = _names(
    """
    a abbr acronym applet area b base basefont bdi bdo bgsound big blink body button cite code col colgroup
    data datalist del details dfn dialog dir em embed font frame frameset html i ilayer input ins isindex kbd
    label layer link map mark marquee menu meta meter nobr noframes optgroup output param picture progress q
    rp rt ruby s samp small source span strike strong sub sup tbody tfoot thead time title track tt u var
    wbr xml
    """
)
_HTML_NAMES = _DROPPED | _PARAGRAPH | _LINE | _SPACE | _INLINE
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:_-]*)")
_MARK = re.compile(r"""[<>]|=\s*+["']""")
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_CLOSERS = {name: re.compile(f"</{name}(?![A-Za-z0-9])", re.IGNORECASE) for name in _DROPPED}


def html_to_text(markup: str, limit: int | None = None) -> str:
    """What a reader would see of some HTML, as clean text: blocks on lines, list items behind "• ".

    Text that was escaped up to three times is decoded all the way; scripts, styles and the like are dropped.
    """
    for turn in range(3):
        before = markup
        if "<" in markup:
            simple = simply_stripped(markup, keep_lines=turn > 0)
            markup = Stripper(markup, keep_lines=turn > 0).text() if simple is None else simple
        markup = _unescape(markup)
        if markup == before:
            break
    return clean(markup, limit)


def title_text(markup: str, limit: int | None = None) -> str:
    """A title as one clean line; words in angle brackets that are no HTML element (``Vec<String>``) stay."""
    if "<" not in markup and "&" not in markup:
        return one_line(markup, limit)
    for _ in range(3):
        before = markup
        if "<" in markup:
            markup = Stripper(markup, title=True).text()
        markup = _unescape(markup)
        if markup == before:
            break
    else:
        markup = Stripper(markup, title=True).text()
    return one_line(markup, limit)


def _unescape(text: str) -> str:
    """Character references decoded once; numbers beyond Unicode become U+FFFD (and never a huge integer).

    Those to the escape and bell characters are kept as such, so that ``clean`` sees a terminal sequence whole.
    """
    if "&" not in text:
        return text
    if "&#" in text:
        text = _HUGE_REFERENCE.sub("\ufffd", text)
        text = controls_as_such(text)
    return html.unescape(text)


def _between() -> dict[str, tuple[str, str]]:
    """What each tag puts between texts: amid a line, and where a line has just begun."""
    groups = ((_INLINE, ("", "")), (_SPACE, (" ", " ")), (_LINE, ("\n", "")), (_PARAGRAPH, ("\n\n", "\n\n")))
    found = {name: signs for names, signs in groups for name in names - _DROPPED - {"pre"}} | {"br": ("\n", "\n")}
    return found | {f"/{name}": signs for name, signs in found.items()} | {"li": ("\n• ", "• ")}


_BETWEEN = _between()


def simply_stripped(markup: str, *, keep_lines: bool = False) -> str | None:
    """What ``Stripper`` makes of markup that has usual, well-formed tags only, many times faster; else None."""
    parts = tags_apart(markup)
    if parts is None:
        return None
    out: list[str] = []
    at_line_start = True
    for tag, text in zip(["b", *parts[1::2]], parts[::2], strict=True):
        signs = _BETWEEN.get(tag) or _BETWEEN.get(tag.lower())
        if signs is None:
            return None
        sign = signs[at_line_start]
        if sign:
            out.append(sign)
            at_line_start = sign[-1] == "\n"
        if text and not keep_lines:
            if text.isspace():
                text = "" if at_line_start else "  "
            elif "  " in text or not text.isprintable():
                text = f"{' ' * text[0].isspace()}{' '.join(text.split())}{' ' * text[-1].isspace()}"
        if text:
            out.append(text)
            at_line_start = text[-1] == "\n"
    return "".join(out)


class Stripper:
    """One pass over markup that takes the tags out; each character is looked at a bounded number of times."""

    def __init__(self, markup: str, *, title: bool = False, keep_lines: bool = False) -> None:
        self.markup = markup
        self.title = title
        self.keep_lines = keep_lines
        self.out: list[str] = []
        self.pre = 0
        self.unclosed: set[str] = set()
        self.unquoted: set[str] = set()

    def text(self) -> str:
        """The text between the tags, character references still in it."""
        markup, position = self.markup, 0
        while True:
            start = markup.find("<", position)
            if start < 0:
                self._put(markup[position:])
                return "".join(self.out)
            self._put(markup[position:start])
            position = self._tag(start)

    def _put(self, text: str) -> None:
        if not text:
            return
        if not self.pre and not self.keep_lines and not self.title:
            lead = " " if text[0].isspace() else ""
            trail = " " if text[-1].isspace() else ""
            text = lead + " ".join(text.split()) + trail
            if not text.strip(" ") and self._at_line_start():
                return
        self.out.append(text)

    def _at_line_start(self) -> bool:
        return not self.out or self.out[-1].endswith("\n")

    def _tag(self, start: int) -> int:
        """Deal with what begins at a "<"; the position to go on at."""
        markup = self.markup
        if markup.startswith("<!--", start):
            self.out.append(" ")
            end = markup.find("-->", start + 4) if "-->" not in self.unclosed else -1
            if end < 0:
                self.unclosed.add("-->")
                return len(markup)
            return end + 3
        after = markup[start + 1 : start + 2]
        if not (after.isalpha() or after in ("/", "!", "?")) or not after:
            self.out.append("<")
            return start + 1
        end = self._tag_end(start + 1)
        if end < 0:  # nothing closes this tag: it is text
            stop = -end
            self._put(markup[start:stop])
            return stop
        return self._element(start, end)

    def _tag_end(self, position: int) -> int:
        """Index of the ">" that closes a tag; or, negated, where a "<" or the end comes first."""
        markup = self.markup
        while True:
            mark = _MARK.search(markup, position)
            if mark is None:
                return -len(markup)
            found = mark[0]
            if found == ">":
                return mark.start()
            if found == "<":
                return -mark.start()
            position = mark.end()
            quotation = found[-1]
            if quotation not in self.unquoted:
                closing = markup.find(quotation, position)
                if closing < 0:
                    self.unquoted.add(quotation)
                else:
                    position = closing + 1

    def _element(self, start: int, end: int) -> int:
        markup = self.markup
        match = _NAME.match(markup, start + 1)
        name = match[1].lower() if match else ""
        closing = markup[start + 1] == "/"
        if self.title and name not in _HTML_NAMES and name and "=" not in markup[start:end]:
            self.out.append(markup[start : end + 1])
            return end + 1
        if name in _DROPPED and not closing and markup[end - 1] != "/":
            self.out.append(" ")
            return self._skip(name, end)
        self._break(name, closing)
        return end + 1

    def _skip(self, name: str, end: int) -> int:
        """Position after an element whose content is no text."""
        close = _CLOSERS[name].search(self.markup, end) if name not in self.unclosed else None
        if close is None:
            self.unclosed.add(name)
            return len(self.markup) if name in _RAW and not self.title else end + 1
        after = self.markup.find(">", close.start())
        return after + 1 if after >= 0 else len(self.markup)

    def _break(self, name: str, closing: bool) -> None:
        if name == "pre":
            self.pre = max(0, self.pre + (-1 if closing else 1))
        if self.title:
            self.out.append(" " if name in _PARAGRAPH or name in _LINE or name in _SPACE else "")
        elif name in _PARAGRAPH:
            self.out.append("\n\n")
        elif name == "br":
            self.out.append("\n")
        elif name in _LINE:
            if not self._at_line_start():
                self.out.append("\n")
            if name == "li" and not closing:
                self.out.append("• ")
        elif name in _SPACE:
            self.out.append(" ")
