# cython: language_level=3, wraparound=False
"""The letter-by-letter work on texts, compiled: each function does what its namesake in ``slowly`` does.

``tests/feeds/text/test_letters.py`` compares the two on whatever hypothesis thinks of.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_FromKindAndData, PyUnicode_KIND, PyUnicode_READ

cdef extern from "Python.h":
    const int PyUnicode_4BYTE_KIND

cdef dict _LOWERS = {}
cdef dict _FOLDS = {}
"""Letters beyond ASCII → what they are in small letters, or folded; filled as texts have them."""
cdef enum:
    MAX_KNOWN = 20000


cdef inline Py_UCS4 _small(Py_UCS4 sign) noexcept:
    return <Py_UCS4>(<unsigned int>sign + 32) if c"A" <= sign <= c"Z" else sign


cdef object _remembered(long sign, dict known, bint fold):
    """A letter beyond ASCII in small letters, or folded; -1 where that is several, or depends on those around it."""
    letter = chr(sign)
    small = letter.casefold() if fold else letter.lower()
    code = ord(small) if len(small) == 1 and sign != 0x3A3 else -1  # a last sigma is another letter
    if len(known) < MAX_KNOWN:
        known[sign] = code
    return code


cdef str _lowered(str text):
    """A text in small letters; None where a letter becomes several, or depends on those around it."""
    cdef Py_ssize_t n, size = len(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 sign
    cdef Py_UCS4* out = <Py_UCS4*>PyMem_Malloc((size + 1) * sizeof(Py_UCS4))
    if not out:
        raise MemoryError
    try:
        for n in range(size):
            sign = PyUnicode_READ(kind, data, n)
            if sign < 128:
                out[n] = _small(sign)
                continue
            small = _LOWERS.get(<long>sign)
            if small is None:
                small = _remembered(sign, _LOWERS, False)
            if small < 0:
                return None
            out[n] = <Py_UCS4><long>small
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, out, size)
    finally:
        PyMem_Free(out)


def lowered(str text):
    """``text.lower()``, quicker for texts of which few letters are beyond ASCII."""
    if text.isascii():
        return text.lower()
    small = _lowered(text)
    return text.lower() if small is None else small


def folded_words(str text):
    """The words of a text as they are compared without regard to case, with one space between them."""
    cdef Py_ssize_t n, size = len(text), length = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 sign
    cdef bint space = False
    cdef Py_UCS4* out = <Py_UCS4*>PyMem_Malloc((size + 1) * sizeof(Py_UCS4))
    if not out:
        raise MemoryError
    try:
        for n in range(size):
            sign = PyUnicode_READ(kind, data, n)
            if sign == c" " or (sign < 33 and sign.isspace()) or (sign > 127 and sign.isspace()):
                space = length > 0
                continue
            if space:
                out[length] = c" "
                length += 1
                space = False
            if sign < 128:
                sign = _small(sign)
            else:
                small = _FOLDS.get(<long>sign)
                if small is None:
                    small = _remembered(sign, _FOLDS, True)
                if small < 0:
                    return " ".join(text.split()).casefold()
                sign = <Py_UCS4><long>small
            out[length] = sign
            length += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, out, length)
    finally:
        PyMem_Free(out)


def number_starts(str text):
    """Where each run of figures, full stops and commas begins that begins with a figure."""
    cdef Py_ssize_t n = 0, size = len(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 sign
    cdef list starts = []
    while n < size:
        sign = PyUnicode_READ(kind, data, n)
        if not (c"0" <= sign <= c"9" or (sign > 127 and sign.isdecimal())):
            n += 1
            continue
        starts.append(n)
        while n < size:
            sign = PyUnicode_READ(kind, data, n)
            if not (c"0" <= sign <= c"9" or sign == c"." or sign == c"," or (sign > 127 and sign.isdecimal())):
                break
            n += 1
    return starts


cdef inline bint _is_rare(Py_UCS4 sign) noexcept:
    return sign > 0x34E and not (
        0x2010 <= sign <= 0x2027 or 0x2030 <= sign <= 0x205F or 0x2070 <= sign <= 0x24FF
    )


def simply_cleaned(str text):
    """A text without white space at the edges of its lines and without second blank lines.

    None where more is to be done: what is not printable, letters among which something may be invisible, or two
    spaces in a row.
    """
    cdef Py_ssize_t n, size = len(text), length = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 sign
    cdef int breaks = 0
    cdef bint space = False
    cdef Py_UCS4* out = <Py_UCS4*>PyMem_Malloc((size + 1) * sizeof(Py_UCS4))
    if not out:
        raise MemoryError
    try:
        for n in range(size):
            sign = PyUnicode_READ(kind, data, n)
            if sign == c"\n":
                breaks += 1
                space = False
            elif sign == c" ":
                if space and not breaks and length:
                    return None
                space = True
            elif sign < 32 or sign == 127 or (sign > 127 and (_is_rare(sign) or not sign.isprintable())):
                return None
            else:
                if breaks and length:
                    out[length] = c"\n"
                    length += 1
                    if breaks > 1:
                        out[length] = c"\n"
                        length += 1
                elif space and length:
                    out[length] = c" "
                    length += 1
                breaks, space = 0, False
                out[length] = sign
                length += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, out, length)
    finally:
        PyMem_Free(out)


cdef Py_ssize_t _tag_end(int kind, void* data, Py_ssize_t at, Py_ssize_t size, Py_ssize_t* name_end) except -2:
    """Past the ">" of the tag whose "<" is before ``at``; -1 where it is no usual, well-formed one."""
    cdef Py_UCS4 sign, quotation
    if at < size and PyUnicode_READ(kind, data, at) == c"/":
        at += 1
    if at >= size or not c"a" <= _small(PyUnicode_READ(kind, data, at)) <= c"z":
        return -1
    while at < size:
        sign = _small(PyUnicode_READ(kind, data, at))
        if not (c"a" <= sign <= c"z" or c"0" <= sign <= c"9"):
            break
        at += 1
    name_end[0] = at
    if at >= size or not (sign == c"/" or sign == c">" or sign.isspace()):
        return -1
    while at < size:
        sign = PyUnicode_READ(kind, data, at)
        at += 1
        if sign == c">":
            return at
        if sign == c"<" or sign == c'"' or sign == c"'":
            return -1
        if sign != c"=":
            continue
        while at < size and (<Py_UCS4>PyUnicode_READ(kind, data, at)).isspace():
            at += 1
        if at >= size:
            return -1
        quotation = PyUnicode_READ(kind, data, at)
        if quotation != c'"' and quotation != c"'":
            continue
        at += 1
        while at < size:
            sign = PyUnicode_READ(kind, data, at)
            if sign == quotation:
                break
            if sign == c"<" or sign == c">":
                return -1
            at += 1
        if at >= size:
            return -1
        at += 1
    return -1


def tags_apart(str markup):
    """What stands between tags and what each tag names, in turn: text, name, text, ... name, text.

    None where a "<" begins no usual, well-formed tag.
    """
    cdef Py_ssize_t n = 0, size = len(markup), end, name_end = 0
    cdef int kind = PyUnicode_KIND(markup)
    cdef void* data = PyUnicode_DATA(markup)
    cdef Py_ssize_t start = 0
    cdef list parts = []
    while n < size:
        if PyUnicode_READ(kind, data, n) != c"<":
            n += 1
            continue
        end = _tag_end(kind, data, n + 1, size, &name_end)
        if end < 0:
            return None
        parts.append(markup[start:n])
        parts.append(markup[n + 1 : name_end])
        start = n = end
    parts.append(markup[start:])
    return parts


def beyond_ascii_replaced(str text, signs):
    """A text with what a table says, by its ``__missing__`` at the latest, for each sign beyond ASCII."""
    cdef Py_ssize_t n, size = len(text), start = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 sign
    cdef list parts = []
    for n in range(size):
        sign = PyUnicode_READ(kind, data, n)
        if sign > 127:
            if n > start:
                parts.append(text[start:n])
            parts.append(signs[<str>sign])
            start = n + 1
    if start < size:
        parts.append(text[start:])
    return "".join(parts)
