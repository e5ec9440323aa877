"""TOML into typed tables: every fault is found in one pass, and named with line, key and hint."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from feeds.tables import Document, Fault, Seconds, Size, TableError, did_you_mean


class Wheel(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A table in a table."""

    size: Annotated[int, Meta(ge=1, description="in inches")]
    name: str = ""


class Car(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The table under test."""

    name: Annotated[str, Meta(min_length=1, description="what it is called")]
    colour: Literal["red", "green"] = "red"
    idle: Seconds | None = None
    load: Size = Size(0)
    wheels: list[Wheel] = []
    spare: Wheel | None = None
    words: dict[str, str] = {}


def faults(text: str) -> list[Fault]:
    """What is wrong with a Car."""
    document = Document.parse(text, "car.toml")
    document.decode(Car, document.data)
    return document.faults


def places(text: str) -> list[tuple[int, str]]:
    """Line and key of each fault."""
    return [(fault.line, fault.key) for fault in faults(text)]


def test_a_table_becomes_a_struct() -> None:
    document = Document.parse('name = "A"\nidle = "2m"\nload = "3 KB"\n[[wheels]]\nsize = 3\n[spare]\nsize = 4', "f")

    car = document.decode(Car, document.data)

    assert car is not None
    assert (car.name, car.idle, car.load) == ("A", 120.0, 3000)
    assert [wheel.size for wheel in car.wheels] == [3]
    assert car.spare is not None


def test_all_faults_are_found_in_one_pass_each_at_its_line() -> None:
    text = 'name = ""\ncolor = "red"\nidle = "soon"\n[[wheels]]\nsize = 2\n[[wheels]]\nsize = 0\n[spare]\nname = "s"\n'

    assert places(text) == [(1, "name"), (2, "color"), (3, "idle"), (7, "wheels[1].size"), (8, "spare.size")]


def test_a_fault_reads_well() -> None:
    [colour] = faults('name = "A"\ncolour = "gren"')

    assert str(colour) == (
        "car.toml:2: colour: not an allowed word (it is 'gren')\n  hint: did you mean 'green'? (allowed: red, green)"
    )


@pytest.mark.parametrize(
    "before",
    [
        'words = {a = "[", b = "]"}',
        'words = {a = """[\n{ " \\""" [\n""", b = "x"}',
        "words = {a = '''[ [ ' [''', b = 'x'}",
        'words = {a = """[ {""", b = "x"}',
        "words = {} # [ { \"\"\" '''",
        'words = {"a.b" = "c]", \'d"\' = "e"}',
        "wheels = [\n  {size = 1}, # [\n  {size = 2},\n]",
        'words = {a = "\u2028\x85"}',
    ],
)
def test_lines_are_right_behind_values_of_every_form(before: str) -> None:
    text = f'{before}\nname = "A"\n\nbad = 1'

    assert places(text) == [(text.count("\n") + 1, "bad")]


def test_windows_line_ends_count_once() -> None:
    assert places('name = "A"\r\n\r\nbad = 1\r\n') == [(3, "bad")]


def test_a_fault_inside_an_inline_list_is_told_at_the_list() -> None:
    assert places('name = "A"\nwheels = [{size = 1}, {size = 0}]') == [(2, "wheels[1].size")]


def test_a_table_where_a_list_of_tables_is_meant() -> None:
    [fault] = faults('name = "A"\n[wheels]\nsize = 2')

    assert (fault.line, fault.hint) == (2, "write each as [[wheels]]")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('name = "A"\ncolour = red', 2, "text values stand in quotes"),
        ("name: A", 1, "TOML writes key = value"),
        ('name = "A"\nname = "B"', 2, ""),
        ('name = "A', 1, ""),
        ("a = [" * 5000, 0, ""),
        ("name = " + "1" * 5000, 0, ""),
    ],
)
def test_a_syntax_error_is_one_fault(text: str, line: int, words: str) -> None:
    document = Document.parse(text, "f.toml")

    assert document.data == {}
    [fault] = document.faults
    assert fault.message.startswith("not valid TOML")
    assert words in fault.hint
    assert not line or fault.line == line


def test_a_key_cannot_steer_the_terminal() -> None:
    [fault] = faults('name = "A"\n"\\u001b[31m\\nred" = 1')

    assert "\x1b" not in str(fault)
    assert str(fault).count("\n") == 1


def test_an_error_with_faults_travels_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(TableError([Fault("f", 1, "k", "m", "h")])))

    assert [fault.key for fault in error.faults] == ["k"]


@pytest.mark.parametrize(
    ("written", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("7d", 604800), ("2w", 1209600), (5, 5)]
)
def test_durations(written: object, seconds: float) -> None:
    assert Seconds.read(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "5", "m", "-5m", "5 years", "999999w", -1, True, None, float("nan"), 10**12, "٣m"]
)
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError):
        Seconds.read(written)


@pytest.mark.parametrize(("written", "size"), [("500 KB", 500_000), ("5mb", 5_000_000), ("1 GB", 10**9), (7, 7)])
def test_sizes(written: object, size: int) -> None:
    assert Size.read(written) == size


@pytest.mark.parametrize("written", ["", "5 TB", "1.5 MB", -1, True, None, 1.5, 10**14])
def test_what_is_no_size(written: object) -> None:
    with pytest.raises(ValueError):
        Size.read(written)


def test_guesses() -> None:
    assert did_you_mean("Digst", ["digest", "items"]) == "did you mean 'digest'?"
    assert did_you_mean("zzz", ["digest", "items"]) == "allowed: digest, items"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab=[]{}",.\'#\n\r\\ 1_-\u2028"'), max_size=60))
def test_any_text_is_read_or_is_a_fault(text: str) -> None:
    """As tomllib judges, and never an exception; every key that it read has a line if one can be named."""
    document = Document.parse(text, "f")
    document.decode(Car, document.data)
    try:
        tomllib.loads(text)
    except ValueError:
        assert document.data == {}
    for fault in document.faults:
        assert 0 <= fault.line <= text.count("\n") + 1
        assert str(fault)
