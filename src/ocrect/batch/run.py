"""A whole run: what lies in the folder, workers that do it, what came of it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import ocrect
from ocrect import plugins
from ocrect.batch import work
from ocrect.batch.manifest import MOST_DEATHS, Found, Manifest, owner
from ocrect.batch.names import kept, on_disk
from ocrect.batch.work import Plan
from ocrect.checksum import sha256_of
from ocrect.errors import InputNotFoundError, SettingsError
from ocrect.settings import Settings
from ocrect.source.kinds import SUFFIXES

FOLDER, MANIFEST = ".ocrect", "manifest.sqlite"
_LOOK = 0.3  # seconds between two looks at the workers
_LOADED = ("ocrect.batch.work", "ocrect.pipeline", "ocrect.source.images", "ocrect.source.child", "wordfreq")
"""Modules that every worker needs. Importing them starts no thread, so that processes may be forked afterwards."""


class Team(Protocol):
    """Who does the work of a run: :class:`Workers` of this machine, or the readers of a cluster (:mod:`ocrect.scale`)."""

    stopped: bool
    """Nothing can be read or written: the run ends."""

    @property
    def running(self) -> Mapping[str, object]:
        """What they do, by the names that files are claimed under."""

    def start(self, most: int) -> None:
        """Have workers for so many files, as far as there may be so many."""

    def wait(self, seconds: float) -> None:
        """Until there is something to look after, or for so long."""

    def look(self, manifest: Manifest) -> Iterator[str]:
        """Look after them; gives what is to be said of them."""

    def end(self) -> Iterable[str]:
        """End them now; gives the names that may still hold files."""


@dataclass(slots=True)
class Workers:
    """The processes of a run, by the names that they claim files under. Each runs ``work(plan, name)``.

    ``loaded`` are modules that are imported once for all of them, where the system can fork.
    """

    work: Callable[[Any, str], None]
    plan: Any
    count: int
    loaded: Sequence[str] = ()
    stopped: bool = False
    stillborn: int = 0  # workers in a row that died without a file
    running: dict[str, BaseProcess] = field(default_factory=dict)
    started: int = 0

    def start(self, most: int) -> None:
        """Start what is missing of so many, and of ``count``.

        None is forked from this process, whose native libraries have locks and threads: workers are spawned, or forked from a
        process that has only imported modules.
        """
        context: Any = multiprocessing.get_context("spawn")
        if self.loaded and "forkserver" in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(list(self.loaded))
        while len(self.running) < min(most, self.count):
            self.started += 1
            name = owner(self.started)
            process = context.Process(target=self.work, args=(self.plan, name), daemon=True)
            with _deaf():
                process.start()
            self.running[name] = process

    def wait(self, seconds: float) -> None:
        """For so long."""
        time.sleep(seconds)

    def look(self, manifest: Manifest) -> Iterator[str]:
        """Take leave of those that ended; tells of those that died, and on which file."""
        for name, process in list(self.running.items()):
            if process.is_alive():
                continue
            process.join()
            del self.running[name]
            if process.exitcode == work.STOPPED:
                self.stopped = True
                continue
            if process.exitcode == work.OVERDUE:
                manifest.release(name)
                continue
            file = ""
            if process.exitcode:
                how = f"signal {-process.exitcode}" if process.exitcode < 0 else f"exit code {process.exitcode}"
                file = manifest.died(name, how)
                yield f"{file}: its worker died ({how})" if file else f"a worker died without a file ({how})"
            self.stillborn = self.stillborn + 1 if process.exitcode and not file else 0
            self.stopped = self.stopped or self.stillborn >= MOST_DEATHS

    def kill(self, name: str) -> bool:
        """End one now, whatever it does, and wait for its end; true where it ran."""
        process = self.running.pop(name, None)
        if process is None:
            return False
        process.kill()
        process.join()
        return True

    def end(self) -> list[str]:
        """End all of them now; gives their names, under which they may still hold files."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join(5)
            if process.is_alive():
                process.kill()
        return list(self.running)


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, also while it still imports modules: we hear it, and end our workers.

    The signal is blocked, which a child inherits; one that comes meanwhile reaches us afterwards. multiprocessing's tracker of
    resources runs before, since its own start lets the signal through again.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processes(plan: Plan, count: int) -> Workers:
    """So many processes of this machine that read and write what the plan says."""
    return Workers(work.main, plan, count, _LOADED)


def manifest_of(outputs: Path) -> Path:
    """Where the manifest of an output folder lies."""
    return outputs / FOLDER / MANIFEST


def take_in(manifest: Manifest, plan: Plan, said: Callable[[str], None] = lambda _: None) -> int:
    """Look through the input folder and take in what is new or changed; how many files wait. ``said`` is told what is left out
    that a user may have expected to be read.

    Raises:
        InputNotFoundError: there is no such folder.
    """
    if not plan.inputs.is_dir():
        if plan.inputs.is_file():
            raise InputNotFoundError(f"{plan.inputs} is a file, not a folder", hint="A single file is for `ocrect read`.")
        raise InputNotFoundError(f"there is no folder {plan.inputs}", hint="Name a folder of scans.")
    key, formats = settings_key(plan.settings), formats_key(plan)
    links, unreadable = list[str](), list[str]()
    for path in files(plan.inputs, plan.outputs):
        name = kept(path.relative_to(plan.inputs).as_posix())
        if path.is_symlink():
            links.append(name)
            continue
        try:
            stat = path.stat()
            known = manifest.known(name)
            same = known is not None and known[:2] == (stat.st_size, stat.st_mtime_ns)
            content = known[2] if known is not None and same else sha256_of(path)
        except FileNotFoundError:
            continue
        except OSError:  # another look may find it
            unreadable.append(name)
            continue
        manifest.add(Found(name, stat.st_size, stat.st_mtime_ns, content), key, formats)
    for names, why in ((links, "a link, and links are not followed"), (unreadable, "not to be opened")):
        if names:
            more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
            said(f"{names[0]}{more} is left out: it is {why}")
    counts = manifest.counts()
    if not any(counts.values()) and not links and not unreadable:
        said(f"{plan.inputs} holds no image and no PDF")
    for name, outputs in list(manifest.outputs()):
        if not all((plan.outputs / on_disk(output)).exists() for output in outputs):
            manifest.redo(name)
    return manifest.counts()["waiting"]


def has_work(plan: Plan) -> bool:
    """Whether the input folder holds something that waits: new, changed, or given back."""
    with Manifest(plan.manifest) as manifest:
        manifest.release_dead()
        return take_in(manifest, plan) > 0


def files(inputs: Path, outputs: Path) -> Iterator[Path]:
    """The scans in a folder and below it, and links by the name of a scan or to a folder, which are not followed; not hidden
    ones, nor what lies in the output folder.
    """
    own = outputs.resolve()
    for folder, folders, names in os.walk(inputs):
        here = Path(folder)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (here / f).resolve() != own)
        yield from (here / name for name in folders if (here / name).is_symlink())
        for name in sorted(names):
            path = here / name
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and (path.is_file() or path.is_symlink()):
                yield path


def settings_key(settings: Settings) -> str:
    """What a reading depends on: the settings but those of writing, and the version."""
    values = {name: value for name, value in settings.public().items() if name not in settings.of_writing()}
    return hashlib.sha256(json.dumps([ocrect.__version__, values], sort_keys=True).encode()).hexdigest()


def formats_key(plan: Plan) -> str:
    """What is written: the formats, and what of the settings of writing is not as it is by default."""
    changed = [f"{name}={value}" for name, value in plan.settings.of_writing().items() if value != getattr(Settings(), name)]
    return ",".join([*plan.formats, *changed])


def run(
    plan: Plan, team: Team, *, retry: bool = False, said: Callable[[str], None], progress: Callable[[dict[str, int]], None]
) -> dict[str, int]:
    """Have the team do all that waits. Gives how many files are in each state at the end.

    ``said`` is told of files that ended their worker, ``progress`` how many files are in each state, several times a second.
    A run that is broken off (KeyboardInterrupt) ends its workers; the next one goes on where it was.

    Raises:
        InputNotFoundError: the input folder is not there.
        SettingsError: a format, an engine or another thing that the settings name and that there is not.
        ExportError: the output folder cannot be written to.
    """
    for name in plan.formats:
        plugins.find("writers", name)
    if plan.outputs.resolve() == plan.inputs.resolve():
        raise SettingsError("the output folder is the input folder", hint="Name another one.")
    with Manifest(plan.manifest) as manifest:
        manifest.release_dead()
        manifest.remember(plan.inputs, plan.settings.public())
        if retry:
            manifest.retry_failed()
        take_in(manifest, plan, said)
        progress(manifest.counts())
        try:
            while not team.stopped:
                counts = manifest.counts()
                if counts["waiting"]:
                    team.start(counts["waiting"] + counts["working"])
                elif not team.running:
                    break
                team.wait(_LOOK)
                for word in team.look(manifest):
                    said(word)
                progress(manifest.counts())
        finally:
            for name in team.end():
                manifest.release(name)
        if team.stopped:
            work.prepared(plan)[0].close()  # where it was the settings, their error
        return manifest.counts()
