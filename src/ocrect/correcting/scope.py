"""Check "scope": is the edit a repair of a misreading at all?

It only opposes: sentences that come or go, another text in place of the one read, a translation or today's spelling of
older words, and signs that no page prints (control characters, markup, letters of another script inside a word).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.numbers.vocabulary import SIGN
from ocrect.plugins import Context
from ocrect.record.correction import Edit, Finding, around
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.wording import counted
from ocrect.words.confusions import distance
from ocrect.words.lexicon import WORD, as_listed, lexicon
from ocrect.words.older import LEAST, newer
from ocrect.words.usage import SIGNS

NAME = "scope"
MOST_WORDS = 2
"""Words that an edit may add or take away."""

_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,80}>|</?think|```|\*\*|<\||\|>")
_SIGN, _BEFORE_NO_AMOUNT = re.compile(SIGN), re.compile(f"{SIGN}(?=[^\\W\\d_]|[+])")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)\s+[^\W\d_]+\s+(?=\d)")
_BESIDE = 40
"""Characters on each side of an edit in which a word between two numbers is looked for."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """Opposition, with the reason, to what is no repair; else nothing to say."""
    edit = case.edit
    reason = (
        _signs(edit)
        or _currency(case)
        or _script(case.line, edit)
        or _words(edit)
        or _between(case)
        or _far(edit)
        or _translated(case)
        or _modernised(case)
    )
    return Finding(NAME, False, reason) if reason else Finding(NAME, None, "it may be a repair")


def _signs(edit: Edit) -> str:
    new = set(edit.after) - set(edit.before)
    if any(c in _BIDI or unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") for c in new):
        return "it brings in invisible or control characters"
    if set(_MARKUP.findall(edit.after)) - set(_MARKUP.findall(edit.before)):
        return "it brings in markup that the page does not print"
    return ""


def _currency(case: Case) -> str:
    """A sign of a currency put right before a letter or a plus, or one of another language that the page has nowhere."""
    edit, context = case.edit, case.context
    for sign in set(_SIGN.findall(edit.after)) - set(edit.before):
        if _BEFORE_NO_AMOUNT.search(around(case.line.text, edit, 1)[1]):
            return f"it puts {sign!r} before what is no amount"
        home = SIGNS.get(sign, context.language)
        if context.language and home != context.language and not any(sign in text for text in context.texts):
            return f"{sign!r} is no sign of the page's language"
    return ""


def _script(line: Line, edit: Edit) -> str:
    """A word of two scripts, or a script that the line does not use."""
    for word in re.findall(r"[^\W\d_]+", edit.after):
        scripts = {_script_of(c) for c in word}
        if len(scripts) > 1:
            return f"{word!r} would mix letters of two scripts"
        used = _scripts(line.text)
        if used and not scripts & used:
            return f"{word!r} is in a script that the line does not use"
    return ""


@lru_cache(maxsize=64)
def _scripts(text: str) -> frozenset[str]:
    return frozenset(_script_of(c) for c in set(text) if c.isalpha())


def _script_of(letter: str) -> str:
    """The first word of the letter's Unicode name, LATIN or CYRILLIC; kana and ideographs are one, as in Japanese."""
    name = unicodedata.name(letter, "UNKNOWN").split()[0]
    return "CJK" if name in ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA") else name


def _words(edit: Edit) -> str:
    """Words that come or go, where it is more than a lost or spurious space."""
    before, after = edit.before.split(), edit.after.split()
    change = len(after) - len(before)
    slack = max(abs(change), bars.SCOPE_IN_A_PATH * len(edit.after)) if change < 0 and "/" in edit.after else abs(change)
    if abs(change) > MOST_WORDS and distance("".join(before)[:80], "".join(after)[:80]) > slack:
        return f"it {'adds' if change > 0 else 'removes'} {counted(abs(change), 'word')}"
    if not before and any(len(word) > 3 for word in after):
        return f"it adds {edit.after.strip()!r} where nothing was read"
    if not after and any(len(word) > 3 and word.isalpha() for word in before):
        return f"it removes {edit.before.strip()!r}"
    return ""


def _between(case: Case) -> str:
    """Opposition to a new word between two numbers without an image: they may be groups of one number (``030 901820``)."""
    if case.line.evidence is not None or len(case.edit.after.split()) <= len(case.edit.before.split()):
        return ""
    text, edited = around(case.line.text, case.edit, _BESIDE)
    return (
        "it puts a word between two numbers"
        if len(_BETWEEN_NUMBERS.findall(edited)) > len(_BETWEEN_NUMBERS.findall(text))
        else ""
    )


def _far(edit: Edit) -> str:
    before, after = "".join(edit.before.split()), "".join(edit.after.split())
    longest = max(len(before), len(after))
    if longest <= 3 or not before or not after:
        return ""
    if longest > 200 or distance(before, after) / longest > bars.SCOPE_FARTHEST:
        return f"{edit.after.strip()!r} shares too little with {edit.before.strip()!r} to be a misreading of it"
    return ""


def _translated(case: Case) -> str:
    """Words of the line's language that would become English ones, which is where models drift to."""
    edit, own, english = case.edit, case.lexicon, lexicon("en")
    before, after = (re.findall(r"[^\W\d_]{3,}", side) for side in (edit.before, edit.after))
    if case.context.language == "en" or not own.values or not before or not after:
        return ""
    was_own = all(own.known(word) and own.zipf(word) >= english.zipf(word) + bars.SCOPE_OTHER_LANGUAGE for word in before)
    if was_own and all(english.zipf(word) >= own.zipf(word) + bars.SCOPE_OTHER_LANGUAGE for word in after):
        return f"it translates {edit.before.strip()!r} into English"
    return ""


def _modernised(case: Case) -> str:
    """A word in older spelling on a page of such that would be spelled as today, where the image does not ask for it."""
    if case.kind not in ("letters", "accents") or (case.score and case.score.value >= bars.IMAGE_SUPPORTS):
        return ""
    read, meant = (WORD.findall(side) for side in case.words[1:])
    if len(read) != 1 or len(meant) != 1 or newer(read[0], case.lexicon) != as_listed(meant[0], case.context.words.language):
        return ""
    return f"the page spells as print before the reforms did, {read[0]!r} too" if case.context.fact(_is_older) else ""


def _is_older(context: Context) -> bool:
    words = {word.casefold() for text in context.texts for word in WORD.findall(text)}
    return sum(bool(newer(word, context.words)) for word in words) >= LEAST
