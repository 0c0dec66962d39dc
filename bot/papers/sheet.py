"""What the page shows of an application: which one, which papers with what is there of each, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.models import Application, ApplicationDocument, ApplicationGuide, ApplicationPaper, MissingPaper

TAIL = 4
# Where an application waits for the customer.
_WAITING = frozenset({"draft", "returned_for_documents"})


@dataclass(frozen=True)
class Paper:
    """One paper: wanted now, wanted later, or there.

    Attributes:
        asked: what exactly is missing, in the utility's words (a clerk's, of one that was sent back); empty: nothing.
    """

    code: str
    name: str
    hint: str
    later: bool
    asked: str
    files: tuple[ApplicationDocument, ...]

    def to_wire(self) -> dict[str, Any]:
        """Returns the paper as the page reads it; of a file only the masked name is known."""
        return {
            "code": self.code,
            "name": self.name,
            "hint": self.hint,
            "later": self.later,
            "missing": bool(self.asked),
            "asked": self.asked,
            "files": [
                {"name": one.file_name_masked, "size": one.size, "handed_in": one.handed_in.isoformat()}
                for one in self.files
            ],
        }


@dataclass(frozen=True)
class Sheet:
    """An application and its papers."""

    application: Application
    papers: tuple[Paper, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The papers that are taken."""
        return frozenset(paper.code for paper in self.papers)

    def to_wire(self) -> dict[str, Any]:
        """Returns what the page shows: no name, no address, of the account its last four digits."""
        one = self.application
        waiting = one.open and one.status in _WAITING
        return {
            "application_no": one.application_no,
            "business_type": one.business_type,
            "account_tail": one.account_no[-TAIL:],
            "status": one.status,
            "status_name": one.status_name,
            "open": one.open,
            "waiting": waiting,
            "ready": waiting and not any(not paper.later for paper in one.missing),
            "submitted": one.submitted is not None,
            "limit_workdays": one.limit_workdays,
            "due": one.due.isoformat() if one.due else None,
            "next_step": one.next_step,
            "papers": [paper.to_wire() for paper in self.papers],
        }


def sheet_of(application: Application, guide: ApplicationGuide | None) -> Sheet:
    """Lays the papers of an application out in the guide's order: those it lacks and those that are there."""
    known = {paper.code: paper for paper in _papers_of(guide)}
    missing = {paper.code: paper for paper in application.missing}
    there = [document.code for document in application.documents]
    codes = [code for code in known if code in missing or code in there]
    codes += [code for code in dict.fromkeys([*missing, *there]) if code not in known]
    return Sheet(application, tuple(_paper(code, known.get(code), missing.get(code), application) for code in codes))


def _papers_of(guide: ApplicationGuide | None) -> Iterable[ApplicationPaper]:
    return (*guide.documents, *guide.conditional_documents) if guide else ()


def _paper(code: str, known: ApplicationPaper | None, missing: MissingPaper | None, application: Application) -> Paper:
    asked = missing.text if missing else ""
    return Paper(
        code=code,
        name=known.name if known else asked,
        hint=known.hint if known else "",
        later=missing.later if missing else False,
        asked=asked,
        files=tuple(one for one in application.documents if one.code == code),
    )
