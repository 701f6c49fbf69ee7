"""The seams: what an engine, a proposer, a runtime and a writer are, and how plug-ins are found by name. What a check is stands
beside what it judges (:mod:`ocrect.correcting.case`).

All are plain callables (a runtime has three methods). Built-ins are entry points of ocrect's own ``pyproject.toml``,
like anyone's: a package that declares ``[project.entry-points."ocrect.engines"]`` adds an engine. The named object is a
factory ``(settings) -> callable``. Nothing is imported until it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import IO, Any, Literal, Protocol, Self, TypeVar

from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.record.correction import Edit
from ocrect.record.document import Document, Line, Page, PageImage
from ocrect.words.lexicon import Lexicon, lexicon

T = TypeVar("T")
Kind = Literal["engines", "proposers", "checks", "runtimes", "writers"]
KINDS: tuple[Kind, ...] = ("engines", "proposers", "checks", "runtimes", "writers")


class Engine(Protocol):
    """Reads the pixels of one page. May raise :class:`~ocrect.errors.RecognitionError`.

    Two things are looked for and may be missing: ``side_by_side`` (true where several threads may read pages at a time), and
    ``least_tilt`` (degrees from which on its pages are to be straightened, :mod:`ocrect.prepare`).
    """

    def __call__(self, image: PageImage, /) -> Page: ...


class Runtime(Protocol):
    """Runs a language model. Thread-safe; every method but ``close`` raises :class:`~ocrect.errors.ModelError` kinds.

    Six things are looked for and may be missing: ``can_write`` (true where the model may rewrite lines), ``can_score`` (false
    where ``score`` always fails), ``languages`` (a set of ISO 639-1 codes that it knows, ``None`` for no limit), ``ready()``,
    called before the first page where the user has named a model (it loads the model, or asks the server, and raises what
    keeps it from answering), ``release()``, called when a document is done, and ``score_all(questions)``, the scores of several
    questions (:data:`Question`) at once where that costs less than one by one.
    """

    name: str

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The model's reply to ``prompt`` under its own chat template; ``grammar`` is GBNF.

        ``draft`` is a text that the reply is probably near. It is no part of the prompt: it may only make the reply faster.
        """

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each, as plain text without a template."""

    def close(self) -> None:
        """Free everything. May be called twice; a later call loads the model again."""


Question = tuple[str, Sequence[str]]
"""A prefix, and the continuations that a runtime is to score behind it."""


def score_all(runtime: Runtime, questions: Sequence[Question]) -> list[list[float]]:
    """The scores of several questions, at once where the runtime can. Raises what its ``score`` raises."""
    together = getattr(runtime, "score_all", None)
    if together is None:
        return [runtime.score(prefix, continuations) for prefix, continuations in questions]
    found: list[list[float]] = together(questions)
    return found


class Facts:
    """Remembers what was computed about it: a fact is a function of the object, called once."""

    @cached_property
    def _known(self) -> dict[Callable[..., Any], Any]:
        return {}

    def fact(self, of: Callable[[Self], T]) -> T:
        """``of(self)``, computed at the first call."""
        if of not in self._known:
            self._known[of] = of(self)
        found: T = self._known[of]
        return found

    def knows(self, of: Callable[[Self], Any]) -> bool:
        """Whether ``of`` has been asked for."""
        return of in self._known


@dataclass(frozen=True, eq=False)
class Context(Facts):
    """What proposers and checks may look at besides the line: the page's lines, the user's prompt, the language.

    ``language`` is an ISO 639-1 code, ``dictionary`` the path of the user's own list of words, ``rules`` the setting of that
    name. ``runtime()`` gives the language model, loaded on first use, or ``None`` where the user runs without one. What a
    proposer or check works out about the whole page it keeps here: ``context.fact(f)`` is ``f(context)``, computed once a page.
    """

    lines: Sequence[Line]
    prompt: str = ""
    language: str = "en"
    runtime: Callable[[], Runtime | None] = lambda: None
    dictionary: str = ""
    rules: str = "default"

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The lines as read."""
        return tuple(line.text for line in self.lines)

    @cached_property
    def words(self) -> Lexicon:
        """The words of the language and of the user's own list."""
        return lexicon(self.language, self.dictionary)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each line on the page by its id."""
        return {line.id: place for place, line in reversed(list(enumerate(self.lines)))}


class Proposer(Protocol):
    """Proposes edits: one list for each line of ``lines``; edits of one list may be rivals for the same characters."""

    def __call__(self, lines: Sequence[Line], context: Context, /) -> Sequence[Sequence[Edit]]: ...


class Original(Protocol):
    """The file that a document was read from. Nothing of it is opened before it is asked for.

    Both methods raise :class:`~ocrect.errors.InputError` where the file is not at hand or is another one.
    """

    def opened(self) -> AbstractContextManager[IO[bytes]]:
        """The file's bytes, from the start, as a binary file that can seek."""

    def image(self, page: Page, /) -> PageImage:
        """The pixels that ``page`` was read from: its boxes are of these."""


class Writer(Protocol):
    """Writes a document to a binary stream; may raise :class:`~ocrect.errors.ExportError`.

    ``suffixes`` are those of the files that it makes, as ``(".txt",)``, the one for new files first: ``-o x.txt`` finds the
    writer by them, the longest that fits.
    """

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def __call__(self, document: Document, original: Original, out: IO[bytes], /) -> None: ...


def _state_of_path() -> tuple[tuple[str, int], ...]:
    """The folders of the import path, each with the time of its last change in nanoseconds."""
    found = []
    for place in dict.fromkeys(sys.path):
        with suppress(OSError):
            found.append((place, Path(place).stat().st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=1)
def _installed(path: tuple[tuple[str, int], ...]) -> Any:
    """All entry points, found once for each state of ``path``: with many packages installed that takes 60 ms."""
    del path
    return entry_points()


def _found(kind: Kind) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in _installed(_state_of_path()).select(group=f"ocrect.{kind}"):
        known = found.setdefault(point.name, point)
        if known.value != point.value:
            raise SettingsError(
                f"two packages offer {kind} named {point.name!r}: {known.value} and {point.value}",
                hint="Uninstall one of the two packages.",
            )
    return found


def names(kind: Kind) -> list[str]:
    """The names of all installed plug-ins of a kind, sorted; imports none of them.

    Raises:
        SettingsError: two packages claim one name.
    """
    return sorted(_found(kind))


def find(kind: Kind, name: str) -> EntryPoint:
    """Where the plug-in of that name is; imports nothing.

    Raises:
        SettingsError: there is none of that name; the message lists what there is.
    """
    found = _found(kind)
    if name not in found:
        raise SettingsError(
            f"there is no {kind.removesuffix('s')} named {name!r}",
            hint=f"Installed {kind}: {', '.join(sorted(found)) or 'none'}.",
        )
    return found[name]


def load(kind: Kind, name: str) -> Callable[..., Any]:
    """The factory of that name, ``(settings) -> callable``.

    Raises:
        SettingsError: there is none of that name; the message lists what there is.
        MissingDependencyError: its module, or one that it needs, is not installed.
    """
    point = find(kind, name)
    try:
        factory: Callable[..., Any] = point.load()
    except ImportError as error:
        package = point.dist.name if point.dist else point.module
        raise MissingDependencyError(
            f"the {kind.removesuffix('s')} {name!r} cannot be loaded: {error}", hint=f"Install the package {package} again."
        ) from error
    return factory
