"""The complaint skill: hears, regrets the trouble, restates, checks the facts, files with number and limits.

A person is called at once where the rules ask for one (business_rules.md section 5); what the customer has told and
what the books say go along, so that nothing is told twice. The same matter again is an urge, not a second complaint.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasa_sdk.events import SlotSet

from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.cases import Filed, case_card, file_without_account, limits, status_words, urge
from actions.form import FormVisit
from actions.handoff import PRIORITY_COMPLAINT, Handoff, hand_over
from actions.questions import ChoiceQuestion, QuestionForm, TextQuestion
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import plain
from backend.errors import BackendError, BackendRefused
from backend.models import BoundAccount, CaseFiling, OutageHistory, WorkOrder

_WORDS = "utter_complaint_words"
_FILE, _DROP = "file", "drop"
# Which matters the catalogue carries as opinions (M95598; utility/data/case_rules.yml); every other one is a complaint.
_OPINIONS = frozenset({"crew_staff", "outage_notice", "outage_plan", "bill", "channel", "sms", "phone_line"})
_OUTAGE_MATTERS = frozenset({"frequent_outage", "long_outage", "outage_notice", "outage_plan", "late_crew"})
# A sentence shorter than this, with no matter in it, tells nothing that could be filed.
_SHORTEST = 9
_FURIOUS = "furious"
COMPLAINT_SLOTS = ("complaint_text", "complaint_wish")


@dataclass(frozen=True)
class Folder:
    """What the books say about who complains, as far as they can be read now."""

    bound: tuple[BoundAccount, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    account: BoundAccount | None = None
    history: OutageHistory | None = None
    readable: bool = True

    def open_complaint(self, account: BoundAccount | None) -> WorkOrder | None:
        """The open complaint of this account, or of this person when no account is meant."""
        complaints = (order for order in self.orders if order.kind == "complaint" and order.open)
        return next((o for o in complaints if account is None or o.account_no in ("", account.account_no)), None)


def matter_of(visit: Visit, text: str = "") -> str:
    """What the complaint is about, by its words, else by the target the understanding found; empty when neither."""
    by_words = visit.wording.option("complaint_matter", text or visit.text)
    target = visit.entity("complaint_target")
    return by_words or (visit.wording.option("complaint_target", target) if target else None) or ""


def needs_a_person(visit: Visit) -> bool:
    """The rules call a person at once: the word itself, press, law, injury, discrimination, a furious customer."""
    emotion = visit.entity("emotion")
    furious = bool(emotion) and visit.wording.option("emotion_level", emotion) == _FURIOUS
    return furious or visit.option("complaint_person") is not None


async def read_folder(visit: Visit) -> Folder:
    """Reads the facts; a complaint is taken also when the utility's systems are down."""
    try:
        bound = tuple(await visit.bindings())
        orders = tuple(await visit.backend.orders(visit.user))
        account = _account_meant(visit, bound)
        history = await visit.backend.outage_history(account_no=account.account_no) if account else None
    except BackendError:
        return Folder(readable=False)
    return Folder(bound, orders, account, history)


def _account_meant(visit: Visit, bound: tuple[BoundAccount, ...]) -> BoundAccount | None:
    runs, known = visit.digit_runs(), visit.slot("known_account")
    for account in bound:
        if account.tail in runs or account.account_no in runs or account.account_no == known:
            return account
    return bound[0] if len(bound) == 1 else None


class SubmitComplaint(ServiceAction):
    """Hears a complaint out: urges the one that is open, calls a person where one is due, files what has substance."""

    title = "action_submit_complaint"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        folder, matter = await read_folder(visit), matter_of(visit)
        said_before = str(visit.slot("complaint_no") or "")
        if said_before and not visit.option("complaint_again"):
            return _add(visit, folder, said_before)
        standing = folder.open_complaint(folder.account)
        if standing and _is_same_matter(visit, standing, matter):
            return await self._urge(visit, folder, standing)
        if not folder.readable:
            return _heard(visit, folder)
        if needs_a_person(visit) and matter:
            return await self._file_and_call(visit, folder, matter)
        if needs_a_person(visit):
            return _heard(visit, folder)
        text = visit.text if _has_substance(visit, matter) else None
        return open_form(visit, "complaint_form", complaint_text=text)

    async def _file_and_call(self, visit: Visit, folder: Folder, matter: str) -> list[Event]:
        try:
            filed = await file_complaint(visit, folder, matter, visit.text, self.title)
        except BackendRefused:
            return _heard(visit, folder)  # what the books will not take as a case is still heard
        _tell(visit, folder, matter, filed, "utter_complaint_filed_and_person")
        _call(visit, folder, (filed.order_no,))
        return [SlotSet("complaint_no", filed.order_no)]

    async def _urge(self, visit: Visit, folder: Folder, standing: WorkOrder) -> list[Event]:
        try:
            filed = await urge(visit, standing.order_no, visit.text, visit.key(self.title))
        except BackendRefused:
            filed = Filed(standing.order_no, open_order=standing)
        tell_urged(visit, filed)
        if needs_a_person(visit):
            _call(visit, folder, (standing.order_no,))
        return []


class ComplaintForm(QuestionForm):
    """Asks what happened, shows what the books say, and whether it is to be filed."""

    form = "complaint_form"
    topic = "complaint_submit"
    intents = frozenset({"complaint_submit", "suggestion_or_praise", "bill_dispute", "repair_urge"})
    questions = (
        TextQuestion(
            "complaint_text",
            "utter_complaint_ask_text",
            too_short="utter_complaint_text_needed",
            shortest=4,
            intents=frozenset({"complaint_submit", "outage_report", "power_quality_report", "bill_dispute"}),
        ),
        ChoiceQuestion("complaint_wish", "utter_complaint_ask_wish", yes=_FILE, no=_DROP),
    )
    slots = slots_of(questions)

    async def read(self, visit: FormVisit) -> None:
        """See base class; words for which a person is due end the questions."""
        await super().read(visit)
        if visit.slot("complaint_text") and needs_a_person(visit):
            visit.fill(complaint_wish=_FILE)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class; before the wish comes what was understood and what the books say."""
        if slot != "complaint_wish":
            await super().ask(visit, slot)
            return
        folder, matter = await read_folder(visit), matter_of(visit, str(visit.slot("complaint_text")))
        words = visit.wording.of(_WORDS)
        restated = words["restated"].format(matter=words[f"matter_{matter or 'other'}"])
        fix = words.get(f"fix_{matter}", "")
        visit.say("utter_complaint_ask_wish", restated=restated, facts=facts_of(visit, folder, matter), fix=fix)


class FileComplaint(ServiceAction):
    """Files what the form collected, or leaves it at that."""

    title = "action_file_complaint"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        done = [*forget(*COMPLAINT_SLOTS), *take_up_paused(visit)]
        if visit.slot("complaint_wish") == _DROP:
            visit.say("utter_complaint_not_filed")
            return done
        text, folder = str(visit.slot("complaint_text")), await read_folder(visit)
        matter = matter_of(visit, text)
        if not matter:
            # Which type it is decides who is answerable: a person chooses it.
            return [*_heard(visit, folder), *done]
        filed = await file_complaint(visit, folder, matter, text, self.title)
        if filed.taken is None:
            tell_urged(visit, filed)
            return done
        called = visit.slot("complaint_wish") == "human" or needs_a_person(visit)
        _tell(visit, folder, matter, filed, "utter_complaint_filed_and_person" if called else "utter_complaint_filed")
        if called:
            _call(visit, folder, (filed.order_no,))
        return [SlotSet("complaint_no", filed.order_no), *done]

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class."""
        return forget(*COMPLAINT_SLOTS)


async def file_complaint(visit: Visit, folder: Folder, matter: str, text: str, title: str) -> Filed:
    """Files a complaint, or the opinion that the catalogue carries such a matter as."""
    kind = "opinion" if matter in _OPINIONS else "complaint"
    filing = CaseFiling(
        kind=kind,
        type=visit.wording.value(f"complaint_{matter}"),
        text=text,
        account_no=folder.account.account_no if folder.account else "",
        media=visit.option("complaint_media") is not None,
        callback_declined=visit.option("no_callback") is not None,
    )
    return await file_without_account(visit, filing, visit.key(title))


def facts_of(visit: Visit, folder: Folder, matter: str) -> str:
    """What the books say about this matter, in a sentence; nothing when they say nothing."""
    words, parts = visit.wording.of(_WORDS), []
    if folder.account and folder.history and matter in _OUTAGE_MATTERS:
        count = len(folder.history.counted) + len(folder.history.deducted)
        since = visit.wording.day(folder.history.since)
        parts.append(words["outages"].format(tail=folder.account.tail, since=since, count=count))
    if folder.account and not matter:
        parts.append(words["place"].format(place=folder.account.address_masked))
    numbers = [order.order_no for order in folder.orders if order.open]
    if numbers:
        parts.append(words["orders"].format(orders=words["separator"].join(numbers[:3])))
    return words["sentence"].join(parts)


def tell_urged(visit: Visit, filed: Filed) -> None:
    """Says that the matter is open under this number, how far it is, and what the urge did."""
    order = filed.open_order
    if order is None:
        return
    words = visit.wording.of(_WORDS)
    done = words["urge_sent"] if filed.urged and filed.urged.dispatched else words["urge_noted"]
    values = {"order_no": order.order_no, "status": status_words(visit, order), "limits": limits(visit, order)}
    visit.show("utter_complaint_urged", {**values, "done": done}, card=case_card(visit, order))


def _tell(visit: Visit, folder: Folder, matter: str, filed: Filed, response: str) -> None:
    if filed.taken is None:
        tell_urged(visit, filed)
        return
    words, order = visit.wording.of(_WORDS), filed.taken.order
    values: dict[str, str | int] = {
        "matter": words[f"matter_{matter or 'other'}"],
        "facts": facts_of(visit, folder, matter),
        "order_no": order.order_no,
        "limits": limits(visit, order),
        "kind": words["as_opinion"] if order.kind == "opinion" else "",
    }
    visit.show(response, values, card=case_card(visit, order))


def _heard(visit: Visit, folder: Folder) -> list[Event]:
    """Hands a complaint over as it stands, with the facts."""
    matter = matter_of(visit)
    facts = facts_of(visit, folder, matter)
    visit.say("utter_complaint_heard_with_facts" if facts else "utter_complaint_heard", facts=facts)
    _call(visit, folder, ())
    return []


def _add(visit: Visit, folder: Folder, order_no: str) -> list[Event]:
    """More words about what was just filed go to whoever works on it, word for word."""
    visit.say("utter_complaint_added", order_no=order_no)
    _call(visit, folder, (order_no,))
    return []


def _call(visit: Visit, folder: Folder, orders: tuple[str, ...]) -> None:
    separator = visit.wording.of(_WORDS)["separator"]
    known = {
        "address": separator.join(account.address_masked for account in folder.bound),
        "complaint_text": visit.text,
    }
    numbers = (*orders, *(order.order_no for order in folder.orders if order.open and order.order_no not in orders))
    hand_over(visit, Handoff("complaint", "complaint", PRIORITY_COMPLAINT, numbers, known))


def _has_substance(visit: Visit, matter: str) -> bool:
    return bool(matter) or len(plain(visit.text)) >= _SHORTEST


def _is_same_matter(visit: Visit, standing: WorkOrder, matter: str) -> bool:
    """Nothing said of what it is about, or the type that the open one has."""
    return not matter or standing.type == visit.wording.value(f"complaint_{matter}")


ACTIONS: tuple[type[ServiceAction], ...] = (ComplaintForm, FileComplaint, SubmitComplaint)
