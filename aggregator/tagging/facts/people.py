"""People with their posts in text: who takes one, leaves one, holds one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ahocorasick_rs import AhoCorasick

from aggregator.model import Fact
from feeds.text.quickly import lowered

_UPPER = "".join(letter for letter in map(chr, range(0x250)) if letter.isupper())
_PART = rf"(?:[{_UPPER}]['\u2019])?[{_UPPER}][^\W\d_]{{1,20}}(?:[-'\u2019][{_UPPER}]?[^\W\d_]{{1,20}})?"
_LETTERED = re.compile(r"C[A-Z]{1,3}O\b|CISO\b")
_JOINT = r"(?:d[aeiou]s?|van|von|der|den|la|le|el|bin|al|ter|ten)"
_NAME = rf"(?P<name>{_PART}(?: [{_UPPER}]\.)?(?: {_JOINT}){{0,2}}(?: {_PART}){{1,2}})"

_OF = r"(?:(?: |, )(?:of|for) (?:the )?[\w&]{2,20}(?: (?:and|&) [\w&]{2,20})?)?"
_AREA = r"[\w&]{2,20}(?:(?: and | & | )[\w&]{2,20}){0,3}"
_CHIEFS = "economist|scientist|engineer|architect"
_AREAS_OF_CHIEFS = "finance technology marketing security operations procurement sales legal data".split()
_OF_WHAT = "|".join(f"(?<={area} )" for area in _AREAS_OF_CHIEFS)
_ROLE = re.compile(
    r"\b(?:(?:interim|acting|deputy|group|global|co-|executive|senior|founding|non-executive|independent|first) ?){0,2}"
    rf"(?:chief (?:{_AREA} )?officer|chief of staff|chief executive|chief (?:{_CHIEFS})"
    rf"|(?:{'|'.join(_AREAS_OF_CHIEFS)}) chief"
    r"|(?-i:C[A-Z]{1,3}O|CISO)"
    r"|(?:managing|finance|financial|commercial|sales|marketing|operations|technical|medical|it|hr|people|procurement|purchasing"
    rf"|country|regional|executive) director|director(?: general|(?: of {_AREA})?)"
    rf"|(?:vice[ -]president|vp|svp|evp){_OF}|president|chair(?:man|woman|person)?(?: of the board)?|head of {_AREA}"
    r"|general counsel|treasurer|company secretary|board member|general manager|superintendent|commissioner)\b",
    re.IGNORECASE,
)
_SIGNS_OF_POSTS = {
    sign: re.compile(pattern)
    for sign, pattern in {
        "chief": rf"chief (?:(?:{_AREA} )?officer|of staff|executive|{_CHIEFS})|(?:{_OF_WHAT})chief\b",
        "chair": r"chair(?:man|woman|person)?\b",
        "secretary": r"(?<=company )secretary\b",
        "head of": r"head of \w",
        **{
            sign: rf"{sign}\b"
            for sign in (
                *("director", "president", "counsel", "treasurer", "vp", "board member", "general manager"),
                *("superintendent", "commissioner"),
            )
        },
    }.items()
}
"""One of these stands in every post's title, in small letters, and as the pattern beside it wants it: both are found
far faster than the pattern of all posts tries every character."""
_FINDER = AhoCorasick(list(_SIGNS_OF_POSTS))
_CHECKS = list(_SIGNS_OF_POSTS.values())
_ANY_NAME = re.compile(rf" (?<=[\w] )[{_UPPER}]")
"""A capital behind a word, as in every name; patterns of whole names, tried everywhere, take ten times as long."""
_STOPS = re.compile(
    r" (?i:(?:at|to|from|in|with|who|will|as|on|after|by|is|has|was|effective|and (?:a|the|its))\b)"
    rf"| (?i:and) (?={_PART} (?:[^\s]{{1,20}} )?{_PART} (?i:as|to)\b)"
)

_TAKES = (
    r"(?i:appoint(?:s|ed|ing)?|names|named|naming|hires?|hired|hiring(?: of)?|promotes|promoted|elects|elected"
    r"|taps|tapped|welcomes|recruits|recruited|nominates|nominated|selects|selected|picks|chooses|chosen"
    r"|brings (?:in|on)|brought (?:in|on)"
    r"|(?:appointment|promotion|election|arrival) of)"
)
_OWN = r"(?i:(?: (?:its|their|our|the|a|an|his|her|new|next|first|first-ever|permanent|global|group|former)){0,4})"
_JOINED = (
    r"(?i:(?: (?:has|have|had|was|is|will|to|be|been)){0,3} (?:appointed|named|promoted|elected|hired|selected"
    r"|joins?|joined|takes? over|took over|becomes?|became|returns?|assumes?|assumed"
    r"|succeed(?:s|ed|ing)? [\w' -]{3,40}))"
)
_AS = r"(?i:(?: (?:as|to|to be|to serve as|to the (?:role|position|post) of)|,))?"
_WORD = r"(?: [\w.&'\u2019-]{1,24})"
_TAKEN_BEFORE = re.compile(rf"\b{_TAKES} {_NAME}(?:, [^,.;]{{1,60}},)?{_AS}{_OWN} ?$")
_JOINED_BEFORE = re.compile(rf"\b{_NAME}{_JOINED}{_WORD}{{0,5}}?(?i:(?: (?:as|to|to be))?){_OWN} ?$")
_GOES = (
    r"(?i:(?: (?:will|to|is|has|set|plans|planning|due)){0,3} (?:(?:steps?|stepped|stepping) (?:down|aside)"
    r"|resign(?:s|ed|ing)?|retir(?:es?|ed|ing)|leav(?:es?|ing)|left|depart(?:s|ed|ing)?|exits?|quits?"
    r"|not (?:stand|run|seek)))"
)
_GONE_BEFORE = re.compile(rf"\b{_NAME}{_GOES}{_WORD}{{0,4}}?(?i: (?:as|from)){_OWN} ?$")
_LOST_BEFORE = re.compile(
    rf"(?i:\b(?:departure|resignation|retirement|exit|removal|dismissal|ouster) of) {_NAME},?(?i: (?:as|from)){_OWN} ?$"
)
_NEW_BEFORE = re.compile(rf"\b{_NAME}(?i:,? (?:is|as|becomes)(?: (?:the|its|their|our))? (?:new|next|incoming)) $")
_FORMER_BEFORE = re.compile(r"(?i:\b(?:former|ex)[ -](?:[\w.&'\u2019-]{1,24} ){0,2})$")
_HELD_BEFORE = re.compile(rf"\b{_NAME}, (?:[\w.&'\u2019-]{{1,24}} ){{0,3}}$")
_TAKES_POST = re.compile(rf"\b{_TAKES}(?: [\w.&'\u2019-]{{1,24}}){{0,2}}?{_OWN} $")
_LOSES = re.compile(
    r"(?i:\b(?:ousts?|ousted|dismiss(?:es|ed)?|fires?|fired|sacks?|sacked|removes?|removed)"
    r" |\b(?:parts|parted) (?:ways|company) with )"
    r"(?i:(?:its |their |the )?)$"
    r"|(?i:\b(?:departure|resignation|retirement|exit|loss) of )(?:[\w.&'\u2019-]{1,24} ){0,3}$"
)
_BEFORE = (
    (_TAKEN_BEFORE, "joins"),
    (_JOINED_BEFORE, "joins"),
    (_NEW_BEFORE, "joins"),
    (_GONE_BEFORE, "leaves"),
    (_LOST_BEFORE, "leaves"),
)
_HONORIFIC = re.compile(
    r"(?:Sir|Dame|C[A-Z]{1,3}O|[SE]?VP|Lord|Lady|Dr|Prof|Professor|Mr|Mrs|Ms|Judge|Rev)\.? (?=\w+ \w)"
)
_NAMED_AFTER = re.compile(rf" {_NAME}(?![\w])")
_COMES_AFTER = re.compile(
    r",?(?i: (?:will |to |is to )?(?:starts?|joins?|takes? (?:over|office|up)|begins?|arrives?)\b)(?! (?:said|says))"
)
_GOES_AFTER = re.compile(rf",?{_GOES}\b(?! (?:the|a|an|it|him|her|them)\b)")

_NOT_NAMES_TEXT = """
a an the and or of in on at to for from by with as is are was has have will says said say sees warns steps
stepping step leaves leave resigns resign retires retire joins join quits exits departs named names appointed
appoints hires hired tells told calls urges backs buys sells wins announces unveils launches talks new former
interim acting deputy chief officer executive director president chairman chair chairwoman head vice general
counsel board group global inc ltd plc corp company bank university college council department ministry hospital
institute association foundation states united kingdom north south east west january february march april may
june july august september october november december monday tuesday wednesday thursday friday saturday sunday
after amid over under this that its his her their our who what why how succession transition search role pay
business services technology finance financial strategy digital information security marketing sales operations
product systems solutions handling logistics energy capital partners holdings
"""
_NOT_NAMES = frozenset(_NOT_NAMES_TEXT.split())
_REACH = 150
MAX_ROLES = 40
"""Posts in a text that are looked at."""


def people(text: str, where: str) -> Iterator[Fact]:
    """Every person whose post is told beside the name."""
    ends = 0
    for role in islice(_roles(text), MAX_ROLES):
        end = _role_end(role)
        found = _person(text, role.start(), end, ends)
        if found:
            kind, name, start, stop = found
            ends = stop
            yield Fact(kind, text[start:stop], where, start, stop, person=name, role=text[role.start() : end].strip())


def _roles(text: str) -> Iterator[re.Match[str]]:
    """Every post's title in a text with any name, looked for only around the words of which one stands in each."""
    folded = lowered(text)
    if len(folded) != len(text):
        folded = text
    try:
        signs = _FINDER.find_matches_as_indexes(folded, overlapping=True)
    except UnicodeEncodeError:  # a lone half of a pair can be in no pattern's text
        signs = _FINDER.find_matches_as_indexes(folded.encode("utf-8", "replace").decode("utf-8"), overlapping=True)
    places = [place for sign, place, _ in signs if _CHECKS[sign].match(folded, place)]
    if "O" in text:
        places = sorted({*places, *(hit.start() for hit in _LETTERED.finditer(text))})
    if not places or not _ANY_NAME.search(text):
        return
    done = 0
    for place in places:
        if place < done:
            continue
        for role in _ROLE.finditer(text, max(done, place - 45), place + 100):
            done = role.end()
            yield role


def _role_end(role: re.Match[str]) -> int:
    """Where a post's title ends, without what follows in the sentence."""
    stop = _STOPS.search(role.string, role.start(), role.end() + 60)
    return min(stop.start() if stop else role.end(), role.end())


def _person(text: str, start: int, end: int, from_: int) -> tuple[str, str, int, int] | None:
    """Kind, name and span of the person who has the post at these characters."""
    first = max(from_, start - _REACH)
    before = text[first:start]
    if _FORMER_BEFORE.search(before):
        return None
    for pattern, kind in _BEFORE:
        hit = pattern.search(before)
        if hit and _is_name(hit["name"]):
            return kind, *_without_honorific(hit["name"], first + hit.start("name")), end
    after = _NAMED_AFTER.match(text, end)
    name = _trimmed(after["name"]) if after else ""
    if after and _is_name(name):
        stop = after.start("name") + len(name)
        return _kind(before, text, stop, takes=True), name, start, stop
    hit = _HELD_BEFORE.search(before)
    if hit and _is_name(hit["name"]):
        return _kind("", text, end, takes=False), *_without_honorific(hit["name"], first + hit.start("name")), end
    return None


def _kind(before: str, text: str, stop: int, *, takes: bool) -> str:
    """Whether the person who has a post leaves it, takes it or holds it, by the words around both."""
    if _LOSES.search(before) or _GOES_AFTER.match(text, stop):
        return "leaves"
    takes = takes and bool(_TAKES_POST.search(before) or _COMES_AFTER.match(text, stop))
    return "joins" if takes else "person"


def _without_honorific(name: str, start: int) -> tuple[str, int]:
    """A name and where it starts, without Sir or Dr before it."""
    hit = _HONORIFIC.match(name)
    return (name[hit.end() :], start + hit.end()) if hit else (name, start)


def _trimmed(name: str) -> str:
    """A name without the words after it that a headline writes with capitals too."""
    words = name.split()
    while len(words) > 2 and words[-1].lower() in _NOT_NAMES:
        words.pop()
    return " ".join(words)


def _is_name(name: str) -> bool:
    return not any(word.lower() in _NOT_NAMES for word in name.split())
