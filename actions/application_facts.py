"""The questions of an application: each fact the utility asks for, read in any message and put once."""

from __future__ import annotations

from collections.abc import Mapping

from actions.application_kinds import FACT, figure_said, kind_said, kinds_named
from actions.application_texts import FutureDayQuestion, NameFact, PlaceFact
from actions.form import Call, FormVisit
from actions.questions import AccountQuestion, ChoiceQuestion, PhoneQuestion
from actions.questions.base import Question, Wanted
from actions.wording import MOBILE, PHONE

# How far ahead a day of an application may lie: leases and building sites end years on.
_YEARS_AHEAD = 365 * 30
_NAME_SHORTEST, _PLACE_SHORTEST = 2, 4


class KindQuestion(Question):
    """Which business; the one suggested is taken with a yes."""

    def __init__(self) -> None:
        """Fills `apply_type`."""
        super().__init__("apply_type")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        known = visit.slot("apply_type")
        compared = visit.call is Call.OPENED and visit.slot("apply_suggest")
        said = "" if compared else kind_said(visit)
        if said and said != known and (self.is_asked(visit) or visit.intent.startswith("apply_") or not known):
            visit.fill(apply_type=said)
        elif self.is_asked(visit) and not said and (visit.says_yes or visit.option("confirm") == "yes"):
            visit.fill(apply_type=visit.slot("apply_suggest"))

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        suggested = str(visit.slot("apply_suggest") or "")
        if suggested:
            visit.say("utter_application_ask_suggested", type=suggested)
        else:
            group = visit.wording.option("ask_kind_of", str(visit.slot("apply_intent") or "")) or "new"
            visit.say(f"utter_application_ask_kind_{group}")


class SureQuestion(Question):
    """Whether this is meant at all, of a business that cannot be undone: a slip of the voice is caught here."""

    def __init__(self) -> None:
        """Fills `apply_sure`."""
        super().__init__("apply_sure", wanted=is_final)

    async def read(self, visit: FormVisit) -> None:
        """See base class; a yes may bring its reason with it."""
        if not self.is_asked(visit):
            return
        if visit.says_no:
            visit.end("utter_application_not_meant")
        elif visit.says_yes or visit.option("apply_sure") or kind_said(visit) == visit.slot("apply_type"):
            visit.fill(apply_sure="yes")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_application_ask_sure", type=str(visit.slot("apply_type")))


def is_final(visit: FormVisit) -> bool:
    """The business ends the account for good."""
    return visit.wording.option("asks_go", str(visit.slot("apply_type") or "")) == "close"


class ApplicantAccount(AccountQuestion):
    """Whose account, where the business is about one."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return await super().missing(visit) if needs_account(visit) else None

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if visit.slot("apply_account") != "none" or self.is_asked(visit):
            await super().read(visit)


def needs_account(visit: FormVisit) -> bool:
    """The business is about an account that is still to be named."""
    return visit.slot("apply_account") == "needed" and not visit.slot("apply_manager") and not visit.slot("apply_entry")


def at_a_site(visit: FormVisit) -> bool:
    """The business is about a place without an account."""
    return visit.slot("apply_account") == "none" and not visit.slot("apply_manager")


class CapacityQuestion(Question):
    """Kilowatts, the whole after the change."""

    def __init__(self) -> None:
        """Fills `fact_capacity_kw`."""
        super().__init__(FACT + "capacity_kw", wanted=_asks("capacity_kw"))

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        bare = self.is_asked(visit) and not visit.wording.holds("place_like", visit.text)
        said = figure_said(visit, bare=bare) if self.may_take(visit) else ""
        if said and float(said) > 0:
            visit.fill(**{self.slots[0]: said})
        elif said:
            visit.refuse("utter_application_capacity_unclear")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        of_what = visit.wording.option("capacity_of", str(visit.slot("apply_type"))) or "place"
        visit.say(f"utter_application_ask_capacity_{of_what}")


class SitePhoneQuestion(PhoneQuestion):
    """A mobile phone for a place without an account: nothing is on file, and the steps are told by short message."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        if not at_a_site(visit) or MOBILE.fullmatch(str(visit.slot("phone") or "")):
            return None
        return "phone"

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_application_ask_phone")

    async def read(self, visit: FormVisit) -> None:
        """See base class; "the one on file" is none here."""
        number = visit.entity("phone") or max(visit.digit_runs(), key=len, default="")
        if not self.is_asked(visit):
            await super().read(visit)
        elif MOBILE.fullmatch(number):
            visit.fill(phone=number)
        elif number or visit.says_no or visit.option("phone"):
            visit.refuse("utter_application_phone_mobile" if number else "utter_phone_needed")


class ContactQuestion(Question):
    """Name and phone for the account manager, and where: the phone is needed, the rest is welcome."""

    def __init__(self) -> None:
        """Fills `apply_contact`, and what else is told."""
        super().__init__("apply_contact", wanted=lambda visit: bool(visit.slot("apply_manager")))

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not visit.slot("apply_manager"):
            return
        number = visit.entity("phone") or next((run for run in visit.digit_runs() if PHONE.fullmatch(run)), "")
        if visit.entity("customer_name"):
            visit.fill(fact_holder_name=visit.entity("customer_name"))
        if visit.entity("address"):
            visit.fill(fact_place=visit.entity("address"))
        if number:
            visit.fill(apply_contact=number)
        elif self.is_asked(visit) and any(len(run) >= 7 for run in visit.digit_runs()):
            visit.refuse("utter_phone_invalid")
        elif self.is_asked(visit) and visit.says_no:
            visit.end("utter_application_no_contact")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_application_ask_contact")


class GoQuestion(Question):
    """Whether to be given the entrance, where the application itself is made outside this talk."""

    def __init__(self) -> None:
        """Fills `apply_go`."""
        super().__init__("apply_go", wanted=lambda visit: bool(visit.slot("apply_entry")))

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        said = visit.option("apply_go")
        if kinds_named(visit) not in ([], [visit.slot("apply_type")]):
            return  # another business in its place
        if said == "no" or (said is None and visit.says_no):
            visit.end("utter_application_later", type=str(visit.slot("apply_type")))
        elif said == "yes" or visit.says_yes or kind_said(visit) == visit.slot("apply_type"):
            visit.fill(apply_go="yes")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        named = visit.wording.option("asks_go", str(visit.slot("apply_type")))
        warned, told = str(visit.slot("apply_warned") or ""), visit.wording.value("warned_already")
        values: dict[str, str | int] = {"type": str(visit.slot("apply_type"))}
        visit.show(
            f"utter_application_ask_go_{named or 'other'}", {**values, "warned": "" if warned == told else warned}
        )
        if warned:
            visit.fill(apply_warned=told)


def _asks(name: str) -> Wanted:
    return lambda visit: name in (visit.slot("apply_asks") or []) and not visit.slot("apply_manager")


def _leased(visit: FormVisit) -> bool:
    """Only a lease ends."""
    return _asks("right_until")(visit) and visit.slot(FACT + "use_right") != "owned"


def class_question() -> ChoiceQuestion:
    """What the place is used for, where there is no account to tell it."""
    return ChoiceQuestion("apply_class", "utter_application_ask_class", entity="customer_class", wanted=at_a_site)


def fact_questions() -> tuple[Question, ...]:
    """One question for each fact that may be asked in a chat."""
    choices: Mapping[str, str] = {"use_right": "", "new_class": "customer_class", "tou": ""}
    texts = {"holder_name": "customer_name", "new_name": "customer_name"}
    days = ("right_until", "from_day", "until_day")
    found: dict[str, Question] = {"capacity_kw": CapacityQuestion()}
    found["place"] = PlaceFact(
        FACT + "place",
        "utter_application_ask_place",
        too_short="utter_application_place_short",
        entity="address",
        shortest=_PLACE_SHORTEST,
        intents=frozenset({"outage_report", "apply_meter_service", "apply_ev_charger", "apply_new_or_capacity"}),
        wanted=_asks("place"),
    )
    for name, entity in texts.items():
        found[name] = NameFact(
            FACT + name,
            f"utter_application_ask_{name}",
            too_short="utter_application_name_short",
            entity=entity,
            shortest=_NAME_SHORTEST,
            intents=frozenset({"apply_transfer", "apply_new_or_capacity"}),
            wanted=_asks(name),
        )
    for name, entity in choices.items():
        found[name] = ChoiceQuestion(FACT + name, f"utter_application_ask_{name}", entity=entity, wanted=_asks(name))
    for name in days:
        found[name] = FutureDayQuestion(
            FACT + name,
            f"utter_application_ask_{name}",
            outside="utter_application_day_outside",
            ahead=_YEARS_AHEAD,
            wanted=_leased if name == "right_until" else _asks(name),
        )
    found["other_account_no"] = OtherAccountQuestion()
    return tuple(found.values())


class OtherAccountQuestion(Question):
    """The number of the account that is joined; the utility proves that both are theirs."""

    def __init__(self) -> None:
        """Fills `fact_other_account_no`."""
        super().__init__(FACT + "other_account_no", wanted=_asks("other_account_no"))

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        bound = {account.tail: account.account_no for account in await visit.bindings()}
        runs = visit.digit_runs()
        number = next((bound[run] for run in runs if run in bound), "") or next((r for r in runs if len(r) >= 10), "")
        if number:
            visit.fill(**{self.slots[0]: number})

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_application_ask_other_account_no")
