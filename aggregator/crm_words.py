"""What CRMs call columns and stages, and what that is here. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from aggregator.model import STAGES

FIELDS = ("name", "aliases", "domain", "stage", "id")
"""What a column may be; any other word is an identifier (``cik``, ``uei``, …)."""
IGNORED = "-"
"""Said of a column that is not taken."""
_COLUMNS: Mapping[str, str] = {
    alias: name
    for name, aliases in {
        "name": "name accountname account companyname company organizationname organisationname organization "
        "organisation customer clientname client legalname businessname",
        "aliases": "aliases alias alsoknownas tradename tradingname doingbusinessas dba othernames shortname",
        "domain": "domain website websiteurl web url webaddress companydomainname companydomain accountwebsite "
        "homepage",
        "stage": "stage dealstage stagename opportunitystage lifecyclestage salesstage pipelinestage accountstage",
        "crm_id": "accountid recordid companyid organizationid organisationid customerid clientid accountid18 crmid "
        "hubspotid recordidcompany id",
        "ticker": "ticker tickersymbol stocksymbol symbol",
        "cik": "cik ciknumber centralindexkey",
        "uei": "uei uniqueentityid ueisam",
        "lei": "lei legalentityidentifier",
        "company_number": "companynumber companyregistrationnumber registrationnumber companieshousenumber "
        "companynumberuk crn",
        "github_org": "githuborg github githuborganization",
    }.items()
    for alias in aliases.split()
}
_STAGES: Mapping[str, str] = {
    alias: stage
    for stage, aliases in {
        "prospecting": "prospecting prospect new lead newlead leadin subscriber target contactmade open "
        "marketingqualifiedlead mql",
        "qualifying": "qualifying qualification qualified qualifiedtobuy needsanalysis discovery appointmentscheduled "
        "demoscheduled salesqualifiedlead sql iddecisionmakers identifyingdecisionmakers needsdefined",
        "pricing": "pricing pricequote quote quoting quotesent",
        "proposing": "proposing proposal proposalmade proposalsent proposalpricequote",
        "negotiating": "negotiating negotiation negotiations negotiationreview negotiationsstarted",
        "closing": "closing contractsent contract verbalcommit verbalagreement commit legalreview",
        "delivering": "delivering delivery closedwon won implementation onboarding",
        "servicing": "servicing service customer activecustomer evangelist client renewal",
    }.items()
    for alias in aliases.split()
}


def proposed_mapping(header: Sequence[str]) -> dict[str, str]:
    """Column → field, of the columns whose names tell; each field once, the first column that is named for it."""
    found: dict[str, str] = {}
    for name in FIELDS[:4] + tuple(dict.fromkeys(_COLUMNS.values())):
        ranked = [(_rank(column, name), column) for column in header if column not in found]
        best = min((each for each in ranked if each[0] >= 0), default=None, key=lambda each: each[0])
        if best and name not in found.values():
            found[best[1]] = name
    return {column: found[column] for column in header if column in found}


def _rank(column: str, name: str) -> int:
    """How well a column is named for a field, the lower the better; -1 if it is not."""
    aliases = [alias for alias, of in _COLUMNS.items() if of == name]
    plain = _plain(column)
    if plain in aliases:
        return aliases.index(plain)
    tail = _plain(column.rpartition(" - ")[2])  # Pipedrive: "Organization - Name"; a person's name is not the company's
    if tail in aliases and not re.match(r"(?i)(person|contact|owner|deal - (?:title|owner))", column):
        return 100 + aliases.index(tail)
    return -1


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())


def stage_of(written: str) -> str:
    """The stage that a CRM's word for it means, where that is clear; else empty."""
    words = _plain(re.sub(r"\(.*?\)|^\s*\d+[.)\s-]*", "", written))
    return written.lower() if written.lower() in STAGES else _STAGES.get(words, "")
