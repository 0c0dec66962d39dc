"""Bills and balances: the right figures of the demo city, and none without a binding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.billing import BillForm, ShowBalance, ShowBill
from actions.periods import last_month
from backend.errors import BackendUnavailable
from tests.builders import NOON_BEFORE, Counter, opened

_LIN, _LIN_VILLAGE = "6201011006117", "6201037008307"


async def test_the_only_account_is_answered_at_once_with_last_month() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "电费多少", "bill_query")

    assert spoken.responses == ["utter_billing_bill"]
    assert (spoken.messages[0]["kwh"], spoken.messages[0]["total"]) == ("318", "190.20")
    assert spoken.card is not None
    assert spoken.card["total"]["value"] == "190.20 元"


@pytest.mark.parametrize(
    ("period", "response"),
    [
        pytest.param("2026-09", "utter_billing_bill", id="another month"),
        pytest.param("2026-11", "utter_billing_running_month", id="the running month"),
        pytest.param("2026-12", "utter_billing_future", id="a month to come"),
        pytest.param("2019-01", "utter_billing_unknown", id="before the books"),
        pytest.param("2026", "utter_billing_year", id="a year"),
        pytest.param("2019", "utter_billing_unknown_year", id="a year before the books"),
    ],
)
async def test_every_period_has_a_clear_answer(period: str, response: str) -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "账单", "bill_query", bill_period=period)

    assert spoken.responses == [response]


async def test_the_running_month_tells_what_was_used() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "这个月电费", "bill_query", bill_period="2026-11")

    assert spoken.messages[0]["kwh"] == "143"


async def test_several_accounts_open_the_form_with_the_month_kept() -> None:
    counter = Counter(bound=(_LIN, _LIN_VILLAGE))

    spoken = await counter.run(ShowBill, "9月电费", "bill_query", bill_period="2026-09")

    assert spoken.followup == "bill_form"
    assert spoken.slots["bill_period"] == "2026-09"
    assert spoken.messages == []


async def test_the_choice_shows_one_button_per_account_without_its_number() -> None:
    counter = Counter(bound=(_LIN, _LIN_VILLAGE))

    spoken = await counter.run(BillForm, "查电费", "bill_query", form="bill_form", events=opened("bill_form"))

    payloads = [button["payload"] for button in spoken.messages[0]["buttons"]]
    assert payloads == ["尾号6117", "尾号8307"]


async def test_choosing_by_last_digits_answers() -> None:
    counter = Counter(bound=(_LIN, _LIN_VILLAGE), slots={"requested_slot": "account_no"})

    spoken = await counter.run(BillForm, "尾号8307", "nlu_fallback", form="bill_form")

    assert spoken.slots["account_no"] == _LIN_VILLAGE
    assert spoken.slots["form_outcome"] == "complete"


async def test_the_account_of_the_talk_is_not_asked_again() -> None:
    counter = Counter(bound=(_LIN, _LIN_VILLAGE), slots={"known_account": _LIN_VILLAGE})

    spoken = await counter.run(ShowBill, "那9月呢", "bill_query", bill_period="2026-09")

    assert spoken.messages[0]["total"] == "59.49"


async def test_a_number_that_is_not_bound_shows_nothing() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "查6201011006133电费", "bill_query", account_no="6201011006133")

    assert spoken.messages == []
    assert spoken.followup == "bill_form"
    assert "bill" not in counter.backend.calls


async def test_a_bill_asked_inside_a_report_goes_back_to_the_report() -> None:
    counter = Counter(slots={"paused_form": "outage_form", "account_no": _LIN}, bound=(_LIN,))

    spoken = await counter.run(ShowBill, "123456", "nlu_fallback")

    assert spoken.followup == "outage_form"


@pytest.mark.parametrize(
    ("account_no", "response", "figures"),
    [
        pytest.param(_LIN, "utter_billing_settled", {}, id="nothing owed"),
        pytest.param("6201011006125", "utter_billing_owed", {"owed": "150.20"}, id="owed, not due"),
        pytest.param("6201011006315", "utter_billing_overdue", {"payable": "390.36", "damages": "5.48"}, id="overdue"),
        pytest.param("6201011006224", "utter_billing_cut_off", {"reconnect": "327.49"}, id="cut off"),
        pytest.param("6201024007232", "utter_billing_prepaid", {"balance": "18.36", "days": "5"}, id="prepaid"),
        pytest.param("6201024007299", "utter_billing_credit", {"balance": "143.13"}, id="credit"),
    ],
)
async def test_the_balance_leads_with_what_matters(account_no: str, response: str, figures: dict[str, str]) -> None:
    counter = Counter(bound=(account_no,))

    spoken = await counter.run(ShowBalance, "还欠多少", "balance_query")

    assert spoken.responses == [response]
    assert {name: spoken.messages[0][name] for name in figures} == figures


async def test_a_utility_that_is_down_is_admitted() -> None:
    counter = Counter(bound=(_LIN,))
    counter.backend.failure = BackendUnavailable()

    spoken = await counter.run(ShowBill, "电费", "bill_query")

    assert spoken.responses == ["utter_backend_down"]


def test_last_month_of_january_is_december() -> None:
    assert last_month(NOON_BEFORE.date().replace(month=1)) == "2025-12"


@pytest.mark.parametrize(
    ("text", "period", "change", "parts"),
    [
        pytest.param("为什么10月这么高", "2026-10", "多 226.70 元", 3, id="why so high"),
        pytest.param("跟去年比呢", "", "多 244.59 元", 2, id="against last year"),
        pytest.param("这个月怎么这么贵", "2026-11", "多 226.70 元", 3, id="the month without a bill"),
        pytest.param("10月比9月多在哪", "2026-10,2026-09", "多 226.70 元", 3, id="two months named"),
        pytest.param("跟8月比", "2026-08", "多", None, id="against an earlier month"),
    ],
)
async def test_a_change_is_explained_in_parts_that_add_up(
    text: str, period: str, change: str, parts: int | None
) -> None:
    counter = Counter(bound=("6201011006133",))

    spoken = await counter.run(ShowBill, text, "bill_query", **({"bill_period": period} if period else {}))

    assert spoken.responses == ["utter_billing_explained"]
    assert spoken.card is not None
    rows = [Decimal(row["value"].split(" ")[0]) for row in spoken.card["rows"][2:]]
    assert sum(rows) == Decimal(spoken.card["total"]["value"].split(" ")[0])
    assert spoken.messages[0]["change"].startswith(change)
    assert parts in (None, len(rows))


async def test_the_days_that_stand_out_are_named() -> None:
    counter = Counter(bound=("6201011006133",))

    spoken = await counter.run(ShowBill, "为什么这么高", "bill_query")

    assert "10月9日" in spoken.messages[0]["days"]
    assert "48" in spoken.messages[0]["tier"]


async def test_a_first_bill_has_nothing_to_compare_with() -> None:
    counter = Counter(bound=("6201011006240",))

    spoken = await counter.run(ShowBill, "为什么2025年9月这么高", "bill_query", bill_period="2025-09")

    assert spoken.responses == ["utter_billing_no_comparison"]


async def test_twelve_months_come_as_a_chart() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "最近12个月的电费走势", "bill_query", bill_period="2026-09,2026-10")

    assert spoken.responses == ["utter_billing_trend"]
    assert spoken.card is not None
    assert len(spoken.card["chart"]["values"]) == 12


async def test_months_that_were_named_are_listed_with_their_sum() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(ShowBill, "9月和10月的电费", "bill_query", bill_period="2026-09,2026-10")

    assert spoken.messages[0]["total"] == "414.91"


async def test_a_lonely_old_customer_hears_one_figure_and_is_offered_a_person() -> None:
    counter = Counter(bound=("6201024007208",))

    spoken = await counter.run(ShowBalance, "电费还有没有", "balance_query")

    assert spoken.responses == ["utter_billing_gentle_settled"]
