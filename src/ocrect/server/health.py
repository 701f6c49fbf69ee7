"""``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import shutil

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ocrect.server import confine, metrics, openapi
from ocrect.server.state import state

router = APIRouter(tags=["health"])
_OK = {"description": "it is", "content": {"application/json": {"schema": {"type": "object"}}}}
_LEAST_FREE = 100_000_000


@router.get("/healthz", summary="Does the service live", responses=openapi.answers(_200=_OK))
async def alive() -> Response:
    """Answers as long as requests are answered at all."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", summary="Can it take work", responses=openapi.answers(503, _200=_OK))
def ready(request: Request) -> Response:
    """503 if the queue or the disk is full, or if no thread supervises the workers."""
    here = state(request)
    counts = here.jobs.counts()
    kept = here.jobs.bytes()
    checks = {
        "workers": here.pool.is_alive,
        "queue": counts["waiting"] + counts["working"] < here.plan.limits.queue,
        "disk": kept < here.plan.limits.disk_bytes and shutil.disk_usage(here.plan.folder).free > _LEAST_FREE,
    }
    well = all(checks.values())
    shown = {name: "ok" if value else "full" if name != "workers" else "ended" for name, value in checks.items()}
    return JSONResponse({"status": "ok" if well else "unready", **shown}, 200 if well else 503)


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    responses=openapi.answers(
        _200={"description": "its text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
    ),
)
def measured(request: Request) -> Response:
    """Jobs by state, workers, memory, disk, requests by route and status. No names, no texts."""
    here = state(request)
    gauges = {"workers": here.pool.running, "resident_bytes": confine.resident(), "stored_bytes": here.jobs.bytes()}
    counters = {f"workers_{what}": here.pool.counts[what] for what in ("started", "died", "killed")}
    return PlainTextResponse(here.metrics.text(here.jobs.counts(), gauges, counters), media_type=metrics.MEDIA_TYPE)
