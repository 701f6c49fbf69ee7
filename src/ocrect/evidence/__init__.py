"""What the image says about any text of a line: the protocol, and the two kinds of evidence."""

from ocrect.evidence.lattice import LatticeEvidence
from ocrect.evidence.posterior import CtcPosterior, Symbol
from ocrect.evidence.protocol import Evidence, Reading, fold, log_sum

__all__ = ["CtcPosterior", "Evidence", "LatticeEvidence", "Reading", "Symbol", "fold", "log_sum"]
