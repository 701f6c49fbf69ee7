"""The review pages in a real browser: by keyboard, by touch, on a small screen, in Vietnamese, without a barrier (axe-core)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import barriers
from tests.integration.review_folder import folder

from ocrect.batch.run import manifest_of


class Served:
    """The pages of a drawn folder at an address."""

    def __init__(self, root: Path) -> None:
        import uvicorn

        from ocrect.review.app import app
        from ocrect.review.desk import Desk
        from ocrect.review.gate import Access

        access = Access()
        self.desk = Desk(folder(root, names=("a.png", "b.png", "c.png"))).open()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._server = uvicorn.Server(
            uvicorn.Config(app(self.desk, access=access, who="Ana"), log_level="error", lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        self.root = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.address = f"{self.root}/?token={access.token}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.desk.close()
        self._socket.close()


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    pytest.importorskip("fastapi")
    made = Served(tmp_path)
    yield made
    made.close()


class Tab:
    """A page of the browser, and what went wrong on it."""

    def __init__(self, browser, served: Served, **options) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.served = served
        self.page.goto(served.address)

    def open(self, path: str) -> None:
        self.page.goto(self.served.root + path)

    def press(self, *keys: str) -> None:
        """Press keys, each when what the one before asked for is shown."""
        for key in keys:
            shown = self.page.evaluate("document.body.dataset.shown || '0'")
            self.page.keyboard.press(key)
            if key in [*"arunps12345", "Enter"]:
                self.until(lambda shown=shown: self.page.evaluate("document.body.dataset.shown || '0'") != shown)

    def until(self, happens) -> None:
        end = time.monotonic() + 20
        while not happens():
            assert time.monotonic() < end
            time.sleep(0.02)

    def barriers(self) -> list[str]:
        """What axe-core finds, as it stands."""
        return barriers(self.page)

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)


@pytest.fixture
def tab(browser, served) -> Iterator[Tab]:
    made = Tab(browser, served)
    yield made
    assert made.problems == []
    made.context.close()


def corrected(served: Served, file: int = 1) -> list[str]:
    return [line.corrected for line in served.desk.page(file, 1)[0].lines()]


def test_the_whole_queue_is_answered_by_keyboard_alone(tab, served):
    answered = 0
    while tab.page.query_selector("article.card"):
        tab.press("a" if tab.page.query_selector('[data-key="a"]') else "r")
        answered += 1
    assert answered == 15
    assert corrected(served)[:4] == ["Invoice 2047 of 12.03.2018", "Tea and milk", "3 x 4.50", "Total $13.50"]
    assert "All cards are answered" in tab.text("#card")
    assert tab.page.get_attribute("progress", "value") == "15"
    tab.press("u")
    assert "Taken back" in tab.text("#said")


def test_keys_type_choose_pass_over_go_back_and_take_back(tab, served):
    tab.press("n", "n", "n")
    passed = tab.page.get_attribute("article.card", "data-card")
    tab.press("p")
    assert tab.page.get_attribute("article.card", "data-card") != passed
    tab.press("e")
    assert tab.page.evaluate("document.activeElement.id") == "typed"
    tab.page.keyboard.press("Escape")
    assert tab.page.is_hidden("#typed")
    tab.press("l")
    assert tab.page.evaluate("document.activeElement.id") == "typed-line"
    assert tab.page.is_hidden("#typed")
    tab.page.keyboard.press("Escape")
    assert tab.page.is_hidden("#typed-line")
    while tab.page.get_attribute("article.card", "data-text") != "S13.50":
        tab.press("p" if tab.page.get_attribute("article.card", "data-card") != "1" else "n")
    tab.press("e")
    tab.page.keyboard.type("$77.00")
    tab.press("Enter")
    tab.until(lambda: any("Total $77.00" in corrected(served, file) for file in (1, 2, 3)))
    tab.press("u")
    assert tab.page.get_attribute("article.card", "data-text") == "S13.50"
    tab.press("1")
    assert any("Total 513.50" in corrected(served, file) for file in (1, 2, 3))


def test_a_key_that_does_nothing_on_a_card_says_so(tab):
    while tab.page.query_selector('[data-key="a"]'):
        tab.press("n")
    card = tab.page.get_attribute("article.card", "data-card")
    tab.page.keyboard.press("a")
    tab.until(lambda: "does nothing on this card" in tab.text("#said"))
    assert tab.page.get_attribute("article.card", "data-card") == card


def test_a_series_is_shown_before_it_is_decided(tab, served):
    while tab.page.get_attribute("article.card", "data-text") != "S13.50":
        tab.press("n")
    tab.press("s")
    assert tab.page.locator(".grid svg.scan").count() == 3
    assert tab.barriers() == []
    tab.page.keyboard.press("Enter")
    tab.until(lambda: "3" in tab.text("#said"))
    assert all("Total $13.50" in corrected(served, file) for file in (1, 2, 3))


def test_help_and_a_closer_look_open_and_close_and_keys_can_be_switched_off(tab):
    tab.press("z")
    tab.until(lambda: tab.page.get_attribute("[data-do=zoom]", "aria-pressed") == "true")
    tab.press("?")
    assert tab.page.is_visible("#help")
    assert tab.barriers() == []
    tab.page.uncheck("#keys-on")
    tab.page.keyboard.press("Escape")
    card = tab.page.get_attribute("article.card", "data-card")
    tab.page.keyboard.press("a")
    assert tab.page.get_attribute("article.card", "data-card") == card
    tab.page.reload()
    assert not tab.page.is_checked("#keys-on")


def test_a_word_is_retyped_on_its_page_by_keyboard_and_points_at_its_place(tab, served):
    tab.open("/pages/1/1#p1-l1")
    tab.until(lambda: tab.page.evaluate("document.activeElement.dataset.text") == "rnilk")
    assert tab.page.locator("rect.here").count() == 1
    tab.page.keyboard.press("ArrowLeft")
    assert tab.page.evaluate("document.activeElement.dataset.text") == "and"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.type("&")
    tab.page.keyboard.press("Enter")
    tab.until(lambda: "Tea & rnilk" in corrected(served))
    assert tab.barriers() == []


def test_places_that_were_not_read_and_lines_are_changed_with_the_mouse(tab, served):
    tab.open("/pages/1/1")
    tab.page.click(".unread-list button")
    tab.page.keyboard.type("Thank you")
    tab.page.keyboard.press("Enter")
    tab.until(lambda: "Thank you" in corrected(served))
    tab.page.click("#p1-l3 summary")
    tab.page.click("#p1-l3 [data-do=move]")
    tab.until(lambda: corrected(served)[2] == "Total S13.50")
    tab.page.click("#p1-l0 summary")
    tab.page.click("#p1-l0 [data-do=delete]")
    tab.until(lambda: corrected(served)[0] == "")
    tab.page.click(".decided li:first-child button")
    tab.until(lambda: corrected(served)[0].startswith("Invoice"))


@pytest.mark.parametrize("path", ["/", "/documents", "/pages/1/1", "/find?q=tea", "/find?q=nowhere"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_and_a_small_screen_scrolls_down_only(browser, served, path, scheme):
    tab = Tab(browser, served, viewport={"width": 400, "height": 800}, color_scheme=scheme)
    tab.open(path)
    assert tab.barriers() == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert tab.problems == []
    tab.context.close()


def test_a_finger_answers_on_a_small_screen_in_vietnamese(browser, served):
    tab = Tab(browser, served, viewport={"width": 400, "height": 800}, has_touch=True, locale="vi-VN")
    assert tab.page.get_attribute("html", "lang") == "vi"
    tab.page.tap("[data-said=keep]")
    tab.until(lambda: "Đã lưu" in tab.text("#said"))
    assert tab.barriers() == []
    assert served.desk.ledger.progress()[0] == 1
    heights = "[...document.querySelectorAll('#card button')].map(b => b.getBoundingClientRect().height).filter(Boolean)"
    assert min(tab.page.evaluate(heights)) >= 44
    tab.context.close()


def test_two_windows_on_one_place_are_told_of_each_other(browser, served):
    one, other = Tab(browser, served), Tab(browser, served)
    one.press("r")
    other.press("r")
    assert "has decided on this place" in other.text("#said")
    assert served.desk.ledger.last() == 1
    one.context.close()
    other.context.close()


def test_what_is_not_kept_is_said_when_the_server_is_gone_and_what_was_kept_is_there_again(browser, tmp_path):
    pytest.importorskip("fastapi")
    served = Served(tmp_path)
    tab = Tab(browser, served)
    tab.press("r")
    served.close()
    tab.page.keyboard.press("r")
    tab.until(lambda: "Not kept" in tab.text("#said"))
    tab.context.close()
    from ocrect.review.ledger import Ledger

    with Ledger(manifest_of(tmp_path / "out")) as ledger:
        assert ledger.last() == 1
