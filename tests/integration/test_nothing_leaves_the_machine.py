"""Nothing leaves the machine: whole readings, in processes of their own, under a guard that notes every look-up and socket.

The guard is a small library that the test compiles and loads before all others (``LD_PRELOAD``), so that it hears Python,
native code and child processes alike. Skipped where that cannot be: no C compiler, or no Linux.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrect import hub, telemetry

COMPILER = shutil.which("gcc") or shutil.which("cc")
if COMPILER is None or sys.platform != "linux":
    pytest.skip("the guard needs Linux and a C compiler", allow_module_level=True)

INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"
GUARD = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *what, const char *name, int number) {
    char line[512];
    const char *file = getenv("GUARD_NOTES");
    int length = snprintf(line, sizeof line, "%d %s %s %d\n", (int)getpid(), what, name ? name : "-", number);
    int out = file ? open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (out < 0 || write(out, line, length < 512 ? length : 511) < 0) abort();
    close(out);
}
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int socket(int domain, int type, int protocol) {
    note("socket", 0, domain);
    return NEXT(socket)(domain, type, protocol);
}
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    note("look-up", node, 0);
    return NEXT(getaddrinfo)(node, service, hints, found);
}
struct hostent *gethostbyname(const char *name) {
    note("look-up", name, 0);
    return NEXT(gethostbyname)(name);
}
struct hostent *gethostbyname2(const char *name, int family) {
    note("look-up", name, family);
    return NEXT(gethostbyname2)(name, family);
}
int gethostbyname_r(const char *name, struct hostent *into, char *room, size_t size, struct hostent **found, int *error) {
    note("look-up", name, 0);
    return NEXT(gethostbyname_r)(name, into, room, size, found, error);
}
"""


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guard")
    (folder / "guard.c").write_text(GUARD, encoding="ascii")
    command = [str(COMPILER), "-shared", "-fPIC", "-O1", "-o", str(folder / "guard.so"), str(folder / "guard.c"), "-ldl"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"the guard does not compile here: {made.stderr.splitlines()[:1]}")
    return folder / "guard.so"


class Guarded:
    """A home of its own, and what processes that live in it looked up, connected to and left behind."""

    def __init__(self, guard: Path, folder: Path) -> None:
        self.notes, self.home, self.work = folder / "notes", folder / "home", folder / "work"
        for made in (self.home, self.work, folder / "tmp"):
            made.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HF_", "OCRECT_"))}
        for name in (telemetry.ONNXRUNTIME, telemetry.HUB):
            kept.pop(name, None)
        here = {"HOME": str(self.home), "TMPDIR": str(folder / "tmp"), "LD_PRELOAD": str(guard), "GUARD_NOTES": str(self.notes)}
        self.environment = {**kept, **here}
        self.folder = folder

    def run(self, *arguments: str) -> str:
        """Standard output of this Python with ``arguments``, in an empty folder."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.work, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def heard(self) -> list[str]:
        """Look-ups, and sockets that are not between processes of this machine."""
        noted = self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []
        return [line for line in noted if not line.endswith(f" socket - {int(socket.AF_UNIX)}")]

    def left(self) -> set[str]:
        """The files that lie in the home, the working folder and the one for temporary files."""
        roots = (self.home, self.work, self.folder / "tmp")
        return {str(path.relative_to(self.folder)) for root in roots for path in root.rglob("*") if not path.is_dir()}


@pytest.fixture
def guarded(guard: Path, tmp_path: Path) -> Guarded:
    return Guarded(guard, tmp_path)


def test_the_guard_hears_a_look_up_and_a_socket_of_a_child_process(guarded: Guarded) -> None:
    child = "import socket; socket.getaddrinfo('localhost', 80); socket.socket(socket.AF_INET)"
    guarded.run("-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)")
    assert any("look-up localhost" in line for line in guarded.heard())
    assert any(f"socket - {int(socket.AF_INET)}" in line for line in guarded.heard())


@pytest.mark.parametrize(
    "start",
    [
        "import ocrect",
        "from ocrect.engines.ppocr import models",
        "import bench.image_evidence",
    ],
)
def test_onnxruntime_tells_nothing_wherever_it_is_loaded_from(guarded: Guarded, start: str) -> None:
    root = Path(__file__).parent.parent.parent
    use = "import onnxruntime; onnxruntime.SessionOptions(); import time; time.sleep(0.5)"
    guarded.run("-c", f"import sys; sys.path.insert(0, {str(root)!r}); {start}; {use}")
    assert guarded.heard() == []
    assert guarded.left() == set()


def test_a_user_who_wants_telemetry_keeps_it_and_one_who_loaded_the_library_first_has_it_stopped(guarded: Guarded) -> None:
    guarded.environment[telemetry.ONNXRUNTIME] = "0"
    assert guarded.run("-c", f"import ocrect, os; print(os.environ[{telemetry.ONNXRUNTIME!r}])").strip() == "0"
    del guarded.environment[telemetry.ONNXRUNTIME]
    late = (
        "import sys, types; asked = []; loaded = types.ModuleType('onnxruntime');"
        "loaded.disable_telemetry_events = lambda: asked.append(True);"
        "sys.modules['onnxruntime'] = loaded; import huggingface_hub.constants as hub, ocrect;"
        "print(asked, hub.HF_HUB_DISABLE_TELEMETRY)"
    )
    assert guarded.run("-c", late).strip() == "[True] True"


def test_a_whole_reading_with_correction_looks_nothing_up_opens_no_socket_and_leaves_nothing_of_the_page(
    guarded: Guarded,
) -> None:
    has_model = find_spec("llama_cpp") is not None and hub.embedded_path() is not None
    runtime = "llama-cpp" if has_model else "none"
    text = guarded.run("-m", "ocrect", "read", str(INVOICE), "--runtime", runtime)
    assert "1,620.00" in text
    (guarded.folder / "noisy.txt").write_text("Please pay tbe total arnount due.\n", encoding="utf-8")
    guarded.run("-m", "ocrect", "correct", str(guarded.folder / "noisy.txt"), "--runtime", runtime, "--accept-text-only")
    assert guarded.heard() == []
    ours = "home/.cache/ocrect/"
    assert all(f == f"{ours}verified.json" or f.startswith(f"{ours}{Path(hub.EMBEDDED.file).stem}-") for f in guarded.left())
