"""The contract of a Backend about bills, energy and prices: lists, explanations, days, months, the running month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.errors import NotAllowed, NotFound
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

D = Decimal
LIN, ZHOU, TOU, FREE = "6201011006117", "6201011006133", "6201024007141", "6201037008166"
FACTORY = "6201024007182"
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")


async def bound(stand: Stand, account_no: str) -> ChannelUser:
    await stand.backend.send_check_code(account_no, VISITOR)
    await stand.backend.bind(account_no, await stand.code_sent_to(account_no), VISITOR)
    return VISITOR


async def test_bills_come_newest_first_in_pages(stand: Stand) -> None:
    first = await stand.backend.bills(LIN, WECHAT_LIN, limit=10)

    rest = await stand.backend.bills(LIN, WECHAT_LIN, limit=10, cursor=first.next_cursor)

    periods = [bill.period for bill in (*first.bills, *rest.bills)]
    assert (len(periods), periods[0], periods[-1]) == (14, "2026-10", "2025-09")
    assert periods == sorted(periods, reverse=True)
    assert rest.next_cursor == ""


async def test_bills_of_some_months_have_their_lines(stand: Stand) -> None:
    page = await stand.backend.bills(LIN, WECHAT_LIN, since="2026-09", until="2026-10")

    assert [(bill.period, bill.total, len(bill.lines)) for bill in page.bills] == [
        ("2026-10", D("190.20"), 2),
        ("2026-09", D("224.71"), 2),
    ]


async def test_a_bill_says_what_it_was_read_from(stand: Stand) -> None:
    bill = await stand.backend.bill(LIN, "2026-10", WECHAT_LIN)

    assert (bill.reading_before, bill.reading_after, bill.plan) == (D(22175), D(22493), "tier")
    assert (bill.since, bill.until, bill.version, bill.times) == (date(2026, 10, 1), date(2026, 11, 1), 1, None)


async def test_a_month_ahead_has_no_bill(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.bill(LIN, "2027-01", WECHAT_LIN)

    assert caught.value.reason == "period.in_future"


async def test_why_6133_paid_more_in_october(stand: Stand) -> None:
    found = await stand.backend.explain_bill(ZHOU, "2026-10", await bound(stand, ZHOU))

    assert (found.before.period, found.after.period, found.change) == ("2026-09", "2026-10", D("226.70"))
    assert [(part.code, part.amount, part.kwh) for part in found.parts] == [
        ("days", D("6.12"), D("10.40")),
        ("usage", D("191.78"), D("325.60")),
        ("tier", D("28.80"), D("336.00")),
    ]
    assert (found.before.tier_kwh, found.after.tier_kwh) == ((260, 52, 0), (260, 340, 48))
    assert found.stand_out is not None
    assert (found.stand_out.since, found.stand_out.until) == (date(2026, 10, 9), date(2026, 10, 20))
    assert (round(found.stand_out.per_day), round(found.stand_out.other_days)) == (35, 12)


@pytest.mark.parametrize("against", ["previous", "last_year", "2026-03", "2026-10"])
async def test_the_parts_add_up_whatever_it_is_compared_with(stand: Stand, against: str) -> None:
    found = await stand.backend.explain_bill(TOU, "2026-10", await bound(stand, TOU), against=against)

    assert sum(part.amount for part in found.parts) == found.change == D("248.45") - found.before.total


async def test_a_change_to_peak_valley_shows_in_the_comparison_with_last_year(stand: Stand) -> None:
    found = await stand.backend.explain_bill(TOU, "2026-10", await bound(stand, TOU), against="last_year")

    assert (found.before.plan, found.after.plan) == ("tier", "tier_tou")
    assert found.after.times is not None
    assert found.before.times is None
    assert "time_of_use" in [part.code for part in found.parts]


async def test_the_running_month_is_explained_by_its_estimate(stand: Stand) -> None:
    found = await stand.backend.explain_bill(LIN, "2026-11", WECHAT_LIN)

    assert (found.after.estimate, found.after.kwh, found.after.tier) == (True, D("214.5"), 2)
    assert sum(part.amount for part in found.parts) == found.change


async def test_a_late_bill_is_explained_with_its_damages(stand: Stand) -> None:
    found = await stand.backend.explain_bill("6201011006224", "2026-10", await bound(stand, "6201011006224"))

    assert (found.before.damages, found.after.damages) == (D("3.93"), D("0.00"))
    assert {part.code: part.amount for part in found.parts}["damages"] == D("-3.93")


async def test_a_bill_cannot_be_compared_with_one_beyond_the_books(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.explain_bill(LIN, "2025-09", WECHAT_LIN)

    assert caught.value.reason == "bill.unknown"


async def test_the_running_month_of_6117_with_its_estimate(stand: Stand) -> None:
    found = await stand.backend.running_month(LIN, WECHAT_LIN)

    assert (found.kwh, found.until, found.days_read) == (D(143), date(2026, 11, 20), 20)
    assert found.progress is not None
    assert (found.progress.tier, found.progress.left_in_tier, found.progress.bounds) == (1, D(57), (D(200), D(400)))
    assert found.so_far == D("84.23")
    assert (found.estimated_kwh, found.estimated_tier, found.estimated_total) == (D("214.5"), 2, D("127.07"))


async def test_a_factory_has_a_running_month_without_tiers(stand: Stand) -> None:
    user = await bound(stand, "6201011006174")

    found = await stand.backend.running_month("6201011006174", user)

    assert found.progress is None
    assert found.estimated_total > found.so_far > 0


async def test_the_days_of_october_of_6133(stand: Stand) -> None:
    found = await stand.backend.usage_days(ZHOU, "2026-10", await bound(stand, ZHOU))

    assert (len(found.days), found.complete, found.as_of) == (31, True, date(2026, 11, 20))
    assert sum(day.kwh for day in found.days) == D(648)


async def test_the_running_month_is_read_up_to_yesterday(stand: Stand) -> None:
    found = await stand.backend.usage_days(LIN, "2026-11", WECHAT_LIN)

    assert (len(found.days), found.complete, found.days[-1].day) == (20, False, date(2026, 11, 20))


@pytest.mark.parametrize(("period", "reason"), [("2027-02", "period.in_future"), ("2026-02", "usage.unknown")])
async def test_days_that_are_not_read(stand: Stand, period: str, reason: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.usage_days(LIN, period, WECHAT_LIN)

    assert caught.value.reason == reason


async def test_the_months_of_6117_side_by_side(stand: Stand) -> None:
    found = await stand.backend.usage_months(LIN, WECHAT_LIN)

    assert (len(found.months), found.months[-1].kwh, found.months[-1].per_day) == (14, D(318), D("10.26"))
    assert found.last_month is not None
    assert found.last_year is not None
    assert (found.last_month.kwh, found.last_year.period, found.last_year.kwh) == (D(372), "2025-10", D(266))


async def test_months_before_the_books_are_none(stand: Stand) -> None:
    found = await stand.backend.usage_months(LIN, WECHAT_LIN, until="2024-12")

    assert (found.months, found.last_month, found.last_year) == ((), None, None)


async def test_the_tariff_of_6117_and_where_it_comes_from(stand: Stand) -> None:
    found = await stand.backend.tariff(LIN, WECHAT_LIN)

    assert [(tier.up_to, tier.price) for tier in found.tiers] == [
        (D(200), D("0.589")),
        (D(400), D("0.639")),
        (None, D("0.889")),
    ]
    assert "2012" in found.source
    assert found.since == date(2021, 10, 1)
    assert (found.plan, found.plan_since, found.account_period) == ("tier", None, "monthly")
    assert found.progress is not None
    assert found.progress.left_in_tier == D(57)


async def test_the_tariff_of_a_summer_day_has_the_summer_bands(stand: Stand) -> None:
    found = await stand.backend.tariff(LIN, WECHAT_LIN, on=date(2026, 7, 15))

    assert (found.bounds, found.progress) == ((D(260), D(600)), None)


async def test_the_hours_of_7141_since_march(stand: Stand) -> None:
    found = await stand.backend.tariff(TOU, await bound(stand, TOU))

    assert (found.plan, found.plan_since) == ("tier_tou", date(2026, 3, 1))
    assert [(hour.name, hour.prices[0]) for hour in found.hours] == [
        ("peak", D("1.0013")),
        ("flat", D("0.589")),
        ("valley", D("0.22382")),
    ]
    assert found.hours[2].hours == ("00:00-08:00",)


async def test_the_tariff_before_the_change_was_another(stand: Stand) -> None:
    found = await stand.backend.tariff(TOU, await bound(stand, TOU), on=date(2026, 2, 28))

    assert (found.plan, found.hours, len(found.tiers)) == ("tier", (), 3)


@pytest.mark.parametrize("on", [date(2026, 11, 22), date(2011, 1, 1)], ids=["tomorrow", "before the first table"])
async def test_no_tariff_is_told_of_a_day_beyond_the_tables(stand: Stand, on: date) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.tariff(LIN, WECHAT_LIN, on=on)

    assert caught.value.reason == "tariff.unknown"


async def test_8166_has_fifteen_free_kwh(stand: Stand) -> None:
    found = await stand.backend.tariff(FREE, await bound(stand, FREE))

    assert (found.plan, found.free_kwh) == ("tier_free", D(15))


async def test_a_foreign_account_shows_nothing_of_its_energy(stand: Stand) -> None:
    asked = {
        "bills": lambda: stand.backend.bills(ZHOU, VISITOR),
        "explain_bill": lambda: stand.backend.explain_bill(ZHOU, "2026-10", VISITOR),
        "running_month": lambda: stand.backend.running_month(ZHOU, VISITOR),
        "usage_days": lambda: stand.backend.usage_days(ZHOU, "2026-10", VISITOR),
        "usage_months": lambda: stand.backend.usage_months(ZHOU, VISITOR),
        "tariff": lambda: stand.backend.tariff(ZHOU, VISITOR),
    }
    for name, ask in asked.items():
        with pytest.raises(NotAllowed) as caught:
            await ask()
        assert (name, caught.value.reason) == (name, "account.not_bound")
