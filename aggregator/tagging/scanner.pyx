# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""What ``words`` and ``match`` do, compiled: one pass over the letters of a text, then cues put together.

The same answers, many times faster; ``tests/aggregator/tagging/test_scanner.py`` compares the two. Indexes
are checked, but those into two arrays of ``MAX_SEEN`` places: a text can make this raise, never touch what is not its own.
"""

from cpython cimport array
import array
from threading import Lock

from feeds.text.quickly import lowered as in_small_letters


cdef array.array _INTS = array.array("i")

cdef enum:
    MAX_SEEN = 40  # see ``match``


cdef array.array _ints(Py_ssize_t length, int value=0):
    cdef array.array made = array.clone(_INTS, length, False)
    cdef Py_ssize_t n
    for n in range(length):
        made.data.as_ints[n] = value
    return made


cdef int[::1] _grown(int[::1] old, Py_ssize_t needed):
    cdef int[::1] new = _ints(max(needed, 2 * old.shape[0]))
    new[: old.shape[0]] = old
    return new


cdef int[::1] _first(int[::1] values, Py_ssize_t count):
    cdef int[::1] made = _ints(count)
    if count:
        made[:] = values[:count]
    return made


cdef bint _is_letter(Py_UCS4 sign) noexcept:
    """``[^\\W\\d_]``"""
    if sign < 128:
        return c"a" <= sign <= c"z" or c"A" <= sign <= c"Z"
    return sign.isalnum() and not sign.isdecimal()


cdef bint _is_sign(Py_UCS4 sign) noexcept:
    """``[^\\W_]``"""
    if sign < 128:
        return c"a" <= sign <= c"z" or c"0" <= sign <= c"9" or c"A" <= sign <= c"Z"
    return sign.isalnum()


cdef bint _joins(Py_UCS4 sign) noexcept:
    return sign == c"." or sign == c"," or sign == c"'" or sign == 0x2019 or sign == c"&"


cdef class Reading:
    """The words of one item and every cue that occurs in them."""

    cdef readonly list sentences
    cdef readonly list breaks
    cdef readonly int in_title
    cdef readonly dict places
    cdef readonly object possible
    cdef int[::1] _begins
    cdef int[::1] _ends

    def characters(self, int first, int last):
        """First and past-last character of some words, in the title or the body, whichever they are from."""
        return self._begins[first], self._ends[last]


cdef class Scanner:
    """Cues, compiled once and looked for together in one text after another, by one thread at a time."""

    # What is looked for.
    cdef int[::1] _roots, _signs, _first_child, _whole, _prefix
    cdef int[::1] _letters, _first_step, _steps_of
    cdef int[::1] _first_rare, _rare_cues
    cdef int[::1] _first_of_cue, _cue_steps, _cue_gaps, _cue_needs
    cdef int _number, _amount, _percent, _opening, _question
    cdef object _odd_word, _abbreviated, _lock

    # The text that is being read: its parts in small letters, its words, and those that are not as they stand in it.
    cdef int _count, _turn
    cdef str _title, _body
    cdef int _in_title
    cdef dict _odd
    cdef int[::1] _begins, _ends, _sentence, _breaks, _opens, _is_odd
    cdef set _asks
    cdef list _amounts
    # The terms in it: of each the first and last of its places, which are linked lists.
    cdef int _places
    cdef int[::1] _term_at, _term_head, _term_tail, _next, _from, _to
    # The steps in it: of each a linked list of its terms, and its places once they are in order.
    cdef int _links, _touched_count, _spans
    cdef int[::1] _step_at, _step_head, _step_terms, _touched, _link_term, _link_next
    cdef int[::1] _sorted_at, _sorted_count
    cdef int[::1] _spans_from, _spans_to, _spans_cut

    def __init__(self, terms, letters, alternatives, cues, rarity, odd_word, abbreviated):
        """Compile; ``terms`` are words, and last the five specials ``# $# #% ^ ?`` in the order of ``SPECIAL``.

        ``letters``, ``alternatives`` and ``cues``: see ``match.Tables``; steps of the least ``rarity`` are looked for
        first. ``odd_word`` folds a word with signs or digits in it; behind words that are ``abbreviated`` a full stop
        ends no sentence.
        """
        self._odd_word, self._abbreviated, self._lock = odd_word, abbreviated, Lock()
        words = len(terms) - 5
        self._number, self._amount, self._percent = words, words + 1, words + 2
        self._opening, self._question = words + 3, words + 4
        self._letters = array.array("i", letters)
        self._plant(terms[:words])
        self._join(alternatives, len(terms))
        self._gather(cues, rarity, len(alternatives))
        self._turn = 0
        self._term_at, self._term_head, self._term_tail = _ints(len(terms)), _ints(len(terms)), _ints(len(terms))
        steps = len(alternatives)
        self._step_at, self._step_head, self._step_terms = _ints(steps), _ints(steps), _ints(steps)
        self._touched, self._sorted_at, self._sorted_count = _ints(steps), _ints(steps), _ints(steps)
        self._next, self._from, self._to = _ints(512), _ints(512), _ints(512)
        self._link_term, self._link_next = _ints(512), _ints(512)
        self._spans_from, self._spans_to, self._spans_cut = _ints(512), _ints(512), _ints(512)
        self._begins, self._ends, self._sentence = _ints(256), _ints(256), _ints(256)
        self._breaks, self._opens, self._is_odd = _ints(256), _ints(256), _ints(256)

    def _plant(self, terms):
        """The terms as a tree of letters, level by level: the branches of a node lie side by side."""
        cdef int n, first, last, depth, start, node
        cdef Py_UCS4 sign
        cdef str stem
        ordered = sorted((term.removesuffix("*"), term.endswith("*"), number) for number, term in enumerate(terms))
        stems = [stem for stem, _, _ in ordered]
        signs, first_child, whole, prefix, level, depth = [0], [], [], [], [(0, len(ordered))], 0
        while level:
            below = []
            for first, last in level:
                whole.append(-1)
                prefix.append(-1)
                first_child.append(len(signs))
                n = first
                while n < last:
                    stem = stems[n]
                    if len(stem) == depth:
                        (prefix if ordered[n][1] else whole)[len(whole) - 1] = ordered[n][2]
                        n += 1
                        continue
                    sign, start = stem[depth], n
                    while n < last and (<str>stems[n])[depth] == sign:
                        n += 1
                    signs.append(<int>sign)
                    below.append((start, n))
            level, depth = below, depth + 1
        first_child.append(len(signs))
        self._signs, self._first_child = array.array("i", signs), array.array("i", first_child)
        self._whole, self._prefix = array.array("i", whole), array.array("i", prefix)
        self._roots = _ints(128, -1)
        for node in range(self._first_child[0], self._first_child[1]):
            if self._signs[node] < 128:
                self._roots[self._signs[node]] = node

    cdef inline int _child(self, int node, Py_UCS4 sign) except -2:
        """The node behind a letter; -1 where none is."""
        cdef int n, code = <int>sign
        if node == 0 and code < 128:
            return self._roots[code]
        for n in range(self._first_child[node], self._first_child[node + 1]):
            if self._signs[n] == code:
                return n
        return -1

    def _join(self, alternatives, terms):
        """Of each term the steps of which it is an alternative."""
        steps = [[] for _ in range(terms)]
        for step, each in enumerate(alternatives):
            for term in each:
                steps[term].append(step)
        first = [0]
        for each in steps:
            first.append(first[len(first) - 1] + len(each))
        self._first_step = array.array("i", first)
        self._steps_of = array.array("i", [step for each in steps for step in each] or [0])

    def _gather(self, cues, rarity, steps):
        """Of each cue its steps and gaps; of each step the cues that are looked at where it occurs."""
        rare = [[] for _ in range(steps)]
        first, all_steps, all_gaps, needs = [0], [], [], []
        for number, (needed, gaps) in enumerate(cues):
            by_rarity = sorted(needed, key=rarity.__getitem__)
            rare[by_rarity[0]].append(number)
            needs += by_rarity
            all_steps += needed
            all_gaps += gaps
            first.append(len(all_steps))
        self._first_of_cue = array.array("i", first)
        self._cue_steps = array.array("i", all_steps or [0])
        self._cue_gaps = array.array("i", all_gaps or [0])
        self._cue_needs = array.array("i", needs or [0])
        first = [0]
        for each in rare:
            first.append(first[len(first) - 1] + len(each))
        self._first_rare = array.array("i", first)
        self._rare_cues = array.array("i", [cue for each in rare for cue in each] or [0])

    def read(self, str title, str text):
        """The words of a title and a body, both cut already, and the cues in them."""
        with self._lock:  # a text is read into memory of the scanner's own
            return self._read(title, text)

    cdef Reading _read(self, str title, str text):
        cdef Reading reading = Reading()
        cdef int n
        self._count, self._in_title, self._odd, self._asks, self._amounts = 0, 1 << 30, {}, set(), []
        self._turn += 1
        self._places = self._links = self._touched_count = self._spans = 0
        self._title, self._body = _lowered(title), _lowered(text)
        self._take(title, self._title, 0)
        self._in_title = reading.in_title = self._count
        self._take(text, self._body, 1)
        self._look_up()
        reading.sentences = [self._sentence[n] for n in range(self._count)]
        reading.breaks = [self._breaks[n] != 0 for n in range(self._count)]
        reading._begins, reading._ends = _first(self._begins, self._count), _first(self._ends, self._count)
        reading.places = self._cues()
        reading.possible = self._as_bits(reading.places)
        return reading

    cdef object _as_bits(self, dict numbers):
        """Numbers of cues as a set of bits."""
        cdef int number
        cdef unsigned char[::1] bits
        if not numbers:
            return 0
        whole = bytearray((self._first_of_cue.shape[0] >> 3) + 1)
        bits = whole
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(whole, "little")

    cdef int _take(self, str text, str lowered, int sentence) except -1:
        """Take in the words of a part; sentence 0 is the title."""
        cdef Py_ssize_t size = len(lowered), at = 0, start, end, last_end = 0
        cdef int first = self._count
        cdef bint is_title = sentence == 0, opens = True, plain, stops, parts, asks
        cdef Py_UCS4 sign
        while at < size:
            start = at
            sign = lowered[at]
            if sign == c"#":
                end = _reference(lowered, at, size)
                if end == 0:
                    at += 1
                    continue
                plain = False
            elif _is_sign(sign):
                end = _word_end(lowered, at, size, &plain)
            else:
                at += 1
                continue
            at = end
            if start > last_end and self._count > first and not (start == last_end + 1 and lowered[last_end] == c" "):
                _read_gap(text, last_end, start, &stops, &parts, &asks)
                if parts:
                    self._breaks[self._count - 1] = 1
                if stops and asks:
                    self._asks.add(sentence)
                if stops and not is_title and self._ends_sentence(text, last_end, start):
                    sentence += 1
                    opens = True
            if sign == c"#":
                last_end = end - 1 if end - start == 4 and lowered[start + 1 : end] == "36;" else end
                continue
            if not plain:
                before = self._word(self._count - 1) if self._count else ""
                word, amount = self._odd_word(lowered[start:end], text, last_end, start, end, before)
                self._odd[self._count] = word
                if amount:
                    self._amounts.append((self._count, amount))
            last_end = end
            self._add(start, end, sentence, opens, not plain)
            opens = False
        if "?" in text[last_end:]:
            self._asks.add(sentence)
        return 0

    cdef int _add(self, Py_ssize_t start, Py_ssize_t end, int sentence, bint opens, bint odd) except -1:
        cdef int index = self._count
        if index >= self._begins.shape[0]:
            self._begins, self._ends = _grown(self._begins, index + 1), _grown(self._ends, index + 1)
            self._sentence, self._breaks = _grown(self._sentence, index + 1), _grown(self._breaks, index + 1)
            self._opens, self._is_odd = _grown(self._opens, index + 1), _grown(self._is_odd, index + 1)
        self._begins[index], self._ends[index] = start, end
        self._sentence[index], self._breaks[index], self._opens[index] = sentence, 0, opens
        self._is_odd[index] = odd
        self._count = index + 1
        return 0

    cdef str _word(self, int index):
        """A word as it is compared."""
        if self._is_odd[index]:
            return self._odd[index]
        cdef str part = self._title if index < self._in_title else self._body
        return part[self._begins[index] : self._ends[index]]

    cdef bint _ends_sentence(self, str text, Py_ssize_t last_end, Py_ssize_t start) except -1:
        cdef str before
        cdef Py_ssize_t n
        if text[last_end] == c".":
            before = self._word(self._count - 1)
            if len(before) == 1 or before in self._abbreviated:
                return False
        if not text[start].islower():
            return True
        for n in range(last_end, start):
            if text[n] == c"\n":
                return True
        return False

    cdef int _look_up(self) except -1:
        """Note every term in the words, and every special."""
        cdef int first, last, node
        for first in range(self._count):
            node, last = 0, first
            while True:
                node = self._walk(node, first, last)
                if node < 0:
                    break
                if self._whole[node] >= 0:
                    self._note(self._whole[node], first, last + 1)
                last += 1
                if last == self._count or self._sentence[last] != self._sentence[first]:
                    break
                node = self._child(node, c" ")
                if node < 0:
                    break
        for first, kind in self._amounts:
            self._note(self._number, first, first + 1)
            if kind == "$#":
                self._note(self._amount, first, first + 1)
            elif kind == "#%":
                self._note(self._percent, first, first + 1)
        for first in range(self._count):
            if self._opens[first]:
                self._note(self._opening, first, first)
                if self._sentence[first] in self._asks:
                    self._note(self._question, first, first)
        return 0

    cdef int _walk(self, int node, int first, int last) except -2:
        """From a node along the letters of the last word of a term; -1 where the tree has no such branch."""
        cdef str part = self._title if last < self._in_title else self._body
        cdef Py_ssize_t n, start = self._begins[last], end = self._ends[last]
        if self._is_odd[last]:
            part = self._odd[last]
            start, end = 0, len(part)
        for n in range(start, end):
            node = self._child(node, part[n])
            if node < 0:
                return -1
            if self._prefix[node] >= 0:
                self._note(self._prefix[node], first, last + 1)
        return node

    cdef int _note(self, int term, int first, int end) except -1:
        """Add a place of a term; at its first one add it to every step of which it is an alternative."""
        cdef int n, step, place = self._places, link
        if place >= self._next.shape[0]:
            self._next, self._from = _grown(self._next, place + 1), _grown(self._from, place + 1)
            self._to = _grown(self._to, place + 1)
        self._from[place], self._to[place], self._next[place] = first, end, -1
        self._places = place + 1
        if self._term_at[term] == self._turn:
            self._next[self._term_tail[term]] = place
            self._term_tail[term] = place
            return 0
        self._term_at[term] = self._turn
        self._term_head[term] = self._term_tail[term] = place
        for n in range(self._first_step[term], self._first_step[term + 1]):
            step, link = self._steps_of[n], self._links
            if link >= self._link_term.shape[0]:
                self._link_term, self._link_next = _grown(self._link_term, link + 1), _grown(self._link_next, link + 1)
            self._links = link + 1
            self._link_term[link] = term
            if self._step_at[step] == self._turn:
                self._link_next[link] = self._step_head[step]
                self._step_terms[step] += 1
            else:
                self._step_at[step] = self._turn
                self._link_next[link], self._step_terms[step], self._sorted_at[step] = -1, 1, -1
                self._touched[self._touched_count] = step
                self._touched_count += 1
            self._step_head[step] = link
        return 0

    cdef dict _cues(self):
        """Every cue that occurs → where, in order."""
        cdef int n, m, k, cue
        cdef bint all_there
        cdef list numbers = []
        for n in range(self._touched_count):
            for m in range(self._first_rare[self._touched[n]], self._first_rare[self._touched[n] + 1]):
                cue = self._rare_cues[m]
                all_there = True
                for k in range(self._first_of_cue[cue] + 1, self._first_of_cue[cue + 1]):
                    if self._step_at[self._cue_needs[k]] != self._turn:
                        all_there = False
                        break
                if all_there:
                    spans = self._spans_of(cue)
                    if spans:
                        numbers.append((cue, spans))
        numbers.sort()
        return dict(numbers)

    cdef list _spans_of(self, int cue):
        cdef int first = self._first_of_cue[cue], last = self._first_of_cue[cue + 1] - 1
        cdef int k, n, base, count, start, nearest, within
        cdef list spans = []
        for k in range(first, last + 1):
            self._sort(self._cue_steps[k])
        base, count = self._sorted_at[self._cue_steps[first]], self._sorted_count[self._cue_steps[first]]
        if first == last:
            return [(self._spans_from[n], self._spans_to[n]) for n in range(base, base + count)]
        for n in range(base, base + min(count, MAX_SEEN)):
            start = self._spans_from[n]
            within = self._sentence[min(start, self._count - 1)]
            nearest = self._nearest(first + 1, last, self._spans_to[n], within)
            if nearest >= 0:
                spans.append((start, max(nearest, start + 1)))
        return spans

    cdef int _nearest(self, int first, int last, int end, int within) except -2:
        """The nearest end, in one sentence, of the steps of a cue that follow a first one; -1 where none do."""
        cdef int ends[MAX_SEEN]
        cdef int others[MAX_SEEN]
        cdef int count = 1, found, k, n, m, step, gap, place, best = -1
        ends[0] = end
        for k in range(first, last + 1):
            step, gap, found = self._cue_steps[k], self._cue_gaps[k], 0
            for n in range(self._sorted_at[step], self._sorted_at[step] + min(self._sorted_count[step], MAX_SEEN)):
                place = self._spans_from[n]
                for m in range(count):
                    if ends[m] <= place <= ends[m] + gap:
                        others[found] = self._spans_to[n]
                        found += 1
                        break
            if not found:
                return -1
            for m in range(found):
                ends[m] = others[m]
            count = found
        for m in range(count):
            if (best < 0 or ends[m] < best) and self._sentence[max(ends[m], 1) - 1] == within:
                best = ends[m]
        return best

    cdef int _sort(self, int step) except -1:
        """Put the places of a step in order: by where they end, but where one is no word by where they begin."""
        cdef int base = self._spans, count = 0, place, n, link, term
        cdef bint by_start
        if self._sorted_at[step] >= 0:  # done for an earlier cue
            return 0
        by_start, link = self._step_terms[step] == 1, self._step_head[step]
        while link >= 0:
            by_start = by_start or self._link_term[link] >= self._number
            link = self._link_next[link]
        link = self._step_head[step]
        while link >= 0:
            term = self._link_term[link]
            place = self._term_head[term]
            while place >= 0:
                if base + count >= self._spans_from.shape[0]:
                    self._spans_from = _grown(self._spans_from, base + count + 1)
                    self._spans_to = _grown(self._spans_to, base + count + 1)
                    self._spans_cut = _grown(self._spans_cut, base + count + 1)
                n = base + count
                while n > base and self._is_before(by_start, place, self._letters[term], n - 1):
                    self._spans_from[n], self._spans_to[n] = self._spans_from[n - 1], self._spans_to[n - 1]
                    self._spans_cut[n] = self._spans_cut[n - 1]
                    n -= 1
                self._spans_from[n], self._spans_to[n] = self._from[place], self._to[place]
                self._spans_cut[n] = self._letters[term]
                count += 1
                place = self._next[place]
            link = self._link_next[link]
        self._sorted_at[step], self._sorted_count[step] = base, count
        self._spans = base + count
        return 0

    cdef bint _is_before(self, bint by_start, int place, int letters, int other) except -1:
        cdef int start = self._from[place], end = self._to[place]
        if by_start:
            return start < self._spans_from[other] or (start == self._spans_from[other] and end < self._spans_to[other])
        if end != self._spans_to[other]:
            return end < self._spans_to[other]
        if letters != self._spans_cut[other]:
            return letters < self._spans_cut[other]
        return start < self._spans_from[other]


cdef Py_ssize_t _word_end(str text, Py_ssize_t start, Py_ssize_t size, bint* plain) except -1:
    """Where a word ends, and whether it is of nothing but letters."""
    cdef Py_ssize_t end = start
    cdef Py_UCS4 sign
    plain[0] = True
    while True:
        while end < size:
            sign = text[end]
            if c"a" <= sign <= c"z":
                end += 1
            elif _is_sign(sign):
                plain[0] = plain[0] and _is_letter(sign)
                end += 1
            else:
                break
        if end + 1 < size and _joins(text[end]) and _is_sign(text[end + 1]):
            plain[0] = False
            end += 1
        else:
            return end


cdef str _lowered(str text):
    """In small letters, each at its place."""
    cdef str lowered = in_small_letters(text)
    if len(lowered) == len(text):
        return lowered
    return "".join([sign.lower() if len(sign.lower()) == 1 else sign for sign in text])


cdef Py_ssize_t _reference(str text, Py_ssize_t at, Py_ssize_t size) except -1:
    """Where ``#\\d{2,3};(?:s\\b)?`` ends that begins here; 0 where it does not."""
    cdef Py_ssize_t end = at + 1
    while end < size and end < at + 4 and text[end].isdecimal():
        end += 1
    if end < at + 3 or end >= size or text[end] != c";":
        return 0
    end += 1
    if end < size and text[end] == c"s" and (
        end + 1 == size or not (text[end + 1].isalnum() or text[end + 1] == c"_")
    ):
        end += 1
    return end


cdef int _read_gap(str text, Py_ssize_t start, Py_ssize_t end, bint* stops, bint* parts, bint* asks) except -1:
    """Of what stands between two words: may it end a sentence, does it end a clause, does it ask."""
    cdef Py_ssize_t n, first = end, last = start, after
    cdef Py_UCS4 sign, follower
    stops[0] = asks[0] = False
    for n in range(start, end):
        sign = text[n]
        if sign == c"?":
            asks[0] = True
        if not sign.isspace():
            first = min(first, n)
            last = n
        if stops[0]:
            continue
        follower = text[n + 1] if n + 1 < end else c" "
        if sign == c"." or sign == c"!" or sign == c"?" or sign == 0x2026:
            stops[0] = follower.isspace() or follower in "\"'\u201d\u2019)]"
        elif sign == 0x3002 or sign == 0xFF01 or sign == 0xFF1F:
            stops[0] = True
        elif sign == c"\n":
            after = n + 1
            while after < end and text[after].isspace() and text[after] != c"\n":
                after += 1
            stops[0] = after < end and text[after] == c"\n"
        if sign.isspace() and follower == c"|":
            after = n + 1
            while after < end and text[after] == c"|":
                after += 1
            stops[0] = stops[0] or after == end or text[after].isspace()
    if first == end:
        parts[0] = False
    elif first == last:
        parts[0] = text[first] not in "-'\"$/\u201c\u201d\u2019\u2018&"
    else:
        parts[0] = True
    return 0
