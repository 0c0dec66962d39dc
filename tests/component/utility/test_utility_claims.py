"""Claims in the books: filed, visited, assessed, disputed, agreed, paid, refused, withdrawn; sums that agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import transaction
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.accounts.values import Person
from utility.actors import staff
from utility.books.difference import Difference
from utility.claims import audit, operating, service
from utility.claims.values import Claim, Filing, Item, Outcome, PayBy, Verdict
from utility.errors import Clash, Forbidden, InvalidRequest, NotKnown
from utility.orders import service as orders
from utility.payments.service import standing

LUO, ZHOU, PENG, NOODLES = "6201024007281", "6201011006133", "6201024007299", "6201011006174"
WECHAT_LUO, ALIPAY_ZHOU = Person("wechat", "wx_demo_luo"), Person("alipay", "2088000000000033")
SOMEBODY = Person("web", "somebody")
INSPECTOR = staff("K0106")
NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
FRIDGE = Item("motor", "电冰箱", date(2020, 11, 21), Decimal("3600.00"), receipt=True)
SCREEN = Item("electronics", "电视机", date(2026, 8, 1), Decimal("4999.00"), receipt=True)
KETTLE = Item("heating", "电水壶", date(2015, 1, 1), Decimal("99.90"), receipt=False)


@dataclass(frozen=True)
class Desk(WorkingCompany):
    """The company, seen from where claims are dealt with."""

    async def file(self, person: Person = WECHAT_LUO, account_no: str = LUO, **more: Any) -> Claim:
        filing = Filing(
            **{"account_no": account_no, "happened_at": NOW - timedelta(hours=1), "text": "来电烧坏", **more}
        )
        filed: Claim = await self.do(service.file_claim, person, filing)
        return filed

    async def offered(self, *outcomes: Outcome, **more: Any) -> Claim:
        claim = await self.file(**more)
        await self.do(operating.visit, claim.claim_no, INSPECTOR, "主板烧毁")
        return await self.assess(claim, *outcomes)

    async def assess(self, claim: Claim, *outcomes: Outcome) -> Claim:
        verdicts = [Verdict(n, outcome) for n, outcome in enumerate(outcomes, 1)]
        found: Claim = await self.do(
            operating.assess, claim.claim_no, INSPECTOR, cause="broken_neutral", verdicts=verdicts
        )
        return found

    async def differences(self) -> list[Difference]:
        async with transaction(self.company.pool) as connection:
            return await audit.differences(connection, self.company)

    async def told(self, number: str) -> list[str]:
        return await self.events(number, "claim")


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_claims"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Desk]:
    async with working(books_url) as opened:
        made = Desk(opened.company, opened.clock)
        yield made
        assert await made.differences() == []


async def test_a_claim_inside_the_running_outage_is_tied_to_it(desk: Desk) -> None:
    claim = await desk.file(items=(FRIDGE,))

    order = await desk.do(orders.order, claim.claim_no)
    assert claim.claim_no == "C26112100001"
    assert (claim.status, claim.outage_no, claim.visit_by) == ("filed", "E26112100001", NOW + timedelta(hours=24))
    assert (order.kind, order.owner, order.due_at) == ("claim", "用电检查班", claim.visit_by)
    assert await desk.told(claim.claim_no) == ["claim.filed"]


async def test_a_claim_of_no_outage_stands_alone(desk: Desk) -> None:
    claim = await desk.file(ALIPAY_ZHOU, ZHOU)

    assert claim.outage_no is None


async def test_power_that_came_back_an_hour_ago_still_counts(desk: Desk) -> None:
    await desk.bind(SOMEBODY, "6201037008323")

    restored = datetime(2026, 11, 20, 18, 47, tzinfo=SHANGHAI)
    tied = await desk.file(SOMEBODY, "6201037008323", happened_at=restored + timedelta(minutes=59))
    await desk.do(service.withdraw, SOMEBODY, tied.claim_no, "")
    later = await desk.file(SOMEBODY, "6201037008323", happened_at=restored + timedelta(minutes=61))

    assert (tied.outage_no, later.outage_no) == ("E26112000005", None)


@pytest.mark.parametrize(
    ("more", "error", "reason"),
    [
        ({"account_no": ZHOU}, Forbidden, "account.not_bound"),
        ({"happened_at": NOW - timedelta(days=8)}, Clash, "claim.too_late"),
        ({"happened_at": NOW + timedelta(hours=1)}, Clash, "claim.not_happened"),
        ({"items": (FRIDGE,) * 21}, Clash, "claim.items_many"),
    ],
    ids=["foreign", "late", "future", "absurd list"],
)
async def test_what_is_not_filed(desk: Desk, more: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as caught:
        await desk.file(**more)

    assert caught.value.reason == reason  # type: ignore[attr-defined]


async def test_a_shop_does_not_claim_this_way(desk: Desk) -> None:
    await desk.bind(SOMEBODY, NOODLES)

    with pytest.raises(Clash) as caught:
        await desk.file(SOMEBODY, NOODLES)

    assert caught.value.reason == "claim.not_residential"


async def test_one_event_is_claimed_for_once(desk: Desk) -> None:
    first = await desk.file()

    with pytest.raises(Clash) as caught:
        await desk.file(happened_at=NOW - timedelta(minutes=30))

    assert (caught.value.reason, caught.value.fields["order_no"]) == ("claim.already_filed", first.claim_no)


async def test_items_are_added_until_they_are_assessed(desk: Desk) -> None:
    claim = await desk.file(items=(FRIDGE,))
    more = await desk.do(service.add_items, WECHAT_LUO, claim.claim_no, (SCREEN, KETTLE))
    await desk.do(operating.visit, claim.claim_no, INSPECTOR, "三件")
    await desk.assess(claim, Outcome.REPAIR, Outcome.COMPENSATE, Outcome.REFUSE)

    with pytest.raises(Clash) as caught:
        await desk.do(service.add_items, WECHAT_LUO, claim.claim_no, (KETTLE,))

    assert [item.item_no for item in more.items] == [1, 2, 3]
    assert caught.value.reason == "claim.state"


async def test_what_is_offered_is_the_sum_of_the_rule(desk: Desk) -> None:
    items = (FRIDGE, SCREEN, KETTLE)

    claim = await desk.offered(*(Outcome.COMPENSATE,) * 3, items=items)

    # half a life of twelve years; under six months old; worn out, a tenth
    assert [item.amount for item in claim.items] == [Decimal("1800.00"), Decimal("4999.00"), Decimal("9.99")]
    assert (claim.status, claim.cause, claim.offered) == ("offered", "broken_neutral", Decimal("6808.99"))


async def test_agreed_and_credited_it_stands_on_the_account(desk: Desk) -> None:
    claim = await desk.offered(Outcome.COMPENSATE, items=(SCREEN,))
    agreed = await desk.do(service.agree, WECHAT_LUO, claim.claim_no, PayBy.CREDIT)

    paid = await desk.do(operating.pay, claim.claim_no, INSPECTOR, "")

    money = await desk.do(standing, LUO)
    assert (agreed.status, paid.status, paid.active) == ("agreed", "archived", False)
    assert (paid.paid, paid.pay_by, paid.payment_ref[:1]) == (Decimal("4999.00"), PayBy.CREDIT, "Z")
    assert money.balance == Decimal("4999.00")
    assert await desk.told(claim.claim_no) == [
        "claim.filed",
        "claim.visited",
        "claim.offered",
        "claim.agreed",
        "claim.paid",
    ]


async def test_a_transfer_carries_its_reference(desk: Desk) -> None:
    claim = await desk.offered(Outcome.COMPENSATE, items=(SCREEN,))
    await desk.do(service.agree, WECHAT_LUO, claim.claim_no, PayBy.TRANSFER)

    with pytest.raises(Clash) as caught:
        await desk.do(operating.pay, claim.claim_no, INSPECTOR, "")
    paid = await desk.do(operating.pay, claim.claim_no, INSPECTOR, "银行回单 8841")

    money = await desk.do(standing, LUO)
    assert caught.value.reason == "claim.reference"
    assert (paid.paid, paid.payment_ref, money.balance) == (Decimal("4999.00"), "银行回单 8841", Decimal(0))


async def test_what_is_repaired_costs_the_customer_and_pays_nothing(desk: Desk) -> None:
    claim = await desk.offered(Outcome.REPAIR, items=(SCREEN,))
    await desk.do(service.agree, WECHAT_LUO, claim.claim_no, PayBy.CREDIT)

    done = await desk.do(operating.pay, claim.claim_no, INSPECTOR, "")

    order = await desk.do(orders.order, claim.claim_no)
    assert (done.status, done.offered, done.paid, order.resolution_code) == ("archived", Decimal(0), None, "已修复")


async def test_a_disputed_offer_is_made_anew(desk: Desk) -> None:
    claim = await desk.offered(Outcome.REFUSE, items=(SCREEN,))
    disputed = await desk.do(service.dispute, WECHAT_LUO, claim.claim_no, "是你们的零线断了")

    again = await desk.assess(claim, Outcome.COMPENSATE)

    assert (disputed.status, again.status, again.offered) == ("in_dispute", "offered", Decimal("4999.00"))


async def test_a_refusal_says_why_and_ends_it(desk: Desk) -> None:
    claim = await desk.file(items=(SCREEN,))
    with pytest.raises(Clash) as unseen:
        await desk.do(operating.refuse, claim.claim_no, INSPECTOR, reason="own_side", note="")
    await desk.do(operating.visit, claim.claim_no, INSPECTOR, "插座短路")

    refused = await desk.do(operating.refuse, claim.claim_no, INSPECTOR, reason="own_side", note="插座自行改装")

    assert unseen.value.reason == "claim.state"
    assert (refused.status, refused.active, refused.refusal) == ("refused", False, "own_side")


@pytest.mark.parametrize("use_case", [operating.assess, operating.refuse], ids=["cause", "refusal"])
async def test_causes_and_refusals_are_those_of_the_table(desk: Desk, use_case: Any) -> None:
    claim = await desk.file(items=(SCREEN,))
    await desk.do(operating.visit, claim.claim_no, INSPECTOR, "看过")
    more = {"cause": "ghosts", "verdicts": [Verdict(1, Outcome.REPAIR)]}
    if use_case is operating.refuse:
        more = {"reason": "ghosts", "note": ""}

    with pytest.raises(InvalidRequest):
        await desk.do(use_case, claim.claim_no, INSPECTOR, **more)


async def test_a_claim_is_withdrawn_but_not_after_it_is_agreed(desk: Desk) -> None:
    claim = await desk.offered(Outcome.COMPENSATE, items=(SCREEN,))
    await desk.do(service.agree, WECHAT_LUO, claim.claim_no, PayBy.CREDIT)
    with pytest.raises(Clash):
        await desk.do(service.withdraw, WECHAT_LUO, claim.claim_no, "")
    await desk.bind(SOMEBODY, PENG)
    other = await desk.file(SOMEBODY, PENG)

    gone = await desk.do(service.withdraw, SOMEBODY, other.claim_no, "修好了")

    assert (gone.status, gone.active) == ("withdrawn", False)


async def test_somebody_elses_claim_is_unknown(desk: Desk) -> None:
    claim = await desk.file()

    for use_case, last in ((service.agree, PayBy.CREDIT), (service.withdraw, ""), (service.add_items, (SCREEN,))):
        with pytest.raises(NotKnown) as caught:
            await desk.do(use_case, ALIPAY_ZHOU, claim.claim_no, last)
        assert caught.value.reason == "claim.unknown"


async def test_paying_many_times_at_once_pays_once(desk: Desk) -> None:
    claim = await desk.offered(Outcome.COMPENSATE, items=(SCREEN,))
    await desk.do(service.agree, WECHAT_LUO, claim.claim_no, PayBy.CREDIT)

    answers = await asyncio.gather(
        *(desk.do(operating.pay, claim.claim_no, INSPECTOR, "") for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(answer, Claim) for answer in answers) == 1
    assert {answer.reason for answer in answers if isinstance(answer, Clash)} == {"claim.state"}
    assert (await desk.do(standing, LUO)).balance == Decimal("4999.00")


async def test_the_audit_finds_a_changed_amount(desk: Desk) -> None:
    claim = await desk.offered(Outcome.COMPENSATE, items=(SCREEN,))
    await desk.value("update appliance_claim_items set amount = amount - 1 where claim_no = $1", claim.claim_no)

    found = await desk.differences()
    await desk.value("update appliance_claim_items set amount = amount + 1 where claim_no = $1", claim.claim_no)

    assert [(one.what, one.booked, one.computed) for one in found] == [
        ("claims.item", "4998.00", "4999.00"),
        ("claims.offered", "4999.00", "4998.00"),
    ]
