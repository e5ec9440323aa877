"""What a pack says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.packs.manifest import Manifest, is_enough, read_manifest
from feeds.tables import Document

GOOD = 'id = "team"\nversion = "1.2.0"\ntitle = "T"\npublisher = "P"\n'


def read(text: str) -> tuple[Manifest | None, Document]:
    document = Document.parse(text, "pack.toml")
    return read_manifest(document), document


def test_versions_and_news() -> None:
    """Only what came after a version is news."""
    manifest, _ = read(GOOD + 'changelog = ["1.2.0: c", "1.1.0: b", "1.0.0: a", "thanks to all"]\n')

    assert manifest is not None
    assert manifest.news_since("1.0.0") == ("1.2.0: c", "1.1.0: b")
    assert len(manifest.news_since("")) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD.replace("1.2.0", "1.2"), 2),
        (GOOD.replace('"team"', '"Team Pack"'), 1),
        (GOOD.replace('"team"', '"../team"'), 1),
        (GOOD + 'needs = "<2"\n', 5),
        (GOOD + 'run = "rm"\n', 5),
        (GOOD.replace("title", "titel"), 3),
    ],
)
def test_faults_name_their_line(text: str, line: int) -> None:
    """And there is no manifest then."""
    manifest, document = read(text)

    assert manifest is None
    assert line in {fault.line for fault in document.faults}


@given(st.text(max_size=200) | st.dictionaries(st.text(max_size=8), st.text(max_size=20)).map(str))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    """A fault or a manifest, never another error."""
    manifest, document = read(text)

    assert manifest is None
    assert document.faults


@pytest.mark.parametrize(
    ("needs", "version", "enough"),
    [
        (">=0.1.0", "0.1.0", True),
        (">=0.2", "0.1.9", False),
        (">=0.1.0", "1.0.0rc1", True),
        (">= 1.10.0", "1.9.0", False),
    ],
)
def test_which_leadline_is_enough(needs: str, version: str, enough: bool) -> None:
    """Numbers are compared, not letters."""
    assert is_enough(needs, version) is enough
