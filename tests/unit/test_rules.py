"""The rules of how numbers are misread: each one's own cases, its page in the docs, its switch, and the tables they share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ocrect.correcting.case import LineFacts
from ocrect.correcting.locked import check as locked
from ocrect.correcting.rules import DEFAULT, NAMES, chosen, found
from ocrect.errors import SettingsError
from ocrect.evidence import CtcPosterior
from ocrect.numbers.forms import FORMS, PARTINGS, RULES, page
from ocrect.numbers.forms.rule import Form
from ocrect.numbers.forms.style import Style
from ocrect.numbers.grammar import TAXED
from ocrect.numbers.rule import Example
from ocrect.numbers.tokens import locked_tokens, repairs
from ocrect.numbers.values import iso_date, money_code
from ocrect.numbers.vocabulary import CURRENCIES, MONTHS, UNITS
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.stages import Stages, Workshop
from ocrect.testing import posterior

ROOT = Path(__file__).parent.parent.parent
CASES = [pytest.param(rule, case, id=f"{rule.name}: {case.text}") for rule in RULES for case in rule.cases]


def place(case: Example) -> int:
    """Where what was read stands in the line: as a word, where it stands so."""
    word = re.search(rf"(?<!\w){re.escape(case.read)}(?!\w)", case.text)
    return word.start() if word else case.text.index(case.read)


def as_seen(case: Example, *, clear: bool = False) -> CtcPosterior:
    """The line's image: where the case changes a sign, the other one has its share; where it puts a space, a gap.

    ``clear``: the image is sure of what was read.
    """
    if clear:
        return posterior(case.text)
    start = place(case)
    if len(case.read) == len(case.meant):
        pairs = zip(case.read, case.meant, strict=True)
        return posterior(case.text, alternatives={start + k: {b: case.share} for k, (a, b) in enumerate(pairs) if a != b})
    places = [start + k for k in range(len(case.read)) if case.meant[: k + 1] == case.read[:k] + " "]
    return posterior(case.text, gaps=dict.fromkeys(places, 0.45))


def facts(case: Example, evidence: CtcPosterior | None, rules: str = "default") -> LineFacts:
    line = Line("0", case.text, evidence=evidence)
    lines = (line, *(Line(str(k), text) for k, text in enumerate(case.page, 1)))
    return LineFacts(line, Context(lines, rules=rules))


def judged(case: Example, evidence: CtcPosterior | None, rules: str = "default") -> bool | None:
    """What the check of locked tokens says of the repair that the case is about."""
    start = place(case)
    edit = Edit(start, start + len(case.read), case.read, case.meant)
    return locked.check(facts(case, evidence, rules).case(edit)).supports


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_rule_finds_and_proves_its_own_cases_and_nothing_else(rule: Form, case: Example) -> None:
    if rule in PARTINGS:
        assert (judged(case, as_seen(case), rule.name) is not False) is case.proved
        return
    about = facts(case, None, rule.name)
    repairs_found = {(case.text[f.start : f.end], version) for _, f in about.fact(found) for version in f.versions}
    if not case.read:
        assert repairs_found == set()
        return
    assert (case.read, case.meant) in repairs_found
    evidence = None if rule.blind or not rule.bar else as_seen(case)
    assert (judged(case, evidence, rule.name) is True) is case.proved


@pytest.mark.parametrize(("rule", "case"), [p for p in CASES if p.values[1].read and p.values[1].proved])
def test_what_a_rule_proves_no_other_rule_undoes_and_without_it_nothing_proves_it(rule: Form, case: Example) -> None:
    evidence = None if rule in FORMS and (rule.blind or not rule.bar) else as_seen(case)
    assert judged(case, evidence, ",".join(NAMES)) is not False
    assert judged(case, evidence, ",".join(name for name in NAMES if name != rule.name)) is not True


@pytest.mark.parametrize(("rule", "case"), [p for p in CASES if p.values[1].read and p.values[1].proved])
def test_a_rule_with_a_bar_proves_nothing_against_an_image_that_is_sure(rule: Form, case: Example) -> None:
    if rule in PARTINGS or rule.bar:
        assert judged(case, as_seen(case, clear=True), ",".join(NAMES)) is not True


def test_every_rule_has_a_name_of_its_own_a_case_that_is_so_and_one_that_is_not() -> None:
    assert len(set(NAMES)) == len(RULES) > 20
    for rule in RULES:
        assert re.fullmatch("[a-z]+(-[a-z]+)*", rule.name)
        assert rule.says.endswith(".")
        assert rule.set_on
        assert any(case.read for case in rule.cases)
        assert any(not case.read or not case.proved for case in rule.cases)


def test_a_rule_is_switched_by_name_and_a_name_that_there_is_not_lists_all() -> None:
    assert {rule.name for rule in (*chosen("default").forms, *chosen("default").partings)} == set(DEFAULT)
    assert "year" not in {form.name for form in chosen("-year").forms}
    assert [form.name for form in chosen("year").forms] == ["year"]
    with pytest.raises(SettingsError) as caught:
        Workshop(Settings(rules="default,-yaer"), Stages())
    assert "year" in caught.value.hint


def test_the_page_of_the_docs_is_the_one_made_from_the_rules() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page.markdown()


# the tables of currencies, months and units


@pytest.mark.parametrize("currency", CURRENCIES, ids=lambda currency: currency.code)
def test_every_home_knows_every_currency(currency) -> None:
    points = ("Tea 1.20", "Milk 2.35", "Ice 12.00", "Sum 1,115.55")
    for mark in (currency.code, *currency.signs, *currency.names):
        (token,) = locked_tokens(f"{mark} 1,250.00")
        assert (token.kind, token.value, money_code(mark)) == ("amount", f"1250.00 {currency.code}", currency.code)
        assert Style((Line("1", f"{mark} 5.00"),)).is_in(currency.code)
        assert TAXED.fullmatch(f"{mark}11.60T")
        assert repairs(locked_tokens(f"{mark}11.60T")[0]) == ()
        case = Example(f"Tin {mark} 5:00", "5:00", "5.00", page=points)
        assert judged(case, as_seen(case), "decimal-mark") is True
    for mark in (*currency.signs, *currency.names, *currency.behind):
        (token,) = locked_tokens(f"1,250.00 {mark}")
        assert (token.kind, token.value) == ("amount", f"1250.00 {currency.code}")


@pytest.mark.parametrize(("name", "number"), MONTHS.items())
def test_every_month_makes_a_date_and_stands_for_its_number(name: str, number: int) -> None:
    for written in (name, name.capitalize(), name.upper()):
        for text in (f"3 {written} 2024", f"{written} 3, 2024"):
            (token,) = locked_tokens(text)
            assert (token.kind, token.value) == ("date", f"2024-{number:02}-03")
            assert iso_date(text) == token.value


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.text)
def test_every_unit_makes_a_dose_and_the_digits_before_it_are_repaired_where_it_is_a_drugs(unit) -> None:
    (token,) = locked_tokens(f"12 {unit.text}")
    assert (token.kind, token.value) == ("dose", f"12 {unit.text}")
    case = Example(f"take 1O {unit.text} now", "1O", "10")
    is_drug = unit.measures in ("mass", "volume", "effect") and len(unit.text) > 1
    assert (judged(case, as_seen(case), "dose") is True) is is_drug
