"""What the witnesses' numbers are worth, by kind of edit. Written by ``python -m bench.weighing fit --write``; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ocrect.record.correction import EditKind

Kind = EditKind | Literal["written punctuation", "written spaces", "text"]
"""The kinds of edits that an image can tell, signs and spaces that a language model writes apart, and letters that no image
stands behind.
"""


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
        -1.766,
        {
            "form": {
                "alone": -0.707,
                "atoms": 0.472,
                "capitals": -0.34,
                "digits": -1.71,
                "end": -0.645,
                "longer": -0.063,
                "number": 0.693,
                "sign": -0.265,
                "spaced": -0.373,
                "start": 0.412,
                "torn": 1.366,
                "upper": 0.586,
            },
            "image": {
                "ahead": 0.004,
                "doubt": 0.109,
                "far": 0.323,
                "line": -0.148,
                "noise": -0.334,
                "score": 0.174,
                "second": -0.304,
                "whole": -0.426,
            },
            "page": {"again": 3.285, "new": 3.294, "old": -0.695},
            "source": {"engine": -0.585, "model": 1.363},
            "words": {
                "becomes": -2.056,
                "breaks": -0.986,
                "commoner": 0.289,
                "count": -1.042,
                "name": -0.005,
                "odds": 0.194,
                "repairs": 0.625,
                "share": 0.151,
                "short": -0.819,
                "was": 0.072,
            },
        },
        1.00,
        0.21,
        -0.02,
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
        2.5,
        1.06,
        -0.43,
    ),
    "accents": Weights(
        0.0,
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
        0.0,
        -0.15,
    ),
    "punctuation": Weights(
        2.862,
        {
            "form": {
                "atoms": -0.482,
                "end": -0.58,
                "longer": -0.885,
                "number": -0.718,
                "pairs": 0.909,
                "short": 0.45,
                "spaced": 0.099,
                "start": -0.413,
                "stop": -0.023,
            },
            "image": {
                "ahead": -0.196,
                "doubt": 0.641,
                "far": 0.101,
                "line": 0.386,
                "noise": 0.082,
                "score": -0.013,
                "second": 0.3,
                "whole": -0.106,
            },
            "page": {"new": 0.309, "old": -2.316},
            "source": {"engine": -3.266, "nbest": 1.463, "posterior": 3.268},
            "words": {
                "becomes": -6.518,
                "commoner": 0.145,
                "count": 0.51,
                "none": -0.0,
                "repairs": -1.39,
                "share": -0.065,
                "was": 0.594,
            },
        },
        2.5,
        2.5,
        0.86,
    ),
    "written punctuation": Weights(
        -0.0,
        {
            "form": {
                "alone": -1.031,
                "atoms": 0.778,
                "end": 0.905,
                "longer": -0.582,
                "number": -0.147,
                "pairs": -1.955,
                "short": 0.763,
                "sign": 0.195,
                "spaced": 0.744,
                "start": -1.535,
                "stop": -0.197,
            },
            "image": {
                "ahead": 0.033,
                "doubt": 0.263,
                "far": 0.074,
                "line": -0.036,
                "noise": -0.263,
                "score": 0.514,
                "second": -0.792,
                "whole": 0.06,
            },
            "misreading": {"first": 0.229, "listed": 2.194, "lost": -3.84, "share": -3.656, "units": 4.661},
            "page": {"commas": 2.606, "new": -0.271, "old": -0.644},
            "source": {"model": -3.347},
            "words": {
                "becomes": -3.024,
                "breaks": 0.797,
                "commoner": 0.168,
                "count": -1.274,
                "name": -0.9,
                "none": 0.811,
                "odds": 0.001,
                "repairs": -2.164,
                "share": -0.073,
                "short": -0.136,
                "was": -0.53,
            },
        },
        1.21,
        1.21,
        1.21,
    ),
    "spaces": Weights(
        -0.0,
        {
            "form": {
                "alone": 1.101,
                "atoms": -5.11,
                "end": 0.085,
                "loose": -0.207,
                "number": -0.107,
                "sign": -1.751,
                "spaced": 0.327,
                "start": -0.927,
                "torn": 0.856,
            },
            "image": {
                "ahead": -0.108,
                "doubt": -0.065,
                "far": 0.671,
                "line": 0.581,
                "noise": -0.143,
                "score": 0.409,
                "second": 1.87,
            },
            "page": {"new": 1.068, "old": -3.416},
            "source": {"engine": -2.003, "lexicon": 6.41, "nbest": 0.68, "spacing": 0.485},
            "spacing": {"gap": 0.485, "odds": 0.243},
            "words": {
                "becomes": 2.024,
                "breaks": -2.093,
                "commoner": -0.163,
                "count": -1.982,
                "none": 2.525,
                "odds": -0.265,
                "repairs": 2.728,
                "was": -0.151,
            },
        },
        2.5,
        2.5,
        2.5,
    ),
    "written spaces": Weights(
        -0.0,
        {
            "form": {
                "alone": -0.083,
                "atoms": -0.962,
                "end": 0.089,
                "loose": -0.463,
                "number": 0.081,
                "sign": 0.51,
                "spaced": 0.523,
                "start": -1.056,
                "torn": -0.607,
            },
            "image": {
                "ahead": -0.035,
                "doubt": -0.073,
                "far": 0.581,
                "line": -0.212,
                "noise": -0.401,
                "score": 0.071,
                "second": -0.246,
            },
            "page": {"new": -0.629, "old": -0.024},
            "source": {"model": -0.962},
            "spacing": {"gap": -0.425, "odds": 2.428},
            "words": {
                "becomes": 2.051,
                "breaks": 0.92,
                "commoner": 0.657,
                "count": -2.669,
                "none": 0.939,
                "odds": 0.028,
                "repairs": -1.82,
                "was": -0.987,
            },
        },
        2.5,
        1.68,
        2.5,
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
        1.7,
        1.7,
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
        2.5,
        2.5,
        2.5,
    ),
}
