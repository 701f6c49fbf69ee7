"""How the recogniser's head is made: lines drawn from free fonts and texts, the backbone's features of them, CTC training.

Nothing here is part of the installed package; ``make head`` runs it (see README.md in this folder).
"""

from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "src" / "ocrect" / "engines" / "ppocr"
"""Where the head is shipped."""
