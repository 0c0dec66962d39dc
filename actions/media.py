"""The media skill: a place, a picture or a voice outside any form; it looks first and asks what it is about."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.attachments import attach, say_kind, with_picture
from actions.base import Event, ServiceAction
from actions.danger import alarm
from actions.outage_known import is_running, outage_values
from actions.papers import tell_upload
from actions.spot import Spot, find_spot, words_of
from actions.visit import Visit
from backend.models import Application, Outage
from conversation.message import Attachment

_WORDS = "utter_media_words"


class ReceiveLocation(ServiceAction):
    """Tells what is known at the place sent, and keeps it so that nobody asks where again."""

    title = "action_receive_location"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        location = visit.location
        if location is None:
            return []
        danger_order = str(visit.slot("danger_order") or "")
        if danger_order:
            # The crew is on its way: whoever leads it is told where.
            alarm(visit, {"address": words_of(visit, location)}, danger_order)
            visit.say("utter_danger_more_noted", order_no=danger_order)
            return []
        spot = await find_spot(visit, location)
        if spot is None:
            visit.say("utter_media_place_elsewhere")
            return []
        await _tell(visit, spot)
        return [SlotSet("sent_place", spot.to_slot())]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; a place asks for nothing by itself."""
        return []


async def _tell(visit: Visit, spot: Spot) -> None:
    outages = await visit.backend.outages(area_id=spot.area_id)
    running = next((outage for outage in outages if is_running(outage)), None)
    planned = next((outage for outage in outages if outage.planned_from and outage.planned_to), None)
    words = visit.wording.of(_WORDS)
    buttons = [
        (words["report"], words["report"]),
        (words["outages"], words["outages_payload"].format(place=spot.estate)),
        (words["halls"], words["halls"]),
    ]
    values: dict[str, str | int] = {"place": spot.estate}
    if running:
        visit.show("utter_media_place_running", values | outage_values(visit, running), buttons=buttons)
    elif planned:
        visit.show("utter_media_place_planned", values | _window(visit, planned), buttons=buttons)
    else:
        visit.show("utter_media_place_none", values, buttons=buttons)


def _window(visit: Visit, planned: Outage) -> dict[str, str | int]:
    if planned.planned_from is None or planned.planned_to is None:
        return {}
    start, end = visit.moment(planned.planned_from), planned.planned_to.strftime("%H:%M")
    return {"start": start, "end": end, "cause": planned.cause}


class ReceivePicture(ServiceAction):
    """Adds a picture to the order that is open, or keeps it and asks what it is about."""

    title = "action_receive_picture"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        picture = visit.attachment
        if picture is None or picture.kind != "image":
            say_kind(visit, picture.kind if picture else "file")
            return []
        order_no = await _open_fault(visit)
        application = None if order_no else await _open_application(visit)
        order_no = application.application_no if application else order_no
        if not order_no or not await attach(visit, order_no, [picture]):
            return _keep(visit, picture)
        visit.say("utter_media_added", order_no=order_no)
        if application:
            await tell_upload(visit, application)
        return []

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class; the picture itself is safe and waits."""
        picture = visit.attachment
        if picture is None or picture.kind != "image":
            return []
        return [SlotSet("pending_pictures", with_picture(visit, picture))]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; a picture asks for nothing by itself."""
        return []


def _keep(visit: Visit, picture: Attachment) -> list[Event]:
    waiting = with_picture(visit, picture)
    words = visit.wording.of(_WORDS)
    names = ("report", "meter", "defect", "business")
    buttons = [(words[name], words.get(f"{name}_payload", words[name])) for name in names]
    visit.show("utter_media_what_about", {"count": len(waiting)}, buttons=buttons)
    return [SlotSet("pending_pictures", waiting)]


async def _open_fault(visit: Visit) -> str:
    """The fault the talk has been about: the urgent one, else the newest that is open."""
    danger_order = str(visit.slot("danger_order") or "")
    if danger_order:
        return danger_order
    faults = await visit.backend.open_fault_orders(visit.user)
    return faults[0].order_no if faults else ""


async def _open_application(visit: Visit) -> Application | None:
    page = await visit.backend.applications(visit.user)
    return next((one for one in page.applications if one.open), None)


class VoiceUnheard(ServiceAction):
    """Asks for typed words, politely: the channel recognised nothing in the voice."""

    title = "action_voice_unheard"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        say_kind(visit, "voice")
        return []

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; nothing was heard."""
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (ReceiveLocation, ReceivePicture, VoiceUnheard)
