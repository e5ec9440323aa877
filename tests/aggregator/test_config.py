"""config.toml: what it means, and every fault told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import config
from aggregator.errors import ConfigError
from aggregator.example import example
from feeds.tables import Fault

ACME = '[[prospects]]\nname = "Acme"\n'

SECRETS = 'write "env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:SERVICE/NAME"'


def faults(text: str) -> list[Fault]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text)
    return list(caught.value.faults)


def source(more: str) -> str:
    return f'[[sources]]\nurl = "https://a.example/feed"\n{more}'


def test_an_empty_config_is_all_defaults() -> None:
    read = config.parse("")

    assert (read.prospects, read.sources) == ((), ())
    assert float(read.settings.digest.since) == 86400.0


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_as_windows_writes_them(tmp_path: Path, ends: str, mark: str) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes((mark + f'rep = "jo"\n{ACME}').replace("\n", ends).encode())

    assert config.read(path).prospects[0].id == "acme"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfer\x00", "not UTF-8 text"),
        (b"rep = 'a'\nname = '\xe4'", "not UTF-8 text"),
        (b"\x00", "not valid TOML"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(raw)

    with pytest.raises(ConfigError, match=words):
        config.read(path)


def test_places_without_a_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such config file"):
        config.read(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.read(tmp_path)


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(ConfigError, match="larger than"):
        config.read(Path("/dev/zero"))


def test_which_config_applies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one named, then the environment's, then the one here, then the user's own."""
    monkeypatch.chdir(tmp_path)
    assert config.find() == config.home()
    tmp_path.joinpath("leadline.toml").touch()
    assert config.find() == tmp_path / "leadline.toml"
    monkeypatch.setenv("LEADLINE_CONFIG", "other.toml")
    assert config.find() == Path("other.toml")
    assert config.find("~nobody-of-this-name/x.toml") == Path("~nobody-of-this-name/x.toml")
    assert config.find("~/x.toml") == Path.home() / "x.toml"


def test_the_database_lies_beside_its_config(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"

    assert config.parse('database = "x.db"', path=path).database == tmp_path / "x.db"
    assert config.parse('database = "/y.db"', path=path).database == Path("/y.db")
    assert config.parse('database = "x.db"', path=path, database="z.db").database == Path("z.db")
    assert config.parse("", path=path).database == config.default_database()
    assert [fault.key for fault in faults('database = "a\\u0000b"')] == ["database"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Acme Corporation", "acme-corporation"),
        ("Übergröße Årsta Łódź", "ubergrosse-arsta-lodz"),
        ("HM Revenue & Customs", "hm-revenue-customs"),
        ("  3M  ", "3m"),
    ],
)
def test_ids_from_names(name: str, id_: str) -> None:
    assert config.slug(name) == id_


@pytest.mark.parametrize(
    ("left", "right"),
    [("東京電力", "関西電力"), ("Acme " * 40 + "A", "Acme " * 40 + "B"), ("Газпром", "Роснефть"), ("?", "!")],
)
def test_two_names_have_two_ids(left: str, right: str) -> None:
    ids = {config.slug(left), config.slug(right)}

    assert len(ids) == 2
    for id_ in ids:
        assert [s.id for s in config.parse(f'[[sources]]\nid = "{id_}"\nurl = "https://a.example/"').sources] == [id_]


def test_names_are_fit_for_one_line() -> None:
    """A name is printed in every digest: nothing in it may steer a terminal or break a line."""
    read = config.parse(
        '[[prospects]]\nname = "Ac\\u001b[2Jme\\nCo"\naliases = ["", " A\\tB "]\n' + source('name = "x\\ny"')
    )

    assert (read.prospects[0].name, read.prospects[0].aliases) == ("Acme Co", ("A B",))
    assert read.sources[0].name == "x y"
    assert [fault.key for fault in faults('[[prospects]]\nname = "  "')] == ["prospects[0].name"]


def test_two_prospects_may_share_an_alias_but_not_an_id() -> None:
    north, south = (f'[[prospects]]\nname = "Acme {side}"\naliases = ["Acme"]\n' for side in ("North", "South"))

    assert len(config.parse(north + south).prospects) == 2
    [fault] = faults(ACME + ACME)
    assert (fault.line, fault.key) == (3, "prospects[1]")
    assert "second prospect" in fault.message


def test_a_source_named_twice_is_a_fault() -> None:
    [fault] = faults(source('name = "A"\n') + source('name = "A"\nmuted = true'))

    assert (fault.line, fault.key) == (4, "sources[1]")


def test_a_muted_source_is_not_polled() -> None:
    assert config.parse(source("muted = true")).sources == ()


@pytest.mark.parametrize(
    ("more", "key", "hint"),
    [
        ('kind = "fed"', "kind", "did you mean 'feed'?"),
        ('prospect = "acm"', "prospect", "did you mean 'acme'?"),
        ('types = ["strategi"]', "types", "did you mean 'strategy'?"),
        ('headers = { Authorization = "Bearer x" }', "headers", SECRETS),
        ('allow_private = ["home"]', "allow_private", 'write it as "10.1.2.0/24" or "127.0.0.1"'),
        ("reputation = 9", "reputation", "how much its items count, 1 is normal"),
        ('scope = "secret"', "scope", "allowed: external, internal (allowed: external, internal)"),
        ('id = "A b"', "id", "lower-case letters, digits, . _ and -"),
        ('ulr = "x"', "ulr", "did you mean 'url'?"),
    ],
)
def test_faults_of_a_source(more: str, key: str, hint: str) -> None:
    [fault] = faults(ACME + source(more))

    assert (fault.line, fault.key, fault.hint) == (5, f"sources[0].{key}", hint)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("a.example/feed", 'did you mean "https://a.example/feed"?'),
        ("ftp://a.example/", "http:// and https:// are allowed"),
        ("https://jo:pw@a.example/", 'use headers with an "env:NAME" reference instead'),
        ("https://[::1", ""),
        ("https://a.example:99999/", ""),
        ("", ""),
        ("file:///etc/passwd", ""),
    ],
)
def test_what_is_no_address(url: str, hint: str) -> None:
    [fault] = faults(f'[[sources]]\nurl = "{url}"')

    assert (fault.line, fault.key) == (2, "sources[0].url")
    assert hint in fault.hint
    assert "pw" not in fault.message


def test_a_header_may_refer_to_a_secret() -> None:
    assert config.parse(source('headers = { Authorization = "env:TOKEN", Accept = "x" }')).sources[0].headers


def test_one_fault_is_told_once() -> None:
    """A prospect with a fault is still known to the sources that name it."""
    assert [fault.key for fault in faults(ACME + 'stage = "x"\n' + source('prospect = "acme"'))] == [
        "prospects[0].stage"
    ]


def test_faults_come_in_the_order_of_lines() -> None:
    lines = [
        fault.line
        for fault in faults('rep = 1\n[poll]\nx = 1\n[[sources]]\n[[prospects]]\nname = ""\n[digest]\ntop = 99')
    ]

    assert lines == sorted(lines) == [1, 3, 4, 6, 8]


_LINES = [
    "[[sources]]", "[[prospects]]", "[poll]", "[digest]", "[sources]", 'url = "https://a.example/"', "url = 1",
    'name = "A"', "name = []", 'stage = "closing"', "ids = {cik = 1}", 'ids = {cik = "1"}', "top = 3", "top = nan",
    'since = "999999w"', "since = 2026-01-01", 'every = "0s"', "headers = {a = {}}", "options = {a = 2026-01-01}",
    "allow_private = [1]", 'types = ["x"]', 'prospect = "a"', "a.b.c = 1", "sources = []", "prospects = 1",
]  # fmt: skip


def read_faults(text: str) -> list[Fault] | None:
    """The faults of any text; None for a config without."""
    try:
        config.parse(text)
    except ConfigError as error:
        return list(error.faults)
    return None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_LINES), max_size=12).map("\n".join))
def test_every_fault_but_of_syntax_has_its_line(text: str) -> None:
    found = read_faults(text)

    assert all(fault.line or fault.message.startswith("not valid TOML") for fault in found or ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_config_or_a_config_error(text: str) -> None:
    assert read_faults(text) != []


def test_the_example_takes_other_values() -> None:
    read = config.parse(example(prospects="", sources="", database="a.db", rep="jo"))

    assert (read.settings.rep, read.settings.database, read.sources) == ("jo", "a.db", ())
