"""The rules of entities against a table of what customers write; the demo city stands at 2026-11-21."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.characters import normalize
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.rules import Extractors
from runtime.clock import SHANGHAI

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
PLACES = Path(__file__).parents[3] / "data" / "dictionary" / "places.txt"
YEAR = ",".join(f"2026-{month:02}" for month in range(1, 11))


@pytest.fixture(scope="module")
def extractors() -> Extractors:
    """The extractors with the demo city's places."""
    return Extractors(Gazetteer.from_lines(PLACES.read_text(encoding="utf-8").splitlines()))


def _values(extractors: Extractors, text: str, entity: str) -> list[str]:
    return [span.value for span in extractors.find(normalize(text), NOW) if span.entity == entity]


@pytest.mark.parametrize(
    ("text", "entity", "values"),
    [
        ("户号6201011006117查账单", "account_no", ["6201011006117"]),
        ("户号 62010 11006117 上月", "account_no", ["6201011006117"]),
        ("6201-0110-06117", "account_no", ["6201011006117"]),
        ("６２０１０１１００６１１７", "account_no", ["6201011006117"]),
        ("六二零幺零幺幺零零六幺幺拐", "account_no", ["6201011006117"]),
        ("缴费号 0800840012345678", "account_no", ["0800840012345678"]),
        ("我想查下电费 户号是 330100001234", "account_no", []),
        ("330100001234", "account_no", []),
        ("13800000012", "account_no", []),
        ("123456", "account_no", []),
        ("F26112100012", "account_no", []),
        ("幺三八洞洞洞洞洞洞幺二", "phone", ["13800000012"]),
        ("6201011006117 13800000012", "phone", ["13800000012"]),
        ("电话0620-5550101", "phone", ["0620-5550101"]),
        ("6201011006117", "phone", []),
        ("F26112100012-01到哪了", "ticket_no", ["F26112100012-01"]),
        ("单子f26112100012", "ticket_no", ["F26112100012"]),
        ("上个月电费", "bill_period", ["2026-10"]),
        ("上上个月的呢", "bill_period", ["2026-09"]),
        ("明年1月的账单", "bill_period", ["2027-01"]),
        ("下个月电费多少", "bill_period", ["2026-12"]),
        ("这个月", "bill_period", ["2026-11"]),
        ("8月份账单", "bill_period", ["2026-08"]),
        ("八月份", "bill_period", ["2026-08"]),
        ("12月", "bill_period", ["2025-12"]),
        ("去年12月电费", "bill_period", ["2025-12"]),
        ("今年三月电费", "bill_period", ["2026-03"]),
        ("2026年10月", "bill_period", ["2026-10"]),
        ("2026-10账单", "bill_period", ["2026-10"]),
        ("10月的", "bill_period", ["2026-10"]),
        ("去年全年的电费", "bill_period", ["2025"]),
        ("今年1到10月的电费", "bill_period", [YEAR]),
        ("最近三个月电费", "bill_period", ["2026-08,2026-09,2026-10"]),
        ("不是8月是9月", "bill_period", ["2026-09"]),
        ("11月25号停电吗", "bill_period", []),
        ("6201011006117", "bill_period", []),
        ("星河市启明区天琴街道流萤花园一期2栋1单元301", "address", ["星河市启明区天琴街道流萤花园一期2栋1单元301"]),
        ("北斗里3-1-1203没电", "address", ["北斗里3-1-1203"]),
        ("松果村2组6号", "address", ["松果村2组6号"]),
        ("双桥镇 梨子村 5社", "address", ["双桥镇 梨子村 5社"]),
        ("东塘村口小卖部", "address", ["东塘村口小卖部"]),
        ("菜市场对面那栋楼没电", "address", ["菜市场对面"]),
        ("不对，是三栋不是二栋", "address", ["三栋"]),
        ("线路检修到几点", "address", []),
        ("就我家没电 隔壁有", "outage_scope", ["单户"]),
        ("整栋都黑了", "outage_scope", ["整栋"]),
        ("我们小区停电了", "outage_scope", ["整个小区/村"]),
        ("就是我们家上个月电费", "outage_scope", []),
        ("就我家没电 隔壁有", "neighbor_power", ["有电"]),
        ("隔壁也没电", "neighbor_power", ["没电"]),
        ("不知道邻居有没有电", "neighbor_power", ["不清楚"]),
        ("跳闸了推不上去", "breaker_state", ["合不上"]),
        ("闸没跳但是没电", "breaker_state", ["未跳闸"]),
        ("跳闸了", "breaker_state", ["已跳闸"]),
        ("客厅有电卧室冇电", "fault_symptom", ["部分无电"]),
        ("屋企停電", "fault_symptom", ["全无电"]),
        ("一推就跳", "fault_symptom", ["一跳就停"]),
    ],
)
def test_what_customers_write_becomes_values(extractors: Extractors, text: str, entity: str, values: list[str]) -> None:
    assert _values(extractors, text, entity) == values


@pytest.mark.parametrize("text", ["", "😀" * 50, "一" * 5000, "1" * 5000, "月" * 500, "\x00\n"])
def test_odd_text_is_taken(extractors: Extractors, text: str) -> None:
    spans = extractors.find(normalize(text), NOW)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize(
    ("text", "words", "intent", "value"),
    [
        pytest.param("15号交的费", "15号", "payment_issue", "2026-11-15", id="paid-behind"),
        pytest.param("25号交的费", "25号", "payment_issue", "2026-10-25", id="paid-last-month"),
        pytest.param("15号能来吗", "15号", "appointment_create", "2026-12-15", id="visit-next-month"),
        pytest.param("25号能来吗", "25号", "appointment_create", "2026-11-25", id="visit-ahead"),
        pytest.param("25号停电吗", "25号", "outage_info_query", "2026-11-25", id="outage-ahead"),
        pytest.param("周三来的", "周三", "bill_query", "2026-11-18", id="weekday-behind"),
        pytest.param("周三来吧", "周三", "appointment_manage", "2026-11-25", id="weekday-ahead"),
        pytest.param("25号", "25号", "", "2026-11-25", id="nearest-without-an-intent"),
        pytest.param("明天上午来", "明天", "payment_issue", "2026-11-22", id="said-outright"),
        pytest.param("那天来", "那天", "appointment_create", "那天", id="no-rule-reads-it"),
    ],
)
def test_a_day_lies_where_the_intent_looks(
    extractors: Extractors, text: str, words: str, intent: str, value: str
) -> None:
    start = text.index(words)

    assert extractors.value("date", (text, start, start + len(words)), NOW, intent) == value


@pytest.mark.parametrize(
    ("entity", "text", "words", "value"),
    [
        pytest.param("amount", "扣了380", "380", "380", id="amount"),
        pytest.param("amount", "一百五", "一百五", "150", id="amount-in-words"),
        pytest.param("amount", "不少钱", "不少钱", "不少钱", id="amount-unreadable"),
        pytest.param("usage_kwh", "用了两百多度", "两百多度", "200", id="usage"),
        pytest.param("usage_kwh", "好多度", "好多度", "好多度", id="usage-unreadable"),
        pytest.param("time_period", "明天下午", "下午", "下午", id="part-of-day"),
        pytest.param("bill_period", "上个月的", "上个月", "2026-10", id="period"),
        pytest.param("bill_period", "那几个月", "那几个月", "那几个月", id="period-unreadable"),
        pytest.param("account_no", "户号6201-3300-55812", "6201-3300-55812", "6201330055812", id="account"),
        pytest.param("phone", "打138 0000 0012", "138 0000 0012", "13800000012", id="phone"),
        pytest.param("ticket_no", "单号F 26112100012", "F 26112100012", "F26112100012", id="ticket"),
        pytest.param("id_number", "11010119900307123x", "11010119900307123x", "11010119900307123X", id="card"),
        pytest.param("phone", "13800001144和1390000225", "13800001144和1390000225", "13800001144", id="one-of-two"),
        pytest.param("address", "在东塘村口", "东塘村口", "东塘村口", id="what-has-no-rule"),
    ],
)  # fmt: skip
def test_words_found_to_be_an_entity_get_its_value(
    extractors: Extractors, entity: str, text: str, words: str, value: str
) -> None:
    start = text.index(words)

    assert extractors.value(entity, (text, start, start + len(words)), NOW) == value


@pytest.mark.parametrize(
    ("text", "entity", "words"),
    [
        pytest.param("F26112100012", "date", [], id="a-date-inside-an-order"),
        pytest.param("6201011006117", "amount", [], id="an-amount-inside-an-account"),
        pytest.param("11010119900307123X", "account_no", [], id="an-account-inside-a-card"),
        pytest.param("我们小区停电了", "outage_scope", ["小区"], id="what-is-said-of-a-fault"),
    ],
)
def test_the_higher_rank_hides_what_lies_inside_it(
    extractors: Extractors, text: str, entity: str, words: list[str]
) -> None:
    found = [text[span.start : span.end] for span in extractors.find(text, NOW) if span.entity == entity]

    assert [any(word in stretch for stretch in found) for word in words] == [True] * len(words)
    assert bool(found) == bool(words)


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("0123456789一二三月号户单元度块上下")), max_size=60
    )
)
def test_spans_of_any_text_lie_inside_it_in_their_order(extractors: Extractors, text: str) -> None:
    spans = extractors.find(normalize(text), NOW)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
