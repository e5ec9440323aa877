"""Templates: ``${name}`` in text from packs and config, filled with a prospect's plain values. Pure.

One regular expression replaces a fixed form; no ``str.format``, which would let a pack reach into objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any
from urllib.parse import quote

_PLACE = re.compile(r"\$\{([a-z][a-z0-9_]*(?:\|[a-z][a-z0-9_]*)*)\}")


def names_in(*templates: str) -> tuple[str, ...]:
    """The names that templates need, in order, each once; ``a|b`` where either will do."""
    return tuple(dict.fromkeys(name for each in templates for name in _PLACE.findall(each)))


def missing(names: Iterable[str], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of these names (``a|b`` for either) have no value."""
    return tuple(name for name in names if not _value(name, values))


def fill_url(template: str, values: Mapping[str, Any], keep: Container[str] = ()) -> str:
    """An address with each place filled, percent-encoded whole: a value can add no path, query or host.

    Places named in ``keep`` are left for later. Raises KeyError with the name of a place that has no value.
    """
    return _fill(template, values, _quoted, keep)


def fill_json(template: str, values: Mapping[str, Any], keep: Container[str] = ()) -> str:
    """JSON text with each place filled inside its string; ``keep`` and KeyError as for ``fill_url``."""
    return _fill(template, values, lambda value: json.dumps(value)[1:-1], keep)


def fill_text(template: str, values: Mapping[str, Any], keep: Container[str] = ()) -> str:
    """Plain text, such as a name or a query, with each place filled as it is; ``keep`` and KeyError as before."""
    return _fill(template, values, str, keep)


def _quoted(value: str) -> str:
    """Percent-encoded; a value of dots alone, which would climb the path, counts as missing."""
    if not value.strip("."):
        raise KeyError(value)
    return quote(value, safe="")


def _fill(template: str, values: Mapping[str, Any], encoded: Any, keep: Container[str]) -> str:
    def put(place: re.Match[str]) -> str:
        if place[1] in keep:
            return place[0]
        value = _value(place[1], values)
        if not value:
            raise KeyError(place[1])
        return str(encoded(value))

    return _PLACE.sub(put, template)


def _value(name: str, values: Mapping[str, Any]) -> str:
    return next((str(values[each]) for each in name.split("|") if values.get(each) not in (None, "")), "")
