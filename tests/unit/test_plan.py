"""The layer plan, as a table of cases: a model of 4 layers of 1 GiB with a head of 1 GiB and a cache of 0.25 GiB a layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ocrect.errors import SettingsError
from ocrect.hub.gguf import GgufHeader
from ocrect.llm.plan import OVERHEAD, Device, Plan, pass_bytes
from ocrect.llm.plan import plan as plan_with_batch

GIB = 2**30
CONTEXT, BATCH = 4096, 512
HEADER = GgufHeader(
    path=Path("m.gguf"),
    version=3,
    architecture="llama",
    name="",
    license="",
    quantization="q8_0",
    layers=4,
    context_length=8192,
    embedding_length=64,
    vocabulary=3,
    has_chat_template=True,
    tensors=9,
    layer_bytes=(GIB,) * 4,
    other_bytes=GIB,
    cache_bytes_per_token=GIB // 4 // CONTEXT,
    parts=1,
    file_bytes=5 * GIB,
)


TAKEN = OVERHEAD + pass_bytes(HEADER, BATCH)


def gpu(gib: float) -> Device:
    return Device("GPU", int(gib * GIB) + TAKEN)


def plan(header: GgufHeader, devices: list[Device], wanted: str, context: int, batch: int = BATCH) -> Plan:
    return plan_with_batch(header, devices, wanted, context, batch)


CASES = {
    "no GPU, auto": ("auto", [], 0),
    "no GPU, all": ("all", [], 0),
    "no GPU, a number": ("20", [], 0),
    "a large GPU": ("auto", [gpu(80)], 5),
    "just enough": ("auto", [gpu(6)], 5),
    "one byte short of all": ("auto", [Device("GPU", 6 * GIB + TAKEN - 1)], 4),
    "half": ("auto", [gpu(2.6)], 2),
    "a full GPU": ("auto", [Device("GPU", 100)], 0),
    "not even one layer": ("auto", [gpu(1)], 0),
    "two GPUs hold together what one does not": ("auto", [gpu(2.6), gpu(3.6)], 5),
    "a layer is not split over two": ("auto", [gpu(1), gpu(1)], 0),
    "a full GPU beside a free one": ("auto", [Device("GPU", 0), gpu(8)], 5),
    "none": ("0", [gpu(80)], 0),
    "two": ("2", [gpu(80)], 2),
    "a number is taken at its word": ("3", [gpu(1)], 3),
    "more than the model has": ("99", [gpu(80)], 5),
    "all": ("all", [gpu(1)], 5),
}


@pytest.mark.parametrize(("wanted", "devices", "layers"), CASES.values(), ids=CASES)
def test_the_plan_puts_as_many_layers_on_the_gpus_as_asked_and_fit(wanted, devices, layers):
    made = plan(HEADER, devices, wanted, CONTEXT)
    assert (made.layers, made.total) == (layers, 5)
    assert made.bytes_needed == sum([5 * GIB // 4] * min(layers, 4)) + (GIB if layers == 5 else 0)
    assert ("CPU" in made.words) == (layers == 0)


@pytest.mark.parametrize("wanted", ["-1", "-5", "many", "", "1.5"])
def test_an_impossible_request_is_a_settings_error(wanted):
    with pytest.raises(SettingsError, match="gpu_layers"):
        plan(HEADER, [gpu(80)], wanted, CONTEXT)


def test_a_longer_context_leaves_room_for_fewer_layers():
    assert plan(HEADER, [gpu(2.6)], "auto", 8192).layers == 1
    assert plan(HEADER, [gpu(2.6)], "auto", 2048).layers == 2


def test_a_larger_pass_leaves_room_for_fewer_layers():
    wide = replace(HEADER, embedding_length=8192)
    assert plan(wide, [gpu(6.5)], "auto", CONTEXT, batch=64).layers == 5
    assert plan(wide, [gpu(6.5)], "auto", CONTEXT, batch=2048).layers == 4


def test_a_context_beyond_the_models_costs_no_more_than_the_models():
    assert plan(HEADER, [gpu(7)], "auto", 10**9).layers == plan(HEADER, [gpu(7)], "auto", 8192).layers == 5


def test_the_plan_says_in_words_what_will_be_done_and_why():
    assert plan(HEADER, [gpu(2.6)], "auto", CONTEXT).words == (
        "2 of 5 layers (2.5 GiB) on GPU (3.1 GiB free): 6.0 GiB would be needed for all"
    )
    assert "although 20 layers were asked for" in plan(HEADER, [], "20", CONTEXT).words
    assert "the model has no 99" in plan(HEADER, [gpu(80)], "99", CONTEXT).words
