"""What changes for a rep, in words."""

from __future__ import annotations

from pathlib import Path

from aggregator.packs.content import read_content
from aggregator.packs.describe import described
from aggregator.packs.diff import compare
from aggregator.packs.model import Content
from tests.packing import RULES, members, source, write_pack

A, B, C, D = (source(name, f"https://{name}.example/feed") for name in "abcd")


def content(folder: Path, sources: str, **files: str) -> Content:
    return read_content(members(write_pack(folder, sources, **files)))


def test_sources_rules_and_hosts(tmp_path: Path) -> None:
    """Added, removed and changed, each with what it means."""
    old = content(tmp_path / "old", A + B)
    new = content(tmp_path / "new", A.replace("a.example/feed", "news.example/a") + C, rules=RULES)
    change = compare(old, new)

    assert change.lines == (
        "+ source c (The c)",
        "- source b (The b): no longer polled; its items stay",
        '* source a: url "https://a.example/feed" → "https://news.example/a" (its items stay with it)',
        "+ rule christens-hopyard",
        "+ contacts c.example",
        "+ contacts news.example",
    )
    assert change.retires_much
    assert compare(old, old).lines == ()


def test_a_third_may_go_without_asking(tmp_path: Path) -> None:
    """More may not."""
    old = content(tmp_path / "old", A + B + C)

    assert not compare(old, content(tmp_path / "one", A + B)).retires_much
    assert compare(old, content(tmp_path / "two", A)).retires_much
    assert not compare(None, old).retires_much
    assert not compare(old, content(tmp_path / "more", A + B + C + D)).retires_much


def test_a_pack_in_words(tmp_path: Path) -> None:
    """Terms, quotas, keys and hosts before it is in force; its texts cannot steer a terminal."""
    found = content(
        tmp_path / "team",
        source("a", "https://a.example/feed", 'terms = "Not for \\u001b[31mresale."\nquota = "10 a day"\nkey = "A_KEY"')
        + source("b", "https://b.example/feed", "unverified = true")
        + source("c", "https://crm.example/feed", "proposal = true"),
    )
    told = "\n".join(described(found, None, []))

    assert "signed    no: anyone could have made it" in told
    assert "brings    2 sources" in told
    assert "contacts  a.example, b.example" in told
    assert "terms     a: Not for" in told
    assert "quota     a: 10 a day" in told
    assert "A_KEY (is not set yet)" in told
    assert "proposes  c" in told
    assert "unproven  b" in told
    assert "\x1b" not in told
