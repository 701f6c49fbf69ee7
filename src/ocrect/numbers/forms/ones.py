"""An ``l`` among digits: ``198l``, ``l.0``, ``3.l.5``, ``2-l4``, ``Table lo``. No code and no volume is written so: it is a 1.

So are an ``l`` by itself and an ``I`` or ``o`` among digits where words say it (:mod:`ocrect.numbers.forms.beside_words`).
With an image the reader has asked the pixels the same already (:mod:`ocrect.engines.ppocr.numerals`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ocrect.numbers.forms.beside_words import BESIDE, NUMBERED
from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.forms.rule import Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example
from ocrect.numbers.vocabulary import MONTH

_YEAR = "(?=[0-9]{0,3}l)[1l][5-9][0-9l]{2}"
_COUNT = "l[0-9]{2,6}|l,[0-9]{3}(?:,[0-9]{3})*|l[.][0-9]{1,4}"
_PART = "(?:[0-9]{1,2}|l[0-9]?|[0-9]l[0-9])"
_SECTION = f"(?=[0-9.]*l)[0-9]{{1,2}}(?:[.]{_PART}){{1,4}}"
_LONE = "l[0-9ol]"
_LOOK = re.compile(
    f"{START}(?:(?:{_YEAR}|{_COUNT}|{_SECTION}|{_LONE})(?![^\\W_]|[.,:/’'-][0-9l])"
    f"|[0-9]{{1,3}}-l[0-9l](?=[a-z]?(?![^\\W_]))"
    "|[0-9]*lst\\b|l[0-9]th\\b|l[0-9](?=-[a-z]{3}))"
)
_NAMED = re.compile(rf"(?:{NUMBERED}|\b(?=[A-Z])(?i:{MONTH}))[.]?[ \n]$|[0-9] (?:and|or|to) $")
"""Ends in a word, or a number and a word, that has a number behind it."""
_FIRST = re.compile(r"(?<![\w(])\(?(?P<first>l)\)(?= )")
_SECOND, _LETTERED = re.compile(r"(?<![\w(])\(?2\) "), re.compile(r"(?<![\w(])\(?[km]\) ")
"""The first thing that a page counts, read as a letter; the second one; and what is counted by letters."""

_REACH = 14  # characters: the longest of these words, a full stop and a space


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Two signs alone, ``l2`` or ``lo``, are a number only behind a word that has one."""
    taken: set[int] = set()
    for match in _LOOK.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not re.fullmatch(_LONE, match.group()) or text[match.end() : match.end() + 1] == "-" or _NAMED.search(before):
            taken.update(range(*match.span()))
            yield match
    yield from (match for match in BESIDE.finditer(text) if taken.isdisjoint(range(*match.span(str(match.lastgroup)))))


_BY_NEIGHBOURS = digits_stand_there(
    name="l-among-digits",
    says="In a text without an image, an `l` is a 1 where neither a code nor a volume is written so: in years, before digits "
    "and points, in numbers of sections, behind a dash, in ordinals, and behind a word that has a number. So are an `l` alone "
    "and an `I` or `o` among digits where English words say so (a word that is numbered, a unit, a range, a list, a citation), "
    "and the `l` of `(l)` on a page with `(2)`.",
    set_on="another system's text of scans (93 pages), right each time",
    matches=_matches,
    blind=True,
    cases=(
        Example("in 198l the", "198l", "1981"),
        Example("l96l is", "l96l", "1961"),
        Example("l000 Independence Avenue", "l000", "1000"),
        Example("at l.0 day", "l.0", "1.0"),
        Example("see 3.l.5 for", "3.l.5", "3.1.5"),
        Example("Tuff 8.l Objectives", "8.l", "8.1"),
        Example("figure 2-l4 is", "2-l4", "2-14"),
        Example("from 2-lla on", "2-ll", "2-11"),
        Example("Table lo shows", "lo", "10"),
        Example("tables 9 and l3", "l3", "13"),
        Example("July l9, 1932", "l9", "19"),
        Example("the l2th of", "l2th", "12th"),
        Example("the 3lst of", "3lst", "31st"),
        Example("a l0-year period", "l0", "10"),
        Example("(Equation 4-l) in", "l", "1"),
        Example("Regulatory Guide 1.42, Revision l, Interim", "l", "1"),
        Example("in Table Q-l as", "l", "1"),
        Example("see Section ll4(f) and", "ll4", "114"),
        Example("Fig. 2I shows", "2I", "21"),
        Example("Fig. 2o is", "2o", "20"),
        Example("an additional l percent of", "l", "1"),
        Example("aged 8o years", "8o", "80"),
        Example("to l0 CFR Part 50", "l0", "10"),
        Example("a l-g sample", "l", "1"),
        Example("(o to 2 year)", "o", "0"),
        Example("pages l through 194", "l", "1"),
        Example("children (1 to ll years)", "ll", "11"),
        Example("references 8, 1l, 12, and 17", "1l", "11"),
        Example("ANSALT code [l8].", "l8", "18"),
        Example("from l0-6 to", "l0-6", "10-6"),
        Example("Cornwall, H.R., I972, Geology", "I972", "1972"),
        Example("Howland, I91o, Platinum", "I91o", "1910"),
        Example("about 138o to", "138o", "1380"),
        Example("on the I3th day", "I3", "13"),
        Example("the Ist of May", "I", "1"),
        Example("Terrytown, I0 Jan., 1876", "I0", "10"),
        Example("Chapter I, Vol. II, plate I and I year in jail"),
        Example("2l of water, a 5l bottle, page l'un, no. 2I4B, x86-l, IO to 5, I to 5"),
        Example("Pp. l4l-146 in", "l4l", "141"),
        Example("Pp. 141-l46 in", "l46", "146"),
        Example("related to the July l-September 30", "l", "1"),
        Example("January I-March 30", "I", "1"),
        Example("on April l, 1985", "l", "1"),
        Example("July i-September 30", "i", "1"),
        Example("teenagers (il to 17 years)", "il", "11"),
        Example("overpower of io2% and", "io2", "102"),
        Example("it contains 2l bottles, a lilo %, 5 to ill, the oil to 5"),
        Example("Report DP-14ll, E.I.", "14ll", "1411"),
        Example("N. 738,36l, E. 707,514. The", "738,36l", "738,361"),
        Example("May I, Sir; may I-and; in May I went; a tank of 125,50l; type XX-l, AB-Cl, Al-6061, 2-l, and 4-l bottles"),
        Example("the l5 locations", "l5", "15"),
        Example("pursuant to ll2(b) of", "ll2", "112"),
        Example("from i0-6 to", "i0-6", "10-6"),
        Example("May 5, 198i.", "198i", "1981"),
        Example("the 3ist day", "3i", "31"),
        Example("at 6l m, is", "6l", "61"),
        Example("and others, l982a) suggest", "l982", "1982"),
        Example("Letter Report 86-7l003, Sandia", "7l003", "71003"),
        Example("Rice ll530 Vance", "ll530", "11530"),
        Example("the l2 norms, for l1 penalties, up to 5l more, the l2 space"),
        Example("because (l) the", "l", "1", page=("and (2) a",)),
        Example("two reasons: l) they", "l", "1", page=("2) a",)),
        Example("because (l) the"),
        Example("the (l) of", page=("(2) a", "(k) an", "(m) a")),
        Example("27l of water, 2l, 1.5l, 16lb and the l2 norm"),
        Example("l15n, x86-l, 1l-bottle, 2-l bottle"),
    ),
)


def _find(text: str, style: Style) -> Iterator[Found]:
    """What stands in a text, and the first of what its page counts: ``(1)``, ``(2)`` or ``1)``, ``2)``, and not ``(k)``."""
    yield from _BY_NEIGHBOURS.find(text, style)
    firsts = [Found(*match.span("first"), ("1",)) for match in _FIRST.finditer(text)]
    if firsts and any(map(_SECOND.search, style.texts)) and not any(map(_LETTERED.search, style.texts)):
        yield from firsts


RULE = replace(_BY_NEIGHBOURS, find=_find)
