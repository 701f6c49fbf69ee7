"""Who waits for a job is woken when something in the manifest has changed, and when the service ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ocrect.batch.jobs import Jobs

_LOOK = 0.05


class Watch:
    """Looks at one number of the database (``PRAGMA data_version``), however many wait. Of one event loop."""

    def __init__(self, jobs: Jobs, is_ending: Callable[[], bool]) -> None:
        self._jobs, self._is_ending = jobs, is_ending
        self._changed = asyncio.Condition()
        self._version = 0
        self.ending = False

    async def run(self) -> None:
        """Look until the service ends."""
        while not self.ending:
            self.ending = self._is_ending()
            version = self._jobs.data_version()
            if version != self._version or self.ending:
                self._version = version
                await self.wake()
            await asyncio.sleep(_LOOK)

    async def wake(self) -> None:
        """Something has changed."""
        async with self._changed:
            self._changed.notify_all()

    async def change(self, seconds: float) -> bool:
        """Wait for a change; false where none came in that time."""
        if self.ending:
            return False
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
