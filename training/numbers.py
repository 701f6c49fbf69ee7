"""Numbers as pages write them: figures, amounts in several currencies, dates, telephone numbers, codes."""

from __future__ import annotations

import random
import string

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January March April August Januar März Mai juin août tháng".split()
ALIKE = "0O1I5S8B2Z6G"


def figure(dice: random.Random) -> str:
    """A number of no special kind, with what stands around numbers."""
    whole = str(dice.randint(0, 10 ** dice.randint(1, 5)))
    return dice.choice(
        (
            whole,
            whole,
            f"{whole}.{dice.randint(0, 99)}",
            f"{whole},{dice.randint(0, 99)}",
            f"({whole})",
            f"[{whole}]",
            f"{whole}%",
            f"{dice.randint(0, 99)}.{dice.randint(0, 9)} %",
            f"{whole} {dice.choice(('mg', 'kg', 'cm', 'ml', 'km', 'g', 'm²', 'm³', '°C', 'kWh', 'MB'))}",
            f"{dice.randint(1, 40)}.{dice.randint(1, 9)}",
            f"{dice.randint(1, 20)}.",
            f"{dice.randint(1, 20)})",
            f"{whole}–{dice.randint(1, 9999)}",
            f"{whole}-{dice.randint(1, 99)}",
            f"±{dice.randint(0, 9)}.{dice.randint(0, 9)}",
            f"{dice.randint(1, 9)}{dice.choice('½¼¾⅓⅔')}",
            f"{whole}{dice.choice('¹²³⁴⁵⁶⁷⁸⁹⁰')}",
            f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}",
            f"10{dice.choice('⁰¹²³⁴⁵⁶⁷⁸⁹')}",
        )
    )


def price(dice: random.Random) -> str:
    """A price of a receipt, without a currency or with a short one."""
    value = f"{dice.randint(0, 999)}.{dice.randint(0, 99):02}"
    value = dice.choice(
        (value, value, value.replace(".", ","), f"{dice.randint(1, 9)},{dice.randint(0, 999):03}.{dice.randint(0, 99):02}")
    )
    return (
        dice.choice(("", "", "", "$", "RM", "RM ", "£", "€", "-", "@"))
        + value
        + dice.choice(("", "", "", "", " T", " SR", "-", "*"))
    )


def amount(dice: random.Random) -> str:
    """An amount of money as English, German, French, Swiss and Vietnamese pages write it."""
    whole, cents = dice.randint(0, 10 ** dice.randint(2, 7)), f"{dice.randint(0, 99):02}"
    grouped = f"{whole:,}"
    dotted, spaced = grouped.replace(",", "."), grouped.replace(",", " ")
    dong = f"{dice.randint(1, 99_999):,}.000".replace(",", ".")
    return dice.choice(
        (
            f"{dice.choice('$£€')}{grouped}.{cents}",
            f"{grouped}.{cents}",
            f"{dice.choice(('USD', 'EUR', 'GBP', 'US$', 'RM', 'CHF'))} {grouped}.{cents}",
            f"{dotted},{cents} €",
            f"{dotted},{cents}",
            f"{spaced},{cents} €",
            f"{grouped.replace(',', '’')}.{cents}",
            f"{dong}{dice.choice((' ₫', '₫', ' đ', 'đ', ' VND', ' VNĐ', ' đồng', ''))}",
            f"{dong}{dice.choice((' ₫', '₫', ' đ'))}",
            f"{dotted}{dice.choice((' ₫', '₫', ' đ', 'đ'))}",
            f"({grouped}.{cents})",
            f"-{grouped}.{cents}",
        )
    )


def date(dice: random.Random) -> str:
    """A date, now and then with a time of day."""
    year, month, day = dice.randint(1880, 2035), dice.randint(1, 12), dice.randint(1, 31)
    written = dice.choice(
        (
            f"{day:02}/{month:02}/{year}",
            f"{day}/{month}/{year % 100:02}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{day}.{month}.{year}",
            f"{day:02}-{month:02}-{year}",
            f"{day} {dice.choice(MONTHS)} {year}",
            f"{dice.choice(MONTHS)} {day}, {year}",
            f"ngày {day} tháng {month} năm {year}",
        )
    )
    return (
        written
        if dice.random() < 0.8
        else f"{written} {dice.randint(0, 23):02}:{dice.randint(0, 59):02}:{dice.randint(0, 59):02}"
    )


def phone(dice: random.Random) -> str:
    """A telephone or account number: groups of digits."""
    groups = [str(dice.randint(10 ** (n - 1), 10**n - 1)) for n in dice.choices((2, 3, 4), k=dice.randint(2, 4))]
    joined = dice.choice((" ", "-", " ", ".", "")).join(groups)
    return (
        dice.choice(("", "+84 ", "+49 ", "(0", "0", "Tel. ", "DE", "IBAN FR")).replace("(0", f"(0{dice.randint(2, 99)}) ")
        + joined
    )


def code(dice: random.Random) -> str:
    """Capitals and digits mixed: invoice numbers, serial numbers, registrations; often of symbols that look alike."""
    letters = string.ascii_uppercase
    if dice.random() < 0.08:
        return "".join(dice.choices(string.digits + letters + ALIKE, k=dice.randint(4, 12)))
    head = "".join(dice.choices(letters, k=dice.randint(1, 4)))
    tail = "".join(dice.choices(string.digits, k=dice.randint(2, 9)))
    form = dice.choice(
        ("{h}{t}", "{h}-{t}", "{h}/{t}", "{h} {t}", "{t}{h}", "{h}.{t}", "#{t}", "{h}{t}-{u}", "No. {t}", "{t}-{h}")
    )
    if dice.random() < 0.02:
        form = "№ {t}"
    return form.format(h=head, t=tail, u=dice.choice(letters))
