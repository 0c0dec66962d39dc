"""The danger skill: a person at once, an urgent order as soon as a place is known, and never an identity check.

The reception has sent the safety line before the language is even read; here nothing may stand in the way of help:
when the utility's systems are down the hand-over still happens and the hotline is named.
"""

from __future__ import annotations

import structlog
from rasa_sdk.events import FollowupAction, SlotSet

from actions.asks import asks_in, left_over
from actions.attachments import attach_pending
from actions.base import Event, ServiceAction, forget
from actions.follow_ups import await_follow_ups
from actions.form import Call, FormVisit
from actions.handoff import PRIORITY_DANGER, Handoff, hand_over
from actions.held import put_aside
from actions.outage_form import ask_phone, read_phone
from actions.place import PLACE_SLOTS, PlaceForm, the_place
from actions.questions.phone import NO_PHONE, phone_given
from actions.spot import Spot
from actions.visit import Visit
from backend.errors import BackendError
from backend.models import BoundAccount, FaultOrder, FaultReport, FaultUpdate

# `danger_order` outlives the form: more words about the same danger are no second order.
DANGER_SLOTS = (*PLACE_SLOTS, "danger_sign", "phone", "phone_other")


class ReportDanger(ServiceAction):
    """Hands over with the highest priority and files what is known; then asks for place and phone."""

    title = "action_report_danger"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        known = {"danger_sign": _sign(visit), "address": visit.entity("address")}
        filed = str(visit.slot("danger_order") or "")
        if filed and not known["address"]:
            alarm(visit, known, filed)
            visit.say("utter_danger_more_noted", order_no=filed)
            return [*left_over(visit, DangerForm.intents), *_listen(visit)]
        try:
            account, address, area_id = await _where(visit)
            order_no = ""
            if account or address:
                order = await _file(visit, self.title, account=account, address=address, area_id=area_id)
                order_no = order.order_no
        except BackendError as error:
            structlog.get_logger().error("actions.danger.not_filed", error_code=error.code)
            alarm(visit, known, "")
            visit.say("utter_danger_backend_down")
            return [*left_over(visit, DangerForm.intents), *_listen(visit)]
        known["address"] = address or (account.address_masked if account else "")
        alarm(visit, known, order_no)
        if order_no:
            visit.say("utter_danger_order", order_no=order_no)
        else:
            visit.say("utter_danger_alarmed")
        pictures = await attach_pending(visit, order_no)
        ask_on = _ask_on(visit, known, order_no, account, area_id)
        return [*_aside(visit), *forget(*DANGER_SLOTS), *pictures, *ask_on]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; what is left is kept already."""
        return []


def _listen(visit: Visit) -> list[Event]:
    """Nothing more to ask; an open danger form asks on by itself."""
    return [] if visit.tracker.active_loop_name == DangerForm.form else [FollowupAction("action_listen")]


def _aside(visit: Visit) -> list[Event]:
    """The danger clears nothing: any other form is put aside; what its crew looks after is served with it."""
    if visit.tracker.active_loop_name == DangerForm.form:
        return left_over(visit, DangerForm.intents)
    return put_aside(visit, served=DangerForm.intents, more=asks_in(visit))


def _ask_on(
    visit: Visit, known: dict[str, str], order_no: str, account: BoundAccount | None, area_id: str
) -> list[Event]:
    """Opens the form with what is known; any other form gives way, and is offered when the danger is dealt with."""
    return [
        SlotSet("address", known["address"] or None),
        SlotSet("place_account", account.account_no if account else None),
        SlotSet("area_id", area_id or None),
        SlotSet("danger_order", order_no or None),
        SlotSet("danger_sign", known["danger_sign"] or None),
        FollowupAction("danger_form"),
    ]


class DangerForm(PlaceForm):
    """Asks where, and a phone to reach the person; anything that is told is taken."""

    form = "danger_form"
    topic = "danger_report"
    slots = DANGER_SLOTS
    intents = frozenset({"danger_report", "outage_report", "facility_defect_report", "power_quality_report"})
    question = "utter_danger_ask_address"
    asks_which_home = False

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if visit.entity("danger_sign"):
            visit.fill(danger_sign=visit.entity("danger_sign"))
        if visit.call is Call.OPENED and visit.slot("danger_order"):
            return  # the message has been read and filed by the report itself
        told_of_people = _hear_more(visit) and not visit.entity("address") and not visit.option("place_marks")
        if not told_of_people:
            await self.read_place(visit)
            await self._read_other_place(visit)
        said, tried = visit.text.strip(), int(visit.before("invalid_answers") or 0) if not told_of_people else 0
        if visit.requested == "address" and "address" not in visit.changes and said and tried:
            # Asked twice is enough in an emergency: the crew gets the words as they came.
            visit.fill(address=said, place_options=None)
        await read_phone(visit)
        moved, told = "address" in visit.changes, visit.slot("phone") or visit.slot("phone_other")
        if visit.requested == "phone" and not (told or moved or visit.refused or visit.wordless):
            visit.fill(phone=NO_PHONE)
        if moved and self._is_same_spot(visit):
            await self._tell_more(visit)
        elif moved or (visit.slot("address") and not visit.slot("danger_order")):
            # A crew sent to the wrong place helps nobody: another place is another urgent order.
            await self._file_now(visit)

    def _is_same_spot(self, visit: FormVisit) -> bool:
        """What was filed is told more exactly: the area was not known yet, or is the same."""
        before, now = visit.before("area_id"), visit.slot("area_id")
        left_home = visit.before("place_account") and not visit.slot("place_account")
        vague = not (before and now) and not left_home
        return bool(visit.slot("danger_order")) and (vague or before == now)

    async def _tell_more(self, visit: FormVisit) -> None:
        """Adds the exact place to the order that is out, and tells the person at the desk."""
        order_no, address = str(visit.slot("danger_order")), str(visit.slot("address"))
        alarm(visit, {"address": address}, order_no)
        update, key = FaultUpdate(note=f"{address} {visit.text}"), visit.key(f"{self.name()}/more")
        try:
            await visit.backend.fault_info_update(order_no, update, user=visit.user, idempotency_key=key)
        except BackendError as error:
            structlog.get_logger().error("actions.danger.not_added", error_code=error.code)
        visit.say("utter_danger_place_added", order_no=order_no)

    def _is_digression(self, visit: FormVisit) -> bool:
        """See base class; in an emergency whatever tells something is an answer, and other trades can wait."""
        return not visit.changes and visit.intent != "out_of_scope" and super()._is_digression(visit)

    async def _take_spot(self, visit: FormVisit, spot: Spot) -> None:
        """See base class; the same place told more exactly is no other order."""
        if not visit.slot("danger_order") or spot.area_id != visit.slot("area_id"):
            await super()._take_spot(visit, spot)
            return
        order_no = str(visit.slot("danger_order"))
        alarm(visit, {"address": spot.address}, order_no)
        visit.say("utter_danger_more_noted", order_no=order_no)
        visit.fill(sent_place=None)

    async def _read_other_place(self, visit: FormVisit) -> None:
        """Takes a place said where the phone was asked for: not at home, at the village gate."""
        said = visit.entity("address") or (visit.text if visit.option("place_marks") else "")
        if visit.requested == "phone" and said and not visit.entity("phone"):
            await self.find(visit, said)
            if "address" not in visit.changes:
                visit.fill(address=said, place_options=None)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        needed = ("address",) if _is_shock(visit) else ("address", "phone")
        return next((slot for slot in needed if not visit.slot(slot)), None)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        if slot == "address":
            await self.ask_place(visit)
        else:
            await ask_phone(visit)

    async def _file_now(self, visit: FormVisit) -> None:
        """Files the urgent order; when the company does not answer, the person at the desk gets what is known."""
        try:
            order = await self._filed(visit)
        except BackendError as error:
            structlog.get_logger().error("actions.danger.not_filed", error_code=error.code)
            alarm(visit, {"phone": phone_given(visit)}, "")
            visit.end("utter_danger_backend_down")
            return
        visit.fill(danger_order=order.order_no)
        visit.say("utter_danger_order", order_no=order.order_no)

    async def _filed(self, visit: FormVisit) -> FaultOrder:
        bound = await visit.bindings()
        account = next((item for item in bound if item.account_no == visit.slot("place_account")), None)
        return await _file(
            visit,
            self.name(),
            account=account,
            address=str(visit.slot("address")),
            area_id=str(visit.slot("area_id") or ""),
        )


class UpdateDanger(ServiceAction):
    """Gives the person at the desk what the form has found out."""

    title = "action_update_danger"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        order_no = str(visit.slot("danger_order") or "")
        alarm(visit, {"phone": phone_given(visit)}, order_no)
        if not _is_shock(visit):
            visit.say("utter_danger_noted_order" if order_no else "utter_danger_noted", order_no=order_no)
        pictures = await attach_pending(visit, order_no)
        return [*forget(*DANGER_SLOTS), *pictures, await_follow_ups(visit, "danger")]


class HearMore(ServiceAction):
    """What is told after the questions: 120 was called, nobody breathes, nobody is hurt; said to the desk as well."""

    title = "action_follow_danger"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        _hear_more(visit)
        alarm(visit, {}, str(visit.slot("danger_order") or ""))
        return []


def _hear_more(visit: Visit) -> bool:
    """Answers what is told of the people there, at once and before any question."""
    told = visit.option("danger_told")
    if told:
        visit.say(f"utter_danger_told_{told}")
        if isinstance(visit, FormVisit):
            visit.fill(invalid_answers=0)
    return told is not None


def _is_shock(visit: Visit) -> bool:
    """Somebody is held or hurt by the current: hands are needed there, nothing more is asked than the place."""
    return str(visit.slot("danger_sign") or "") == visit.wording.value("sign_shock")


def alarm(visit: Visit, known: dict[str, str], order_no: str) -> None:
    """Calls the person for danger, or gives them what is new."""
    orders = (order_no,) if order_no else ()
    hand_over(visit, Handoff("danger", "danger", PRIORITY_DANGER, orders, known))


def _sign(visit: Visit) -> str:
    """The sign of danger: named in the message, told by the reception's safety gate, or said before."""
    gate = (visit.tracker.latest_message.get("metadata") or {}).get("danger_sign")
    return str(visit.entity("danger_sign") or gate or visit.slot("danger_sign") or "")


async def _where(visit: Visit) -> tuple[BoundAccount | None, str, str]:
    """The place as far as it is known without a question: what was said, else the only bound home."""
    said = visit.entity("address")
    if said:
        place = await the_place(visit, said)
        return None, said, place.area_id if place else ""
    bound = await visit.bindings()
    return (bound[0], "", bound[0].area_id) if len(bound) == 1 else (None, "", "")


async def _file(visit: Visit, action: str, *, account: BoundAccount | None, address: str, area_id: str) -> FaultOrder:
    report = FaultReport(
        channel=visit.user.channel.value,
        channel_user=visit.user.user_id,
        address="" if account else address,
        account_no=account.account_no if account else "",
        area_id=area_id,
        symptom=visit.entity("fault_symptom"),
        danger_sign=_sign(visit),
        phone=phone_given(visit) or visit.entity("phone"),
        severity=visit.wording.value("severity_urgent"),
        note=visit.text,
    )
    return await visit.backend.report_fault(report, idempotency_key=visit.key(action))


ACTIONS: tuple[type[ServiceAction], ...] = (DangerForm, HearMore, ReportDanger, UpdateDanger)
