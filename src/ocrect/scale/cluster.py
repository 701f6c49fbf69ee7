"""A Ray cluster that runs already: joined for one command, and left as it was.

None is started here: on one machine `ocrect batch` uses all cores without it, and Ray's ports are open to whoever can reach the
machine.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from ocrect.batch.work import Plan
from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.settings import Settings

if TYPE_CHECKING:
    from ocrect.scale.team import Readers

AUTO = "auto"
_CLIENT = "ray://"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cores and GPUs that it had when it was joined."""

    cores: int
    gpus: float

    def readers(self, plan: Plan, count: int = 0) -> Readers:
        """So many readers for a run, or one for each core. They share the GPUs where layers of the model run there."""
        from ocrect.scale.team import Readers

        count = count or max(1, self.cores)
        return Readers(plan, count, self.share(plan.settings, count))

    def share(self, settings: Settings, count: int) -> float:
        """Of a GPU, for each of ``count`` readers: nothing where the model has no layers there; else a whole one, or so small a
        part, in ten-thousandths, that all find room.
        """
        needed = settings.correct and settings.runtime == "llama-cpp" and settings.gpu_layers != "0"
        if not needed or not self.gpus:
            return 0.0
        return 1.0 if count <= self.gpus else int(10_000 / ceil(count / self.gpus)) / 10_000


@contextmanager
def joined(address: str = AUTO) -> Iterator[Cluster]:
    """The cluster at ``address`` (host:port); ``auto``: that of ``RAY_ADDRESS``, or one that runs on this machine.

    Raises:
        MissingDependencyError: Ray is not installed.
        SettingsError: there is no such cluster, or it has another version of Ray or Python.
    """
    try:
        import ray
    except ImportError as error:
        raise MissingDependencyError("--ray needs the package ray", hint="Run: pip install 'ocrect[ray]'") from error
    if address.startswith(_CLIENT):
        raise SettingsError(
            f"--ray={address}: pages do not come back one by one over Ray's client",
            hint="Run the command on a machine of the cluster, with --ray auto.",
        )
    ours = not ray.is_initialized()
    if ours:
        with _handlers_kept():
            try:
                ray.init(address=address, log_to_driver=False, logging_level="ERROR")
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise SettingsError(
                    f"--ray={address}: {_first_line(error)}", hint="Start one with `ray start --head`, or name its address."
                ) from error
    try:
        found = ray.cluster_resources()
        yield Cluster(int(found.get("CPU", 0)), float(found.get("GPU", 0)))
    finally:
        if ours:
            ray.shutdown()


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Ray puts a handler of its own in the place of that for SIGTERM: what the command does when told to end stays ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
