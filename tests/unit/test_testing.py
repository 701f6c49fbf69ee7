"""The fakes do what their docstrings say."""

import numpy as np
import pytest

from ocrect.errors import GenerationError, RecognitionError
from ocrect.record.document import Page, PageImage
from ocrect.testing import FakeEngine, ScriptedRuntime, posterior


def test_a_posterior_sums_to_one_in_every_frame():
    evidence = posterior("naïve 10", alternatives={2: {"i": 0.4, "": 0.05}})
    assert evidence.text == "naïve 10"
    assert np.exp(evidence.log_probs.astype(float)).sum(axis=1) == pytest.approx(1.0, abs=0.01)


def test_alternatives_that_outweigh_the_text_are_refused():
    with pytest.raises(ValueError, match="likelier than itself"):
        posterior("a", alternatives={0: {"b": 0.6}})


def image(number):
    return PageImage(np.zeros((2, 2, 3), np.uint8), number)


def test_the_engine_returns_its_pages_and_remembers_the_images():
    engine = FakeEngine([Page(1), RecognitionError("blurred")])
    assert engine(image(1)) == Page(1)
    with pytest.raises(RecognitionError, match="blurred"):
        engine(image(2))
    with pytest.raises(RecognitionError, match="no page 3"):
        engine(image(3))
    assert [i.number for i in engine.images] == [1, 2, 3]


def test_the_runtime_follows_its_script_and_records_the_calls():
    runtime = ScriptedRuntime(["one", GenerationError("cut off")], scores={"a": -1.0})
    assert runtime.generate("first?", system="be brief") == "one"
    with pytest.raises(GenerationError, match="cut off"):
        runtime.generate("second?")
    with pytest.raises(GenerationError, match="no more replies"):
        runtime.generate("third?")
    assert runtime.score("so ", ["a", "bc"]) == [-1.0, -10.0]
    runtime.close()
    assert (runtime.prompts, runtime.systems[0], runtime.scored, runtime.closed) == (
        ["first?", "second?", "third?"],
        "be brief",
        [("so ", ("a", "bc"))],
        1,
    )


def test_the_script_may_be_functions():
    runtime = ScriptedRuntime(str.upper, scores=lambda prefix, text: -float(len(prefix + text)))
    assert runtime.generate("hi") == "HI"
    assert runtime.score("ab", ["c"]) == [-3.0]
