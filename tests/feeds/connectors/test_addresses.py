"""Addresses as a browser shows them → kind and options; what is none of ours stays unknown, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.connectors import KINDS, connector
from feeds.connectors.addresses import recognized


@pytest.mark.parametrize(
    ("address", "kind", "options"),
    [
        ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=1234567&type=10-K", "sec_submissions",
         {"cik": "0001234567"}),
        ("https://www.sec.gov/edgar/browse/?CIK=0001234567", "sec_submissions", {"cik": "0001234567"}),
        ("https://data.sec.gov/submissions/CIK0001234567.json", "sec_submissions", {"cik": "0001234567"}),
        ("https://www.sec.gov/Archives/edgar/data/1234567/000123/x.htm", "sec_submissions", {"cik": "0001234567"}),
        ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=8-K", "sec_atom", {"forms": "8-K"}),
        ("https://www.sec.gov/edgar/search/#/q=%22canal%20pumps%22&dateRange=1y", "sec_full_text",
         {"query": '"canal pumps"'}),
        ("CIK1234567", "sec_submissions", {"cik": "0001234567"}),
        ("https://boards.greenhouse.io/brightwater/jobs/77", "greenhouse", {"board": "brightwater"}),
        ("job-boards.greenhouse.io/brightwater", "greenhouse", {"board": "brightwater"}),
        ("https://boards.greenhouse.io/embed/job_board?for=brightwater", "greenhouse", {"board": "brightwater"}),
        ("https://jobs.lever.co/brightwater/abc-def", "lever", {"board": "brightwater"}),
        ("https://jobs.ashbyhq.com/Bright%20Water", "ashby", {"board": "Bright Water"}),
        ("https://github.com/brightwater", "github", {"github_org": "brightwater"}),
        ("https://github.com/brightwater/pumps/issues?q=is%3Aopen", "github_releases",
         {"repository": "brightwater/pumps"}),
        ("https://bsky.app/profile/brightwater.example", "bluesky", {"bluesky": "brightwater.example"}),
        ("https://mastodon.example/@brightwater", "mastodon", {"mastodon": "brightwater@mastodon.example"}),
        ("@brightwater@mastodon.example", "mastodon", {"mastodon": "brightwater@mastodon.example"}),
        ("https://find-and-update.company-information.service.gov.uk/company/01234567/filing-history",
         "companies_house", {"company_number": "01234567"}),
        ("SC123456", "companies_house", {"company_number": "SC123456"}),
        ("https://www.find-tender.service.gov.uk/Search/Results", "uk_find_a_tender", {}),
        ("https://www.contractsfinder.service.gov.uk/Search", "uk_contracts_finder", {}),
        ("https://ted.europa.eu/en/browse-by-place-of-performance", "ted", {}),
        ("https://sam.gov/search/?index=opp", "sam_opportunities", {}),
        ("https://www.usaspending.gov/recipient/abc/latest", "usaspending", {}),
        ("https://www.federalregister.gov/agencies/veterans-affairs-department", "federal_register",
         {"agency": "veterans-affairs-department"}),
        ("https://www.federalregister.gov/documents/search?conditions%5Bterm%5D=canal+pumps", "federal_register",
         {"term": "canal pumps"}),
        ("https://www.regulations.gov/docket/FAR-2026-0001", "regulations_gov", {"docket": "FAR-2026-0001"}),
        ("https://news.google.com/search?q=brightwater&hl=en", "google_news", {"query": "brightwater"}),
        ("https://www.prnewswire.com/rss/news-releases-list.rss", "press_wire", {}),
    ],
)  # fmt: skip
def test_an_address_is_recognised(address: str, kind: str, options: dict[str, str]) -> None:
    found = recognized(address)

    assert found is not None
    assert (found.kind, dict(found.options)) == (kind, options)
    about = connector(kind).ABOUT
    takes = {each for names in (*about.needs, *about.takes) for each in names.split("|")}
    assert set(options) <= takes
    assert about.url or found.url


def test_the_european_site_of_lever_has_an_address_of_its_own() -> None:
    found = recognized("https://jobs.eu.lever.co/brightwater")

    assert found is not None
    assert found.url == "https://api.eu.lever.co/v0/postings/brightwater?mode=json"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@brightwater", "https://old.reddit.com/r/pumps", "https://acme.example/news",
        "https://www.sec.gov/", "ftp://github.com/acme", "acme", "", "https://[", "https://medium.com/@acme",
        "https://www.grants.gov/rss/GG_NewOppByAgency.xml",
        "https://github.com/", "https://boards.greenhouse.io/embed",
    ],
)  # fmt: skip
def test_what_is_none_of_these_stays_unknown(address: str) -> None:
    assert recognized(address) is None


@given(st.text(max_size=60) | st.from_regex(r"https://(github\.com|www\.sec\.gov|bsky\.app)/[^\n]{0,40}"))
def test_whatever_is_typed_a_kind_or_nothing_comes_out(address: str) -> None:
    found = recognized(address)

    assert found is None or found.kind in KINDS
