"""Where the papers of an application are handed in: on a page of its own, reached by a link; never in the chat."""

from __future__ import annotations

import structlog

from actions.visit import Visit
from backend.errors import BackendError, BackendRefused
from backend.models import Application, ApplicationGuide

_WORDS = "utter_application_words"
# Where an application waits for the customer.
WAITING = frozenset({"draft", "returned_for_documents"})


async def tell_upload(visit: Visit, one: Application) -> None:
    """Gives the link to the page for the papers that an application lacks; says nothing when it lacks none.

    A business for which the real name is proved goes on where it was begun, and without a page the channel's own form
    takes the papers.
    """
    if not one.open or not one.missing:
        return
    links, words = visit.services.papers, visit.wording.of(_WORDS)
    if links is None or await _is_strong(visit, one):
        visit.say("utter_application_upload_elsewhere", form=words["form"])
        return
    number = one.application_no
    values: dict[str, str | int] = {"link": links.link(number, visit.user), "days": links.days}
    buttons = [(words["uploaded"], words["ask_submit"].format(number=number))] if one.status in WAITING else []
    visit.show("utter_application_upload", values, buttons=buttons)


async def _is_strong(visit: Visit, one: Application) -> bool:
    try:
        guides = await visit.backend.application_types(visit.user, business_type=one.business_type)
    except BackendRefused as error:
        structlog.get_logger().warning("actions.papers.no_guide", reason=error.reason, type_code=one.type_code)
        return True
    return any(guide.is_strong for guide in guides if guide.code == one.type_code)


async def tell_no_papers_here(visit: Visit) -> None:
    """Says that papers are not sent in the chat, and where they go: of the newest application that waits for some."""
    if visit.services.papers is None:
        visit.say("utter_application_answer_no_papers_here", form=visit.wording.of(_WORDS)["form"])
        return
    waiting = await _waiting(visit)
    if waiting is None:
        visit.say("utter_application_answer_papers_on_page")
        return
    visit.say("utter_application_answer_papers_of", type=waiting.business_type, number=waiting.application_no)
    await tell_upload(visit, waiting)


async def _waiting(visit: Visit) -> Application | None:
    """The newest application that lacks papers; none as well when the company does not answer: the warning goes out."""
    try:
        page = await visit.backend.applications(visit.user)
    except BackendError as error:
        structlog.get_logger().warning("actions.papers.not_looked_up", error_code=error.code)
        return None
    return next((one for one in page.applications if one.open and one.missing), None)


def place_words(visit: Visit, guide: ApplicationGuide) -> str:
    """Where the papers of a business that is only asked about will be handed in."""
    words = visit.wording.of(_WORDS)
    if visit.services.papers is None or guide.is_strong:
        return words["place_form"].format(form=words["form"])
    return words["place_page"]
