"""The registry of connectors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from feeds.connectors import KINDS, connector
from feeds.errors import LeadlineError
from feeds.model import FetchState, Source


def test_every_kind_has_a_connector_that_answers() -> None:
    for kind in KINDS:
        found = connector(kind)
        assert callable(found.first)
        assert callable(found.read)


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(LeadlineError, match="kind 'fed'") as caught:
        connector("fed")
    assert "feed" in caught.value.hint


def test_a_connector_is_loaded_when_asked_for() -> None:
    code = "import sys, feeds.connectors; sys.exit('feeds.parsing' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_naming_every_connector_loads_no_parser_and_no_client() -> None:
    """Each command reads the config, which asks connectors what they need."""
    code = (
        "import sys; from feeds.connectors import KINDS, connector; [connector(k) for k in KINDS if k != 'feed'];"
        "sys.exit(bool({'feeds.parsing', 'feedparser', 'httpx', 'sqlite3'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_registry_is_in_order() -> None:
    assert list(KINDS) == sorted(KINDS)


def test_a_feed_is_asked_at_its_address() -> None:
    """Where it moved to is the poller's to say, for every kind alike."""
    source = Source("s", "https://example.com/feed", allow_private=("10.0.0.0/8",))
    request = connector("feed").first(source, FetchState())
    assert (request.url, request.method) == ("https://example.com/feed", "GET")
    assert request.allow_private == ("10.0.0.0/8",)
    assert "atom" in dict(request.headers)["Accept"]
