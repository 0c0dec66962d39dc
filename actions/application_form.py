"""The form of every application: guide first, what stands against it at once, then only what the utility asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import ACCOUNT_SLOTS
from actions.application_facts import (
    ApplicantAccount,
    ContactQuestion,
    GoQuestion,
    KindQuestion,
    SitePhoneQuestion,
    SureQuestion,
    class_question,
    fact_questions,
    is_final,
)
from actions.application_kinds import FACT, FACT_SLOTS, FACTS, is_high_voltage, kinds_named, start_of, voltage_of
from actions.application_told import (
    NO_PAPERS_HERE,
    answer_words,
    any_guide,
    facts_words,
    findings_words,
    guide_card,
    guide_values,
    tell_findings,
)
from actions.form import Call, FormVisit
from actions.payment_card import card_number_sent
from actions.questions import ConfirmQuestion, QuestionForm
from actions.visit import Services, Visit
from backend.errors import BackendRefused, Conflict
from backend.models import ApplicationCheck, ApplicationFinding, ApplicationGuide
from runtime.privacy import mask_phone

_WORDS = "utter_application_words"
APPLICATION_SLOTS = (
    *ACCOUNT_SLOTS,
    *FACT_SLOTS,
    "apply_type",
    "apply_suggest",
    "apply_account",
    "apply_class",
    "apply_voltage",
    "apply_size",
    "apply_manager",
    "apply_entry",
    "apply_contact",
    "apply_asks",
    "apply_filled",
    "apply_told",
    "apply_answered",
    "apply_go",
    "apply_sure",
    "apply_intent",
    "apply_warned",
    "phone",
    "phone_other",
    "confirmed",
)
INTENTS = frozenset(
    {
        "apply_new_or_capacity",
        "apply_transfer",
        "apply_close_account",
        "apply_tariff_change",
        "apply_meter_service",
        "apply_ev_charger",
        "apply_pv",
        "ask_procedure",
    }
)
# What these ask for is done at once, so they have to be meant.
_STRONG_WORDS = frozenset({"request_human", "cancel_flow"})
_SURE = 0.5
_STEERING = frozenset({"affirm", "deny", "correct_info", "small_talk", ""})
# These ask something about the business at hand, though they are another skill's when they stand alone.
_ASKING = INTENTS | {"ask_tariff_policy", "out_of_scope", "payment_issue", "nlu_fallback", *_STEERING}
# Which fact a check looks at: it is asked for again; whatever else fails ends the application.
_FACT_OF = {
    "single_phase_limit": "capacity_kw",
    "capacity_grows": "capacity_kw",
    "capacity_shrinks": "capacity_kw",
    "lead_time": "from_day",
    "not_past": "from_day",
    "use_right_lasts": "right_until",
    "temporary_span": "until_day",
    "other_account": "other_account_no",
    "same_supply_point": "other_account_no",
    "name_differs": "new_name",
}


async def guide_of(visit: Visit) -> ApplicationGuide | None:
    """The guide of the business, for the account or the site as far as they are known."""
    account_no = str(visit.slot("account_no") or "") if visit.slot("check_code") else ""
    kind, level = str(visit.slot("apply_type") or ""), ""
    if visit.slot("apply_class") and not account_no:
        level = voltage_of(visit)
    if visit.slot("apply_manager"):
        account_no, level = "", visit.wording.value("voltage_high")
    guides = await visit.backend.application_types(
        visit.user,
        business_type=kind,
        account_no=account_no,
        customer_class=str(visit.slot("apply_class") or "") if level else "",
        voltage_level=level,
    )
    return guides[0] if guides else None


async def summary(visit: FormVisit) -> Mapping[str, str | int]:
    """What the confirmation says."""
    words, account_no = visit.wording.of(_WORDS), str(visit.slot("account_no") or "")
    about = words["summary_account"].format(tail=account_no[-4:]) if account_no else words["summary_site"]
    phone, facts = str(visit.slot("phone") or ""), facts_words(visit)
    contact = words["summary_phone"].format(phone=mask_phone(phone)) if phone.isdigit() else ""
    return {"type": str(visit.slot("apply_type")), "about": about, "facts": facts, "contact": contact}


class ApplicationVisit(FormVisit):
    """A visit in which a question about the business is no call for a person, however little it sounds like one."""

    @property
    def intent(self) -> str:
        """See base class."""
        meant = super().intent
        return "nlu_fallback" if meant in _STRONG_WORDS and is_weak(self) and question_in(self) else meant


class ApplicationForm(QuestionForm):
    """Every business of the taxonomy: the utility's own catalogue says what is asked."""

    form = "application_form"
    topic = "apply_new_or_capacity"
    intents = INTENTS
    slots = APPLICATION_SLOTS
    given = (
        *ACCOUNT_SLOTS,
        "apply_type",
        "apply_account",
        "apply_manager",
        "apply_entry",
        "apply_voltage",
        "apply_size",
        "apply_told",
        "apply_asks",
    )
    questions = (
        KindQuestion(),
        SureQuestion(),
        ContactQuestion(),
        ApplicantAccount(),
        class_question(),
        *fact_questions(),
        SitePhoneQuestion(),
        GoQuestion(),
        ConfirmQuestion(
            "utter_application_confirm",
            summary,
            wanted=lambda visit: not visit.slot("apply_manager") and not visit.slot("apply_entry"),
        ),
    )

    async def read(self, visit: FormVisit) -> None:
        """See base class; a question about the business, or papers sent in the chat, are answered first."""
        kind = visit.slot("apply_type")
        if await self._answers(visit):
            return
        await super().read(visit)
        if visit.ended or visit.refused or not visit.slot("apply_type"):
            return
        if kind and visit.slot("apply_type") != kind:
            visit.fill(**dict.fromkeys((*FACT_SLOTS, "apply_asks", "apply_told", "apply_entry", "apply_manager")))
        await self._look(visit)

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> ApplicationVisit:
        """See base class."""
        return ApplicationVisit(dispatcher, tracker, services, self)

    def _is_digression(self, visit: FormVisit) -> bool:
        return "apply_answered" not in visit.changes and super()._is_digression(visit)

    async def _answers(self, visit: FormVisit) -> bool:
        topic = question_in(visit) if visit.call is Call.ANSWERED else ""
        if not topic or visit.intent not in _ASKING or not visit.slot("apply_type"):
            return False
        if visit.requested and visit.wording.is_exactly(visit.requested, visit.text):
            return False
        other = next((kind for kind in reversed(kinds_named(visit)) if kind != visit.slot("apply_type")), "")
        await answer_words(visit, topic, await any_guide(visit, other) if other else await guide_of(visit))
        visit.fill(apply_answered=topic)
        return bool(visit.requested)

    async def _look(self, visit: FormVisit) -> None:
        """Reads the guide and the checks; says what is new, or what stands against it."""
        if is_high_voltage(visit) and visit.slot("apply_type") in visit.wording.options["kinds_high"]["high"]:
            visit.fill(apply_manager="yes")
        if is_final(visit) and not visit.slot("apply_sure"):
            return
        try:
            guide = await guide_of(visit)
        except BackendRefused as error:
            if error.reason != "application_type.unknown":
                raise
            guide = None
        if guide is None:
            visit.end("utter_application_not_for_you", type=str(visit.slot("apply_type")))
            return
        self._keep(visit, guide)
        if visit.slot("apply_told") != guide.code:
            _tell_guide(visit, guide)
        if visit.slot("apply_manager"):
            return
        await self._check(visit, guide)

    def _keep(self, visit: FormVisit, guide: ApplicationGuide) -> None:
        account = "none" if guide.account == "optional" and not visit.slot("account_no") else guide.account
        entry = guide.identity == "strong" or any(ask.kind == "persons" for ask in guide.asks)
        values = {
            "apply_account": "needed" if account != "none" else "none",
            "apply_entry": "yes" if entry else None,
            "apply_manager": "yes" if guide.by_manager else visit.slot("apply_manager"),
        }
        if values["apply_account"] == "none" and not visit.slot("apply_class"):
            values["apply_class"] = visit.wording.option("class_of", str(visit.slot("apply_type")))
        if values["apply_account"] == "none" and not visit.slot("apply_asks") and not entry:
            values["apply_asks"] = [ask.name for ask in guide.asks if ask.name in ("capacity_kw", "place")]
        _fill_new(visit, values)

    async def _check(self, visit: FormVisit, guide: ApplicationGuide) -> None:
        start = start_of(visit)
        ready = start.account_no or (start.customer_class and start.address and start.contact_phone)
        if not ready or start.business_type == "":
            return
        try:
            found = await visit.backend.check_application(start, visit.user)
        except Conflict as error:
            if error.reason != "application.precondition":
                raise
            visit.end("utter_application_not_for_you", type=guide.name)
            return
        self._heed(visit, guide, found)

    def _heed(self, visit: FormVisit, guide: ApplicationGuide, found: ApplicationCheck) -> None:
        about_facts = [one for one in found.findings if visit.slot(FACT + _FACT_OF.get(one.check, ""))]
        others = [one for one in found.findings if one.check not in _FACT_OF]
        if visit.slot("apply_entry"):
            if others and not visit.slot("apply_warned"):
                visit.fill(apply_warned=findings_words(visit, others))
        elif others:
            tell_findings(visit, others, guide.name)
            visit.ended = True
        elif about_facts:
            _ask_again(visit, about_facts)
        elif found.by_manager:
            _fill_new(visit, {"apply_manager": "yes"})
        else:
            filled = [name for name in FACTS if visit.slot(FACT + name)]
            known = dict.fromkeys([*(visit.slot("apply_asks") or []), *found.unanswered])
            _fill_new(visit, {"apply_asks": list(known), "apply_filled": filled})


def _fill_new(visit: FormVisit, values: Mapping[str, object]) -> None:
    """Only what is new counts as progress."""
    visit.fill(**{slot: value for slot, value in values.items() if visit.slot(slot) != value})


def _ask_again(visit: FormVisit, findings: Sequence[ApplicationFinding]) -> None:
    words = visit.wording.of(_WORDS)
    told = "".join(words["finding"].format(text=one.text, do=one.do) for one in findings)
    visit.fill(**{FACT + _FACT_OF[one.check]: None for one in findings})
    visit.say("utter_application_fact_refused", told=told)


def _tell_guide(visit: FormVisit, guide: ApplicationGuide) -> None:
    visit.fill(apply_told=guide.code)
    response = "utter_application_manager" if guide.by_manager else "utter_application_guide"
    visit.show(response, guide_values(visit, guide), card=guide_card(visit, guide))


def is_weak(visit: Visit) -> bool:
    """What the message means is hardly more than a guess."""
    confidence = (visit.tracker.latest_message.get("intent") or {}).get("confidence")
    return confidence is not None and float(confidence) < _SURE


def question_in(visit: Visit) -> str:
    """What the message asks about a business: papers, days, money, whose consent; papers sent in the chat."""
    pictured = visit.attachment is not None and visit.attachment.kind == "image"
    if pictured or card_number_sent(visit) or visit.entity("id_number"):
        return NO_PAPERS_HERE
    return visit.option("application_question") or ""
