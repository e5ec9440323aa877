"""Lists of prospects in files of four kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.prospect_files import parse_prospects, read_prospects


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (
            ".toml",
            '[[prospects]]\nname = "Acme Ltd"\naliases = ["Acme"]\nids = { cik = "12" }\n[[prospects]]\nname = "Beta"',
        ),
        (".csv", "name,aliases,cik\nAcme Ltd,Acme,12\nBeta,,\n"),
        (".jsonl", '{"name": "Acme Ltd", "aliases": ["Acme"], "ids": {"cik": "12"}}\n"Beta"\n'),
        (".json", '[{"name": "Acme Ltd", "aliases": ["Acme"], "ids": {"cik": "12"}}, "Beta"]'),
    ],
)
def test_each_form_says_the_same(suffix: str, text: str) -> None:
    """Names, aliases and identifiers."""
    acme, beta = parse_prospects(text, "x", suffix)

    assert (acme.id, acme.name, acme.aliases, dict(acme.identifiers)) == (
        "acme-ltd",
        "Acme Ltd",
        ("Acme",),
        {"cik": "12"},
    )
    assert beta.name == "Beta"


def test_plain_names(tmp_path: Path) -> None:
    """A name on each line; what would get one id twice is numbered; comments and blanks are left out."""
    file = tmp_path / "names.txt"
    file.write_text("# accounts\nA-B\nA B\n\nÅkerlund\n", encoding="utf-8")

    assert [(each.id, each.name) for each in read_prospects(file)] == [
        ("a-b", "A-B"),
        ("a-b-2", "A B"),
        ("akerlund", "Åkerlund"),
    ]


@pytest.mark.parametrize(
    ("suffix", "text", "line"), [(".jsonl", '"Acme"\n{"name": \n', 2), (".toml", '[[prospects]]\nnam = "x"\n', 2)]
)
def test_faults_name_the_line(suffix: str, text: str, line: int) -> None:
    """A list with a fault is refused, and says where."""
    with pytest.raises(ConfigError) as caught:
        parse_prospects(text, "list", suffix)

    assert line in [fault.line for fault in caught.value.faults]


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_prospects(tmp_path / "none.csv")
