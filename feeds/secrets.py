"""Secret references in; values out, at the last moment: ``env:NAME``, ``file:PATH``, ``cmd:COMMAND``."""

from __future__ import annotations


def is_reference(value: str) -> bool:
    """Whether the value refers to a secret instead of being one."""
    raise NotImplementedError


def resolve(value: str) -> str:
    """The secret that the value refers to (blocking); any other value as it is. FetchError(kind="secret") never quotes it."""
    raise NotImplementedError
