"""The engine's other readings as proposals."""

from ocrect.correcting.nbest import MOST_EDITS, build
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.testing import posterior


def proposed(line):
    (found,) = build(Settings())([line], Context([line]))
    return found


def test_the_runner_up_readings_become_edits_of_whole_words_likeliest_first():
    evidence = posterior("Total $1O0", alternatives={8: {"0": 0.3, "Q": 0.1}})
    assert proposed(Line("1", "Total $1O0", evidence=evidence)) == [
        Edit(6, 10, "$1O0", "$100"),
        Edit(6, 10, "$1O0", "$1Q0"),
    ]


def test_a_line_without_doubt_or_evidence_gets_no_proposals():
    assert proposed(Line("1", "clear", evidence=posterior("clear"))) == []
    assert proposed(Line("1", "clear")) == []


def test_tidied_spaces_are_not_proposed_back():
    evidence = posterior("cat  sat", alternatives={0: {"b": 0.3}})
    assert Edit(0, 3, "cat", "bat") in proposed(Line("1", "cat sat", evidence=evidence))
    assert not any("  " in edit.after for edit in proposed(Line("1", "cat sat", evidence=evidence)))


def test_a_line_full_of_doubt_gets_few_proposals():
    text = "one two three four five"
    evidence = posterior(text, alternatives={i: {"x": 0.3, "y": 0.15} for i, c in enumerate(text) if c != " "})
    assert 0 < len(proposed(Line("1", text, evidence=evidence))) <= MOST_EDITS
