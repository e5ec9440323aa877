"""Charsets: declared, wrong, missing, forbidden."""

from __future__ import annotations

import pytest

from feeds.parsing import parse
from feeds.parsing.encoding import decode, known_codec

RUSSIAN, CHINESE, JAPANESE = "Государственные закупки", "政府采购计划公告", "調達計画の公告"
KOREAN, CZECH, FRENCH = "조달 계획 공고", "Příliš žluťoučký kůň", "Marché « été » à l\u2019œuvre"


def feed(title: str, declared: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>"


def title(data: bytes, content_type: str = "") -> str:
    return parse(data, "", content_type).entries[0].title


@pytest.mark.parametrize(
    ("text", "declared", "codec"),
    [
        (RUSSIAN, "utf-8", "utf-8"),
        (RUSSIAN, "", "utf-8"),
        (RUSSIAN, "utf-8", "utf-8-sig"),
        (RUSSIAN, "iso-8859-1", "utf-8-sig"),
        (RUSSIAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16", "utf-16-be"),
        (RUSSIAN, "utf-32", "utf-32"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (CHINESE, "gb2312", "gbk"),
        (CHINESE, "gb18030", "gb18030"),
        ("政府採購計畫", "big5", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (KOREAN, "ks_c_5601-1987", "euc-kr"),
        (CZECH, "iso-8859-2", "iso-8859-2"),
        (FRENCH, "iso-8859-1", "cp1252"),
        (FRENCH, "utf-8", "cp1252"),
        (FRENCH, "", "cp1252"),
        (RUSSIAN, "x-nobody", "utf-8"),
        (RUSSIAN, "us-ascii", "utf-8"),
        (RUSSIAN, "iso-8859-1", "utf-8"),
        (RUSSIAN, "utf-16", "utf-8"),
    ],
)
def test_charsets(text: str, declared: str, codec: str) -> None:
    assert title(feed(text, declared).encode(codec)) == text


def test_ebcdic() -> None:
    assert title(feed("cents", "cp500").encode("cp500")) == "cents"


def test_http_charset_comes_before_the_declaration() -> None:
    data = feed(RUSSIAN, "iso-8859-1").encode("cp1251")
    assert title(data, 'application/rss+xml; charset="windows-1251"') == RUSSIAN


def test_some_bad_bytes_leave_the_rest_readable_and_are_told() -> None:
    data = feed(RUSSIAN).encode().replace(b"<title>", b"<title>\xff")
    page = parse(data)
    assert RUSSIAN in page.entries[0].title
    assert page.problems == ("some of its bytes are not valid UTF-8",)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "unicode_escape",
            "raw_unicode_escape",
            "utf-7",
            "punycode",
            "idna",
            "rot13",
            "base64",
            "hex",
            "zlib",
        ),
        *("undefined", "mbcs", "palmos", "../x", "", "a" * 100, "utf-8\0"),
    ],
)
def test_codecs_that_are_no_charsets_are_unknown(name: str) -> None:
    assert known_codec(name) == ""


def test_a_forbidden_codec_decodes_nothing() -> None:
    page = parse(feed(r"a\x1b[31m", "unicode_escape").encode())
    assert page.entries[0].title == r"a\x1b[31m"
    assert "charset" in page.problems[0]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf", bytes(range(256)), b"\x4c\x6f\xa7\x94\xff"]
)
def test_decoding_never_fails(data: bytes) -> None:
    assert isinstance(decode(data, "text/xml; charset=utf-16").text, str)
