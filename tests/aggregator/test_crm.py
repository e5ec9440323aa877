"""CRM exports: whatever encoding and headers, doubles and bad rows by line, good rows kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.crm import host_of, import_rows, read_export
from aggregator.crm_words import proposed_mapping, stage_of
from aggregator.errors import LeadlineError
from aggregator.model import STAGES, Prospect


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        ("Account Name,Account Owner,Website,Billing Country,Ticker Symbol,Account ID,Phone",
         {"Account Name": "name", "Website": "domain", "Ticker Symbol": "ticker", "Account ID": "crm_id"}),
        ("Record ID,Company name,Company Domain Name,Lifecycle Stage,City",
         {"Record ID": "crm_id", "Company name": "name", "Company Domain Name": "domain", "Lifecycle Stage": "stage"}),
        ("Organization - ID,Organization - Name,Person - Name,Deal - Title,Deal - Stage,Organization - Website",
         {"Organization - ID": "crm_id", "Organization - Name": "name", "Deal - Stage": "stage",
          "Organization - Website": "domain"}),
        ("First Name,Last Name,Email,Company", {"Company": "name"}),
        ("Opportunity,Amount,Close Date", {}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(header: str, mapping: dict[str, str]) -> None:
    assert proposed_mapping(header.split(",")) == mapping


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        ("Proposal/Price Quote", "proposing"), ("Negotiation/Review", "negotiating"), ("Closed Won", "delivering"),
        ("2 - Qualified To Buy", "qualifying"), ("Contract Sent", "closing"), ("Lead In", "prospecting"),
        ("Servicing", "servicing"), ("marketingqualifiedlead", "prospecting"), ("Closed Lost", ""), ("Perception", ""),
    ],
)  # fmt: skip
def test_only_a_clear_stage_is_taken(written: str, stage: str) -> None:
    assert stage_of(written) == stage
    assert stage in ("", *STAGES)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://www.Acme.example/about?x", "acme.example"), ("jo@acme.example", "acme.example"),
        ("acme.example", "acme.example"), ("acme", ""), ("n/a", ""), ("http://[", ""),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)  # fmt: skip
def test_a_domain_is_taken_out_of_what_people_write(written: str, host: str) -> None:
    assert host_of(written) == host


ROWS = "Account Name{0}Website\nÄrger GmbH{0}aerger.example\nAcme{0}acme.example\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found_out(encoding: str, sign: str) -> None:
    export = read_export(ROWS.format(sign).encode(encoding))

    assert (export.header, export.delimiter) == (("Account Name", "Website"), sign)
    assert export.rows[0] == (2, ("Ärger GmbH", "aerger.example"))


def test_excels_own_first_line_is_heeded_and_counted() -> None:
    export = read_export(b"sep=;\r\nName;Website\r\nAcme, Inc;acme.example\r\n")

    assert export.rows == ((3, ("Acme, Inc", "acme.example")),)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"Name\n", b"\x00" * 50])
def test_what_holds_no_rows_is_refused(raw: bytes) -> None:
    with pytest.raises(LeadlineError):
        read_export(raw)


TEXT = (
    "Name,Website,Stage,Id\n"
    "Acme Ltd,acme.example,Closed Won,1\n"
    ",none.example,,2\n"
    "Acme Limited,,Lead In,3\n"
    'Beta,www.acme.example,"New\nLead",4\n'
    "Known Corp,,Contract Sent,5\n"
    "Gamma,x,Odd,6,7,8\n"
    "Delta,not here,Odd,9\n"
)
MAPPING = {"Name": "name", "Website": "domain", "Stage": "stage", "Id": "crm_id"}
KNOWN = Prospect("known", "Known Corporation", domain="known.example", identifiers={"crm_id": "4"})


def test_doubles_and_bad_rows_are_told_by_line_and_good_rows_kept() -> None:
    done = import_rows(read_export(TEXT.encode()), MAPPING, [KNOWN])

    assert [(each["id"], each.get("domain"), each.get("stage")) for each in done.new] == [
        ("acme-ltd", "acme.example", "delivering"),
        ("delta", None, None),
    ]
    assert done.doubles == [
        (4, "Acme Limited: same name as line 2"),
        (5, "Beta: same domain as line 2"),
        (7, "Known Corp: same name as prospect known"),
    ]
    assert [line for line, _ in done.bad] == [3, 8]
    assert [line for line, _ in done.doubtful] == [9]
    assert dict(done.stages) == {"Odd": 1}


def test_an_update_changes_only_what_the_file_says_otherwise() -> None:
    text = "Name,Website,Stage,Id\nKnown Corp,,Contract Sent,5\nKnown Corp,,Lead In,6\n"
    done = import_rows(read_export(text.encode()), MAPPING, [KNOWN], update=True)

    assert done.changed == {"known": {"stage": "closing", "ids": {"crm_id": "5"}}}
    assert done.doubles == [(3, "Known Corp: same name as line 2")]
    again = import_rows(
        read_export(text.encode()), MAPPING,
        [Prospect("known", "Known Corp", stage="closing", domain="known.example", identifiers={"crm_id": "5"})],
        update=True,
    )  # fmt: skip
    assert (again.changed, again.same) == ({}, 1)


def test_a_mail_hosters_domain_makes_no_doubles() -> None:
    done = import_rows(read_export(b"Name,Website\nAcme,gmail.com\nBeta,gmail.com\n"), MAPPING, [])

    assert [each["name"] for each in done.new] == ["Acme", "Beta"]


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"Name,Website,Stage\n{text}".encode()))
def test_whatever_the_file_holds_only_our_errors_come_out(raw: bytes) -> None:
    try:
        export = read_export(raw)
    except LeadlineError:
        return
    done = import_rows(export, {**proposed_mapping(export.header), export.header[0]: "name"}, [KNOWN])
    assert len(done.new) + len(done.doubles) + len(done.bad) == len(export.rows)
    assert len({each["id"] for each in done.new}) == len(done.new)
