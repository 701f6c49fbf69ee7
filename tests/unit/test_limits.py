"""A process of ours takes no more memory than it was told."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
from ocrect.exchange.limits import limit_memory
limit_memory({first} << 20)
limit_memory({then} << 20)
try:
    print(len(bytearray({taken} << 20)) >> 20)
except MemoryError:
    print("refused")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its limit")
@pytest.mark.parametrize(("first", "then", "taken", "told"), [(900, 900, 2000, "refused"), (900, 3000, 2000, "2000")])
def test_a_process_has_as_much_memory_as_it_was_last_told(first: int, then: int, taken: int, told: str) -> None:
    code = CODE.format(first=first, then=then, taken=taken)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == told
