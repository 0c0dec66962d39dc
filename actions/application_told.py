"""How a business is told: papers, published limit, visits, what stands against it; never a price or a contractor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.application_kinds import FACT, FACTS
from actions.papers import place_words, tell_no_papers_here
from actions.visit import Visit
from backend.errors import BackendRefused
from backend.models import Application, ApplicationFinding, ApplicationGuide
from conversation.reply import Card

_WORDS = "utter_application_words"
_HINTS_TOLD = 2
NO_PAPERS_HERE = "no_papers_here"


def guide_values(visit: Visit, guide: ApplicationGuide) -> dict[str, str | int]:
    """What a sentence about a business needs."""
    words = visit.wording.of(_WORDS)
    now = [paper.name for paper in guide.documents if not paper.later]
    later = [paper.name for paper in guide.documents if paper.later]
    separator = words["separator"]
    papers = words["papers"].format(papers=separator.join(now)) if now else words["no_papers"]
    if later:
        papers += words["papers_later"].format(papers=separator.join(later))
    limit = _limit_of(visit, guide)
    hints = words["hint_separator"].join(guide.hints[:_HINTS_TOLD])
    return {
        "rules": words["hint_separator"].join((*guide.hints, limit)),
        "type": guide.name,
        "who": guide.who,
        "papers": papers,
        "limit": limit,
        "hints": words["hints"].format(hints=hints) if hints else "",
        "visits": separator.join(guide.visits) or words["no_visits"],
        "fee": guide.fee,
        "steps": words["step_separator"].join(step.step for step in guide.steps if not step.optional),
        "paper_hints": papers_with_hints(visit, guide),
        "place": place_words(visit, guide),
    }


def _limit_of(visit: Visit, guide: ApplicationGuide) -> str:
    """The published limit; that of each step that has one, where the whole has none."""
    words = visit.wording.of(_WORDS)
    if guide.limit_workdays:
        return words["limit"].format(limit=guide.limit_workdays)
    told = [words["limit_step"].format(step=one.step, limit=one.workdays) for one in guide.steps if one.workdays]
    return words["limit_of_steps"].format(steps=words["separator"].join(told)) if told else words["limit_steps"]


def papers_with_hints(visit: Visit, guide: ApplicationGuide) -> str:
    """Every paper with what counts as one."""
    words = visit.wording.of(_WORDS)
    papers = (*guide.documents, *guide.conditional_documents)
    shown = [words["paper"].format(name=paper.name, hint=paper.hint) if paper.hint else paper.name for paper in papers]
    return words["paper_separator"].join(shown) or words["no_papers"]


async def any_guide(visit: Visit, kind: str) -> ApplicationGuide | None:
    """The guide of a business that is only asked about: for the use the message names, else the first there is."""
    use = visit.option("apply_class") or ""
    level = visit.wording.value("voltage_three" if use else "voltage_single")
    tries = [{"customer_class": use, "voltage_level": level}] if use else []
    for said in [*tries, {}]:
        try:
            guides = await visit.backend.application_types(visit.user, business_type=kind, **said)
        except BackendRefused:
            continue
        if guides:
            return guides[0]
    return None


def guide_card(visit: Visit, guide: ApplicationGuide) -> Card:
    """Lays out a business (办事指南)."""
    words, values = visit.wording.of(_WORDS), guide_values(visit, guide)
    rows = [
        (words["row_who"], guide.who),
        (words["row_papers"], str(values["paper_hints"])),
        (words["row_steps"], str(values["steps"])),
        (words["row_limit"], str(values["limit"])),
        (words["row_visits"], str(values["visits"])),
        (words["row_fee"], guide.fee),
    ]
    return Card("order", words["title"].format(type=guide.name), tuple(row for row in rows if row[1]))


def findings_words(visit: Visit, findings: Sequence[ApplicationFinding]) -> str:
    """Everything that stands against an application, and what to do about it."""
    words, tail = visit.wording.of(_WORDS), str(visit.slot("account_no") or "")[-4:]
    told = "".join(words["finding"].format(text=one.text, do=one.do) for one in findings)
    return words["warned"].format(about=words["about_account"].format(tail=tail) if tail else "", told=told)


def tell_findings(visit: Visit, findings: Sequence[ApplicationFinding], kind: str) -> None:
    """Tells everything that stands against an application at once, and what to do about it."""
    words = visit.wording.of(_WORDS)
    told = "".join(words["finding"].format(text=one.text, do=one.do) for one in findings)
    money = any(one.check in visit.wording.phrases("money_checks") for one in findings)
    other = next((str(one.figures.get("order_no", "")) for one in findings if one.check == "no_other_order"), "")
    tail = str(visit.slot("account_no") or "")[-4:]
    about = words["about_account"].format(tail=tail) if tail else ""
    buttons = [(words["pay"],) * 2] if money else []
    if other:
        buttons.append((words["progress"], words["progress_payload"].format(number=other)))
    human = visit.wording.value("payload_human")
    visit.show(
        "utter_application_findings", {"type": kind, "told": told, "about": about}, buttons=[*buttons, (human, human)]
    )


def refused_findings(fields: Mapping[str, object]) -> list[ApplicationFinding]:
    """Reads the findings of a refusal (`application.precondition`)."""
    checks = fields.get("checks")
    told = checks if isinstance(checks, list) else []
    return [ApplicationFinding(str(one["check"]), str(one["text"]), str(one["do"]), one) for one in told]


def facts_words(visit: Visit) -> str:
    """What was filled in, in words, for the summary."""
    words, asked = visit.wording.of(_WORDS), visit.slot("apply_filled") or []
    told = []
    for name in FACTS:
        value = visit.slot(FACT + name)
        if name in asked and name in (visit.slot("apply_asks") or []) and value:
            shown = words.get(f"value_{value}", str(value))
            told.append(words[f"fact_{name}"].format(value=shown))
    return words["fact_separator"].join(told)


def tell_started(visit: Visit, made: Application) -> None:
    """Tells the number, what is missing, and the published limit."""
    words = visit.wording.of(_WORDS)
    separator = words["separator"]
    now = [paper.text for paper in made.missing if not paper.later]
    later = [paper.text for paper in made.missing if paper.later]
    missing = words["missing"].format(papers=separator.join(now)) if now else ""
    missing += words["missing_later"].format(papers=separator.join(later)) if later else ""
    limit = words["limit"].format(limit=made.limit_workdays) if made.limit_workdays else words["limit_steps"]
    values: dict[str, str | int] = {
        "type": made.business_type,
        "number": made.application_no,
        "missing": missing,
        "limit": limit,
    }
    visit.show("utter_application_started", values, card=_card(visit, made))


def tell_submitted(visit: Visit, made: Application) -> None:
    """Tells that it is handed in, with the published limit and the next step."""
    words = visit.wording.of(_WORDS)
    due = words["due"].format(due=visit.wording.day(made.due)) if made.due else ""
    limit = words["limit"].format(limit=made.limit_workdays) if made.limit_workdays else words["limit_steps"]
    values = {"type": made.business_type, "number": made.application_no, "limit": limit, "due": due}
    visit.say("utter_application_submitted", **values, next=made.next_step)


def _card(visit: Visit, made: Application) -> Card:
    words = visit.wording.of(_WORDS)
    rows = [(words["row_status"], made.status_name)]
    rows += [(words["row_missing"], paper.text) for paper in made.missing]
    if made.next_step:
        rows.append((words["row_next"], made.next_step))
    title = words["title_number"].format(type=made.business_type, number=made.application_no)
    return Card("order", title, tuple(rows))


async def answer_words(visit: Visit, topic: str, guide: ApplicationGuide | None) -> None:
    """Answers a question about a business; what the guide does not hold stands in the domain."""
    if topic == NO_PAPERS_HERE:
        await tell_no_papers_here(visit)
        return
    if guide is None and topic in visit.wording.options["questions_of_guide"]["guide"]:
        visit.say("utter_application_guide_unknown")
        return
    values = guide_values(visit, guide) if guide else {"type": str(visit.slot("apply_type") or "")}
    visit.show(f"utter_application_answer_{topic}", values)
