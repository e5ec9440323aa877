"""Bytes to text: which charset a document is really in, of a fixed list of text codecs."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_CODECS = frozenset(
    [
        *("ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        *(f"iso8859-{part}" for part in range(1, 17)),
        *(f"cp{page}" for page in range(1250, 1259)),
        *(
            "cp037",
            "cp273",
            "cp424",
            "cp437",
            "cp500",
            "cp720",
            "cp737",
            "cp775",
            "cp850",
            "cp852",
            "cp855",
            "cp856",
        ),
        *(
            "cp857",
            "cp858",
            "cp860",
            "cp861",
            "cp862",
            "cp863",
            "cp864",
            "cp865",
            "cp866",
            "cp869",
            "cp874",
            "cp875",
        ),
        *(
            "cp1006",
            "cp1026",
            "cp1125",
            "cp1140",
            "koi8-r",
            "koi8-u",
            "koi8-t",
            "kz1048",
            "ptcp154",
            "tis-620",
        ),
        *(
            "mac-roman",
            "mac-cyrillic",
            "mac-greek",
            "mac-iceland",
            "mac-latin2",
            "mac-turkish",
            "mac-romanian",
        ),
        *("mac-croatian", "hp-roman8"),
        *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950", "shift_jis", "cp932", "shift_jis_2004"),
        *("shift_jisx0213", "euc_jp", "euc_jis_2004", "euc_jisx0213", "euc_kr", "cp949", "johab"),
        *("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext"),
        "iso2022_kr",
    ]
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ALIASES = {"ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "x-sjis": "cp932", "macintosh": "mac-roman"}
_NAME = re.compile(r"[A-Za-z0-9._:()+-]{1,40}")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';\s,]{1,40})""", re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

MOSTLY = 0.75
"""A document whose part beyond ASCII is so far valid UTF-8 is UTF-8 with faults, not another charset."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text, the codec that read it, and what was wrong, in words ("" for nothing)."""

    text: str
    codec: str
    problem: str = ""


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Text of a document: by its byte order mark, shape, declarations, or what fits; never fails."""
    for mark, codec in _BOMS:
        if data.startswith(mark) and not (codec == "utf-16-le" and data[2:4] == b"\0\0"):
            return _lenient(data[len(mark) :], codec)
    for shape, codec in _SHAPES:
        if data.startswith(shape):
            return _lenient(data, _ebcdic(data) if codec == "cp037" else codec)
    charset = _CHARSET.search(content_type[:500])
    http = known_codec(charset[1]) if charset else ""
    declared = _DECLARED.match(data[:1000])
    xml = known_codec(declared[1].decode("ascii", "replace")) if declared else ""
    read = _by_declaration(data, http, xml)
    if declared and not xml and not read.problem:
        return Decoded(read.text, read.codec, "it declares a charset that nobody knows")
    return read


def _ebcdic(data: bytes) -> str:
    """Which EBCDIC code page a document declares, in EBCDIC."""
    declared = _DECLARED.match(data[:400].decode("cp037").encode("latin-1", "replace"))
    codec = known_codec(declared[1].decode("ascii", "replace")) if declared else ""
    return codec if codec.startswith("cp") else "cp037"


def known_codec(name: str) -> str:
    """The Python codec for a charset's name if it is one of the allowed text charsets; else ""."""
    name = name.strip().lower()
    if name in _ALIASES:
        return _ALIASES[name]
    if not _NAME.fullmatch(name):
        return ""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return codec if codec in _CODECS else ""


def _by_declaration(data: bytes, http: str, xml: str) -> Decoded:
    if data.isascii() and not any(c.startswith(("iso2022", "cp037", "cp500")) for c in (http, xml)):
        return Decoded(data.decode("ascii"), "utf-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and _is_really_utf8(text, http or xml):
        return Decoded(text, "utf-8")
    for codec in dict.fromkeys((http, xml)):
        if codec and codec != "utf-8" and not codec.startswith(("utf-16", "utf-32")):
            read = _strict(data, codec)
            if read is not None:
                return Decoded(read, codec)
    return _guess(data, http or xml)


def _is_really_utf8(text: str, declared: str) -> bool:
    """Whether valid UTF-8 is no accident: what little text of another charset could look like it."""
    if declared in ("", "utf-8", "ascii") or declared.startswith(("utf-16", "utf-32")):
        return True
    return len(_NOT_ASCII.findall(text[:100_000])) > 3


def _strict(data: bytes, codec: str) -> str | None:
    for name in (_SUPERSETS.get(codec, codec), codec):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, ValueError):
            continue
    return None


def _lenient(data: bytes, codec: str) -> Decoded:
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError:
        return Decoded(data.decode(codec, "replace"), codec, f"it is not valid {codec.upper()}")


def _guess(data: bytes, declared: str) -> Decoded:
    """The declared charset does not fit: UTF-8 with faults, the declared one with faults, or windows-1252."""
    read = data.decode("utf-8", "replace")
    beyond = len(_NOT_ASCII.findall(read))
    if beyond and 1 - read.count("\ufffd") / beyond >= MOSTLY:
        return Decoded(read, "utf-8", "some of its bytes are not valid UTF-8")
    if declared and declared != "utf-8" and not declared.startswith(("utf-16", "utf-32")):
        read = data.decode(_SUPERSETS.get(declared, declared), "replace")
        beyond = len(_NOT_ASCII.findall(read))
        if beyond and 1 - read.count("\ufffd") / beyond >= MOSTLY:
            return Decoded(read, declared, f"some of its bytes are not valid {declared}")
    problem = f"it is not in {declared}, as it declares" if declared else "it is not in UTF-8, and declares no charset"
    try:
        return Decoded(data.decode("cp1252"), "cp1252", problem)
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), "latin-1", problem)
