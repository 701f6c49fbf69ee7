"""The layers before the head, in PyTorch, see what the engine's see; what is learnt of them is shipped; and they do learn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.head import DOWN, SHIFT, UP, grafted

torch = pytest.importorskip("torch", reason="training of all layers needs the extra [adapting]")
pytest.importorskip("jax", reason="training needs the extra [training]")

from training import SHIPPED, adapt, adapter, export, faces, head, pixels, train  # noqa: E402
from training.backbone import LOGITS  # noqa: E402

pytestmark = [
    pytest.mark.skipif(not faces.installed(), reason="no fonts on this machine (Debian: apt-get install fonts-dejavu)"),
    pytest.mark.timeout(900),  # a minute of computing, on machines that are busy
]
LINES = 8


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> pixels.Pool:
    """Lines of several lengths, the shorter ones padded to one."""
    (job,) = pixels.jobs(tmp_path_factory.mktemp("lines"), "train", LINES, seed=7)
    pixels.draw_shard(job)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixels, "WIDTHS", pixels.WIDTHS[-1:])
        found = pixels.Pool(train.Alphabet(train.old_head()))
        found.add(pixels.shard(job.path))
    assert len(found) > 3
    return found


@pytest.fixture(scope="module")
def before() -> export.Written:
    return export.read(SHIPPED / "latin.onnx")


@pytest.fixture(scope="module")
def model(before: export.Written) -> adapt.Model:
    return adapt.Model(before.weights, train.Alphabet(train.old_head()), torch.float32)


@pytest.fixture(scope="module")
def fresh(model: adapt.Model) -> adapter.Numbers:
    """Corrections that change nothing."""
    return adapter.initial(np.random.default_rng(3), model.network.kernels(), model.network.others())


@pytest.fixture(scope="module")
def moved(fresh: adapter.Numbers) -> adapter.Numbers:
    """Corrections that do change something."""
    dice = np.random.default_rng(3)
    moves = {name: dice.normal(0, 0.02 / part.shape[0] ** 0.5, part.shape) for name, part in fresh.items()}
    return {name: (part + moves[name]).astype(np.float16).astype(np.float32) for name, part in fresh.items()}


def _tensors(numbers: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in numbers.items()}


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


def test_lines_of_a_batch_are_seen_as_the_engine_sees_each_of_them_alone(
    model: adapt.Model, before: export.Written, pool: pixels.Pool, tmp_path: Path
) -> None:
    """By the old last layer and by the head, in single and in half as exact numbers."""
    symbols = pool.alphabet.symbols
    file = export.model(head.shipped(before.weights, symbols), export.STEP, symbols, temperature=1.0, about={})
    whole, _ = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), file)
    batch, _ = next(pool.batches())
    assert len(set(batch["widths"].tolist())) > 1
    coarse = adapt.Model(before.weights, pool.alphabet, torch.bfloat16)
    for place, name in enumerate((LOGITS, export.TRAINED)):
        engines = _engines(whole, name, batch)
        with torch.no_grad():
            exact, rough = (m.logits(_tensors(m.start), batch)[place].numpy() for m in (model, coarse))
        for own, said, rounded in zip(engines, exact, rough, strict=True):
            assert np.allclose(said[: len(own)], own, atol=1e-2)
            assert (rounded[: len(own)].argmax(-1) == own.argmax(-1)).mean() > 0.95


def test_corrections_are_shipped_and_read_back_and_the_engine_sees_by_them(
    model: adapt.Model, before: export.Written, pool: pixels.Pool, moved: adapter.Numbers, tmp_path: Path
) -> None:
    shipped = head.shipped(before.weights, pool.alphabet.symbols, before.neglected)
    path = tmp_path / "latin.onnx"
    about = {"made_by": "a; b"}
    file = export.model(shipped, export.STEP, pool.alphabet.symbols, temperature=1.0, about=about, corrections=moved)
    path.write_bytes(file)
    again = export.read(path)
    assert again.history == ("a", "b")
    assert again.neglected == before.neglected
    assert again.corrections.keys() == moved.keys()
    assert all(np.array_equal(again.corrections[name], part) for name, part in moved.items())
    assert all(np.array_equal(again.weights[name], value) for name, value in before.weights.items())

    whole, _ = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), path.read_bytes())
    batch, _ = next(pool.batches())
    with torch.no_grad():
        logits, plain = (model.logits(_tensors(found), batch)[0].numpy() for found in (moved, {}))
    for said, own, unmoved in zip(logits, _engines(whole, LOGITS, batch), plain, strict=True):
        assert np.allclose(said[: len(own)], own, atol=5e-2)
        assert np.abs(unmoved[: len(own)] - own).max() > 0.2


def test_the_head_that_was_trained_is_the_head_that_reads(before: export.Written, pool: pixels.Pool) -> None:
    """The shipped file by the engine's session, and by the head as the training of it alone has it."""
    file = (SHIPPED / "latin.onnx").read_bytes()
    batch, _ = next(pool.batches())
    said = adapt.read_by(file)(batch)
    assert np.allclose(np.exp(said).sum(-1)[batch["frame_padding"] == 0], 1, atol=1e-3)
    distances = [Levenshtein.distance(read, text) / len(text) for read, text in train.readings(adapt.read_by(file), pool)]
    assert np.median(distances) < 0.1


def test_a_shard_that_nobody_draws_is_an_error_and_no_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "LONGEST", 0.0)
    with pytest.raises(TimeoutError, match="not drawn"):
        pixels.shard(tmp_path / "00000.npz")


def test_a_correction_of_a_weight_that_the_model_lacks_is_an_error() -> None:
    data = models.model_file(models.RECOGNITION_FILE).read_bytes()
    with pytest.raises(KeyError, match="no_such_weight"):
        models.shifted(data, {"no_such_weight": np.ones(3, np.float32)})


def test_every_weight_that_was_learnt_has_a_correction_and_no_other_number(model: adapt.Model, fresh: adapter.Numbers) -> None:
    names = {name.removesuffix(end) for name in fresh for end in (UP, DOWN, SHIFT) if name.endswith(end)}
    tensors = model.network.tensors
    learnt = {name for name, value in tensors.items() if value.dtype == torch.float32 and value.numel() > 1}
    untouched = learnt - names
    assert names < learnt
    assert all(name.startswith(("batch_norm", "linear_8.")) or tensors[name].numel() <= 8 for name in untouched)
    same = adapter.corrected(tensors, _tensors(fresh))
    assert all(torch.allclose(value, tensors[name], rtol=0, atol=1e-30) for name, value in same.items())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_of_what_was_learnt_is_a_share_of_every_weight_s_change(fresh: adapter.Numbers, share: float) -> None:
    """Of products of half the rank each, whose sum is not cut."""
    dice = np.random.default_rng(5)

    def learnt() -> adapter.Numbers:
        found = {name: dice.normal(0, 0.1, part.shape).astype(np.float32) for name, part in fresh.items()}
        for name, part in found.items():
            if name.endswith(UP):
                part[:, adapter.RANK // 2 :] = 0
        return found

    before, after = learnt(), learnt()
    names = [name for name in fresh if name.endswith(UP)]
    at, start, end = (
        {name: found[name] @ found[name.removesuffix(UP) + DOWN] for name in names}
        | {name: value for name, value in found.items() if name.endswith(SHIFT)}
        for found in (adapter.between(before, after, share), before, after)
    )
    assert names
    assert all(np.allclose(value, (1 - share) * start[name] + share * end[name], atol=1e-3) for name, value in at.items())


def test_a_few_steps_lower_the_loss_and_every_weight_has_a_slope(
    model: adapt.Model, before: export.Written, fresh: adapter.Numbers, pool: pixels.Pool
) -> None:
    batch, _ = next(pool.batches())
    start = {**fresh, **before.corrections, **model.start}
    run = adapt.Run(lines=LINES, seed=1, rate=3e-4, faith=0.3)
    found = adapt.trained(model, start, ((0.0, batch) for _ in range(6)), run)
    losses = []
    for numbers in (start, found):
        with torch.no_grad():
            losses.append(model.loss(_tensors(numbers), batch, 0.3, torch.Generator().manual_seed(2)).item())
    assert losses[1] < losses[0]
    assert found.keys() == start.keys()
    assert all(not np.array_equal(found[name], start[name]) for name in found)


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    model: adapt.Model, fresh: adapter.Numbers, pool: pixels.Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after two steps of four; another run does not go on from what this one kept."""
    monkeypatch.setattr(adapt, "KEPT", 2)
    (batch, _), *_ = pool.batches()
    batches = [(step / 4, {name: value[:3] for name, value in batch.items()}) for step in range(4)]
    run = adapt.Run(lines=LINES, seed=1, rate=3e-4, faith=0.3)
    start, state = {**fresh, **model.start}, tmp_path / "adapt.npz"
    whole = adapt.trained(model, start, iter(batches), run)
    adapt.trained(model, start, iter(batches[:2]), run, state)
    again = adapt.trained(model, start, iter(batches), run, state)
    assert all(np.allclose(again[name], whole[name], atol=1e-6) for name in whole)
    other = adapt.trained(model, start, iter(()), adapt.Run(lines=LINES, seed=2, rate=3e-4, faith=0.3), state)
    assert all(np.array_equal(other[name], start[name]) for name in start)


def test_a_line_is_read_right_by_its_greedy_reading_only() -> None:
    best = np.array([[0, 3, 3, 0, 3, 5, 0], [0, 3, 3, 3, 3, 5, 0], [3, 0, 3, 5, 5, 5, 2], [0, 3, 0, 3, 5, 0, 0]])
    padding = np.array([[0.0] * 7, [0.0] * 7, [0.0] * 6 + [1.0], [0.0] * 4 + [1.0] * 3])
    labels = {"labels": np.array([[3, 3, 5, 0]] * 4), "label_padding": np.array([[0.0, 0.0, 0.0, 1.0]] * 4)}
    assert adapt.read_right(best, {**labels, "frame_padding": padding}).tolist() == [1.0, 0.0, 1.0, 0.0]


def test_the_rate_rises_and_falls() -> None:
    run = adapt.Run(lines=50_000, seed=1, rate=1e-3, faith=0.3)
    rates = [run.rate_at(step, step / 2000) for step in range(2000)]
    assert max(rates) == pytest.approx(1e-3, rel=0.02)
    assert max(rates[0], rates[-1]) < 2e-5 + 1e-3 / adapt.WARM_UP


def test_each_line_is_taken_once_in_batches_of_one_width(tmp_path: Path) -> None:
    jobs = pixels.jobs(tmp_path, "train", 300, seed=5)
    for job in jobs:
        pixels.draw_shard(job)
    pool = pixels.Pool(train.Alphabet(train.old_head()))
    taken = list(adapt.drawn([job.path for job in jobs], pool))
    counts = [len(batch["ends"]) for _, batch in taken]
    assert all(len(batch["ends"]) == pixels.SIZE // batch["images"].shape[2] for _, batch in taken)
    assert sum(counts) + len(pool) > 250
    assert [seen for seen, _ in taken] == sorted(seen for seen, _ in taken)
    pictures = {image.tobytes() for _, batch in taken for image in batch["images"]}
    assert len(pictures) == sum(counts)
