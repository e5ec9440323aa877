"""Open Contracting publishers: windows and pages, forms of packages, parties, faults of known publishers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from aggregator.catalog import core_tagger
from feeds.connectors import connector
from feeds.connectors.ocds_release import entry_of, notice_type, tag_of
from feeds.errors import LeadlineError, ReadError
from feeds.model import FetchState, Page, Response, Source
from tests.apis import NOW, Heard, Told, as_json, ask, serving

FTS = Source("fts", "https://fts.example/api", kind="uk_find_a_tender", allow_private=("127.0.0.1",))


def release(number: int, **more: Any) -> dict[str, Any]:
    return {"ocid": f"ocds-x-{number}", "id": str(number), "date": "2026-11-24T00:00:00Z", "tag": ["tender"],
            "tender": {"title": f"Notice {number}"}, **more}  # fmt: skip


def read(source: Source, package: Any, headers: dict[str, str] | None = None) -> Page[Any]:
    body = package if isinstance(package, bytes) else as_json(package)
    return connector(source.kind).read(source, Response(source.url, 200, headers or {}, body, NOW))


def test_a_gap_is_asked_for_in_windows_and_pages_to_its_end() -> None:
    """Fourteen hours behind, an hour of overlap: three windows of six hours, the second one of two pages."""
    base = ""

    def answer(heard: Heard) -> Told:
        asked = parse_qs(urlsplit(heard.path).query)
        start = asked["updatedFrom"][0]
        number = int(start[11:13]) + (100 if "cursor" in asked else 0)
        package: dict[str, Any] = {"releases": [release(number)]}
        if start.startswith("2026-11-25T03") and "cursor" not in asked:
            package["links"] = {"next": f"{base}{heard.path}&cursor=abc"}
        return Told(as_json(package))

    with serving(answer) as api:
        base = api.base
        behind = FetchState(cursor="2026-11-24T22:00:00+00:00", answered_at=NOW)
        polled = ask(replace(FTS, url=f"{api.base}/api"), behind)
    windows = [parse_qs(urlsplit(path).query) for path in api.asked]
    assert [(each["updatedFrom"][0][8:13], each["updatedTo"][0][8:13]) for each in windows] == [
        ("24T21", "25T03"), ("25T03", "25T09"), ("25T03", "25T09"), ("25T09", "25T12"),
    ]  # fmt: skip
    assert [entry.fields["release_id"] for entry in polled.entries] == ["21", "3", "103", "9"]
    assert polled.state.cursor == "2026-11-25T12:00:00+00:00"
    assert "leadline" not in "".join(api.asked)


def test_a_window_that_breaks_off_is_asked_for_again() -> None:
    def answer(heard: Heard) -> Told:
        return (
            Told(b"Service Unavailaible", 503)
            if "From=2026-11-25T03" in heard.path
            else Told(as_json({"releases": []}))
        )

    with serving(answer) as api:
        behind = FetchState(cursor="2026-11-24T22:00:00+00:00", answered_at=NOW)
        polled = ask(replace(FTS, url=f"{api.base}/api"), behind)
    assert "503" in polled.state.reason
    assert polled.state.cursor == "2026-11-24T22:00:00+00:00"


def test_a_clock_that_ran_ahead_loses_nothing() -> None:
    ahead = FetchState(cursor="2031-01-01T00:00:00+00:00", checked_at=NOW)
    request = connector("uk_find_a_tender").first(FTS, ahead)
    assert "updatedFrom=2026-11-25T11%3A00%3A00" in request.url


def test_a_publisher_that_goes_back_very_far_is_not_asked_for_all_of_time() -> None:
    old = FetchState(cursor="1999-01-01T00:00:00+00:00", checked_at=NOW)
    assert f"updatedFrom={(NOW - timedelta(days=400)).date()}" in connector("uk_find_a_tender").first(FTS, old).url


def test_contracts_finder_is_left_alone_for_five_minutes_when_it_says_no() -> None:
    with serving(Told("<html>Request forbidden</html>", 403, {"Content-Type": "text/html"})) as api:
        polled = ask(Source("cf", api.base, kind="uk_contracts_finder", allow_private=("127.0.0.1",)))
    assert polled.outcome == "failed"
    assert polled.state.next_at is not None
    assert (polled.state.next_at - NOW).total_seconds() >= 300


def test_the_window_may_stand_in_the_path() -> None:
    source = Source("au", "https://ocds.example/published/${from}/${to}", kind="ocds",
                    options={"back": 24, "form": "%Y-%m-%dT%H:%M:%SZ"})  # fmt: skip
    request = connector("ocds").first(source, FetchState(checked_at=NOW))
    assert urlsplit(request.url).path == "/published/2026-11-24T12%3A00%3A00Z/2026-11-25T12%3A00%3A00Z"


def test_a_publisher_without_windows_is_asked_as_it_is() -> None:
    source = Source("all", "https://ocds.example/all.json", kind="ocds")
    assert connector("ocds").first(source, FetchState(checked_at=NOW)).url == source.url
    assert len(read(source, {"releases": [release(1)]}).entries) == 1


@pytest.mark.parametrize(
    "package",
    [
        [release(1)],
        {"records": [{"ocid": "ocds-x-1", "compiledRelease": {**release(1), "tag": ["compiled"]}}]},
        [{"ocid": "ocds-x-1", "compiledRelease": release(1)}],
        release(1),
        {"releases": [release(1)], "links": None},
    ],
)
def test_packages_of_every_form_are_read(package: Any) -> None:
    assert [entry.id for entry in read(Source("s", "https://o.example", kind="ocds"), package).entries] == [
        "ocds:ocds-x-1#1"
    ]


def test_an_error_in_an_answer_is_told() -> None:
    with pytest.raises(ReadError, match="no releases: Request parameters unknown"):
        read(FTS, {"status": 400, "error": "Bad Request", "message": "Request parameters unknown"})


def test_numbers_with_blanks_and_numbers_beyond_bounds_are_lived_with() -> None:
    body = (
        b'{"releases": [{"ocid": "a", "id": "1", "tag": ["tender"], "tender": {"title": "T", "value": '
        b'{"amount": 12 000, "currency": "GBP"}, "minValue": {"amount": 000, "currency": "GBP"}}},'
        b'{"ocid": "b", "id": "2", "tag": ["tender"], "tender": {"title": "U", "value": {"amount": 1e9999}}}]}'
    )
    first, second = read(FTS, body).entries
    assert first.fields["value"] == {"amount": 12_000.0, "currency": "GBP"}
    assert "value" not in second.fields


def test_utf8_that_is_called_latin1_and_latin1_that_is_not_are_both_read() -> None:
    headers = {"content-type": "application/json; charset=iso-8859-1"}
    package = as_json({"releases": [release(1, tender={"title": "Café £5"})]})
    assert read(FTS, package, headers).entries[0].title == "Café £5"
    assert read(FTS, package.decode().encode("latin-1")).entries[0].title == "Café £5"


def test_a_next_page_on_another_server_is_not_asked_for() -> None:
    for address in ("https://evil.example/x", "http://fts.example/x", "//[", "file:///etc/passwd"):
        assert read(FTS, {"releases": [], "links": {"next": address}}).next is None
    following = read(FTS, {"releases": [], "links": {"next": "/api?cursor=2"}}).next
    assert following is not None
    assert following.url == "https://fts.example/api?cursor=2#"


def test_a_release_without_an_id_keeps_one_by_its_content() -> None:
    bare = {key: value for key, value in release(1).items() if key != "id"}
    assert entry_of(bare).id == entry_of(dict(reversed(bare.items()))).id
    assert entry_of(bare).id != entry_of({**bare, "date": "2026-11-25"}).id


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        (["tender", "award"], "award"), (["awardUpdate", "planning"], "awardUpdate"), (["compiled"], "award"),
        ([], "award"), ("contract", "contract"), (None, "award"), (["unheard-of"], "award"),
    ],
)  # fmt: skip
def test_of_several_tags_the_latest_stage_counts(tags: Any, tag: str) -> None:
    assert tag_of({"tag": tags, "planning": {"x": 1}, "tender": {"title": "t"}, "awards": [{"id": "1"}]}) == tag


def test_the_notice_type_is_that_of_the_last_document_of_the_latest_section() -> None:
    documents = [{"noticeType": "UK3"}, {"noticeType": "UK4"}, {"id": "x"}]
    assert (
        notice_type({"planning": {"documents": [{"noticeType": "UK1"}]}, "tender": {"documents": documents}}) == "UK4"
    )
    assert (
        notice_type({"awards": [{"documents": [{"noticeType": "uk7"}]}], "tender": {"documents": documents}}) == "UK7"
    )
    assert notice_type({"tender": {"documents": None}}) == ""


def test_a_notice_that_asks_the_market_says_so_by_its_kind_of_document() -> None:
    documents = [{"documentType": "marketEngagementNotice", "url": "https://cf.example/Notice/1"}]
    asking = entry_of(release(1, tag=["planning"], planning={"documents": documents}))
    tags = core_tagger().tag(asking.title, "", fields=asking.fields)
    assert [tag.signal for tag in tags] == ["purchasing_plans.market_engagement"]
    assert asking.link == "https://cf.example/Notice/1"
    assert "notice_type" not in entry_of(release(1, planning={"documents": documents})).fields


def test_a_source_keeps_the_buyers_codes_and_stages_that_it_asks_for() -> None:
    rows = [
        release(1, buyer={"id": "GB-1", "name": "Example  Council"}),
        release(2, buyer={"name": "Other"}, tender={"title": "T", "classification": {"id": "72260000"}}),
        release(3, tag=["award"], awards=[{"suppliers": [{"name": "EXAMPLE COUNCIL"}]}]),
    ]

    def kept(**options: Any) -> list[str]:
        page = read(replace(FTS, options=options), {"releases": rows})
        return [entry.fields["release_id"] for entry in page.entries]

    assert kept() == ["1", "2", "3"]
    assert kept(buyer="example council") == kept(buyer=["Example Council"]) == ["1", "3"]
    assert kept(buyer="GB-1") == ["1"]
    assert kept(cpv=["722"]) == ["2"]
    assert kept(stages=["award", "contract"]) == ["3"]


@pytest.mark.parametrize("options", [{"window": 0}, {"window": "x"}, {"back": -1}, {"overlap": 1e9}])
def test_hours_that_are_none_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(LeadlineError, match="is no number of hours"):
        connector("ocds").first(Source("s", "https://o.example", kind="ocds", options=options), FetchState())
