"""What is changed in a model's file before it is loaded."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr import models, protobuf

_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA = 7, 5, 2, 9  # field numbers of onnx.proto3
_FLOAT, _INT64 = 1, 7


def _model(data_type: int, raw: bytes) -> bytes:
    """An ONNX model of one tensor."""
    tensor = protobuf.varint(_DATA_TYPE << 3) + protobuf.varint(data_type) + protobuf.length_delimited(_RAW_DATA, raw)
    return protobuf.length_delimited(_GRAPH, protobuf.length_delimited(_INITIALIZER, tensor))


def _raw(model: bytes) -> bytes:
    for number in (_GRAPH, _INITIALIZER, _RAW_DATA):
        (model,) = (value for found, value, _ in protobuf.fields(model) if found == number)
    return model


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_weights_that_vanish_are_zero_and_all_others_stay_to_the_last_bit(values: list[float]) -> None:
    weights = np.array(values, np.float32)
    found = np.frombuffer(_raw(models.without_vanishing(_model(_FLOAT, weights.tobytes()))), np.float32)
    kept = np.abs(weights) >= models.VANISHING
    assert found[kept].tobytes() == weights[kept].tobytes()
    assert not found[~kept].any()


def test_numbers_that_are_no_weights_stay() -> None:
    shape = _model(_INT64, np.array([1, 2**31, -1]).tobytes())
    assert models.without_vanishing(shape) == shape
