"""Languages by whichever name a user gives them: ISO 639-1, 639-2 and 639-3 codes, English names and their own."""

from __future__ import annotations

import re
from difflib import get_close_matches

_TABLE = """
af afr afrikaans
ar ara arabic العربية
az aze azerbaijani
be bel belarusian
bg bul bulgarian български
bn ben bengali
bs bos bosnian
ca cat catalan català
cs ces cze czech čeština
cy cym wel welsh cymraeg
da dan danish dansk
de deu ger german deutsch
el ell gre greek ελληνικά
en eng english
eo epo esperanto
es spa spanish español castilian
et est estonian eesti
eu eus baq basque euskara
fa fas per persian farsi فارسی
fi fin finnish suomi
fr fra fre french français
ga gle irish gaeilge
gl glg galician galego
he heb hebrew עברית
hi hin hindi
hr hrv croatian hrvatski
hu hun hungarian magyar
hy hye arm armenian
id ind indonesian
is isl ice icelandic íslenska
it ita italian italiano
ja jpn japanese 日本語
ka kat geo georgian
kk kaz kazakh
km khm khmer
ko kor korean 한국어
la lat latin
lb ltz luxembourgish
lt lit lithuanian lietuvių
lv lav latvian latviešu
mk mkd mac macedonian
ms msa may malay
mt mlt maltese
nl nld dut dutch nederlands flemish
no nor norwegian norsk nb nob bokmål nn nno nynorsk
pl pol polish polski
pt por portuguese português
ro ron rum romanian română
ru rus russian русский
sk slk slo slovak slovenčina
sl slv slovenian slovene slovenščina
sq sqi alb albanian shqip
sr srp serbian
sv swe swedish svenska
sw swa swahili
ta tam tamil
th tha thai
tl tgl tagalog filipino
tr tur turkish türkçe
uk ukr ukrainian українська
ur urd urdu
uz uzb uzbek
vi vie vietnamese việt
zh zho chi chinese 中文
"""
"""A language a line: its ISO 639-1 code, then its other codes (639-2/T and 639-3, 639-2/B) and names."""

_CODES = {name: row.split()[0] for row in _TABLE.strip().splitlines() for name in row.split()}


def code(name: str) -> str | None:
    """The ISO 639-1 code of a language by any code or name, whatever its case; a country behind it (``pt-BR``) is left out.

    Two letters that are in no table are taken for a code: an engine may know it. ``None`` for anything else unknown.
    """
    asked = name.strip().casefold()
    if asked in _CODES:
        return _CODES[asked]
    main = asked.replace("_", "-").partition("-")[0]
    if main in _CODES and len(main) <= 3:
        return _CODES[main]
    return asked if len(asked) == 2 and asked.isascii() and asked.isalpha() else None


def suggestion(name: str) -> str:
    """What ``name`` may be meant for: the languages that it names without a ``+`` between, or the known name that is the most
    like it; empty where there is none.
    """
    words = re.split(r"[\s,;/&]+", name.strip().casefold())
    if len(words) > 1 and (known := [word for word in words if word in _CODES]):
        return "+".join(known)
    return next(iter(get_close_matches(name.strip().casefold(), _CODES, n=1)), "")
