"""An application that is open: taken up again, handed in when its papers are there, taken back after a yes."""

from __future__ import annotations

from collections.abc import Sequence

from actions.application_kinds import kind_said
from actions.application_told import refused_findings, tell_findings, tell_submitted
from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.form import FormVisit
from actions.papers import WAITING, tell_upload
from actions.progress_told import applied, list_tickets, number_said, tell_application
from actions.questions import QuestionForm
from actions.questions.base import Question
from actions.visit import Visit
from backend.errors import Conflict, NotFound
from backend.models import Application

_WORDS = "utter_application_words"
SUBMIT, WITHDRAW, RESUME = "submit", "withdraw", "resume"
WITHDRAW_SLOTS = ("withdraw_no", "withdraw_sure")


class ManageApplication(ServiceAction):
    """Finds the open application that is meant and does what is wished."""

    title = "action_manage_application"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish = visit.option("application_wish") or RESUME
        found = await _meant(visit, wish)
        if not found:
            visit.say("utter_application_none_open")
            return []
        if len(found) > 1:
            payload = {SUBMIT: "ask_submit", WITHDRAW: "ask_withdraw"}.get(wish, "ask_progress")
            list_tickets(visit, [applied(one) for one in found], "utter_progress_list", payload)
            return []
        one = found[0]
        if wish == WITHDRAW:
            return open_form(visit, WithdrawForm.form, withdraw_no=one.application_no, withdraw_sure=None)
        if wish == SUBMIT and one.status in WAITING:
            await self._submit(visit, one)
        else:
            await tell_application(visit, one)
        return []

    async def _submit(self, visit: Visit, one: Application) -> None:
        key = visit.key(f"{self.title}/{one.application_no}")
        try:
            made = await visit.backend.submit_application(one.application_no, visit.user, idempotency_key=key)
        except Conflict as error:
            await self._refused(visit, one, error)
            return
        tell_submitted(visit, made)
        await tell_upload(visit, made)

    async def _refused(self, visit: Visit, one: Application, error: Conflict) -> None:
        if error.reason == "application.precondition":
            tell_findings(visit, refused_findings(error.fields), one.business_type)
        elif error.reason == "application.documents_missing":
            words = visit.wording.of(_WORDS)
            missing = error.fields.get("missing")
            names = [str(paper["text"]) for paper in missing] if isinstance(missing, list) else []
            papers = words["separator"].join(names)
            values = {"type": one.business_type, "number": one.application_no, "papers": papers}
            visit.say("utter_application_papers_missing", **values)
            await tell_upload(visit, one)
        else:
            await tell_application(visit, one)


async def open_of_kind(visit: Visit, kind: str) -> bool:
    """Whether this person has an application of this business under way."""
    page = await visit.backend.applications(visit.user)
    return any(one.open and one.business_type == kind for one in page.applications)


async def _meant(visit: Visit, wish: str) -> Sequence[Application]:
    """The open applications that the message names; what waits for the customer first."""
    number = number_said(visit)
    if number:
        try:
            return [await visit.backend.application(number, visit.user)]
        except NotFound:
            return []
    page = await visit.backend.applications(visit.user)
    found = [one for one in page.applications if one.open]
    kind = kind_said(visit)
    found = [one for one in found if one.business_type == kind] if kind else found
    waiting = [one for one in found if one.status in WAITING]
    return found if wish == WITHDRAW else waiting or found


class WithdrawQuestion(Question):
    """Whether to take it back; a no ends the form."""

    def __init__(self) -> None:
        """Fills `withdraw_sure`."""
        super().__init__("withdraw_sure")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        said = visit.option("withdraw_sure")
        if said == "no" or (said is None and visit.says_no):
            visit.end("utter_application_kept")
        elif said == "yes" or visit.says_yes:
            visit.fill(withdraw_sure="yes")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        one = await visit.backend.application(str(visit.slot("withdraw_no")), visit.user)
        values: dict[str, str | int] = {"number": one.application_no, "type": one.business_type}
        visit.show("utter_application_withdraw_sure", {**values, "status": one.status_name})


class WithdrawForm(QuestionForm):
    """One question: whether to take it back."""

    form = "application_withdraw_form"
    topic = "ticket_progress_query"
    intents = frozenset({"ticket_progress_query"})
    slots = WITHDRAW_SLOTS
    given = ("withdraw_no",)
    questions = (WithdrawQuestion(),)


class WithdrawApplication(FormEnd):
    """Takes it back."""

    title = "action_withdraw_application"
    needs = WITHDRAW_SLOTS

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number, key = str(visit.slot("withdraw_no")), visit.key(self.title)
        try:
            made = await visit.backend.withdraw_application(number, visit.user, idempotency_key=key)
        except Conflict as error:
            if error.reason != "application.over":
                raise
            visit.say("utter_application_over", number=number)
        else:
            visit.say("utter_application_withdrawn", number=number, type=made.business_type)
        return self.done(visit)


ACTIONS: tuple[type[ServiceAction], ...] = (ManageApplication, WithdrawApplication, WithdrawForm)
