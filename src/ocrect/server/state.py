"""What the endpoints share, and how they get at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from ocrect.batch.jobs import Jobs
from ocrect.server.metrics import Metrics
from ocrect.server.plan import Plan
from ocrect.server.pool import Pool
from ocrect.server.watch import Watch


@dataclass(slots=True)
class State:
    """The parts of a running service. ``isolation`` is why a worker's network could not be closed, empty where it is."""

    plan: Plan
    jobs: Jobs
    pool: Pool
    watch: Watch
    metrics: Metrics
    isolation: str = ""


def state(request: Request) -> State:
    """The service that a request came to."""
    return cast("State", request.app.state.ocrect)


def client(request: Request) -> str:
    """The name of the key that a request came with; empty where there are none."""
    return str(request.scope.get("client_name", ""))
