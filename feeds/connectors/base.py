"""What a connector is: the two questions that every source of entries answers."""

from __future__ import annotations

from typing import Protocol

from feeds.model import Entry, FetchState, Page, Request, Response, Source


class Connector(Protocol):
    """Reads one kind of source. It never fetches, waits or remembers: it is two functions of values.

    One poll is a conversation. The poller sends what ``first`` asks for, hands the answer to ``read``, and
    goes on for as long as the page names a ``next`` request. What must last until the next poll (a cursor,
    the time of the newest record) goes out in ``Page.cursor`` and comes back in ``FetchState.cursor``.

    Left to the poller, so that every source is treated alike: conditional requests (``If-None-Match``,
    ``If-Modified-Since``), the source's own headers and their secrets, limits on size, time, redirects and
    addresses, politeness, and everything a status other than 200 means.
    """

    def first(self, source: Source, state: FetchState) -> Request:
        """The request that a poll of this source begins with.

        Raises ``LeadlineError`` if the source lacks an option that the connector needs.
        """
        ...

    def read(self, source: Source, response: Response) -> Page[Entry]:
        """The entries in an answer, whose body is already decoded from any content coding.

        Entries stand in document order; titles are plain text, links absolute, HTML untrusted, times in UTC.
        Faults that could be lived with are named in ``Page.problems``. Raises ``ReadError`` for what cannot
        be read, and nothing else, whatever the bytes are.
        """
        ...
