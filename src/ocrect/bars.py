"""Every bar that a rule, check or proposer of the correction holds a number against: value, unit, and the run that set it.

The names are unique. Numbers that only bound the work (how far to look, how many to weigh) stand where the work is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

NATS_A_CHARACTER, NATS, LOG_ODDS, PROBABILITY, ZIPF = (
    "nats a character",
    "nats",
    "log-odds in nats",
    "probability",
    "Zipf steps",
)
WEIGHED, SHARE, LETTERS = "weighed edit distance", "share", "letters"

_DRAWN = "bench image_evidence and adversarial: drawn lines read by PP-OCR, seeds 1 and 2"
_RECEIPTS = "bench accuracy: 60 receipts (SROIE) read by PP-OCR, Tesseract as second engine"
_PAIRS = "bench pairs: 30 chunks of English newspapers and 20 of books, SmolLM2-135M"
_UNSEEN = "bench.unseen_words: every fourth chunk of English newspapers and books, cross-validated by chunk"
_GUIDE = "bench accuracy: Vietnamese guide, 150 dpi, Tesseract with two readers without the letters"
_LIST = "bench pairs: the word list against 50 chunks of English newspapers and books"
_SCOPE = "bench adversarial: hostile replies, against true edits of drawn lines"


class Bar(float):
    """A number with its ``unit`` and the run that it was ``set_on``."""

    unit: str
    set_on: str

    def __new__(cls, value: float, unit: str, set_on: str) -> Self:
        made = super().__new__(cls, value)
        made.unit, made.set_on = unit, set_on
        return made


def _by_kind(unit: str, set_on: str, **values: float) -> Mapping[str, Bar]:
    """The bars of edits by their kind (:data:`ocrect.record.correction.EditKind`)."""
    return {kind: Bar(value, unit, set_on) for kind, value in values.items()}


# what the image says

IMAGE_SUPPORTS = Bar(0.5, NATS_A_CHARACTER, f"{_DRAWN}; {_RECEIPTS}")
"""From here on the image supports an edit. At 0 it is true and false corrections, and readings of the engine's n-best where it
was right, of letters 0.8, 0.1, 0.2 %, of digits none; at -0.5 letters 17, 0.3, 5 %. Between 0 and 0.5 an engine's next best
reading is no better than its best: on 60 receipts one such edit put a word right and two wrong."""

IMAGE_EVEN = Bar(-0.5, NATS_A_CHARACTER, "a page of the scans' table half; no verdict on 183 others changes by it")
"""From here up the image hardly tells a word from the one read, and the page may know which it has more often."""

IMAGE_OPEN = Bar(-1.5, NATS_A_CHARACTER, "scans and receipts, tuning half")
"""From here up what the language model expects counts for letters and signs as it does for usual misreadings."""

IMAGE_OPPOSES = _by_kind(
    NATS_A_CHARACTER, _DRAWN, letters=-5.0, accents=-4.0, digits=-3.5, case=-3.5, punctuation=-2.5, spaces=-2.5
)
"""Below this the image opposes. True corrections that stay above it: letters 95 %, accents 86 %, digits 80 %, case 90 %,
punctuation 52 %. False changes of rightly read text that do: 2.7, 3.5, 0.5, 0.4, 3.0, and spaces 0.0 %."""

JUDGED_LEAST = Bar(-9.0, NATS_A_CHARACTER, "bench.weighing: scans (tuning half), receipts, drawn lines")
"""Below this no other witness is enough for an edit. Of 15,000 edits of such lines 9 of the true ones are below, most of them
whole words that were not read."""

HEARD_LEAST = Bar(-13.0, NATS_A_CHARACTER, "bench.weighing: scans (tuning half), receipts")
"""The same where a language model writes a listed word in the place of what is none, or the page misreads other words so:
above it 4 such edits of a model were right and 1 wrong below the other bar."""

CASE_LEAST = Bar(-3.5, NATS_A_CHARACTER, "bench.mended and oracle: scans, tuning half; invoices that nothing was set on")
"""Below this capitals and small letters stay as read, unless the word stands so elsewhere on the page: other witnesses know
little of how a name is written (``iDEAL``)."""

SIGN_LEAST = Bar(-1.5, NATS_A_CHARACTER, "bench.mended: scans and receipts, tuning half; invoices that nothing was set on")
"""Below this a sign stays as read where neither a language model, the word list nor a habit of the page is for another: of the
accepted ones of the tuning half the right ones were above -1."""

MARK_LEAST = Bar(-6.0, NATS_A_CHARACTER, "242 pages in 13 languages that nothing else was set on")
"""Below this no mark is put on a letter that was read without one: of the accepted ones there 3 were below it, all wrong
(``Elektroniska``), and the right ones above -5.5."""

NBEST_DOUBT = Bar(-2.0, NATS, _RECEIPTS)
"""A reading that is less likely than the engine's own by more than this is no doubt of the engine's."""

POSTERIOR_DOUBTFUL = Bar(0.995, PROBABILITY, "bench proposals: scans, tuning half")
"""Below this confidence of one of its characters a word is looked for in the posterior."""

POSTERIOR_FARTHEST = Bar(-9.0, NATS, "bench proposals: scans, tuning half")
"""How far behind what was read a word, or a symbol of it, may be in the posterior to be proposed."""

STOP_FARTHEST = Bar(-6.0, NATS, "bench.mended: scans, tuning half")
"""How far behind a full stop before a small letter a comma may be in the posterior to be proposed."""

# locked tokens

LOCKED_CLEAR_DIGITS = Bar(3.0, NATS, _DRAWN)
LOCKED_CLEAR = Bar(1.5, NATS, _DRAWN)
"""By how much the line must be likelier with the edit than as read for the image alone to allow it: digits, all else."""

LOCKED_NOT_OPPOSED = Bar(-3.5, NATS_A_CHARACTER, _DRAWN)
"""From here up the image leaves room for a repair that the page's sums prove, or of a mixture of letters and digits that all
other witnesses are for: on scans and receipts, tuning half, all right ones of these were above -2.9."""

LOCKED_ROOM = Bar(-2.5, NATS_A_CHARACTER, _DRAWN)
"""From here up the image leaves room for a change of a well-formed number that the page's sums prove. On 1,800 drawn lines 47
of 342 true changes of numbers and of the signs in them were proved above it; of 1,021 wrong repairs two, right in value but
not in their decimal sign; of 2,311 changes of right numbers none."""

LOCKED_HARDLY = Bar(-1.0, NATS_A_CHARACTER, _RECEIPTS)
"""From here up the image hardly prefers what was read, and a person should see the edit of a locked token."""

NUMBER_UNCLEAR = Bar(-0.9, NATS_A_CHARACTER, "bench.mended: receipts and scans, tuning half")
"""From here up the image hardly tells another reading of a word with digits from the one read, and a person is asked, though
nothing speaks for it, where the page has room for a question.
"""

LOCKED_CLEARLY = Bar(1.0, NATS_A_CHARACTER, _DRAWN)
"""By how much the image must prefer one repair to another where the sums prove both."""

LOCKED_TIED = Bar(-0.7, NATS_A_CHARACTER, _RECEIPTS)
"""From here up the image leaves room for spaces in a number that another engine reads."""

DATE_ALONE = Bar(3.0, NATS, _RECEIPTS)
"""By how much a date must be likelier than all other dates a sign away together: 20 to 1."""

# spaces

GAP_PARTED = Bar(1.5, LOG_ODDS, _RECEIPTS)
"""From here a space is put beside a number or code; inside what would be a number it is :data:`GAP_SURE`."""

GAP_LIKELY = Bar(1.0, LOG_ODDS, _RECEIPTS)
GAP_LIKELY_BEFORE_SIGN = Bar(2.0, LOG_ODDS, _RECEIPTS)
GAP_SURE = Bar(3.0, LOG_ODDS, _RECEIPTS)
"""From which a gap is a space; from which it is one before a closing sign, where few languages print one; and from which it is
one even inside what would be a number without it."""

GAP_DOUBTFUL = Bar(-1.0, LOG_ODDS, _RECEIPTS)
"""Below which there is no gap to speak of."""

GAP_LEAST = Bar(-5.0, NATS, _RECEIPTS)
GAP_LEAST_ALONE = Bar(-2.0, NATS, _RECEIPTS)
"""Where a space is less likely than the first on every frame between two characters there is no gap; where it is less likely
than the second the distance alone does not make it a space, and another engine must read one."""

# what other engines read

READER_ROOM = _by_kind(NATS_A_CHARACTER, _RECEIPTS, digits=-2.5, spaces=-1.5, accents=-1.5)
"""What the line's own evidence must leave to an edit for another engine's word to count. Of the digits above the bar 7 became
right and 1 wrong, below it 10 and 305; of the spaces 51 and 7. Letters, signs and case were no better than chance at any bar:
there the word list must agree. A digit that it supports goes to review: the check of locked tokens takes no second engine's
word for one."""

READER_CONVINCED = Bar(3.0, NATS, _RECEIPTS)
"""By which the other engine's evidence must prefer the edit where the line's own evidence cannot score it."""

READER_DOUBT = Bar(-2.5, NATS, _RECEIPTS)
"""An edit that the other engine makes at most this much less likely than its own reading is one it doubts itself."""

READER_SHORT = Bar(3, LETTERS, _RECEIPTS)
"""Up to which a word with a capital may be a name or an abbreviation (``Jln``, ``TEO``), whatever others read."""

# words

LISTED_SURE = Bar(0.9, PROBABILITY, _LIST)
"""P(after | before) from which the word list alone supports an edit."""

LISTED_SETTLED = Bar(0.99, PROBABILITY, "25 chunks of books and newspapers, another system's text of 31 scans: 142 edits")
"""The same from which no language model is asked about it where there is no image. Of those below it opposed 2 (`extrema` as
*extreme*, `girt` as *girl*); of those above none, by far."""

LISTED_DOUBTFUL = Bar(0.995, PROBABILITY, "bench.weighing: scans (tuning half), receipts, drawn lines")
"""Below this confidence of a character of a word the word list is asked what it may have been: of 254 true edits that it
proposed for any word 90 % were of such words, for a tenth of the work."""

LISTED_STRANGE = Bar(0.2, SHARE, _LIST)
"""Of unknown words on a page from which its language, or its age, is not the list's, and the list is no witness."""

LISTED_RARER = Bar(1.0, ZIPF, _LIST)
"""By which a known word may be rarer than the known word that it replaces."""

WORD_AS_NEAR = Bar(4.0, ZIPF, "invoices that nothing was set on; ID is 4.6, IO 3.4")
"""From which a word that a mixture of letters and digits may be keeps it from being a number."""

JOINED_RARER = Bar(3.5, ZIPF, _LIST)
"""By which the word that two make without their space may be rarer than the rarer of them: lists know ``ofthe``, too."""

DIVIDED = Bar(4.5, "powers of ten", "60 chunks of English newspapers, 80 of books: 117 such pairs, 2 of them one word")
"""How many times likelier two pieces are one word than two, from which a line's end divided it in a text that runs on."""

WORD_CLEAR = Bar(-3.0, LOG_ODDS, _DRAWN)
WORD_SURE = Bar(0.0, LOG_ODDS, _DRAWN)
WORD_SURE_NAME = Bar(1.0, LOG_ODDS, _DRAWN)
WORD_SURE_SHORT = Bar(1.5, LOG_ODDS, _DRAWN)
WORD_SURE_ACCENT = Bar(2.0, LOG_ODDS, _GUIDE)
WORD_SURE_ABBREVIATION = Bar(4.0, LOG_ODDS, _DRAWN)
"""From which the check "word" supports an edit to the likeliest word besides the one read; from which it does where a word of
the list was read; where what was read may be a name; where it has up to three letters, and may be a unit; where two listed
words differ in their accents alone (Vietnamese scans: below it such edits mended 17 words and worsened 6, above it 28 and 2);
and where it may be an abbreviation."""

WORD_COMMON_ACCENT = Bar(3.5, ZIPF, "8 Vietnamese pages and photos that nothing was set on")
"""From which a word stays as it is read where accents alone would change and the odds are below :data:`WORD_SURE_ACCENT`: of 14
right words that had been made others all were above it, and 18 of 24 misread ones below."""

LEAD = _by_kind(NATS, "104 pages that nothing else was set on: forms, receipts, print", letters=3.0, accents=1.0, case=0.0)
"""By how much a word must be before the likeliest other listed one that the word read may be, by image, frequency, neighbours
and misreading: of one of two words as likely the choice is a person's."""

MODEL_EXPECTS = Bar(10.0, NATS, "scans and receipts, tuning half")
"""By how much likelier the language model must find an engine's second thought that makes no word of what was none: of 535 of
these that were not hopeless 100 were right, of the 15 above this that the image leaves open all."""

MODEL_SUPPORTS = Bar(2.0, LOG_ODDS, _PAIRS)
MODEL_SUPPORTS_NAME = Bar(3.0, LOG_ODDS, _PAIRS)
MODEL_SUPPORTS_LISTED = Bar(4.0, LOG_ODDS, _PAIRS)
MODEL_OPPOSES = Bar(-6.0, LOG_ODDS, _PAIRS)
"""From which the language model supports words that are parted or joined, or that no image can tell: of what is not listed, of
a possible name, and of a listed word; and below which it opposes one. Of 512 edits made by them, single words still among
them, 475 became better and 20 worse."""

WRITER_WORTH = Bar(2.0, LOG_ODDS, "bench.oracle_on_text --judged: 3 chunks of English books and 2 of newspapers, tuning half")
"""By how much less the judge must like what a model that writes proposes on a text without an image: that model is a witness,
too. Of its true edits of letters that the judge was asked about 9 were up to so much below the bars; of 85 inventions none was
less than 6 nats below."""

RIVAL_UNSEEN_BEHIND = Bar(4.0, NATS, _UNSEEN)
RIVAL_UNSEEN_LISTED = Bar(0.03, PROBABILITY, _PAIRS)
"""How far a rival of an unlisted word without an image may be behind the likeliest one to be weighed; and the probability from
which one of a listed word is. With twice as many rivals of both 5 of 575 errors more would be mended."""

UNSEEN_SUPPORTS = Bar(0.2, LOG_ODDS, _UNSEEN)
UNSEEN_OPPOSES = Bar(-0.85, LOG_ODDS, _UNSEEN)
"""From which the language model, with all that is known of a word without an image, supports another one (P = .55), and below
which it opposes it (P = .3). Of 1,155 words, each by weights fitted without its chunk, 469 become right above the first, 24
wrong and 25 neither; from P = .5 on 477, 29 and 29, from .8 on 404, 10 and 10."""

UNSEEN_FARTHEST = Bar(0.25, f"{WEIGHED} a character", "bench.others_text: another system's text of 93 scans")
"""By how much of its length a word without an image may differ from what a language model would rather read, where it is more
than one letter. Of 192 edits that the model supported 9 differed by more: 5 were wrong and none was right."""

MODEL_RANK = Bar(0.3, "weight of the model's log-odds beside the image's nats a character", _DRAWN)
"""Where rivals for the same characters are ranked."""

# scope

SCOPE_FARTHEST = Bar(0.5, f"{WEIGHED} a character", _SCOPE)
"""Of the longer side, for words of more than three letters."""

SCOPE_IN_A_PATH = Bar(0.25, f"{WEIGHED} a character", _SCOPE)
"""The same where a path loses spurious spaces: type of one width is read with many, and its signs are misread beside them."""

SCOPE_OTHER_LANGUAGE = Bar(1.0, ZIPF, _SCOPE)
"""By which a word is more frequent in the language that it belongs to."""
