"""Which ways a box that is higher than wide is read: upright and upwards as a lone sign, upwards and downwards as a line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import UPWARDS, recognise

KNOWN = "47"
PAGE = np.full((400, 200, 3), 255, np.uint8)


class Surer:
    """A network that is surer at each call, as of a sign that looks like another one on its side."""

    def __init__(self, *surely: float) -> None:
        self._surely: Iterator[float] = iter(surely)
        self.calls = 0

    def __call__(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        self.calls += 1
        sure = next(self._surely)
        output = np.full((1, tensor.shape[3] // 8, 3), 1e-4, np.float32)
        output[:, :, 0] = 1 - 2e-4
        output[:, 1] = (1 - sure) / 2, sure, (1 - sure) / 2
        return output


def quad(width: float, height: float) -> NDArray[np.float32]:
    return np.array([[50, 50], [50 + width, 50], [50 + width, 50 + height], [50, 50 + height]], np.float32)


@pytest.mark.parametrize(("upwards", "upright"), [(0.8, 0.9), (0.9, 0.8)])
def test_a_lone_sign_is_read_upright_or_upwards_and_not_downwards(upwards: float, upright: float) -> None:
    network, box = Surer(upwards, upright), quad(20, 40)
    reading = recognise(network, KNOWN, PAGE, box)
    assert network.calls == 2
    assert np.array_equal(reading.quad, box if upright > upwards else np.roll(box, 1, axis=0))


def test_a_high_box_is_read_downwards_too_unless_it_is_sure_upwards() -> None:
    box = quad(20, 200)
    doubtful, sure = Surer(UPWARDS - 0.1, 0.99), Surer(UPWARDS + 0.02)
    assert np.array_equal(recognise(doubtful, KNOWN, PAGE, box).quad, np.roll(box, -1, axis=0))
    assert np.array_equal(recognise(sure, KNOWN, PAGE, box).quad, np.roll(box, 1, axis=0))
