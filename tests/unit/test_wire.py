"""The pipe between the caller and the model's process: whatever comes over it is a message or an error, within limits."""

from __future__ import annotations

import json
import os
import struct
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocrect.exchange import wire
from ocrect.exchange.reader import MalformedError

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "message", "hint", "x"]), inner),
)
messages = st.dictionaries(st.sampled_from(["log", "id", "loaded", "error", "bug", "result"]), values)


def received(raw: bytes) -> wire.Message | None:
    """What is received from a pipe into which ``raw`` is written, and which is closed then."""
    out, into = os.pipe()
    writer = threading.Thread(target=_write, args=(into, raw))
    writer.start()
    try:
        return wire.receive(out)
    finally:
        os.close(out)
        writer.join()


def _write(pipe: int, raw: bytes) -> None:
    try:
        left = memoryview(raw)
        while left:
            left = left[os.write(pipe, left) :]
    except OSError:
        pass  # nobody reads to the end
    finally:
        os.close(pipe)


def framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_an_end_or_an_error(raw: bytes) -> None:
    for sent in (raw, framed(raw)):
        try:
            found = received(sent)
        except MalformedError:
            continue
        assert found is None or isinstance(found, dict)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_a_message_of_any_shape_is_a_reply_a_log_record_or_an_error(message: wire.Message) -> None:
    try:
        found = wire.heard(message)
    except MalformedError:
        return
    if isinstance(found, wire.LogRecord):
        assert (type(found.logger), type(found.text)) == (str, str)
    else:
        assert found.error is None or [type(part) for part in found.error] == [str, str, str]


def test_what_is_sent_is_received() -> None:
    out, into = os.pipe()
    message = {"id": 3, "result": ["é", 1.5], "loaded": [4096, 0, "Q8_0"]}
    wire.send(into, message)
    assert wire.receive(out) == message
    reply = wire.heard(message)
    assert reply == wire.Reply(3, (4096, 0, "Q8_0"), ["é", 1.5])
    os.close(out)
    os.close(into)


@pytest.mark.parametrize("opening", [b"[", b'{"result":'])
def test_brackets_without_end_are_an_error(opening: bytes) -> None:
    with pytest.raises(MalformedError, match="too deep"):
        received(framed(opening * 100_000))


def test_a_length_beyond_the_limit_is_refused_before_a_byte_of_it_is_kept() -> None:
    with pytest.raises(MalformedError, match="claims"):
        received(struct.pack(">I", wire.LARGEST + 1))


def test_a_message_that_stops_in_its_middle_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SLOWEST", 0.05)
    out, into = os.pipe()
    os.write(into, framed(json.dumps({"id": 1}).encode())[:-1])
    with pytest.raises(MalformedError, match="did not come to its end"):
        wire.receive(out)
    os.close(out)
    os.close(into)
