"""What the drawn lines say: sentences and words of free sources, numbers, forms, receipts, code, and letters in no order.

A text is drawn from the dice alone: the same dice give the same text. Every text is in Unicode's normal form C, and holds only
symbols of :data:`training.alphabet.DRAWN`, a space nowhere beside another or at an end.
"""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from pydoc_data.topics import topics
from typing import NamedTuple

from wordfreq import top_n_list, word_frequency

from training import tills
from training.alphabet import DRAWN, VIETNAMESE
from training.numbers import amount, code, date, figure, phone, price

HELP = Path("/usr/share/libreoffice/help")
LANGUAGES = {"vi": 36, "en": 30, "de": 7, "fr": 7} | dict.fromkeys(
    ("es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "ro", "da", "sv", "nb", "fi", "is", "lv", "lt", "tr", "sl", "sh", "ca"), 1
)
"""How often each language is drawn."""
WITH_CODE = 0.4  # of the sentences name commands, paths and the like
WITH_QUOTES = 0.2  # of the sentences have some words in quotes
CURLED = 0.5  # of the lines have printers' apostrophes
NOTHING = 0.02  # of the lines say nothing: ink that is no text
AT_HEAD = 0.05  # of the lines begin as those of a list do
HEADS = ("-", "-", "–", "–", "—", "•", "*", "+")
QUOTES = ("“”", "„“", "‚‘", "«»", "‹›", "‘’", '""', "''", "()", "[]", "()", "„”", "»«", "{}", "<>")
MARKS = "•–—-*■□☐☒☑✓✗►→◦§¶№†‡"
RARE = "αβγδεθλμπρσφωΔΩΣΦ°±×÷‰½¼¾⅓⅔™®©≤≥≈≠√∞Ω€£¥¢₫₹₩฿ªº¡¿…¬¦|~^_`\\@#&%$+=<>/"
_ONSETS = ("", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split())
_RHYMES = """a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iêu iu oa oai oay oe oi ôi ơi ua uê ui uôi uơ uy ưa ưi ươi ươu
ưu an ang anh am ăn ăng ăm ân âng âm en eng em ên ênh êm in inh im iên iêng iêm on ong om ôn ông ôm ơn ơm un ung um uôn uông uôm
ưng ươn ương ươm oan oang oăn uân uyên yên yêm at ac ach ap ăt ăc ăp ât âc âp et ec ep êt êch êp it ich ip iêt iêc iêp ot oc op
ôt ôc ôp ơt ơp ut uc up uôt uôc ưt ưc ươt ươc ươp oat oac oăt uât uyêt""".split()
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWEL = re.compile("[aăâeêoôơuưiy]")

_ANY = "".join(sorted(DRAWN))

Dice = random.Random


class Text(NamedTuple):
    """A line's text, and whether it is of a kind that is mostly printed with letters of one width."""

    text: str
    fixed: bool


def line(dice: Dice) -> Text:
    """One line's text; now and then none."""
    if dice.random() < NOTHING:
        return Text("", fixed=False)
    while True:
        kinds, weights = zip(*_KINDS, strict=True)
        (kind,) = dice.choices(kinds, weights)
        language = dice.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        fixed = dice.random() < _FIXED.get(kind, 0.2)
        text = kind(dice, language)
        if dice.random() < AT_HEAD:
            text = f"{dice.choice(HEADS)} {text}"
        if dice.random() < CURLED:
            text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
        if dice.random() < (0.15 if language == "vi" else 0.07):
            text = text.upper() if dice.random() < 0.7 else text.title()
        text = _cut(dice, _clean(text))
        if text:
            return Text(text, fixed)


def _clean(text: str) -> str:
    """Normal form C, single spaces, nothing outside the alphabet."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text if all(symbol in DRAWN for symbol in text) else ""


def _cut(dice: Dice, text: str) -> str:
    """At most a line of it, cut at a space; short pieces are what tables and forms hold."""
    most = dice.choices((14, 30, 60, 100), (12, 22, 32, 34))[0]
    most = dice.randint(most // 2, most)
    if len(text) > most:
        start = text.find(" ", dice.randint(0, len(text) - most)) + 1
        text = text[start : start + most + 1]
        text = text[: max(text.rfind(" "), 0)] or text[:most]
    return text.strip()


def _sentences(dice: Dice, language: str) -> str:
    corpus = sentences(language)
    if not corpus:
        return _words(dice, language)
    found = dice.choice(corpus).split(" ")
    if dice.random() < WITH_CODE:
        for _ in range(dice.randint(1, 3)):
            found.insert(dice.randint(0, len(found)), _token(dice, language) + dice.choice(("", "", "", ",", ".", ";", ")")))
    if dice.random() < WITH_QUOTES:
        first = dice.randrange(len(found))
        last = min(len(found), first + dice.randint(1, 6)) - 1
        quotes = dice.choice(QUOTES)
        found[first], found[last] = quotes[0] + found[first], found[last] + quotes[1]
    return " ".join(found)


def _words(dice: Dice, language: str) -> str:
    """Frequent words in a row, with the case, punctuation, numbers and signs that stand between words."""
    words, weights = _frequent(language)
    out = []
    for word in dice.choices(words, weights, k=dice.randint(1, 14)):
        chance = dice.random()
        if chance < 0.14:
            word = word[:1].upper() + word[1:]
        elif chance < 0.19:
            word = word.upper()
        elif chance < 0.28:
            word = figure(dice)
        elif chance < 0.31:
            quotes = dice.choice(QUOTES)
            word = f"{quotes[0]}{word}{quotes[1]}"
        elif chance < 0.33:
            word += dice.choice("¹²³⁴⁵⁶⁷⁸⁹⁰")
        elif chance < 0.36:
            word = dice.choice((dice.choice(RARE), f"{word}{dice.choice(RARE)}", f"{dice.choice(RARE)}{word}"))
        elif chance < 0.39:
            word = dice.choice(("–", "—", "-", "/", "&", "+", f"{word}—{dice.choice(words)}", f"{word}-{dice.choice(words)}"))
        if dice.random() < 0.11:
            word += dice.choice(",,,,...:;!?…")
        out.append(word)
    if dice.random() < 0.06:
        out.insert(0, dice.choice(MARKS))
    return " ".join(out)


def _form(dice: Dice, language: str) -> str:
    """A label with its value, as forms and invoices have them."""
    words, weights = _frequent(language)
    label = " ".join(dice.choices(words, weights, k=dice.randint(1, 3)))
    label = dice.choice((label.capitalize(), label.upper(), label.title()))
    value = dice.choice((amount, amount, price, date, phone, code, figure))(dice)
    between = dice.choice((": ", " ", ": ", " : ", ". ", " = ", "...... ", " - "))
    return f"{label}{between}{value}" + (f" {dice.choice((amount, figure, date))(dice)}" if dice.random() < 0.3 else "")


def _receipt(dice: Dice, language: str) -> str:
    """A row of a receipt or an invoice: a thing, how many, what it costs."""
    words, weights = _frequent(language)
    thing = " ".join(dice.choices(words, weights, k=dice.randint(1, 4)))
    thing = thing.upper() if dice.random() < 0.6 else thing.capitalize()
    parts = [thing] if dice.random() < 0.8 else []
    parts += [dice.choice((price, amount, figure, code))(dice) for _ in range(dice.randint(1, 3))]
    if dice.random() < 0.25:
        parts.insert(dice.randint(0, len(parts)), dice.choice(("x", "@", "×", "*", "SR", "RM", "T", "PCS", "kg", "ZRL", "-")))
    return " ".join(parts)


def _number(dice: Dice, language: str) -> str:
    del language
    kinds: Sequence[Callable[[Dice], str]] = (amount, amount, price, date, phone, code, figure)
    return " ".join(dice.choice(kinds)(dice) for _ in range(dice.randint(1, 4)))


def _tag(dice: Dice, language: str) -> str:
    """A code with capitals and digits among words: serial numbers, article numbers, flights."""
    return f"{_frequent(language)[0][dice.randint(0, 3000)].upper()} {code(dice)} {code(dice)}"


def _code(dice: Dice, language: str) -> str:
    """What fixed-width type is used for: commands, paths, options, addresses, a word of prose between."""
    words, weights = _frequent(language)
    return " ".join(
        dice.choices(words, weights)[0] if dice.random() < 0.3 else _token(dice, language) for _ in range(dice.randint(1, 9))
    )


def _token(dice: Dice, language: str) -> str:
    """A command, path, option or address, mostly of English words."""
    a, b, c = dice.choices(*_frequent("en" if dice.random() < 0.75 else language), k=3)
    n, m, k = dice.randint(0, 99), dice.randint(0, 9), dice.randint(100, 9999)
    return dice.choice(_CODE).format(a=a, b=b, c=c, U=a.upper(), n=n, m=m, k=k)


def _syllables(dice: Dice, language: str) -> str:
    """Vietnamese syllables in no order, so that every vowel meets every tone and the image must tell them apart."""
    del language
    out = []
    for _ in range(dice.randint(1, 12)):
        rhyme = dice.choice(_RHYMES)
        closed = rhyme[-1] in "tcp" or rhyme.endswith("ch")
        tone = dice.choice(_TONES[4:] if closed else _TONES)
        at = [match.end() for match in _VOWEL.finditer(rhyme)]
        place = dice.choice(at)
        word = unicodedata.normalize("NFC", dice.choice(_ONSETS) + rhyme[:place] + tone + rhyme[place:])
        out.append(dice.choice((word, word, word, word.capitalize(), word.upper())))
    return " ".join(out)


def _letters(dice: Dice, language: str) -> str:
    """Letters in no order, rare ones above all. Words with wrong letters would teach that context tells nothing."""
    del language
    rare = VIETNAMESE if dice.random() < 0.4 else _ANY
    words = ("".join(dice.choices(rare, k=dice.randint(1, 8))) for _ in range(dice.randint(1, 6)))
    return " ".join(dice.choice((str.lower, str.lower, str.upper, str.capitalize))(word) for word in words)


def marked(dice: Dice, language: str) -> str:
    """Words with the marked letters of Vietnamese, or of all other languages together, each letter as likely as any other, most
    of them in capitals.
    """
    del language
    holding = _by_letter(("vi",)) if dice.random() < 0.5 else _by_letter(tuple(x for x in LANGUAGES if x not in ("en", "vi")))
    out = []
    for _ in range(dice.randint(1, 7)):
        word = dice.choice(holding[dice.choice(sorted(holding))])
        out.append(dice.choice((str.upper, str.upper, str.upper, str.capitalize, str.lower))(word))
    return " ".join(out)


_CODE = (
    "/usr/{a}/{b}",
    "/{a}/{b}.{c}",
    "~/{a}/{b}",
    "./{a}",
    "--{a}-{b}",
    "--{a}={b}",
    "-{m}",
    "-{a}",
    "{a}_{b}",
    "{a}-{b}",
    "{a}.{b}",
    "{a}-{m}.{n}.tar.gz",
    "{a}_{m}.{n}-{m}_{b}.deb",
    "{a}({m})",
    "http://www.{a}.{b}/{c}/",
    "https://{a}.org/{b}/{c}.html",
    "<{a}@{b}.org>",
    "{a}.{b}@{c}.com",
    "${{{a}:{b}}}",
    "$({U})",
    "${U}",
    "{U}={a}",
    "{U}_{U}",
    "{a}:",
    "{a},",
    "{a};",
    "({a})",
    "[{a}]",
    "#{k}",
    "#!/bin/{a}",
    "$ {a} {b}",
    "# {a}",
    "{a}();",
    "{a}({b}, {c})",
    '"{a}"',
    "'{a}'",
    "{a} = {n};",
    "{a}++",
    "!=",
    "==",
    "->",
    "=>",
    "&&",
    "||",
    "|",
    "{{",
    "}}",
    "\\",
    ">>",
    "*.{a}",
    "{a}[{m}]",
    "%{a}",
    "@{a}",
    "{k}",
    "0x{k}",
    "{m}.{n}",
    "({m}.{n}-{m})",
    "(>= {m}.{n})",
    "drwxr-xr-x",
    "{n}:{n}",
)
_KINDS = (
    (_sentences, 27),
    (_words, 24),
    (_form, 9),
    (_receipt, 8),
    (_number, 6),
    (_tag, 3),
    (_code, 12),
    (_syllables, 8),
    (_letters, 3),
    (marked, 26),
    (tills.line, 5),
)
_FIXED = {_code: 0.75, tills.line: 0.6, _receipt: 0.45, _tag: 0.45}
"""How often lines of a kind are of letters of one width; others less."""


@cache
def _frequent(language: str) -> tuple[list[str], list[float]]:
    """A language's 20,000 most frequent words, and how often each is drawn: by the root of its frequency."""
    words = top_n_list(language, 20_000)
    return words, [word_frequency(word, language) ** 0.5 for word in words]


@cache
def _by_letter(languages: tuple[str, ...]) -> dict[str, list[str]]:
    """The languages' letters beyond the 26, and those of their frequent words that have them; of Dutch also as they were
    printed with ÿ for ij, a letter that has hardly a frequent word.
    """
    words = [word for language in languages for word in _frequent(language)[0]]
    found: dict[str, list[str]] = {}
    for word in [*words, *(word.replace("ij", "ÿ") for word in words if "nl" in languages and "ij" in word)]:
        for letter in sorted(set(word)):
            if not letter.isascii() and letter in DRAWN and unicodedata.name(letter).startswith("LATIN SMALL"):
                found.setdefault(letter, []).append(word)
    return found


@cache
def sentences(language: str) -> list[str]:
    """Sentences: of Python's documentation for English, of LibreOffice's help for German, French and Vietnamese."""
    if language == "en":
        return sorted(
            {
                p
                for topic in topics.values()
                for p in map(_joined, re.split(r"\n\s*\n", topic))
                if 20 < len(p) < 2000 and is_prose(p)
            }
        )
    found = set()
    for page in sorted((HELP / language).rglob("*.html")):
        body = page.read_text(encoding="utf-8").partition("<body")[2]
        for part in re.findall(r"<(?:p|h\d)[^>]*>(.*?)</(?:p|h\d)>", body, re.S):
            text = _joined(html.unescape(re.sub(r"<[^>]+>", "", part)))
            if 12 < len(text) < 2000 and is_prose(text):
                found.add(text)
    return sorted(found)


def is_prose(text: str) -> bool:
    """True for mostly letters."""
    return sum(symbol.isalpha() for symbol in text) > 0.6 * len(text)


def _joined(text: str) -> str:
    return " ".join(text.split())
