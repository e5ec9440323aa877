"""For each JSON source of the shelf one record in the shape that its publisher documents, and what must come of it.

Everything in them is made up. Values under ``wanted`` are of the entry or its fields.
"""

from __future__ import annotations

from typing import Any

_TRIAL = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A study of nothing"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "studyFirstPostDateStruct": {"date": "2026-11-20", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2026-11-21", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Verrano Pharma", "class": "INDUSTRY"}},
        "descriptionModule": {"briefSummary": "Whether nothing happens."},
    }
}
_FDA = {
    "meta": {"results": {"total": 1}},
    "results": [
        {
            "recall_number": "Z-0001-2026",
            "recalling_firm": "Verrano Devices",
            "reason_for_recall": "Cracked housing",
            "product_description": "Infusion pump",
            "report_date": "20261120",
            "classification": "Class II",
            "status": "Ongoing",
        }
    ],
}
_RECALL = ({"id": "Z-0001-2026", "title": "Verrano Devices recalls: Cracked housing", "company": "Verrano Devices"},)

ANSWERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "nyc-procurement": (
        [
            {
                "request_id": "20261120001",
                "start_date": "2026-11-20T00:00:00.000",
                "agency_name": "Parks",
                "type_of_notice_description": "Solicitation",
                "category_description": "Construction/Construction Services",
                "short_title": "REPAIR OF BENCHES",
                "section_name": "Procurement",
                "due_date": "2026-12-18T11:00:00.000",
            }
        ],
        {
            "id": "20261120001",
            "title": "Parks: REPAIR OF BENCHES",
            "link": "https://a856-cityrecord.nyc.gov/RequestDetail/20261120001",
            "buyer": "Parks",
            "notice_type": "Solicitation",
            "deadline": "2026-12-18T11:00:00.000",
        },
    ),
    "chicago-contracts": (
        [
            {
                "purchase_order_description": "ROAD SALT",
                "purchase_order_contract_number": "100001",
                "revision_number": "1",
                "approval_date": "2026-11-20T00:00:00.000",
                "end_date": "2029-11-19T00:00:00.000",
                "department": "STREETS",
                "vendor_name": "COPPERFIELD SALT LLC",
                "award_amount": "1200000",
                "contract_pdf": {"url": "https://contracts.example/100001.pdf"},
            }
        ],
        {
            "id": "100001-1",
            "title": "STREETS: ROAD SALT",
            "link": "https://contracts.example/100001.pdf",
            "supplier": "COPPERFIELD SALT LLC",
            "contract_end": "2029-11-19T00:00:00.000",
            "notice_type": "Award Notice",
        },
    ),
    "boamp": (
        {
            "total_count": 1,
            "results": [
                {
                    "idweb": "26-1",
                    "objet": "Entretien des abribus",
                    "nomacheteur": "Commune de Riviere",
                    "dateparution": "2026-11-20",
                    "datelimitereponse": "2026-12-20T12:00:00+00:00",
                    "nature": "APPEL_OFFRE",
                    "nature_libelle": "Avis de marché",
                    "url_avis": "https://www.boamp.fr/avis/detail/26-1",
                }
            ],
        },
        {
            "id": "26-1",
            "title": "Commune de Riviere: Entretien des abribus",
            "buyer": "Commune de Riviere",
            "notice_type": "Contract Notice",
        },
    ),
    "tenderned": (
        {
            "content": [
                {
                    "publicatieId": "1",
                    "publicatieDatum": "2026-11-20",
                    "typePublicatie": {"code": "AGO", "omschrijving": "Aankondiging gegunde opdracht"},
                    "aanbestedingNaam": "Onderhoud bruggen",
                    "opdrachtgeverNaam": "Gemeente Rivier",
                    "sluitingsDatum": None,
                    "link": {"href": "https://www.tenderned.nl/aankondigingen/overzicht/1"},
                    "opdrachtBeschrijving": "Onderhoud van bruggen.",
                }
            ]
        },
        {
            "title": "Gemeente Rivier: Onderhoud bruggen",
            "buyer": "Gemeente Rivier",
            "notice_type": "Contract Award Notice",
            "link": "https://www.tenderned.nl/aankondigingen/overzicht/1",
        },
    ),
    "smartrecruiters": (
        {
            "totalFound": 1,
            "content": [
                {
                    "id": "744000",
                    "name": "Platform Engineer",
                    "releasedDate": "2026-11-20T09:00:00.000Z",
                    "company": {"identifier": "Sample", "name": "Sample Corporation"},
                    "department": {"label": "Engineering"},
                    "location": {"city": "Leeds", "country": "gb"},
                }
            ],
        },
        {
            "id": "744000",
            "title": "Platform Engineer",
            "link": "https://jobs.smartrecruiters.com/Sample/744000",
            "department": "Engineering",
            "job_id": "744000",
        },
    ),
    "workable": (
        {
            "name": "Sample",
            "jobs": [
                {
                    "shortcode": "A1B2",
                    "title": "Buyer",
                    "url": "https://apply.workable.com/j/A1B2",
                    "published_on": "2026-11-20",
                    "department": "Operations",
                    "city": "Leeds",
                }
            ],
        },
        {"id": "A1B2", "title": "Buyer", "link": "https://apply.workable.com/j/A1B2", "job_id": "A1B2"},
    ),
    "recruitee": (
        {
            "offers": [
                {
                    "id": 7,
                    "title": "Planner",
                    "careers_url": "https://sample.recruitee.com/o/planner",
                    "published_at": "2026-11-20 08:00:00 UTC",
                    "department": "Logistics",
                    "location": "Ghent",
                }
            ]
        },
        {"id": "7", "title": "Planner", "department": "Logistics"},
    ),
    "exploited-vulnerabilities": (
        {
            "title": "Catalog",
            "vulnerabilities": [
                {
                    "cveID": "CVE-2026-0001",
                    "vendorProject": "Verrano",
                    "product": "Gateway",
                    "vulnerabilityName": "Verrano Gateway Command Injection",
                    "dateAdded": "2026-11-20",
                    "shortDescription": "It runs what it is told.",
                    "dueDate": "2026-12-11",
                }
            ],
        },
        {
            "id": "CVE-2026-0001",
            "title": "CVE-2026-0001 Verrano Gateway Command Injection",
            "company": "Verrano",
            "deadline": "2026-12-11",
        },
    ),
    "clinical-trials": (
        {"studies": [_TRIAL]},
        {
            "id": "NCT00000001",
            "title": "Verrano Pharma: A study of nothing",
            "link": "https://clinicaltrials.gov/study/NCT00000001",
            "company": "Verrano Pharma",
        },
    ),
    "fda-device-recalls": (_FDA, *_RECALL),
    "fda-drug-recalls": (_FDA, *_RECALL),
    "cpsc-recalls": (
        [
            {
                "RecallID": 10001,
                "RecallNumber": "27001",
                "RecallDate": "2026-11-20T00:00:00",
                "Title": "Verrano Recalls Kettles",
                "Description": "This recall involves kettles.",
                "URL": "https://www.cpsc.gov/Recalls/2027/kettles",
                "Manufacturers": [{"Name": "Verrano Home", "CompanyID": ""}],
            }
        ],
        {"id": "10001", "title": "Verrano Recalls Kettles", "company": "Verrano Home"},
    ),
    "nsf-awards": (
        {
            "response": {
                "award": [
                    {
                        "id": "2600001",
                        "title": "Nothing in particular",
                        "awardeeName": "University of Riverside",
                        "date": "11/20/2026",
                        "startDate": "01/01/2027",
                        "expDate": "12/31/2029",
                        "fundsObligatedAmt": "450000",
                    }
                ]
            }
        },
        {
            "id": "2600001",
            "title": "University of Riverside: Nothing in particular",
            "recipient": "University of Riverside",
            "project_end": "12/31/2029",
        },
    ),
    "nih-awards": (
        {
            "meta": {"total": 1},
            "results": [
                {
                    "appl_id": 1,
                    "project_num": "1R01XX000001-01",
                    "project_title": "Nothing and health",
                    "organization": {"org_name": "UNIVERSITY OF RIVERSIDE"},
                    "award_amount": 500000,
                    "award_notice_date": "2026-11-20T00:00:00",
                    "project_end_date": "2031-10-31T00:00:00",
                    "agency_ic_admin": {"code": "XX", "name": "Institute of Nothing"},
                    "project_detail_url": "https://reporter.nih.gov/project-details/1",
                }
            ],
        },
        {
            "id": "1",
            "title": "UNIVERSITY OF RIVERSIDE: Nothing and health",
            "recipient": "UNIVERSITY OF RIVERSIDE",
            "agency": "Institute of Nothing",
        },
    ),
}
