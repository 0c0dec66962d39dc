"""The opinion skill: suggestions and praise, both when one message holds both; thanks first, a number for each."""

from __future__ import annotations

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.cases import Filed, file_or_urge, limits
from actions.questions import QuestionForm, TextQuestion
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import plain
from backend.models import CaseFiling

_WORDS = "utter_opinion_words"
_PRAISE, _OPINION = "praise", "opinion"
# Shorter words announce an opinion and hold none.
_SHORTEST = 8
_INTENTS = frozenset({"suggestion_or_praise", "complaint_submit"})


def kinds_in(visit: Visit, text: str) -> list[str]:
    """What the words hold: praise, a suggestion, or both; without a sign of praise they suggest something."""
    said = plain(text)
    found = [
        kind for kind in (_PRAISE, _OPINION) if any(p in said for p in visit.wording.phrases("opinion_sign", kind))
    ]
    return found or [_OPINION]


async def file_opinion(visit: Visit, text: str, kind: str, key: str, *, topic: str = "", account_no: str = "") -> Filed:
    """Files a suggestion or praise; `topic` is one of `opinion_topic` and chooses the catalogue's type."""
    topic = topic or visit.wording.option(f"{kind}_topic", text) or "other"
    case_type = visit.wording.value(f"{kind}_{topic}")
    filing = CaseFiling(kind=kind, type=case_type, text=text, account_no=account_no)
    return await file_or_urge(visit, filing, visit.key(f"{key}/{kind}"))


class SayOpinion(ServiceAction):
    """Files what has substance at once, asks for the rest."""

    title = "action_say_opinion"
    deferrable = True
    needs = ()
    wish = "suggestion_or_praise"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if len(plain(visit.text)) < _SHORTEST:
            return open_form(visit, "opinion_form", opinion_text=None)
        return await _file_all(visit, visit.text, self.title)


class OpinionForm(QuestionForm):
    """Asks for the words."""

    form = "opinion_form"
    topic = "suggestion_or_praise"
    intents = _INTENTS
    questions = (
        TextQuestion(
            "opinion_text",
            "utter_opinion_ask_text",
            too_short="utter_opinion_text_needed",
            shortest=4,
            intents=_INTENTS,
        ),
    )
    slots = slots_of(questions)


class FileOpinion(FormEnd):
    """Files what the form collected."""

    title = "action_file_opinion"
    deferrable = True
    needs = OpinionForm.slots
    wish = "suggestion_or_praise"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        await _file_all(visit, str(visit.slot("opinion_text")), self.title)
        return self.done(visit)


async def _file_all(visit: Visit, text: str, key: str) -> list[Event]:
    words, parts = visit.wording.of(_WORDS), []
    for kind in kinds_in(visit, text):
        filed = await file_opinion(visit, text, kind, key)
        until = limits(visit, filed.taken.order) if filed.taken else words["known"]
        parts.append(words[kind].format(order_no=filed.order_no, limits=until))
    visit.say("utter_opinion_filed", filed=words["separator"].join(parts))
    return []


ACTIONS: tuple[type[ServiceAction], ...] = (FileOpinion, OpinionForm, SayOpinion)
