"""Ink, its clusters, tick boxes and what is left unread, on pages drawn here; no engine reads them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect import ink
from ocrect.engines import ticks, unread
from ocrect.record.document import Block, Box, Line, Page, PageImage, Unread, Word

WORDS = "The keeper of the light wrote down every ship that passed"


def page(*marks: tuple[str, int, int, int], size: tuple[int, int] = (1000, 700), dark: int = 20) -> np.ndarray:
    """A page with texts on it: text, left, top, height of its letters in pixels."""
    picture = Image.new("RGB", size, (245, 243, 238))
    draw = ImageDraw.Draw(picture)
    for text, left, top, height in marks:
        draw.text((left, top), text, font=ImageFont.load_default(height), fill=(dark,) * 3)
    return np.asarray(picture)


def box_of(pixels: np.ndarray) -> list[int]:
    inked = np.argwhere(pixels[:, :, 0] < 220)
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
    return [left, top, right + 1, bottom + 1]


def read(*lines: tuple[str, Box]) -> Page:
    """A page on which an engine read these lines, each one word."""
    made = [Line(str(n), text, box, (Word(text, box, 0.99, 0, len(text)),)) for n, (text, box) in enumerate(lines)]
    return Page(1, 1000, 700, blocks=(Block(tuple(made)),) if made else ())


@pytest.mark.parametrize("dark", [20, 190], ids=["black", "pale"])
@pytest.mark.parametrize("height", [12, 40, 110])
def test_letters_are_ink_in_lines_whatever_their_size_and_strength(height: int, dark: int) -> None:
    pixels = page((WORDS[:14], 50, 60, height), dark=dark)
    found = ink.find(pixels)
    lined = found.of(found.in_line & found.like_letters())
    assert len(lined.areas) >= 8
    assert ink.around(found.boxes) == pytest.approx(box_of(pixels), abs=3)
    assert not lined.upright.any()
    turned = ink.find(np.ascontiguousarray(np.rot90(pixels)))
    assert turned.upright[turned.in_line].mean() > 0.8


def table(rows: int, columns: int, step: tuple[int, int], height: int, over: int) -> tuple[np.ndarray, list[Box]]:
    """A framed table with a number in each cell whose digits reach ``over`` pixels into the rule above, and their boxes."""
    wide, high = step
    picture = Image.new("RGB", (columns * wide + 60, rows * high + 60), (250, 250, 250))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(height)
    boxes = []
    for row in range(rows):
        for column in range(columns):
            digits = [2 + (7 * row + 3 * column + 5 * n) % 8 for n in range(5)]  # a 1 is as thin as a rule, and goes with it
            text, x, y = "".join(map(str, digits)), 40 + column * wide, 30 + row * high
            left, top, right, bottom = draw.textbbox((x, 0), text, font=font)
            draw.text((x, y + 2 - over - top), text, font=font, fill=(20, 20, 20))
            boxes.append(Box(left, y + 2 - over, right, y + 2 - over + bottom - top))
    for row in range(rows + 1):
        draw.line((30, 30 + row * high, 30 + columns * wide, 30 + row * high), fill=(20, 20, 20), width=2)
    for column in range(columns + 1):
        draw.line((30 + column * wide, 30, 30 + column * wide, 30 + rows * high), fill=(20, 20, 20), width=2)
    return np.asarray(picture), boxes


@pytest.mark.parametrize(("height", "over"), [(22, 1), (30, 2), (44, 2)])
def test_letters_that_touch_the_rules_of_a_table_are_pieces_of_their_own(height: int, over: int) -> None:
    pixels, boxes = table(8, 6, (6 * height, 2 * height), height, over)
    found = ink.find(pixels)
    lined = found.of(found.in_line & found.like_letters())
    for box in boxes:
        x, y = lined.middles.T
        inside = (x > box.left - 2) & (x < box.right + 2) & (y > box.top - 2) & (y < box.bottom + 2)
        assert inside.sum() >= 5, box


def test_letters_that_touch_frames_one_in_another_are_pieces_of_their_own() -> None:
    picture = Image.new("RGB", (1000, 1000), (250, 250, 250))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(30)
    for inset in range(50, 450, 100):
        draw.rectangle((inset, inset, 1000 - inset, 1000 - inset), outline=(20, 20, 20), width=2)
        draw.text((inset + 20, inset - draw.textbbox((0, 0), "HEMHE", font=font)[1]), "HEMHE", font=font, fill=(20, 20, 20))
    found = ink.find(np.asarray(picture))
    letters = found.of(found.in_line & found.like_letters())
    assert found.grids.sum() == 4
    assert [int((np.abs(letters.boxes[:, 1] - inset) <= 5).sum()) for inset in range(50, 450, 100)] == [5] * 4
    assert not letters.grids.any()


def test_what_touches_the_rules_of_a_table_and_was_not_read_is_listed_as_text() -> None:
    pixels, boxes = table(6, 5, (180, 70), 30, 2)
    image = PageImage(pixels, 1, 300.0)
    listed = unread.account(image, replace(read(), width=pixels.shape[1], height=pixels.shape[0])).unread
    text = [item.box for item in listed if item.why in ("illegible", "faint")]
    for box in boxes:
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        assert any(b.left <= x <= b.right and b.top <= y <= b.bottom for b in text), box


def test_the_teeth_of_a_comb_and_rules_of_a_tilted_frame_are_no_letters() -> None:
    pixels = np.full((600, 900, 3), 250, np.uint8)
    cv2.rectangle(pixels, (60, 60), (840, 300), (20, 20, 20), 2)
    for x in range(90, 830, 30):
        cv2.line(pixels, (x, 290), (x, 300), (20, 20, 20), 2)
    corners = np.array([[80, 350], [820, 356], [818, 560], [78, 554]], np.int32)
    cv2.polylines(pixels, [corners], True, (20, 20, 20), 3)
    found = ink.find(pixels)
    assert not (found.like_letters() & found.in_line).any()
    assert len(found.areas) == 2


def test_light_letters_on_dark_paper_are_ink_too() -> None:
    dark = ink.find(255 - page((WORDS, 50, 60, 30)))
    light = ink.find(page((WORDS, 50, 60, 30)))
    assert dark.in_line.sum() == pytest.approx(light.in_line.sum(), abs=3)


def test_grainy_paper_has_next_to_no_ink_in_lines() -> None:
    grain = np.random.default_rng(3).normal(200, 12, (700, 1000, 1)).clip(0, 255).astype(np.uint8)
    found = ink.find(np.repeat(grain, 3, axis=2))
    assert (found.in_line & found.like_letters()).sum() < 10


def test_boxes_that_meet_are_one_cluster_and_every_box_is_in_one() -> None:
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 900, (60, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 40, (60, 2))], axis=1).astype(np.float32)
    groups = ink.clusters(boxes, (0.5, 0.5))
    assert sorted(np.concatenate(groups).tolist()) == list(range(60))
    assert len(ink.clusters(boxes, (99.0, 99.0))) == 1


@pytest.mark.parametrize("side", [16, 30, 70])
@pytest.mark.parametrize("sign", ["☐", "☒", "☑"])
def test_a_tick_box_is_told_from_letters_and_by_what_is_in_it(side: int, sign: str) -> None:
    pixels = Image.fromarray(page(("ODBQ 08 HE", 200, 100, int(side * 1.2))))
    draw, pen = ImageDraw.Draw(pixels), max(1, side // 14)
    draw.rectangle((60, 100, 60 + side, 100 + side), outline=(20, 20, 20), width=pen)
    a, b = 60 + side // 5, 60 + side - side // 5
    if sign == "☒":
        draw.line((a, 40 + a, b, 40 + b), fill=(20, 20, 20), width=pen + 1)
        draw.line((a, 40 + b, b, 40 + a), fill=(20, 20, 20), width=pen + 1)
    elif sign == "☑":
        middle = 60 + side * 2 // 5
        draw.line((a, 100 + side * 3 // 5, middle, 40 + b), fill=(20, 20, 20), width=pen + 1)
        draw.line((middle, 40 + b, b, 40 + a), fill=(20, 20, 20), width=pen + 1)
    array = np.asarray(pixels)
    (found,) = ticks.find(array, ink.find(array))
    assert found.sign == sign
    assert found.box == pytest.approx((60, 100, 60 + side, 100 + side), abs=3)
    clear = ticks.without(array, [found])
    assert clear[90 : 110 + side, 50 : 70 + side].min() > 200
    assert np.array_equal(clear[:, 150:], array[:, 150:])


@pytest.mark.parametrize("side", [14, 22, 30, 44])
def test_a_tick_that_reaches_out_of_its_box_ticks_it(side: int) -> None:
    """By a pen, among empty boxes of its size. White letters on black that are as high are none."""
    pixels, pen = np.full((26 * side, 30 * side, 3), 250, np.uint8), max(1, side // 14)
    for n in range(8):
        left, top = 2 * side, (3 * n + 1) * side
        cv2.rectangle(pixels, (left, top), (left + side, top + side), (20, 20, 20), pen)
        cv2.putText(pixels, "statements", (4 * side, top + side), cv2.FONT_HERSHEY_SIMPLEX, side / 30, (20, 20, 20), pen)
        if n % 2:
            ends = ((0.15, 0.5), (0.45, 0.85), (1.15 + 0.1 * n, -0.1 * n))
            tick = np.array([(left + x * side, top + y * side) for x, y in ends], np.int32)
            cv2.polylines(pixels, [tick], False, (60, 20, 20), pen + 1, cv2.LINE_AA)
    cv2.rectangle(pixels, (16 * side, 2 * side), (28 * side, 4 * side), (20, 20, 20), -1)
    cv2.putText(
        pixels, "1a Boe", (17 * side, 3 * side + side // 2), cv2.FONT_HERSHEY_DUPLEX, side / 20, (250, 250, 250), pen + 1
    )
    found = sorted(ticks.find(pixels, ink.find(pixels)), key=lambda tick: tick.box[1])
    assert "".join(tick.sign for tick in found) == "☐☑" * 4
    assert [tick.box[:2] for tick in found] == [pytest.approx((2 * side, (3 * n + 1) * side), abs=3) for n in range(8)]


@pytest.mark.parametrize("side", [22, 30, 44])
def test_bold_square_letters_of_typescript_are_no_tick_boxes(side: int) -> None:
    """Thick strokes along all four sides, as in a bold typewriter's ``s``, ``a`` and ``e``."""
    array = page(("seal of a mason", 60, 60, side), ("cassettes as sea", 60, 400, side))
    picture = Image.fromarray(array)
    draw, stroke = ImageDraw.Draw(picture), round(0.24 * side)
    for left in range(200, 800, 4 * side):
        draw.rectangle((left, 250, left + side, 250 + side), outline=(20, 20, 20), width=stroke)
    array = np.asarray(picture)
    assert not ticks.find(array, ink.find(array))


def test_a_line_that_no_word_accounts_for_is_unread_and_one_that_was_read_is_not() -> None:
    pixels = page((WORDS, 50, 60, 30), ("Second line of the page, which was lost", 50, 300, 30))
    whole = unread.account(PageImage(pixels), read((WORDS, Box(50, 60, 860, 100))))
    (lost,) = [item for item in whole.unread if item.why == "illegible"]
    assert 290 < lost.box.top < lost.box.bottom < 350
    assert "not read in 1 place (illegible; at 5" in unread.told(whole)
    both = read((WORDS, Box(50, 60, 860, 100)), ("Second", Box(50, 300, 640, 340)))
    assert unread.told(unread.account(PageImage(pixels), both)) == ""


@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize(("width", "height"), [(9, 3), (14, 4), (20, 3)])
def test_a_dash_in_an_empty_cell_that_was_not_read_is_listed_and_those_of_a_rule_are_no_marks(
    framed: bool, width: int, height: int
) -> None:
    picture = Image.fromarray(page((WORDS, 50, 60, 30), *((str(top), 310, top, 30) for top in (208, 258, 308))))
    draw = ImageDraw.Draw(picture)
    if framed:
        for left, top in product((300, 440, 580), (200, 250, 300)):
            draw.rectangle((left, top, left + 140, top + 50), outline=(20, 20, 20), width=2)
    draw.rectangle((505, 225, 505 + width, 225 + height), fill=(20, 20, 20))
    for left in range(60, 700, 2 * width):
        draw.rectangle((left, 400, left + width, 400 + height), fill=(20, 20, 20))
    numbers = ((str(top), Box(310, top, 365, top + 30)) for top in (208, 258, 308))
    found = unread.account(PageImage(np.asarray(picture)), read((WORDS, Box(50, 60, 860, 100)), *numbers))
    marks = [item.box for item in found.unread if item.why == "mark"]
    assert [round(box.left / 10) for box in marks] == [50]
    assert unread.told(found) == ""


@pytest.mark.parametrize("downwards", [False, True])
def test_a_line_beside_an_upright_one_that_was_read_is_unread(downwards: bool) -> None:
    beside = ("1,11 5,99 1,49", 60, 200, 30)
    pixels = page(beside, ("WORDS", 50, 500, 30))
    left, _, right, _ = box_of(page(beside))
    upright = Box(right + 25.0, 60.0, right + 85.0, 380.0)
    foot = upright.left if downwards else upright.right
    ends = ((foot, upright.top), (foot, upright.bottom)) if downwards else ((foot, upright.bottom), (foot, upright.top))
    line = Line("1", "BBBB", upright, (Word("BBBB", upright, 0.99, 0, 4),), baseline=ends)
    found = unread.account(PageImage(pixels, 1, 150.0), Page(1, 1000, 700, blocks=(Block((line,)),)))
    (place,) = [item for item in found.unread if item.why == "illegible" and item.box.top < 400]
    assert place.box.left == pytest.approx(left, abs=4)
    assert place.box.right == pytest.approx(right, abs=4)


@pytest.mark.parametrize(("guess", "is_kept"), [("20/3", True), ("8709-001", True), ("", False), ("Su", False), ("A1", False)])
def test_a_number_that_was_given_up_is_told_with_its_guess_however_few_its_signs(guess: str, is_kept: bool) -> None:
    pixels = page((WORDS, 50, 60, 30), ("2/3", 700, 300, 70))
    number = Box(690, 295, 900, 385)
    first = replace(read((WORDS, Box(50, 60, 860, 100))), unread=(Unread(number, "illegible", guess),))
    told = [item for item in unread.account(PageImage(pixels), first).unread if item.why == "illegible" and item.text]
    assert told == ([Unread(number, "illegible", guess)] if is_kept else [])


def test_what_was_given_up_as_a_number_and_is_part_of_a_word_or_a_smudge_is_not_told() -> None:
    pixels = page((WORDS, 50, 60, 30)).copy()
    cv2.ellipse(pixels, (700, 310), (7, 5), 30, 0, 360, (228, 226, 222), -1)
    items = (Unread(Box(90, 65, 120, 95), "illegible", "13"), Unread(Box(692, 303, 708, 317), "illegible", "34"))
    first = replace(read((WORDS, Box(50, 60, 860, 100))), unread=items)
    assert unread.told(unread.account(PageImage(pixels), first)) == ""


@pytest.mark.parametrize("alone", [True, False])
def test_what_was_given_up_in_a_column_is_told_where_those_below_it_stand_by_themselves(alone: bool) -> None:
    """A quantity above others, and a smudge above the first words of lines."""
    tops, beside = (160, 220, 280), 300 if alone else 95
    rows = [("12", 50, top, 30) for top in tops] + [("ships", beside, top, 30) for top in tops]
    pixels = page(("12", 50, 100, 30), *rows)
    lines = []
    for n, top in enumerate(tops):
        boxes = Box(45, top - 5, 90, top + 40), Box(beside - 4, top - 5, beside + 90, top + 40)
        words = Word("12", boxes[0], 0.99, 0, 2), Word("ships", boxes[1], 0.99, 3, 8)
        lines.append(Line(str(n), "12 ships", Box.around(list(boxes)), words))
    place = Box(45, 95, 90, 140)
    first = Page(1, 1000, 700, blocks=(Block(tuple(lines)),), unread=(Unread(place, "illegible", "I"),))
    assert bool(unread.told(unread.account(PageImage(pixels), first))) == alone
    read_elsewhere = Line("n", "12", Box(48, 98, 86, 138), (Word("12", Box(48, 98, 86, 138), 0.99, 0, 2),))
    second = replace(first, blocks=(Block((read_elsewhere, *lines)),))
    assert not unread.told(unread.account(PageImage(pixels), second))


@pytest.mark.parametrize("pitch", [36, 40])
def test_a_line_between_tight_rows_that_were_read_is_unread(pitch: int) -> None:
    """The boxes of the rows above and below, which a detector grows, reach into it."""
    rows = [60 + pitch * n for n in range(3)]
    pixels = page(*((WORDS, 50, top, 30) for top in rows))
    kept = [(WORDS, Box(50, top - 2, 860, top + 40)) for top in (rows[0], rows[2])]
    (place,) = [item for item in unread.account(PageImage(pixels), read(*kept)).unread if item.why == "illegible"]
    assert rows[1] <= (place.box.top + place.box.bottom) / 2 <= rows[1] + 34
    assert unread.told(unread.account(PageImage(pixels), read(*kept, (WORDS, Box(50, rows[1] - 2, 860, rows[1] + 40))))) == ""


@pytest.mark.parametrize(("row", "is_told"), [("*" * 24, False), ("^" * 24, False), ("gross amount", True)])
def test_a_row_of_one_sign_is_a_rule_and_no_loss_of_text(row: str, is_told: bool) -> None:
    pixels = page((WORDS, 50, 60, 30), (row, 60, 300, 40))
    left = unread.account(PageImage(pixels), read((WORDS, Box(50, 60, 860, 100))))
    assert bool(unread.told(left)) == is_told


def test_text_paler_than_the_page_s_is_faint() -> None:
    pixels = np.minimum(page((WORDS, 50, 60, 30)), page((WORDS, 50, 300, 30), dark=205))
    left = unread.account(PageImage(pixels), read((WORDS, Box(50, 60, 860, 100)))).unread
    assert [item.why for item in left if item.why in ("faint", "illegible")] == ["faint"]


def test_rules_pictures_drawings_and_marks_are_named_and_are_no_loss_of_text() -> None:
    picture = Image.fromarray(page((WORDS, 50, 20, 30)))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((50, 90, 900, 93), fill=(20, 20, 20))
    draw.ellipse((80, 150, 100, 170), fill=(20, 20, 20))
    draw.line([(400, 200), (560, 330), (430, 420), (640, 250), (500, 210)], fill=(20, 20, 20), width=3)
    noise = np.random.default_rng(4).integers(0, 255, (200, 300, 1), np.uint8).repeat(3, axis=2)
    picture.paste(Image.fromarray(noise).resize((300, 200)), (600, 480))
    found = unread.account(PageImage(np.asarray(picture)), read((WORDS, Box(50, 20, 860, 62))))
    kinds = {item.why for item in found.unread}
    assert {"rule", "mark", "drawing", "picture"} <= kinds
    assert unread.told(found) == ""
    empty = unread.account(PageImage(np.asarray(picture)[80:]), read())
    assert empty.unread
    assert "no text was found" in unread.told(empty) or "not read" in unread.told(empty)


def test_blank_paper_leaves_nothing_unread() -> None:
    assert unread.account(PageImage(page()), read()).unread == ()


@pytest.mark.parametrize("seed", range(12))
def test_a_page_of_noise_alone_is_said_to_be_no_blank_paper(seed: int) -> None:
    dice = np.random.default_rng(seed)
    noise = dice.normal(size=(dice.integers(300, 900), dice.integers(300, 900)))
    if seed % 3:
        noise = cv2.GaussianBlur(noise, (0, 0), dice.uniform(0.5, 3))
    if seed % 2:
        noise = np.where(noise > dice.uniform(-1, 1) * noise.std(), 250, 20)
    else:
        noise = 170 + dice.uniform(20, 80) * noise / noise.std()
    pixels = noise.clip(0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)
    left = unread.account(PageImage(pixels), read())
    assert left.unread
    assert unread.told(left)


@pytest.mark.parametrize("grains", [0, 2, 6, 11])
def test_grainy_blank_paper_is_blank(grains: int) -> None:
    dice = np.random.default_rng(grains)
    pixels = dice.normal(225, grains, (600, 500, 1)).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    assert unread.told(unread.account(PageImage(pixels), read())) == ""


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_dots_dashes_and_bars_that_were_not_read_are_named_and_are_no_loss_of_text(seed: int) -> None:
    dice = np.random.default_rng(seed)
    picture = Image.fromarray(page((WORDS, 50, 60, 30)))
    draw = ImageDraw.Draw(picture)
    wide, high = dice.integers(1, 3) * np.array([(4, 4), (12, 3), (5, 22)][seed % 3])
    step, count = wide + max(int(dice.uniform(1.0, 4.0) * wide), 6), dice.integers(4, 20)
    corners = [(60 + int(step) * n, 300) for n in range(count) if 60 + int(step) * (n + 1) < 1000]
    for left, top in corners:
        draw.rectangle((left, top, left + int(wide) - 1, top + int(high) - 1), fill=(20, 20, 20))
    left = unread.account(PageImage(np.asarray(picture)), read((WORDS, Box(50, 60, 860, 100))))
    assert {item.why for item in left.unread} <= ({"mark", "picture"} if seed % 3 == 2 else {"rule"})
    for x, y in ((x + wide / 2, y + high / 2) for x, y in corners):
        assert any(i.box.left <= x < i.box.right and i.box.top <= y < i.box.bottom for i in left.unread)
    assert unread.told(left) == ""


def syllables(rng: np.random.Generator, pixels: np.ndarray, left: int, top: int, high: int, even: bool) -> Box:
    """A line of four words of syllables, each of several strokes that do not touch, from its upper to its lower edge; and where
    it is. Where not ``even``, each word is off by up to its height.
    """
    x = left
    for _ in range(4):
        y = top if even else top + int(rng.integers(-high, high))
        for _ in range(rng.integers(2, 5)):
            middle, third = y + high // 2, max(high // 5, 3)
            cv2.line(pixels, (x, y), (x + high - 5, y), (20, 20, 20), 2)
            cv2.line(pixels, (x + int(rng.integers(0, third)), y + 4 + third), (x + high // 2, y + 4 + third), (20, 20, 20), 2)
            cv2.line(pixels, (x + high - 6, middle), (x + high - 6, y + high - 5), (20, 20, 20), 2)
            cv2.line(pixels, (x, y + high), (x + high - 9, y + high), (20, 20, 20), 2)
            x += high - 3
        x += high
    return Box(left, top, x - high, top + high)


@pytest.mark.parametrize("high", [24, 34])
@pytest.mark.parametrize("even", [True, False])
def test_lines_of_syllables_of_several_strokes_are_listed_as_text_and_strokes_anywhere_are_not(high: int, even: bool) -> None:
    rng = np.random.default_rng(high)
    pixels = page((WORDS, 50, 60, 30)).copy()
    boxes = [syllables(rng, pixels, 50, 200 + 3 * high * n, high, even) for n in range(3)]
    listed = unread.account(PageImage(pixels), read((WORDS, Box(50, 60, 860, 100)))).unread
    text = [item.box for item in listed if item.why == "illegible"]
    for box in boxes:
        middle = (box.top + box.bottom) / 2
        found = [b for b in text if b.top <= middle <= b.bottom and b.right - b.left >= 0.7 * (box.right - box.left)]
        assert bool(found) == even


@pytest.mark.parametrize("side", [22, 28, 34])
@pytest.mark.parametrize("beside", [None, 6, 14])
def test_tick_boxes_within_one_frame_of_rules_are_found_however_near_one_that_divides_it(side: int, beside: int | None) -> None:
    pixels = page(("Married", 120, 120, 26), ("Widowed", 120, 240, 26)).copy()
    cv2.rectangle(pixels, (60, 60), (940, 640), (0, 0, 0), 2)
    if beside:
        cv2.line(pixels, (800 + side + beside, 60), (800 + side + beside, 640), (0, 0, 0), 2)
        cv2.line(pixels, (60, 120 - beside), (940, 120 - beside), (0, 0, 0), 2)
    for top in (120, 240):
        cv2.rectangle(pixels, (800, top), (800 + side, top + side), (0, 0, 0), 2)
    cv2.line(pixels, (804, 244), (796 + side, 236 + side), (0, 0, 0), 3)
    cv2.line(pixels, (796 + side, 244), (804, 236 + side), (0, 0, 0), 3)
    assert [tick.sign for tick in ticks.find(pixels, ink.find(pixels))] == [ticks.EMPTY, ticks.CROSSED]


@pytest.mark.parametrize("side", [15, 18, 22])
def test_a_tick_box_that_is_filled_with_a_square_is_found_and_a_blot_is_none(side: int) -> None:
    """The square leaves paper at three sides of its frame, no more than a small print shows."""
    pixels = page(("Utility Company NO", 120, 100, round(side * 1.1))).copy()
    for left in (40, 700):
        cv2.rectangle(pixels, (left, 100), (left + side, 100 + side), (0, 0, 0), 1)
        cv2.rectangle(pixels, (left + 2, 102), (left + side - 2, 100 + side), (0, 0, 0), -1)
    cv2.rectangle(pixels, (800, 100), (800 + side, 100 + side), (0, 0, 0), -1)
    found = ticks.find(pixels, ink.find(pixels))
    assert [(tick.sign, round(tick.box[0], -1)) for tick in found] == [(ticks.CROSSED, 40), (ticks.CROSSED, 700)]


@pytest.mark.parametrize("seed", range(3))
def test_tick_boxes_are_found_beside_a_grey_band_full_of_grain(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = page(("Live Delivery", 120, 100, 26)).copy()
    for left in (60, 400):
        cv2.rectangle(pixels, (left, 95), (left + 34, 129), (90, 90, 90), 3)
    for x, y in zip(rng.integers(60, 940, 3000), 300 + 6 * rng.integers(0, 40, 3000), strict=True):
        pixels[y : y + rng.integers(3, 5), x : x + rng.integers(3, 5)] = 222
    found = ink.find(pixels)
    assert np.median(found.heights[found.like_letters() & found.in_line]) < 10
    assert [tick.sign for tick in ticks.find(pixels, found)] == [ticks.EMPTY, ticks.EMPTY]


def test_a_frame_does_not_account_for_the_marks_within_it() -> None:
    pixels = page(("Married", 120, 120, 26), ("Widowed", 120, 240, 26), ("Single", 120, 360, 26)).copy()
    for top in (60, 200, 340):
        cv2.rectangle(pixels, (60, top), (940, top + 140), (0, 0, 0), 2)
    cv2.line(pixels, (800, 250), (812, 270), (0, 0, 0), 5)
    cv2.line(pixels, (812, 270), (830, 236), (0, 0, 0), 5)
    lines = [
        (word, Box(118.0, top - 4.0, 260.0, top + 34.0)) for word, top in (("Married", 120), ("Widowed", 240), ("Single", 360))
    ]
    found = unread.account(PageImage(pixels), read(*lines)).unread
    assert any(item.why == "mark" and item.box.left >= 790 for item in found)


@pytest.mark.parametrize("tilt", [0.0, 1.0, -2.0])
@pytest.mark.parametrize("module", [3, 4, 5])
def test_the_bars_of_a_barcode_are_no_lost_text(module: int, tilt: float) -> None:
    pixels, x = np.full((300, 1200, 3), 240, np.float32), 60
    for bar, wide in enumerate((2, 1, 1, 1, 3, 1, 1, 6, 1, 1, 2, 1, 1, 1, 1, 5) * 5):
        if bar % 2 == 0:
            pixels[100:164, x : x + wide * module] = 60
        x += wide * module
    turn = cv2.getRotationMatrix2D((450, 135), tilt, 1.0)
    tilted = cv2.warpAffine(cv2.GaussianBlur(pixels, (0, 0), 1.0), turn, (1200, 300), borderValue=(240, 240, 240))
    whole = np.concatenate([page((WORDS[:24], 50, 40, 42), size=(1200, 300)), tilted.astype(np.uint8)])
    found = unread.account(PageImage(whole), read((WORDS[:24], Box(50, 40, 700, 110)))).unread
    assert not [item for item in found if item.why in ("illegible", "faint")]


@pytest.mark.parametrize("grey", [130, 212])
@pytest.mark.parametrize("wide", [2.2, 2.6, 4.0])
def test_pieces_of_a_pale_rule_are_no_lost_text(wide: float, grey: int) -> None:
    """As where the edge of a shaded row shows here and there: level and alike as letters are, and far wider."""
    whole, x, high = page((WORDS[:24], 50, 40, 42), size=(1200, 300)).copy(), 300.0, 18
    for n in range(5):
        long = wide * high * (1.0, 0.95, 0.5, 1.1, 2.0)[n]
        piece = whole[200 : 200 + high, round(x) : round(x + long)]
        piece[::3] = piece[:, ::9] = grey
        x += long + 3 + n
    found = unread.account(PageImage(whole), read((WORDS[:24], Box(50, 40, 700, 110)))).unread
    assert not [item for item in found if item.why in ("illegible", "faint")]
