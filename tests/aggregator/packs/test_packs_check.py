"""What keeps a pack from being built or taken: each fault named at its line, and the secret itself never told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Prospect
from aggregator.packs.check import check
from aggregator.packs.new import write_new
from aggregator.packs.secrecy import leaks_in, secrets_in
from feeds.packs.archive import FILES
from feeds.packs.library import shelf_folder, shelf_packs
from tests.packing import RULES, members, source, write_pack

A = source("alpha", "https://alpha.example/feed")
MANIFEST = b'id = "team"\nversion = "1.0.0"\ntitle = "T"\npublisher = "P"\n'


def faults(folder: Path) -> str:
    return "\n".join(map(str, check(members(folder)).faults))


def test_a_new_pack_passes_its_own_check(tmp_path: Path) -> None:
    """Whoever starts from it starts from something good."""
    write_new(tmp_path / "mine", "mine", 'My "own"', "P", "https://x.example")

    found = check(members(tmp_path / "mine"))
    assert found.fine, found.faults
    assert found.content is not None
    assert found.content.views[0].id == "morning"


@pytest.mark.parametrize("name", shelf_packs())
def test_every_pack_that_ships_with_leadline_is_fine(name: str) -> None:
    """Whatever is on the shelf."""
    folder = shelf_folder(name)
    assert folder is not None
    found = check(members(folder))

    assert found.fine, "\n".join(map(str, found.faults))
    assert found.content is not None
    assert found.content.id == name
    assert found.content.sources


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://localhost/feed", "this machine"),
        ("http://intranet/feed", "no public host"),
        ("https://wiki.corp/feed", "no public host"),
        ("http://169.254.169.254/latest", "link-local"),
        ("http://0x7f.1/feed", "this machine"),
        ("http://[::1]/feed", "this machine"),
        ("file:///etc/passwd", "not a web address"),
        ("https://me:secret@alpha.example/feed", "user name or password"),
        ("https://alpha.example/${cik}", "each"),
        ("https://${nothing}{{evil}}/x", "a place that is none"),
    ],
)
def test_an_address_that_a_pack_may_not_contact(tmp_path: Path, url: str, words: str) -> None:
    """Local, private, with a login, or not filled."""
    told = faults(write_pack(tmp_path / "team", source("alpha", url)))

    assert words in told
    assert "sources.toml:" in told


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('headers = { Authorization = "env:TOKEN" }', "carries no request headers"),
        ('auth = "env:AWS_SECRET_ACCESS_KEY"', "carries no keys"),
        ('allow_private = ["10.0.0.0/8"]', "reaches no private network"),
        ('prospect = "acme"', "knows nobody's prospects"),
        ('every = "10s"', "too often"),
        ("muted = true", "the rep's own setting"),
        ('kind = "nothing"', "unknown kind"),
        ('kind = "folder"', "local files"),
        ('types = ["nonsense"]', "unknown content type"),
        ('options = { where = "cmd:rm -rf /" }', "reference to a secret, file or command"),
        ('key = "lower"', "not of the allowed form"),
        ('each = "prospect"', "the same for each prospect"),
        ("command = 'x'", "unknown key"),
    ],
)
def test_a_setting_that_a_pack_may_not_have(tmp_path: Path, more: str, words: str) -> None:
    """Each with what to do instead."""
    from feeds.connectors import KINDS

    if "folder" in more and "folder" not in KINDS:
        pytest.skip("no local kind of that name")
    assert words in faults(write_pack(tmp_path / "team", source("alpha", "https://alpha.example/feed", more)))


def test_what_one_pack_can_cost_is_bounded(tmp_path: Path) -> None:
    """Sources, templates, rules and prospects."""
    templates = "".join(source(f"t{n}", "https://a.example/${cik}", 'each = "prospect"') for n in range(101))
    rules = "".join(RULES.replace("christens-hopyard", f"r{n}").replace("must =", "#") for n in range(2001))
    folder = write_pack(tmp_path / "team", templates, rules=rules)
    folder.joinpath("prospects.csv").write_text("name\n" + "\n".join(f"Number {n}" for n in range(5001)), "utf-8")
    told = faults(folder)

    assert "more than 100 templates" in told
    assert "more than 2000 rules" in told
    assert "more than 5000 prospects" in told


def test_a_proposal_may_show_what_a_rep_fills_in(tmp_path: Path) -> None:
    """It is never polled; a secret in the open is a fault in it too."""
    table = source("crm", "https://crm.corp.example/feed", 'proposal = true\nscope = "internal"\nauth = "env:CRM_KEY"')
    assert faults(write_pack(tmp_path / "good", table)) == ""
    assert "in the open" in faults(write_pack(tmp_path / "bad", table.replace("env:CRM_KEY", "hunter2")))


def test_private_columns_do_not_leave_with_prospects(tmp_path: Path) -> None:
    """Names and identifiers are meant to; notes are not."""
    folder = write_pack(tmp_path / "team", A)
    folder.joinpath("prospects.csv").write_text("name,cik,notes\nVerrano,7,likes golf\n", encoding="utf-8")

    assert "prospects.csv:1: notes: is a column of your own notes" in faults(folder)


def test_ids_are_required_and_unique(tmp_path: Path) -> None:
    """They carry the items."""
    told = faults(write_pack(tmp_path / "team", A + A + '[[sources]]\nurl = "https://b.example/"\n'))

    assert "a second source with the id 'alpha'" in told
    assert "has no id" in told


def test_views_and_questions_are_read_by_who_owns_them(tmp_path: Path) -> None:
    """A query that cannot be understood, one that names a prospect, a type that there is not."""
    told = faults(write_pack(
        tmp_path / "team", A,
        views='[[views]]\nid = "a"\ntitle = "A"\nquery = "type:nonsense"\n'
        '[[views]]\nid = "b"\ntitle = "B"\nquery = "prospect:acme"\n',
        checklist='[[questions]]\nid = "q"\ntype = "nonsense"\nquestion = "Why?"\n',
    ))  # fmt: skip

    assert "views.toml:4: views[0].query" in told
    assert "views[1].query: names a prospect" in told
    assert "checklist.toml:3: questions[0].type" in told


def test_examples_are_run_beside_the_core_rules(tmp_path: Path) -> None:
    """What a pack promises must hold."""
    good = '[[examples]]\ntitle = "Verrano christens its hopyard"\ntypes = ["structure"]\n'
    assert faults(write_pack(tmp_path / "good", A, rules=RULES, examples=good)) == ""
    bad = good.replace('["structure"]', '["strategy"]')
    told = faults(write_pack(tmp_path / "bad", A, rules=RULES.replace("christens ..", "never ..."), examples=bad))
    assert "christens-hopyard" in told or "cue" in told
    assert "wanted strategy" in told


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
        "https://alpha.example/feed?api_key=abcdef123456",
        "https://feed.example/rss/?rss=G1QFDERJXkJeGVtYWA",
        "Authorization: Bearer abcdef0123456789abcdef",
        "xoxb-123456789012-abcdefghij",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "password = 'correct-horse'",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "Xk29sLq7ZpW4vT8mYb3NcR6d",
    ],
)
def test_a_secret_is_found_and_not_told(secret: str) -> None:
    """Where it stands, and what to write instead."""
    (fault,) = secrets_in({"README.md": f"# Pack\n{secret}\n"})

    assert fault.line == 2
    assert secret not in str(fault)


@pytest.mark.parametrize(
    "harmless",
    [
        "https://www.globenewswire.com/RssFeed/orgclass/1/feedTitle/GlobeNewswire%20-%20News%20about%20Public%20Companies",
        "https://data.sec.gov/submissions/CIK${cik}.json?key=${key}",
        'key = "SAM_API_KEY"',
        "A long sentence about tokens, keys and passwords in general.",
        "https://api.usaspending.gov/api/v2/search/spending_by_transaction/",
        "https://press.example/2026/11/25/verrano-opens-its-twenty-third-laboratory-in-leeds.html",
    ],
)
def test_what_is_no_secret_is_left_alone(harmless: str) -> None:
    """Addresses and prose of packs."""
    assert list(secrets_in({"sources.toml": harmless})) == []


def test_a_maker_s_prospects_and_notes_do_not_leave_with_a_pack(tmp_path: Path) -> None:
    """Nor their domains; common words are no leak."""
    own = [Prospect("verrano", "Verrano Brewing Company", ("Verrano",), "verrano.example"), Prospect("t", "Target")]
    view = 'id = "v"\ntitle = "VERRANO news"\nquery = ""\ndescription = "Dana will sign in spring, says Jo"\n'
    folder = write_pack(tmp_path / "team", A, pack='for_whom = "the target market"\n', views=f"[[views]]\n{view}")
    found = check(members(folder), own=own, notes=["Dana will sign in Spring"])

    assert sorted(fault.message for fault in found.faults) == [
        "names a line of your notes",
        "names a prospect of yours",
    ]
    assert next(leaks_in({"a": "see verrano.example/news"}, own)).line == 1


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(FILES[1:]), st.binary(max_size=200) | st.text(max_size=120).map(str.encode)))
def test_no_files_make_it_fail_otherwise(found: dict[str, bytes]) -> None:
    """Hostile bytes in any file: faults or none, never another error."""
    check({**found, "pack.toml": MANIFEST})


PLAIN = st.booleans() | st.integers() | st.text(max_size=12)
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.lists(st.lists(PLAIN, max_size=2), max_size=2)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["id", "url", "name", "kind", "each", "types", "every", "options", "headers"]), VALUES
    )
)
def test_no_values_make_it_fail_otherwise(table: dict[str, object]) -> None:
    """A source whose keys hold anything."""
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in table.items()]
    written = "\n".join(["[[sources]]", *lines]).encode()
    check({"pack.toml": MANIFEST, "sources.toml": written})
