"""The forms in which numbers are misread, a rule a file (:mod:`ocrect.numbers.rule`), in the order in which they are asked."""

from __future__ import annotations

from ocrect.numbers.forms import (
    article_number,
    counted,
    decimal,
    decimal_mark,
    dose,
    euro_digit,
    hundreds,
    impossible_date,
    initial,
    item_number,
    lost_point,
    marked_month,
    numero,
    ones,
    rate_at,
    repeated,
    roman,
    short_group,
    sign_for_digit,
    tax_code,
    tax_digit,
    taxed_point,
    unit_apart,
    whole_part,
    word_apart,
    year,
)
from ocrect.numbers.forms.lone_repair import as_form
from ocrect.numbers.forms.rule import Form, Parting
from ocrect.numbers.malformed import MALFORMED
from ocrect.numbers.rule import Rule

FORMS: tuple[Form, ...] = (
    euro_digit.RULE,
    decimal_mark.RULE,
    lost_point.RULE,
    taxed_point.RULE,
    tax_digit.RULE,
    dose.RULE,
    year.RULE,
    counted.RULE,
    decimal.RULE,
    hundreds.RULE,
    ones.RULE,
    rate_at.RULE,
    impossible_date.RULE,
    marked_month.RULE,
    initial.RULE,
    numero.RULE,
    roman.RULE,
    short_group.RULE,
    sign_for_digit.RULE,
    *map(as_form, MALFORMED),
    repeated.RULE,
)

PARTINGS: tuple[Parting, ...] = (
    unit_apart.RULE,
    tax_code.RULE,
    word_apart.RULE,
    article_number.RULE,
    whole_part.RULE,
    item_number.RULE,
)

RULES: tuple[Rule, ...] = (*FORMS, *PARTINGS)
