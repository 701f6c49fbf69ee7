"""A Flask service of your own: one pipeline for the process, the language model freed after each request.

    pip install flask
    flask --app examples/flask_service run
    curl -F file=@examples/invoice.jpg http://127.0.0.1:5000/ocr
    curl --data-binary 'Invoic # 12345' http://127.0.0.1:5000/correct

The model is in a process of its own (docs/service.md): where requests are rare its end gives the memory back (`keep_alive=0`),
where they come often `KEEP_ALIVE` seconds keep it loaded. `ocrect serve` is the same with a queue, limits and restarts.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, Response, jsonify, request

from ocrect.errors import OcrectError
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document
from ocrect.settings import Settings

KEEP_ALIVE = float(os.environ.get("KEEP_ALIVE", "0"))
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 20_000_000
pipeline = Pipeline(Settings.load(keep_alive=KEEP_ALIVE, prompt="financial", accept_text_only=True, max_pages=20))


@app.post("/ocr")
def ocr() -> Response:
    """Read and correct an uploaded scan."""
    file = request.files["file"]
    return answer(pipeline.read(file.stream, name=file.filename or "upload"))


@app.post("/correct")
def correct() -> Response:
    """Correct a text."""
    return answer(pipeline.correct(request.get_data(as_text=True)))


def answer(document: Document) -> Response:
    """The corrected text, every edit with its decision and reason, and what failed."""
    edits = [
        {"before": v.edit.before, "after": v.edit.after, "decision": v.decision, "why": v.reason}
        for line in document.lines()
        for v in line.verdicts
    ]
    failures = [failure.message for failure in document.failures]
    return jsonify(text=document.corrected, raw=document.text, edits=edits, failures=failures)


@app.errorhandler(OcrectError)
def refused(error: OcrectError) -> tuple[Any, int]:
    """Status and hint stand on the error."""
    return jsonify(error=str(error), hint=error.hint), error.http_status
