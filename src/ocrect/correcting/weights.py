"""What the witnesses' numbers are worth, by kind of edit. Written by ``python -m bench.weighing fit --write``; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ocrect.record.correction import EditKind

Kind = EditKind | Literal["text"]
"""The kinds of edits that an image can tell, and letters that no image stands behind."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one kind: log-odds in nats where no witness speaks, nats for each unit of a number, and three bars.

    From ``accept`` (log-odds in nats) an edit is accepted, from ``heard`` one that a language model proposes, which is one more
    witness, and from ``show`` it is shown to a person.
    """

    base: float
    numbers: Mapping[str, Mapping[str, float]]
    accept: float
    heard: float
    show: float

    def of(self, witness: str, said: Mapping[str, float]) -> float:
        """What a witness's numbers add to the log-odds, in nats."""
        worth = self.numbers.get(witness, {})
        return sum(value * worth.get(name, 0.0) for name, value in said.items())


KINDS: Mapping[Kind, Weights] = {
    "letters": Weights(
        0.019,
        {
            "form": {
                "alone": 0.667,
                "atoms": 0.586,
                "digits": -0.914,
                "end": -0.203,
                "longer": 0.65,
                "loose": -2.373,
                "number": 1.099,
                "sign": 0.928,
                "spaced": 0.64,
                "start": -0.307,
                "stop": 1.565,
                "torn": 1.101,
                "upper": -0.607,
            },
            "image": {"doubt": -0.044, "far": 0.205, "line": -0.144, "noise": -0.203, "score": 0.405, "whole": 0.236},
            "page": {"new": 1.692, "old": -0.844},
            "source": {"engine": -1.084, "model": 1.552},
            "words": {
                "becomes": -1.809,
                "breaks": -1.298,
                "commoner": 0.194,
                "count": -1.08,
                "name": -0.334,
                "odds": 0.157,
                "repairs": 1.355,
                "share": 0.207,
                "short": -0.759,
                "was": -0.199,
            },
        },
        2.30,
        1.26,
        -0.73,
    ),
    "case": Weights(
        2.900,
        {
            "form": {"atoms": -4.733, "case": 0.467, "end": -0.838, "longer": -2.486, "start": -0.261, "upper": 3.06},
            "image": {"doubt": 0.232, "far": 0.209, "line": 0.041, "noise": -0.043, "score": 0.167},
            "page": {"new": 1.729, "old": -1.934},
            "source": {"engine": -0.612, "model": 0.612},
            "words": {"becomes": 0.026, "breaks": 1.325, "commoner": -0.161, "odds": 0.003, "share": -0.384, "was": 0.631},
        },
        2.50,
        2.05,
        0.57,
    ),
    "accents": Weights(
        0.000,
        {
            "form": {"atoms": 5.114, "end": -0.905, "start": 0.518},
            "image": {"doubt": 0.314, "far": 0.106, "line": 0.176, "noise": 0.346, "score": 0.231},
            "page": {"old": -0.43},
            "source": {"engine": -1.38, "model": 0.577},
            "words": {
                "becomes": 1.133,
                "breaks": -0.564,
                "commoner": 0.392,
                "name": 1.044,
                "odds": 0.107,
                "repairs": 1.133,
                "share": 0.105,
                "short": -0.95,
                "was": -0.564,
            },
        },
        2.50,
        0.00,
        -0.20,
    ),
    "punctuation": Weights(
        -1.569,
        {
            "form": {
                "alone": -3.591,
                "atoms": 1.086,
                "end": 0.667,
                "longer": 0.207,
                "number": 0.678,
                "pairs": 0.154,
                "sign": 0.376,
                "spaced": 1.037,
                "start": -0.404,
                "stop": 0.321,
            },
            "image": {"doubt": 0.043, "far": 0.424, "line": -0.17, "noise": -0.078, "score": 0.256, "whole": -0.515},
            "page": {"new": 1.57, "old": -0.748},
            "source": {"engine": -0.285, "model": 1.325},
            "words": {
                "becomes": -0.424,
                "breaks": 1.39,
                "commoner": 0.306,
                "count": -2.352,
                "name": -1.278,
                "none": -0.352,
                "odds": 0.034,
                "repairs": -1.851,
                "share": 0.156,
                "short": -0.405,
                "was": -0.27,
            },
        },
        2.50,
        1.49,
        0.79,
    ),
    "spaces": Weights(
        -6.551,
        {
            "form": {
                "alone": 0.451,
                "atoms": 2.13,
                "end": 0.004,
                "loose": -0.633,
                "number": 0.196,
                "sign": 0.618,
                "spaced": 1.637,
                "start": -0.413,
                "torn": -0.304,
            },
            "image": {"doubt": -0.141, "far": 0.19, "line": 0.231, "noise": -0.475, "score": 0.05},
            "page": {"new": -0.774, "old": -0.13},
            "source": {"engine": -0.176, "model": 1.155},
            "spacing": {"gap": -0.808, "odds": 0.749},
            "words": {
                "becomes": 1.087,
                "breaks": 0.297,
                "commoner": 0.251,
                "count": -1.811,
                "none": -0.056,
                "odds": 0.263,
                "repairs": 0.924,
                "was": -1.587,
            },
        },
        2.50,
        2.50,
        -1.00,
    ),
    "digits": Weights(
        -12.426,
        {
            "form": {"atoms": 0.028, "digits": -0.796, "end": -1.261, "number": 1.538, "start": -0.868},
            "image": {"doubt": 0.425, "far": 0.054, "line": 0.273, "noise": -1.227, "score": 0.366},
            "number": {
                "alone": -0.232,
                "digits": 0.347,
                "el": 0.361,
                "first": 2.313,
                "last": 1.679,
                "left": 1.03,
                "listed": -0.721,
                "litres": 2.16,
                "many": 0.527,
                "shape": 2.079,
                "small": 2.697,
                "year": 3.9,
            },
            "page": {"new": 1.375, "old": -1.061},
            "words": {
                "becomes": -1.026,
                "breaks": -0.114,
                "commoner": 0.012,
                "count": -1.508,
                "name": 0.309,
                "share": -0.172,
                "short": 0.596,
                "was": 0.854,
            },
        },
        1.15,
        1.15,
        0.04,
    ),
    "text": Weights(
        2.042,
        {
            "form": {"atoms": 0.408, "longer": 0.558, "sign": 0.406, "spaced": 0.397, "torn": -0.267, "upper": -0.715},
            "misreading": {"first": -0.16, "listed": 1.264, "lost": -1.421, "share": 0.433, "units": 0.133},
            "page": {"new": 0.918, "old": -1.351},
            "words": {
                "becomes": -2.478,
                "commoner": 0.127,
                "count": -1.2,
                "name": 0.226,
                "repairs": -1.2,
                "share": 0.21,
                "short": 0.215,
                "was": 0.946,
            },
        },
        2.50,
        2.50,
        2.50,
    ),
}
