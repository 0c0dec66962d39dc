"""The complaint skill: hears, regrets the trouble, restates, checks the facts, files with number and limits.

A person is called at once where the rules ask for one (business_rules.md section 5); what the customer has told and
what the books say go along, so that nothing is told twice. The same matter again is an urge, not a second complaint.
"""

from __future__ import annotations

import contextlib

from rasa_sdk.events import SlotSet

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.case_after import is_answered, judge, judged_in
from actions.cases import Filed, case_card, file_without_account, limits, status_words, urge
from actions.complaint_facts import Folder, facts_of, matter_of, needs_a_person, read_folder
from actions.follow_ups import await_follow_ups
from actions.form import FormVisit
from actions.handoff import PRIORITY_COMPLAINT, Handoff, hand_over
from actions.progress import ShowTicket
from actions.questions import ChoiceQuestion, QuestionForm, TextQuestion
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import plain
from backend.errors import BackendRefused, Conflict, NotFound
from backend.models import CaseFiling, WorkOrder
from runtime.privacy import mask_text

_WORDS = "utter_complaint_words"
_FILE, _DROP = "file", "drop"
# Which matters the catalogue carries as opinions (M95598; utility/data/case_rules.yml); every other one is a complaint.
_OPINIONS = frozenset({"crew_staff", "outage_notice", "outage_plan", "bill", "channel", "sms", "phone_line"})
# A sentence shorter than this, with no matter in it, tells nothing that could be filed.
_SHORTEST = 9
COMPLAINT_SLOTS = ("complaint_text", "complaint_wish", "complaint_account")
# Words that the understanding cannot place, said right after a complaint, belong to it.
_STILL_COMPLAINING = (3, ("nlu_fallback", "correct_info", "out_of_scope", "complaint_submit"))


class SubmitComplaint(ServiceAction):
    """Hears a complaint out: urges the one that is open, calls a person where one is due, files what has substance."""

    title = "action_submit_complaint"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        folder, matter = await read_folder(visit), matter_of(visit)
        standing = folder.open_complaint(folder.account)
        satisfied = judged_in(visit)
        if standing and is_answered(standing) and satisfied is not None:
            return await judge(visit, standing.order_no, satisfied=satisfied)
        if standing and visit.option("complaint_progress") and not visit.option("complaint_insists"):
            return await ShowTicket(self._services).serve(visit)
        said_before = str(visit.slot("complaint_no") or "")
        if said_before and not visit.option("complaint_again"):
            return await _add(visit, folder, said_before)
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
            number = folder.account.account_no if folder.account else ""
            filed = await file_complaint(visit, number, matter, visit.text, self.title)
        except BackendRefused:
            return _heard(visit, folder)  # what the books will not take as a case is still heard
        _tell(visit, folder, matter, filed, "utter_complaint_filed_and_person")
        _call(visit, folder, (filed.order_no,))
        return [SlotSet("complaint_no", filed.order_no), *_spoken_of(visit, filed.order_no)]

    async def _urge(self, visit: Visit, folder: Folder, standing: WorkOrder) -> list[Event]:
        try:
            filed = await urge(visit, standing.order_no, visit.text, visit.key(self.title))
        except BackendRefused:
            filed = Filed(standing.order_no, open_order=standing)
        tell_urged(visit, filed, _sentence(visit, folder, matter_of(visit)))
        if needs_a_person(visit):
            _call(visit, folder, (standing.order_no,))
        return _spoken_of(visit, standing.order_no)


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
        # Kept for the filing, which may have to be done later and must then be the very same.
        visit.fill(complaint_account=folder.account.account_no if folder.account else None)
        words = visit.wording.of(_WORDS)
        restated = words["restated"].format(matter=words[f"matter_{matter or 'other'}"])
        fix = words.get(f"fix_{matter}", "")
        visit.say("utter_complaint_ask_wish", restated=restated, facts=_sentence(visit, folder, matter), fix=fix)


class FileComplaint(FormEnd):
    """Files what the form collected, or leaves it at that."""

    title = "action_file_complaint"
    deferrable = True
    needs = COMPLAINT_SLOTS
    wish = "complaint_submit"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        done = self.done(visit)
        if visit.slot("complaint_wish") == _DROP:
            visit.say("utter_complaint_not_filed")
            return done
        text, folder = str(visit.slot("complaint_text")), await read_folder(visit)
        matter = matter_of(visit, text)
        if not matter:
            # Which type it is decides who is answerable: a person chooses it.
            return [*_heard(visit, folder), *done]
        try:
            filed = await file_complaint(visit, str(visit.slot("complaint_account") or ""), matter, text, self.title)
        except BackendRefused:
            # The books take such a matter for an account alone, say: a person takes what they do not.
            return [*_heard(visit, folder), *done]
        if filed.taken is None:
            tell_urged(visit, filed)
            return [*_spoken_of(visit, filed.order_no), *done]
        called = visit.slot("complaint_wish") == "human" or needs_a_person(visit)
        _tell(visit, folder, matter, filed, "utter_complaint_filed_and_person" if called else "utter_complaint_filed")
        if called:
            _call(visit, folder, (filed.order_no,))
        return [SlotSet("complaint_no", filed.order_no), *_spoken_of(visit, filed.order_no), *done]


async def file_complaint(visit: Visit, account_no: str, matter: str, text: str, title: str) -> Filed:
    """Files a complaint, or the opinion that the catalogue carries such a matter as."""
    kind = "opinion" if matter in _OPINIONS else "complaint"
    filing = CaseFiling(
        kind=kind,
        type=visit.wording.value(f"complaint_{matter}"),
        text=text,
        account_no=account_no,
        media=visit.option("complaint_media") is not None,
        callback_declined=visit.option("no_callback") is not None,
    )
    return await file_without_account(visit, filing, visit.key(title))


def tell_urged(visit: Visit, filed: Filed, facts: str = "") -> None:
    """Says that the matter is open under this number, how far it is, and what the urge did."""
    order = filed.open_order
    if order is None:
        return
    words = visit.wording.of(_WORDS)
    done = words["urge_sent"] if filed.urged and filed.urged.dispatched else words["urge_noted"]
    values = {"order_no": order.order_no, "status": status_words(visit, order), "limits": limits(visit, order)}
    visit.show("utter_complaint_urged", {**values, "done": done, "facts": facts}, card=case_card(visit, order))


def _tell(visit: Visit, folder: Folder, matter: str, filed: Filed, response: str) -> None:
    if filed.taken is None:
        tell_urged(visit, filed)
        return
    words, order = visit.wording.of(_WORDS), filed.taken.order
    values: dict[str, str | int] = {
        "matter": words[f"matter_{matter or 'other'}"],
        "facts": _sentence(visit, folder, matter),
        "order_no": order.order_no,
        "limits": limits(visit, order),
        "kind": words["as_opinion"] if order.kind == "opinion" else "",
    }
    visit.show(response, values, card=case_card(visit, order))


def _sentence(visit: Visit, folder: Folder, matter: str) -> str:
    facts = facts_of(visit, folder, matter)
    return visit.wording.of(_WORDS)["told"].format(facts=facts) if facts else ""


def _heard(visit: Visit, folder: Folder) -> list[Event]:
    """Hands a complaint over as it stands, with the facts; what follows is added to it."""
    facts = facts_of(visit, folder, matter_of(visit))
    if visit.slot("complaint_heard"):
        visit.say("utter_complaint_more_heard")
    else:
        visit.say("utter_complaint_heard_with_facts" if facts else "utter_complaint_heard", facts=facts)
    _call(visit, folder, ())
    return [SlotSet("complaint_heard", True), await_follow_ups(visit, "complaint", complaint=_STILL_COMPLAINING)]


class AddToComplaint(ServiceAction):
    """More about the complaint of a moment ago: word for word to whoever works on it, without an argument."""

    title = "action_follow_complaint"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        folder, number = await read_folder(visit), str(visit.slot("order_spoken") or "")
        return await _add(visit, folder, number) if number else _heard(visit, folder)


async def _add(visit: Visit, folder: Folder, order_no: str) -> list[Event]:
    """The books keep a customer's further words as the note of an urge; too soon for one, they are only recorded."""
    key = visit.key(f"complaint_more/{order_no}")
    with contextlib.suppress(NotFound, Conflict):  # over, or a secret one: the desk has the words all the same
        await visit.backend.urge_order(order_no, user=visit.user, note=mask_text(visit.text), idempotency_key=key)
    visit.say("utter_complaint_added", order_no=order_no)
    _call(visit, folder, (order_no,))
    return _spoken_of(visit, order_no)


def _spoken_of(visit: Visit, order_no: str) -> list[Event]:
    """Remembers the complaint that is being talked of."""
    return [SlotSet("order_spoken", order_no), await_follow_ups(visit, "complaint", complaint=_STILL_COMPLAINING)]


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


ACTIONS: tuple[type[ServiceAction], ...] = (AddToComplaint, ComplaintForm, FileComplaint, SubmitComplaint)
