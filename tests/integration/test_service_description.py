"""What the service's description (OpenAPI) says is so: requests drawn from it get no crash and no status that it does not name.

Some hundred cases here; more by ``schemathesis run ADDRESS/openapi.json`` with the checks below (bench/README.md).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from serving import CHEAP, serving

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,use_after_free"
)


def test_drawn_requests_get_answers_that_the_description_names(tmp_path: Path) -> None:
    flags = ("--queue", "100000", "--jobs-per-key", "100000", "--body-seconds", "5")
    with serving(tmp_path / "data", *CHEAP, *flags) as service:
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{service.address}/openapi.json", "--checks", CHECKS,
            "--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "7", "--no-color", "--request-timeout", "200",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
        cases = re.search(r"(\d+) generated", done.stdout)
        assert cases is not None, done.stdout[-3_000:]
        assert int(cases[1]) > 100
        assert service.client.get("/healthz").status_code == 200


def test_the_description_has_examples_and_names_every_problem(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP) as service:
        made = service.client.get("/openapi.json").json()
    assert made["openapi"].startswith("3.1")
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            problems = {
                code
                for code, answer in operation["responses"].items()
                if "application/problem+json" in answer.get("content", {})
            }
            assert {"400", "401", "403", "429", "507"} <= problems
    assert made["components"]["schemas"]["Document"]["example"]["state"] == "done"
    assert made["components"]["schemas"]["Problem"]["example"]["hint"]
