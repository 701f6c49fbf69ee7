"""What tills print: rows of signs with a heading between, labels with their values in columns, tax tables, greetings."""

from __future__ import annotations

import random
from collections.abc import Sequence

from training.numbers import amount, code, date, figure, phone, price

LABELS = {
    "en": """Item|Items|Item(s)|Qty|Total Qty|U/Price|S/Price|Unit Price|Price|Amount|Amt|Amt(RM)|Disc|Discount|Tax
Tax Code|Tax(RM)|Tax Amt|Rate|Total|Sub Total|SUBTOTAL|Total Sales|Total Sales (Excl GST)|Total (Incl. GST)
Total Incl. GST @ 6%|GST|GST Summary|VAT|Rounding|Rounding Adj|Round Adj|Nett Total|Cash|CASH RM|Change
Change Due|Tendered|Paid|Balance|Visa|Master|Card No|Auth Code|Approval|GST ID|GST No|GST Reg No|Co. Reg No
Reg. No.|VAT No|Tax Invoice|TAX INVOICE|Invoice|Invoice No|Inv No|Bill No|Receipt|Receipt No|Doc No|Order
Order No|Table|Tbl|Pax|Guest|Cover|Cashier|Server|Operator|Staff|Salesperson|Member|Member No|Point|Points|Ref
Ref No|Terminal|Counter|Cntr|Till|Trans|Trn|Shift|Mch No|Slip No|Date|Time|Date/Time|Tel|TEL|Fax|Phone
Opening Hours|Description|Code|Type|SR|ZRL|Tare|Net""",
    "vi": """Số lượng|SL|Đơn giá|Đ.giá|T.Tiền|Thành tiền|Tổng|Tổng cộng|Tổng tiền|Tổng tiền hàng|Giảm giá|Chiết khấu
Thuế GTGT|Tiền thuế|VAT|Khách đưa|Tiền khách đưa|Tiền thừa|Tiền thối lại|Tiền mặt|Thẻ|Số HĐ|Số hóa đơn|Số CT
Mã ĐH|Mã số thuế|MST|Ngày|Giờ|Giờ vào|Giờ ra|Ngày bán|Bàn|Thu ngân|NV|Nhân viên|Quầy|Ca|Tên hàng|Mặt hàng|ĐVT
ĐT|Điện thoại|Hotline|Hoá đơn|HÓA ĐƠN BÁN HÀNG|PHIẾU THANH TOÁN|PHIẾU TÍNH TIỀN""",
    "de": """Artikel|Menge|Anz|Stk|Einzel|Betrag|Summe|SUMME EUR|Zwischensumme|Gesamt|zu zahlen|Gegeben|Rückgeld|BAR
EC-Cash|Karte|MwSt|MwSt-Satz|Netto|Brutto|Steuer|A 19,0%|B 7,0%|Beleg-Nr.|Bon-Nr.|Trace-Nr.|Terminal-ID|Kasse
Bediener|Datum|Uhrzeit|Tel.|USt-IdNr.|St.-Nr.|Rabatt|Pfand|Tisch""",
    "fr": """Article|Qté|P.U.|Prix|Désignation|Montant|Total|TOTAL TTC|TOTAL HT|Sous-total|TVA|Taux|T.V.A. 20,0%|Espèces|CB
Carte bancaire|Rendu|A rendre|Remise|Ticket|N° ticket|Caisse|Caissier|Date|Heure|Tél|SIRET|Table|Couverts
Net à payer|Merci de votre visite""",
}
"""Words that stand before values and over columns, of languages; other languages take those of English."""
GREETINGS = {
    "en": """Thank you|THANK YOU|Thank You. Please Come Again|THANK YOU, HAVE A NICE DAY|Please come again
Goods sold are not returnable|Goods sold are not refundable|No exchange without receipt|OFFICIAL RECEIPT
CUSTOMER COPY|Customer Copy|DUPLICATE|REPRINT|END|CLOSED BILL|Welcome""",
    "vi": """Xin cảm ơn|CẢM ƠN QUÝ KHÁCH|Xin cám ơn quý khách|Hẹn gặp lại|HẸN GẶP LẠI QUÝ KHÁCH|Cảm ơn và hẹn gặp lại
Hàng bán rồi miễn đổi trả|KÍNH CHÀO QUÝ KHÁCH|Wifi miễn phí|Giá đã bao gồm VAT""",
    "de": "Vielen Dank|VIELEN DANK FÜR IHREN EINKAUF|Auf Wiedersehen|Es bediente Sie|Kundenbeleg|Umtausch nur mit Bon|Rechnung",
    "fr": "Merci|MERCI DE VOTRE VISITE|Au revoir|A bientôt|Ticket client|DUPLICATA|Aucun échange sans ticket|Bonne journée",
}
"""What stands alone in a line, or between signs."""
RULES = ("*", "*", "*", "-", "-", "=", "=", ".", "_", "~", "#", "+", "* ", "* ", "- ", ". ", "-=", "*-", "<>", "/")
"""Signs of which rows are made."""
ALONE = ("*", "* ", "#", "+", "*-")
"""Those that are text where nothing else stands in the row: of strokes, the engine makes rules of a page."""
GAPS = (" ", " ", ": ", ": ", ": ", " : ", " : ", " : ", ":", ":", " :", ". ", "- ", " @ ", " x ")
"""Between a label and its value: mostly a colon, or who learns from these lines leaves it out."""

Dice = random.Random


def line(dice: Dice, language: str) -> str:
    """A line of a slip, in the words of ``language``."""
    labels, greetings = (table.get(language, table["en"]).replace("\n", "|").split("|") for table in (LABELS, GREETINGS))
    kind = dice.random()
    if kind < 0.16:
        return _ruled(dice, [*labels, *greetings, date(dice), price(dice)])
    if kind < 0.26:
        return dice.choice(greetings) + dice.choice(("", "", "", "!", "...", " !!!"))
    if kind < 0.46:
        return " ".join(dice.choices(labels, k=dice.randint(2, 5)))
    if kind < 0.6:
        return _sums(dice)
    value = dice.choice((price, price, amount, date, phone, code, figure))
    return "".join((dice.choice(labels), dice.choice(GAPS), value(dice), dice.choice(("", "", "", f" {figure(dice)}"))))


def _ruled(dice: Dice, headings: Sequence[str]) -> str:
    """A row of signs, alone or around a heading."""
    sign, signs = dice.choice(RULES), dice.randint(2, 24)
    if sign in ALONE and dice.random() < 0.4:
        return (sign * (signs + 8)).strip()
    between = dice.choice(("", " ", " "))
    return f"{(sign * signs).strip()}{between}{dice.choice(headings)}{between}{(sign * (signs + dice.randint(-1, 1))).strip()}"


def _sums(dice: Dice) -> str:
    """A row of a tax table or of goods: codes, rates and amounts side by side."""
    cents = [f"{dice.randint(0, 10 ** dice.randint(1, 4))}.{dice.randint(0, 99):02}" for _ in range(dice.randint(1, 4))]
    head = dice.choice(
        ("", "SR", "S", "ZRL", "Z", "SR 6%", "SR @6.0%", "A 19%", "6 %", "1 x", "2 X", "1 @", f"{dice.randint(1, 99)}")
    )
    tail = dice.choice(("", "", "SR", "SR", "S", "S", "S", "T", "Z", "Z", "ZRL", "A", "B", "V", "*", "6%"))
    cents[-1] = dice.choice(("{}", "{}", "{}", "-{}", "({})", "RM{}", "RM {}", "${}", "={}", "= {}", "{}-")).format(cents[-1])
    return " ".join((head, *cents, tail))
