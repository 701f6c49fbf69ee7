"""How likely it is that a word without an image was misread for another one: by the language model, the word list and the
usual misreadings together.

A logistic regression weighs them, as :mod:`ocrect.correcting.weigh` does for words that an image shows: the noisy channel of
Kernighan, Church and Gale (1990) gives a language model and a misreading the same weight, and both are surer than they are
right. Fitted on every fourth chunk of English books and newspapers (``python -m bench.unseen_words``), none of them those that
figures are given of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from ocrect.correcting.case import Case
from ocrect.correcting.words.listed import strangeness
from ocrect.plugins import Context
from ocrect.words.confusions import distance
from ocrect.words.lexicon import UNSEEN, UNSEEN_NAME, WORD, noise

WEIGHTS: Mapping[str, float] = {
    "kind": -1.756,
    "model": 0.306,
    "units": -2.076,
    "ahead": 0.142,
    "known": -0.833,
    "letters": -0.034,
    "capital": -0.619,
    "noise": 0.118,
    "strange": 5.578,
    "share": -3.233,
    "commoner": 0.083,
}
"""Nats of log-odds for each unit of :func:`numbers`."""

_MODEL, _MISREAD = 0.5, 4.5
"""What a nat of the language model's and a unit of the weighed edit distance are worth, in nats, where rivals are ranked."""

_MOST, _MOST_AHEAD, _MOST_COMMONER = 20.0, 10.0, 15.0


def is_one_word(case: Case) -> bool:
    """True where one word becomes another, on a line that no image stands behind."""
    edit = case.edit
    return case.line.evidence is None and not any(map(str.isspace, edit.before)) and WORD.fullmatch(edit.after) is not None


def numbers(case: Case, texts: Sequence[str], gains: Sequence[float]) -> dict[str, float]:
    """What speaks for the edit and against it; empty where another of the words that the one read may be is likelier.

    ``texts`` are the word read and those that it may be, ``gains`` by how many nats each is likelier to the language model than
    the first.
    """
    edit, words = case.edit, case.lexicon
    read, meant = edit.before, edit.after
    ranks = {t: _MODEL * g - _MISREAD * _units(read, t) for t, g in zip(texts[1:], gains[1:], strict=True)}
    behind = max((rank for text, rank in ranks.items() if text != meant), default=ranks[meant] - _MOST_AHEAD)
    if behind > ranks[meant]:
        return {}
    units = _units(read, meant)
    has_capital = read[:1].isupper() and not read.isupper()
    own = words.zipf(read) or (UNSEEN_NAME if has_capital else UNSEEN)
    commoner = log(10) * (words.zipf(meant) - own) - _MISREAD * units
    return {
        "kind": 1.0,
        "model": min(gains[texts.index(meant)], _MOST),
        "units": units,
        "ahead": min(ranks[meant] - behind, _MOST_AHEAD),
        "known": float(words.known(read)),
        "letters": float(len(read)),
        "capital": float(has_capital),
        "noise": log(case.context.fact(page_noise)),
        "strange": case.context.fact(strangeness),
        "share": units / max(len(read), len(meant)),
        "commoner": min(commoner, _MOST_COMMONER),
    }


def log_odds(found: Mapping[str, float]) -> float:
    """The log-odds, in nats, that the edit is right, by its :func:`numbers`."""
    return sum(WEIGHTS[name] * value for name, value in found.items())


def page_noise(context: Context) -> float:
    """Share of the page's words that are misread."""
    return noise(context.texts, context.words)


def _units(read: str, meant: str) -> float:
    return min(distance(read, meant), distance(read.lower(), meant.lower()))
