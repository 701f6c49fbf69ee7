"""Words of print from before a language's reforms are no misreadings of today's."""

from __future__ import annotations

import random

import pytest

from ocrect.correcting import scope
from ocrect.correcting.case import Case
from ocrect.correcting.words.habits import repeated
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import posterior
from ocrect.words.lexicon import lexicon
from ocrect.words.older import newer

_ENDS = {"fr": ("ait", "oit"), "de": ("t", "et"), "nl": ("sen", "schen")}


def drawn(language: str, seed: int, count: int) -> list[tuple[str, str]]:
    """Frequent words, and how each was written before: none of the list."""
    words, (new, old) = lexicon(language), _ENDS[language]
    stems = [word for word, zipf in words.values.items() if zipf > 3.5 and len(word) > 5 and word.endswith(new)]
    pairs = [(f"{word.removesuffix(new)}{old}", word) for word in random.Random(seed).sample(stems, 40)]
    return [(before, since) for before, since in pairs if not words.known(before) and newer(before, words) == since][:count]


def doubtful(name: str, text: str) -> Line:
    """A line of one word, of whose first letter its engine is not sure."""
    evidence = posterior(text, alternatives={0: {"-": 0.1}})
    return Line(name, text, evidence=evidence)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("language", sorted(_ENDS))
def test_words_of_a_page_in_older_spelling_are_not_modernised_and_tell_of_no_misreading(language: str, seed: int) -> None:
    pairs = drawn(language, seed, 4)
    assert len(pairs) == 4
    page = [doubtful(f"p1-l{at}", before) for at, (before, _) in enumerate(pairs)]
    for line, (before, since) in zip(page, pairs, strict=True):
        edit = Edit(0, len(before), before, since)
        old = Case.of(line, edit, Context(tuple(page), language=language))
        assert scope.check(old).supports is False
        assert repeated(old) == 0.0
        alone = Case.of(line, edit, Context((line,), language=language))
        assert scope.check(alone).supports is None, "one such word may be misread"


def test_a_page_of_older_spelling_has_misreadings_too() -> None:
    page = [Line("p1-l1", "il venoit et regardoit"), Line("p1-l2", "la rnaison")]
    edit = Edit(3, 10, "rnaison", "maison")
    assert scope.check(Case.of(page[1], edit, Context(tuple(page), language="fr"))).supports is None
