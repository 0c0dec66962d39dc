"""What the books say of payments: on its way, arrived, taken twice, and where a link stands; it only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from actions.visit import Visit
from actions.wording import money
from backend.errors import NotFound
from backend.models import Payment, PaymentOrder

# Two payments of one sum within so many days are one payment made twice.
_TWICE_WITHIN = timedelta(days=5)
_RECENT = timedelta(days=3)
_LOOKED_BACK = timedelta(days=60)


def on_its_way(payments: Sequence[Payment]) -> Payment | None:
    """The newest payment that a channel has taken and the books do not hold yet."""
    return next((payment for payment in payments if payment.status == "processing"), None)


def double_of(payments: Sequence[Payment]) -> tuple[Payment, Payment] | None:
    """Two payments of the same sum, of which the later one paid no bill; payments come newest first."""
    done = [payment for payment in payments if payment.status == "success"]
    for index, later in enumerate(done):
        for earlier in done[index + 1 :]:
            close = later.at - earlier.at <= _TWICE_WITHIN
            if close and later.amount == earlier.amount and not later.periods:
                return earlier, later
    return None


def newest_of(payments: Sequence[Payment], now: datetime, *, day: str = "", amount: str = "") -> Payment | None:
    """The newest arrived payment of a day and an amount; without either, one of the last days."""
    wanted = _decimal(amount)
    reach = _LOOKED_BACK if day or wanted else _RECENT
    return next(
        (
            payment
            for payment in payments
            if payment.status == "success"
            and now - payment.at <= reach
            and (not day or payment.at.date().isoformat() == day)
            and (wanted is None or payment.amount == wanted)
        ),
        None,
    )


def _decimal(said: str) -> Decimal | None:
    try:
        return Decimal(said) if said else None
    except InvalidOperation:
        return None


async def status_of_link(visit: Visit, number: str) -> None:
    """Tells whether the payment of a link has arrived, as the utility says, never before."""
    try:
        order = await visit.backend.payment_order(number, visit.user)
    except NotFound:
        visit.say("utter_pay_status_unknown")
        return
    values = {"tail": order.account_no[-4:], "amount": money(order.amount), "number": order.payment_order_no}
    if order.state == "paid":
        await _tell_paid(visit, order, values)
    elif order.state == "open":
        visit.show("utter_pay_status_open", values | {"until": visit.moment(order.expires_at)})
    else:
        visit.show("utter_pay_status_ended", values)


async def _tell_paid(visit: Visit, order: PaymentOrder, values: dict[str, str]) -> None:
    account = next((one for one in await visit.bindings() if one.account_no == order.account_no), None)
    if account is None:
        visit.show("utter_pay_status_paid_other", values)
        return
    stand = await visit.backend.money(account.account_no, visit.user)
    values |= {"balance": money(stand.balance), "payable": money(stand.payable)}
    visit.show("utter_pay_status_paid_cut" if account.status == "cut_off" else "utter_pay_status_paid", values)
