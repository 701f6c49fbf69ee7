"""Whether the installed llama.cpp knows a model's architecture, asked before it opens the file.

llama.cpp has no function that lists what it knows, and a list of ours would be stale with its next version. But it compares
a file's ``general.architecture`` with names that stand in its own shared library as C strings, so a name whose bytes are not
there, with the zero that ends them, is one that it cannot know. The other way round is not certain (a linker lets ``bert`` be
the end of ``modern-bert``), and then llama.cpp's own refusal says so: nothing that it would load is refused here.
"""

from __future__ import annotations

import mmap
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ocrect.errors import ModelLoadError
from ocrect.hub.gguf import GgufHeader

_OLDEST = b"llama\0"  # the first architecture of all: a library without it keeps its names in another way


@lru_cache(maxsize=64)
def may_know(library: Path, architecture: str) -> bool:
    """False where ``library`` certainly does not know the architecture; true also where it cannot be looked into."""
    try:
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(_OLDEST) < 0 or content.find(architecture.encode() + b"\0") >= 0
    except (OSError, ValueError):  # no such file, or an empty one
        return True


def check(header: GgufHeader, library: Path) -> None:
    """Refuse a model that ``library`` (llama.cpp's) certainly cannot run.

    Raises:
        ModelLoadError: it does not know the model's architecture; the message names it, the hint says what to do.
    """
    if header.architecture and not may_know(library, header.architecture):
        raise ModelLoadError(
            f"{header.path.name} is of the architecture {header.architecture!r}, and {runtime_version()} does not know it",
            hint="Upgrade the runtime (pip install --upgrade llama-cpp-python), or choose a model of another architecture.",
        )


def runtime_version() -> str:
    """The runtime's name and version, as ``llama-cpp-python 0.3.36``."""
    try:
        return f"llama-cpp-python {version('llama-cpp-python')}"
    except PackageNotFoundError:
        return "llama-cpp-python of unknown version"
