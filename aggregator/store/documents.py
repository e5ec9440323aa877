"""What of the Store protocol local copies of documents need; their bytes are files beside the database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from aggregator.model import Document


class DocumentStore(Protocol):
    """Keeps what is known of copies: whence, when, and the hash that names the file."""

    def add_document(self, document: Document) -> bool:
        """Enter a copy; False where the same bytes of the same address are already known for the item.

        Raises StoreError for an item that there is not.
        """
        ...

    def documents(self, items: Collection[str]) -> list[Document]:
        """The copies of these items' documents, the earliest first."""
        ...
