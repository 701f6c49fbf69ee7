"""What a review costs and mends: receipts answered by a reviewer who knows the truth, by keyboard in a real browser.

    python -m bench.review receipts --data FOLDER --keep FOLDER [--browser] [--limit N]
    python -m bench.review kills [--moments 20] [--seed N]
    python -m bench.review scale [--files 1000] [--pages 100]

`receipts` reads (or takes from `--keep`) and corrects the receipts of the data (SROIE), where they are not corrected yet, then
answers every card of the queue as the truth has it: by a key where one of the readings shown is right, else by typing it, or
the whole line where another number of it is wrong. It tells keys a card, with `--browser` the time from a key to the next card
with its picture, and the numbers that are still wrong at the end, and which of them stand on lines that no card asked about.
`kills` ends the server, the client's connections, or the browser, at random moments of a session, and counts decisions lost or
doubled. `scale` fills a manifest with many files, three open cards a page and a decision on every second page, and tells CPU
milliseconds of what a request asks it.
"""

from __future__ import annotations

import argparse
import csv
import random
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bench.dataset import Sample, samples
from bench.reading import Choice, pipeline, read
from bench.review_kills import CHROMIUM, killed
from ocrect.batch.manifest import Found, Manifest, owner
from ocrect.batch.run import manifest_of
from ocrect.batch.work import Plan
from ocrect.measure.metrics import number_tokens
from ocrect.record.document import Box
from ocrect.review.desk import Desk, Seen, token
from ocrect.review.ledger import Numbered
from ocrect.settings import Settings

SET = "SROIE"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is printed on a page, by place."""

    rows: tuple[tuple[Box, str], ...]

    @classmethod
    def of(cls, sample: Sample) -> Truth:
        """From the eight corners a row that the data has."""
        found = []
        with sample.item.path("truth_boxes").open(encoding="utf-8-sig") as file:
            for row in csv.reader(file):
                if len(row) < 9:
                    continue
                xs, ys = [float(x) for x in row[0:8:2]], [float(y) for y in row[1:8:2]]
                found.append((Box(min(xs), min(ys), max(xs), max(ys)), ",".join(row[8:])))
        return cls(tuple(found))

    def line(self, box: Box | None) -> str:
        """What is printed within a line's box, from left to right; a space between two places."""
        if box is None:
            return ""
        inside = [
            (place.left, text)
            for place, text in self.rows
            if box.top < (place.top + place.bottom) / 2 < box.bottom and place.left < box.right and box.left < place.right
        ]
        return " ".join(text for _, text in sorted(inside))


def answer(numbered: Numbered, truth: Truth) -> str:
    """What a reviewer who knows the truth says to a card (:func:`ocrect.review.desk.change_of`)."""
    card = numbered.card
    printed = truth.line(card.box)
    if not printed:
        return "keep"
    before, after = card.text[: card.start], card.text[card.end :]
    readings = {"keep": card.now}
    if card.proposal is not None:
        readings["accept"] = card.proposed
    readings |= {str(number): text for number, text in enumerate(card.others, 1)}
    errors = {said: _distance(before + text + after, printed) for said, text in readings.items()}
    best = min(errors, key=lambda said: (errors[said], list(errors).index(said)))
    meant = min(_aligned(card.text, card.start, card.end, printed), key=lambda text: _distance(before + text + after, printed))
    if errors[best] and meant and _distance(before + meant + after, printed) < errors[best]:
        best, readings = "=" + meant, {"=" + meant: meant}
    if number_tokens(printed) - number_tokens(before + readings[best] + after) and _is_the_line(card.text, printed):
        return "line=" + printed
    return best


def _is_the_line(text: str, printed: str) -> bool:
    """Whether what is printed is the line as read, and no longer row of which it is a part."""
    return _distance(text, printed) <= max(3, len(text) // 4)


def keys(said: str) -> list[str]:
    """The keys that say it."""
    for start, key in (("=", "e"), ("line=", "l")):
        if said.startswith(start):
            return [key, *said.removeprefix(start), "Enter"]
    return [{"accept": "a", "keep": "r"}.get(said, said)]


def _distance(text: str, printed: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(text.casefold(), printed.casefold()))


def _aligned(text: str, start: int, end: int, printed: str) -> tuple[str, str]:
    """What is printed where ``text[start:end]`` stands, without and with what is lost right before it."""
    lows, high = [0], len(printed)
    for tag, i, j, k, _ in SequenceMatcher(None, text.casefold(), printed.casefold(), autojunk=False).get_opcodes():
        if tag == "equal" and i <= start <= j:
            lows.append(k + start - i)
        if tag == "equal" and i <= end <= j:
            high = min(high, k + end - i)
            break
    return printed[lows[-1] : high].strip(), printed[lows[1 if len(lows) > 1 else 0] : high].strip()


def folder(options: argparse.Namespace, root: Path) -> tuple[Plan, dict[str, Sample]]:
    """The receipts, corrected, as ``ocrect batch`` leaves them."""
    chosen = list(samples(options.data, SET, Choice(options.data).how))[: options.limit or None]
    inputs = options.data / Path(chosen[0].item.row["image"]).parent
    kept: dict[str, Sample] = {}
    choice = Choice(options.data, keep=options.keep)
    with Manifest(manifest_of(root)) as manifest, pipeline("en", {"engine": "ppocr"}) as reader:
        for sample in chosen:
            name = Path(sample.item.row["image"]).name
            kept[name] = sample
            manifest.add(Found(name, 1, 1, name), "settings", "text")
            job = manifest.claim(owner(1))
            assert job is not None
            document = read(reader, sample, choice)[0]
            if not any(line.correction for line in document.lines()):
                document = reader.correct(document)
            for page in document.pages:
                manifest.add_page(job, page)
            manifest.complete(job, 1)
            manifest.finish(job, [], 0.0)
    return Plan(manifest_of(root), inputs, root, Settings(), ("text",)), kept


def receipts(options: argparse.Namespace) -> None:
    """Print what the review cost and what it mended."""
    with tempfile.TemporaryDirectory() as made:
        plan, kept = folder(options, Path(made) / "out")
        truths = {name: Truth.of(sample) for name, sample in kept.items()}
        with Desk(plan).open(seconds=600) as desk:
            cards: list[Numbered] = []
            before = {shelf.path: desk.page(shelf.file, 1)[0] for shelf in desk.ledger.shelves(limit=10_000)}
            began = time.process_time()
            pressed, took = (in_browser if options.browser else at_the_desk)(desk, truths, cards)
            cpu = time.process_time() - began
            after = {shelf.path: desk.page(shelf.file, 1)[0] for shelf in desk.ledger.shelves(limit=10_000)}
    middle, mean = statistics.median(pressed), statistics.mean(pressed)
    print(f"{len(cards)} cards of {len(kept)} receipts; keys a card: median {middle:.0f}, mean {mean:.2f}")
    print(f"  answered by one key: {sum(count == 1 for count in pressed)}; typed: {sum(count > 1 for count in pressed)}")
    if took:
        print(
            f"  from a key to the next card with its picture: median {statistics.median(took):.0f} ms, most {max(took):.0f} ms"
        )
    print(f"  CPU of the server (and of this reviewer): {1e3 * cpu / max(len(pressed), 1):.0f} ms a card")
    wanted = {name: number_tokens(sample.truth) for name, sample in kept.items()}
    lost = {name: wanted[name] - number_tokens(page.corrected) for name, page in after.items()}
    asked = {name: [truths[name].line(c.card.box) for c in cards if c.path == name] for name in after}
    unasked = {name: [n for n in lost[name].elements() if not any(n in number_tokens(t) for t in asked[name])] for name in lost}
    read_lost = sum((wanted[name] - number_tokens(page.text)).total() for name, page in before.items())
    corrected_lost = sum((wanted[name] - number_tokens(page.corrected)).total() for name, page in before.items())
    total, left = sum(w.total() for w in wanted.values()), sum(one.total() for one in lost.values())
    print(f"numbers missing of {total}: {read_lost} as read, {corrected_lost} corrected, {left} after the review")
    print(f"  of these on lines that no card asked about: {sum(map(len, unasked.values()))}")
    for name, numbers in unasked.items():
        if numbers and options.list:
            print(f"    {name}: {' '.join(numbers)}")


def at_the_desk(desk: Desk, truths: dict[str, Truth], cards: list[Numbered]) -> tuple[list[int], list[float]]:
    """Answer every card without a browser."""
    pressed: list[int] = []
    numbered = desk.ledger.next_card()
    while numbered is not None:
        numbered = desk.dressed(numbered)
        cards.append(numbered)
        said = answer(numbered, truths[numbered.path])
        desk.answer(numbered.id, said, Seen("reviewer", desk.ledger.last(), token()))
        pressed.append(len(keys(said)))
        still = desk.ledger.card(numbered.id)
        numbered = still if not still.answered else desk.ledger.next_card(numbered)
    return pressed, []


_CLOCK = """() => {
  window.took = []; let pressed = 0;
  document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    const from = pressed, done = () => requestAnimationFrame(() => window.took.push(performance.now() - from));
    const shown = document.querySelector('#picture image');
    if (!shown) { done(); return; }
    const picture = new Image(); picture.onload = done; picture.onerror = done; picture.src = shown.getAttribute('href');
  }).observe(document.body, { attributes: true, attributeFilter: ['data-shown'] });
}"""


_EMPTY = """async () => {
  const took = [];
  for (let i = 0; i < 20; i += 1) {
    const from = performance.now();
    await (await fetch('/static/icon.svg?' + i, { cache: 'no-store' })).text();
    took.push(performance.now() - from);
  }
  return took;
}"""


def in_browser(desk: Desk, truths: dict[str, Truth], cards: list[Numbered]) -> tuple[list[int], list[float]]:
    """Answer every card by keyboard in Chromium (`CHROMIUM` names another one than Debian's)."""
    from playwright.sync_api import sync_playwright

    pressed: list[int] = []
    with served(desk) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.evaluate(_CLOCK)
        while shown := page.query_selector("article.card"):
            numbered = desk.card(int(shown.get_attribute("data-card") or 0))
            cards.append(numbered)
            said = keys(answer(numbered, truths[numbered.path]))
            for key in said:
                page.keyboard.press(key)
            pressed.append(len(said))
            until = time.monotonic() + 30
            while page.evaluate("window.took.length") < len(pressed):
                if time.monotonic() > until:
                    raise TimeoutError("no card came")
                time.sleep(0.01)
        took: list[float] = page.evaluate("window.took")
        print(f"  an empty request in the same browser: median {statistics.median(page.evaluate(_EMPTY)):.0f} ms")
        browser.close()
    return pressed, took


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address at which the pages of a desk are served."""
    import uvicorn

    from ocrect.review.app import app
    from ocrect.review.gate import Access

    access = Access()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(app(desk, access=access, who="reviewer"), log_level="error", lifespan="off")
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/?token={access.token}"
        server.should_exit = True
        thread.join(10)


def scale(plan: Plan, files: int, pages: int) -> None:
    """Print CPU milliseconds of what requests ask of a large folder: medians of five."""
    with closing(Desk(plan)) as desk:
        ledger = desk.ledger
        every = [(file, number) for file in range(2, files + 2) for number in range(1, pages + 1)]
        base = sqlite3.connect(plan.manifest, isolation_level=None)
        (record,) = base.execute("SELECT record FROM page").fetchone()
        base.execute("BEGIN")
        names = [(file, f"{file:06}.pdf", 1, 1, "", "", "text") for file in range(2, files + 2)]
        columns = "id, path, size, modified, content, settings, formats"
        base.executemany(f"INSERT INTO file ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", names)
        base.executemany("INSERT INTO page VALUES (?, ?, ?, 0, 3, 1)", [(file, number, record) for file, number in every])
        base.execute("COMMIT")
        began = time.process_time()
        taken = ledger.unindexed(100)
        for page in taken:
            ledger.index(*page)
        print(f"taking a page of four lines into the index: {(time.process_time() - began) / len(taken) * 1e3:.1f} ms")
        (body,) = base.execute("SELECT body FROM card LIMIT 1").fetchone()
        base.execute("BEGIN")
        draw = random.Random(1)
        cards = [(f, n, f"x{k}", draw.randrange(8), body) for f, n in every for k in range(3)]
        base.executemany(
            "INSERT INTO card (file, page, place, stake, pair, body, answered) VALUES (?, ?, ?, ?, '', ?, 0)", cards
        )
        base.executemany("INSERT OR IGNORE INTO indexed VALUES (?, ?)", every)
        made = [(f"{f}-{n}", f"{f:06}.pdf", n) for f, n in every[::2]]
        base.executemany(
            "INSERT INTO decision (token, path, page, line, kind, start, before, after, box, who, made, crop, series) "
            "VALUES (?, ?, ?, 'p1-l0', 'read', 0, 'a', 'b', '', 'Ana', 1.0, '', '')",
            made,
        )
        base.execute("COMMIT")
        first = ledger.next_card()
        assert first is not None
        asked: dict[str, Callable[[], object]] = {
            "the next card": lambda: ledger.next_card(first),
            "the card before": lambda: ledger.card_before(first),
            "progress": ledger.progress,
            "progress of one person": lambda: ledger.count_of("Ana", desk.since),
            "a hundred documents": lambda: list(ledger.shelves(0, 100)),
            "finding a word": lambda: ledger.find("milk"),
            "the last decision of a person": lambda: ledger.last_of("Ana"),
            "documents to write, since the last look": lambda: ledger.unwritten(finished=True, since=ledger.last() - 10),
        }
        for name, ask in asked.items():
            print(f"{name}: {statistics.median(_cpu(ask) for _ in range(5)):.1f} ms")


def _cpu(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return (time.process_time() - began) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("receipts", "kills", "scale"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--list", action="store_true", help="the numbers that no card asked about")
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=100)
    options = parser.parse_args()
    if options.what == "receipts":
        receipts(options)
        return
    from tests.integration.review_folder import folder as drawn

    with tempfile.TemporaryDirectory() as made:
        if options.what == "scale":
            scale(drawn(Path(made), names=("a.png",)), options.files, options.pages)
            return
        plan = drawn(Path(made), names=tuple(f"{number}.png" for number in range(40)))
        kills, kept, lost, doubled = killed(plan.outputs, options.moments, options.seed)
    print(f"killed {dict(kills)}: {kept} decisions were said to be kept, {lost} lost, {doubled} doubled")


if __name__ == "__main__":
    main()
