"""A command can be stopped at any time: while it imports modules, inside a library, and where a library hides the signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ocrect

if not Path("/proc/self/stat").exists():
    pytest.skip("processes are looked at in /proc", allow_module_level=True)

HEAD = "import ctypes, os, signal, sys, time\n"
LOCKED_TWICE = """
from ocrect import cli
from ocrect.cli import stopping

def run(arguments):
    library, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)
    library.pthread_mutex_lock(mutex)
    print("inside", flush=True)
    library.pthread_mutex_lock(mutex)  # no signal brings it back

cli._run = run
"""


def heed() -> None:
    """The signals as a terminal's command has them: they are ignored where the tests run in the background, or under nohup."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def started(code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HEAD + code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("stuck", "signals"), [(1, 1), (600, 2)])
def test_a_library_that_does_not_come_back_does_not_hold_the_process(number: signal.Signals, stuck: int, signals: int) -> None:
    process = started(f"{LOCKED_TWICE}\nstopping.STUCK = {stuck}\nsys.exit(cli.main(['engines']))")
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    rests_in_a_row = 0
    while rests_in_a_row < 5:  # it is about to be inside
        time.sleep(0.05)
        rests = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "S"
        rests_in_a_row = rests_in_a_row + 1 if rests else 0
    for _ in range(signals):
        process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):  # the second one shall not come before the first is seen
            process.wait(0.5)
    _, said = process.communicate(timeout=200)
    assert (process.returncode, "inside a library" in said) == (128 + number, True), said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_a_library_turns_into_an_error_of_its_own_is_still_one(number: signal.Signals) -> None:
    done = started(f"""
from ocrect import cli
from ocrect.errors import MissingDependencyError

def run(arguments):
    try:
        os.kill(os.getpid(), {int(number)})
        time.sleep(100)
    except KeyboardInterrupt:
        raise MissingDependencyError("the engine cannot be loaded")

cli._run = run
sys.exit(cli.main(["engines"]))
""")
    _, said = done.communicate(timeout=200)
    assert (done.returncode, "cannot be loaded" in said) == (128 + number, False), said


def test_ctrl_c_while_modules_are_imported_has_no_traceback() -> None:
    done = started("""
class Interrupting:
    def find_spec(self, name, *_):
        if name == "ocrect.settings":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(100)

sys.meta_path.insert(0, Interrupting())
from ocrect.__main__ import run
run()
""")
    _, said = done.communicate(timeout=200)
    assert (done.returncode, said) == (-signal.SIGINT, "")


def test_a_thread_inside_a_library_does_not_keep_an_interrupted_process_from_ending() -> None:
    done = started(f"""
import threading
{LOCKED_TWICE}
def main():
    threading.Thread(target=run, args=((),)).start()
    return 130

cli.main = main
import ocrect.__main__ as process
process.FAREWELL = 0.5
process.run()
""")
    said, _ = done.communicate(timeout=200)
    assert (done.returncode, said) == (130, "inside\n")


def test_little_is_imported_before_a_command_hears_ctrl_c() -> None:
    """Python's own traceback of an import helps nobody; `typing` and `re` are most of what the first lines would load."""
    code = "import sys; before = set(sys.modules); import ocrect.__main__; print(*sys.modules.keys() - before)"
    found = {**os.environ, "PYTHONPATH": str(Path(ocrect.__file__).parents[1])}  # without site no editable package is
    done = subprocess.run([sys.executable, "-S", "-c", code], env=found, capture_output=True, text=True, check=True)
    assert not {"typing", "re", "argparse", "threading"} & set(done.stdout.split())
