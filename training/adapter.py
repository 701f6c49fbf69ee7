"""Small corrections of the frozen layers: each kernel gets a product of two narrow matrices (Hu et al., LoRA, 2021).

    corrected kernel = kernel + up @ down          up: (out, RANK), down: (RANK, what it sees)

Biases, scales and the kernels of single channels, which are small, are corrected number by number. At first nothing is
corrected. What is shipped is added to the recogniser's weights when it is loaded (:mod:`ocrect.engines.ppocr.head`), so that it
costs no time in reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.head import DOWN, SHIFT, UP, shifts

RANK = 14
Numbers = dict[str, NDArray[np.float32]]


def initial(dice: np.random.Generator, kernels: Numbers, others: Numbers) -> Numbers:
    """Corrections of a network's :meth:`~training.network.Network.kernels` and ``others`` that change nothing yet."""
    found: Numbers = {}
    for name, kernel in kernels.items():
        out, sees = kernel.shape[0], kernel.size // kernel.shape[0]
        found[name + UP] = np.zeros((out, RANK), np.float32)
        found[name + DOWN] = (dice.normal(size=(RANK, sees)) / sees**0.5).astype(np.float32)
    return found | {name + SHIFT: np.zeros(value.shape, np.float32) for name, value in others.items()}


def corrected(tensors: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The weights that ``found`` corrects, as they are with it."""
    return {name: tensors[name] + shift.reshape(tensors[name].shape) for name, shift in shifts(found).items()}


def of(weights: Mapping[str, Any]) -> dict[str, Any]:
    """The corrections among ``weights``."""
    return {name: part for name, part in weights.items() if name.endswith((UP, DOWN, SHIFT))}
