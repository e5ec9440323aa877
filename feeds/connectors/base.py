"""What a connector is: it says which request to send and reads the answer, and never fetches."""

from __future__ import annotations

from typing import Protocol

from feeds.model import Entry, FetchState, Page, Request, Response, Source


class Connector(Protocol):
    """Reads one kind of source. Pure: no socket, no clock, no file; so it is tested with saved bytes.

    Validators (``If-None-Match`` …), the source's own headers and its networks are added by ``feeds.poll``; a connector
    says only what is peculiar to its kind.
    """

    def first(self, source: Source, state: FetchState) -> Request:
        """The request that asks for what is new. Raises LeadlineError where the source lacks what it needs."""
        ...

    def read(self, source: Source, response: Response) -> Page[Entry]:
        """The entries of a readable answer (status 200), and the next request where there are more pages.

        Raises ReadError for what is no document of this kind.
        """
        ...
