"""Money and energy against what customers write, with values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.characters import normalize
from bot.nlu.entities.amounts import amount_of, amounts, usage_of, usages
from bot.nlu.entities.chinese_numbers import integer, number

# Sums with a unit: the whole text is the span.
SUMS = [
    ("386块", "386"), ("五十块", "50"), ("三十元", "30"), ("612元", "612"), ("一百五十块", "150"),
    ("两百块钱", "200"), ("50块", "50"), ("一百五十块五", "150.50"), ("三块二毛五", "3.25"), ("47块6", "47.60"),
    ("88块6", "88.60"), ("一块八", "1.80"), ("三块二", "3.20"), ("五块五毛", "5.50"), ("八块八毛八", "8.88"),
    ("5毛", "0.50"), ("六毛多", "0.60"), ("五毛钱", "0.50"), ("两毛三", "0.23"), ("1.2万元", "12000"),
    ("1.2万块", "12000"), ("三万六千元", "36000"), ("一万二千元", "12000"), ("六千四百元", "6400"),
    ("两千块", "2000"), ("一千块", "1000"), ("四百蚊", "400"), ("86蚊", "86"), ("300rmb", "300"), ("300RMB", "300"),
    ("¥300", "300"), ("￥300.50", "300.50"), ("RMB300", "300"), ("88.5元", "88.50"), ("412.60元", "412.60"),
    ("0.589元", "0.589"), ("48,200元", "48200"), ("2,316.40元", "2316.40"), ("贰佰元", "200"), ("五百元整", "500"),
    ("100元", "100"), ("一百四十多块", "140"), ("四十几块", "40"), ("三百多块", "300"), ("180多元", "180"),
    ("两百来块", "200"), ("百把块", "100"), ("百来块", "100"), ("十几块", "10"), ("几十块", ""), ("几百块钱", ""),
    ("三四百块", "300"), ("四五十块", "40"), ("一百三十块", "130"), ("三百二十块零五毛", "320.50"), ("五块钱", "5"),
    ("一块钱", "1"), ("10块", "10"), ("十块钱", "10"), ("九十八块六", "98.60"), ("一千零二十六块", "1026"),
    ("一百零六块", "106"), ("三百零五块", "305"), ("五百圆", "500"), ("兩百塊", "200"), ("八百塊錢", "800"),
    ("20000元", "20000"), ("两万三千元", "23000"), ("一百多块钱", "100"), ("3块5", "3.50"), ("12块85", "12.85"),
]  # fmt: skip

# Sums without a unit, beside a word of money.
SENTENCES = [
    ("给我充300", [("300", "300")]), ("交200", [("200", "200")]), ("充五十", [("五十", "50")]),
    ("欠了380", [("380", "380")]), ("扣了我两次260", [("260", "260")]), ("多收一百二", [("一百二", "120")]),
    ("这个月怎么突然多了三百多", [("三百多", "300")]), ("快没了，先来一百", [("一百", "100")]),
    ("我要交电费一百", [("一百", "100")]), ("给我弄两百块钱的", [("两百块钱", "200")]),
    ("帮我冲直一百五户号是六二零", [("一百五", "150")]), ("昨天用微信付的200，没到账", [("200", "200")]),
    ("手滑把100打成1000了，求退", [("100", "100"), ("1000", "1000")]),
    ("我前天交的二百怎么还没到账", [("二百", "200")]), ("俺充了一百咋没见着", [("一百", "100")]),
    ("付了260元，到今天还欠着260，", [("260元", "260"), ("260", "260")]),
    ("现在多出来三百四，能不能退", [("三百四", "340")]), ("钱已经扣了150", [("150", "150")]),
    ("多交了一千，想退回来", [("一千", "1000")]), ("现在交了八十几点能来", [("八十", "80")]),
    ("剩两百多呢", [("两百多", "200")]), ("往里存的五百没算进去", [("五百", "500")]),
    ("电费不对啊上个月八十这个月二百三", [("八十", "80"), ("二百三", "230")]),
    ("这个月1260，你们复核", [("1260", "1260")]),
    ("平常四百，今次一千二，请覆核", [("四百", "400"), ("一千二", "1200")]),
    ("八百多？我开矿啊", [("八百多", "800")]), ("人都不在家，哪来的一百九", [("一百九", "190")]),
    ("每个月还扣四五十", [("四五十", "40")]), ("这各月怎么500多，是不是炒表炒错了", [("500多", "500")]),
    ("电费就从一百八涨到三百五", [("一百八", "180"), ("三百五", "350")]),
    ("跟邻居户型一样，他家120我家380，凭什么", [("120", "120"), ("380", "380")]),
    ("维修费860该你们出", [("860", "860")]), ("买价799", [("799", "799")]),
    ("余额低于八十就响我一下", [("八十", "80")]), ("余额少于50提醒我", [("50", "50")]),
    ("绑卡交费满两百送一个十块的红包", [("两百", "200"), ("十块", "10")]), ("攒够五百分能抵五块", [("五块", "5")]),
    ("把余额不足提醒的金额改成一百", [("一百", "100")]), ("都要八百几，计错数", [("八百几", "800")]),
    ("去年8月三百，今年8月七百多", [("三百", "300"), ("七百多", "700")]),
    ("上月120这月415", [("120", "120"), ("415", "415")]), ("房东一度收一块八", [("一块八", "1.80")]),
    ("收我1块5一度", [("1块5", "1.50")]), ("充了1.2万", [("1.2万", "12000")]), ("损失1.5万", [("1.5万", "15000")]),
    ("欠三千多", [("三千多", "3000")]), ("账单348.27是怎么算的", [("348.27", "348.27")]),
    ("昨晚充的300余额没动", [("300", "300")]), ("交二百五", [("二百五", "250")]),
    ("欠了两万三", [("两万三", "23000")]), ("又多收俺一百五", [("一百五", "150")]),
    ("给个折旧价才二百", [("二百", "200")]), ("只能先凑一百", [("一百", "100")]),
]  # fmt: skip

NO_SUMS = [
    "2026年", "11月15号", "10月30号交", "天琴路43号", "9栋702", "90度", "三百多度", "400千瓦", "四百千瓦",
    "500千伏安的变压器", "8:00到17:00", "五楼", "6口人", "三百户", "50%", "百分之五", "等了两个钟头", "两百个工人",
    "三块电表", "家里原来有两块表", "换一块", "一块儿来", "24块光伏板", "20刀", "几块钱", "一共扣了我几块几毛",
    "变成几块了", "没欠一分钱", "空调26度", "十五号", "三百六十五天", "一年", "3号窗口", "第三档", "打了95598",
    "12398", "按0", "户号6201330012580", "13800000012", "F26112100012", "2单元301", "千万别停", "万一停了", "一百分",
    "交了两次", "充了三天", "付款一直转圈", "收到一条短信", "差了两百度", "电压190伏", "三百八的动力电",
    "电压只有一百八带不起", "八千只鸡苗", "元旦", "元月", "二百个", "两千字", "1.5倍", "24小时", "5678.2一直不变",
    "我今年七十九了", "不是302，我说的是203", "",
]  # fmt: skip

USAGES = [
    ("90度", "90"), ("410度", "410"), ("三百多度", "300"), ("两百来度", "200"), ("五百个字", "500"),
    ("1200千瓦时", "1200"), ("260kwh", "260"), ("260KWH", "260"), ("88.6度", "88.6"), ("一千二百度", "1200"),
    ("6万度", "60000"), ("四十几度", "40"), ("200多个字", "200"), ("一百八十度", "180"), ("三百渡", "300"),
    ("几百度", ""), ("2520度", "2520"), ("0.6度", "0.6"), ("五十多度", "50"), ("1460千瓦时", "1460"),
    ("90个字", "90"), ("一千四百六十度", "1460"),
]  # fmt: skip

USAGE_SENTENCES = [
    ("两百度电", ["两百度"]), ("家里用了八度电", ["八度"]), ("用了26度", ["26度"]), ("空调一晚上用了12度", ["12度"]),
    ("差了两百度", ["两百度"]), ("上月才90度这次410度", ["90度", "410度"]), ("空调26度", []), ("开到二十六度", []),
    ("气温35度", []), ("温度只有十五度，找谁", []), ("冷气开26度", []), ("一度多少钱", []), ("好多钱一度电", []),
    ("几度电", []), ("多少度", []), ("高温40度", []), ("斜了四十五度", []), ("错了一个字", []), ("拉闸两个字", []),
    ("速度", []), ("年度账单", []), ("房东收一块二一度", []), ("体温38度", []), ("", []),
]  # fmt: skip


def _found(text: str) -> list[tuple[str, str]]:
    text = normalize(text)
    return [(text[span.start : span.end], span.value) for span in amounts(text)]


@pytest.mark.parametrize(("text", "value"), SUMS, ids=[text for text, _ in SUMS])
def test_a_sum_with_its_unit_is_read_whole(text: str, value: str) -> None:
    assert _found(text) == [(normalize(text), value)]


@pytest.mark.parametrize(("text", "sums"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_a_number_beside_a_word_of_money_is_a_sum(text: str, sums: list[tuple[str, str]]) -> None:
    assert _found(text) == sums


@pytest.mark.parametrize("text", NO_SUMS, ids=[text or "empty" for text in NO_SUMS])
def test_a_number_of_something_else_is_no_sum(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(("text", "value"), USAGES, ids=[text for text, _ in USAGES])
def test_energy_is_read_with_its_unit(text: str, value: str) -> None:
    assert [(span.start, span.end, span.value) for span in usages(text)] == [(0, len(text), value)]


@pytest.mark.parametrize(("text", "found"), USAGE_SENTENCES, ids=[text or "empty" for text, _ in USAGE_SENTENCES])
def test_degrees_of_heat_and_prices_are_no_energy(text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in usages(text)] == found


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("300", "300"), ("一百五", "150"), ("五十块", "50"), ("三百多", "300"), ("几十块", ""), ("你好", ""), ("", ""),
    ],
)  # fmt: skip
def test_an_answer_that_is_a_sum_is_read(words: str, value: str) -> None:
    assert amount_of(words) == value


@pytest.mark.parametrize(("words", "value"), [("1206", "1206"), ("两百多", "200"), ("90度", "90"), ("很多", "")])
def test_an_answer_that_is_energy_is_read(words: str, value: str) -> None:
    assert usage_of(words) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("十", 10), ("十五", 15), ("二十", 20), ("廿五", 25), ("卅", 30), ("三十一", 31), ("一百", 100),
        ("一百零五", 105), ("一百五", 150), ("一百一十五", 115), ("两百三", 230), ("一千二", 1200),
        ("一千零五", 1005), ("一千零五十", 1050), ("一万二", 12000), ("三万六千", 36000), ("十二万", 120000),
        ("四五十", 40), ("三四百", 300), ("二〇二六", 2026), ("俩", 2), ("仨", 3), ("1.2万", 12000), ("3千5", 3500),
        ("1,200", 1200), ("壹佰贰拾", 120), ("15", 15), ("十七八", 17), ("1.5", None), ("多", None), ("", None),
    ],
)  # fmt: skip
def test_a_word_is_read_as_a_number(word: str, value: int | None) -> None:
    assert integer(word) == value


@given(value=st.integers(10, 99_999_999))
def test_a_number_spelled_out_is_read_back(value: int) -> None:
    assert number(_spelled(value)) == value


@given(value=st.integers(1, 99_999), tail=st.sampled_from(["块", "元", "块钱"]))
def test_a_sum_in_figures_is_read_back(value: int, tail: str) -> None:
    assert _found(f"昨天交了{value}{tail}没到账") == [(f"{value}{tail}", str(value))]


@given(text=st.text(alphabet="0123456789一二两十百千万几多来块元毛度角分交充扣的了.,，¥ ", max_size=60))
def test_any_text_is_read_and_sums_do_not_overlap(text: str) -> None:
    spans = list(amounts(text))

    assert all(0 <= span.start < span.end <= len(text) for span in [*spans, *usages(text)])
    assert all(first.end <= last.start for first, last in zip(spans, spans[1:], strict=False))


def _spelled(value: int) -> str:
    if value >= 10_000:
        head, rest = divmod(value, 10_000)
        return _spelled(head) + "万" + ("" if not rest else ("零" if rest < 1000 else "") + _spelled(rest))
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if zero and words else "") + "零一二三四五六七八九"[digit] + name
        zero = not digit
    return words
