"""Every format of call sheets and dossiers: as it was looked at, complete, short enough, and harmless."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from rich.cells import cell_len

from aggregator.dossier import BRIEF_LINES, FORMATS, render_brief, render_dossier, render_early
from aggregator.dossier.build import build_brief, build_dossier
from aggregator.dossier.nouns import Gathered
from aggregator.dossier.to_zip import write
from aggregator.model import Document, Note
from tests import golden
from tests.gathered import PRIVATE, SECRET, TENDER, ago, gathered, person, story

HOSTILE = st.text(
    st.one_of(st.sampled_from("[]()<>*_`#|~&\\!\"'\n\t\x1b\x9b\u202e\u2066\x07"), st.characters(codec="utf-8")),
    max_size=40,
)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ENDS = {"text": "txt", "md": "md", "html": "html", "json": "json"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_brief_is_as_it_was_looked_at(form: str) -> None:
    golden.check(f"brief.{ENDS[form]}", render_brief(build_brief(gathered()), form))


@pytest.mark.parametrize("form", FORMATS)
def test_a_dossier_is_as_it_was_looked_at(form: str) -> None:
    golden.check(f"dossier.{ENDS[form]}", render_dossier(build_dossier(gathered(), to="delivery"), form))


@pytest.mark.parametrize("form", FORMATS)
def test_an_early_warning_is_as_it_was_looked_at(form: str) -> None:
    golden.check(f"early.{ENDS[form]}", render_early(build_dossier(gathered(), to="delivery"), form))


def pages(everything: Gathered, *, internal: bool = False) -> dict[str, str]:
    """Every page that can be written of a prospect."""
    brief = build_brief(everything, since=ago(10_000), internal=internal)
    dossier = build_dossier(everything, to="delivery", internal=internal)
    made = {f"brief {form}": render_brief(brief, form) for form in FORMATS}
    made |= {f"dossier {form}": render_dossier(dossier, form) for form in FORMATS}
    return made | {f"early {form}": render_early(dossier, form) for form in FORMATS}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["private", "shared", "removed"])), max_size=6), st.booleans())
def test_no_private_note_and_no_internal_item_gets_out(kinds: list[tuple[bool, str]], internal: bool) -> None:
    """Whatever hangs on what; only ``internal`` lets internal items out, and nothing a private note."""
    items, notes, documents = [], [], []
    for number, (is_internal, seen) in enumerate(kinds):
        scope = "internal" if is_internal else "external"
        made = story(
            f"Acme ITEM{'INTERNAL' if is_internal else 'OPEN'}{number} decides", "structure.decision_makers", number,
            "crm" if is_internal else "wire", scope=scope,
            facts=(person("joins", f"Person {'INTERNAL' if is_internal else 'OPEN'}", "director"),),
        )  # fmt: skip
        items.append(made)
        hidden = seen != "shared" or is_internal
        words = f"{'NOTEPRIVATE' if seen != 'shared' else 'NOTEINTERNAL' if hidden else 'NOTEOPEN'}{number}"
        notes.append(Note(f"x{number}", made.id, "ann", words, ago(1), seen))
        name = f"{'FILEINTERNAL' if is_internal else 'FILEOPEN'}{number}.pdf"
        documents.append(Document(made.id, made.link, "ef" * 32, name, "application/pdf", 1, ago(1), "ann"))
    base = gathered()
    everything = replace(
        gathered(*items), notes=(*base.notes, *notes), documents=(*base.documents, *documents),
        pinned=base.pinned | {item.id for item in items},
    )  # fmt: skip
    for name, page in pages(everything, internal=internal).items():
        assert "NOTEPRIVATE" not in page, name
        assert PRIVATE not in page, name
        if not internal:
            assert "INTERNAL" not in page, name
            assert SECRET.title not in page, name
            assert SECRET.id not in page, name
    if internal:
        assert SECRET.title in pages(everything, internal=True)["dossier json"]


@settings(max_examples=40, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_words_stay_words(title: str, name: str, note: str) -> None:
    made = replace(story("Acme x", "strategy.ma", 1, facts=(person("joins", name, title),)), title=title)
    everything = gathered(made, prospect=replace(gathered().prospect, name=name, domain=title))
    everything = replace(everything, notes=(Note("n", made.id, name, note, ago(1), "shared"),))
    for kind, page in pages(everything).items():
        assert not CONTROLS.search(page), kind
        if kind.endswith("html"):
            assert_harmless(page)
        if kind.endswith("json"):
            json.loads(page)
        if kind.endswith("md"):
            assert "<script" not in MarkdownIt().render(page)
        if kind == "brief text":
            assert_one_page(page)


def assert_harmless(page: str) -> None:
    """Well-formed, without anything that is fetched, run or sent."""
    root = ElementTree.fromstring(page)
    allowed = set("html head meta title style body header nav main section h1 h2 p ul li a span br".split())
    assert {element.tag for element in root.iter()} <= allowed
    for element in root.iter():
        assert not any(attribute.startswith("on") or attribute in ("src", "style") for attribute in element.attrib)
        href = element.get("href", "#")
        assert href.startswith(("#", "https://", "http://", "mailto:"))
        assert href.startswith("#") or element.get("rel") == "noopener noreferrer"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("href", "")[1:] for link in root.iter("a") if link.get("href", "").startswith("#")} <= set(ids)


def assert_one_page(page: str) -> None:
    lines = page.splitlines()
    assert len(lines) <= BRIEF_LINES
    assert max(map(cell_len, lines)) <= 80


def test_html_has_a_language_a_title_headings_and_landmarks() -> None:
    page = render_dossier(build_dossier(gathered()), "html")
    assert_harmless(page)
    root = ElementTree.fromstring(page)
    assert root.get("lang") == "en"
    assert [len(root.findall(f".//{tag}")) for tag in ("title", "h1", "main", "nav")] == [1, 1, 1, 1]
    for section in root.findall(".//section"):
        heading = section.find("h2")
        assert heading is not None
        assert heading.get("id") == section.get("aria-labelledby")
    assert "http://" not in (root.findtext(".//style") or "")


def test_a_brief_of_very_much_is_still_one_page_and_says_what_it_leaves_out() -> None:
    signals = ("strategy.ma", "structure.layoffs", "purchasing_history.award")
    many = [
        story(f"Acme does {number} with a long title that goes on and on {'x' * 60}", signal, number + 1)
        for number in range(60)
        for signal in signals
    ]
    page = render_brief(build_brief(gathered(*many), since=ago(2000)), "text")
    assert_one_page(page)
    assert re.search(r"… and \d+ more", page)
    assert "Known and unknown" in page
    assert "Ask (" in page
    assert page.rstrip().endswith("others that hang on them.")


def test_json_tells_its_kind_and_version() -> None:
    found = json.loads(render_dossier(build_dossier(gathered()), "json"))
    assert (found["kind"], found["version"], found["prospect"]) == ("dossier", 1, "acme")
    assert json.loads(render_brief(build_brief(gathered()), "json"))["kind"] == "brief"
    assert json.loads(render_early(build_dossier(gathered()), "json"))["kind"] == "early_warning"


def test_a_zip_holds_pages_documents_and_hashes(tmp_path: Path) -> None:
    body = b"%PDF-1.4 a notice"
    sha = hashlib.sha256(body).hexdigest()
    (tmp_path / sha).write_bytes(body)
    gone = Document(TENDER.id, TENDER.link, "12" * 32, "gone.pdf", "application/pdf", 5, ago(2), "ann")
    kept = Document(TENDER.id, TENDER.link, sha, "notice.pdf", "application/pdf", len(body), ago(3), "ann")
    dossier = build_dossier(gathered(documents=(kept, gone)), to="delivery")
    made = io.BytesIO()

    faults = write(dossier, made, lambda each: tmp_path / each)

    assert faults == ["documents/12121212-gone.pdf: the copy cannot be read: No such file or directory"]
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        there = {entry["file"]: entry for entry in manifest["files"] if "missing" not in entry}
        assert sorted(archive.namelist()) == sorted([*there, "manifest.json"])
        for name, entry in there.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == entry["sha256"]
            assert len(archive.read(name)) == entry["size"]
    document = there[f"documents/{sha[:8]}-notice.pdf"]
    assert document["fetched_at"] == "2026-03-02T09:00:00Z"
    assert (manifest["to"], manifest["withheld"]) == ("delivery", dossier.withheld.words)
    again = io.BytesIO()
    write(dossier, again, lambda each: tmp_path / each)
    assert again.getvalue() == made.getvalue()


def test_a_copy_that_was_changed_stays_out(tmp_path: Path) -> None:
    (tmp_path / ("ab" * 32)).write_bytes(b"something else")
    made = io.BytesIO()
    assert "was changed" in write(build_dossier(gathered()), made, lambda each: tmp_path / each)[0]
    assert not any("documents/" in name for name in zipfile.ZipFile(made).namelist())
