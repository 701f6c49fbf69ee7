"""Ready prompts by name, and the user's own, given whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from ocrect.errors import SettingsError

_ALL = "Keep the language, the wording and the line as they are."
PROMPTS: Mapping[str, str] = {
    "general": f"Repair letters and words that the OCR engine misread. {_ALL}",
    "financial": (
        "The page is an invoice, receipt or statement. Repair misread words such as column heads, company names and terms of "
        f"payment. Keep numbers, amounts, currency signs, dates, account and invoice numbers as they are. {_ALL}"
    ),
    "medical": (
        "The page is a medical record, prescription or laboratory report. Repair misread terms, drug names and abbreviations. "
        f"Keep doses, units, values, dates and codes as they are. {_ALL}"
    ),
    "legal": (
        "The page is a contract, judgment or statute. Repair misread words and terms. Keep clause and case numbers, "
        f"references, names, dates and amounts as they are, and do not smooth the wording. {_ALL}"
    ),
    "historical": (
        "The page is old print. Repair misread letters (long s, ligatures, broken type) but keep the old spelling, punctuation "
        f"and capitals: do not modernise anything. {_ALL}"
    ),
}


def resolve(prompt: str | Callable[[], Mapping[str, str]]) -> str:
    """The prompt's words: a ready prompt's by its name, a user's own whole, or those of a function returning ``{"prompt": …}``.

    Raises:
        SettingsError: it is neither, or the function returns something else; or it is one word that is nearly a name.
    """
    if isinstance(prompt, str):
        name = prompt.strip().lower()
        meant = get_close_matches(name, PROMPTS, n=1, cutoff=0.8) if name not in PROMPTS else []
        if meant:
            raise SettingsError(
                f"there is no ready prompt {prompt!r}", hint=f"Did you mean {meant[0]!r}? Words of your own need more than one."
            )
        return PROMPTS.get(name, prompt)
    if not callable(prompt):
        raise SettingsError(f"{prompt!r} is no prompt", hint="Give a name, your own words, or a function.")
    found = prompt()
    words = found.get("prompt") if isinstance(found, Mapping) else None
    if not isinstance(words, str):
        raise SettingsError(
            f"the prompt function returned {found!r}", hint='Return a dictionary such as {"prompt": "Correct OCR errors …"}.'
        )
    return resolve(words)
