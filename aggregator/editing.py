"""Edits of the user's own files: comments kept, checked before they are written, whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aggregator.errors import LeadlineError
from aggregator.whole_file import writing
from feeds.toml_lines import line_index

Table = dict[str, Any]
BY_HAND = "edit the file by hand; it was left as it is"


@dataclass(frozen=True, slots=True)
class Edited:
    """A file that was rewritten, or would be."""

    path: Path
    before: str
    after: str


# Texts in, texts out


def table_text(kind: str, table: Mapping[str, Any]) -> str:
    """A table as a config writes it: ``[[kind]]`` and a line for each key."""
    import tomlkit

    return f"[[{kind}]]\n" + "".join(f"{tomlkit.key(key).as_string()} = {value_text(table[key])}\n" for key in table)


def value_text(value: Any) -> str:
    """One value as TOML writes it on one line."""
    import tomlkit

    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update(value)
        return str(inline.as_string())
    return str(tomlkit.item(value).as_string())


def with_table(text: str, kind: str, table: Mapping[str, Any]) -> str:
    """The text with one more ``[[kind]]`` at its end."""
    data = _data(text)
    data.setdefault(kind, []).append(_plain(table))
    joint = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return _proved(f"{text}{joint}{table_text(kind, table)}", data)


def with_changes(text: str, kind: str, number: int, changes: Mapping[str, Any]) -> str:
    """The text with keys of its table of that number set, or taken out where the value is None."""
    import tomlkit

    data = _data(text)
    _change(data[kind][number], changes)
    lines, start, end = _span(text, kind, number)
    piece = tomlkit.parse("".join(lines[start:end]))
    found: Any = piece[kind]
    for key, value in changes.items():
        if value is None:
            found[0].pop(key, None)
        elif key not in found[0]:  # behind the header: at the end it might be taken for a comment's or another table's
            at = next(n for n, line in enumerate(lines[start:end]) if line.lstrip().startswith("[[")) + 1
            written = _lines(piece.as_string())
            written.insert(at, f"{tomlkit.key(key).as_string()} = {value_text(value)}\n")
            piece = tomlkit.parse("".join(written))
            found = piece[kind]
        elif isinstance(value, Mapping) and isinstance(found[0][key], Mapping):
            _refill(found[0][key], value)
        else:
            found[0][key] = tomlkit.parse(f"x = {value_text(value)}")["x"]
    return _proved("".join([*lines[:start], piece.as_string(), *lines[end:]]), data)


def _refill(table: Any, value: Mapping[str, Any]) -> None:
    """Make a table that stands in a document equal to ``value``, in the form in which it is written there."""
    for key in [key for key in table if key not in value]:
        del table[key]
    for key, each in value.items():
        if table.get(key) != each:
            table[key] = each


def without_table(text: str, kind: str, number: int) -> str:
    """The text without its table of that number; what stands behind it, comments too, stays."""
    data = _data(text)
    del data[kind][number]
    if not data[kind]:
        del data[kind]
    lines, start, end = _own_span(text, kind, number)
    while end < len(lines) and not lines[end].strip():
        end += 1
    return _proved("".join([*lines[:start], *lines[end:]]), data)


def written_table(text: str, kind: str, number: int) -> str:
    """The table of that number as it stands there, with the comments in it: what ``without_table`` takes out."""
    lines, start, end = _own_span(text, kind, number)
    return "".join(lines[start:end])


def with_setting(text: str, key: str, value: Any) -> str:
    """The text with one setting at its top set; a commented default of it is replaced."""
    import tomlkit

    data = _data(text)
    there = key in data
    data[key] = _plain(value)
    line = f"{key} = {value_text(value)}\n"
    lines = _lines(text)
    headers = (n - 1 for n in line_index(text).values() if _is_header(lines, n))
    first = min(headers, default=len(lines))
    if there:
        head = tomlkit.parse("".join(lines[:first]))
        head[key] = tomlkit.parse(line)[key]
        return _proved("".join([head.as_string(), *lines[first:]]), data)
    default = next((n for n, each in enumerate(lines[:first]) if each.startswith((f"#{key} =", f"# {key} ="))), None)
    if default is not None:
        lines[default] = line
        return _proved("".join(lines), data)
    top = next((n for n, each in enumerate(lines) if each.strip() and not each.lstrip().startswith("#")), len(lines))
    return _proved("".join([*lines[:top], line, *lines[top:]]), data)


def _lines(text: str) -> list[str]:
    """Lines as TOML has them; ``splitlines`` knows more ends than that."""
    return list(io.StringIO(text, newline="\n"))


def _is_header(lines: list[str], number: int) -> bool:
    return lines[number - 1].lstrip().startswith("[")


def _span(text: str, kind: str, number: int) -> tuple[list[str], int, int]:
    """The lines of a text, and from where to where its table of that number stands, subtables included."""
    lines = _lines(text)
    index = line_index(text)
    own = f"{kind}[{number}]"
    if own not in index:
        raise LeadlineError(f"cannot tell where {own} stands in the config", hint=BY_HAND)
    others = [
        line - 1
        for path, line in index.items()
        if line > index[own] and path != own and not path.startswith(f"{own}.") and _is_header(lines, line)
    ]
    return lines, index[own] - 1, min(others, default=len(lines))


def _own_span(text: str, kind: str, number: int) -> tuple[list[str], int, int]:
    """As ``_span``, without what stands behind the table's last line: that is the next one's."""
    lines, start, end = _span(text, kind, number)
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return lines, start, end


def _change(table: Table, changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = _plain(value)


def _data(text: str) -> Table:
    return deepcopy(tomllib.loads(text))


def _plain(value: Any) -> Any:
    """A value as reading it back gives it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _proved(text: str, data: Table) -> str:
    """The text, if it says what it should and nothing else. Raises LeadlineError where it does not."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        said = {}
    if said != data:
        raise LeadlineError("the config is written in a way that cannot be edited safely", hint=BY_HAND)
    return text


# Files


def rewrite(
    path: Path, change: Callable[[str], str], check: Callable[[str], object], *, dry_run: bool = False
) -> Edited:
    """Change a UTF-8 text file; ``check`` raises for a new text that may not be.

    Whatever goes wrong, the former file stays. Line ends and a byte order mark stay as they are; another leadline that
    edits it meanwhile waits.
    """
    path = path.resolve()
    with alone(path.parent):
        try:
            raw = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise LeadlineError(f"{path} cannot be read: {reason}") from None
        mark, before = ("\ufeff", raw[1:]) if raw.startswith("\ufeff") else ("", raw)
        crlf = "\r\n" in before
        after = change(before.replace("\r\n", "\n"))
        check(after)
        written = mark + (after.replace("\n", "\r\n") if crlf else after)
        if not dry_run and written != raw:
            with writing(path, private=not path.stat().st_mode & 0o077) as file:
                os.chmod(file.fileno(), path.stat().st_mode & 0o777)
                file.write(written)
    return Edited(path, before, after)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else edits files of a folder meanwhile, where the system can see to that."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise LeadlineError(f"{folder} cannot be read: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
