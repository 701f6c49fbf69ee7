"""The page of the docs about the rules, made from them: ``python -m ocrect.numbers.forms.page > docs/rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ocrect import bars
from ocrect.numbers.forms import FORMS, PARTINGS
from ocrect.numbers.forms.rule import Form, Parting
from ocrect.numbers.rule import Example, Rule

_HEAD = """\
# Rules: how numbers are misread

This page is made from the rules (`python -m ocrect.numbers.forms.page > docs/rules.md`); each is a file with its cases, and a
test runs them all. The proposer `rules` proposes what a rule finds. The check `locked` lets a number, amount, date or code
change where the image is clear, or where a rule proves the change and the image leaves room for it.

The setting `rules` switches them by name: `--rules default,-year`, `OCRECT_RULES`, `rules = "default,-year"` in `ocrect.toml`.
A case is shown as read → meant; behind "not" stand cases that the rule leaves alone or does not prove.
"""


def markdown() -> str:
    """The page."""
    parts = [_HEAD, "\n## Numbers, amounts, dates and rates\n"]
    parts += [part for form in FORMS for part in _section(form, _needs_of_form(form))]
    parts += ["\n## Where two tokens were read as one\n"]
    parts += [part for parting in PARTINGS for part in _section(parting, _needs_of_parting(parting))]
    return "".join(parts)


def _section(rule: Rule, needs: str) -> Iterator[str]:
    off = " (experimental: off unless it is named)" if rule.experimental else ""
    yield f"\n### {rule.name}{off}\n\n{rule.says}\n\n"
    yield f"- needs: {needs}\n- found worth having on: {rule.set_on}\n"
    shown = [_shown(case) for case in rule.cases if case.read and case.proved]
    others = [_shown(case) for case in rule.cases if not (case.read and case.proved)]
    yield "".join(f"- {what}: {', '.join(dict.fromkeys(cases))}\n" for what, cases in (("so", shown), ("not", others)) if cases)


def _shown(case: Example) -> str:
    beside = f" (beside {', '.join(f'`{text}`' for text in case.page)})" if case.page else ""
    return f"`{case.read}` → `{case.meant}`{beside}" if case.read else f"`{case.text}`{beside}"


def _needs_of_form(form: Form) -> str:
    if form.prove is None:
        return "the image's clear word, or the page's sums; the rule only proposes"
    if form.blind:
        return "nothing; it has no word where there is an image"
    if not form.bar:
        return "nothing, where there is one repair alone"
    bar = bars.IMAGE_OPPOSES[form.bar]
    return f"an image that makes the edit no less likely than {bar:g} {bar.unit} (`IMAGE_OPPOSES[{form.bar!r}]`)"


def _needs_of_parting(parting: Parting) -> str:
    if parting.any_gap:
        return f"a gap on the page, likely or not (`GAP_DOUBTFUL`, {bars.GAP_DOUBTFUL:g} {bars.GAP_DOUBTFUL.unit})"
    clear = f"{bars.GAP_PARTED:g}, between digits {bars.GAP_SURE:g} {bars.GAP_SURE.unit}"
    return f"a clear gap on the page (`GAP_PARTED`, `GAP_SURE`: {clear})"


if __name__ == "__main__":
    sys.stdout.write(markdown())
