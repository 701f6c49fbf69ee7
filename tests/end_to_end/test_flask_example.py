"""The tutorial's Flask service: examples/flask_service.py behind a real server. The model is freed after each request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrect import hub

pytest.importorskip("flask", reason="flask is not installed")

ROOT = Path(__file__).parent.parent.parent
SERVE = (
    "from examples.flask_service import app\nfrom werkzeug.serving import make_server\n"
    "server = make_server('127.0.0.1', 0, app, threaded=True)\nprint(server.server_port, flush=True)\nserver.serve_forever()\n"
)


def children(pid: int) -> list[str]:
    return [child for tasks in Path(f"/proc/{pid}/task").glob("*/children") for child in tasks.read_text().split()]


def test_the_flask_example_corrects_a_text_says_why_and_frees_the_model() -> None:
    with_model = find_spec("llama_cpp") is not None and hub.embedded_path() is not None
    environment = {**os.environ, "KEEP_ALIVE": "0", "OCRECT_CONTEXT_SIZE": "512"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = f"http://127.0.0.1:{int(process.stdout.readline())}"
            text = b"Invoic # 12345 \n Total: $1O0.00\n Date: 2023-07-15\nThe cornpany pays."
            with urllib.request.urlopen(f"{address}/correct", data=text, timeout=120) as reply:
                found = json.loads(reply.read())
            assert "Total: $100.00" in found["text"]
            assert "Date: 2023-07-15" in found["text"]
            if with_model:
                assert found["text"].startswith("Invoice # 12345")
            assert any(edit["decision"] == "accepted" and edit["why"] for edit in found["edits"])
            if Path("/proc/self/task").exists():
                assert children(process.pid) == []
            edge = "edge"
            body = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\nno scan\r\n--{edge}--\r\n'
            wrong = urllib.request.Request(
                f"{address}/ocr", body.encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"}
            )
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(wrong, timeout=60)
            assert refused.value.code == 415
            assert json.loads(refused.value.read())["hint"]
        finally:
            process.kill()
