"""``python -m ocrect`` is ``ocrect``."""

import sys

from ocrect.cli import main

if __name__ == "__main__":
    sys.exit(main())
