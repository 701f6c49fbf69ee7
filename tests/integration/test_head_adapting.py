"""The layers before the head in JAX: they see what the engine's see, what is learnt of them is shipped, and they do learn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.head import DOWN, SHIFT, UP, grafted

jax = pytest.importorskip("jax", reason="training needs the extra [training]")
pytest.importorskip("optax", reason="training needs the extra [training]")

import jax.numpy as jnp  # noqa: E402
from training import SHIPPED, adapt, adapter, export, faces, head, pixels, train  # noqa: E402
from training.backbone import NECK  # noqa: E402

pytestmark = [
    pytest.mark.skipif(not faces.installed(), reason="no fonts on this machine (Debian: apt-get install fonts-dejavu)"),
    pytest.mark.timeout(900),  # a minute of computing, on machines that are busy
]
LINES = 8
SHORT = 440  # pixels: the narrower of two widths, so that what is computed here is little


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pixels.Pool]:
    """Lines of several lengths, the shorter ones padded to one."""
    (job,) = pixels.jobs(tmp_path_factory.mktemp("lines"), "train", LINES, seed=7)
    pixels.draw_shard(job)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixels, "WIDTHS", (SHORT, pixels.WIDTHS[-1]))
        found = pixels.Pool(train.Alphabet(train.old_head()))
        found.add(pixels.shard(job.path))
        yield found


@pytest.fixture(scope="module")
def model() -> adapt.Model:
    return adapt.Model(train.old_head(), faith=0.3)


@pytest.fixture(scope="module")
def moved(model: adapt.Model) -> dict[str, np.ndarray]:
    """Corrections that do change something."""
    dice = np.random.default_rng(3)
    start = adapter.initial(jax.random.key(3), model.network)
    moves = {name: dice.normal(0, 0.02 / part.shape[0] ** 0.5, part.shape) for name, part in start.items()}
    return {name: (np.asarray(part) + moves[name]).astype(np.float16) for name, part in start.items()}


def _engines(data: bytes, tensor: str, batch: pixels.Batch) -> list[np.ndarray]:
    """A tensor of the engine's session for each line of a batch alone."""
    onnx = pytest.importorskip("onnx")
    whole = onnx.load_from_string(data)
    whole.graph.output.append(onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None))
    session = models.session(whole.SerializeToString(), threads=1)
    found = []
    for image, end, width in zip(batch["images"], batch["ends"], batch["widths"], strict=True):
        line = np.zeros((1, 3, image.shape[0], width), np.float32)
        line[0, :, :, :end] = (image[:, :end].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
        found.append(session.run([tensor], {"x": line})[0][0])
    return found


def test_lines_of_a_batch_are_seen_as_the_engine_sees_each_of_them_alone(model: adapt.Model, pool: pixels.Pool) -> None:
    data = models.model_file(models.RECOGNITION_FILE).read_bytes()
    batch, _ = next(pool.batches())
    assert len(set(batch["widths"].tolist())) > 1
    necks = np.asarray(model.seen({}, batch)[0])
    for neck, own in zip(necks, _engines(data, NECK, batch), strict=True):
        assert np.allclose(neck[: len(own)], own, atol=2e-3)


def test_corrections_are_shipped_and_read_back_and_the_engine_sees_by_them(
    model: adapt.Model, pool: pixels.Pool, moved: dict[str, np.ndarray], tmp_path: Path
) -> None:
    before = export.read(SHIPPED / "latin.onnx")
    shipped = head.shipped(before.weights, pool.alphabet.symbols, before.neglected)
    path = tmp_path / "latin.onnx"
    about = {"made_by": "a; b"}
    export.write(path, shipped, export.STEP, pool.alphabet.symbols, temperature=1.0, about=about, corrections=moved)
    again = export.read(path)
    assert again.history == ("a", "b")
    assert again.neglected == before.neglected
    assert again.corrections.keys() == moved.keys()
    assert all(np.array_equal(again.corrections[name], part) for name, part in moved.items())
    assert all(np.array_equal(again.weights[name], value) for name, value in before.weights.items())

    whole, _ = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), path.read_bytes())
    batch, _ = next(pool.batches())
    necks = np.asarray(model.seen({name: part.astype(np.float32) for name, part in moved.items()}, batch)[0])
    plain = np.asarray(model.seen({}, batch)[0])
    for neck, own, unmoved in zip(necks, _engines(whole, NECK, batch), plain, strict=True):
        assert np.allclose(neck[: len(own)], own, atol=2e-2)
        assert np.abs(unmoved[: len(own)] - own).max() > 0.2


def test_a_shard_that_nobody_draws_is_an_error_and_no_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "LONGEST", 0.0)
    with pytest.raises(TimeoutError, match="not drawn"):
        pixels.shard(tmp_path / "00000.npz")


def test_a_correction_of_a_weight_that_the_model_lacks_is_an_error() -> None:
    data = models.model_file(models.RECOGNITION_FILE).read_bytes()
    with pytest.raises(KeyError, match="no_such_weight"):
        models.shifted(data, {"no_such_weight": np.ones(3, np.float32)})


def test_every_weight_that_was_learnt_has_a_correction_and_no_other_number(model: adapt.Model) -> None:
    corrections = adapter.initial(jax.random.key(0), model.network)
    names = {name.removesuffix(end) for name in corrections for end in (UP, DOWN, SHIFT) if name.endswith(end)}
    learnt = {name for name, value in model.network.tensors.items() if value.dtype == np.float32 and value.size > 1}
    untouched = learnt - names
    assert names < learnt
    assert all(name.startswith("batch_norm") or model.network.tensors[name].size <= 8 for name in untouched)
    same = adapter.corrected(model.network.tensors, corrections)
    assert all(np.allclose(value, model.network.tensors[name], rtol=0, atol=1e-30) for name, value in same.items())


def test_a_few_steps_lower_the_loss_and_what_the_layers_see_has_a_slope(model: adapt.Model, pool: pixels.Pool) -> None:
    """Of the layers' corrections only the last ones are moved here: to compile the slope of all takes minutes."""
    before = export.read(SHIPPED / "latin.onnx")
    corrections = adapter.initial(jax.random.key(0), model.network)
    last = {name: part for name, part in corrections.items() if name.startswith("linear_")}
    batch, _ = next(pool.batches())

    def loss(moving: dict[str, jax.Array]) -> jax.Array:
        return model.loss({**corrections, **before.weights, **moving}, batch, jax.random.key(1))

    stepped = jax.jit(jax.value_and_grad(loss))
    values = []
    for _ in range(4):
        value, slopes = stepped(last)
        values.append(float(value))
        size = jnp.sqrt(sum((slope**2).sum() for slope in slopes.values()))
        last = {name: part - 0.02 * slopes[name] / size for name, part in last.items()}
    assert values[-1] < values[0]
    assert all(float(jnp.abs(slopes[name]).max()) > 0 for name in slopes if name.endswith(UP))


def test_a_line_is_read_right_by_its_greedy_reading_only() -> None:
    best = jnp.array([[0, 3, 3, 0, 3, 5, 0], [0, 3, 3, 3, 3, 5, 0], [3, 0, 3, 5, 5, 5, 2], [0, 3, 0, 3, 5, 0, 0]])
    padding = jnp.array([[0.0] * 7, [0.0] * 7, [0.0] * 6 + [1.0], [0.0] * 4 + [1.0] * 3])
    labels = jnp.array([[3, 3, 5, 0]] * 4)
    label_padding = jnp.array([[0.0, 0.0, 0.0, 1.0]] * 4)
    assert adapt.read_right(best, padding, labels, label_padding).tolist() == [1.0, 0.0, 1.0, 0.0]


def test_the_rate_rises_and_falls_and_all_shards_are_seen_before_the_end() -> None:
    run = adapt.Run(lines=140_000, steps=3000, seed=1, rate=1e-3, faith=0.3)
    rates = [run.rate_at(step) for step in range(run.steps)]
    assert max(rates) == pytest.approx(1e-3, rel=0.02)
    assert max(rates[0], rates[-1]) < 2e-5
    seen = [run.shards_at(step, 1400) for step in range(run.steps)]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1], seen[1900]) == (adapt.FIRST, 1400, 1400)
    assert {run.shards_at(step, 5) for step in range(run.steps)} == {5}
