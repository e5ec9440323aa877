"""The checklist: qualifying questions from a pack's ``checklist.toml``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from aggregator.dossier.nouns import Question
from feeds.tables import Document, TableError


class QuestionTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One qualifying question that news of a content type or signal gives reason to ask."""

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    type: str
    question: Annotated[str, Meta(min_length=1, max_length=300)]
    why: Annotated[str, Meta(max_length=1000)] = ""


class ChecklistFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``checklist.toml``: qualifying questions."""

    questions: list[QuestionTable] = []


def read_checklist(text: str, file: str, pack: str) -> tuple[Question, ...]:
    """The questions in a checklist. Raises TableError for a faulty one."""
    document = Document.parse(text, file)
    read = document.decode(ChecklistFile, document.data)
    if document.faults:
        raise TableError(document.faults)
    return tuple(Question(q.id, q.type, q.question, q.why, pack) for q in read.questions) if read else ()
