"""``leadline opml`` as one uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Leadline

LIST = """<opml version="2.0"><body>
<outline text="Acme"><outline type="rss" text="Acme news" xmlUrl="https://acme.example/feed" htmlUrl="https://acme.example/"/></outline>
<outline text="Trade"><outline type="rss" text="Mill Weekly" xmlUrl="https://mill.example/rss"/></outline>
<outline type="rss" text="Known" xmlUrl="https://known.example/feed"/>
<outline type="HTML+XPath" text="Scraped" xmlUrl="https://page.example/"/>
</body></opml>"""


@pytest.fixture
def leadline(tmp_path: Path) -> Leadline:
    made = Leadline(tmp_path)
    made.config.write_text(
        '# mine\n[[prospects]]\nid = "acme"\nname = "Acme"\n[[sources]]\nid = "known"\nurl = "https://known.example/feed"\n'
    )
    (tmp_path / "feeds.opml").write_text(LIST)
    return made


def test_a_dry_run_tells_all_and_changes_nothing(leadline: Leadline) -> None:
    before = leadline.config.read_text()
    out = leadline("opml", "import", "feeds.opml", "--dry-run")

    assert out.splitlines() == ["acme-news  https://acme.example/feed  (acme)", "mill-weekly  https://mill.example/rss"]
    assert "Scraped: of type HTML+XPath" in leadline.errors
    assert "In the config already: 1 feed." in leadline.errors
    assert "2 feeds would be added" in leadline.errors
    assert leadline.config.read_text() == before


def test_import_twice_then_export(leadline: Leadline) -> None:
    leadline("opml", "import", "feeds.opml")
    assert leadline.config.read_text().startswith("# mine\n")
    again = leadline.json("opml", "import", "feeds.opml")
    assert again["added"] == []
    assert len(again["known"]) == 3

    exported = leadline("opml", "export")
    (leadline.folder / "out.opml").write_text(exported)
    assert 'xmlUrl="https://acme.example/feed"' in exported
    assert exported.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">')
    assert len(leadline.json("opml", "import", "out.opml")["known"]) == 3
    assert leadline.json("opml", "export")["feeds"][1]["folders"] == [["Acme"]]


def test_from_standard_input(leadline: Leadline) -> None:
    out = leadline("opml", "import", "-", stdin='https://urls.example/feed acme "~From urls"\nexec:rm x\n')

    assert out == "from-urls  https://urls.example/feed  (acme)\n"
    assert "runs none" in leadline.errors
    assert "From urls" in leadline("sources", "--json")


def test_what_is_no_list_is_told(leadline: Leadline) -> None:
    (leadline.folder / "no.opml").write_text("<html></html>")
    leadline("opml", "import", "no.opml", code=1)
    assert "not an OPML file" in leadline.errors
    leadline("opml", "import", "none.opml", code=1)
    assert "cannot be read" in leadline.errors


def test_feeds_of_packs_go_along_when_asked(leadline: Leadline) -> None:
    leadline("pack", "add", "press-wires", "--yes")

    assert "prnewswire.com" not in leadline("opml", "export")
    assert "prnewswire.com" in leadline("opml", "export", "--packs")


def test_ten_thousand_outlines(leadline: Leadline) -> None:
    feeds = [f'<outline text="Feed {n % 997}" xmlUrl="https://h{n % 300}.example/{n}"/>' for n in range(10_000)]
    outlines = "".join(f'<outline text="Folder {n % 50}">{feed}</outline>' for n, feed in enumerate(feeds))
    (leadline.folder / "many.opml").write_text(f"<opml><body>{outlines}</body></opml>")

    assert len(leadline("opml", "import", "many.opml").splitlines()) == 10_000
    assert leadline("opml", "export").count("xmlUrl=") == 10_001
