"""How lines run is told by the letters' places alone, and a page turned or tilted keeps its boxes where they were given."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect import ink, prepare
from ocrect.prepare import orientation
from ocrect.record.document import Block, Box, Glyph, Line, Page, PageImage, Step, Unread, Word

WORDS = "the price of an oak door is 48.20 and Peter paid half by card while July bills (№ 77) are due"


def drawn(lines: int, *, size: int = 24, seed: int = 1, paper: int = 250, dots: bool = False) -> Image.Image:
    """A page of so many lines, somewhere on it; ``dots``: dotted rules down the page, as many dots as letters."""
    dice = random.Random(seed)
    page = Image.new("L", (900, 700), paper)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
    top = dice.randint(120, 220)
    for number in range(lines):
        text = " ".join(dice.choices(WORDS.split(), k=6))
        draw.text((180, top + number * 1.7 * size), text, font=font, fill=255 - paper)
    if dots:
        for x in range(150, 760, 60):
            for y in range(60, 640, 8):
                draw.rectangle((x, y, x + 2, y + 2), fill=255 - paper)
    return page


def letters(image: PageImage) -> orientation.Letters:
    return orientation.letters(ink.on(image), image.width, image.height)


def image(page: Image.Image) -> PageImage:
    return PageImage(np.asarray(page.convert("RGB")))


@pytest.mark.parametrize("paper", [250, 15], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("lines", [1, 2, 12])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lines_that_run_across_and_down_are_told_apart_from_one_line_up(lines: int, seed: int, paper: int) -> None:
    upright = image(drawn(lines, seed=seed, paper=paper))
    for turns in range(4):
        assert orientation.runs_down(letters(prepare.held(upright, turns).image)) is bool(turns % 2)


def test_dotted_rules_make_no_page_run_down() -> None:
    assert orientation.runs_down(letters(image(drawn(3, dots=True)))) is False


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("angle", [-12.0, -8.0, 9.0])
def test_tilted_rules_are_no_letters_and_hide_neither_which_way_lines_run_nor_their_tilt(angle: float, turns: int) -> None:
    page = drawn(3)
    for y in (*range(40, 120, 10), *range(420, 680, 10)):
        for x in (150, 420):
            ImageDraw.Draw(page).rectangle((x, y, x + 240, y + 2), fill=5)
    tilted = image(page.rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=250))
    found = letters(prepare.held(tilted, turns).image)
    assert orientation.runs_down(found) is bool(turns % 2)
    assert orientation.tilt(found.turned(-turns)) == pytest.approx(angle, abs=0.25)


@pytest.mark.parametrize("lines", [2, 12])
@pytest.mark.parametrize("angle", [-30.0, -5.0, -1.7, 0.0, 0.8, 3.0, 14.0])
def test_the_tilt_is_found_to_a_quarter_of_a_degree(angle: float, lines: int) -> None:
    page = drawn(lines).rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=250)
    assert orientation.tilt(letters(image(page))) == pytest.approx(angle, abs=0.25)


def test_an_empty_page_a_picture_and_noise_have_no_direction_and_no_tilt() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    gradient = np.repeat(np.linspace(0, 255, 400, dtype=np.uint8)[None, :, None], 300, 0).repeat(3, 2)
    for pixels in (np.full((300, 400, 3), 255, np.uint8), np.zeros((1, 1, 3), np.uint8), gradient):
        found = letters(PageImage(np.ascontiguousarray(pixels)))
        assert orientation.runs_down(found) is None
        assert orientation.tilt(found) == 0.0
    assert abs(orientation.tilt(letters(PageImage(noise)))) < 40


def engine_of(upright: PageImage) -> prepare.Read:
    """An engine that reads surely what looks like ``upright``, and a few signs badly where it does not."""

    def engine(seen: PageImage) -> Page:
        ink = np.argwhere(seen.pixels.min(axis=2) < 128)
        (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
        alike = seen.width > seen.height and top < seen.height / 2 and left < seen.width / 2
        text, confidence = ("read as it stands " * 6, 0.97) if alike else ("puels", 0.4)
        box = Box(float(left), float(top), float(right + 1), float(bottom + 1))
        line = Line(
            "p1-l1",
            text,
            box,
            (Word(text, box, confidence, 0, len(text)),),
            (Glyph(text[0], box, confidence),),
            ((box.left, box.bottom), (box.right, box.bottom)),
        )
        return Page(
            1, seen.width, seen.height, None, (Block((line,), "text", box),), (Step("fake", "1"),), (Unread(box, "mark"),)
        )

    return engine


@pytest.mark.parametrize("turns", range(4))
def test_a_page_is_read_upright_and_its_boxes_are_where_they_were_given(turns: int) -> None:
    upright = image(drawn(3))
    given = prepare.held(upright, turns).image
    frame, page = prepare.read(given, engine_of(upright))
    page = frame.as_given(page)
    assert (page.width, page.height) == (given.width, given.height)
    assert [(s.name, dict(s.settings)) for s in page.steps[:-1]] == (
        [("turn", {"clockwise_degrees": 90 * (4 - turns)})] if turns else []
    )
    line = next(page.lines())
    ink = np.argwhere(given.pixels.min(axis=2) < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    for box in (line.box, line.words[0].box, line.glyphs[0].box, page.blocks[0].box, page.unread[0].box):
        assert box == Box(float(left), float(top), float(right), float(bottom))
    assert line.baseline is not None
    way = np.subtract(*reversed(line.baseline)) / np.hypot(*np.subtract(*line.baseline))
    assert way.round().tolist() == [[1, 0], [0, 1], [-1, 0], [0, -1]][turns]


@pytest.mark.parametrize("turns", range(4))
def test_a_page_of_which_the_engine_reads_standing_lines_is_laid_down(turns: int) -> None:
    pixels = np.full((400, 600, 3), 255, np.uint8)
    for y in range(60, 340, 40):
        for x in range(60, 540, 40):
            pixels[y : y + 12, x : x + 12] = 0  # as far apart across as down
    pixels[60:110, 60:110] = 0

    def engine(seen: PageImage) -> Page:
        half = np.array(seen.pixels.shape[:2]) / 2
        top, left = np.argwhere(seen.pixels[:, :, 0] < 128).mean(axis=0) < half - 0.1
        aside = seen.height > seen.width
        sure = aside or (top and left)
        box = Box(10.0, 10.0, 20.0, 200.0) if aside else Box(10.0, 10.0, 200.0, 20.0)
        text, confidence = "read as it stands" if sure else "puels", 0.9 if aside else 0.97 if sure else 0.4
        made = [Line(f"p1-l{n}", text, box, (Word(text, box, confidence, 0, len(text)),)) for n in range(1, 9)]
        return Page(1, seen.width, seen.height, blocks=(Block(tuple(made)),))

    given = prepare.held(PageImage(pixels), turns).image
    assert orientation.runs_down(letters(given)) is None
    frame, _ = prepare.read(given, engine)
    assert frame.turns == -turns % 4


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("tilt", [-4.0, 2.5])
def test_points_of_a_straightened_page_come_back_to_where_they_were(turns: int, tilt: float) -> None:
    page = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(page).ellipse((61, 41, 69, 49), fill=0)
    frame = prepare.held(image(page), turns, tilt)
    ink = np.argwhere(frame.image.pixels.min(axis=2) < 100)
    y, x = ink.mean(axis=0) + 0.5
    assert frame.back @ (x, y, 1) == pytest.approx((65.5, 45.5), abs=0.6)


@pytest.mark.parametrize(("least", "straightened"), [(0.3, True), (2.0, False)])
def test_an_engine_says_from_which_tilt_on_its_pages_are_straightened(least: float, straightened: bool) -> None:
    class Engine:
        least_tilt = least

        def __call__(self, seen: PageImage) -> Page:
            line = Line("p1-l1", "as read " * 20, words=(Word("as read " * 20, Box(0, 0, 9, 9), 0.99, 0, 160),))
            return Page(1, seen.width, seen.height, blocks=(Block((line,)),))

    tilted = drawn(12).rotate(-0.8, Image.Resampling.BICUBIC, expand=True, fillcolor=250)
    frame, _ = prepare.read(image(tilted), Engine())
    assert bool(frame.tilt) is straightened


def test_what_the_source_did_stands_before_what_was_done_here() -> None:
    given = PageImage(image(drawn(3)).pixels, steps=(Step("render", "5", {"dpi": 150}),))
    frame, page = prepare.read(given, engine_of(given))
    assert [step.name for step in frame.as_given(page).steps] == ["render", "fake"]


@pytest.mark.parametrize("scrap", ["o", "g ok"])
def test_a_page_of_which_nothing_can_be_read_is_not_turned_for_a_scrap(scrap: str) -> None:
    def engine(seen: PageImage) -> Page:
        """Reads a scrap, where the page stands on its head."""
        ink = np.argwhere(seen.pixels.min(axis=2) < 128)
        text = scrap if ink[:, 0].mean() > seen.height / 2 else ""
        line = Line("p1-l1", text, words=(Word(text, Box(0, 0, 9, 9), 0.7, 0, len(text)),) if text else ())
        return Page(1, seen.width, seen.height, blocks=(Block((line,)),))

    frame, page = prepare.read(image(drawn(3)), engine)
    assert (frame.turns, next(page.lines()).text) == (0, "")


@pytest.mark.parametrize(("scrap", "turns"), [("0--1", 0), ("1-1-11--0", 2)])
def test_a_page_is_not_turned_for_fewer_signs_that_are_hardly_surer(scrap: str, turns: int) -> None:
    """As a row of ones, noughts and dashes, of which next to all may stand on their heads."""

    def engine(seen: PageImage) -> Page:
        ink = np.argwhere(seen.pixels.min(axis=2) < 128)
        text, sure = (scrap, 0.6) if ink[:, 0].mean() > seen.height / 2 else ("1-1-11--0", 0.47)
        line = Line("p1-l1", text, words=(Word(text, Box(0, 0, 9, 9), sure, 0, len(text)),))
        return Page(1, seen.width, seen.height, blocks=(Block((line,)),))

    picture = Image.new("RGB", (900, 500), "white")
    ImageDraw.Draw(picture).text((40, 40), "1111 - 1 - 11 - 0", font=ImageFont.load_default(22), fill="black")
    assert prepare.read(image(picture), engine)[0].turns == turns


def read_as(image: PageImage, confidence: float) -> Page:
    """A page whose rows an engine reads so surely: a line for each, a sign for each letter."""
    found = letters(image)
    lines = []
    for number, row in enumerate(ink.clusters(found.boxes, (2.0, -0.2))):
        box = Box(*(float(side) for side in ink.around(found.boxes[row])))
        text = "a" * len(row)
        lines.append(Line(f"p1-l{number}", text, box, (Word(text, box, confidence, 0, len(text)),)))
    return Page(1, image.width, image.height, blocks=(Block(tuple(lines)),))


@pytest.mark.parametrize("turns", range(4))
def test_a_page_that_is_read_badly_on_every_way_costs_little_more_than_one_reading(turns: int) -> None:
    read = 0

    def engine(seen: PageImage) -> Page:
        nonlocal read
        read += len(letters(seen).boxes)
        return read_as(seen, 0.62)

    page = image(drawn(30, size=14))
    prepare.read(prepare.held(page, turns).image, engine)
    assert read <= (1.6 if turns % 2 == 0 else 2.6) * len(letters(page).boxes)


@pytest.mark.parametrize("turns", range(4))
def test_a_long_page_on_its_head_or_its_side_is_found_by_some_of_its_rows(turns: int) -> None:
    upright = drawn(24, size=14)
    top = float(letters(image(upright)).boxes[:, 1].min())
    for row in range(24):  # a square before each line
        ImageDraw.Draw(upright).rectangle((160, top + 1.7 * 14 * row, 170, top + 1.7 * 14 * row + 10), fill=5)
    heights: list[int] = []

    def engine(seen: PageImage) -> Page:
        """Sure of rows that begin with a square."""
        heights.append(seen.height)
        dark = seen.pixels.min(axis=2) < 128
        inked = np.flatnonzero(dark.any(axis=1))
        bands = [dark[band] for band in np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)]
        votes = []
        for band in bands:
            columns = np.flatnonzero(band.any(axis=0))
            votes.append(band[:, columns[0] : columns[0] + 9].sum() > band[:, columns[-1] - 8 : columns[-1] + 1].sum())
        return read_as(seen, 0.97 if np.mean(votes) > 0.5 else 0.4)

    frame, _ = prepare.read(prepare.held(image(upright), turns).image, engine)
    assert frame.turns == -turns % 4
    assert len(heights) == (1 if turns == 0 else 3)
    heights.clear()
    assert prepare.turns(prepare.held(image(upright), turns).image, engine) == -turns % 4
    assert sum(heights) < upright.height, "only some rows are read"


@pytest.mark.parametrize("turns", [1, 3])
def test_a_page_on_its_side_whose_rows_promise_the_wrong_way_is_read_on_the_other_too(turns: int) -> None:
    upright = image(drawn(24, size=14))

    def engine(seen: PageImage) -> Page:
        """Takes pieces of a page for better the wrong way up, and reads the page only the right way."""
        whole = (seen.width, seen.height) == (upright.width, upright.height)
        is_right = bool((seen.pixels == upright.pixels).all()) if whole else False
        return read_as(seen, (0.97 if is_right else 0.5) if whole else (0.9 if len(pieces) % 2 else 0.6, pieces.append(1))[0])

    pieces = [1] * (turns // 2)
    frame, _ = prepare.read(prepare.held(upright, turns).image, engine)
    assert frame.turns == -turns % 4
