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
from actions.form import Call, FormVisit
from actions.handoff import PRIORITY_DANGER, Handoff, hand_over
from actions.held import put_aside
from actions.outage_form import NO_PHONE, PHONE_ON_FILE, ask_phone, read_phone
from actions.place import PLACE_SLOTS, PlaceForm, the_place
from actions.spot import Spot
from actions.visit import Visit
from backend.errors import BackendError
from backend.models import BoundAccount, FaultOrder, FaultReport

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
        await self.read_place(visit)
        await self._read_other_place(visit)
        said, tried = visit.text.strip(), int(visit.slot("invalid_answers") or 0)
        if visit.requested == "address" and "address" not in visit.changes and said and tried:
            # Asked twice is enough in an emergency: the crew gets the words as they came.
            visit.fill(address=said, place_options=None)
        await read_phone(visit)
        # The report that has opened this form has filed what its own message tells.
        just_filed = visit.call is Call.OPENED and visit.slot("danger_order")
        moved = "address" in visit.changes and not just_filed
        unread = not (visit.slot("phone") or visit.slot("phone_other") or moved or visit.wordless)
        if visit.requested == "phone" and unread:
            visit.fill(phone=NO_PHONE)
        if moved or (visit.slot("address") and not visit.slot("danger_order")):
            # A crew sent to the wrong place helps nobody: another place is another urgent order.
            await self._file_now(visit)

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

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return next((slot for slot in ("address", "phone") if not visit.slot(slot)), None)

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
            alarm(visit, {"phone": _digits(visit)}, "")
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
        alarm(visit, {"phone": _digits(visit)}, str(visit.slot("danger_order") or ""))
        visit.say("utter_danger_noted")
        return [*forget(*DANGER_SLOTS), *await attach_pending(visit, str(visit.slot("danger_order") or ""))]


def alarm(visit: Visit, known: dict[str, str], order_no: str) -> None:
    """Calls the person for danger, or gives them what is new."""
    orders = (order_no,) if order_no else ()
    hand_over(visit, Handoff("danger", "danger", PRIORITY_DANGER, orders, known))


def _digits(visit: Visit) -> str:
    """The phone that was told, and nothing for the one on file or none."""
    phone = str(visit.slot("phone") or "")
    return "" if phone in {PHONE_ON_FILE, NO_PHONE} else phone


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
    phone = str(visit.slot("phone") or visit.entity("phone"))
    report = FaultReport(
        channel=visit.user.channel.value,
        channel_user=visit.user.user_id,
        address="" if account else address,
        account_no=account.account_no if account else "",
        area_id=area_id,
        symptom=visit.entity("fault_symptom"),
        danger_sign=_sign(visit),
        phone=phone if phone.isdigit() else "",
        severity=visit.wording.value("severity_urgent"),
        note=visit.text,
    )
    return await visit.backend.report_fault(report, idempotency_key=visit.key(action))


ACTIONS: tuple[type[ServiceAction], ...] = (DangerForm, ReportDanger, UpdateDanger)
