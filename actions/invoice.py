"""Invoices of paid bills: which month, to whom; one for a bill; what needs papers or a person is said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasa_sdk.events import SlotSet

from actions.account import remember
from actions.account_asked import account_in_view
from actions.asks import joined, keep, open_asks, part_of, said_alone
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.invoice_form import COMPANY, InvoiceForm, emails_said, masked_email, read_wish
from actions.request_filed import file_request
from actions.visit import Visit
from actions.wording import money
from backend.errors import Conflict
from backend.models import BoundAccount, Invoice

_WORDS = "utter_invoice_words"
# What the utility refuses, and the sentence that says what to do.
_REFUSALS = {
    "invoice.title_unproven": "utter_invoice_title_unproven",
    "invoice.too_old": "utter_invoice_too_old",
    "invoice.not_paid": "utter_invoice_not_paid",
    "invoice.other_kind": "utter_invoice_other_kind",
    "invoice.already_issued": "utter_invoice_already",
}


class AskInvoice(ServiceAction):
    """Goes for an invoice, lists those there are, or says who changes a title."""

    title = "action_ask_invoice"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        money_first = _payment_first(visit)
        if money_first:
            return money_first
        wish, account = visit.option("invoice_wish"), account_in_view(visit, await visit.bindings())
        invoices = await visit.backend.invoices(account.account_no, visit.user) if account else []
        email = next(iter(emails_said(visit)), "")
        if email and visit.slot("invoice_last"):
            await self._mail(visit, email)
            return take_up_paused(visit)
        if wish == "special":
            visit.say("utter_invoice_special")
            return take_up_paused(visit)
        if wish == "change":
            visit.show("utter_invoice_change", {"last": _last(visit, invoices)})
            return take_up_paused(visit)
        if wish == "resend" and account and invoices:
            visit.show("utter_invoice_list", {"tail": account.tail, "list": _listed(visit, invoices)})
            return take_up_paused(visit)
        return open_form(visit, InvoiceForm.form, **read_wish(visit))

    async def _mail(self, visit: Visit, email: str) -> None:
        """Sends the invoice just issued; its account is the one the talk is about."""
        account = next(one for one in await visit.bindings() if one.account_no == visit.slot("known_account"))
        await mail(visit, self.title, account, str(visit.slot("invoice_last")), email)


def _payment_first(visit: Visit) -> list[Event]:
    """A payment that is asked about before "and besides, an invoice" is served first, the invoice is kept."""
    places = (visit.text.find(word) for word in visit.wording.phrases("one_more"))
    start = min((place for place in places if place > 0), default=0)
    first, rest = (part_of(visit, intent, *span) for intent, span in _spans(start, len(visit.text)))
    if not start or visit.wording.option("issue_kind", first.text) is None:
        return []
    if visit.wording.option("invoice_asked", first.text) or not visit.wording.option("invoice_asked", rest.text):
        return []
    return [keep(joined(open_asks(visit), [rest])), *said_alone(visit, first)]


def _spans(start: int, end: int) -> tuple[tuple[str, tuple[int, int]], ...]:
    return ("payment_issue", (0, start)), ("invoice_request", (start, end))


async def mail(visit: Visit, action: str, account: BoundAccount, number: str, email: str) -> None:
    """Has an issued invoice sent to an address; the address is shown masked."""
    text = visit.wording.of(_WORDS)["mail_text"].format(number=number, email=email)
    filed = await file_request(visit, action, "request_bill_mail", account, text)
    name = "utter_invoice_mail_again" if filed.again else "utter_invoice_mail"
    visit.show(name, {"email": masked_email(email), "number": filed.order_no, "due": filed.due, "invoice": number})


def _last(visit: Visit, invoices: Sequence[Invoice]) -> str:
    if not invoices:
        return ""
    return visit.wording.of(_WORDS)["last"].format(one=_described(visit, invoices[0]))


def _listed(visit: Visit, invoices: Sequence[Invoice]) -> str:
    separator = visit.wording.of(_WORDS)["separator"]
    return separator.join(_described(visit, invoice) for invoice in invoices[:3])


def _described(visit: Visit, invoice: Invoice) -> str:
    return visit.wording.of(_WORDS)["one"].format(**_values(visit, invoice))


def _values(visit: Visit, invoice: Invoice) -> dict[str, str | int]:
    return {
        "number": invoice.invoice_no,
        "month": visit.wording.month(invoice.period),
        "title": invoice.title,
        "amount": money(invoice.amount),
        "tail": invoice.account_no[-4:],
    }


class IssueInvoice(ServiceAction):
    """Issues what was asked for, month by month, and gives each number; a refusal is said with what to do."""

    title = "action_issue_invoice"
    deferrable = True
    wish = "invoice_request"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account = next(one for one in await visit.bindings() if one.account_no == visit.slot("account_no"))
        made: list[Invoice] = []
        for period in str(visit.slot("invoice_period")).split(","):
            try:
                made.append(await self._issue(visit, account, period))
            except Conflict as error:
                await self._refused(visit, account, period, error)
                break
        if made:
            self._tell(visit, made)
        email = str(visit.slot("invoice_email") or "")
        if made and email:
            await mail(visit, self.title, account, made[-1].invoice_no, email)
        last = [SlotSet("invoice_last", made[-1].invoice_no)] if made else []
        return [remember(account), *forget(*InvoiceForm.slots), *last, *take_up_paused(visit)]

    async def _issue(self, visit: Visit, account: BoundAccount, period: str) -> Invoice:
        to_company = visit.slot("invoice_to") == COMPANY
        title = str(visit.slot("invoice_title")) if to_company else visit.wording.of(_WORDS)["personal"]
        tax_no = str(visit.slot("invoice_tax") or "") if to_company else ""
        return await visit.backend.issue_invoice(
            account.account_no,
            period,
            title,
            visit.user,
            idempotency_key=visit.key(f"{self.title}/{period}"),
            tax_no=tax_no if tax_no != "none" else "",
        )

    def _tell(self, visit: Visit, made: Sequence[Invoice]) -> None:
        if len(made) == 1:
            visit.show("utter_invoice_issued", _values(visit, made[0]))
        else:
            visit.show("utter_invoice_issued_several", {"count": len(made), "list": _listed_all(visit, made)})

    async def _refused(self, visit: Visit, account: BoundAccount, period: str, error: Conflict) -> None:
        if error.reason not in _REFUSALS:
            raise error
        values: Mapping[str, str | int] = {
            "month": visit.wording.month(period),
            "tail": account.tail,
            "title": str(visit.slot("invoice_title") or ""),
            "number": str(error.fields.get("invoice_no", "")),
        }
        visit.show(_REFUSALS[error.reason], values)


def _listed_all(visit: Visit, invoices: Sequence[Invoice]) -> str:
    return visit.wording.of(_WORDS)["separator"].join(_described(visit, invoice) for invoice in invoices)


ACTIONS: tuple[type[ServiceAction], ...] = (AskInvoice, InvoiceForm, IssueInvoice)
