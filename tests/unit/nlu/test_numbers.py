"""Numbers that name an account, a phone, a meter, an order or a person, typed and spoken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.characters import normalize
from bot.nlu.entities import amounts, numbers, times
from bot.nlu.entities.span import Span
from runtime.clock import SHANGHAI

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
SPOKEN = "零幺二三四五六拐八九"
KINDS: dict[str, Callable[[str], Iterable[Span]]] = {
    "account": numbers.accounts, "phone": numbers.phones, "meter": numbers.meters, "ticket": numbers.tickets,
    "id": numbers.id_numbers,
}  # fmt: skip

TABLE = [
    ("户号6201011006117查账单", "account", [("6201011006117", "6201011006117")]),
    ("户号 62010 11006117 上月", "account", [("62010 11006117", "6201011006117")]),
    ("6201-0110-06117", "account", [("6201-0110-06117", "6201011006117")]),
    ("６２０１０１１００６１１７", "account", [("6201011006117", "6201011006117")]),
    ("六二零幺零幺幺零零六幺幺拐", "account", [("六二零幺零幺幺零零六幺幺拐", "6201011006117")]),
    ("六二零一三三零零五五八幺二", "account", [("六二零一三三零零五五八幺二", "6201330055812")]),
    ("6201洞洞幺拐两三三四五", "account", [("6201洞洞幺拐两三三四五", "6201001723345")]),
    ("缴费号 0800840012345678", "account", [("0800840012345678", "0800840012345678")]),
    ("老户号1234567890", "account", [("1234567890", "1234567890")]),
    ("6201011006117 13800000012", "account", [("6201011006117", "6201011006117")]),
    ("6201 4432 18890 8月多少", "account", [("6201 4432 18890", "6201443218890")]),
    ("给6201330012580打50块", "account", [("6201330012580", "6201330012580")]),
    ("充个100 6201440055667", "account", [("6201440055667", "6201440055667")]),
    ("6201000881230，500充错了", "account", [("6201000881230", "6201000881230")]),
    ("6201340099120一百", "account", [("6201340099120", "6201340099120")]),
    ("6201330064007和6201330038890", "account", [(digits, digits) for digits in ("6201330064007", "6201330038890")]),
    ("刚给你的是表号，户号是这个：6201330064007", "account", [("6201330064007", "6201330064007")]),
    ("6201004040404这块表空载还在转", "account", [("6201004040404", "6201004040404")]),
    ("户号是 330100001234", "account", []), ("330100001234", "account", []), ("户号12345678", "account", []),
    ("13800000012", "account", []), ("123456", "account", []), ("F26112100012", "account", []),
    ("卡号6222021234567890", "account", []), ("银行卡1234567890123", "account", []),
    ("订单号2026112112345", "account", []), ("表号0620133009918", "account", []),
    ("0330100991235这块表", "account", []), ("税号91620100MA7XX00X1K", "account", []),
    ("lm2026@example.com", "account", []), ("86 13800000012", "account", []), ("电话0620-5550101", "account", []),
    ("", "account", []), ("三百多块钱一个月", "account", []),
    ("幺三八洞洞洞洞洞洞幺二", "phone", [("幺三八洞洞洞洞洞洞幺二", "13800000012")]),
    ("一三八零零零零四四幺二", "phone", [("一三八零零零零四四幺二", "13800004412")]),
    ("138 0000 0012", "phone", [("138 0000 0012", "13800000012")]),
    ("138-0000-0012", "phone", [("138-0000-0012", "13800000012")]),
    ("+8613800000012", "phone", [("+8613800000012", "13800000012")]),
    ("+86 138 0000 0012", "phone", [("+86 138 0000 0012", "13800000012")]),
    ("8613800000012", "phone", [("8613800000012", "13800000012")]),
    ("电话0620-5551234", "phone", [("0620-5551234", "0620-5551234")]),
    ("0620 5551234", "phone", [("0620 5551234", "0620-5551234")]),
    ("06205551234", "phone", [("06205551234", "0620-5551234")]),
    ("010-88886666", "phone", [("010-88886666", "010-88886666")]),
    ("01088886666", "phone", [("01088886666", "010-88886666")]),
    ("零六二零五五五一二三四", "phone", [("零六二零五五五一二三四", "0620-5551234")]),
    ("到13800001144和13900002255两个手机", "phone", [(digits, digits) for digits in ("13800001144", "13900002255")]),
    ("原来13800001111停用，改成13800002222", "phone", [(digits, digits) for digits in ("13800001111", "13800002222")]),
    ("6201011006117", "phone", []), ("12800000012", "phone", []), ("1380000001", "phone", []), ("95598", "phone", []),
    ("N13800000012", "phone", []), ("F26112100012-01到哪了", "ticket", [("F26112100012-01", "F26112100012-01")]),
    ("单子f26112100012", "ticket", [("f26112100012", "F26112100012")]),
    ("F26112100012", "ticket", [("F26112100012", "F26112100012")]),
    ("E26112100012", "ticket", [("E26112100012", "E26112100012")]),
    ("T26112100012", "ticket", [("T26112100012", "T26112100012")]),
    ("A26112100055这个预约", "ticket", [("A26112100055", "A26112100055")]),
    ("N26111500007的增容", "ticket", [("N26111500007", "N26111500007")]),
    ("R26112100012", "ticket", [("R26112100012", "R26112100012")]),
    ("C26111800033", "ticket", [("C26111800033", "C26111800033")]),
    ("单号J26110900012", "ticket", [("J26110900012", "J26110900012")]),
    ("F 26112100012", "ticket", [("F 26112100012", "F26112100012")]),
    ("F-261121-00012", "ticket", [("F-261121-00012", "F26112100012")]),
    ("恩二六一一一二零零零八八", "ticket", [("恩二六一一一二零零零八八", "N26111200088")]),
    ("F二六一一二一零零零幺二", "ticket", [("F二六一一二一零零零幺二", "F26112100012")]),
    ("F26112200561、F26112200562这两单", "ticket", [(order, order) for order in ("F26112200561", "F26112200562")]),
    ("F2611210001", "ticket", []), ("F261121000123", "ticket", []), ("AF26112100012", "ticket", []),
    ("SH20180045512", "ticket", []), ("6201011006117", "ticket", []), ("嗯六二零一三三零零五五八幺二", "ticket", []),
    ("表号0620133009918", "meter", [("0620133009918", "0620133009918")]),
    ("电表号 3302210099871", "meter", [("3302210099871", "3302210099871")]),
    ("电表资产号2201330087761", "meter", [("2201330087761", "2201330087761")]),
    ("SH20180045512电表报警灯常亮", "meter", [("SH20180045512", "SH20180045512")]),
    ("0330100991235这块表想挪到门外", "meter", [("0330100991235", "0330100991235")]),
    ("表上的号是31900556", "meter", [("31900556", "31900556")]),
    ("表号0410338807和0410338814", "meter", [("0410338807", "0410338807"), ("0410338814", "0410338814")]),
    ("1234567890123456789012", "meter", [("1234567890123456789012", "1234567890123456789012")]),
    ("表号幺二三四五六七八九零", "meter", [("幺二三四五六七八九零", "1234567890")]),
    ("表号a123456789", "meter", [("a123456789", "A123456789")]),
    ("只有表号2201330010045，能帮查出户号吗", "meter", [("2201330010045", "2201330010045")]),
    ("户号6201330064007", "meter", []), ("6201330064007", "meter", []), ("F26112100012", "meter", []),
    ("表号13800000012", "meter", []), ("抬头ABC公司", "meter", []), ("税号91620100MA7XX00X1K", "meter", []),
    ("lm20261121@example.com", "meter", []), ("表号123", "meter", []),
    ("身份证11010119900307123X", "id", [("11010119900307123X", "11010119900307123X")]),
    ("110101 19900307 1234", "id", [("110101 19900307 1234", "110101199003071234")]),
    ("11010119900307123x", "id", [("11010119900307123x", "11010119900307123X")]), ("110101199013071234", "id", []),
    ("11010119900307123", "id", []), ("6222021234567890123", "id", []), ("表号110101199003071234", "id", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "found"), TABLE, ids=[f"{kind}-{text or 'empty'}" for text, kind, _ in TABLE])
def test_a_number_is_what_it_is_called_or_looks_like(text: str, kind: str, found: list[tuple[str, str]]) -> None:
    text = normalize(text)

    assert [(text[span.start : span.end], span.value) for span in KINDS[kind](text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("单号20261121001", ["20261121001"], id="digits"),
        pytest.param("工单WX20261121", ["WX20261121"], id="letters-before"),
        pytest.param("单号是WX-20261121-12", ["WX-20261121-12"], id="with-hyphens"),
        pytest.param("单号wx20261121", ["WX20261121"], id="small-letters"),
        pytest.param("报修单号 20261121001 还有 20261121002", ["20261121001", "20261121002"], id="two"),
        pytest.param("单号F26112100012", ["F26112100012"], id="ours-is-found-once"),
        pytest.param("表号12345678 申请号2026112100", ["2026112100"], id="beside-a-meter"),
        pytest.param("20261121001", [], id="called-nothing"),
        pytest.param("订单号2026112112345", [], id="called-something-else"),
        pytest.param("户号6201330012580", [], id="called-an-account"),
        pytest.param("单号13800000012", [], id="a-mobile"),
        pytest.param("单号 12345", [], id="too-short"),
        pytest.param("编号1234567890123456789", [], id="too-long"),
    ],
)
def test_an_order_of_another_form_is_what_it_is_called(text: str, found: list[str]) -> None:
    assert [span.value for span in numbers.tickets(text)] == found


@given(
    digits=st.from_regex(r"[1-9][0-9]{12}", fullmatch=True), spoken=st.lists(st.booleans(), min_size=13, max_size=13)
)
def test_an_account_is_read_back_however_its_digits_are_said(digits: str, spoken: list[bool]) -> None:
    words = "".join(SPOKEN[int(digit)] if said else digit for digit, said in zip(digits, spoken, strict=True))
    if digits.startswith("861"):
        return

    assert [span.value for span in numbers.accounts(f"户号是{words}。")] == [digits]


@given(digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), gaps=st.sampled_from([(3, 7), (3, 6), (11,), (4, 8)]))
def test_a_phone_is_read_back_with_its_blanks(digits: str, gaps: tuple[int, ...]) -> None:
    parts = [digits[start:end] for start, end in zip((0, *gaps), (*gaps, 11), strict=False)]

    assert [span.value for span in numbers.phones("打我电话" + " ".join(parts).strip())] == [digits]


@pytest.mark.parametrize(
    "piece",
    [
        "1", "一", "月", "1月", "上", "下个月", "1 ", "一百", "1,", "1号", "周一到", "A1", "1、", "交了1", " ",
        "年前", "2026-", "13800000012 ", "1月到2月到", "F26112100012", "0-", "户号", "表号1234567 ", "大", "a-",
        "今天到", "几十", "块", "1.", "农历", "都行", "号",
    ],
)  # fmt: skip
def test_five_thousand_characters_are_read_in_no_time(piece: str) -> None:
    text = (piece * (5000 // len(piece) + 1))[:5000]
    extractors = [*KINDS.values(), amounts.amounts, amounts.usages, lambda words: times.times(words, NOW)]
    started = time.process_time()

    for extract in extractors:
        list(extract(text))

    assert time.process_time() - started < 1.5
