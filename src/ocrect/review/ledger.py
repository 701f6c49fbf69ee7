"""A manifest with what a review needs beside it: an index of the cards and of the text, made once a page, and the decisions.

The index is made from the pages and the decisions and can be made again at any time. It is brought up to date in the
transaction of each decision; a page that is read anew drops out of it by a trigger, whoever writes it.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocrect.batch import decisions
from ocrect.batch.decisions import Decision
from ocrect.batch.manifest import Manifest
from ocrect.errors import InputNotFoundError
from ocrect.record import schema
from ocrect.record.document import Page
from ocrect.review.cards import Card, cards
from ocrect.review.stakes import STAKES


def _dropped(event: str, row: str) -> str:
    """A trigger that takes a page out of the index."""
    first = f"({row}.file << 40) + ({row}.number << 20)"
    return f"""CREATE TRIGGER IF NOT EXISTS page_{event.lower()} AFTER {event} ON page BEGIN
    DELETE FROM card WHERE file = {row}.file AND page = {row}.number;
    DELETE FROM told WHERE rowid BETWEEN {first} AND {first} + {_MOST_LINES};
    DELETE FROM indexed WHERE file = {row}.file AND page = {row}.number;
END"""  # noqa: S608


_MOST_LINES = 2**20 - 1
_INDEX = (
    """CREATE TABLE IF NOT EXISTS card (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL,
    page INTEGER NOT NULL,
    place TEXT NOT NULL,
    stake INTEGER NOT NULL,
    pair TEXT NOT NULL,
    body TEXT NOT NULL,
    answered INTEGER NOT NULL,
    UNIQUE (file, page, place)
)""",
    "CREATE INDEX IF NOT EXISTS card_by_stake ON card (answered, stake, file, page, id)",
    "CREATE INDEX IF NOT EXISTS card_by_pair ON card (pair, answered)",
    "CREATE TABLE IF NOT EXISTS indexed (file INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (file, page)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE IF NOT EXISTS told USING fts5 (text, line UNINDEXED, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE TABLE IF NOT EXISTS written (file INTEGER PRIMARY KEY, last INTEGER NOT NULL)",
    _dropped("INSERT", "NEW"),
    _dropped("DELETE", "OLD"),
)
_ORDER = "stake, file, page, card.id"
_BACKWARDS = "stake DESC, file DESC, page DESC, card.id DESC"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A card of the index with its number, and the file that it is of."""

    id: int
    file: int
    path: str
    answered: bool
    card: Card


@dataclass(frozen=True, slots=True)
class Shelf:
    """A file that was read: its number, path, pages, cards, and how many of these are answered."""

    file: int
    path: str
    pages: int
    cards: int
    answered: int


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody decided on the same place since it was looked at: ``others`` are those decisions, the last one last."""

    others: tuple[Decision, ...]


class Ledger(Manifest):
    """The manifest of a folder under review. Each process opens its own; threads may share one."""

    def prepare(self) -> None:
        """Make the index's tables, where they are missing."""
        with self._transaction():
            for statement in _INDEX:
                self._base.execute(statement)

    # the index

    def unindexed(self, limit: int) -> list[tuple[int, str, int]]:
        """Pages that are not yet in the index, those with questions first: the file's number and path, the page's number."""
        query = (
            "SELECT p.file, f.path, p.number FROM page AS p JOIN file AS f ON f.id = p.file WHERE (p.review > 0) = ? "
            "AND NOT EXISTS (SELECT 1 FROM indexed AS i WHERE i.file = p.file AND i.page = p.number) LIMIT ?"
        )
        found = self._base.execute(query, (True, limit)).fetchall()
        return found or self._base.execute(query, (False, limit)).fetchall()

    def index(self, file: int, path: str, number: int) -> None:
        """Take a page into the index."""
        base = unpacked(self.record(file, number))
        first = (file << 40) + (number << 20)
        with self._transaction():
            if self._base.execute("SELECT 1 FROM indexed WHERE file = ? AND page = ?", (file, number)).fetchone():
                return
            for card in cards(base):
                self._put(file, card, answered=True)
            page = self._brought_up(file, base, path)
            self._base.executemany(
                "INSERT INTO told (rowid, text, line) VALUES (?, ?, ?)",
                [
                    (first + place, _text(f"{line.text}\n{line.corrected}"), line.id)
                    for place, line in enumerate(page.lines())
                    if place <= _MOST_LINES
                ],
            )
            self._base.execute("INSERT INTO indexed VALUES (?, ?)", (file, number))

    def record(self, file: int, number: int) -> bytes:
        """A page as it was read and corrected, packed: another one when it has been read anew.

        Raises:
            InputNotFoundError: there is none.
        """
        row = self._base.execute("SELECT record FROM page WHERE file = ? AND number = ?", (file, number)).fetchone()
        if row is None:
            raise InputNotFoundError(f"there is no page {number}")
        return bytes(row[0])

    # cards

    def next_card(self, after: Numbered | None = None) -> Numbered | None:
        """The first open card in the order of cost, or the first one after a card."""
        if after is None:
            return self._card(f"WHERE answered = 0 ORDER BY {_ORDER} LIMIT 1", ())
        place = (STAKES.index(after.card.stake), after.file, after.card.page, after.id)
        return self._card(f"WHERE answered = 0 AND ({_ORDER}) > (?, ?, ?, ?) ORDER BY {_ORDER} LIMIT 1", place)

    def card_before(self, card: Numbered) -> Numbered | None:
        """The card before, answered or not: what was passed over, or is to be looked at again."""
        place = (STAKES.index(card.card.stake), card.file, card.card.page, card.id)
        return self._card(f"WHERE ({_ORDER}) < (?, ?, ?, ?) ORDER BY {_BACKWARDS} LIMIT 1", place)

    def card(self, number: int) -> Numbered:
        """The card of that number. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        found = self._card("WHERE card.id = ?", (number,))
        if found is None:
            raise InputNotFoundError(f"there is no card {number}")
        return found

    def card_at(self, decision: Decision) -> Numbered | None:
        """The card that a decision answered; ``None`` where it answered none."""
        for row in self._cards("WHERE path = ? AND page = ? ORDER BY card.id", (decision.path, decision.page)):
            if answers(decision, row.card):
                return row
        return None

    def series(self, card: Numbered, limit: int) -> list[Numbered]:
        """Open cards that propose the same for the same words, this one first, then in the order of the files."""
        if not _pair(card.card):
            return []
        rows = self._cards("WHERE pair = ? AND answered = 0 ORDER BY file, page, card.id LIMIT ?", (_pair(card.card), limit))
        return sorted(rows, key=lambda row: row.id != card.id)

    def count_of(self, who: str, since: int) -> int:
        """How many decisions a person has made after the one of that number, and not taken back."""
        query = (
            "SELECT count(*) FROM decision WHERE who = ? AND id > ? AND kind != 'undo' "
            "AND id NOT IN (SELECT of FROM decision WHERE of IS NOT NULL)"
        )
        return int(self._base.execute(query, (who, since)).fetchone()[0])

    def progress(self) -> tuple[int, int, int]:
        """Cards answered, cards in all, pages that are not yet in the index."""
        answered, total = self._base.execute("SELECT coalesce(sum(answered), 0), count(*) FROM card").fetchone()
        (pages,) = self._base.execute("SELECT (SELECT count(*) FROM page) - (SELECT count(*) FROM indexed)").fetchone()
        return int(answered), int(total), int(pages)

    def shelves(self, offset: int = 0, limit: int = 100) -> Iterator[Shelf]:
        """The files that were read, by path."""
        query = (
            "SELECT f.id, f.path, (SELECT count(*) FROM page WHERE file = f.id), "
            "(SELECT count(*) FROM card WHERE file = f.id), (SELECT coalesce(sum(answered), 0) FROM card WHERE file = f.id) "
            "FROM file AS f WHERE EXISTS (SELECT 1 FROM page WHERE file = f.id) ORDER BY f.path LIMIT ? OFFSET ?"
        )
        for row in self._base.execute(query, (limit, offset)).fetchall():
            yield Shelf(*row)

    def path_of(self, file: int) -> str:
        """The path of a file by its number. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        row = self._base.execute("SELECT path FROM file WHERE id = ?", (file,)).fetchone()
        if row is None:
            raise InputNotFoundError(f"there is no file {file}")
        return str(row[0])

    def numbers_of(self, file: int) -> list[int]:
        """The numbers of a file's pages, in order."""
        return [n for (n,) in self._base.execute("SELECT number FROM page WHERE file = ? ORDER BY number", (file,))]

    def formats(self, file: int) -> tuple[str, ...]:
        """The formats that a file is written in. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        row = self._base.execute("SELECT formats FROM file WHERE id = ?", (file,)).fetchone()
        if row is None:
            raise InputNotFoundError(f"there is no file {file}")
        return tuple(filter(None, str(row[0]).split(",")))

    def unwritten(self, *, finished: bool, since: int = 0) -> list[tuple[int, int]]:
        """Files that were decided on since they were last written, with the number of the last decision on each.

        ``finished``: only those that have no open card left. ``since``: only decisions after that one are looked at.
        """
        query = (
            "SELECT f.id, d.last, coalesce(w.last, 0) FROM "
            "(SELECT path, max(id) AS last FROM decision WHERE id > ? GROUP BY path) AS d "
            "JOIN file AS f ON f.path = d.path LEFT JOIN written AS w ON w.file = f.id"
        )
        rows = [(file, last) for file, last, written in self._base.execute(query, (since,)).fetchall() if last > written]
        return [(file, last) for file, last in rows if not finished or not self._has_open(file)]

    def _has_open(self, file: int) -> bool:
        query = (
            "SELECT EXISTS (SELECT 1 FROM card WHERE file = ? AND answered = 0) OR EXISTS (SELECT 1 FROM page AS p WHERE "
            "p.file = ? AND NOT EXISTS (SELECT 1 FROM indexed AS i WHERE i.file = p.file AND i.page = p.number))"
        )
        return bool(self._base.execute(query, (file, file)).fetchone()[0])

    def mark_written(self, file: int, last: int) -> None:
        """The file was written with all decisions up to that number."""
        with self._transaction():
            self._base.execute("INSERT OR REPLACE INTO written VALUES (?, ?)", (file, last))

    def now_is(self, path: str, size: int, content: str) -> None:
        """The file was written anew by ourselves, and holds that now."""
        with self._transaction():
            self._base.execute("UPDATE file SET size = ?, content = ? WHERE path = ?", (size, content, path))

    def find(self, text: str, limit: int = 50) -> list[tuple[int, int, str, str]]:
        """Lines that hold the words, whatever their accents: the file's number, the page's, the line's name, its text."""
        words = " ".join('"' + word.replace('"', '""') + '"' for word in text.split())
        if not words:
            return []
        query = "SELECT rowid, text, line FROM told WHERE told MATCH ? ORDER BY rowid LIMIT ?"
        rows = self._base.execute(query, (f"{words}*", limit)).fetchall()
        return [(row >> 40, (row >> 20) & _MOST_LINES, str(line), str(told).rpartition("\n")[2]) for row, told, line in rows]

    # decisions

    def last(self) -> int:
        """The number of the last decision: what somebody who looks now has seen."""
        return int(self._base.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()[0])

    def of_page(self, path: str, number: int) -> list[Decision]:
        """All decisions on a page, in their order."""
        return decisions.of_page(self._base, path, number)

    def of_file(self, path: str) -> list[Decision]:
        """All decisions on a file, in their order."""
        return decisions.of_file(self._base, path)

    def sent(self, token: str) -> list[Decision]:
        """The decision that its sender named so, where it is kept already: it came twice."""
        return decisions.by_token(self._base, token)

    def decided(self) -> list[str]:
        """The paths of files that were decided on, in order."""
        return [path for (path,) in self._base.execute("SELECT DISTINCT path FROM decision ORDER BY path")]

    def last_of(self, who: str) -> list[Decision]:
        """The latest decision of a person that stands, with all that was decided at the same go."""
        last = decisions.last_of(self._base, who)
        if last is None or not last.series:
            return [last] if last else []
        return decisions.standing(decisions.of_series(self._base, last.series))

    def standing(self, number: int) -> list[Decision]:
        """The decision of that number, if it stands."""
        return [d for d in decisions.standing(decisions.about(self._base, number)) if d.id == number]

    def file_of(self, path: str) -> int:
        """The number of a file by its path. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        row = self._base.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
        if row is None:
            raise InputNotFoundError(f"there is no file {path!r}")
        return int(row[0])

    def keep(self, made: Sequence[Decision], seen: int, file: int, base: Page) -> list[Decision] | Stale:
        """Keep decisions on one page, whole or not at all; gives them with their numbers.

        ``seen`` is the number of the last decision that was known when they were made, ``base`` the page as it was read. Where
        another one has come since on one of their places, nothing is kept, and that is told.

        Raises:
            ExportError: the disk is full.
        """
        with self._transaction():
            for decision in made:
                others = [other for other in self._news(decision, seen) if other.token != decision.token]
                if others:
                    return Stale(tuple(others))
            now = time.time()
            timed = [replace(decision, made=decision.made or now) for decision in made]
            kept = [replace(decision, id=decisions.insert(self._base, decision)) for decision in timed]
            self._brought_up(file, base, made[0].path)
        return kept

    def _news(self, decision: Decision, seen: int) -> list[Decision]:
        """What was decided on the place, or taken back there, after ``seen``."""
        rows = self.of_page(decision.path, decision.page)
        if decision.kind == "undo":
            return [row for row in rows if row.kind == "undo" and row.of == decision.of]
        known = {row.id: row for row in rows}
        found = []
        for row in rows:
            about = known.get(row.of or 0, row) if row.kind == "undo" else row
            if row.id > seen and about.meets(decision):
                found.append(row)
        return found

    def _brought_up(self, file: int, base: Page, path: str) -> Page:
        """Bring the cards of a page up to date with the decisions on it; gives the page as it stands."""
        page, _ = decisions.laid_over(base, self.of_page(path, base.number))
        asked = {card.place: card for card in cards(page)}
        for card in asked.values():
            self._put(file, card, answered=False)
        known = self._base.execute("SELECT id, place FROM card WHERE file = ? AND page = ?", (file, base.number)).fetchall()
        for number, place in known:
            if place not in asked:
                self._base.execute("UPDATE card SET answered = 1 WHERE id = ?", (number,))
        return page

    def _put(self, file: int, card: Card, *, answered: bool) -> None:
        """Take a card into the index, or bring it up to date."""
        self._base.execute(
            "INSERT INTO card (file, page, place, stake, pair, body, answered) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (file, page, place) DO UPDATE SET "
            "stake = excluded.stake, pair = excluded.pair, body = excluded.body, answered = excluded.answered",
            (file, card.page, card.place, STAKES.index(card.stake), _pair(card), _text(card.dumps()), answered),
        )

    def _card(self, where: str, values: Sequence[object]) -> Numbered | None:
        return next(iter(self._cards(where, values)), None)

    def _cards(self, where: str, values: Sequence[object]) -> list[Numbered]:
        query = f"SELECT card.id, card.file, path, answered, body FROM card JOIN file ON file.id = card.file {where}"  # noqa: S608
        rows = self._base.execute(query, tuple(values)).fetchall()
        return [Numbered(row[0], row[1], row[2], bool(row[3]), Card.loads(row[4])) for row in rows]


def unpacked(record: bytes) -> Page:
    """The page of a record: without what persons decided."""
    return schema.loads(zlib.decompress(record).decode()).pages[0]


def answers(decision: Decision, card: Card) -> bool:
    """Whether the decision is about the card's place."""
    if not card.line:
        return decision.kind == "add" and decision.box is not None and decision.box == card.box
    if decision.kind == "delete":
        return decision.line == card.line
    start, end = card.keep.start, card.keep.start + len(card.keep.before)
    touching = decision.start < max(end, start + 1) and start < max(decision.end, decision.start + 1)
    return decision.kind == "read" and decision.line == card.line and touching


def _pair(card: Card) -> str:
    """What makes cards a series: the same words, and the same proposal for them."""
    return _text(f"{card.now}\x1f{card.proposed}") if card.proposal and card.line else ""


def _text(text: str) -> str:
    """What SQLite takes: half a surrogate pair, as a file's text may hold, is no text to it."""
    return text.encode("utf-8", "replace").decode()
