"""The runtime ``openai``: a model behind any server that speaks OpenAI's HTTP protocol (Ollama, vLLM, llama-server, …).

``/chat/completions`` writes. ``/completions`` scores, with ``echo`` and ``logprobs``, where the server offers that (vLLM does,
Ollama and llama-server do not). Protocol: https://platform.openai.com/docs/api-reference/completions
"""

from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ocrect.errors import GenerationError, ModelError, ModelNotFoundError, OcrectError, SettingsError
from ocrect.exchange import reader
from ocrect.llm.chat import answer
from ocrect.llm.resting import Rests
from ocrect.llm.scoring import common
from ocrect.settings import Settings

log = logging.getLogger("ocrect")

STALL = 120.0
"""Seconds without a byte after which a call is given up."""

WHOLE = 600.0
"""Seconds after which a call is given up however its bytes drip: a line at one token a second takes as long."""

PING, PINGED = 10.0, 30.0
"""The same two where a server is asked which models it has, before anything depends on it: it has the list at hand."""

LONGEST_TOKEN = 128
"""Characters of a token; a reply longer than its tokens can be is not ended by the server."""

_LOG = "Look at the server's log."


def build(settings: Settings) -> OpenAIServer:
    """The runtime for the server at ``settings.model_url``; asks it nothing yet.

    Raises:
        SettingsError: there is no URL, or it is not one of HTTP.
    """
    if not settings.model_url:
        raise SettingsError("runtime=openai needs model_url", hint="As in --model-url http://localhost:11434/v1")
    parts = urlsplit(settings.model_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"model_url={settings.model_url!r} is not an http(s) URL", hint="As in http://localhost:11434/v1")
    return OpenAIServer(settings)


class OpenAIServer:
    """A model behind a server. Threads call it at the same time, each over a connection of its own; no proxy is used. One that
    keeps us waiting is left alone for a while (:mod:`ocrect.llm.resting`): calls fail at once then.

    ``can_score`` asks the server once. ``close`` ends the calls that are running; a later call connects again.
    """

    can_write = True
    languages: frozenset[str] | None = None

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = f"openai:{settings.model or settings.model_url}"
        self._url = urlsplit(settings.model_url.rstrip("/"))
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._model = settings.model
        self._takes_grammar = True
        self._scores: bool | None = None
        self._rests = Rests(self._url.netloc)

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The model's reply. ``grammar`` is sent along and obeyed by llama-server alone; a server that refuses it gets none.
        ``draft`` is not sent: servers decode along drafts of their own.

        Raises:
            GenerationError: the server failed on this request, or ``close`` was called meanwhile.
            ModelError: the server cannot be reached, refuses us, or has no such model.
        """
        del draft
        roles = [("system", system), ("user", prompt)] if system else [("user", prompt)]
        wanted = {
            "messages": [{"role": role, "content": content} for role, content in roles],
            "max_tokens": max_tokens,
            "temperature": self.settings.temperature,
            "seed": self.settings.seed,
            "stream": True,
        }
        if grammar and self._takes_grammar:
            try:
                return self._written({**wanted, "grammar": grammar})
            except BadRequestError:
                self._takes_grammar = False
        try:
            return self._written(wanted)
        except BadRequestError as error:
            raise GenerationError(str(error), hint=_LOG) from error

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each, all from the first token on that is not common to all of them.

        Raises:
            GenerationError: the server gives no log-probabilities of given text (see ``can_score``), or failed.
            ModelError: as for :meth:`generate`.
        """
        prefix = prefix or "\n"  # a text's first token has no probability
        texts = [prefix + continuation for continuation in continuations]
        asked = list(dict.fromkeys([prefix, *texts])) if texts else []
        choices = self._echoed(asked)
        if choices is None:
            raise GenerationError(
                f"{self._url.netloc} gives no log-probabilities of given text", hint="vLLM does, or use runtime=llama-cpp."
            )
        found = dict(zip(asked, choices, strict=True))
        start = max(1, common([found[text]["tokens"] for text in asked])) if asked else 0
        return [float(sum(found[text]["token_logprobs"][start:])) for text in texts]

    def ready(self) -> None:
        """Asks the server which models it has, before anything depends on it. One that does not list any is taken at its word.

        Raises:
            ModelError: it cannot be reached, fails, refuses us, or is no server of this protocol.
            SettingsError: it has several models and none is named.
        """
        try:
            names = self._listed((PING, PINGED))
        except (BadRequestError, ModelNotFoundError):
            return
        except GenerationError as error:
            raise ModelError(str(error), hint="Look at the server's log, or correct model_url.") from error
        if not self._model:
            self._named()
        elif names and self._model not in names:
            log.warning("%s lists no model %s, but %s", self._url.netloc, self._model, ", ".join(names[:5]))

    @property
    def can_score(self) -> bool:
        """Whether the server gives log-probabilities of given text.

        Raises:
            ModelError: it cannot be reached.
        """
        if self._scores is None:
            self._scores = self._echoed(["one two"]) is not None
        return self._scores

    def close(self) -> None:
        """Ends the calls that are running. May be called at any time, from any thread, and again."""
        with self._lock:
            running, self._open = self._open, set()
        for connection in running:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended by itself

    def description(self) -> dict[str, Any]:
        """What runs, for the record of provenance."""
        return {"runtime": "openai", "url": self.settings.model_url, "model": self._model}

    # the protocol

    def _written(self, wanted: dict[str, Any]) -> str:
        return answer(reader.text("".join(self._streamed(wanted))))

    def _streamed(self, wanted: dict[str, Any]) -> Iterator[str]:
        """The pieces of a reply as they come (server-sent events)."""
        named = {"model": self._named(), **wanted}
        room = (wanted["max_tokens"] + 1) * LONGEST_TOKEN
        with self._asked("POST", "/chat/completions", named) as response:
            for raw in reader.lines(response):
                line = raw.strip()
                if line == b"data: [DONE]" or line == b"data:[DONE]":
                    return
                if line.startswith(b"data:"):
                    piece = _piece(reader.parsed(line.removeprefix(b"data:")))
                    room -= len(piece)
                    if room < 0:
                        raise GenerationError(
                            f"{self._url.netloc} writes on beyond max_tokens={wanted['max_tokens']}", hint=_LOG
                        )
                    yield piece
            raise GenerationError(f"{self._url.netloc} ended the reply early", hint=_LOG)

    def _echoed(self, texts: list[str]) -> list[dict[str, Any]] | None:
        """Tokens of each text with their log-probabilities; ``None`` where the server does not give them."""
        if not texts:
            return []
        wanted = {"model": self._named(), "prompt": texts, "max_tokens": 0, "echo": True, "logprobs": 1, "temperature": 0}
        try:
            with self._asked("POST", "/completions", wanted) as response:
                choices = reader.objects(reader.parsed(reader.whole(response)), "choices")
                choices = sorted(choices, key=lambda choice: reader.part(choice, "index", int, 0))
                if [choice.get("text") for choice in choices] != texts:
                    return None
                found = [reader.part(choice, "logprobs", dict, {}) for choice in choices]
        except (BadRequestError, ModelNotFoundError):
            return None
        return found if all(map(_is_whole, found)) else None

    def _named(self) -> str:
        """The model to ask for: as set, or the only one that the server has."""
        if not self._model:
            try:
                names = self._listed()
            except BadRequestError as error:
                raise ModelError(str(error), hint="Set model to the server's name for it.") from error
            if len(names) != 1:
                raise SettingsError(f"{self._url.netloc} has {len(names)} models", hint=f"Set model: {', '.join(names[:20])}")
            self._model = names[0]
        return self._model

    def _listed(self, patience: tuple[float, float] | None = None) -> list[str]:
        """The models that the server says it has; ``patience`` as for :meth:`_asked`."""
        with self._asked("GET", "/models", None, patience) as response:
            models = reader.objects(reader.parsed(reader.whole(response)), "data")
            return [reader.text(name) for model in models if (name := reader.part(model, "id", str, ""))]

    @contextmanager
    def _asked(
        self, method: str, path: str, body: dict[str, Any] | None, patience: tuple[float, float] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """The server's answer to one request; ``patience`` is the most seconds without a byte (else :data:`STALL`), and in all
        (else :data:`WHOLE`), interim answers such as ``100 Continue`` among them.

        Raises:
            BadRequestError: the server does not know what is asked for.
            GenerationError, ModelError: it failed, or cannot be reached.
        """
        self._rests.check()
        stall, whole = patience or (STALL, WHOLE)
        began = time.monotonic()
        connection = self._connected(stall)
        line: socket.socket = connection.sock
        with self._lock:
            self._open.add(line)
        try:
            with reader.ended_after(whole, partial(_shut, line)) as late:
                connection.request(method, self._url.path + path, json.dumps(body) if body else None, self._headers())
                response = connection.getresponse()
                if response.status >= 400 and response.status != HTTPStatus.GATEWAY_TIMEOUT:
                    self._rests.end()  # it fails, but it answers
                _check(response, self.settings)
                yield response
                self._rests.end()
        except (OSError, http.client.HTTPException, reader.MalformedError, GenerationError, ValueError) as error:
            with self._lock:
                stopped = line not in self._open
            if stopped:
                raise GenerationError("the generation was stopped") from None
            if late.is_set() or isinstance(error, TimeoutError):
                self._rests.begin(began)
            if late.is_set():
                raise GenerationError(f"{self._url.netloc} was not done after {whole:.0f} s", hint="Try again.") from error
            if isinstance(error, GenerationError):
                raise
            raise self._broken(error, stall) from error
        finally:
            with self._lock:
                self._open.discard(line)
            connection.close()

    def _connected(self, stall: float) -> http.client.HTTPConnection:
        began = time.monotonic()
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._url.hostname), self._url.port, timeout=stall)
        try:
            connection.connect()
        except OSError as error:
            if isinstance(error, TimeoutError):
                self._rests.begin(began)
            raise ModelError(
                f"cannot reach {self.settings.model_url}: {error}", hint="Start the server, or correct model_url."
            ) from error
        return connection

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if self.settings.model_key:
            headers["Authorization"] = f"Bearer {self.settings.model_key}"
        return headers

    def _broken(self, error: Exception, stall: float) -> OcrectError:
        """Our error for an error of the connection or of the reply."""
        if isinstance(error, reader.MalformedError):
            return ModelError(
                f"{self._url.netloc} does not answer as a server of OpenAI's protocol: {error}",
                hint="Check model_url (it ends in /v1 with most servers), and the server's log.",
            )
        reason = f"no byte came for {stall:.0f} s" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        return GenerationError(f"the answer of {self._url.netloc} broke off: {reason}", hint="Try again.")


class BadRequestError(Exception):
    """The server does not know a part of the request."""


def _piece(event: dict[str, Any]) -> str:
    """What one event adds to the reply.

    Raises:
        GenerationError: the server says that it failed.
        MalformedError: it is no event of a chat completion.
    """
    if event.get("error") is not None:
        raise GenerationError(f"the server failed while it wrote: {_said(event)}", hint=_LOG)
    choices = reader.objects(event, "choices")
    deltas = [reader.part(choice, "delta", dict, {}) for choice in choices]
    return "".join(reader.part(delta, "content", str, "") for delta in deltas)


def _is_whole(logprobs: dict[str, Any]) -> bool:
    """Whether every token but the first has its log-probability."""
    tokens, values = logprobs.get("tokens"), logprobs.get("token_logprobs")
    if not isinstance(tokens, list) or not isinstance(values, list) or not 0 < len(tokens) == len(values):
        return False
    return all(isinstance(token, str) for token in tokens) and all(map(reader.is_number, values[1:]))


def _check(response: http.client.HTTPResponse, settings: Settings) -> None:
    status = response.status
    if status < 300:
        return
    try:
        said = _said(reader.parsed(response.read(10_000)))
    except reader.MalformedError:
        said = ""
    words = f"{settings.model_url} answers HTTP {status}{said and ': '}{said}"
    if status < 400:  # never followed: it could take the page to another machine
        to = _printable(response.headers.get("Location", "")) or "another address"
        raise ModelError(f"{words}; it sends us to {to}", hint="Set model_url to that address if it is yours.")
    if status in (400, 422, 501):
        raise BadRequestError(words)
    if status in (401, 403):
        raise ModelError(words, hint="Set model_key (OCRECT_MODEL_KEY) to a key that the server accepts.")
    if status in (404, 405):
        raise ModelNotFoundError(words, hint="Check model and model_url (it ends in /v1 with most servers).")
    raise GenerationError(words, hint="Try again later.")


def _said(event: dict[str, Any]) -> str:
    """What the server says in its error, shortened, as one line that a terminal can show."""
    error = event.get("error", event.get("message", ""))
    words = error.get("message", error) if isinstance(error, dict) else error
    return _printable(words if isinstance(words, str) else json.dumps(words))


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else " " for c in reader.text(words[:300]))


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        line.shutdown(socket.SHUT_RDWR)
