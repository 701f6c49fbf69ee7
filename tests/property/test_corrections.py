"""Invariants of edits, decisions and corrections."""

from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from ocrect.record.correction import Correction, Edit, Finding, Verdict, apply, atoms, decide, edits, kind_of, settle

# Few letters and many spaces, so that two texts have much in common; and now and then anything at all.
texts = st.text("aab01. \t\n$é", max_size=24) | st.text(max_size=16)
findings = st.builds(
    Finding,
    check=st.sampled_from(["image", "lexicon", "locked", "human"]),
    supports=st.sampled_from([True, False, None]),
    reason=st.just("because"),
    score=st.none() | st.floats(-20, 20),
    witness=st.sampled_from(["image", "text", "person"]),
)
impersonal = findings.filter(lambda finding: finding.witness != "person")
SOME = Edit(0, 1, "a", "b")


@st.composite
def edits_of(draw, text):
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 5)))
    after = draw(st.text("ab1 ", max_size=4).filter(lambda after: after != text[start:end]))
    return Edit(start, end, text[start:end], after)


@st.composite
def verdicts(draw):
    text = draw(st.text("ab1 ", min_size=1, max_size=16))
    chosen = draw(st.lists(edits_of(text), max_size=8))
    return text, [Verdict(e, draw(st.sampled_from(["accepted", "review", "rejected"]))) for e in chosen]


@given(texts, texts)
def test_the_edits_of_a_reply_make_the_reply(text, reply):
    assert apply(text, edits(text, reply)) == reply


@given(texts, texts)
def test_edits_stand_in_order_apart_and_on_what_they_replace(text, reply):
    found = edits(text, reply)
    for edit in found:
        assert text[edit.start : edit.end] == edit.before != edit.after
    for first, second in pairwise(found):
        assert first.end <= second.start
        assert not first.overlaps(second)


@given(texts)
def test_a_reply_that_repeats_the_text_changes_nothing(text):
    assert edits(text, text) == ()


@given(texts, texts)
def test_the_edits_may_be_made_in_any_choice(text, reply):
    for edit in edits(text, reply):
        assert apply(text, [edit]) == text[: edit.start] + edit.after + text[edit.end :]


@given(texts, texts)
def test_the_atoms_of_an_edit_make_the_edit(text, reply):
    for edit in edits(text, reply):
        assert apply(text, atoms(edit)) == apply(text, [edit])
        assert all(edit.start <= atom.start <= atom.end <= edit.end for atom in atoms(edit))


@given(texts, texts)
def test_the_atoms_of_an_edit_are_the_fewest_changes(text, reply):
    """``wiil`` has lost no letter to become *will*: one was misread."""
    for edit in edits(text, reply):
        changed = sum(max(len(atom.before), len(atom.after)) for atom in atoms(edit))
        assert changed == Levenshtein.distance(edit.before, edit.after)


def test_a_letter_misread_beside_its_like_is_one_atom():
    assert atoms(Edit(0, 4, "wiil", "will")) == (Edit(2, 3, "i", "l"),)


@given(texts, texts)
def test_an_edit_that_touches_a_digit_is_an_edit_of_digits(text, reply):
    for edit in edits(text, reply):
        digits = [sorted(filter(str.isdigit, side)) for side in (edit.before, edit.after)]
        if digits[0] != digits[1]:
            assert kind_of(edit) == "digits"


@given(st.data())
def test_overlap_is_mutual(data):
    text = data.draw(st.text("ab1 ", min_size=1, max_size=12))
    one, other = data.draw(edits_of(text)), data.draw(edits_of(text))
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(one)


@given(st.lists(impersonal, max_size=6), st.booleans())
def test_nothing_is_accepted_without_support_or_against_opposition(found, text_only):
    decision = decide(SOME, found, "test", accept_text_only=text_only).decision
    if decision == "accepted":
        assert any(f.supports for f in found)
        assert not any(f.supports is False for f in found)
    if not any(f.supports for f in found):
        assert decision in ("review", "rejected")


@given(st.lists(impersonal, max_size=6))
def test_where_the_image_has_not_spoken_nothing_is_accepted(found):
    silent = [f for f in found if f.witness != "image" or f.score is None]
    assert decide(SOME, silent, "test").decision != "accepted"


@given(st.lists(impersonal, max_size=6), impersonal.filter(lambda f: f.supports is False))
def test_a_further_opposition_never_helps_an_edit(found, against):
    if decide(SOME, [*found, against], "test").decision == "accepted":
        pytest.fail("accepted against opposition")


@given(st.lists(impersonal, max_size=6), st.booleans())
def test_an_edit_is_accepted_or_rejected_as_a_person_says_whatever_else_was_found(found, says):
    word = Finding("human", says, "seen on the page", witness="person")
    assert decide(SOME, [*found, word], "test").decision == ("accepted" if says else "rejected")


@given(st.lists(findings, max_size=6), st.booleans())
def test_a_verdict_keeps_every_finding_and_gives_a_reason(found, text_only):
    verdict = decide(SOME, found, "test", accept_text_only=text_only)
    assert verdict.findings == tuple(found)
    assert bool(verdict.reason) == bool(found)


@given(verdicts())
def test_settled_verdicts_can_be_applied(drawn):
    text, listed = drawn
    settled = settle(listed)
    correction = Correction(settled)
    for first, second in pairwise(correction.accepted):
        assert not first.overlaps(second)
    assert correction.apply(text) == apply(text, correction.accepted)


@given(verdicts())
def test_settling_drops_no_verdict_and_accepts_no_further_edit(drawn):
    _, listed = drawn
    settled = settle(listed)
    assert sorted(str(v.edit) for v in settled) == sorted(str(v.edit) for v in listed)
    before = [v.edit for v in listed if v.decision == "accepted"]
    assert all(v.edit in before for v in settled if v.decision == "accepted")


@given(verdicts())
def test_the_first_listed_of_rival_edits_or_one_that_completes_it_is_kept(drawn):
    _, listed = drawn
    accepted = [v.edit for v in listed if v.decision == "accepted"]
    if accepted:
        kept = Correction(settle(listed)).accepted
        assert any(set(atoms(accepted[0])) <= set(atoms(edit)) for edit in kept)


@given(st.data())
def test_overlapping_accepted_edits_make_no_correction(data):
    text = data.draw(st.text("ab1 ", min_size=1, max_size=12))
    one, other = data.draw(edits_of(text)), data.draw(edits_of(text))
    pair = (Verdict(one, "accepted"), Verdict(other, "accepted"))
    if one.overlaps(other):
        with pytest.raises(ValueError, match="overlap"):
            Correction(pair)
    else:
        assert Correction(pair).apply(text) == apply(text, [one, other])


@given(texts, st.data())
def test_an_edit_that_stands_on_other_text_is_refused(text, data):
    edit = data.draw(edits_of(text))
    moved = "x" + text.replace(edit.before, "", 1) if edit.before else text
    if moved[edit.start : edit.end] != edit.before:
        with pytest.raises(ValueError, match="does not stand at"):
            apply(moved, [edit])


words = st.text("abl1", min_size=2, max_size=5)
sure = st.none() | st.floats(-4, 8)
SEEN = Finding("image", None, "hardly less", -0.1, "image")


def accepted(before, after, odds):
    """An accepted edit of a whole word: judged with these log-odds, or proved where they are ``None``."""
    judged = Finding("judgement", True, "right", odds, weight=odds or 0.0, judges=True)
    return decide(
        Edit(0, len(before), before, after), [SEEN, judged if odds is not None else Finding("locked", True, "proved")], "test"
    )


def share(odds):
    return 1 / (1 + exp(-odds))


@given(st.data(), words, sure, sure)
def test_a_further_change_is_made_where_it_is_proved_or_completes_a_proof_or_is_nearly_as_sure(data, read, first, second):
    letters = st.sampled_from("xyz")
    places = data.draw(st.sets(st.integers(0, len(read) - 1), min_size=2, max_size=len(read)))
    kept = data.draw(st.sets(st.sampled_from(sorted(places)), min_size=1, max_size=len(places) - 1))
    signs = {at: data.draw(letters) for at in places}
    part, whole = ("".join(signs[at] if at in chosen else c for at, c in enumerate(read)) for chosen in (kept, places))
    if not set(atoms(Edit(0, len(read), read, part))) < set(atoms(Edit(0, len(read), read, whole))):
        return  # runs of changes are atoms of their own
    settled = settle([accepted(read, part, first), accepted(read, whole, second)])
    further = first is None or second is None or share(second) >= 0.95 * share(first)
    assert [v.edit.after for v in settled if v.decision == "accepted"] == [whole if further else part]
    backwards = settle([accepted(read, whole, second), accepted(read, part, first)])
    assert [v.edit.after for v in backwards if v.decision == "accepted"] == [whole]


@given(st.data(), words, st.lists(sure, min_size=1, max_size=5))
def test_whatever_is_proved_and_judged_one_edit_of_a_word_is_kept_and_a_persons_is_never_beaten(data, read, found):
    rivals = [accepted(read, data.draw(words.filter(lambda after: after != read)), odds) for odds in found]
    settled = settle(rivals)
    assert sum(v.decision == "accepted" for v in settled) == 1
    assert all(any(f.check == "settle" for f in v.findings) for v in settled if v.decision == "rejected")
    word = Finding("human", True, "seen on the page", witness="person")
    own = decide(rivals[0].edit, [*rivals[0].findings, word], "test")
    assert [v.edit for v in settle([own, *rivals[1:]]) if v.decision == "accepted"] == [own.edit]
