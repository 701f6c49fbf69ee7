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


def between(before: Mapping[str, NDArray[np.float32]], after: Mapping[str, NDArray[np.float32]], share: float) -> Numbers:
    """Weights so far on the way from ``before`` to ``after`` as ``share`` says: what is learnt of drawn lines, shipped in part,
    keeps more of what was right on others (Wortsman et al., Robust fine-tuning of zero-shot models, 2022). Of a product the sum
    of both is cut to :data:`RANK` again, by its largest singular values.
    """
    found = {name: (1 - share) * before[name] + share * value for name, value in after.items()}
    if share == 1:
        return found
    for up, down in ((name, name.removesuffix(UP) + DOWN) for name in after if name.endswith(UP)):
        both = (1 - share) * before[up] @ before[down] + share * after[up] @ after[down]
        left, values, right = np.linalg.svd(both.astype(np.float64), full_matrices=False)
        root = np.sqrt(values[:RANK])
        found[up], found[down] = (left[:, :RANK] * root).astype(np.float32), (root[:, None] * right[:RANK]).astype(np.float32)
    return found
