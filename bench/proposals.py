"""For a line as read and its truth: the true edits, and plausible wrong ones, as a clever but wrong proposer makes them."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from rapidfuzz.distance import Levenshtein

from bench.image_evidence import LOOKALIKES
from ocrect.correcting.nbest import propose
from ocrect.evidence import fold
from ocrect.plugins import Context
from ocrect.record.correction import Edit, apply, edits
from ocrect.record.document import Line
from ocrect.words.confusions import DIGITS
from ocrect.words.lexicon import lexicon

Group = Literal["true", "wrong repair", "invented", "n-best"]
GROUPS: tuple[Group, ...] = ("true", "wrong repair", "invented", "n-best")

MOST_WORDS, EACH = 4, 2
"""Rightly read words of a line for which changes are invented, and how many for each."""

_ACCENTS = {"a": "àâä", "e": "éèê", "i": "îï", "o": "ôö", "u": "ùûü", "c": "ç"}


def proposals(line: Line, truth: str, language: str, dice: random.Random) -> Iterator[tuple[Group, Edit]]:
    """Edits of ``line.text``, each with its group; none that no image can tell from what was read.

    A wrong repair is no nearer to the truth than what was read. What is invented, and the engine's own other readings
    (``n-best``), change words that were read rightly.
    """
    repairs = [edit for edit in edits(line.text, truth) if _tells(line.text, edit)]
    yield from (("true", edit) for edit in repairs)
    for edit in repairs:
        for after in _changes(edit.after, language, dice, 2 * EACH) if edit.after.strip() else ():
            wrong = Edit(edit.start, edit.end, edit.before, after) if after not in (edit.before, edit.after) else None
            if wrong and _tells(line.text, wrong) and _no_nearer(edit, after):
                yield "wrong repair", wrong
    right = [
        (m.start(), m.group())
        for m in re.finditer(r"\S+", line.text)
        if not any(Edit(m.start(), m.end(), m.group(), "\0").overlaps(repair) for repair in repairs)
    ]
    for start, word in dice.sample(right, min(MOST_WORDS, len(right))):
        for after in _changes(word, language, dice, EACH):
            edit = Edit(start, start + len(word), word, after)
            if _tells(line.text, edit):
                yield "invented", edit
    for edit in propose([line], Context([line]))[0]:
        if _tells(line.text, edit) and not any(edit.overlaps(repair) for repair in repairs):
            yield "n-best", edit


def _tells(text: str, edit: Edit) -> bool:
    return fold(apply(text, [edit])) != fold(text)


def _no_nearer(true: Edit, after: str) -> bool:
    return Levenshtein.distance(after, true.after) >= Levenshtein.distance(true.before, true.after)


def _changes(word: str, language: str, dice: random.Random, n: int) -> list[str]:
    """``n`` plausible other words, of different kinds as far as there are."""
    kinds = [_numbers, _numbers, _looks] if any(c.isdigit() for c in word) else [_words, _looks, _marks, _words]
    found: dict[str, None] = {}
    for _ in range(4 * n):
        changed = dice.choice(kinds)(word, language, dice)
        if changed and changed != word:
            found[changed] = None
    return list(found)[:n]


def _numbers(word: str, language: str, dice: random.Random) -> str:
    """Another amount, date, dose or code."""
    del language
    digits = [i for i, c in enumerate(word) if c.isdigit()]
    if not digits:
        return ""
    i = dice.choice(digits)
    ways = [
        word[:i] + dice.choice("0123456789") + word[i + 1 :],
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
        word[:i] + "0" + word[i:],
        word.translate(str.maketrans(".,", ",.")),
        re.sub("[.,:/-]", "", word, count=1),
    ]
    if len(digits) > 1:
        a, b = sorted(dice.sample(digits, 2))
        ways.append(word[:a] + word[b] + word[a + 1 : b] + word[a] + word[b + 1 :])
        ways.append("".join(dice.choice("123456789") if c.isdigit() else c for c in word))
    return dice.choice(ways)


def _words(word: str, language: str, dice: random.Random) -> str:
    """A listed word that resembles it."""
    match = re.search(r"[^\W\d_]+", word)
    near = lexicon(language).candidates(match.group())[:4] if match else ()
    if not match or not near:
        return ""
    return word[: match.start()] + dice.choice(near).text + word[match.end() :]


def _looks(word: str, language: str, dice: random.Random) -> str:
    """A look-alike in one sign's place, a sign lost or doubled."""
    del language
    i = dice.randrange(len(word))
    options: list[str] = [*LOOKALIKES.get(word[i], ""), "", word[i] * 2]
    return word[:i] + dice.choice(options) + word[i + 1 :]


def _marks(word: str, language: str, dice: random.Random) -> str:
    """Another accent, case, space or sign."""
    del language
    i = dice.randrange(len(word))
    c = word[i]
    plain = unicodedata.normalize("NFD", c)[0]
    options: list[str] = [*_ACCENTS.get(c, ""), plain if plain != c else "", c.swapcase(), c + " ", c + "-", c + "."]
    return (word[:i] + dice.choice([o for o in options if o and o != c]) + word[i + 1 :]).strip()


def lettered(text: str) -> Iterator[Edit]:
    """For each word of letters and digits the numbers that it looks like: every letter a digit, and one of them."""
    for match in re.finditer(r"[^\W_]+", text):
        word = match.group()
        places = [at for at, c in enumerate(word) if c in DIGITS]
        if not places or not any(map(str.isdecimal, word)):
            continue
        for chosen in dict.fromkeys((tuple(places), (places[0],), (places[-1],))):
            other = "".join(DIGITS[c][0] if at in chosen else c for at, c in enumerate(word))
            yield Edit(match.start(), match.end(), word, other)


_TRANSLATED = {"the": "der", "of": "von", "and": "und", "is": "ist", "to": "zu", "in": "im", "a": "ein", "total": "Summe"}
_NAMES = ("Smith", "Johnson", "Taylor", "Miller", "Anderson", "London", "Boston")
_MORE = ("not", "very", "approximately", "only", "never")


def made_up(truth: str, dice: random.Random) -> str:
    """``truth`` with one invention: another number, name or word, a word put in or left out, a translation."""
    words = truth.split(" ")
    numbers = [i for i, word in enumerate(words) if any(map(str.isdigit, word))]
    names = [i for i, word in enumerate(words) if i and word[:1].isupper() and word[1:].islower()]
    common = [i for i, word in enumerate(words) if word.lower() in _TRANSLATED]
    ways = (
        ["word", "put in", "left out"] + ["number"] * 2 * bool(numbers) + ["name"] * bool(names) + ["translated"] * bool(common)
    )
    way = dice.choice(ways)
    if way == "number":
        at = dice.choice(numbers)
        words[at] = _numbers(words[at], "en", dice) or words[at]
    elif way == "name":
        words[dice.choice(names)] = dice.choice(_NAMES)
    elif way == "translated":
        words = [_TRANSLATED.get(word.lower(), word) for word in words]
    elif way == "put in":
        words.insert(dice.randrange(len(words) + 1), dice.choice(_MORE))
    elif way == "left out" and len(words) > 1:
        del words[dice.randrange(len(words))]
    else:
        at = dice.randrange(len(words))
        words[at] = _words(words[at], "en", dice) or _looks(words[at] or "a", "en", dice)
    return " ".join(words)
