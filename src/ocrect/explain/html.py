"""Explanations as one HTML page that needs nothing else: no script, no font, no request; light, dark and on paper."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ocrect.explain.explanation import Candidate, Explanation, Heat, Place, compared
from ocrect.explain.text import SIGNS, named, nats
from ocrect.record.document import Line
from ocrect.writers.record import MARKS

COLUMN, ROW, GUTTER, TAGS, GAP = 22, 24, 84, 96, 10
"""Pixels of the picture: a column, a row, the room for labels left and right, the gap between pixels and squares."""

LONGEST_SIDE = 1600
FULL_BAR = 15.0
"""Nats by which a reading is less likely than the likeliest when nothing is left of its bar."""

SAID = {"accepted": "Changed", "review": "For you to decide", "rejected": "Left as it was read"}
WORDS = {True: "for", False: "against", None: "silent"}


def page(explanations: Sequence[Explanation], *, title: str, note: str = "") -> str:
    """The whole page; ``note`` says what was left out."""
    style = files("ocrect.explain").joinpath("explained.css").read_text(encoding="utf-8")
    body = "\n".join(part for number, item in enumerate(explanations, 1) for part in _section(item, number))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{escape(title)} · ocrect explain</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#lines">Skip to the first line</a>
<header>
<p class="brand">ocrect explain</p>
<h1>{escape(title)}</h1>
<p class="lead">Each place where another reading was proposed: what the pixels show, what each reading has for it, and what was
decided. What the engine read is never overwritten.</p>
{f'<p class="note">{escape(note)}</p>' if note else ""}
{_guide()}
</header>
{_contents(explanations)}
<main id="lines">
{body}
</main>
<footer>Likelihoods are natural logarithms (nats): one nat more is 2.7 times as likely.</footer>
</body>
</html>
"""


def _guide() -> str:
    return """<details class="guide" open><summary>How to read the pictures</summary>
<p>A recogniser looks at a line in narrow strips, left to right, and says for each strip which character it shows.
Under the scanned pixels there is one column of squares for each strip: <b>the stronger a square, the surer</b> it is of the
character in that row. <i>Nothing</i> stands for the gap between two characters. Where the readings differ the strips are
framed: <span class="swatch read"></span> is the character as read, <span class="swatch proposed"></span> the one proposed.
Even a faint square means that the pixels leave room for it.
(An engine that does not tell its strips, such as Tesseract, has a column for each character.)</p></details>"""


def _contents(explanations: Sequence[Explanation]) -> str:
    """Links to every place with its decision; the rejected ones folded away."""
    items: dict[str, list[str]] = {}
    for number, item in enumerate(explanations, 1):
        for index, place in enumerate(item.places, 1):
            best = _best(place)
            decision = best.verdict.decision if best and best.verdict else "none"
            change = f"<del>{_shown(place.read)}</del> → <ins>{_shown(best.text)}</ins>" if best else "no edit proposed"
            items.setdefault(decision, []).append(
                f'<li><a href="#l{number}-{index}">{_badge(decision)}<span class="change">{change}</span>'
                f'<span class="where">page {item.page}, line {item.number}</span></a></li>'
            )
    if sum(map(len, items.values())) < 2:
        return ""
    rejected = items.pop("rejected", [])
    first = "".join(entry for decision in (*MARKS, "none") for entry in items.get(decision, ()))
    more = f"<details><summary>{len(rejected)} rejected</summary><ol>{''.join(rejected)}</ol></details>" if rejected else ""
    return f'<nav aria-label="Places on this page"><ol>{first}</ol>{more}</nav>'


def _best(place: Place) -> Candidate | None:
    """The strongest edit of a place."""
    return next((c for c in place.candidates if c.verdict), None)


def _section(item: Explanation, number: int) -> Iterator[str]:
    yield f'<section class="line" aria-labelledby="l{number}"><h2 id="l{number}">Page {item.page}, line {item.number}</h2>'
    if item.pixels is not None:
        yield f'<img class="scan" src="{_png(item.pixels)}" alt="The line as it was scanned">'
    yield f'<p class="text">{_marked(item.line)}</p>'
    for doubt in item.line.doubts:
        yield f'<p class="note">In doubt: {_shown(item.line.text[doubt.start : doubt.end])}, since {escape(doubt.reason)}</p>'
    for index, place in enumerate(item.places, 1):
        yield from _article(place, f"l{number}-{index}")
    if not item.places:
        yield "<p>No edit was proposed here, and there is no evidence of the image to show.</p>"
    yield "</section>"


def _marked(line: Line) -> str:
    """The line with its accepted edits shown as such."""
    parts, position = [], 0
    for edit in line.accepted:
        parts.append(escape(line.text[position : edit.start]))
        parts.append(f"<del>{_shown(edit.before)}</del><ins>{_shown(edit.after)}</ins>")
        position = edit.end
    return "".join(parts) + escape(line.text[position:])


def _article(place: Place, name: str) -> Iterator[str]:
    verdict = place.verdict
    yield f'<article id="{name}" tabindex="-1">'
    best = _best(place)
    if verdict and best:
        yield (
            f'<h3>{_badge(verdict.decision)}<span class="change"><del>{_shown(place.read)}</del> → '
            f"<ins>{_shown(best.text)}</ins></span></h3>"
            f'<p class="why"><b>{SAID[verdict.decision]}.</b> {escape(_reason(best))}</p>'
        )
    else:
        yield "<h3>No edit was proposed</h3>"
        yield '<p class="why">Below is the character that the recogniser is least sure of, and what else the pixels allow.</p>'
    if place.heat:
        yield from _figure(place.heat, place.pixels)
    yield from _table(place)
    for candidate in place.candidates:
        yield from _findings(candidate, opened=candidate is best)
    yield "</article>"


def _reason(candidate: Candidate) -> str:
    """Why it was decided so, and what the image says, in sentences."""
    reason = candidate.verdict.reason if candidate.verdict else ""
    sentences = f"{reason[:1].upper()}{reason[1:]}. " if reason else ""
    if candidate.gain is None:
        return sentences + "The image has nothing to say."
    if candidate.gain < 0 and candidate.verdict and candidate.verdict.decision == "accepted":
        return f"{sentences}The pixels leave room for it: they make it {compared(candidate.gain)} than what was read."
    likely = compared(candidate.gain)
    return f"{sentences}The pixels make it {likely} {'as' if likely == 'as likely' else 'than'} what was read."


# The picture


def _figure(heat: Heat, pixels: NDArray[np.uint8] | None) -> Iterator[str]:
    """The pixels, and under them the squares, as one SVG drawing; below it the same as numbers."""
    count = heat.probabilities.shape[1]
    width = GUTTER + count * COLUMN + TAGS
    top = 0
    picture = ""
    if pixels is not None:
        height = min(190, round(count * COLUMN * pixels.shape[0] / pixels.shape[1]))
        picture = (
            f'<image href="{_png(pixels)}" x="{GUTTER}" y="0" width="{count * COLUMN}" height="{height}" '
            f'preserveAspectRatio="none"/><text class="label" x="{GUTTER - 8}" y="{height / 2 + 4:.0f}">pixels</text>'
        )
        top = height + GAP
    total = top + len(heat.symbols) * ROW + 2
    start, end = heat.changed
    x, wide = GUTTER + start * COLUMN, (end - start) * COLUMN
    frame = f'<rect class="frame" x="{x}" y="1" width="{wide}" height="{total - 2}" rx="4"/>'
    rows = "".join(_row(heat, i, top + i * ROW) for i in range(len(heat.symbols)))
    yield (
        f'<figure><div class="scroll" tabindex="0"><svg viewBox="0 0 {width} {total}" width="{width}" height="{total}" '
        f'role="img" aria-label="{escape(_spoken(heat))}">{picture}{rows}{frame}</svg></div>'
    )
    cut = " The readings differ at more places than fit; this is the first." if heat.cut else ""
    yield f"<figcaption>{escape(_spoken(heat))}{cut}</figcaption>"
    yield f"<details><summary>The same as numbers</summary>{_numbers(heat)}</details></figure>"


def _row(heat: Heat, index: int, y: int) -> str:
    """One symbol's label, its squares, and whether it is the one read or proposed."""
    symbol, row = heat.symbols[index], heat.probabilities[index]
    role = "read" if symbol in heat.read else "proposed" if symbol in heat.proposed else "other" if symbol else "blank"
    tag = {"read": "as read", "proposed": "proposed"}.get(role, "")
    if symbol in heat.read and symbol in heat.proposed:
        role, tag = "other", ""
    cells = []
    for i, value in enumerate(row.tolist()):
        x = GUTTER + i * COLUMN
        inside = heat.changed[0] <= i < heat.changed[1]
        shown = 0.05 + 0.95 * value**0.6 if value >= 0.003 else 0.04
        cells.append(
            f'<rect class="{"in" if inside else "out"}" x="{x + 1}" y="{y + 1}" width="{COLUMN - 2}" height="{ROW - 2}" rx="3" '
            f'fill-opacity="{shown:.2f}"><title>{escape(named(symbol))}: {100 * value:.1f} %</title></rect>'
        )
        if inside and value >= 0.005:
            dark = " dark" if value > 0.45 else ""
            cells.append(f'<text class="value{dark}" x="{x + COLUMN / 2}" y="{y + 16}">{100 * value:.0f}</text>')
    end = GUTTER + len(row) * COLUMN + 8
    return (
        f'<g class="{role}"><text class="label" x="{GUTTER - 8}" y="{y + 17}">{escape(named(symbol))}</text>'
        f'{"".join(cells)}<text class="tag" x="{end}" y="{y + 17}">{tag}</text></g>'
    )


def _spoken(heat: Heat) -> str:
    """The picture in a sentence."""
    start, end = heat.changed
    part = heat.probabilities[:, start:end]
    best = {symbol: float(row.max(initial=0.0)) for symbol, row in zip(heat.symbols, part, strict=True)}
    told = [f"“{named(s)}” {_percent(best[s])} (as read)" for s in heat.symbols if s in heat.read - heat.proposed]
    told += [f"“{named(s)}” {_percent(best[s])} (proposed)" for s in heat.symbols if s in heat.proposed - heat.read]
    what = "strips" if heat.unit == "strip" else "characters"
    return f"In the framed {what} the recogniser gives at most: {', '.join(told)}." if told else f"The framed {what} differ."


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.01 else "under 1 %"


def _numbers(heat: Heat) -> str:
    start, end = heat.changed
    head = "".join(f'<th scope="col">{heat.first + i + 1}</th>' for i in range(start, end))
    rows = "".join(
        f'<tr><th scope="row">{_shown(named(symbol))}</th>{"".join(f"<td>{100 * p:.1f}</td>" for p in row[start:end])}</tr>'
        for symbol, row in zip(heat.symbols, heat.probabilities, strict=True)
    )
    caption = f"<caption>Per cent, by {heat.unit} of the line</caption>"
    table = f"{caption}<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<div class="scroll" tabindex="0"><table class="numbers">{table}</table></div>'


# The readings and the findings


def _table(place: Place) -> Iterator[str]:
    scores = [c.image for c in place.candidates if c.image is not None]
    best = max(scores, default=0.0)
    language = any(c.language is not None for c in place.candidates)
    yield '<div class="scroll" tabindex="0"><table class="readings">'
    yield '<thead><tr><th scope="col">reading</th><th scope="col">the image</th>'
    yield f'{"<th scope=col>the language model</th>" if language else ""}<th scope="col">decision</th></tr></thead><tbody>'
    for candidate in place.candidates:
        yield _reading(candidate, candidate is place.candidates[0], best, language)
    yield "</tbody></table></div>"
    if place.hidden:
        yield f'<p class="note">{place.hidden} more readings were proposed here and rejected.</p>'


def _reading(candidate: Candidate, as_read: bool, best: float, language: bool) -> str:
    verdict = candidate.verdict
    image = '<td class="none">no evidence</td>'
    if candidate.image is not None:
        bar = max(0.0, 1.0 - (best - candidate.image) / FULL_BAR)
        words = nats(candidate.image) if as_read else f"{nats(candidate.image)}, {compared(candidate.gain or 0.0)}"
        image = f'<td><span class="bar"><span style="width:{100 * bar:.0f}%"></span></span><small>{words}</small></td>'
    model = ""
    if language:
        known = candidate.language is not None
        silent = "the measure" if as_read else "was not asked, or is silent"
        model = f"<td>{nats(candidate.language or 0.0, sign=True)}</td>" if known else f'<td class="none">{silent}</td>'
    decision = _badge(verdict.decision) if verdict else ("as read" if as_read else "not proposed")
    return f'<tr><th scope="row" class="change">{_shown(candidate.text)}</th>{image}{model}<td>{decision}</td></tr>'


def _findings(candidate: Candidate, *, opened: bool) -> Iterator[str]:
    verdict = candidate.verdict
    if verdict is None:
        return
    items = "".join(
        f'<li class="{WORDS[f.supports]}"><span class="sign" aria-label="{WORDS[f.supports]}">{SIGNS[f.supports]}</span>'
        f"<b>{escape(f.check.replace('-', ' '))}</b> <span>{escape(f.reason)}</span></li>"
        for f in sorted(verdict.findings, key=lambda f: (f.supports is None, f.score is None))
    )
    yield (
        f'<details class="findings"{" open" if opened else ""}><summary>What each check says about '
        f'<span class="change">{_shown(candidate.text)}</span> '
        f"<small>proposed by {escape(verdict.source or 'a person')}</small></summary><ul>{items}</ul></details>"
    )


def _badge(decision: str) -> str:
    if decision not in MARKS:
        return ""
    return f'<span class="badge {decision}"><span aria-hidden="true">{MARKS[decision]}</span> {decision}</span>'


def _shown(text: str) -> str:
    """Text escaped; what would be invisible is drawn."""
    return (
        escape(text).replace(" ", '<span class="space"> </span>')
        if text.strip()
        else f"<span class=space>{'␣' * len(text)}</span>"
    )


def _png(pixels: NDArray[np.uint8]) -> str:
    """Pixels as a data URI, made smaller where they are more than a screen can show."""
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")
