"""An explanation as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ocrect.explain.explanation import BLANK, Candidate, Explanation, Heat, Place, compared
from ocrect.writers.record import MARKS
from ocrect.writers.terminal import visible

SIGNS = {True: "+", False: "−", None: "·"}


def lines(explanation: Explanation) -> Iterator[str]:
    """The lines of text that explain one line of a page, fit for a terminal."""
    yield from map(visible, _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    line = explanation.line
    yield f"{explanation.source}, page {explanation.page}, line {explanation.number}"
    yield f"  read       {line.text}"
    if line.corrected != line.text:
        yield f"  corrected  {line.corrected}"
    for doubt in line.doubts:
        yield f"  in doubt   {line.text[doubt.start : doubt.end]}: {doubt.reason}"
    for place in explanation.places:
        yield ""
        yield from _place(place)
    if not explanation.places:
        yield "  no edit was proposed, and there is no evidence of the image to show"


def _place(place: Place) -> Iterator[str]:
    if place.verdict is None:
        yield "  No edit was proposed. What the image allows beside what was read:"
    for candidate in place.candidates:
        yield from _candidate(candidate)
    if place.hidden:
        yield f"    and {place.hidden} more readings, all rejected"
    if place.heat:
        yield from _heat(place.heat)


def _candidate(candidate: Candidate) -> Iterator[str]:
    verdict = candidate.verdict
    title = f"{MARKS[verdict.decision]} {verdict.decision}, from {verdict.source}" if verdict else ""
    scores = []
    if candidate.image is not None:
        scores.append(f"image {nats(candidate.image)}")
    if candidate.gain:
        scores.append(f"the image makes it {compared(candidate.gain)}")
    if candidate.language is not None:
        scores.append(f"language model {nats(candidate.language, sign=True)}")
    yield f"  {candidate.text!r}  {title or 'as read' * (not candidate.gain)}".rstrip()
    if scores:
        yield f"    {'; '.join(scores)}"
    for finding in verdict.findings if verdict else ():
        yield f"    {SIGNS[finding.supports]} {finding.check}: {finding.reason}"


def _heat(heat: Heat) -> Iterator[str]:
    """The probabilities, in per cent, where the readings differ, with a column on either side."""
    start, end = max(0, heat.changed[0] - 1), min(heat.probabilities.shape[1], heat.changed[1] + 1)
    end = min(end, start + 12)
    yield f"    What the recogniser saw, {heat.unit} by {heat.unit}, in per cent:"
    yield "      " + f"{heat.unit:>12}" + "".join(f"{heat.first + i + 1:>5}" for i in range(start, end))
    for symbol, row in zip(heat.symbols, heat.probabilities, strict=True):
        told = symbol in heat.read or symbol in heat.proposed
        if told or symbol == BLANK or row[start:end].max() >= 0.05:
            yield "      " + f"{named(symbol):>12}" + "".join(f"{100 * p:>5.0f}" for p in row[start:end])


def named(symbol: str) -> str:
    """A symbol as people read it."""
    return {BLANK: "nothing", " ": "space"}.get(symbol, symbol)


def nats(value: float, *, sign: bool = False) -> str:
    """A log-likelihood with its unit and a true minus sign; ``sign`` shows a plus too."""
    rounded = round(value, 1) or 0.0
    return f"{rounded:{'+' if sign else ''}.1f} nats".replace("-", "−")
