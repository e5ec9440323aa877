"""What must not be in a pack: keys and tokens, and what only its maker's own prospects and notes say. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from aggregator.model import Prospect
from aggregator.pipeline.names import COMMON_WORDS, folded
from feeds.tables import Fault

_FORMS = (
    (r"-----BEGIN [A-Z ]*PRIVATE KEY", "a private key"),
    (r"\b(?:ghp|gho|ghs|ghu|github_pat|glpat)[_-][A-Za-z0-9_-]{16,}", "a key of GitHub or GitLab"),
    (r"\bsk-[A-Za-z0-9_-]{16,}", "a key of an API"),
    (r"\bxox[abprs]-[A-Za-z0-9-]{10,}", "a token of Slack"),
    (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", "a key of AWS"),
    (r"\bAIza[A-Za-z0-9_-]{30,}", "a key of Google"),
    (r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", "a JSON web token"),
    (r"(?i)\b(?:basic|bearer)\s+[A-Za-z0-9+/=._-]{16,}", "credentials of a request"),
    (r"(?i)[?&](?:api[_-]?key|apikey|key|token|access_token|auth|secret|password|pwd|sig|rss)=(?!\$\{)[^&\s\"']{8,}",
     "a key in an address"),
    (r"(?i)\b(?:password|passwd|secret|api[_-]?key|access[_-]?token)\b\s*[=:]\s*[\"']?(?!\$\{)[^\s\"']{8,}",
     "a password"),
    (r"://[^/\s:@\"']+:[^/\s@\"']+@", "a password in an address"),
)  # fmt: skip
_KNOWN = tuple((re.compile(form), what) for form, what in _FORMS)
_RUN = re.compile(r"[A-Za-z0-9_]{24,}")
"""Letters and digits without a break: words of an address are apart by hyphens and slashes."""
MAX_LEAKS = 20
_HINT = 'name the variable that holds it: key = "SAM_API_KEY"; the rep sets it on his machine'


def secrets_in(texts: Mapping[str, str]) -> Iterator[Fault]:
    """Whatever in a pack's files (name → text) looks like a key, token or password; the value itself is not told."""
    for file, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            what = next((what for form, what in _KNOWN if form.search(line)), "") or _random(line)
            if what:
                yield Fault(file, number, "", f"holds what looks like {what}", _HINT)


def _random(line: str) -> str:
    """Long runs without words in them: as no name and no path is."""
    for run in _RUN.findall(line):
        counts = Counter(run)
        entropy = -sum(n / len(run) * math.log2(n / len(run)) for n in counts.values())
        digits = sum(each.isdigit() for each in run)
        is_hex = re.fullmatch(r"[0-9a-f]{32,}|[0-9A-F]{32,}", run)
        mixed = digits >= 3 and any(map(str.islower, run)) and any(map(str.isupper, run)) and entropy > 3.8
        if (is_hex and 4 < digits < len(run)) or mixed:
            return "a key (a long run of random letters and digits)"
    return ""


def leaks_in(texts: Mapping[str, str], prospects: Iterable[Prospect], notes: Iterable[str] = ()) -> Iterator[Fault]:
    """Where a pack's files name a prospect of its maker, or repeat a line of his notes."""
    wanted: dict[str, str] = {}
    for prospect in prospects:
        for name in (prospect.name, *prospect.aliases, prospect.domain):
            if len(name) >= 4 and _told(name) not in COMMON_WORDS:
                wanted[_told(name)] = "a prospect of yours"
    for note in notes:
        wanted.update({_told(line): "a line of your notes" for line in note.splitlines() if len(line.strip()) >= 16})
    found = 0
    for file, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            told = f" {_told(line)} "
            for words, what in wanted.items():
                if f" {words} " in told and found < MAX_LEAKS:
                    found += 1
                    yield Fault(
                        file, number, "", f"names {what}", "everyone who gets the pack would read it: write another"
                    )


def _told(text: str) -> str:
    """Its words as one compares them."""
    return " ".join(folded(text))
