# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False
"""What ``wording.PackedTally`` does, compiled: the weights of a text's known words and pairs of words, each once.

``tests/aggregator/tagging/test_tagging_wording.py`` compares the two. Indexes that depend on a text are checked, but
those into the table of pairs, which are cut to its size.
"""

from cpython cimport array
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ
import array
from threading import Lock


cdef array.array _INTS = array.array("i")
cdef array.array _KEYS = array.array("Q")


cdef inline bint _is_figure(Py_UCS4 sign) noexcept:
    return c"0" <= sign <= c"9" or (sign > 127 and sign.isdecimal())


cdef inline bint _is_letter(Py_UCS4 sign) noexcept:
    """``[^\\W\\d_]``"""
    if sign < 128:
        return c"a" <= sign <= c"z" or c"A" <= sign <= c"Z"
    return sign.isalnum() and not sign.isdecimal()


cdef class Tally:
    """Grams and their weights, made ready."""

    cdef dict _stems
    """Stem → number, from 1."""
    cdef dict _words
    """Word as it is written → number of its stem; 0 for those of no gram. Remembered, never more than ``_many``."""
    cdef object _stem
    cdef Py_ssize_t _many, _long
    cdef int _number, _dollar, _percent
    cdef int _types
    cdef int[::1] _weights
    """Those of each gram in turn, for all types."""
    cdef int[::1] _alone, _titled
    """Number of a stem → its gram, and the gram that it is in a title; -1 for none."""
    cdef unsigned long long[::1] _pairs
    """Numbers of two stems in one: a table with open addresses; 0 where it is free."""
    cdef int[::1] _of_pairs
    cdef size_t _mask
    cdef int[::1] _turns
    """Gram → in which turn it was last counted."""
    cdef int _turn
    cdef object _one_at_a_time

    def __init__(self, dict grams, int types, stem, Py_ssize_t many, Py_ssize_t long_):
        """``stem`` gives a word's stem, which is remembered for ``many`` words that are not longer than ``long_``."""
        cdef int gram = 0, type_, first, count = len(grams)
        cdef str each, before, second
        cdef tuple row
        cdef size_t size = 16
        while size < 2 * <size_t>count:
            size *= 2
        self._stems, self._words, self._stem = {}, {}, stem
        self._many, self._long, self._types = many, long_, types
        self._weights = array.clone(_INTS, count * types, True)
        self._turns = array.clone(_INTS, count, True)
        self._alone = array.clone(_INTS, 2 * count + 4, False)
        self._titled = array.clone(_INTS, 2 * count + 4, False)
        self._alone[:] = -1
        self._titled[:] = -1
        self._pairs, self._of_pairs = array.clone(_KEYS, size, True), array.clone(_INTS, size, True)
        self._mask, self._turn, self._one_at_a_time = size - 1, 0, Lock()
        for each, row in grams.items():
            for type_ in range(types):
                self._weights[gram * types + type_] = row[type_]
            before, space, second = each.partition(" ")
            if not space:
                self._alone[self._number_of(before)] = gram
            elif before == "T":
                self._titled[self._number_of(second)] = gram
            else:
                first = self._number_of(before)
                self._of_pairs[self._place(first, self._number_of(second), True)] = gram
            gram += 1
        self._number, self._dollar, self._percent = (self._stems.get(each, 0) for each in ("0", "$", "%"))

    cdef int _number_of(self, str stem) except -1:
        return self._stems.setdefault(stem, len(self._stems) + 1)

    cdef Py_ssize_t _place(self, int first, int second, bint new=False) noexcept:
        """Where a pair stands in the table; -1 if it does not and is not ``new``."""
        cdef unsigned long long key = (<unsigned long long>first << 32) | <unsigned int>second
        cdef size_t place = <size_t>(key * 0x9E3779B97F4A7C15ULL >> 32) & self._mask
        cdef unsigned long long* pairs = &self._pairs[0]
        while pairs[place] != key:
            if not pairs[place]:
                if not new:
                    return -1
                pairs[place] = key
            else:
                place = (place + 1) & self._mask
        return place

    cdef int _remembered(self, str word) except -1:
        cdef int number = self._stems.get(self._stem(word), 0)
        if len(word) <= self._long:
            if len(self._words) >= self._many:
                self._words.clear()
            self._words[word] = number
        return number

    cdef int _add(self, int gram, int[::1] sums) except -1:
        """1 if this is the first time in a turn that a gram is counted."""
        cdef int type_
        if gram < 0 or self._turns[gram] == self._turn:
            return 0
        self._turns[gram] = self._turn
        for type_ in range(self._types):
            sums[type_] += self._weights[gram * self._types + type_]
        return 1

    cdef int _read(self, str text, bint titled, int[::1] sums) except -1:
        """Count and add the grams of a title or a body; how many there are that were not counted before."""
        cdef Py_ssize_t start, end = 0, place, size = len(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        cdef Py_UCS4 sign
        cdef int number, before = 0, count = 0
        while end < size:
            start = end
            end += 1
            sign = PyUnicode_READ(kind, data, start)
            if _is_letter(sign):
                while end < size and _is_letter(PyUnicode_READ(kind, data, end)):
                    end += 1
                word = text[start:end]
                known = self._words.get(word)
                number = self._remembered(word) if known is None else known
            elif _is_figure(sign) or sign == c"$":
                number = self._dollar
                if sign != c"$" or (end < size and _is_figure(PyUnicode_READ(kind, data, end))):
                    number = self._number
                    while end < size:
                        sign = PyUnicode_READ(kind, data, end)
                        if not (sign == c"." or sign == c"," or _is_figure(sign)):
                            break
                        end += 1
            elif sign == c"%":
                number = self._percent
            else:
                continue
            if number:
                count += self._add(self._alone[number], sums)
                if titled:
                    count += self._add(self._titled[number], sums)
                if before:
                    place = self._place(before, number)
                    if place >= 0:
                        count += self._add(self._of_pairs[place], sums)
            before = number
        return count

    def sums(self, str title, str text):
        """How many known grams a title and a body have, and for each type the sum of their weights."""
        cdef int count
        cdef array.array sums = array.clone(_INTS, self._types, True)
        with self._one_at_a_time:
            self._turn += 1
            if self._turn == 0x7FFFFFFF:
                self._turns[:] = 0
                self._turn = 1
            count = self._read(title, True, sums) + self._read(text, False, sums)
        return count, tuple(sums)
