"""The language model in a process of its own: faults, ends and idleness. Skipped without llama-cpp-python or the model."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrect import hub
from ocrect.errors import GenerationError, ModelLoadError, ModelMemoryError, SettingsError
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document
from ocrect.settings import Settings

if find_spec("llama_cpp") is None or hub.embedded_path() is None:
    pytest.skip("llama-cpp-python or the embedded model is not installed", allow_module_level=True)
if os.name != "posix":
    pytest.skip("signals end the process here", allow_module_level=True)

from ocrect.llm.child import ChildRuntime
from ocrect.llm.keep_alive import KeepAlive
from ocrect.llm.llama_cpp import LlamaCpp, build

pytestmark = pytest.mark.model
SETTINGS = Settings(context_size=1024, threads=2)
PREFIX, READINGS = "Please pay the total ", ["amount due", "arnount due", "arnount duc"]
ENDLESS = 'root ::= "a"+'


@pytest.fixture
def runtime() -> Iterator[ChildRuntime]:
    made = ChildRuntime(hub.find(SETTINGS), SETTINGS)
    yield made
    made.close()


def is_alive(pid: int) -> bool:
    """Whether the process runs (one that has ended and was not waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "waited for a minute in vain"
        time.sleep(0.01)


def generating(runtime: ChildRuntime) -> tuple[threading.Thread, list[BaseException], int]:
    """A thread in the middle of an endless generation, what it raised, and the process's id."""
    runtime.score(PREFIX, READINGS)
    raised: list[BaseException] = []

    def write() -> None:
        try:
            runtime.generate("Tell a very long story.", grammar=ENDLESS, max_tokens=900)
        except GenerationError as error:
            raised.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    worker = runtime._running[0]
    wait_until(lambda: worker._calls == 2)
    return thread, raised, worker.process.pid


def test_by_default_the_model_runs_in_another_process() -> None:
    with build(SETTINGS) as runtime:
        assert isinstance(runtime, KeepAlive)
        assert isinstance(runtime.model, ChildRuntime)
        assert runtime.model.pid is None
        runtime.score(PREFIX, READINGS)
        pid = runtime.model.pid
        assert pid is not None
        assert pid != os.getpid()
    assert not is_alive(pid)


def test_scores_and_replies_are_those_of_the_model_in_this_process(runtime: ChildRuntime) -> None:
    with LlamaCpp(hub.find(SETTINGS), SETTINGS) as inline:
        assert runtime.score(PREFIX, READINGS) == pytest.approx(inline.score(PREFIX, READINGS), abs=1.0)
        asked = {"grammar": 'root ::= [a-z]+ "."', "max_tokens": 5}
        assert runtime.generate("Name a colour \ud800 ü.", **asked) == inline.generate("Name a colour \ud800 ü.", **asked)
        assert (runtime.can_write, runtime.languages) == (inline.can_write, inline.languages) == (False, {"en"})
        assert {**runtime.description(), "process": ""} == {**inline.description(), "process": ""}
    assert runtime.score(PREFIX, []) == []


def test_errors_of_the_model_come_back_as_they_were_raised(runtime: ChildRuntime) -> None:
    with pytest.raises(SettingsError, match="expecting ::=") as refused:
        runtime.generate("x", grammar="foo", max_tokens=4)
    assert "root" in refused.value.hint
    with pytest.raises(GenerationError, match="context 1024") as too_long:
        runtime.generate("word " * 3000)
    assert too_long.value.hint == "Raise context_size, or send fewer lines."
    assert len(runtime.score(PREFIX, READINGS)) == 3


def test_a_bug_in_the_process_is_shown_as_a_bug_with_its_trace(runtime: ChildRuntime) -> None:
    with pytest.raises(RuntimeError, match="AttributeError"):
        runtime._ask("no_such_method", {})
    assert len(runtime.score(PREFIX, READINGS)) == 3


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_crash_during_a_call_is_an_error_with_its_reason_and_the_next_call_works(runtime: ChildRuntime, name: str) -> None:
    thread, raised, pid = generating(runtime)
    os.kill(pid, signal.Signals[name])
    thread.join(30)
    assert name in str(raised[0])
    assert raised[0].hint
    assert ("memory" in str(raised[0])) == (name == "SIGKILL")
    assert len(runtime.score(PREFIX, READINGS)) == 3
    assert runtime.pid != pid


@pytest.mark.parametrize(("name", "kind"), [("SIGSEGV", ModelLoadError), ("SIGKILL", ModelMemoryError)])
def test_a_crash_while_the_model_is_loaded_is_an_error_of_the_model(runtime: ChildRuntime, name: str, kind: type) -> None:
    worker, _ = runtime._worker()
    worker.process.send_signal(signal.SIGSTOP)
    raised: list[BaseException] = []

    def score() -> None:
        try:
            runtime.score(PREFIX, READINGS)
        except kind as error:
            raised.append(error)

    thread = threading.Thread(target=score)
    thread.start()
    wait_until(lambda: worker._calls == 1)
    worker.process.send_signal(signal.Signals[name])
    worker.process.send_signal(signal.SIGCONT)
    thread.join(30)
    assert name in str(raised[0])
    assert "while it loaded the model" in str(raised[0])


def test_a_process_that_was_killed_while_idle_is_started_again_and_that_is_said(
    runtime: ChildRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    runtime.score(PREFIX, READINGS)
    worker = runtime._running[0]
    worker.process.kill()
    wait_until(lambda: worker.process.poll() is not None)
    assert len(runtime.score(PREFIX, READINGS)) == 3
    assert "SIGKILL" in caplog.text
    assert "started again" in caplog.text


def test_what_native_code_printed_before_it_crashed_is_in_the_message(runtime: ChildRuntime, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    thread, raised, pid = generating(runtime)
    os.kill(pid, signal.SIGABRT)
    thread.join(30)
    assert "\n  " in str(raised[0])
    assert "File " in str(raised[0])


def test_close_during_a_generation_ends_it_and_the_process(runtime: ChildRuntime) -> None:
    thread, raised, pid = generating(runtime)
    closers = [threading.Thread(target=runtime.close) for _ in range(3)]
    for closer in closers:
        closer.start()
    for each in [*closers, thread]:
        each.join(30)
        assert not each.is_alive()
    assert "stopped" in str(raised[0])
    assert not is_alive(pid)
    assert runtime.description()["gpu_layers"] is None
    runtime.close()
    assert len(runtime.score(PREFIX, READINGS)) == 3


def test_threads_share_one_process_and_each_gets_its_own_answer(runtime: ChildRuntime) -> None:
    texts = [f"reading number {i}" for i in range(6)]
    expected = {text: runtime.score(PREFIX, [text])[0] for text in texts}
    pid, found = runtime.pid, {}

    def score(text: str) -> None:
        found[text] = [runtime.score(PREFIX, [text])[0] for _ in range(5)]

    threads = [threading.Thread(target=score, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in texts:
        assert found[text] == pytest.approx([expected[text]] * 5, abs=1.0)
    assert runtime.pid == pid


def test_an_interrupted_call_does_not_leave_its_reply_to_the_next_one(runtime: ChildRuntime) -> None:
    runtime.score(PREFIX, READINGS)
    pid = runtime.pid
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            runtime.generate("Tell a very long story.", grammar=ENDLESS, max_tokens=900)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert len(runtime.score(PREFIX, READINGS)) == 3
    assert pid is not None
    assert not is_alive(pid)


def test_a_signal_handler_may_close_in_the_middle_of_its_own_threads_call(runtime: ChildRuntime) -> None:
    runtime.score(PREFIX, READINGS)
    before = signal.signal(signal.SIGALRM, lambda *_: runtime.close())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(GenerationError, match="stopped"):
            runtime.generate("Tell a very long story.", grammar=ENDLESS, max_tokens=900)
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_starts_its_own_and_leaves_ours_alone(runtime: ChildRuntime) -> None:
    expected = runtime.score(PREFIX, READINGS)
    pid = runtime.pid
    forked = os.fork()
    if forked == 0:
        try:
            same = runtime.score(PREFIX, READINGS) == pytest.approx(expected, abs=1.0)
            runtime_is_new = runtime.pid not in (None, pid)
            runtime.close()
            os._exit(0 if same and runtime_is_new else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert runtime.pid == pid
    assert len(runtime.score(PREFIX, READINGS)) == 3


CALLER = """
import os, sys, time
from ocrect import hub
from ocrect.llm.child import ChildRuntime
from ocrect.settings import Settings
settings = Settings(context_size=1024, threads=2)
runtime = ChildRuntime(hub.find(settings), settings)
runtime.score("a", ["b"])
if "fork" in sys.argv and os.fork() == 0:
    time.sleep(30)
    os._exit(0)
print(runtime.pid, flush=True)
runtime.generate("Tell a very long story.", grammar='root ::= "a"+', max_tokens=1000)
time.sleep(60)
"""


@pytest.mark.parametrize("also", ["", "fork"])
def test_the_process_ends_when_its_caller_is_killed(also: str) -> None:
    with subprocess.Popen([sys.executable, "-c", CALLER, also], stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        assert is_alive(pid)
        caller.kill()
        wait_until(lambda: not is_alive(pid))


def test_ctrl_c_in_a_terminal_ends_both_and_shows_one_trace_only() -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    with subprocess.Popen(
        [sys.executable, "-c", CALLER], text=True, start_new_session=True, preexec_fn=heed, **pipes
    ) as caller:
        assert caller.stdout is not None
        assert caller.stderr is not None
        pid = int(caller.stdout.readline())
        os.killpg(caller.pid, signal.SIGINT)
        errors = caller.stderr.read()
    assert errors.count("Traceback") == 1
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert not is_alive(pid)


def test_a_runtime_that_is_forgotten_ends_its_process() -> None:
    runtime = ChildRuntime(hub.find(SETTINGS), SETTINGS)
    runtime.score(PREFIX, READINGS)
    pid = runtime.pid
    assert pid is not None
    del runtime
    wait_until(lambda: not is_alive(pid))


def test_log_records_of_the_process_come_to_the_callers_loggers(runtime: ChildRuntime, caplog) -> None:
    with caplog.at_level(logging.DEBUG, logger="ocrect"):
        runtime.score(PREFIX, READINGS)
    messages = [(record.name, record.getMessage()) for record in caplog.records]
    assert any(name == "ocrect" and "layers on the CPU" in text for name, text in messages)
    assert any(name == "ocrect.llama" and "llama_model_loader" in text for name, text in messages)


@pytest.mark.parametrize("where", ["child", "inline"])
def test_an_idle_model_is_unloaded_and_the_next_call_loads_it(where: str) -> None:
    with build(SETTINGS.with_(keep_alive=0.5, model_process=where)) as runtime:
        first = runtime.score(PREFIX, READINGS)
        assert runtime.description()["gpu_layers"] == 0
        wait_until(lambda: runtime.description()["gpu_layers"] is None)
        assert runtime.score(PREFIX, READINGS) == first


def test_a_model_in_use_is_not_idle_however_long_the_call_takes() -> None:
    with build(SETTINGS.with_(keep_alive=0.3)) as runtime:
        runtime.score(PREFIX, READINGS)  # from its end on the time runs, and is over during the next call
        assert isinstance(runtime.model, ChildRuntime)
        pid = runtime.model.pid
        assert len(runtime.generate("Tell a story.", grammar="root ::= [a-z ]+", max_tokens=120)) > 0
        assert runtime.model.pid == pid


@pytest.mark.parametrize("where", ["child", "inline"])
def test_with_keep_alive_0_the_model_is_freed_when_the_document_is_done(where: str, monkeypatch) -> None:
    settings = SETTINGS.with_(keep_alive=0, model_process=where, accept_text_only=True)
    with Pipeline(settings) as pipeline:
        runtime = pipeline.runtime()
        assert isinstance(runtime, KeepAlive)
        asked: list[bool] = []
        score_all = runtime.model.score_all
        monkeypatch.setattr(runtime.model, "score_all", lambda *given: (score_all(*given), asked.append(True))[0])
        for days in ("thirty", "sixty"):
            asked.clear()
            pipeline.correct(f"Please pay the tota1 arnount duc within {days} days of ihe invoicc date.")
            assert asked
            assert runtime.description()["gpu_layers"] is None
            runtime.score(PREFIX, READINGS)
            assert runtime.description()["gpu_layers"] == 0


def test_what_is_corrected_while_another_thread_closes_is_finished_or_its_failure_is_recorded() -> None:
    texts = [
        f"Please pay the total arnount due within {days} days of the invoicc date.\nThe custorner signs here."
        for days in ("five", "ten", "thirty", "sixty")
    ]
    settings = SETTINGS.with_(accept_text_only=True, keep_alive=60)
    with Pipeline(settings) as undisturbed:
        expected = {text: undisturbed.correct(text).corrected for text in texts}
    with Pipeline(settings.with_(runtime="none")) as alone:
        without = {text: alone.correct(text).corrected for text in texts}
    pipeline = Pipeline(settings)
    found: list[tuple[str, Document]] = []
    threads = [
        threading.Thread(target=lambda t=text: found.extend((t, pipeline.correct(t)) for _ in range(4))) for text in texts
    ]
    for thread in threads:
        thread.start()
    for pause in (0.2, 0.6, 1.2, 2.0, 3.0):
        time.sleep(pause)
        pipeline.close()
    for thread in threads:
        thread.join()
    pipeline.close()
    assert len(found) == 16
    for text, document in found:
        if document.failures:
            assert [failure.error for failure in document.failures] == ["GenerationError"]
            assert "stopped" in document.failures[0].message
            assert document.corrected == without[text]
        else:
            assert document.corrected == expected[text] != text


def test_a_header_that_makes_native_code_abort_is_an_error_with_native_codes_own_words(tmp_path: Path) -> None:
    source = hub.embedded_path()
    assert source is not None
    damaged = bytearray(source.read_bytes())
    damaged[2395] ^= 1  # one letter of the vocabulary: two tokens are the same then, and our reader cannot see it
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damaged)
    settings = SETTINGS.with_(model=str(path), context_size=256)
    with build(settings) as runtime, pytest.raises(ModelLoadError, match=r"(?s)SIGABRT.*GGML_ASSERT\(id_to_token") as caught:
        runtime.score(PREFIX, READINGS)
    assert "ocrect models verify" in caught.value.hint
