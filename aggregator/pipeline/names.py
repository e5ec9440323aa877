"""Company names: folded for comparison, without legal forms, in the ways in which people write them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from feeds.text.quickly import beyond_ascii_replaced

_WORD = re.compile(r"[^\W_]+")
MAX_FOLDED = 20_000
"""Letters beyond ASCII of which it is remembered what they fold to."""
_ASCII_WORDS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "\u0131": "i", "ð": "d", "þ": "th"}
)

_LEGAL_FORMS_TEXT = """
inc incorporated corp corporation ltd limited plc llc llp lp co company companies group holding holdings
oyj oy ab asa as sa se ag gmbh nv bv spa srl sarl sas kg kgaa kk pty bhd sdn pte pvt aps cv sl sau tbk ooo
pjsc oao jsc trust
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS_TEXT.split())
"""What stands at the end of a company's name and is left out in speech."""

_LETTERED_FORMS = frozenset(
    (("a", "s"), ("s", "a"), ("n", "v"), ("b", "v"), ("s", "p", "a"), ("s", "r", "l"), ("p", "l", "c"))
)

_COMMON_WORDS_TEXT = """
action adobe air alliance ally alpha amber anchor apex apple arch arm arrow ascent aspen atlas aurora
avenue aviva axis ball base beacon best beyond bill block blue bolt box brand bridge bright brook buckle
bumble bunge canon capital carbon cardinal carnival cars caterpillar centre champion chase chime choice
chubb circle citizens clear cloud coach commission comet compass concentrix core corner council crane
credit crest crown dash dawn delta department digital discover dish dollar dominion dover dow duke eagle
eastern edge elevance emerald energy ensign enterprise equity eve evergreen express fastly federal
fidelity first five focus ford fortune forward fossil fox frontier gap garden gen general genesis global
globe gold grab graphic ground guess harmony health hershey home horizon host humble icon ideal impact
independent indigo insight instant integer inter international iris iron jack key kind kite lamb lead
legend lemonade liberty life light lincoln link lion live loop lucid lyft macy major maple mark marathon
market marvel mars match maxim meta metro micro mint mobile model monday monster moody mosaic motion
national navigator next nexus noble north nova now oak ocean omega on one open opera optimum oracle orange
orbit orion pace pacific paragon park partners peak pilot pinnacle pioneer plan planet play plug polaris
pool porch post power premier prime primo pro progressive prologis public pulse pure quest radian range
rapid reach red regal regions reliance reliant republic rise river rocket root ross royal sabre safe sage
salt savers scout sea seal select sense shell shift signal signature silver simply sky slack smart snap
snow solar solo sonic sound south southern spark spectrum sprint sprout sprouts square standard star state
stem stone strategy stream stride summit sun sunrise surge swift switch target team tempo tesco thrive
tide tile titan toast tower toys trade transit travelers treasury tribune trinity true twist unity union
united universal unum upstart upwork urban us vail valley van vector venture verge via viking virgin
vision visa vista vital wave waters wayfair web west western will wish wolf wood wolverine xerox yelp
young zebra zest zoom nationwide charter success data media news network academy institute college fund
resources services solutions systems technologies foods sports games works factual revolve government
police court parliament senate congress ministry agency authority
"""
COMMON_WORDS = frozenset(_COMMON_WORDS_TEXT.split())
"""Words that are companies too: such a name alone proves little."""


class Token(NamedTuple):
    """One run of letters and digits."""

    folded: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text, folded, and where they stand in it."""
    plain = text.isascii()
    return [
        Token(found[0].lower() if plain else fold(found[0]), found.start(), found.end())
        for found in _WORD.finditer(text)
    ]


def without_accents(text: str) -> str:
    """A text in ASCII, if its letters fold to it; signs beyond become spaces. Else what cannot be folded is in it."""
    return text if text.isascii() else beyond_ascii_replaced(text, _FOLDED)


def flat_words(text: str) -> str:
    """The words of a text, folded, in one string with a space around each: much quicker than ``tokens``.

    It is quickest for text that is ASCII, or was made so by ``without_accents``.
    """
    if text.isascii():
        return f" {' '.join(text.translate(_ASCII_WORDS).split())} "
    return f" {' '.join([word.lower() if word.isascii() else fold(word) for word in _WORD.findall(text)])} "


class _Folded(dict[str, str]):
    """Letters beyond ASCII folded where that makes them ASCII; signs as spaces. Filled as texts have them."""

    def __missing__(self, sign: str) -> str:
        folded = fold(sign) if _WORD.match(sign) else " "
        if not (folded == " " or (folded.isascii() and folded.isalnum())):
            folded = sign
        if len(self) < MAX_FOLDED:
            self[sign] = folded
        return folded


_FOLDED = _Folded()


def fold(word: str) -> str:
    """A word in small letters without diacritics."""
    if word.isascii():
        return word.lower()
    # twice: a mathematical capital becomes a plain one only when it is taken apart
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS)).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def folded(text: str) -> tuple[str, ...]:
    """The words of a name, folded."""
    return tuple(token.folded for token in tokens(text))


def without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """A name's words without the legal forms at its end; never empty unless it was."""
    while len(words) > 1:
        if words[-1] in LEGAL_FORMS:
            words = words[:-1]
        elif words[-2:] in _LETTERED_FORMS and len(words) > 2:
            words = words[:-2]
        elif words[-3:] in _LETTERED_FORMS and len(words) > 3:
            words = words[:-3]
        else:
            return words
    return words


def ways_to_write(name: str) -> tuple[tuple[str, ...], ...]:
    """The folded forms in which a name is looked for: whole, without legal form, initials joined, ``&`` as ``and``."""
    whole = folded(re.sub(r"\([^)]{0,60}\)", " ", name)) or folded(name)
    forms = {whole: None, without_legal_form(whole): None}
    for form in tuple(forms):
        if len(form) > 1 and form[-1] == "s" and re.search("['\u2019]s\\b", name):
            forms[(*form[:-2], form[-2] + "s")] = None
        joined = _initials_joined(form)
        forms[joined] = None
        if form and form[0] == "the" and len(form) > 2:
            forms[form[1:]] = None
    if "&" in name:
        spelt = folded(name.replace("&", " and "))
        forms[spelt] = None
        forms[without_legal_form(spelt)] = None
    elif "and" in whole[1:-1]:
        forms[tuple(word for word in without_legal_form(whole) if word != "and")] = None
    return tuple(form for form in forms if form)


def _initials_joined(form: tuple[str, ...]) -> tuple[str, ...]:
    """``j p morgan`` → ``jp morgan``."""
    count = next((n for n, word in enumerate(form) if len(word) > 1), len(form))
    return ("".join(form[:count]), *form[count:]) if 1 < count < len(form) else form
