"""What the service counts, as Prometheus text (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0)  # seconds


class Metrics:
    """Requests by method, route and status, and how long they took. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[bisect_left(_BOUNDS, seconds)] += 1
            self._seconds += seconds

    def text(self, jobs: Mapping[str, int], gauges: Mapping[str, float], counters: Mapping[str, int]) -> str:
        """All of it, with the jobs in each state, and what others have counted."""
        with self._lock:
            lines = [
                *_family("ocrect_jobs", "gauge", {f'state="{state}"': count for state, count in jobs.items()}),
                *(line for name, value in gauges.items() for line in _family(f"ocrect_{name}", "gauge", {"": value})),
                *(line for name, value in counters.items() for line in _family(f"ocrect_{name}_total", "counter", {"": value})),
                *_family("ocrect_http_requests_total", "counter", dict(self._labelled())),
                *self._histogram(),
            ]
        return "\n".join(lines) + "\n"

    def _labelled(self) -> Iterator[tuple[str, int]]:
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'method="{method}",route="{route}",status="{status}"', count

    def _histogram(self) -> Iterator[str]:
        name, total = "ocrect_http_request_seconds", 0
        yield f"# TYPE {name} histogram"
        for bound, count in zip([*map(str, _BOUNDS), "+Inf"], self._buckets, strict=True):
            total += count
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {total}"


def _family(name: str, kind: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
