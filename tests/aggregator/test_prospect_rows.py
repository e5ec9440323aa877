"""Lists of prospects in columns: read, faults by line, and edited with all other rows as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.prospect_edits import with_rows
from aggregator.prospect_rows import MOST_FAULTS, prospects_in_rows

TEXT = 'id;name;aliases;domain;stage;cik\nacme;"Acme; Ltd";Acme,ACM;ACME.example;pricing;001\n\n;Béta;;;;\n'


def test_columns_are_as_in_the_config_and_others_are_identifiers() -> None:
    (acme, beta), faults = prospects_in_rows(TEXT, "list.csv")

    assert faults == []
    assert (acme.id, acme.name, acme.domain, acme.stage) == ("acme", "Acme; Ltd", "acme.example", "pricing")
    assert (acme.aliases, dict(acme.identifiers)) == (("Acme,ACM",), {"cik": "001"})
    assert (beta.id, beta.name, beta.stage) == ("beta", "Béta", "prospecting")


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("acme,Acme\n,\nx,\n", 4, "is empty"),
        ("acme,Acme\nacme,Beta\n", 3, "a second prospect with the id 'acme'"),
        ("taken,Acme\n", 2, "a second prospect with the id 'taken'"),
        ('acme,"Ac\nme"\nBad Id,Beta\n', 4, "not of the allowed form"),
        ("acme,Acme,too,many\n", 2, "more cells"),
    ],
)
def test_a_fault_names_its_line(rows: str, line: int, words: str) -> None:
    _, faults = prospects_in_rows(f"id,name\n{rows}", "list.csv", {"taken"})

    assert [(fault.file, fault.line) for fault in faults] == [("list.csv", line)]
    assert words in faults[0].message


def test_a_wrong_stage_is_a_fault_with_a_hint_and_thousands_are_not_all_told() -> None:
    _, faults = prospects_in_rows("name,stage\nAcme,proposed\n", "x")
    assert "did you mean 'proposing'" in faults[0].hint
    _, faults = prospects_in_rows("name,stage\n" + "Acme,x\n" * 500, "x")
    assert (len(faults), faults[-1].message) == (MOST_FAULTS + 1, "and 450 faults more")


def test_without_a_name_column_nothing_is_read() -> None:
    found, faults = prospects_in_rows("a,b\n1,2\n", "x")

    assert (found, faults[0].line) == ([], 1)


def test_a_changed_row_leaves_the_others_as_they_are_written() -> None:
    text = with_rows(TEXT, changed={"beta": {"domain": "beta.example", "ids": {"lei": "5"}}})

    assert text.splitlines()[1:3] == TEXT.splitlines()[1:3]
    assert text.splitlines()[0] == TEXT.splitlines()[0] + ";lei"
    (acme, beta), faults = prospects_in_rows(text, "x")
    assert faults == []
    assert (acme.domain, beta.domain, dict(beta.identifiers)) == ("acme.example", "beta.example", {"lei": "5"})


def test_signs_that_only_look_like_line_ends_move_no_row() -> None:
    text = 'id,name\na,"A\u2028\x0bB"\r\nb,"B\nB"\r\nc,C\r\n'

    assert with_rows(text, changed={"c": {"name": "D"}}) == text.replace("c,C\r\n", "c,D\n")


def test_an_emptied_cell_and_an_added_row() -> None:
    text = with_rows(TEXT, [{"id": "c", "name": "C, Ltd", "aliases": ["x", "y;z"]}], {"acme": {"ids": {"cik": ""}}})

    (acme, _, last), _ = prospects_in_rows(text, "x")
    assert dict(acme.identifiers) == {}
    assert (last.name, last.aliases) == ("C, Ltd", ("x", "y,z"))


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(CELLS, min_size=1, max_size=8), st.lists(CELLS, max_size=3))
def test_what_is_written_is_read_again(names: list[str], aliases: list[str]) -> None:
    tables = [{"id": f"p{number}", "name": name, "aliases": aliases} for number, name in enumerate(names)]
    text = with_rows("", tables)

    found, faults = prospects_in_rows(text, "x")
    assert len(found) + len(faults) == len(names)
    again = with_rows(text, changed={"p0": {"domain": "d.example"}})
    if not faults:
        assert [each.name for each in prospects_in_rows(again, "x")[0]] == [each.name for each in found]


@given(st.text(max_size=80))
def test_whatever_the_text_is_prospects_or_faults_come_out(text: str) -> None:
    for head in ("", "name,id\n", "name\tstage\n"):
        prospects_in_rows(head + text, "x")
