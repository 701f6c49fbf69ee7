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
        0.040,
        {
            "form": {
                "alone": -0.308,
                "atoms": 0.208,
                "digits": -0.968,
                "end": -0.202,
                "longer": 0.573,
                "loose": -1.657,
                "number": 0.852,
                "sign": 1.554,
                "spaced": -0.087,
                "start": -0.038,
                "stop": 1.422,
                "torn": 0.369,
                "upper": -0.514,
            },
            "image": {"doubt": 0.06, "far": 0.137, "line": -0.135, "noise": -0.19, "score": 0.394, "whole": 0.342},
            "page": {"new": 1.739, "old": -1.07},
            "source": {"engine": -1.0, "model": 1.463},
            "words": {
                "becomes": -1.537,
                "breaks": -0.781,
                "commoner": 0.238,
                "count": -0.656,
                "name": -0.263,
                "odds": 0.146,
                "repairs": 1.114,
                "share": 0.139,
                "short": -0.778,
                "was": -0.223,
            },
        },
        2.50,
        1.46,
        -0.75,
    ),
    "case": Weights(
        2.684,
        {
            "form": {
                "atoms": -4.769,
                "capitals": 3.212,
                "case": 0.331,
                "end": -0.632,
                "longer": -2.912,
                "start": -0.125,
                "upper": 3.623,
            },
            "image": {"doubt": 0.253, "far": 0.218, "line": 0.039, "noise": -0.101, "score": 0.135},
            "page": {"new": 1.632, "old": -2.316},
            "source": {"engine": -0.476, "model": 0.476},
            "words": {"becomes": -0.335, "breaks": 1.76, "commoner": -0.198, "odds": -0.053, "share": -0.45, "was": 0.012},
        },
        2.50,
        1.06,
        -0.43,
    ),
    "accents": Weights(
        0.000,
        {
            "form": {"atoms": 4.638, "end": -0.682, "start": 0.633},
            "image": {"doubt": 0.326, "far": 0.11, "line": 0.17, "noise": 0.287, "score": 0.222},
            "page": {"old": -0.427},
            "source": {"engine": -1.358, "model": 0.657},
            "words": {
                "becomes": 0.939,
                "breaks": -0.501,
                "commoner": 0.567,
                "name": 0.43,
                "odds": 0.098,
                "repairs": 0.939,
                "share": 0.093,
                "short": -0.226,
                "was": -0.501,
            },
        },
        1.59,
        0.00,
        -0.15,
    ),
    "punctuation": Weights(
        -2.322,
        {
            "form": {
                "alone": -2.11,
                "atoms": 1.023,
                "end": 0.274,
                "longer": -0.172,
                "loose": -0.132,
                "number": 0.415,
                "pairs": 1.328,
                "sign": 0.907,
                "spaced": 0.469,
                "start": 0.06,
                "stop": 0.196,
                "torn": 5.118,
            },
            "image": {"doubt": 0.022, "far": 0.318, "line": -0.247, "noise": -0.113, "score": 0.347, "whole": -0.268},
            "page": {"new": 1.182, "old": -0.981},
            "source": {"engine": -0.184, "model": 1.156},
            "words": {
                "becomes": -0.506,
                "breaks": 1.409,
                "commoner": 0.253,
                "count": -2.226,
                "name": -1.309,
                "none": -0.049,
                "odds": 0.026,
                "repairs": -2.994,
                "share": 0.212,
                "short": -0.588,
                "was": -0.282,
            },
        },
        2.14,
        1.13,
        2.14,
    ),
    "spaces": Weights(
        -6.374,
        {
            "form": {
                "alone": 0.613,
                "atoms": 2.334,
                "end": 0.133,
                "loose": -0.527,
                "number": -0.033,
                "sign": 0.1,
                "spaced": 1.947,
                "start": -0.536,
                "torn": -0.353,
            },
            "image": {"doubt": -0.155, "far": 0.232, "for": 3.391, "line": 0.156, "noise": -0.422, "score": 0.084},
            "page": {"new": -0.613, "old": -0.353},
            "source": {"engine": -0.486, "model": 1.053},
            "spacing": {"gap": -1.665, "odds": 0.865},
            "words": {
                "becomes": 1.51,
                "breaks": -0.223,
                "commoner": 0.173,
                "count": -1.909,
                "none": 0.55,
                "odds": 0.245,
                "repairs": 1.318,
                "was": -1.403,
            },
        },
        2.50,
        2.50,
        2.50,
    ),
    "digits": Weights(
        -10.501,
        {
            "form": {"atoms": 0.011, "digits": -1.459, "end": -0.457, "number": 1.828, "start": -0.282},
            "image": {"doubt": 0.473, "far": 0.048, "line": 0.312, "noise": -0.946, "score": 0.425},
            "number": {
                "alone": -0.474,
                "digits": 0.423,
                "el": -0.26,
                "first": 2.059,
                "last": 1.944,
                "left": 2.008,
                "listed": 0.17,
                "litres": 2.828,
                "many": -0.278,
                "shape": 2.624,
                "small": 3.295,
                "year": 5.441,
            },
            "page": {"new": 1.327, "old": -4.346},
            "words": {
                "becomes": -1.997,
                "breaks": -0.036,
                "commoner": 0.144,
                "count": -2.073,
                "name": 0.744,
                "repairs": 1.591,
                "share": -0.325,
                "short": -2.076,
                "was": 0.604,
            },
        },
        1.70,
        1.70,
        0.21,
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
