"""Files of this machine: folders, CSV files, SQLite databases, mailboxes, read where they lie."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from feeds.connectors import connector
from feeds.connectors.mail import mail_entry, without_leaving
from feeds.errors import LeadlineError, ReadError
from feeds.model import FetchState, Polled, Request, Response, Source
from feeds.text import html_to_text
from tests.apis import NOW, ask, cases

THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC).timestamp()


def write(path: Path, content: str | bytes, at: float = THEN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (at, at))
    return path


def source(kind: str, path: Path, **options: Any) -> Source:
    return Source("local", str(path), kind=kind, options=options)


def titles(polled: Polled[Any]) -> list[str]:
    assert polled.state.reason == "", polled.state.reason
    return sorted(entry.title for entry in polled.entries)


def test_local_kinds_are_internal_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    from aggregator import config

    table = f'[[sources]]\nid = "a"\nkind = "folder"\nurl = "{tmp_path.as_posix()}"\n'
    one = config.parse(table).sources[0]
    other = config.parse(table + 'scope = "external"\nsource_class = "subscription"\n').sources[0]
    web = config.parse('[[sources]]\nurl = "https://a.example/feed"\n').sources[0]
    assert (one.scope, one.source_class) == ("internal", "lan")
    assert (other.scope, other.source_class) == ("external", "subscription")
    assert (web.scope, web.source_class) == ("external", "public")


def test_each_new_or_changed_file_of_a_folder_is_an_item(tmp_path: Path) -> None:
    write(tmp_path / "visit.md", "# Visit to Acme\n\nThey replace their ERP.\n")
    write(tmp_path / "Acme annual_report.pdf", b"%PDF-1.7 \xff")
    write(tmp_path / "note.html", "<title>Call with Kim</title><p>Budget is <b>approved</b>.</p><script>x</script>")
    write(tmp_path / "größe & co.txt", "Größe\n\nEin Satz.".encode("latin-1"))
    write(tmp_path / "data.json", '{"deal": "Acme"}')
    for name in (".hidden.txt", "~$open.docx", "half.txt.part", "program.exe", "sub/deep.txt"):
        write(tmp_path / name, "no")
    folder = source("folder", tmp_path)
    first = ask(folder)
    assert titles(first) == ["Acme annual report", "Call with Kim", "Größe", "Visit to Acme", "data"]
    entry = next(entry for entry in first.entries if entry.title == "Visit to Acme")
    assert html_to_text(entry.content).endswith("They replace their ERP.")
    assert (entry.id, entry.published, entry.link) == ("folder:visit.md", datetime(2026, 11, 20, 9, tzinfo=UTC), "")

    assert ask(folder, first.state).outcome == "unchanged"
    write(tmp_path / "visit.md", "# Visit to Acme\n\nThey stopped.\n", THEN + 60)
    write(tmp_path / "old but new here.txt", "Old news", THEN - 10_000_000)
    second = ask(folder, first.state)
    assert titles(second) == ["Old news", "Visit to Acme"]
    assert ask(folder, second.state).outcome == "unchanged"


def test_files_that_cannot_be_read_stop_no_others(tmp_path: Path) -> None:
    write(tmp_path / "empty.txt", "")
    write(tmp_path / "binary.txt", b"a\0b")
    write(tmp_path / "huge.txt", b"x" * 8_000_001)
    write(tmp_path / "fine.txt", "Fine")
    polled = ask(source("folder", tmp_path))
    assert sorted(entry.title for entry in polled.entries) == ["Fine", "huge"]
    assert "empty.txt unreadable: it is empty" in polled.state.reason
    assert "binary.txt unreadable: it is no text" in polled.state.reason


def test_more_files_than_one_poll_reads_follow_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from feeds.connectors import local_files

    monkeypatch.setattr(local_files, "MAX_FILES", 3)
    for number in range(7):
        write(tmp_path / f"note{number}.txt", f"Note {number}", THEN + number)
    folder, state, seen = source("folder", tmp_path), FetchState(), []
    for _ in range(4):
        polled = ask(folder, state)
        state = polled.state
        seen.append(sorted(entry.title for entry in polled.entries))
    assert seen == [["Note 4", "Note 5", "Note 6"], ["Note 1", "Note 2", "Note 3"], ["Note 0"], []]


def test_a_folder_that_is_not_there_is_a_failure_in_words(tmp_path: Path) -> None:
    assert ask(source("folder", tmp_path / "none")).state.reason == "there is no such file or folder"
    with pytest.raises(LeadlineError, match="not an absolute path"):
        connector("folder").first(Source("x", "relative/path", kind="folder"), FetchState())


def test_links_out_of_the_folder_are_not_followed_and_stop_no_others(tmp_path: Path) -> None:
    write(tmp_path / "secret.txt", "secret", THEN + 60)
    write(tmp_path / "drop" / "fine.txt", "Fine")
    (tmp_path / "drop" / "link.txt").symlink_to(tmp_path / "secret.txt")
    polled = ask(source("folder", tmp_path / "drop"))
    assert [entry.title for entry in polled.entries] == ["Fine"]
    assert polled.state.reason == "1 of the files may not be read: link.txt …"


def test_a_mail_in_a_folder_is_read_as_one(tmp_path: Path) -> None:
    write(tmp_path / "mail.eml", mail("Supplier day", "<p>Come to our supplier day.</p>").as_bytes())
    entry = ask(source("folder", tmp_path)).entries[0]
    assert (entry.title, entry.fields["sender"], entry.fields["file"]) == ("Supplier day", "Acme News", "mail.eml")


CSV = (
    "Case No;Opportunity;Created;Notes;Contact E-Mail;Amount;Stage\n"
    "7;Acme ERP;2026-11-20;They replace it;jo@acme.example;120000;qualify\n"
    "8;;2026-11-21;nothing;kim@acme.example;;\n"
    '9;"Beta; pumps";21/13/2026;"two\nlines";;;\n'
)


def test_each_row_of_a_csv_file_is_an_item(tmp_path: Path) -> None:
    path = write(tmp_path / "export.csv", b"\xef\xbb\xbf" + CSV.encode())
    table = source("csv", path, columns={"id": "Case No", "title": "Opportunity", "date": "Created"})
    polled = ask(table)
    assert [entry.id for entry in polled.entries] == ["7", "9"]
    assert polled.state.reason.startswith("1 of 3 rows unreadable: no title; the first: ")
    entry = polled.entries[0]
    assert (entry.title, entry.published) == ("Acme ERP", datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert entry.fields == {"amount": "120000", "stage": "qualify"}
    assert html_to_text(entry.content) == "They replace it\n\namount: 120000\n\nstage: qualify"
    assert "@acme" not in repr(polled)
    assert ask(table, polled.state).outcome == "unchanged"
    write(path, CSV.replace("qualify", "propose").encode(), THEN + 60)
    assert ask(table, polled.state).entries[0].fields["stage"] == "propose"


def test_columns_are_found_by_their_names_or_the_file_says_what_it_has(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Subject,Date,URL\nHello,2026-11-20,https://a.example/x\n")
    entry = ask(source("csv", path)).entries[0]
    assert (entry.title, entry.link, entry.fields) == ("Hello", "https://a.example/x", {})
    assert entry.id.startswith("row:")
    write(path, "foo,bar\n1,2\n")
    assert ask(source("csv", path)).state.reason == "no column looks like a title"
    with pytest.raises(ReadError, match="no column looks like a title") as caught:
        read_bytes("csv", b"foo,bar\n1,2\n")
    assert "its columns: foo, bar" in caught.value.hint
    assert ask(source("csv", path, columns={"title": "Foo"})).state.reason == "there is no column 'Foo'"
    assert [e.fields for e in ask(source("csv", path, columns={"title": "foo"}, fields=["bar"])).entries] == [
        {"bar": "2"}
    ]


@pytest.mark.parametrize(
    "options",
    [{"columns": ["title"]}, {"columns": {"title": 7}}, {"columns": {"headline": "x"}}, {"fields": "x"}],
)
def test_columns_that_cannot_be_meant_are_named(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(LeadlineError, match=r"`columns`|`fields`"):
        connector("csv").first(source("csv", tmp_path, **options), FetchState())


def test_a_querys_rows_are_items_and_the_next_asks_for_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE cases (id INTEGER, title TEXT, created TEXT, owner TEXT, value REAL)")
        db.execute("INSERT INTO cases VALUES (1, 'Acme ERP', '2026-11-20', 'kim', 120000.0), (2, NULL, 'x', '', 1)")
    db.close()
    query = "SELECT id, title, created, owner, value FROM cases WHERE created >= :since"
    table = source("sqlite", path, query=query, columns={"title": "title", "author": "owner"})
    first = ask(table)
    assert [(entry.id, entry.title, entry.author) for entry in first.entries] == [("1", "Acme ERP", "kim")]
    assert first.entries[0].fields == {"value": 120000.0}
    assert first.state.reason.startswith("1 of 2 rows unreadable: no title; the first: ")
    assert first.state.cursor == "x"
    newer = replace(first.state, cursor="2026-11-20")
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO cases VALUES (3, 'Beta', '2026-11-22', 'jo', NULL), (4, 'Old', '2020-01-01', '', 1)")
    db.close()
    assert sorted(entry.id for entry in ask(table, newer).entries) == ["1", "3"]


@pytest.mark.parametrize("query", ["DELETE FROM cases", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "SELECT * FROM none"])
def test_a_query_that_does_not_only_read_changes_nothing(tmp_path: Path, query: str) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE cases (title TEXT)")
        db.execute("INSERT INTO cases VALUES ('a')")
    db.close()
    polled = ask(source("sqlite", path, query=query))
    assert polled.outcome == "failed"
    assert sqlite3.connect(path).execute("SELECT count(*) FROM cases").fetchone() == (1,)


def mail(subject: str, html: str = "", plain: str = "", number: str = "1", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Acme News <news@mail.acme.example>"
    message["Subject"] = subject
    message["Date"] = "Fri, 20 Nov 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{number}@acme.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(plain or "plain words")
    if html:
        message.add_alternative(html, subtype="html")
    return message


def mbox(*mails: EmailMessage) -> bytes:
    return b"".join(b"From news@acme.example Fri Nov 20 09:00:00 2026\n" + each.as_bytes() + b"\n\n" for each in mails)


def test_mails_of_an_mbox_file_are_items_and_later_ones_are_read_where_it_grew(tmp_path: Path) -> None:
    path = write(tmp_path / "letters", mbox(mail("One", number="1"), mail("Zwei für alle", "<p>Größe</p>", number="2")))
    box = source("mailbox", path)
    first = ask(box)
    assert titles(first) == ["One", "Zwei für alle"]
    assert [entry.id for entry in first.entries] == ["mail:1@acme.example", "mail:2@acme.example"]
    assert html_to_text(first.entries[1].content) == "Größe"
    assert first.entries[0].published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert first.entries[0].fields == {"sender": "Acme News", "sender_domain": "mail.acme.example"}
    path.write_bytes(path.read_bytes() + mbox(mail("Three", number="3")))
    second = ask(box, first.state)
    assert titles(second) == ["Three", "Zwei für alle"]
    assert int(second.state.cursor) > int(first.state.cursor) > 0
    third = ask(box, second.state)
    assert titles(third) == ["Three"]
    assert ask(box, third.state).outcome == "unchanged"
    path.write_bytes(mbox(mail("After clearing up", number="4")))
    assert [entry.title for entry in ask(box, third.state).entries] == ["After clearing up"]


def test_an_mbox_larger_than_one_part_is_read_in_parts(tmp_path: Path) -> None:
    """Parts of 10 MB: no mail is cut, none told twice."""
    mails = [
        mail(f"Letter {number}", plain="many a word in a line\n" * 40_000, number=str(number)) for number in range(13)
    ]
    path = write(tmp_path / "letters", mbox(*mails))
    assert path.stat().st_size > 11_000_000
    polled = ask(source("mailbox", path))
    assert [entry.title for entry in polled.entries] == [f"Letter {number}" for number in range(13)]


def test_a_maildir_is_read_and_moving_a_mail_is_no_news(tmp_path: Path) -> None:
    write(tmp_path / "new" / "1.host", mail("One", number="1").as_bytes())
    write(tmp_path / "cur" / "2.host:2,S", mail("Two", number="2").as_bytes())
    write(tmp_path / "tmp" / "3.host", b"half")
    box = source("mailbox", tmp_path)
    first = ask(box)
    assert titles(first) == ["One", "Two"]
    (tmp_path / "new" / "1.host").rename(tmp_path / "cur" / "1.host:2,RS")
    write(tmp_path / "new" / "4.host", mail("Four", number="4").as_bytes())
    second = ask(box, first.state)
    assert titles(second) == ["Four"]
    assert ask(box, second.state).entries == ()


def test_only_mails_of_some_senders_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "letters", mbox(mail("One")))
    for sender, count in (("acme.example", 1), ("news@mail.acme.example", 1), ("cme.example", 0), ("x.example", 0)):
        assert len(ask(source("mailbox", path, senders=[sender])).entries) == count


@pytest.mark.parametrize("content", [b"no mailbox", b"\xff\xfe\x00", b"Subject: x\n\nFrom here on\n"])
def test_a_file_that_is_no_mailbox_is_a_failure(tmp_path: Path, content: bytes) -> None:
    polled = ask(source("mailbox", write(tmp_path / "x", content)))
    assert "no mailbox" in polled.state.reason
    assert ask(source("mailbox", write(tmp_path / "empty", b""))).outcome == "changed"


def test_links_that_end_a_subscription_are_gone() -> None:
    html = (
        '<p>News</p><a href="https://l.example/read">View in browser</a><a href="https://l.example/u?id=1&amp;x=2">here</a>'
        '<a class="x" href="https://l.example/unsubscribe/1">Leave</a>'
        '<a href="https://l.example/p">Manage your preferences</a>'
        '<a href="https://acme.example/tender">The tender</a>'
    )
    letter = mail("News", html, List_Unsubscribe="<https://l.example/u?id=1&x=2>, <mailto:leave@l.example>")
    entry = mail_entry(letter.as_bytes())
    assert "l.example/u" not in entry.content
    assert "unsubscribe" not in entry.content
    assert "preferences" not in entry.content
    assert "https://acme.example/tender" in entry.content
    assert entry.link == "https://l.example/read"
    plain = mail_entry(mail("News", plain="Good news\nUnsubscribe: https://l.example/u/1\n").as_bytes())
    assert html_to_text(plain.content) == "Good news"
    assert without_leaving('<a href="https://x.example">Abmelden vom Brief</a>') == ""


def test_mails_in_odd_charsets_and_shapes_are_read() -> None:
    head = b"Subject: =?iso-8859-1?q?Gr=F6=DFe?=\nFrom: a@b.example\nContent-Type: text/plain; charset=unheard-of\n"
    raw = head + b"\nGr\xf6\xdfe"
    entry = mail_entry(raw)
    assert (entry.title, html_to_text(entry.content)) == ("Größe", "Größe")
    assert mail_entry(b"Subject: =?x?q?=\nFrom: \xff\xfe\nDate: never\n\n").id.startswith("mail:")


def read_bytes(kind: str, body: bytes, cursor: str = "", **options: Any) -> Any:
    headers = {"x-size": str(len(body)), "content-type": "application/rss+xml"}
    asked = Request("https://api.example/api/v1/accounts/1/statuses", headers=(("Range", "bytes=0-"),))
    told = Source("s", "/srv/x" if connector(kind).ABOUT.local else "https://api.example/x", kind=kind, options=options)
    return connector(kind).read(told, Response(told.url, 200, headers, body, NOW, asked=asked, cursor=cursor))


OURS = [
    "ashby", "bing_news", "bluesky", "csv", "folder", "gdelt", "github", "github_releases", "google_news", "greenhouse",
    "hn_algolia", "lever", "mailbox", "mastodon", "ocds", "page_watch", "press_wire", "sqlite", "uk_contracts_finder",
    "uk_find_a_tender",
]  # fmt: skip
SAMPLES = {case.kind: case.body for case in cases()} | {"csv": CSV.encode(), "mailbox": mbox(mail("A", "<p>b</p>"))}


@pytest.mark.parametrize("kind", OURS)
@settings(max_examples=20, deadline=None)
@given(
    noise=st.binary(max_size=200),
    at=st.floats(0, 1),
    cursor=st.sampled_from(["", "5", "+00ff00ff", '{"a":[1]}', "2026-11-24"]),
)
def test_whatever_the_bytes_are_only_read_errors_come_out(kind: str, noise: bytes, at: float, cursor: str) -> None:
    sample = SAMPLES.get(kind, b"[]")
    place = int(at * len(sample))
    for body in (noise, sample[:place] + noise + sample[place + len(noise) :], sample[:place]):
        try:
            page = read_bytes(kind, body, cursor)
        except ReadError:
            continue
        assert all(isinstance(entry.title, str) for entry in page.entries)
