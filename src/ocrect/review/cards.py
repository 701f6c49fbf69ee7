"""The cards of a page: a card for each place that a person is asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from rapidfuzz.distance import Levenshtein

from ocrect.ends import alike
from ocrect.numbers.tokens import locked_tokens, repairs
from ocrect.record.correction import Edit, Verdict, apply, edits, strength, whole_words
from ocrect.record.document import Box, Doubt, Line, Page, Unread
from ocrect.record.gathering import lost_text
from ocrect.record.rewriting import span_as_read, touches
from ocrect.review import reasons
from ocrect.review.reasons import Reason
from ocrect.review.stakes import stake

MOST_OTHERS = 5
_FARTHEST = 1e6
"""Pixels from a page's corner beyond which nothing lies."""
_LOOKED_AT = 12
"""Readings of a line that its evidence is asked for."""


@dataclass(frozen=True, slots=True)
class Change:
    """``text[start:]`` of the line as read, which reads ``before``, is to read ``after``."""

    start: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Card:
    """One question. ``line`` is empty for ink that was not read, whose place is ``box``.

    ``keep`` is the change that leaves the place as it reads now, ``proposal`` what is proposed (``None``: nothing, the place is
    only in doubt). ``others`` are further readings of the whole place. ``text`` is the line as it reads now, the place at
    ``start``…``end`` of it; ``read`` is what the engine read there where that is something else. ``box`` is the line's,
    ``frame`` the place's.
    """

    page: int
    line: str
    stake: str
    text: str
    start: int
    end: int
    keep: Change
    proposal: Change | None
    proposed: str
    others: tuple[str, ...] = ()
    read: str = ""
    reasons: tuple[Reason, ...] = ()
    box: Box | None = None
    frame: Box | None = None

    @property
    def now(self) -> str:
        """How the place reads now."""
        return self.text[self.start : self.end]

    @property
    def place(self) -> str:
        """The name of the place on its page, the same however often the page is corrected."""
        if self.line:
            return f"{self.line}:{self.keep.start}:{self.keep.start + len(self.keep.before)}"
        box = self.box or Box(0, 0, 0, 0)
        return f"ink:{box.left:.0f}:{box.top:.0f}:{box.right:.0f}:{box.bottom:.0f}"

    def dumps(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def loads(text: str) -> Card:
        """The card that :meth:`dumps` gave."""
        values = json.loads(text)
        made = {name: Box(**values[name]) if values[name] else None for name in ("box", "frame")}
        changes = {name: Change(**values[name]) if values[name] else None for name in ("keep", "proposal")}
        told = tuple(Reason(**reason) for reason in values["reasons"])
        return Card(**{**values, **made, **changes, "reasons": told, "others": tuple(values["others"])})


def cards(page: Page) -> Iterator[Card]:
    """The cards of a page as it stands, in its order, without further readings, which cost a look at the evidence."""
    for line in page.lines():
        for group in _groups(line):
            yield _card(page, line, *group)
    for item in lost_text(page):
        if on_paper(item.box):  # what is nowhere could be answered for ever
            yield _ink(page, item)


def as_it_stands(card: Card, page: Page) -> Card:
    """A card that was answered, as its place reads on the page now; nothing is proposed there any more."""
    line = next((line for line in page.lines() if line.id == card.line), None)
    if line is None or not line.text.startswith(card.keep.before, card.keep.start):
        return card
    now = _card(page, line, card.keep.start, card.keep.start + len(card.keep.before), [], [])
    return replace(now, stake=card.stake, reasons=card.reasons)


def with_others(card: Card, page: Page) -> Card:
    """The card with further readings of its place."""
    line = next((line for line in page.lines() if line.id == card.line), None)
    return replace(card, others=_others(line, card)) if line else card


def _groups(line: Line) -> Iterator[tuple[int, int, list[Verdict], list[Doubt]]]:
    """What is asked about one place, widened to whole words: spans of the line as read that touch are one."""
    asked: list[tuple[int, int, Verdict | Doubt]] = [
        (*whole_words(line.text, v.edit.start, v.edit.end), v) for v in line.verdicts if v.decision == "review"
    ]
    asked += [(*whole_words(line.text, doubt.start, doubt.end), doubt) for doubt in line.doubts]
    asked.sort(key=lambda item: item[:2])
    while asked:
        start, end, _ = asked[0]
        count = 1
        while count < len(asked) and asked[count][0] < max(end, start + 1):
            end = max(end, asked[count][1])
            count += 1
        items = [item for _, _, item in asked[:count]]
        del asked[:count]
        yield start, end, [i for i in items if isinstance(i, Verdict)], [i for i in items if isinstance(i, Doubt)]


def _card(page: Page, line: Line, start: int, end: int, verdicts: Sequence[Verdict], doubts: Sequence[Doubt]) -> Card:
    accepted = line.accepted
    inside = [edit for edit in accepted if touches(edit, start, end)]
    start, end = min([start, *(e.start for e in inside)]), max([end, *(e.end for e in inside)])
    low = start + sum(len(e.after) - len(e.before) for e in accepted if e.end <= start and e not in inside)
    read = line.text[start:end]
    now = _with(line.text, start, end, inside)
    best = max(verdicts, key=strength, default=None)
    told = reasons.of_doubts(doubts) + (reasons.of_verdict(best) if best else [])
    proposed = now if best is None else _with(line.text, start, end, [best.edit, *_beside(best.edit, inside)])
    return Card(
        page=page.number,
        line=line.id,
        stake=stake(line.text, start, end),
        text=line.corrected,
        start=low,
        end=low + len(now),
        keep=Change(start, read, now),
        proposal=None if best is None else Change(best.edit.start, best.edit.before, best.edit.after),
        proposed=proposed,
        read=read if read != now else "",
        reasons=tuple(told),
        box=on_paper(line.box),
        frame=on_paper(frame(line, start, end)),
    )


def _ink(page: Page, item: Unread) -> Card:
    """The card of ink that looks like text and was not read: the engine's guess, where it had one, is proposed."""
    proposal = Change(0, "", item.text) if item.text else None
    reason = Reason(f"why-{item.why}")
    nothing = Change(0, "", "")
    box = on_paper(item.box)
    return Card(page.number, "", "ink", "", 0, 0, nothing, proposal, item.text, (), "", (reason,), box, box)


def on_paper(box: Box | None) -> Box | None:
    """The box where it can be one: a file of JSON may say anything."""
    sides = () if box is None else (box.left, box.top, box.right, box.bottom)
    return box if sides and all(abs(side) <= _FARTHEST for side in sides) and box is not None else None


def _with(text: str, start: int, end: int, changes: Sequence[Edit]) -> str:
    """``text[start:end]`` with edits made that lie in it."""
    grown = sum(len(edit.after) - len(edit.before) for edit in changes)
    return apply(text, changes)[start : end + grown]


def _beside(edit: Edit, others: Iterable[Edit]) -> list[Edit]:
    return [other for other in others if not other.overlaps(edit)]


def _others(line: Line, card: Card) -> tuple[str, ...]:
    """Further readings of the place: what else was proposed, what the page's figures ask for, what a malformed number may be,
    then what the image allows, the likeliest first.
    """
    start, end = card.keep.start, card.keep.start + len(card.keep.before)
    inside = [v for v in line.verdicts if start <= v.edit.start and v.edit.end <= end]
    found = [_with(line.text, start, end, [v.edit]) for v in sorted(inside, key=strength, reverse=True)]
    for token in locked_tokens(line.text):
        if start <= token.start and token.end <= end:
            asked = [number for reason in card.reasons for number in _numbers_like(token.text, reason.detail)]
            found += [line.text[start : token.start] + text + line.text[token.end : end] for text in (*asked, *repairs(token))]
    if line.evidence is not None:
        for reading in line.evidence.alternatives(_LOOKED_AT):
            changes = edits(line.text, reading.text)
            if changes and all(start <= edit.start and edit.end <= end for edit in changes):
                found.append(_with(line.text, start, end, changes))
    known = {_spaced(card.now), _spaced(card.proposed), ""}
    spaced = dict.fromkeys(map(_spaced, [card.keep.before, *found]))
    return tuple(text for text in spaced if text not in known)[:MOST_OTHERS]


def _numbers_like(number: str, reason: str) -> list[str]:
    """The numbers that a contradiction speaks of and that the place may be: with one sign of theirs read otherwise."""
    return [t.text for t in locked_tokens(reason) if Levenshtein.distance(t.text, number) == 1 and len(t.text) == len(number)]


def _spaced(text: str) -> str:
    """With single spaces: no one sees how wide a space is."""
    return " ".join(text.split())


def frame(line: Line, start: int, end: int) -> Box | None:
    """The box of ``line.text[start:end]``: that of its words, else its share of the line's."""
    boxes = [word.box for word in line.words if word.start < max(end, start + 1) and start < word.end]
    if boxes:
        return Box.around(boxes)
    if line.box is None or not line.text:
        return line.box
    wide = line.box.width / len(line.text)
    return Box(line.box.left + start * wide, line.box.top, line.box.left + max(end, start + 1) * wide, line.box.bottom)


def typed(line: Line, card: Card, text: str) -> Change:
    """The change that makes the card's place read ``text``; with what an accepted edit left out at its ends, which is asked
    about as well.
    """
    start, end, after = span_as_read(line, card.start, card.end, text)
    start, end = min(start, card.keep.start), max(end, card.keep.start + len(card.keep.before))
    return Change(start, line.text[start:end], after)


def typed_line(line: Line, card: Card, text: str) -> Change:
    """The change that makes the card's whole line read ``text``: of the words from the first to the last that differ, and of
    the card's place.
    """
    now = card.text
    start = min(card.start, alike(now, text)[0])
    tail = min(len(now) - card.end, len(text) - start, alike(now[::-1], text[::-1])[0])
    start, end = whole_words(now, start, len(now) - tail)
    return typed(line, replace(card, start=start, end=end), text[start : len(text) - (len(now) - end)])
