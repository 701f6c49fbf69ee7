"""A model server may send anything, for as long as it likes: the runtime "openai" keeps its memory, its time and its temper.

The servers are real ones that misbehave in drawn ways; what they may cost is stated, never measured in seconds.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocrect.errors import GenerationError, ModelError, OcrectError
from ocrect.exchange import reader
from ocrect.llm import openai, resting
from ocrect.llm.openai import OpenAIServer, build
from ocrect.settings import Settings

DONE = b"data: [DONE]\n\n"
GOOD = {"choices": [{"index": 0, "delta": {"content": "Total: 100"}, "finish_reason": None}]}
ECHO = {
    "choices": [
        {"index": 0, "text": "one", "logprobs": {"tokens": ["o", "ne"], "token_logprobs": [None, -1.0]}},
        {"index": 1, "text": "one two", "logprobs": {"tokens": ["o", "ne", " two"], "token_logprobs": [None, -1.0, -2.0]}},
    ]
}
MODELS = {"object": "list", "data": [{"id": "small"}]}

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", "</think>", "\x1b[2J"])
)
shapes = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["error", "choices", "id"]), inner)
)


@st.composite
def mutilated(draw: st.DrawFn, right: Any) -> Any:
    """``right`` with one part of it, at any depth, replaced by anything."""
    if not isinstance(right, dict | list) or not right or draw(st.integers(0, 3)) == 0:
        return draw(shapes)
    keys = list(right) if isinstance(right, dict) else range(len(right))
    key = draw(st.sampled_from(keys))
    part = draw(mutilated(right[key]))
    changed = dict(right) if isinstance(right, dict) else dict(enumerate(right))
    changed[key] = part
    return changed if isinstance(right, dict) else list(changed.values())


class Server(ThreadingHTTPServer):
    """Answers every request with ``status`` and the pieces of ``body``, as long as somebody listens."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.body: Any = []
        self.pause = 0.0
        self.interim = False
        self.sent = self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def runtime(self, model: str = "small") -> OpenAIServer:
        return build(Settings(runtime="openai", model=model, model_url=f"http://127.0.0.1:{self.server_port}/v1"))

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        while self.server.interim:
            self.send_response_only(100)
            self.end_headers()
        self.send_response(self.server.status)
        self.end_headers()
        for piece in self.server.body:
            self.wfile.write(piece)
            self.server.sent += len(piece)
            time.sleep(self.server.pause)

    def do_POST(self) -> None:
        self.do_GET()


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    made = Server()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def server(one_server: Server) -> Iterator[Server]:
    one_server.status, one_server.body, one_server.pause, one_server.sent, one_server.asked = 200, [], 0.0, 0, 0
    one_server.interim = False
    return one_server


drawn = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def outcome(call: Callable[[], Any]) -> Any:
    """What the call gives; of an error of ours its words, which a terminal can show."""
    try:
        return call() or "nothing"
    except OcrectError as error:
        assert str(error).isprintable()  # noqa: PT017 - the error is an outcome as good as another
        return str(error)


@drawn
@given(events=st.lists(mutilated(GOOD), min_size=1, max_size=3))
def test_whatever_json_a_reply_is_made_of_it_is_a_text_or_an_error_of_ours(server: Server, events: list[Any]) -> None:
    server.body = [*(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), DONE]
    reply = outcome(lambda: server.runtime().generate("x"))
    assert reply.encode()


@drawn
@given(found=mutilated(ECHO), status=st.sampled_from([200, 200, 200, 400, 401, 404, 500]))
def test_whatever_json_scores_are_made_of_they_are_numbers_or_an_error_of_ours(server: Server, found: Any, status: int) -> None:
    server.status, server.body = status, [json.dumps(found).encode()]
    scores = outcome(lambda: server.runtime().score("one", [" two"]))
    assert isinstance(scores, str) or all(map(reader.is_number, scores))


@drawn
@given(found=mutilated(MODELS), status=st.sampled_from([200, 200, 400, 403, 404, 502]))
def test_whatever_the_list_of_models_is_made_of_there_is_a_name_or_an_error_of_ours(
    server: Server, found: Any, status: int
) -> None:
    server.status, server.body = status, [json.dumps(found).encode()]
    with pytest.raises(OcrectError) as caught:  # the same answer is no chat completion: asking it for one fails too
        server.runtime(model="").generate("x")
    assert caught.value.hint


@drawn
@given(body=st.binary(max_size=400))
def test_whatever_bytes_come_they_are_an_error_of_ours(server: Server, body: bytes) -> None:
    server.body = [b"data: ", body, b"\n"]
    with pytest.raises(OcrectError):
        server.runtime().generate("x")


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        (b"a" * 65_536, "a line of more than"),
        (b": still at it\n\n" * 4096, "more than"),
        (b"data: " + json.dumps(GOOD).encode() + b"\n\n", "beyond max_tokens"),
    ],
    ids=["an endless line", "endless comments", "an endless reply"],
)
def test_an_endless_answer_is_given_up_after_its_limit(
    server: Server, monkeypatch: pytest.MonkeyPatch, piece: bytes, words: str
) -> None:
    monkeypatch.setattr(reader.lines, "__defaults__", (4 << 20,))
    server.body = repeat(piece)
    with pytest.raises((ModelError, GenerationError), match=words):
        server.runtime().generate("x", max_tokens=20)
    assert server.sent < 16 << 20


@pytest.mark.parametrize("piece", [b"a", b"\n", b"data: {}\n\n"])
def test_a_drip_that_never_ends_is_given_up_after_its_time(
    server: Server, monkeypatch: pytest.MonkeyPatch, piece: bytes
) -> None:
    monkeypatch.setattr(openai, "WHOLE", 0.3)
    server.body, server.pause = repeat(piece), 0.02
    with pytest.raises(GenerationError, match="was not done after"):
        server.runtime().generate("x")


@pytest.mark.parametrize(
    "ask", [lambda runtime: runtime.generate("x"), lambda runtime: runtime.ready()], ids=["a reply", "a ping"]
)
def test_interim_answers_without_end_are_given_up_after_the_time_of_the_call(
    server: Server, monkeypatch: pytest.MonkeyPatch, ask: Callable[[OpenAIServer], object]
) -> None:
    monkeypatch.setattr(openai, "WHOLE", 0.3)
    monkeypatch.setattr(openai, "PINGED", 0.3)
    server.interim = True
    with pytest.raises((ModelError, GenerationError), match="was not done after"):
        ask(server.runtime())


def test_a_server_that_stalls_is_left_alone_for_a_while_which_grows_and_ends_when_it_answers(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(openai, "STALL", 0.3)
    monkeypatch.setattr(openai, "PING", 0.3)
    monkeypatch.setattr(resting, "RESTS", (0.6, 600.0))
    ended = threading.Event()
    server.body = iter(lambda: (ended.wait(60), b"")[1], None)
    runtime = server.runtime()
    for times in (1, 2):
        with pytest.raises(GenerationError, match="no byte came"):
            runtime.generate("x")
        for call in (lambda: runtime.generate("x"), lambda: runtime.score("one", [" two"]), runtime.ready):
            with pytest.raises((GenerationError, ModelError), match="is not asked for"):
                call()
        assert server.asked == times
        assert len([record for record in caplog.records if "does not answer" in record.message]) == times
        if times == 1:
            time.sleep(0.7)
    ended.set()
    server.body = [b"data: " + json.dumps(GOOD).encode() + b"\n\n", DONE]
    again = server.runtime()
    assert again.generate("x") == "Total: 100"
    assert again.generate("x") == "Total: 100"


def _nothing_until(ended: threading.Event) -> Iterator[bytes]:
    ended.wait(60)
    yield b""


@pytest.mark.parametrize(("status", "seconds"), [(500, 2), (503, 2), (404, 2), (504, 600)])
def test_a_server_that_fails_has_answered_and_its_next_stall_is_the_first_again(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int, seconds: int
) -> None:
    """A gateway that says that the server behind it did not answer in time (504) is no answer of that server."""
    monkeypatch.setattr(openai, "STALL", 0.2)
    monkeypatch.setattr(resting, "RESTS", (2.0, 600.0))
    runtime = server.runtime()
    for now in (200, status, 200):
        server.status = now
        ended = threading.Event()
        server.body = _nothing_until(ended) if now == 200 else []
        with pytest.raises((GenerationError, ModelError), match="no byte came" if now == 200 else f"HTTP {now}"):
            runtime.generate("x")
        if now == 200:
            ended.set()
            told = caplog.records[-1].getMessage()
            if server.asked == 1:
                time.sleep(2.1)
    assert f"for {seconds} s" in told


def test_calls_that_wait_together_for_a_server_are_one_time_that_it_did_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "RESTS", (0.05, 600.0))
    rests, together = resting.Rests("here"), time.monotonic()
    for _ in range(3):
        rests.begin(together)
    time.sleep(0.06)
    rests.check()
    rests.begin(time.monotonic())
    with pytest.raises(GenerationError, match="600 s"):
        rests.check()
    rests.end()
    rests.check()


@pytest.mark.parametrize("opening", ["[", '{"choices":', '{"a":[', '[{"choices":['])
def test_brackets_without_end_are_an_error_and_no_traceback(server: Server, opening: str) -> None:
    server.body = [b"data: " + opening.encode() * 50_000 + b"\n\n", DONE]
    with pytest.raises(ModelError, match="nested too deep"):
        server.runtime().generate("x")


def test_a_whole_answer_above_its_limit_is_an_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader.whole, "__defaults__", (4 << 20,))
    server.body = repeat(b" " * 65_536)
    with pytest.raises(ModelError, match="more than"):
        server.runtime().score("one", [" two"])
    assert server.sent < 16 << 20
