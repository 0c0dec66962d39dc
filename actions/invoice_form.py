"""The form of an invoice: a paid month, a person or a company with its tax number; it checks, the utility decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.billing_explained import newest_period
from actions.form import Call, FormVisit
from actions.periods import months_said
from actions.questions import AccountQuestion, ChoiceQuestion, ConfirmQuestion, Question, QuestionForm
from actions.questions.base import SUMMARY, slots_of
from actions.visit import Visit
from actions.wording import money
from backend.errors import NotFound
from backend.models import Bill

COMPANY, SPECIAL = "company", "special"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TAX_NO = re.compile(r"[0-9A-Z]{15,20}")
_TAX_LIKE = re.compile(r"[0-9A-Za-z]{8,}")
_LONGEST_TITLE = 100
_UNPAID = "unpaid"
_NO_NAMES = frozenset({"small_talk", "out_of_scope", "bill_query", "balance_query", "account_manage", "pay_bill"})


def emails_said(visit: Visit) -> list[str]:
    """The e-mail addresses in the message."""
    return _EMAIL.findall(visit.text)


def masked_email(email: str) -> str:
    """Keeps the first letter and the domain."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def read_wish(visit: Visit) -> dict[str, Any]:
    """What the first message tells of the invoice, beside what the form reads itself."""
    return {"invoice_email": next(iter(emails_said(visit)), None), "invoice_period": None, "invoice_to": None}


class MonthQuestion(Question):
    """Fills `invoice_period` with paid months; without a word of it, the newest one that is paid."""

    def __init__(self) -> None:
        super().__init__("invoice_period", "invoice_amount")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; `invoice_amount` is what the books say of it."""
        return None if visit.slot("invoice_period") else "invoice_period"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not visit.slot("check_code"):
            if months_said(visit):
                visit.fill(invoice_wanted=",".join(months_said(visit)))
            return
        kept = str(visit.slot("invoice_wanted") or "")
        months = months_said(visit) if self.may_take(visit) else []
        months = months or [month for month in kept.split(",") if month]
        if months:
            visit.fill(invoice_wanted=None)
            await self._take(visit, months)
        elif not visit.slot("invoice_period") and not self.is_asked(visit):
            await self._take_newest(visit)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_invoice_ask_month")

    async def _take(self, visit: FormVisit, months: list[str]) -> None:
        number, total = str(visit.slot("account_no")), []
        for month in months:
            bill = await _bill(visit, number, month)
            if bill is None or bill.status == _UNPAID:
                name = "utter_invoice_month_unpaid" if bill else "utter_invoice_month_unknown"
                visit.refuse(name, month=visit.wording.month(month))
                return
            total.append(bill.total)
        visit.fill(invoice_period=",".join(months), invoice_amount=money(sum(total[1:], total[0])))

    async def _take_newest(self, visit: FormVisit) -> None:
        number = str(visit.slot("account_no"))
        page = await visit.backend.bills(number, visit.user, limit=6)
        paid = next((bill for bill in page.bills if bill.status != _UNPAID), None)
        if paid:
            visit.fill(invoice_period=paid.period, invoice_amount=money(paid.total))
        else:
            visit.refuse("utter_invoice_month_unpaid", month=visit.wording.month(await newest_period(visit, number)))


async def _bill(visit: Visit, number: str, month: str) -> Bill | None:
    try:
        return await visit.backend.bill(number, month, visit.user)
    except NotFound:
        return None


class TitleQuestion(Question):
    """Fills `invoice_title` with the name of a company."""

    def __init__(self) -> None:
        super().__init__("invoice_title", wanted=_for_company)

    async def read(self, visit: FormVisit) -> None:
        """See base class; a tax number or an address may stand in the same message."""
        if not self.may_take(visit):
            return
        said = next((value for value in _infos(visit) if _is_name(value)), "")
        corrected = self.is_corrected(visit) or visit.requested == SUMMARY
        renamed = _renamed(visit) if corrected else ""
        if renamed:
            said = renamed
        elif not said and self.is_asked(visit) and _may_be_a_name(visit):
            said = _EMAIL.sub("", visit.text)
            said = _TAX_LIKE.sub("", said).strip()
            said = _unmarked(visit, said)
        name = said.strip(" ,.:;\uff0c\u3002\uff1a\uff1b")[:_LONGEST_TITLE]
        if _is_name(name):
            visit.fill(invoice_title=name, invoice_to=COMPANY)
        elif self.is_asked(visit) and _may_be_a_name(visit) and not _tax_said(visit) and not visit.option("invoice_to"):
            visit.refuse("utter_invoice_title_needed")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_invoice_ask_title")


class TaxQuestion(Question):
    """Fills `invoice_tax` with 15 to 20 letters and digits, or `none` for who has no number."""

    def __init__(self) -> None:
        super().__init__("invoice_tax", wanted=_for_company)

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.may_take(visit):
            return
        said = _tax_said(visit)
        if said and _TAX_NO.fullmatch(said):
            visit.fill(invoice_tax=said, invoice_to=COMPANY)
        elif self.is_asked(visit) and (visit.option("invoice_tax") == "none" or visit.says_no):
            visit.fill(invoice_tax="none")
        elif self.is_asked(visit) and (said or visit.digit_runs()):
            visit.refuse("utter_invoice_tax_length", length=len(said) or len(visit.digit_runs()[0]))

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_invoice_ask_tax")


def _may_be_a_name(visit: FormVisit) -> bool:
    """A greeting, or another trade, is no company; what ends like one is."""
    return visit.intent not in _NO_NAMES or visit.option("company_marks") is not None


def _renamed(visit: FormVisit) -> str:
    """The name after "the title is", where a correction brings one that was not understood as such."""
    text = visit.text
    ends = [text.rfind(mark) + len(mark) for mark in visit.wording.phrases("invoice_rename") if mark in text]
    return text[max(ends) :] if ends and not _tax_said(visit) and not emails_said(visit) else ""


def _unmarked(visit: Visit, said: str) -> str:
    """A title without the words that only announce it."""
    for mark in sorted(visit.wording.phrases("invoice_title_marks"), key=len, reverse=True):
        said = said.replace(mark, "")
    return said


def _infos(visit: Visit) -> list[str]:
    return [str(value) for value in visit.tracker.get_latest_entity_values("invoice_info")]


def _tax_said(visit: Visit) -> str:
    """What looks like a tax number: letters and digits in a row, blanks put between them left out."""
    text = re.sub(r"(?<=[0-9A-Za-z])[ -]+(?=[0-9A-Za-z])", "", _EMAIL.sub("", visit.text))
    account = visit.entity("account_no")
    runs = (run.upper() for run in _TAX_LIKE.findall(text) if run != account and any(map(str.isdigit, run)))
    return max(runs, key=len, default="")


def _is_name(value: str) -> bool:
    letters = [character for character in value if character.isalpha()]
    return "@" not in value and len(letters) >= 2 and not _TAX_LIKE.fullmatch(value)


def _for_company(visit: FormVisit) -> bool:
    return str(visit.slot("invoice_to")) == COMPANY


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    tax, words = str(visit.slot("invoice_tax") or ""), visit.wording.of("utter_invoice_words")
    months = [visit.wording.month(month) for month in str(visit.slot("invoice_period")).split(",")]
    return {
        "tail": str(visit.slot("account_no"))[-4:],
        "month": words["separator"].join(months),
        "amount": str(visit.slot("invoice_amount") or ""),
        "title": str(visit.slot("invoice_title")),
        "tax": words["no_tax"] if tax == "none" else words["tax"].format(tax=tax),
    }


class InvoiceForm(QuestionForm):
    """Finds out which bills are to be invoiced, and to whom."""

    form = "invoice_form"
    topic = "invoice_request"
    intents = frozenset({"invoice_request"})
    questions = (
        AccountQuestion(),
        MonthQuestion(),
        ChoiceQuestion("invoice_to", "utter_invoice_ask_to"),
        TitleQuestion(),
        TaxQuestion(),
        ConfirmQuestion("utter_invoice_confirm", _summary, wanted=_for_company),
    )
    slots = slots_of(questions, "invoice_email", "invoice_wanted")

    async def read(self, visit: FormVisit) -> None:
        """See base class; a special invoice is a person's business, an address is kept for later."""
        emails = emails_said(visit)
        if emails:
            visit.fill(invoice_email=emails[0])
        to = visit.option("invoice_to")
        if to and (visit.call is Call.OPENED or visit.requested in ("invoice_to", "invoice_title", "confirmed")):
            visit.fill(invoice_to=to)
        await super().read(visit)
        if visit.slot("invoice_to") == SPECIAL:
            visit.end("utter_invoice_special")

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class; the month and the sum stand in the question to whom it goes."""
        if slot != "invoice_to":
            await super().ask(visit, slot)
            return
        months = [visit.wording.month(month) for month in str(visit.slot("invoice_period")).split(",")]
        values: dict[str, str | int] = {
            "tail": str(visit.slot("account_no"))[-4:],
            "month": visit.wording.of("utter_invoice_words")["separator"].join(months),
            "amount": str(visit.slot("invoice_amount") or ""),
        }
        visit.show("utter_invoice_ask_to", values)
