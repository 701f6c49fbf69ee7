"""The runtime "openai" against a real HTTP server that speaks the protocol, as servers differ."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import Any

import pytest
from PIL import Image

from ocrect import hub
from ocrect.errors import GenerationError, ModelError, ModelNotFoundError, SettingsError
from ocrect.hub import embedded
from ocrect.llm.openai import OpenAIServer, build
from ocrect.pipeline import Pipeline, Stages
from ocrect.record.correction import Finding
from ocrect.record.document import Block, Document, Line, Page, PageImage
from ocrect.settings import Settings
from ocrect.testing import FakeEngine


class Server(ThreadingHTTPServer):
    """A server of words: it replies ``reply`` piece by piece, and each word costs a nat per letter."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = ["<think>hm</think>", "Total: ", "100"]
        self.models = ["small"]
        self.refuses: dict[str, int] = {}  # a path, or a key of the request, and the status it gets
        self.scores, self.endless, self.ends_early = True, False, False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str | None] = []
        self.listed = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.server.listed += 1
        if "/models" in self.server.refuses:
            self._json(self.server.refuses["/models"], {"error": {"message": "no /models here"}})
            return
        self._json(200, {"data": [{"id": name} for name in self.server.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.removeprefix("/v1")
        self.server.asked.append((path, body))
        self.server.keys.append(self.headers.get("Authorization"))
        for what, status in self.server.refuses.items():
            if what == path or what in body:
                self._json(status, {"error": {"message": f"no {what} here"}})
                return
        if path == "/completions":
            self._json(200, {"choices": [self._echo(i, text) for i, text in enumerate(body["prompt"])]})
        else:
            self._stream()

    def _echo(self, index: int, text: str) -> dict[str, Any]:
        tokens = text.split(" ")
        values = [None, *(-float(len(token)) for token in tokens[1:])]
        logprobs = {"tokens": tokens, "token_logprobs": values} if self.server.scores else None
        return {"index": index, "text": text if self.server.scores else " and so on", "logprobs": logprobs}

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in self.server.reply:
            self._event(piece)
        while self.server.endless:
            self._event("a")
            time.sleep(0.02)
        if not self.server.ends_early:
            self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, text: str) -> None:
        self.wfile.write(b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.shutdown()
    made.server_close()


def runtime_for(server: Server, **settings: object) -> OpenAIServer:
    return build(Settings(runtime="openai").with_(model_url=server.url, **settings))


def test_a_reply_comes_without_what_the_model_thought_and_with_the_only_model_there_is(server: Server) -> None:
    assert runtime_for(server, model_key="secret").generate("Repair.", system="You repair.", max_tokens=9) == "Total: 100"
    path, asked = server.asked[0]
    assert path == "/chat/completions"
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("small", 9, 0.0)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert server.keys == ["Bearer secret"]


def test_of_several_models_one_has_to_be_named(server: Server) -> None:
    server.models = ["small", "large"]
    with pytest.raises(SettingsError, match="2 models") as caught:
        runtime_for(server).generate("x")
    assert "large" in caught.value.hint
    assert runtime_for(server, model="large").generate("x")
    assert server.asked[0][1]["model"] == "large"


def test_scores_are_sums_from_the_first_token_that_is_not_common(server: Server) -> None:
    runtime = runtime_for(server)
    assert runtime.can_score
    assert runtime.score("please pay the", [" amount due", " arnount due now"]) == [-9.0, -13.0]
    assert runtime.score("", [" one", " three"]) == [-3.0, -5.0]
    assert runtime.score("x", []) == []


@pytest.mark.parametrize("refuses", [{}, {"/completions": 404}, {"echo": 400}])
def test_a_server_without_log_probabilities_is_known_as_such(server: Server, refuses: dict[str, int]) -> None:
    server.scores, server.refuses = bool(refuses), refuses
    runtime = runtime_for(server)
    assert not runtime.can_score
    with pytest.raises(GenerationError, match="no log-probabilities"):
        runtime.score("a", ["b", "c"])


def findings_of(document: Document) -> list[Finding]:
    """What the language model said of each edit."""
    return [f for line in document.lines() for v in line.verdicts for f in v.findings if f.check == "language-model"]


def test_without_log_probabilities_and_another_model_the_check_is_silent_and_the_page_is_corrected(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "embedded_path", lambda: None)
    server.scores = False
    server.reply = ["The claim pays the amount."]
    with Pipeline(Settings(runtime="openai", model_url=server.url, accept_text_only=True)) as pipeline:
        document = pipeline.correct("The clain pays the amount.")
    found = findings_of(document)
    assert not document.failures
    assert {finding.supports for finding in found} == {None}
    assert "no log-probabilities" in found[0].reason


@pytest.mark.model
@pytest.mark.skipif(
    find_spec("llama_cpp") is None or hub.embedded_path() is None, reason="the embedded model or its runtime is not installed"
)
def test_what_a_server_that_cannot_score_writes_is_judged_by_the_embedded_model(server: Server) -> None:
    server.scores = False
    server.reply = ["Twelve bags of potting compost for the garden."]
    with Pipeline(Settings(runtime="openai", model_url=server.url, accept_text_only=True)) as pipeline:
        document = pipeline.correct("Twelve bags of pottng compost for the garden.")
    assert document.corrected == server.reply[0]
    assert any(finding.supports for finding in findings_of(document))
    assert "SmolLM2" in document.pages[0].steps[-1].settings["judge"]
    assert {path for path, _ in server.asked} == {"/completions", "/chat/completions"}


def test_a_server_that_refuses_grammars_is_asked_without(server: Server) -> None:
    server.refuses = {"grammar": 400}
    runtime = runtime_for(server)
    assert runtime.generate("x", grammar='root ::= "a"') == "Total: 100"
    assert runtime.generate("x", grammar='root ::= "a"') == "Total: 100"
    assert ["grammar" in asked for _, asked in server.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (307, ModelError, "model_url to that address"),
        (401, ModelError, "model_key"),
        (404, ModelNotFoundError, "model_url"),
        (400, GenerationError, "log"),
        (429, GenerationError, "later"),
        (500, GenerationError, "later"),
    ],
)
def test_refusals_are_errors_with_the_servers_words_and_the_next_step(
    server: Server, status: int, kind: type[Exception], hint: str
) -> None:
    server.refuses = {"/chat/completions": status}
    with pytest.raises(kind, match="no /chat/completions here") as caught:
        runtime_for(server).generate("x")
    assert hint in getattr(caught.value, "hint", "")


def test_a_reply_that_ends_early_is_never_taken_for_a_whole_one(server: Server) -> None:
    server.ends_early = True
    with pytest.raises(GenerationError, match="ended the reply early"):
        runtime_for(server).generate("x")


def test_a_server_that_is_not_there_is_an_error_that_says_so(server: Server) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelError, match="cannot reach") as caught:
        runtime_for(server, model="small").generate("x")
    assert "model_url" in caught.value.hint


def test_close_stops_a_running_reply(server: Server) -> None:
    server.endless = True
    runtime = runtime_for(server)
    raised: list[BaseException] = []

    def write() -> None:
        try:
            runtime.generate("x")
        except GenerationError as error:
            raised.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    while not server.asked:
        time.sleep(0.01)
    runtime.close()
    thread.join(30)
    assert "stopped" in str(raised[0])
    server.endless = False
    assert runtime.generate("x") == "Total: 100"


@pytest.mark.parametrize("settings", [{}, {"model_url": "localhost:11434"}, {"model_url": "ftp://x/v1"}])
def test_a_url_is_needed_and_has_to_be_one(settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="model_url"):
        build(Settings(runtime="openai", **settings))


def test_a_url_beside_the_runtime_that_uses_none_is_a_contradiction() -> None:
    with pytest.raises(SettingsError, match="runtime=llama-cpp") as caught:
        Settings(model_url="http://localhost:1/v1")
    assert "openai" in caught.value.hint


def a_page() -> tuple[bytes, Page]:
    """A file with a page of pixels, and what is read on it."""
    pixels = io.BytesIO()
    Image.new("L", (200, 60), 255).save(pixels, "PNG")
    return pixels.getvalue(), Page(1, 200, 60, blocks=(Block((Line("a", "The cornpany is due", evidence=None),)),))


def test_the_server_is_asked_before_the_first_page_is_read(server: Server) -> None:
    file, page = a_page()
    asked: list[int] = []

    def engine(image: PageImage) -> Page:
        asked.append(server.listed)
        return page

    settings = Settings(runtime="openai", model_url=server.url, model="small")
    with Pipeline(settings, stages=Stages(engine=engine)) as pipeline:
        assert pipeline.read(file).failures == ()
    assert asked == [1]


@pytest.mark.parametrize(("status", "kind"), [(401, "ModelError"), (502, "ModelError"), (0, "ModelError")])
def test_where_the_server_fails_the_pages_are_read_and_corrected_without_it_and_keep_the_failure(
    server: Server, status: int, kind: str
) -> None:
    file, page = a_page()
    server.refuses = {"/models": status} if status else {}
    if not status:
        server.shutdown()
        server.server_close()
    settings = Settings(runtime="openai", model_url=server.url, model="small", accept_text_only=True)
    with Pipeline(settings, stages=Stages(engine=FakeEngine([page]))) as pipeline:
        document = pipeline.read(file)
        assert [failure.error for failure in document.failures] == [kind]
        assert document.text == "The cornpany is due"
        assert document.corrected == "The company is due"
        assert document.pages[0].steps[-1].settings["runtime"] is None
        with pytest.raises(ModelError):
            pipeline.correct("The cornpany is due")
    assert server.asked == []


def test_a_server_that_fails_at_a_doubt_costs_its_page_the_model_and_nothing_else(server: Server) -> None:
    server.refuses = {"/chat/completions": 401, "/completions": 500}
    settings = Settings(runtime="openai", model_url=server.url, model="small", accept_text_only=True)
    with Pipeline(settings) as pipeline:
        document = pipeline.correct("The cornpany is due")
    assert document.corrected == "The company is due"
    assert document.failures


def test_a_server_that_lists_no_models_is_taken_at_its_word_and_one_that_lists_others_is_warned_of(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuses = {"/models": 404}
    runtime_for(server, model="mine").ready()
    assert caplog.text == ""
    server.refuses = {}
    runtime_for(server, model="mine").ready()
    assert "lists no model mine, but small" in caplog.text


@pytest.mark.model
@pytest.mark.skipif(find_spec("llama_cpp") is None or hub.embedded_path() is None, reason="needs the embedded model")
@pytest.mark.parametrize("dies", ["before the first page", "at a page"])
def test_the_embedded_model_stands_in_for_a_server_that_dies(
    server: Server, dies: str, caplog: pytest.LogCaptureFixture
) -> None:
    line = "The rnan came by the flrst boat of the morning and went to the bouse of his friend."
    pages = [Page(number, blocks=(Block((Line("1", line),)),)) for number in (1, 2)]
    server.scores = False
    server.reply = [line]
    settings = Settings(runtime="openai", language="en", accept_text_only=True).with_(model_url=server.url, model="small")
    with Pipeline(settings) as pipeline:
        if dies == "before the first page":
            server.refuses = {"/models": 500, "/chat/completions": 500, "/completions": 500}
            silent = pipeline.ask_model()
            found = [pipeline.correct_page(page, silent) for page in pages]
        else:
            pipeline.ask_model()
            server.refuses = {"/chat/completions": 500, "/completions": 500}
            found = [pipeline.correct_page(page) for page in pages]
    with Pipeline(settings.with_(runtime="llama-cpp", model_url="", model="")) as alone:
        wanted = [alone.correct_page(page).corrected for page in pages]
    assert [page.corrected for page in found] == wanted
    assert all(page.failure and "with the embedded model alone" in page.failure.message for page in found)
    assert len([record for record in caplog.records if "embedded model alone" in record.message]) == 1
    judged = [finding for line in found[0].lines() for verdict in line.verdicts for finding in verdict.findings]
    assert any("nats likelier here" in finding.reason for finding in judged)
