"""What decisions teach: a dictionary of the user's own words, and a table of what their engine takes for what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ocrect.batch.decisions import Decision
from ocrect.record.correction import Edit, atoms
from ocrect.words.lexicon import lexicon

_WORD = re.compile(r"[^\W\d_]+(?:[-'’.&][^\W\d_]+)*")
_LEAST = 2
"""Letters of a word that is worth a line in a dictionary."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The engine read ``read`` where ``meant`` stands, ``count`` times; either is empty where characters came or went."""

    read: str
    meant: str
    count: int


def own_words(decisions: Iterable[Decision], languages: Iterable[str] = ("en",)) -> list[str]:
    """The words that persons wrote or confirmed and that none of the ``languages`` has, in order, each once.

    Numbers, and words with digits in them, are none: a dictionary that knows one would let it stand elsewhere.
    """
    known = [lexicon(language) for language in dict.fromkeys(languages)]
    found = {word for decision in decisions for word in _words(decision)}
    return sorted(word for word in found if not any(words.known(word) for words in known))


def _words(decision: Decision) -> Iterator[str]:
    if decision.kind not in ("read", "add"):
        return
    for part in decision.after.split():
        if any(c.isdigit() for c in part):
            continue
        for found in _WORD.finditer(part):
            if sum(map(str.isalpha, found.group())) >= _LEAST:
                yield found.group()


def confusions(decisions: Iterable[Decision]) -> list[Seen]:
    """What was read for what, the most frequent first.

    Spaces that came or went are a space on one side; a place that was left as it reads teaches nothing here.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for decision in decisions:
        if decision.kind == "read" and decision.before != decision.after:
            edit = Edit(decision.start, decision.end, decision.before, decision.after)
            counts.update((atom.before, atom.after) for atom in atoms(edit))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Seen(read, meant, count) for (read, meant), count in ranked]


def table(found: Iterable[Seen]) -> str:
    """The confusions as tab-separated values with a head: read, meant, count."""
    return "read\tmeant\tcount\n" + "".join(f"{one.read}\t{one.meant}\t{one.count}\n" for one in found)
