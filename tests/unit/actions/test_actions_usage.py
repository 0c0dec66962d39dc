"""Energy by day, month and year: the right figures of the demo city, and none without a binding."""

from __future__ import annotations

import pytest

from actions.usage import ShowUsage, UsageForm
from tests.builders import Counter, Spoken

_LIN, _CHEN, _ZHOU, _NOODLES = "6201011006117", "6201011006125", "6201011006133", "6201011006174"


async def _ask(account_no: str, text: str, **entities: str) -> Spoken:
    return await Counter(bound=(account_no,)).run(ShowUsage, text, "usage_query", **entities)


@pytest.mark.parametrize(
    ("account_no", "text", "entities", "response", "figures"),
    [
        (_CHEN, "到二档还剩多少度", {}, "utter_usage_tier", {"used": "188", "left": "12"}),
        (_ZHOU, "我用到第几档了", {}, "utter_usage_tier", {"used": "394", "left": "6"}),
        (_NOODLES, "到第几档了", {}, "utter_usage_no_tiers", {}),
        (_LIN, "这个月用了多少", {"bill_period": "2026-11"}, "utter_usage_now", {"kwh": "143"}),
        (_LIN, "用了多少度电", {}, "utter_usage_now", {"kwh": "143"}),
        (_LIN, "10月用了多少度", {"bill_period": "2026-10"}, "utter_usage_month", {"kwh": "318", "total": "190.20"}),
        (_LIN, "今年用了多少度", {"bill_period": "2026"}, "utter_usage_months", {"count": 10}),
        (_LIN, "最近一年用电走势", {}, "utter_usage_months", {"count": 12}),
        (_ZHOU, "跟上个月比用电量多了吗", {"bill_period": "2026-10"}, "utter_usage_compared", {"kwh": "648"}),
        (_LIN, "今天用了几度", {"date": "2026-11-21"}, "utter_usage_today", {}),
        (_LIN, "明天", {"date": "2026-11-22"}, "utter_usage_ahead", {}),
        (_LIN, "12月用了多少", {"bill_period": "2026-12"}, "utter_usage_ahead", {}),
        (_LIN, "2019年1月", {"bill_period": "2019-01"}, "utter_usage_month_unknown", {}),
    ],
)
async def test_each_question_has_its_figures(
    account_no: str, text: str, entities: dict[str, str], response: str, figures: dict[str, str | int]
) -> None:
    spoken = await _ask(account_no, text, **entities)

    assert spoken.responses == [response]
    assert figures.items() <= spoken.messages[0].items()


async def test_yesterday_is_one_figure() -> None:
    spoken = await _ask(_ZHOU, "昨天用了几度", date="2026-11-20")

    assert spoken.responses == ["utter_usage_day"]


async def test_a_week_is_a_sum_with_a_chart_of_its_days() -> None:
    spoken = await _ask(_LIN, "上周用了多少", date="2026-11-09/2026-11-15")

    assert spoken.responses == ["utter_usage_days"]
    assert spoken.card is not None
    assert len(spoken.card["chart"]["values"]) == 7
    assert sum(spoken.card["chart"]["values"]) == float(spoken.messages[0]["kwh"])


async def test_an_estimate_is_marked_as_one() -> None:
    spoken = await _ask(_LIN, "这个月预计用多少度")

    assert spoken.responses == ["utter_usage_estimate"]


async def test_the_days_of_the_jump_are_seen() -> None:
    spoken = await _ask(_ZHOU, "10月每天用了多少", bill_period="2026-10")

    assert spoken.card is not None
    assert len(spoken.card["chart"]["labels"]) == 31


async def test_what_was_asked_is_kept_while_the_account_is_found_out() -> None:
    counter = Counter(bound=(_LIN, _CHEN))

    opened = await counter.run(ShowUsage, "昨天用了几度", "usage_query", date="2026-11-20")
    counter.slots["requested_slot"] = "account_no"
    await counter.run(UsageForm, "尾号6125", "nlu_fallback", form="usage_form")
    spoken = await counter.run(ShowUsage, "尾号6125", "nlu_fallback")

    assert opened.followup == "usage_form"
    assert spoken.responses == ["utter_usage_day"]


async def test_a_foreign_number_shows_nothing() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowUsage, "6201011006133用了多少度", "usage_query", account_no=_ZHOU)

    assert spoken.messages == []
    assert spoken.followup == "usage_form"
