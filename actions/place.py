"""Where it happens: a bound account, an account number, or text that the utility may know; asks, never guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from actions.account import account_choices, bound_account_meant, place_in_list
from actions.errands import unless_down
from actions.form import Call, Form, FormVisit
from actions.spot import Spot, find_spot, sent_spot, words_of
from actions.visit import Visit
from actions.wording import plain
from backend.errors import NotFound
from backend.models import BoundAccount, Place
from conversation.message import Location

PLACE_SLOTS = (
    "address",
    "place_account",
    "area_id",
    "estate",
    "place_options",
    "place_elsewhere",
    "place_building",
    "sent_place",
)
# Shorter free text is no place anybody could find.
_SHORTEST_PLACE = 3
_OPTIONS_SHOWN = 4
# More digits than that alone are a phone or an account number, no door.
_LONGEST_DOOR = 6
_CORRECTING = frozenset({"correct_info", "deny"})
_OBSERVED = ("outage_scope", "neighbor_power", "fault_symptom", "breaker_state")
_ORDINARY = frozenset({"correct_info", "nlu_fallback", ""})


async def the_place(visit: Visit, text: str) -> Place | None:
    """The one place that `text` means, or None when it means several or none."""
    return _only(await visit.backend.find_places(text), text)


def _only(places: Sequence[Place], text: str) -> Place | None:
    if len(places) == 1:
        return places[0]
    return next((place for place in places if plain(place.estate) in plain(text)), None)


class PlaceForm(Form):
    """A form that asks where."""

    question = "utter_outage_ask_address"
    # A place sent by telephone is put to the customer when they have homes there; nobody in danger is asked that.
    asks_which_home: ClassVar[bool] = True
    # Nothing can be told about a place that the company does not know; a crew finds it by the customer's words.
    needs_place: ClassVar[bool] = False

    async def read(self, visit: FormVisit) -> None:
        """See base class; a form that asks more reads more."""
        await self.read_place(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return None if visit.slot("address") else "address"

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        await self.ask_place(visit)

    async def read_place(self, visit: FormVisit) -> None:
        """Fills the place from what was said or sent, or the choices to ask about."""
        if visit.location:
            await self._read_location(visit, visit.location)
            return
        asked = visit.requested == "address"
        if asked and await self._read_answer(visit):
            return
        if await self._take_sent(visit):
            return
        said = visit.entity("address") if asked or _may_replace(visit) else ""
        number = visit.entity("account_no")
        if not said and not number and asked and not visit.entity("phone") and self._may_be_place(visit):
            said = visit.text.strip()
        if said:
            await self.find(visit, said)
        elif number and not visit.slot("address"):
            await self._take_number(visit, number)

    def _may_be_place(self, visit: FormVisit) -> bool:
        """Words that name no other business, and tell nothing else of the fault."""
        ordinary = visit.intent in _ORDINARY | self.intents
        # "opposite the China Mobile shop" speaks of another trade and is a place all the same
        beside = visit.intent == "out_of_scope" and not visit.emergency and visit.option("beside")
        is_number = plain(visit.text).isdigit() and len(plain(visit.text)) > _LONGEST_DOOR
        lost = bool(visit.option("finds_it_hard"))
        return (
            bool(ordinary or beside)
            and not is_number
            and not lost
            and not any(visit.entity(name) for name in _OBSERVED)
        )

    async def _read_location(self, visit: FormVisit, location: Location) -> None:
        """Takes a place sent from the telephone; one out of reach is asked about, unless somebody is in danger."""
        spot = await find_spot(visit, location)
        if spot:
            await self._take_spot(visit, spot)
        elif self.asks_which_home:
            visit.refuse("utter_media_place_elsewhere")
        else:
            visit.fill(address=words_of(visit, location), area_id=None, estate=None, place_account=None)

    async def _take_sent(self, visit: FormVisit) -> bool:
        """Takes the place sent a moment before this form was opened, unless another one is named now."""
        spot = sent_spot(visit)
        named = visit.slot("address") or visit.entity("address") or visit.entity("account_no")
        if spot is None or spot.asked or named or visit.call is not Call.OPENED:
            return False
        await self._take_spot(visit, spot)
        return True

    async def _take_spot(self, visit: FormVisit, spot: Spot) -> None:
        """Takes a place sent: a home there is never chosen by itself, which one it is gets asked."""
        homes = await _homes_at(visit, spot) if self.asks_which_home else []
        if any(home.account_no == visit.slot("place_account") for home in homes):
            visit.fill(address=visit.slot("address"), sent_place=None)
        elif homes:
            visit.fill(address=None, place_account=None, place_options=None)
            visit.fill(sent_place=replace(spot, asked=True).to_slot())
        else:
            take_spot(visit, spot)
            visit.say("utter_place_located", place=spot.estate)

    async def ask_place(self, visit: FormVisit) -> None:
        """Puts the question where: the choices found, the homes at a place sent or bound, or an open question."""
        spot = sent_spot(visit)
        homes = await _homes_at(visit, spot) if spot and spot.asked else []
        if spot and homes:
            only_here = visit.wording.of("utter_place_words")["only_here"]
            choices = [*account_choices(visit, homes), (only_here, only_here)]
            visit.show("utter_place_ask_sent_home", {"place": spot.estate}, buttons=choices)
            return
        options = visit.slot("place_options") or []
        if options:
            choices = [(option["estate"], option["estate"]) for option in options]
            visit.show("utter_place_ask_which", {}, buttons=choices)
            return
        bound = [] if visit.slot("place_elsewhere") else await unless_down(visit.bindings(), [])
        if len(bound) == 1:
            visit.say("utter_place_ask_here", place=bound[0].address_masked)
        elif bound:
            elsewhere = visit.wording.of("utter_place_words")["elsewhere"]
            choices = [*account_choices(visit, bound), (elsewhere, elsewhere)]
            visit.show("utter_place_ask_which_home", {}, buttons=choices)
        else:
            visit.say(self.question)

    async def _read_answer(self, visit: FormVisit) -> bool:
        """Reads the answers that only make sense to the question where."""
        spot = sent_spot(visit)
        if spot and spot.asked and await _read_sent_home(visit, spot):
            return True
        option = _option_meant(visit)
        if option:
            visit.fill(
                address=f"{option['estate']} {option['said']}",
                area_id=option["area_id"],
                estate=option["estate"],
                place_options=None,
            )
            return True
        wish = visit.option("address")
        if visit.entity("address") and wish is None:
            return False
        if wish == "elsewhere" or visit.says_no:
            visit.fill(place_elsewhere=True, place_options=None, sent_place=None)
            return True
        bound = [] if visit.slot("place_elsewhere") else await unless_down(visit.bindings(), [])
        ours = visit.intent != "out_of_scope"
        at_home = wish == "here" or visit.says_yes or (ours and _speaks_of_home(visit))
        here = bound[0] if len(bound) == 1 and at_home else None
        account = here or bound_account_meant(visit, bound)
        if account:
            take_account(visit, account)
        return account is not None

    async def find(self, visit: FormVisit, said: str) -> None:
        """Fills the place that these words mean, the choices they leave, or the words themselves."""
        if visit.wording.is_shaped("building", said):
            _take_building(visit, said)
            return
        said = " ".join(part for part in (said, visit.slot("place_building")) if part)
        places = await self._places(visit, said)
        place = _only(places, said)
        if place:
            address = said if plain(place.estate) in plain(said) else f"{place.estate} {said}"
            visit.fill(address=address, area_id=place.area_id, estate=place.estate)
            visit.fill(place_account=None, place_options=None)
        elif places:
            options = [{"area_id": p.area_id, "estate": p.estate, "said": said} for p in places[:_OPTIONS_SHOWN]]
            visit.fill(place_options=options, place_elsewhere=True)
        elif visit.intent in _CORRECTING and visit.slot("estate"):
            # "Not building 2, the one by the gate": the community stays.
            visit.fill(address=f"{visit.slot('estate')} {said}")
        elif _sounds_like_place(visit, said):
            # The utility does not know it: the customer's own words go to the crew.
            visit.fill(address=said, area_id=None, estate=None, place_account=None, place_options=None)

    async def _places(self, visit: FormVisit, said: str) -> list[Place]:
        found = visit.backend.find_places(said)
        return await (found if self.needs_place else unless_down(found, []))

    async def _take_number(self, visit: FormVisit, number: str) -> None:
        try:
            await unless_down(visit.backend.outages(account_no=number), [])
        except NotFound:
            visit.refuse("utter_place_account_unknown")
            return
        words = visit.wording.of("utter_place_words")
        visit.fill(place_account=number, address=words["by_account"].format(tail=number[-4:]))


def _speaks_of_home(visit: FormVisit) -> bool:
    """Asked "is it here?", whoever goes on to tell how much is dark has said yes."""
    told = any(visit.entity(name) for name in _OBSERVED) or visit.option("outage_scope_said")
    return bool(told or visit.wording.is_exactly("home", visit.text) or visit.option("my_home"))


def take_spot(visit: FormVisit, spot: Spot) -> None:
    """Takes a place sent as the place, without an account."""
    visit.fill(address=spot.address, area_id=spot.area_id, estate=spot.estate)
    visit.fill(place_account=None, place_options=None, sent_place=None)


async def _homes_at(visit: FormVisit, spot: Spot) -> list[BoundAccount]:
    return [account for account in await visit.bindings() if account.area_id == spot.area_id]


async def _read_sent_home(visit: FormVisit, spot: Spot) -> bool:
    """Reads which home a place sent is: one of those there, or none of them and only the place counts."""
    homes = await _homes_at(visit, spot)
    here = visit.option("address") == "here" or visit.says_yes or visit.wording.is_exactly("home", visit.text)
    meant = homes[0] if len(homes) == 1 and here else bound_account_meant(visit, homes)
    if meant:
        take_account(visit, meant)
        visit.fill(sent_place=None)
    elif visit.option("sent_place") or visit.says_no:
        take_spot(visit, spot)
    return bool(meant or "address" in visit.changes)


def _take_building(visit: FormVisit, said: str) -> None:
    """A building without its community: of the one spoken of, or kept until the customer says which; asked once."""
    estate, known = visit.slot("estate"), visit.slot("place_building")
    if estate:
        # "Not building 2, building 3": the community stays.
        visit.fill(address=f"{estate} {said}")
    elif known != said:
        visit.fill(place_building=said)
        visit.refuse("utter_place_ask_estate", building=said)


def _sounds_like_place(visit: FormVisit, said: str) -> bool:
    """Any words will do at the second try: the crew knows corners that no book does."""
    marked = visit.entity("address") or visit.option("place_marks") or visit.wording.digit_runs(said)
    tried_before = int(visit.slot("invalid_answers") or 0) > 0
    return len(plain(said)) >= _SHORTEST_PLACE and bool(marked or tried_before)


def take_account(visit: FormVisit, account: BoundAccount) -> None:
    """Takes the home of a bound account as the place."""
    visit.fill(
        place_account=account.account_no,
        address=account.address_masked,
        area_id=account.area_id,
        place_options=None,
    )


def _may_replace(visit: FormVisit) -> bool:
    """Beside the question where, a place is taken from the first message, or as a correction."""
    placed = visit.slot("address") and visit.slot("area_id")
    return not placed or visit.intent in _CORRECTING or not visit.requested


def _option_meant(visit: FormVisit) -> dict[str, str] | None:
    options: list[dict[str, str]] = visit.slot("place_options") or []
    for option in options:
        if plain(option["estate"]) in plain(visit.text):
            return option
    index = place_in_list(visit, len(options))
    return None if index is None else options[index]
