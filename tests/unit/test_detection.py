"""The language of a text, without being told. The paragraphs are our own."""

from __future__ import annotations

import pytest

from ocrect.words.detection import bare_form, clearly_not, detect
from ocrect.words.language import languages_of, main_language
from ocrect.words.lexicon import UNDETERMINED

PARAGRAPHS = {
    "en": "The old bridge was closed for two weeks because the river had risen after the long rain, and "
    "everyone who wanted to reach the market had to walk through the wood on the other side of the hill.",
    "de": "Die alte Brücke war zwei Wochen lang gesperrt, weil der Fluss nach dem langen Regen gestiegen war, "
    "und wer auf den Markt wollte, musste auf der anderen Seite des Hügels durch den Wald gehen.",
    "fr": "Le vieux pont est resté fermé pendant deux semaines parce que la rivière avait monté après la longue "
    "pluie, et tous ceux qui voulaient aller au marché devaient passer par la forêt de l'autre côté de la "
    "colline.",
    "es": "El viejo puente estuvo cerrado durante dos semanas porque el río había crecido después de la larga "
    "lluvia, y todos los que querían llegar al mercado tenían que pasar por el bosque al otro lado de la "
    "colina.",
    "it": "Il vecchio ponte è rimasto chiuso per due settimane perché il fiume era salito dopo la lunga "
    "pioggia, e chi voleva andare al mercato doveva passare per il bosco dall'altra parte della collina.",
    "pt": "A velha ponte ficou fechada durante duas semanas porque o rio tinha subido depois da longa chuva, e "
    "quem queria chegar ao mercado tinha de passar pela floresta do outro lado da colina.",
    "nl": "De oude brug was twee weken gesloten omdat de rivier na de lange regen was gestegen, en iedereen die "
    "naar de markt wilde moest aan de andere kant van de heuvel door het bos lopen.",
    "sv": "Den gamla bron var stängd i två veckor eftersom floden hade stigit efter det långa regnet, och alla "
    "som ville till torget fick gå genom skogen på andra sidan av kullen.",
    "pl": "Stary most był zamknięty przez dwa tygodnie, ponieważ rzeka podniosła się po długim deszczu, i "
    "każdy, kto chciał dojść na targ, musiał iść przez las po drugiej stronie wzgórza.",
    "cs": "Starý most byl dva týdny zavřený, protože řeka po dlouhém dešti stoupla, a každý, kdo chtěl na trh, "
    "musel jít lesem na druhé straně kopce, kde už nebyla žádná cesta.",
    "tr": "Eski köprü iki hafta boyunca kapalı kaldı çünkü uzun yağmurdan sonra nehir yükselmişti ve pazara "
    "gitmek isteyen herkes tepenin öbür tarafındaki ormandan geçmek zorunda kaldı.",
    "vi": "Cây cầu cũ bị đóng trong hai tuần vì nước sông dâng cao sau trận mưa dài, và mọi người muốn đến chợ "
    "đều phải đi qua khu rừng ở phía bên kia của ngọn đồi.",
    "ru": "Старый мост был закрыт две недели, потому что река поднялась после долгого дождя, и каждый, кто "
    "хотел попасть на рынок, должен был идти через лес на другой стороне холма.",
    "uk": "Старий міст був закритий два тижні, тому що річка піднялася після довгого дощу, і кожен, хто хотів "
    "потрапити на ринок, мусив іти через ліс на іншому боці пагорба.",
    "el": "Η παλιά γέφυρα έμεινε κλειστή για δύο εβδομάδες, γιατί το ποτάμι είχε ανέβει μετά τη μεγάλη βροχή.",
    "ja": "古い橋は長い雨のあとで川の水が増えたため、二週間のあいだ閉じられていました。",
    "zh": "因为长时间下雨以后河水上涨，那座旧桥关闭了两个星期。",
}


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_a_paragraph_tells_its_language(language: str) -> None:
    assert detect([PARAGRAPHS[language]]).language == language


@pytest.mark.parametrize("language", ["de", "fr", "es", "pt", "sv", "pl", "cs", "tr", "vi"])
def test_a_paragraph_tells_its_language_without_its_accents_and_in_capitals(language: str) -> None:
    assert detect([bare_form(PARAGRAPHS[language].lower()).upper()]).language == language


@pytest.mark.parametrize("text", ["", "12.30 4711", "Xqzt wvrk plomf dsrt brzak qwolt ztrm", "Total 12.00"])
def test_what_tells_nothing_is_of_no_language(text: str) -> None:
    assert detect([text]).language == UNDETERMINED


def test_a_line_in_another_language_than_its_page_has_its_own() -> None:
    lines = [PARAGRAPHS["de"][:80], PARAGRAPHS["de"][80:], PARAGRAPHS["fr"], "Schmidt, Berlin"]
    assert languages_of(lines) == ["de", "de", "fr", "de"]


def test_a_page_of_a_few_words_is_taken_for_english_and_one_of_many_unknown_words_for_nothing() -> None:
    assert languages_of(["Tel. 0123", "Bonn"]) == ["en", "en"]
    assert set(languages_of(["Xqzt wvrk plomf dsrt brzak", "qwolt ztrm vvarn dkolp"])) == {UNDETERMINED}


def test_the_main_language_is_that_of_most_lines_that_have_one() -> None:
    assert main_language(["", "de", "en", "de", UNDETERMINED, UNDETERMINED, UNDETERMINED]) == "de"
    assert main_language([""]) == UNDETERMINED


def test_a_page_is_clearly_in_another_language_only_where_it_has_many_words_of_another_language_than_those_named() -> None:
    assert clearly_not((PARAGRAPHS["de"],), ("en",)) == "de"
    assert clearly_not((PARAGRAPHS["ru"],), ("en",)) == "ru"
    assert clearly_not((PARAGRAPHS["de"],), ("en", "de")) == ""
    assert clearly_not(("Das ist gut.",), ("en",)) == ""
    assert clearly_not((PARAGRAPHS["de"],), ("xx",)) == ""
