"""Does the correction look where the errors are? Precision and recall of what it flags, word by word.

A word that was read is wrong where it is not the truth's word at that place; words whose place in the truth is not known
(another order, nothing printed there) are left out, and so are words that were never read. A word is flagged where

    changed        an accepted edit touches it
    shown          an accepted edit or one for review touches it: what a person sees
    looked at      any proposal touches it: what the checks were asked about
    uncertain      the engine's confidence in some sign of it is below 0.97
    unlisted       it is of letters and no word of the language's list

Precision is the part of the flagged words that are wrong, recall the part of the wrong ones that are flagged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.accuracy import CAPITALS
from bench.reading import Choice, in_words, language_of, pipeline, read
from ocrect.correcting.words.rewrite import DOUBTFUL, is_unlisted
from ocrect.measure.evaluation import words_right
from ocrect.record.document import Document, Line, Word
from ocrect.words.lexicon import Lexicon, lexicon

FLAGS = ("changed", "shown", "looked at", "uncertain", "unlisted")


def run(choice: Choice, sets: Sequence[str], runs: Sequence[dict[str, str]]) -> None:
    """Print a table for each set and each of ``runs`` (settings)."""
    for name in sets:
        for settings in runs:
            counts = measure(choice, name, settings)
            words, wrong = counts["words"], counts["wrong"]
            print(f"{name} {choice.how.name.strip('-')} {in_words(settings)}: {words} words, {wrong} wrong")
            for flag in FLAGS:
                flagged, hit = counts[flag], counts[flag, "wrong"]
                print(
                    f"  {flag:10} flagged {flagged / max(words, 1):6.2%}  precision {hit / max(flagged, 1):6.1%}"
                    f"  recall {hit / max(wrong, 1):6.1%}"
                )


def measure(choice: Choice, name: str, settings: dict[str, str]) -> Counter[object]:
    """How many words there are, are wrong, are flagged, and are both, over the pages of a set."""
    counts: Counter[object] = Counter()
    chosen = list(choice.samples(name))
    with pipeline(language_of(chosen), settings) as reader:
        words = lexicon(language_of(chosen), reader.settings.dictionary)
        for sample in chosen:
            document = reader.correct(read(reader, sample, choice)[0])
            told = words_right(document.text, sample.truth, ignore_case=name in CAPITALS)
            right = {(start, end): is_right for start, end, is_right in told}
            for start, line, word in _words(document):
                is_right = right.get((start + word.start, start + word.end))
                if is_right is None:
                    continue
                counts["words"] += 1
                counts["wrong"] += not is_right
                for flag in flags(line, word, words):
                    counts[flag] += 1
                    counts[flag, "wrong"] += not is_right
    return counts


def _words(document: Document) -> Iterator[tuple[int, Line, Word]]:
    """Each word of a document of one page, with its line and where that line begins in the text."""
    start = 0
    for line in document.lines():
        yield from ((start, line, word) for word in line.words)
        start += len(line.text) + 1


def flags(line: Line, word: Word, words: Lexicon) -> Iterator[str]:
    """Which of :data:`FLAGS` hold for a word."""
    decisions = {
        v.decision for v in line.verdicts if v.edit.start < word.end and word.start < max(v.edit.end, v.edit.start + 1)
    }
    if "accepted" in decisions:
        yield "changed"
    if decisions & {"accepted", "review"}:
        yield "shown"
    if decisions:
        yield "looked at"
    if word.confidence < DOUBTFUL:
        yield "uncertain"
    if is_unlisted(word.text, words):
        yield "unlisted"
