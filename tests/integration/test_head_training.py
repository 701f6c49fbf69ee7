"""The head is trained: a toy of it, in about a minute, and what it writes reads as it did in training."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.head import grafted
from ocrect.engines.ppocr.recognise import seen

jax = pytest.importorskip("jax", reason="training needs the extra [training]")
pytest.importorskip("optax", reason="training needs the extra [training]")

from training import cache, draw, faces, head, ship, tills, train  # noqa: E402
from training.alphabet import DRAWN  # noqa: E402
from training.backbone import LastLayer  # noqa: E402
from training.texts import Text  # noqa: E402

WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "nghìn", "7", "15", "2.000", "₫")

pytestmark = [
    pytest.mark.skipif(not faces.installed(), reason="no fonts on this machine (Debian: apt-get install fonts-dejavu)"),
    pytest.mark.timeout(900),  # a minute of computing, on machines that are busy
]


def _counting(dice: random.Random) -> Text:
    """A few numbers in Vietnamese words."""
    return Text(" ".join(dice.choices(WORDS, k=dice.randint(2, 5))), fixed=False)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("head")
    for name, lines in (("train", 200), ("other", 60)):
        cache.fill(folder, cache.Wanted(name, lines, seed=7, say=_counting))
    return folder


@pytest.fixture(scope="module")
def last() -> LastLayer:
    return train.old_head()


def test_a_toy_learns_the_letters_that_the_old_head_lacks_and_what_is_written_reads_the_same(
    kept: Path, last: LastLayer, tmp_path: Path
) -> None:
    data, other = (train.load(kept, name, last) for name in ("train", "other"))
    run = train.Run(epochs=12, seed=1)
    before = train.errors(train.trained(train.untrained(run, data, last), last), other)
    weights = train.train(tmp_path, data, other, last, run)
    after = train.errors(train.trained(weights, last), other)
    assert after.all < before.all / 2

    shipped = head.shipped(weights, data.alphabet.symbols)
    reader = train.shipped(shipped, last)
    ship.ship(tmp_path, ship.Made(shipped, np.load(kept / "scales.npy"), (run.command(200),), {}), reader, len(data), other)
    path = tmp_path / "latin.onnx"
    assert run.command(200) in (tmp_path / "latin.md").read_text(encoding="utf-8")
    whole, symbols = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), path.read_bytes())
    session = models.session(whole, threads=1)
    line = draw.line("7/other/0", faces.training(), _counting)
    (posterior,) = session.run(None, {"x": seen(line.bgr)[0]})
    assert symbols == data.alphabet.symbols
    assert np.allclose(posterior.sum(-1), 1.0, atol=1e-4)
    reading = {text: found for found, text in train.readings(reader, other)}[line.text]
    assert data.alphabet.read(posterior[0].argmax(-1)).strip() == reading


def test_a_run_that_stopped_goes_on_to_the_same_weights(kept: Path, last: LastLayer, tmp_path: Path) -> None:
    data = train.Data(list(cache.shards(kept, "other")), last)
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    for folder in (whole, parted):
        folder.mkdir()
    straight = train.train(whole, data, data, last, train.Run(epochs=2, seed=3))
    train.train(parted, data, data, last, train.Run(epochs=2, seed=3), until=1)
    resumed = train.train(parted, data, data, last, train.Run(epochs=2, seed=3))
    assert all(np.array_equal(straight[name], resumed[name]) for name in straight)


def test_the_same_seed_draws_the_same_lines() -> None:
    chosen = faces.training()
    first, again = (draw.line("9/x/4", chosen) for _ in range(2))
    assert first.text == again.text
    assert np.array_equal(first.bgr, again.bgr)
    assert draw.line("9/x/5", chosen).text != first.text


def test_words_in_small_capitals_are_said_in_capitals_and_the_others_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "WITH_SMALL_CAPITALS", 1.0)
    chosen = faces.training()
    said = [
        draw.line(f"small/{n}", chosen, lambda dice: Text("one two three four five six seven", fixed=False)) for n in range(24)
    ]
    words = [word for line in said for word in line.text.split()]
    assert all(word.islower() or word.isupper() for word in words)
    assert any(line.text.isupper() for line in said)
    assert any(not line.text.isupper() and not line.text.islower() for line in said)


def test_some_lines_say_nothing_and_have_ink() -> None:
    chosen = faces.training()
    said = [draw.line(f"blots/{n}", chosen, lambda dice: Text("", fixed=False)) for n in range(20)]
    assert all(line.text == "" and line.bgr.std() > 0 for line in said)


@pytest.mark.parametrize("language", ["vi", "en", "de", "fr", "pl"])
def test_what_tills_print_is_what_lines_can_be_drawn_with(language: str) -> None:
    lines = [tills.line(random.Random(n), language) for n in range(400)]
    assert {symbol for line in lines for symbol in line} - DRAWN <= set("⅓⅔")  # of figures; such lines are not drawn
    assert any(line.strip("* ") == "" for line in lines)
    assert len(set(lines)) > 300
