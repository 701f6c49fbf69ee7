"""The review pages over HTTP: who may come in, cards, decisions, taking back, two people, pages, the record, the results."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from tests.integration import review_folder
from tests.integration.review_folder import folder, page

from ocrect.batch.manifest import Job, Manifest
from ocrect.record import schema
from ocrect.record.document import Block, Box, Document, Doubt, Line, Unread

pytest.importorskip("fastapi", reason="the review pages need the extra `serve`")
from starlette.testclient import TestClient

from ocrect.review import catalogue
from ocrect.review.app import app
from ocrect.review.cards import cards, with_others
from ocrect.review.desk import Desk
from ocrect.review.gate import HEADERS, MOST_BYTES, Access, hosts
from ocrect.review.opening import Wanted, opened, result_of
from ocrect.settings import Settings

HOST = "testserver"


class Reviewer:
    """A person at a browser of their own."""

    def __init__(self, desk: Desk, access: Access, who: str) -> None:
        self.client = TestClient(app(desk, access=access, who=who))
        self.headers = {"X-Ocrect-Word": access.word}
        self.count, self.last, self.card, self.html = 0, 0, 0, ""
        self.take(self.client.get(f"/?token={access.token}").text)

    def take(self, html: str) -> None:
        """Look at a card."""
        self.html = html
        shown = re.search(r'data-card="(\d+)" data-last="(\d+)"', html)
        self.card, self.last = (int(shown[1]), int(shown[2])) if shown else (0, self.last)

    def at(self, text: str) -> Reviewer:
        """Go on to the card whose place reads ``text``."""
        while f'data-text="{text}"' not in self.html:
            self.take(self.client.get(f"/cards/next?after={self.card}").json()["html"])
            assert self.card, text
        return self

    def post(self, path: str, **given):
        self.count += 1
        body = {"last": self.last, "token": f"{id(self)}-{self.count}", **given}
        return self.client.post(path, json=body, headers=self.headers)

    def answer(self, said: str):
        """Answer the card, and look at the next one."""
        response = self.post(f"/cards/{self.card}", said=said)
        self.take(response.json()["html"])
        self.last = response.json()["last"]
        return response

    def all(self, said: str = "accept") -> int:
        """Answer every card; how many there were."""
        count = 0
        while self.card:
            assert self.answer(said).status_code == 200
            count += 1
        return count


@pytest.fixture
def access():
    return Access(hosts=(HOST,))


@pytest.fixture
def desk(tmp_path):
    with Desk(folder(tmp_path)).open() as made:
        yield made


@pytest.fixture
def ana(desk, access):
    return Reviewer(desk, access, "Ana")


@pytest.fixture
def bo(desk, access):
    return Reviewer(desk, access, "Bo")


def text_of(desk: Desk, number: int = 1) -> list[str]:
    return [line.corrected for line in desk.page(number, 1)[0].lines()]


# who may come in


def test_nobody_comes_in_without_the_token_and_it_leaves_the_address(desk, access):
    client = TestClient(app(desk, access=access), follow_redirects=False)
    assert client.get("/").status_code == 401
    assert client.get("/?token=wrong").status_code == 401
    inside = client.get(f"/?token={access.token}&card=1")
    assert (inside.status_code, inside.headers["location"]) == (303, "/?card=1")
    cookie = inside.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/documents", "/cards/1/picture", "/pages/1/1", "/static/review.js", "/find?q=tea"])
def test_a_page_of_a_strangers_name_is_not_served(ana, path):
    assert ana.client.get(path, headers={"Host": "rebound.example"}).status_code == 403
    assert ana.client.get(path).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Ocrect-Word": "wrong"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_sites_page_changes_nothing(ana, desk, headers):
    own = {} if not headers or "X-Ocrect-Word" in headers else ana.headers
    body = {"said": "accept", "last": 0, "token": "abcdefgh"}
    assert ana.client.post(f"/cards/{ana.card}", json=body, headers={**own, **headers}).status_code == 403
    assert desk.ledger.last() == 0


@pytest.mark.parametrize("path", ["/", "/documents", "/pages/1/1", "/find?q=tea", "/nowhere", "/cards/99/picture"])
def test_every_answer_says_the_policy_and_no_page_holds_a_script_or_a_style(ana, path):
    response = ana.client.get(path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert "unsafe" not in response.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|https?://(?!www\.w3\.org)", response.text)


def test_what_is_no_answer_is_refused_and_nothing_is_kept(ana, desk):
    whole = {"said": "accept", "last": 0, "token": "abcdefgh"}
    wrong = [{"said": said} for said in ("9", "", "=\ud800", "=" + "x" * 5000, "=a\x00b", 1)]
    wrong += [{"token": "../../x"}, {"token": ""}, {"last": -1}, {"last": "0"}, {"last": 2**70}, {"who": "Eve"}]
    bodies = [json.dumps({**whole, **part}).encode() for part in wrong] + [b"", b"{", b"[]", b"null", b"\xff"]
    for body in bodies:
        headers = {**ana.headers, "Content-Type": "application/json"}
        assert ana.client.post(f"/cards/{ana.card}", content=body, headers=headers).status_code in (400, 422), body
    large = ana.client.post("/undo", content=b"x" * (MOST_BYTES + 1), headers=ana.headers)
    assert large.status_code == 413
    assert ana.client.post(f"/cards/{2**80}", json={}, headers=ana.headers).status_code == 422
    assert desk.ledger.last() == 0


# cards


def test_the_costliest_doubt_comes_first(ana):
    stakes = []
    while ana.card:
        stakes.append(re.search(r'class="stake">([^<]+)', ana.html)[1])
        ana.answer("keep")
    assert stakes == sorted(
        stakes, key=["Amount", "Dose", "Date or time", "Number or code", "Number", "Name", "Word", "Not read"].index
    )
    assert stakes[0] == "Amount"
    assert stakes[-1] == "Not read"


def test_a_card_shows_the_place_in_the_scan_and_the_reason_in_words(ana):
    ana.at("S13.50")
    picture = re.search(r'<image href="([^"]+)"', ana.html)[1].replace("&amp;", "&")
    response = ana.client.get(picture)
    assert response.headers["content-type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert 'class="frame"' in ana.html
    assert "nats" not in ana.html
    assert "only a person can say" in ana.html


def test_answers_make_the_text_that_is_printed(ana, desk):
    assert ana.all() == 10
    assert text_of(desk)[:4] == ["Invoice 2047 of 12.03.2018", "Tea and milk", "3 x 4.50", "Total $13.50"]
    assert text_of(desk)[4] == "Thank you"
    assert "All cards are answered" in ana.html


def test_what_is_typed_stands_there(ana, desk):
    ana.at("S13.50")
    ana.answer("=  $14.50 ")
    assert "Total $14.50" in text_of(desk)
    word = next(v for line in desk.page(1, 1)[0].lines() for v in line.verdicts if v.by_person).findings[-1]
    assert (word.who, word.when[:3]) == ("Ana", "202")


def test_a_line_that_is_typed_whole_reads_so_and_its_card_is_answered(ana, desk):
    ana.at("S13.50")
    before, card = text_of(desk), ana.card
    ana.answer("line= Total due $14.50 ")
    assert text_of(desk) == [*before[:3], "Total due $14.50", *before[4:]]
    assert desk.ledger.card(card).answered
    ana.post("/undo")
    assert text_of(desk) == before


def test_a_place_that_was_not_read_has_no_line_to_type(ana):
    while "Not read" not in ana.html:
        ana.answer("keep")
    assert 'data-do="line"' not in ana.html
    assert ana.post(f"/cards/{ana.card}", said="line=Thank you").status_code == 400


def test_a_reading_from_the_list_stands_there(ana, desk):
    ana.at("S13.50")
    number, reading = re.findall(r'data-said="(\d)".*?<span class="reading">([^<]+)', ana.html, re.DOTALL)[-1]
    ana.answer(number)
    assert f"Total {reading}" in text_of(desk)


def test_everything_can_be_taken_back_in_turn(ana, desk):
    before = text_of(desk)
    count = ana.all()
    for _ in range(count):
        response = ana.post("/undo")
        ana.last = response.json()["last"]
        assert response.json()["said"] == "Taken back."
    assert text_of(desk) == before
    assert desk.ledger.progress() == (0, 10, 0)
    assert ana.post("/undo").json()["said"] == "There is nothing to take back."


def test_an_answer_sent_twice_is_kept_once(ana, desk):
    body = {"said": "accept", "last": ana.last, "token": "once-and-no-more"}
    for _ in range(3):
        assert ana.client.post(f"/cards/{ana.card}", json=body, headers=ana.headers).status_code == 200
    assert desk.ledger.last() == 1


def test_passing_over_and_going_back_changes_nothing(ana, desk):
    first = ana.card
    ana.take(ana.client.get(f"/cards/next?after={first}").json()["html"])
    assert ana.card != first
    ana.take(ana.client.get(f"/cards/before?card={ana.card}").json()["html"])
    assert ana.card == first
    assert desk.ledger.last() == 0


def test_a_series_is_looked_at_first_and_taken_back_together(ana, desk):
    ana.at("S13.50")
    html = ana.client.get(f"/cards/{ana.card}/series").json()["html"]
    chosen = [int(number) for number in re.findall(r'value="(\d+)" checked', html)]
    assert len(chosen) == 2
    assert len(re.findall("<image ", html)) == 2
    response = ana.post(f"/cards/{ana.card}/series", cards=chosen)
    assert response.json()["said"] == "Kept in 2 places."
    assert [text_of(desk, number)[3] for number in (1, 2)] == ["Total $13.50"] * 2
    ana.last = response.json()["last"]
    ana.post("/undo")
    assert [text_of(desk, number)[3] for number in (1, 2)] == ["Total S13.50"] * 2


# two people


def test_a_stale_answer_is_told_and_not_kept_and_the_rest_is_merged(ana, bo, desk):
    assert ana.at("S13.50").card == bo.at("S13.50").card
    assert ana.answer("accept").status_code == 200
    late = bo.answer("keep")
    assert late.status_code == 409
    assert "Ana has decided on this place in the meantime: “$13.50”" in late.json()["said"]
    assert "Total $13.50" in text_of(desk)
    bo.take(bo.client.get("/cards/next").json()["html"])
    assert bo.answer("accept").status_code == 200
    assert ana.answer("accept").status_code in (200, 409)
    assert {d.who for d in desk.ledger.of_file("a.png") + desk.ledger.of_file("b.png")} == {"Ana", "Bo"}


def test_words_on_two_places_of_one_line_both_stand(ana, bo, desk):
    ana.post("/pages/1/1/retype", line="p1-l1", start=0, end=3, text="Teas")
    assert bo.post("/pages/1/1/retype", line="p1-l1", start=4, end=7, text="&").status_code == 200
    assert "Teas" in text_of(desk)[1]


def test_who_sees_what_the_other_said_may_say_otherwise(ana, bo, desk):
    bo.at("S13.50")
    ana.at("S13.50").answer("accept")
    bo.last = desk.ledger.last()
    assert bo.answer("=$15.50").status_code == 200
    assert "Total $15.50" in text_of(desk)


# pages


def test_a_page_stands_beside_its_text_with_every_word_in_both(ana):
    html = ana.client.get("/pages/1/1").text
    numbers = re.findall(r'<rect class="word [a-z]*" data-number="(\d+)"', html)
    assert numbers == re.findall(r'<button type="button" class="word [a-z]*"[^>]*? data-number="(\d+)"', html)
    assert html.count('class="block table"') == 1
    assert ana.client.get("/pages/1/1/image").headers["content-type"] == "image/jpeg"


def test_lines_are_put_in_moved_and_struck_out_and_it_is_all_taken_back(ana, desk):
    before = text_of(desk)
    ana.post("/pages/1/1/add", text="Thank you", box=[40, 300, 240, 332])
    assert text_of(desk)[-1] == "Thank you"
    assert desk.page(1, 1)[0].unread == ()
    ana.post("/pages/1/1/move", line="p1-l3", before="p1-l0")
    assert text_of(desk)[0] == "Total S13.50"
    ana.post("/pages/1/1/delete", line="p1-l1")
    assert "" in text_of(desk)
    assert "Tea" not in desk.write(1)[0]
    assert "Tea" not in (desk.plan.outputs / "a.png.txt").read_text()
    for number in (3, 2, 1):
        assert ana.post(f"/pages/1/1/undo/{number}").json()["said"] == "Taken back."
    assert text_of(desk) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("retype", {"line": "p1-l1", "start": 0, "end": 99, "text": "x"}),
        ("retype", {"line": "nowhere", "start": 0, "end": 1, "text": "x"}),
        ("add", {"text": "x", "box": [0, 0, 9000, 20]}),
        ("add", {"text": "x", "box": [20, 20, 10, 30]}),
        ("move", {"line": "p1-l1", "before": "nowhere"}),
        ("delete", {"line": "nowhere"}),
    ],
)
def test_a_change_of_what_is_not_there_is_refused(ana, desk, path, body):
    assert ana.post(f"/pages/1/1/{path}", **body).status_code in (400, 404, 409)
    assert desk.ledger.last() == 0


def test_a_text_is_found_whatever_its_accents(ana):
    assert ana.client.get("/find", params={"q": "mïlk"}).text.count("/pages/") == 0
    found = ana.client.get("/find", params={"q": 'rnîlk"'}).text
    assert found.count("/pages/") == 2


def test_a_scan_that_is_gone_leaves_cards_and_pages_with_their_text(tmp_path, access):
    plan = folder(tmp_path)
    for scan in plan.inputs.iterdir():
        scan.unlink()
    with Desk(plan).open() as desk:
        reviewer = Reviewer(desk, access, "Ana")
        html = reviewer.client.get("/pages/1/1").text
        assert "The scan is not at hand" in html
        assert 'data-text="rnilk"' in html
        assert reviewer.client.get(f"/cards/{reviewer.card}/picture").status_code in (404, 422)
        assert reviewer.all() == 10


HOSTILE = "<script>alert(1)</script>\"'&{{ 7777 * 1111 }}"


def test_what_stands_on_a_page_is_text_and_nothing_else(tmp_path, access):
    lines = tuple(
        replace(
            line, id=f"{HOSTILE}{n}", text=HOSTILE, words=(), evidence=None, correction=None, doubts=(Doubt(0, 9, HOSTILE),)
        )
        for n, line in enumerate(page(1).lines())
    )
    far = Unread(Box(float("nan"), 0, float("inf"), 1e300), "faint", HOSTILE)
    with Desk(folder(tmp_path, names=("a.png",))) as desk:
        desk.ledger.add_page(Job(1, "a.png", "", 1), replace(page(1), blocks=(Block(lines),), unread=(far,)))
        desk.open()
        reviewer = Reviewer(desk, access, HOSTILE)
        assert reviewer.card
        pages = [reviewer.html, *(reviewer.client.get(path).text for path in ("/pages/1/1", "/documents", "/find?q=script"))]
        while reviewer.card:
            assert reviewer.answer("=" + HOSTILE).status_code == 200
            pages.append(reviewer.html)
        pages.append(reviewer.client.get("/pages/1/1").text)
    for html in pages:
        assert "<script>alert" not in html
        assert "8640247" not in html


def test_names_to_serve_are_told_as_hosts_say_them_and_no_name_is_none():
    assert hosts(["", "[", "::1", "[::1]", "Scans.example", "127.0.0.1"]) == ("[::1]", "scans.example", "127.0.0.1")


# results, the record, later corrections


def test_a_document_is_written_anew_when_its_last_card_is_answered(tmp_path, access):
    plan = folder(tmp_path, names=("a.png",), formats="text,json")
    with Desk(plan).open() as desk:
        Reviewer(desk, access, "Ana").all()
    assert (plan.outputs / "a.png.txt").read_text().splitlines()[:4] == [
        "Invoice 2047 of 12.03.2018", "Tea and milk", "3 x 4.50", "Total $13.50",
    ]  # fmt: skip
    kept = schema.loads((plan.outputs / "a.png.json").read_text())
    assert {f.who for line in kept.lines() for v in line.verdicts for f in v.findings if f.witness == "person"} == {"Ana"}


def test_the_record_has_a_line_for_each_decision_that_stands(ana, desk):
    ana.at("S13.50").client.get(re.search(r'<image href="([^"]+)"', ana.html)[1].replace("&amp;", "&"))
    ana.answer("accept")
    ana.answer("=$99.99")
    ana.post("/undo")
    lines = [json.loads(line) for line in ana.client.get("/documents/1/record.jsonl").text.splitlines()]
    assert [(one["before"], one["after"], one["by"]) for one in lines] == [("S13.50", "$13.50", "Ana")]
    assert re.fullmatch("[0-9a-f]{64}", lines[0]["crop"])


def test_decisions_stand_on_pages_that_are_read_anew(ana, desk):
    ana.all()
    decided = text_of(desk)
    with Manifest(desk.plan.manifest) as manifest:
        manifest.add_page(Job(1, "a.png", "", 1), page(1))
    assert text_of(desk) == decided
    desk.ledger.index(1, "a.png", 1)
    assert desk.ledger.progress() == (10, 10, 0)


def test_a_json_document_is_reviewed_in_its_place_and_taken_in_again_where_it_was_changed(tmp_path, access):
    review_folder.draw(tmp_path / "a.png")
    result = tmp_path / "a.json"
    result.write_text(schema.dumps(Document(str(tmp_path / "a.png"), (page(1),))))
    wanted = Wanted(result)
    with Desk(opened(wanted, Settings()), result_of(wanted)).open() as desk:
        reviewer = Reviewer(desk, access, "Ana")
        reviewer.at("S13.50").answer("=$14.50")
        reviewer.take(reviewer.client.get("/cards/next").json()["html"])
        reviewer.all()
    decided = schema.loads(result.read_text())
    assert "Total $14.50" in decided.corrected
    with Desk(opened(wanted, Settings()), result_of(wanted)).open() as desk:
        assert desk.ledger.progress() == (5, 5, 0)
    result.write_text(schema.dumps(decided) + "\n")
    with Desk(opened(wanted, Settings()), result_of(wanted)).open() as desk:
        assert "Total $14.50" in text_of(desk)
        reviewer = Reviewer(desk, access, "Ana")
        while reviewer.post("/undo").json()["said"] == "Taken back.":
            pass
        assert text_of(desk) == [line.text for line in page(1).lines()]


def test_a_result_that_somebody_changed_is_not_written_over(tmp_path, access):
    plan = folder(tmp_path, names=("a.png",))
    plan.outputs.joinpath("a.png.txt").write_text("mine")
    with Desk(plan).open() as desk:
        reviewer = Reviewer(desk, access, "Ana")
        reviewer.all()
        desk.finishing.close()
        assert "a.png.txt" in reviewer.client.get("/documents").text
        assert "is there already" in next(iter(desk.finishing.failures().values()))
    assert plan.outputs.joinpath("a.png.txt").read_text() == "mine"


# languages


def test_every_language_has_every_message_with_the_same_places():
    names = {language: catalogue.messages(language) for language in catalogue.LANGUAGES}
    for language, messages in names.items():
        assert messages.keys() == names["en"].keys(), language
        for name, text in messages.items():
            assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", names["en"][name])), (language, name)
            assert text.strip()


def test_the_pages_speak_vietnamese_to_who_asks_for_it(ana):
    html = ana.client.get("/", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.8"}).text
    assert '<html lang="vi">' in html
    assert "Chấp nhận" in html
    ana.client.post("/reader", data={"language": "vi"}, headers=ana.headers)
    assert "Chấp nhận" in ana.client.get("/").text


def test_a_name_that_was_given_is_kept_with_the_decisions(ana, desk):
    ana.client.post("/reader", data={"name": "Nguyễn Ánh"}, headers=ana.headers)
    ana.answer("accept")
    assert desk.ledger.of_file("a.png")[0].who == "Nguyễn Ánh"


def test_the_number_that_the_page_asks_for_is_one_of_the_readings():
    doubt = Doubt(6, 12, "130.00 stands elsewhere, and fits there; 150.00 does not")
    doubted = replace(page(1), blocks=(Block((Line("l", "Total 150.00", doubts=(doubt,)),)),), unread=())
    assert [with_others(card, doubted).others for card in cards(doubted)] == [("130.00",)]


def test_every_card_of_a_page_can_be_kept_as_json():
    from ocrect.review.cards import Card

    for card in cards(page(1)):
        assert Card.loads(card.dumps()) == card
