"""Vietnamese documents drawn for the purpose: invoice, contract, letter, receipt and form, as a worn scanner leaves them.

Names, goods and amounts are drawn from the dice; sums are right. The fonts are families that the recogniser's head was not
trained on (training/faces.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench import scan
from bench.fonts import fonts
from ocrect.measure.metrics import Counts, cer, number_recall
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document, PageImage
from ocrect.settings import Settings

FACES = "Andika-Regular|Cabin-Regular|JetBrainsMono-Regular|Roboto-Regular|RobotoSlab-Regular|Vollkorn-Regular"
MARGIN, LEADING, WIDTH = 90, 1.55, 1400  # pixels at 200 dots to the inch

Dice = random.Random
Row = tuple[tuple[float, str], ...]
"""A row of the page: texts and where each begins, as a part of the width."""

_NAMES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
_MIDDLE = "Văn Thị Minh Hữu Ngọc Đức Quốc Thành Xuân Hồng Thúy Bảo Gia".split()
_GIVEN = """An Bình Cường Dũng Giang Hà Hải Hằng Hiếu Hưng Khánh Lan Linh Long Mai Nam Nga Phúc Phượng Quân Sơn Thảo Thủy Tiến
Trung Tuấn Vân Yến""".split()
_STREETS = (
    "Trần Hưng Đạo",
    "Lê Lợi",
    "Nguyễn Huệ",
    "Điện Biên Phủ",
    "Hai Bà Trưng",
    "Phố Huế",
    "Lý Thường Kiệt",
    "Cách Mạng Tháng Tám",
)
_CITIES = ("Hà Nội", "Thành phố Hồ Chí Minh", "Đà Nẵng", "Hải Phòng", "Cần Thơ", "Huế", "Nha Trang", "Buôn Ma Thuột")
_FIRMS = (
    "Công ty TNHH Thương mại",
    "Công ty Cổ phần Xây dựng",
    "Doanh nghiệp tư nhân",
    "Hợp tác xã Nông nghiệp",
    "Cửa hàng Tiện lợi",
)
_GOODS = (
    "Giấy in khổ A4",
    "Mực máy in",
    "Bút bi Thiên Long",
    "Cà phê rang xay",
    "Nước mắm Phú Quốc",
    "Gạo tẻ thơm",
    "Sữa đặc có đường",
    "Phở bò tái chín",
    "Bánh mì thịt nguội",
    "Trà đá",
    "Dịch vụ vận chuyển",
    "Phí bảo trì hằng tháng",
    "Ghế xoay văn phòng",
    "Đèn bàn học sinh",
    "Ổ cứng di động",
    "Bộ lưu điện",
)
_SENTENCES = (
    "Hai bên thống nhất ký kết hợp đồng với những điều khoản sau đây.",
    "Bên A có trách nhiệm thanh toán đầy đủ và đúng hạn cho bên B.",
    "Mọi tranh chấp phát sinh sẽ được giải quyết trước hết bằng thương lượng.",
    "Hợp đồng được lập thành bốn bản có giá trị pháp lý như nhau, mỗi bên giữ hai bản.",
    "Chúng tôi xin chân thành cảm ơn quý khách đã tin tưởng và ủng hộ trong suốt thời gian qua.",
    "Kính mong quý cơ quan xem xét và sớm có ý kiến phản hồi bằng văn bản.",
    "Nếu có điều gì chưa rõ, xin vui lòng liên hệ với phòng kế toán theo số điện thoại ghi ở trên.",
    "Thời tiết miền Bắc những ngày này rất lạnh, nhiều nơi có sương mù dày đặc vào sáng sớm.",
    "Bà nội vẫn khỏe, tuần trước còn tự tay gói bánh chưng gửi cho các cháu ở xa.",
    "Người lao động được nghỉ mười hai ngày phép hưởng nguyên lương trong một năm.",
    "Bên nào vi phạm thì phải bồi thường thiệt hại theo quy định của pháp luật hiện hành.",
    "Thửa đất nói trên không có tranh chấp, không bị kê biên để bảo đảm thi hành án.",
    "Học sinh nộp hồ sơ trực tiếp tại văn phòng nhà trường trước mười bảy giờ mỗi ngày.",
)


@dataclass
class Result:
    """Of the documents of one kind: characters wrong, numbers missing, amounts with their ₫ missing."""

    characters: Counts = field(default_factory=Counts)
    numbers: Counts = field(default_factory=Counts)
    amounts: Counts = field(default_factory=Counts)


def run(seed: int, documents: int, settings: dict[str, str]) -> None:
    """Print a row for each kind of document."""
    print("kind      CER read → corrected  numbers missing read → corrected  amounts with ₫ missing read → corrected")
    with Pipeline(Settings().with_(**settings)) as reader:
        for name, kind in KINDS.items():
            read, corrected = Result(), Result()
            for number in range(documents // len(KINDS)):
                dice = random.Random(f"{seed}/{name}/{number}")
                rows = kind(dice)
                truth = "\n".join(" ".join(text for _, text in row) for row in rows if row)
                page = reader.recognize(_drawn(rows, dice, f"{name}-{number}"))
                document = reader.correct(Document(name, (page,)))
                for result, text in ((read, document.text), (corrected, document.corrected)):
                    result.characters += cer(text, truth)
                    result.numbers += number_recall(text, truth)
                    result.amounts += _amounts(text, truth)
            print(
                f"{name:9} {read.characters.rate:7.2%} → {corrected.characters.rate:.2%}"
                f"  {read.numbers.errors} → {corrected.numbers.errors} of {read.numbers.total}"
                f"  {read.amounts.errors} → {corrected.amounts.errors} of {read.amounts.total}",
                flush=True,
            )


def _amounts(text: str, truth: str) -> Counts:
    """The truth's amounts in đồng that the text lacks, sign and all."""
    wanted = [word for word in truth.replace(" ₫", "₫").split() if word.endswith("₫")]
    found = text.replace(" ₫", "₫").split()
    return Counts(sum(max(0, wanted.count(word) - found.count(word)) for word in set(wanted)), len(wanted))


def _invoice(dice: Dice) -> list[Row]:
    items = [(dice.choice(_GOODS), dice.randint(1, 40), dice.randint(4, 900) * 1000) for _ in range(dice.randint(4, 9))]
    rows: list[Row] = [
        _row(f"{dice.choice(_FIRMS)} {_name(dice)}"),
        _row(f"Địa chỉ: {_address(dice)}"),
        _row(f"Mã số thuế: {dice.randint(10**9, 10**10 - 1)}", f"Điện thoại: {_phone(dice)}"),
        (),
        ((0.3, "HÓA ĐƠN GIÁ TRỊ GIA TĂNG"),),
        _row(f"Số: {dice.randint(1, 99999):07}", f"Ngày {_date(dice)}"),
        _row(f"Người mua: {_name(dice)}"),
        (),
        _table("Tên hàng hóa", "SL", "Đơn giá", "Thành tiền"),
    ]
    rows += [_table(thing, str(count), _dong(price), _dong(count * price)) for thing, count, price in items]
    net = sum(count * price for _, count, price in items)
    rate = dice.choice((5, 8, 10))
    tax = net * rate // 100
    rows += [(), _sum("Cộng tiền hàng:", net), _sum(f"Thuế suất GTGT {rate}%:", tax), _sum("Tổng cộng:", net + tax)]
    return [*rows, (), ((0.1, "Người mua hàng"), (0.65, "Người bán hàng"))]


def _contract(dice: Dice) -> list[Row]:
    rows: list[Row] = [
        ((0.15, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),),
        ((0.27, "Độc lập - Tự do - Hạnh phúc"),),
        (),
        ((0.3, "HỢP ĐỒNG MUA BÁN"),),
        ((0.32, f"Số: {dice.randint(1, 400)}/{dice.randint(2015, 2030)}/HĐMB"),),
        (),
        _row(f"Hôm nay, ngày {_date(dice)}, tại {dice.choice(_CITIES)}, chúng tôi gồm có:"),
    ]
    for side in "AB":
        rows += [
            _row(f"Bên {side}: {dice.choice(_FIRMS)} {_name(dice)}"),
            _row(f"Đại diện: {dice.choice(('Ông', 'Bà'))} {_name(dice)}, chức vụ: {dice.choice(('Giám đốc', 'Chủ nhiệm'))}"),
            _row(f"Địa chỉ: {_address(dice)}"),
        ]
    for number in range(1, 5):
        rows += [_row(f"Điều {number}."), *(_row(line) for line in _wrapped(" ".join(dice.sample(_SENTENCES, 2))))]
    return [*rows, _row(f"Giá trị hợp đồng: {_dong(dice.randint(20, 9000) * 1_000_000)}")]


def _letter(dice: Dice) -> list[Row]:
    rows: list[Row] = [
        ((0.45, f"{dice.choice(_CITIES)}, ngày {_date(dice)}"),),
        (),
        _row(f"Kính gửi: {dice.choice(('Ông', 'Bà', 'Anh', 'Chị'))} {_name(dice)}"),
        _row(f"Địa chỉ: {_address(dice)}"),
        (),
    ]
    for _ in range(3):
        rows += [*(_row(line) for line in _wrapped(" ".join(dice.sample(_SENTENCES, 3)))), ()]
    return [*rows, ((0.6, "Trân trọng,"),), ((0.6, _name(dice)),)]


def _receipt(dice: Dice) -> list[Row]:
    items = [(dice.choice(_GOODS), dice.randint(1, 5), dice.randint(8, 250) * 1000) for _ in range(dice.randint(4, 10))]
    total = sum(count * price for _, count, price in items)
    paid = -(-total // 100_000) * 100_000
    rows: list[Row] = [
        ((0.25, f"QUÁN {dice.choice(_GIVEN).upper()} {dice.choice(_NAMES).upper()}"),),
        ((0.1, _address(dice)),),
        ((0.3, "PHIẾU THANH TOÁN"),),
        _row(f"Ngày: {_date(dice)} {dice.randint(7, 22)}:{dice.randint(0, 59):02}", f"Bàn: {dice.randint(1, 40)}"),
    ]
    rows += [((0.0, f"{count} x {thing}"), (0.7, _dong(count * price))) for thing, count, price in items]
    return [
        *rows,
        _sum("Tổng cộng:", total),
        _sum("Tiền khách đưa:", paid),
        _sum("Tiền thừa:", paid - total),
        _row("Cảm ơn quý khách!"),
    ]


def _form(dice: Dice) -> list[Row]:
    return [
        ((0.25, "TỜ KHAI ĐĂNG KÝ TẠM TRÚ"),),
        (),
        _row(f"1. Họ và tên: {_name(dice)}"),
        _row(f"2. Ngày sinh: {_date(dice)}", f"Giới tính: {dice.choice(('Nam', 'Nữ'))}"),
        _row(f"3. Số căn cước: {dice.randint(10**11, 10**12 - 1)}"),
        _row(f"4. Quê quán: {dice.choice(_CITIES)}", "Dân tộc: Kinh"),
        _row(f"5. Nơi thường trú: {_address(dice)}"),
        _row(f"6. Nghề nghiệp: {dice.choice(('Kỹ sư', 'Giáo viên', 'Bác sĩ', 'Nông dân', 'Thợ điện'))}"),
        _row(f"7. Điện thoại: {_phone(dice)}"),
        _row(f"8. Lệ phí: {_dong(dice.randint(5, 90) * 1000)}"),
        (),
        *(_row(line) for line in _wrapped("Tôi xin cam đoan những lời khai trên là đúng sự thật. " + dice.choice(_SENTENCES))),
        ((0.55, f"{dice.choice(_CITIES)}, ngày {_date(dice)}"),),
        ((0.62, "Người khai ký tên"),),
        ((0.62, _name(dice)),),
    ]


KINDS: dict[str, Callable[[Dice], list[Row]]] = {
    "invoice": _invoice,
    "contract": _contract,
    "letter": _letter,
    "receipt": _receipt,
    "form": _form,
}


def _row(left: str, right: str = "") -> Row:
    return ((0.0, left), (0.6, right)) if right else ((0.0, left),)


def _table(*cells: str) -> Row:
    return tuple(zip((0.0, 0.42, 0.54, 0.77), cells, strict=True))


def _sum(label: str, value: int) -> Row:
    return ((0.42, label), (0.77, _dong(value)))


def _name(dice: Dice) -> str:
    return f"{dice.choice(_NAMES)} {dice.choice(_MIDDLE)} {dice.choice(_GIVEN)}"


def _address(dice: Dice) -> str:
    return f"{dice.randint(1, 400)} {dice.choice(_STREETS)}, {dice.choice(_CITIES)}"


def _phone(dice: Dice) -> str:
    return f"0{dice.randint(20, 99)} {dice.randint(100, 999)} {dice.randint(1000, 9999)}"


def _date(dice: Dice) -> str:
    return f"{dice.randint(1, 28):02}/{dice.randint(1, 12):02}/{dice.randint(2015, 2029)}"


def _dong(value: int) -> str:
    return f"{value:,}".replace(",", ".") + " ₫"


def _wrapped(text: str, most: int = 68) -> Sequence[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _faces() -> list[Path]:
    """The fonts of :data:`FACES`: others need not have the letters.

    Raises:
        SystemExit: there are none.
    """
    found = [path for path in fonts(FACES) if re.match(FACES, path.name)]
    if not found:
        raise SystemExit("this benchmark needs fonts of its own (Debian: fonts-sil-andika, fonts-cabin, …)")
    return found


def _drawn(rows: list[Row], dice: Dice, name: str) -> PageImage:
    path = dice.choice(_faces())
    size = 24 if "Mono" in path.name else 30
    font = ImageFont.truetype(str(path), size)
    picture = Image.new("RGB", (WIDTH, round(len(rows) * size * LEADING) + 2 * MARGIN), "white")
    pen = ImageDraw.Draw(picture)
    for number, row in enumerate(rows):
        for left, text in row:
            at = (MARGIN + left * (WIDTH - 2 * MARGIN), MARGIN + round(number * size * LEADING))
            pen.text(at, text, font=font, fill="black")
    return scan.page(PageImage(np.asarray(picture), 1, 200.0), "light", name=name)


if __name__ == "__main__":
    run(1, 40, {"language": "vi"})
