"""The frozen part of PP-OCRv6's recogniser: what it makes of a line, frame by frame, and its own last layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.recognise import seen

NECK = "p2o.pd_op.transpose.8.0"
"""The tensor ``(1, frames, 120)`` that the old last layer reads: it has seen the whole line."""
MAP = "p2o.pd_op.add.64.0"
"""The last convolution's tensor ``(1, 384, 3, 2 * frames)``, before the average over its three rows and pairs of columns."""
LOGITS = "p2o.pd_op.add.79.0"
"""The old last layer's logits ``(1, frames, classes)``."""
NECK_WIDTH, MAP_SHAPE = 120, (2, 3, 384)
MAP_WIDTH = 2 * 3 * 384
PIXELS = 8  # of the line's width at the model's height, a frame
PADDING = 12  # frames behind the text that are kept, where the engine pads short lines: the convolutions look that far


class Features(NamedTuple):
    """What the backbone says of a line: ``neck`` ``(frames, 120)`` and ``map`` ``(frames, 2304)``: columns, rows, channels."""

    neck: NDArray[np.float32]
    map: NDArray[np.float32]


class Backbone:
    """The recogniser up to its last layer, on one thread."""

    def __init__(self) -> None:
        model = onnx.load_from_string(models.model_file(models.RECOGNITION_FILE).read_bytes())
        del model.graph.output[:]
        for name in (NECK, MAP):
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        self._session = models.session(model.SerializeToString(), threads=1)

    def __call__(self, bgr: NDArray[np.uint8]) -> Features:
        """The features of a line that was cut out, ``(height, width, 3)``, as the engine prepares it for the recogniser."""
        tensor, width = seen(bgr)
        neck, columns = self._session.run([NECK, MAP], {self._session.get_inputs()[0].name: tensor})
        frames = neck.shape[1]
        rows = columns[0, :, :, : 2 * frames].reshape(384, 3, frames, 2).transpose(2, 3, 1, 0).reshape(frames, MAP_WIDTH)
        last = min(frames, -(-width // PIXELS) + PADDING)
        return Features(neck[0, :last], rows[:last])


class LastLayer(NamedTuple):
    """The old head: ``logits = neck @ weights + bias`` with the blank and the given symbols."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    symbols: tuple[str, ...]


def last_layer(wanted: tuple[str, ...]) -> LastLayer:
    """The columns of the old head for the blank and those of ``wanted`` that it has, in its own order."""
    data = models.model_file(models.RECOGNITION_FILE).read_bytes()
    tensors = {t.name: t for t in onnx.load_from_string(data).graph.initializer if t.name.startswith("linear_8.")}
    weights, bias = (onnx.numpy_helper.to_array(tensors[f"linear_8.{name}_0"]) for name in "wb")
    known, asked = models.symbols(data), set(wanted)
    keep = [number for number, symbol in enumerate(known) if symbol in asked]
    columns = [0, *(number + 1 for number in keep)]
    return LastLayer(weights[:, columns], bias[columns], tuple(known[number] for number in keep))
