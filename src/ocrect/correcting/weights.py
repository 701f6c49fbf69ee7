"""What the witnesses' numbers are worth, by kind of edit. Written by ``python -m bench.weighing fit --write``; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocrect.record.correction import EditKind


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one kind: log-odds in nats where no witness speaks, nats for each unit of a number, and two bars.

    From ``accept`` (log-odds in nats) an edit is accepted, from ``show`` it is shown to a person.
    """

    base: float
    numbers: Mapping[str, Mapping[str, float]]
    accept: float
    show: float

    def of(self, witness: str, said: Mapping[str, float]) -> float:
        """What a witness's numbers add to the log-odds, in nats."""
        worth = self.numbers.get(witness, {})
        return sum(value * worth.get(name, 0.0) for name, value in said.items())


KINDS: Mapping[EditKind, Weights] = {
    "letters": Weights(
        1.092,
        {
            "form": {
                "alone": 1.218,
                "atoms": 0.313,
                "end": -0.459,
                "longer": 0.513,
                "loose": -0.74,
                "number": 0.717,
                "sign": 1.198,
                "spaced": 0.371,
                "start": -0.254,
                "stop": 0.964,
                "torn": 0.704,
                "upper": -0.317,
            },
            "image": {"doubt": 0.084, "far": 0.102, "line": -0.144, "noise": -0.14, "score": 0.565, "whole": -0.039},
            "page": {"new": 1.669, "old": -0.878},
            "source": {"engine": -0.11, "model": 3.862},
            "words": {
                "becomes": -2.027,
                "breaks": -1.73,
                "commoner": 0.158,
                "count": -0.819,
                "name": 0.058,
                "odds": 0.178,
                "repairs": 2.193,
                "share": 0.293,
                "short": -0.881,
                "was": 0.299,
            },
        },
        2.50,
        -1.00,
    ),
    "case": Weights(
        2.991,
        {
            "form": {"atoms": -4.627, "case": 0.404, "end": -0.71, "longer": -2.315, "start": 0.243, "upper": 2.901},
            "image": {"doubt": 0.272, "far": 0.139, "line": 0.088, "noise": -0.134, "score": 0.294},
            "page": {"new": 1.48, "old": -1.568},
            "source": {"engine": -1.115, "model": 1.115},
            "words": {"becomes": -0.127, "breaks": 1.257, "commoner": -0.157, "odds": -0.003, "share": -0.331, "was": 0.436},
        },
        2.50,
        -1.00,
    ),
    "accents": Weights(
        4.975,
        {
            "form": {"atoms": -0.28, "end": -0.715, "start": 0.774},
            "image": {"doubt": 0.34, "far": 0.119, "line": 0.173, "noise": 0.111, "score": 0.244},
            "page": {"old": -0.517},
            "source": {"engine": -1.309, "model": 0.763},
            "words": {"breaks": -0.338, "commoner": 0.445, "name": 0.932, "share": 0.315, "short": -0.831, "was": -0.367},
        },
        2.50,
        -1.00,
    ),
    "punctuation": Weights(
        -1.100,
        {
            "form": {
                "alone": -3.576,
                "atoms": 0.741,
                "end": 0.84,
                "longer": 0.186,
                "number": 0.606,
                "pairs": 0.23,
                "sign": 0.171,
                "spaced": 1.732,
                "start": -0.261,
                "stop": 0.065,
            },
            "image": {"doubt": 0.042, "far": 0.139, "line": -0.104, "noise": -0.048, "score": 0.552, "whole": -0.518},
            "page": {"old": -0.005},
            "source": {"engine": -0.888, "model": 1.812},
            "words": {
                "becomes": 1.091,
                "breaks": 0.635,
                "commoner": 0.588,
                "count": -2.044,
                "name": -0.91,
                "none": 0.802,
                "odds": 0.085,
                "share": -0.056,
                "short": -0.451,
                "was": 0.084,
            },
        },
        2.50,
        -1.00,
    ),
    "spaces": Weights(
        -7.206,
        {
            "form": {
                "alone": 0.483,
                "atoms": 2.217,
                "end": 0.197,
                "loose": -0.083,
                "number": 0.259,
                "sign": 0.802,
                "spaced": -0.001,
                "start": -0.048,
                "torn": -0.316,
            },
            "image": {"doubt": -0.055, "far": 0.156, "line": 0.276, "noise": -0.505, "score": 0.217},
            "page": {"new": -1.084, "old": -0.483},
            "source": {"engine": -1.296, "model": 5.112},
            "spacing": {"gap": 1.45, "odds": 0.503},
            "words": {
                "becomes": 0.857,
                "breaks": -0.125,
                "commoner": 0.226,
                "count": -1.203,
                "none": 0.314,
                "odds": 0.141,
                "repairs": 3.192,
                "was": -1.02,
            },
        },
        2.50,
        -1.00,
    ),
}
