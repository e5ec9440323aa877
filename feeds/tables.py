"""TOML text in; typed tables out, and every fault with its file, line, key and what to do about it.

Config, packs and rules are all read through here, so that they fail alike: a table is a ``msgspec.Struct``
whose fields are the allowed keys, and all faults of a file are found in one pass.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import tomllib
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from feeds.errors import LeadlineError
from feeds.text import one_line
from feeds.toml_lines import line_index

S = TypeVar("S", bound=msgspec.Struct)

MAX_TOML_BYTES = 5_000_000
"""A larger file is refused: no config or rules file written by people comes near it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file, where it stands, and what to do."""

    file: str
    line: int
    """1 is the first; 0 where no line can be named."""
    key: str
    """Path of the key, like ``prospects[1].stage``."""
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One or two lines: ``file:line: key: message`` and ``hint: …``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{self.key}: " if self.key else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}: {key}{self.message}{hint}"


class TableError(LeadlineError):
    """One or more faults in a TOML file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.faults,))


class Seconds(float):
    """A duration, written ``90s``, ``15m``, ``1h``, ``7d`` or ``2w``; a bare number is seconds."""

    _END: ClassVar = 300 * 365.25 * 86400
    """No duration is as long: a date so far back or ahead must still be a date."""
    _UNITS: ClassVar = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

    @classmethod
    def read(cls, value: object) -> Seconds:
        """Seconds from what a user wrote; ValueError says what is allowed."""
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < cls._END:
            return cls(value)
        match = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]+)?)\s*([smhdw])\s*", value) if isinstance(value, str) else None
        if not match:
            raise ValueError('expected a duration like "30s", "15m", "1h", "7d" or "2w"')
        seconds = float(match[1]) * cls._UNITS[match[2]]
        if seconds >= cls._END:
            raise ValueError("longer than 300 years")
        return cls(seconds)


class Size(int):
    """A size in bytes, written ``500 KB``, ``5 MB`` or ``1 GB`` (powers of ten); a bare number is bytes."""

    _UNITS: ClassVar = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}

    @classmethod
    def read(cls, value: object) -> Size:
        """Bytes from what a user wrote; ValueError says what is allowed."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**13:
            return cls(value)
        match = re.fullmatch(r"\s*([0-9]{1,9})\s*([kmg]?b)\s*", value.lower()) if isinstance(value, str) else None
        if not match:
            raise ValueError('expected a size like "500 KB" or "5 MB"')
        return cls(int(match[1]) * cls._UNITS[match[2]])


def _hook(kind: type, value: object) -> object:
    if kind in (Seconds, Size):
        return kind.read(value)
    raise NotImplementedError(kind)


@dataclass(slots=True)
class Document:
    """A parsed TOML file: its data, and where each key stands."""

    file: str
    data: dict[str, Any]
    text: str = ""
    faults: list[Fault] = field(default_factory=list)
    _lines: Mapping[str, int] | None = None

    @classmethod
    def parse(cls, text: str, file: str) -> Document:
        """Parse TOML; a syntax error is the document's only fault and leaves ``data`` empty."""
        if len(text) > MAX_TOML_BYTES:
            fault = Fault(file, 0, "", f"larger than {MAX_TOML_BYTES // 10**6} MB", "split it")
            return cls(file, {}, "", [fault])
        try:
            return cls(file, tomllib.loads(text), text)
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a plain ValueError
            return cls(file, {}, "", [_syntax_fault(error, text, file)])

    def line(self, key: str) -> int:
        """Line of a key path; of the nearest enclosing table where the key itself was not found; else 0."""
        if self._lines is None:  # only a file with a fault is scanned for where its keys stand
            self._lines = line_index(self.text)
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key[: key.rindex("[")] if key.endswith("]") and "[" in key else key.rpartition(".")[0]
        return 0

    def fault(self, key: str, message: str, hint: str = "") -> None:
        """Note a fault at a key."""
        self.faults.append(Fault(self.file, self.line(key), one_line(key, 200), one_line(message, 500), hint))

    def decode(self, kind: type[S], table: object, at: str = "") -> S | None:
        """A table as a struct of ``kind``; every fault is noted, and None returned if there was any.

        Fields that are structs, or lists or maps of structs, are decoded alike, so that their faults are named too.
        """
        if not isinstance(table, dict):
            self.fault(at, f"expected a table, got {_told(table)}", f"write it as [{at}]" if at else "")
            return None
        if _is_closed(kind):  # the common case, in one call; what is wrong is looked for only where something is
            with contextlib.suppress(msgspec.ValidationError, ValueError, RecursionError):
                return msgspec.convert(table, kind, dec_hook=_hook)
        before = len(self.faults)
        fields = _fields(kind)
        values: dict[str, Any] = {}
        for name, value in table.items():
            key = f"{at}.{name}" if at else name
            if name not in fields:
                self.fault(key, "unknown key", did_you_mean(name, fields))
            else:
                values[fields[name].name] = self._value(fields[name].type, value, key)
        for name, wanted in fields.items():
            if name not in table and wanted.required:
                self.fault(f"{at}.{name}" if at else name, "missing", _meaning(wanted.type))
        return kind(**values) if len(self.faults) == before else None

    def _value(self, kind: Any, value: object, key: str) -> Any:
        struct = _struct_in(kind)
        if struct and get_origin(_bare(kind)) in (list, tuple):
            return self.decode_list(struct, value, key)
        if struct:
            return self.decode(struct, value, key)
        try:
            return msgspec.convert(value, kind, dec_hook=_hook)
        except (msgspec.ValidationError, ValueError) as error:
            message = _plain(str(error).split(" - at ")[0])
            hint = _form(kind) if "matching regex" in str(error) else _allowed_hint(kind, value)
            self.fault(key, f"{message} (it is {_told(value)})", hint)
            return None

    def decode_list(self, kind: type[S], value: object, at: str) -> tuple[S | None, ...]:
        """An array of tables as structs of ``kind``; None stands where one has a fault."""
        if not isinstance(value, list):
            self.fault(at, f"expected a list of tables, got {_told(value)}", f"write each as [[{at}]]")
            return ()
        return tuple(self.decode(kind, each, f"{at}[{number}]") for number, each in enumerate(value))


@lru_cache(maxsize=256)
def _is_closed(kind: type[msgspec.Struct]) -> bool:
    """Whether ``msgspec`` itself refuses unknown keys, in the struct and in those that it holds."""
    within = [_struct_in(each.type) for each in _fields(kind).values()]
    return kind.__struct_config__.forbid_unknown_fields and all(_is_closed(each) for each in within if each)


@lru_cache(maxsize=256)
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {each.encode_name: each for each in msgspec.structs.fields(kind)}


def as_number(value: Any) -> float | int:
    """A duration in seconds or a size in bytes as the plain number that JSON takes; msgspec's ``enc_hook``.

    Raises NotImplementedError for anything else.
    """
    if isinstance(value, Seconds):
        return float(value)
    if isinstance(value, Size):
        return int(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON")


def did_you_mean(word: str, allowed: Mapping[str, object] | Sequence[str]) -> str:
    """A hint that names the nearest allowed word, or all of them."""
    near = difflib.get_close_matches(word.lower(), list(allowed), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else "allowed: " + ", ".join(sorted(allowed))


def _bare(kind: Any) -> Any:
    """A type without ``Annotated`` and without ``| None``."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        rest = [arg for arg in get_args(kind) if arg is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    bare = _bare(kind)
    if get_origin(bare) in (list, tuple):
        bare = _bare(get_args(bare)[0])
    return bare if isinstance(bare, type) and issubclass(bare, msgspec.Struct) else None


def _meta(kind: Any) -> Iterator[msgspec.Meta]:
    if get_origin(kind) is Annotated:
        yield from (meta for meta in get_args(kind)[1:] if isinstance(meta, msgspec.Meta))
        yield from _meta(get_args(kind)[0])


def _meaning(kind: Any) -> str:
    return next((meta.description for meta in _meta(kind) if meta.description), "")


def _form(kind: Any) -> str:
    """What a text must look like that has to match a pattern."""
    named = [meta.description for meta in _meta(kind) if meta.pattern and meta.description]
    inner = [_form(each) for each in get_args(kind) if not isinstance(each, msgspec.Meta)]
    return next(filter(None, [*named, *inner]), "")


def allowed_words(kind: Any) -> tuple[str, ...]:
    """The words that a ``Literal`` type (or a list of them) allows; empty for other types."""
    bare = _bare(kind)
    if get_origin(bare) in (list, tuple):
        bare = _bare(get_args(bare)[0])
    return tuple(str(word) for word in get_args(bare)) if get_origin(bare) is Literal else ()


def _allowed_hint(kind: Any, value: object) -> str:
    words = allowed_words(kind)
    if words and isinstance(value, str):
        return did_you_mean(value, words) + ("" if len(words) > 12 else f" (allowed: {', '.join(words)})")
    return f"allowed: {', '.join(words)}" if words else _meaning(kind)


_WORDS = {
    "`int`": "a whole number", "`float`": "a number", "`str`": "text", "`bool`": "true or false",
    "`array`": "a list", "`object`": "a table", "`null`": "nothing",
}  # fmt: skip


def _plain(message: str) -> str:
    if "matching regex" in message:
        return "not of the allowed form"
    for technical, plain in _WORDS.items():
        message = message.replace(technical, plain)
    message = re.sub(r", got .*", "", message)
    message = re.sub(r"^Invalid enum value .*", "not an allowed word", message)
    return message[:1].lower() + message[1:]


def _told(value: object) -> str:
    """A value as one would read it out: shortened, on one line, safe for a terminal."""
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of very many digits"
    return one_line(repr(value), 60)


def _syntax_fault(error: Exception, text: str, file: str) -> Fault:
    at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line = int(at[1]) if at else text.rstrip("\n").count("\n") + 1 if "end of document" in str(error) else 0
    message = re.sub(r"\s*\(at .*\)$", "", str(error))
    if isinstance(error, RecursionError):
        message = "nested too deeply"
    elif not isinstance(error, tomllib.TOMLDecodeError):
        message = "a number with too many digits"
    return Fault(file, line, "", f"not valid TOML: {one_line(message, 200)}", _syntax_hint(text, line))


def _syntax_hint(text: str, line: int) -> str:
    lines = text.split("\n")
    words = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    if re.match(r"^[\w.-]+\s*=\s*[A-Za-z]", words) and not re.match(r"^[\w.-]+\s*=\s*(true|false|inf|nan)\b", words):
        return 'text values stand in quotes: key = "value"'
    if re.match(r"^[\w.-]+\s*=\s*(#.*)?$", words):
        return "a value is missing: key = value"
    if re.match(r"^[\w.-]+\s*:", words):
        return "TOML writes key = value, not key: value"
    return ""
