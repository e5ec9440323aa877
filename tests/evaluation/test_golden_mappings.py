"""Twenty mappings of JSON APIs with what they must find, on samples that do not ship with leadline.

The folder is named by ``LEADLINE_API_SAMPLES``, or lies beside the project as ``shared/reference/apis/samples``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from feeds.connectors import json_api
from feeds.connectors.records import read_json
from feeds.model import FetchState, Response, Source

USUAL = Path(__file__).parents[3] / "shared" / "reference" / "apis" / "samples"
FOLDER = Path(os.environ.get("LEADLINE_API_SAMPLES", USUAL))
GOLDEN = FOLDER / "generic_json_expected.json"

pytestmark = pytest.mark.skipif(not GOLDEN.is_file(), reason="no samples here")

CASES = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.is_file() else {}


@pytest.mark.parametrize("name", sorted(CASES))
def test_mapping(name: str) -> None:
    """Each finds what it must in the first and the last record, and as many records as there are."""
    mapping: dict[str, Any] = CASES[name]["mapping"]
    response = Response("https://x.example/", 200, {"content-type": "application/json"}, (FOLDER / name).read_bytes())
    rows = json_api.search(mapping["items"], read_json(response))
    assert len(rows) == CASES[name]["count"]
    for which, row in (("first", rows[0]), ("last", rows[-1])):
        found = json_api.mapped(mapping, row)
        for field, expected in CASES[name][which].items():
            cut = len(expected) if isinstance(expected, str) and len(expected) >= 40 else None  # long ones were cut off
            assert (found[field][:cut] if cut else found[field]) == expected, (which, field)

    source = Source("x", "https://x.example/", "json_api", options={"map": mapping})
    request = json_api.first(source, FetchState())
    page = json_api.read(source, Response(**{**_fields(response), "asked": request}))
    assert page.problems == ()
    assert [entry.id for entry in page.entries] == [str(json_api.mapped(mapping, row)["id"]) for row in rows]


def _fields(response: Response) -> dict[str, Any]:
    return {name: getattr(response, name) for name in ("url", "status", "headers", "body")}
