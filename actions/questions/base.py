"""A question reads its answer from any message, and puts itself; a form is a row of questions.

What a message tells is taken whether it was asked for or not; words that answer only one question are read only when
that one was put, or when the customer corrects. So every earlier answer can be corrected at any time, and nothing that
was said is asked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from actions.form import Call, Form, FormVisit

# These correct an answer given before; a bare no does so too when it brings something new.
CORRECTING = frozenset({"correct_info", "deny"})
# The slot of the summary: once it was put, whatever is mentioned changes what it sums up.
SUMMARY = "confirmed"
Wanted = Callable[[FormVisit], bool]


class Question(ABC):
    """One thing a form needs to know.

    Attributes:
        slots: what it fills, the slot that is asked for first.
        takes_corrections: an answer may as well change what other questions filled (a summary that is confirmed).
    """

    takes_corrections: ClassVar[bool] = False

    def __init__(self, *slots: str, wanted: Wanted | None = None) -> None:
        """Keeps the slots.

        Args:
            slots: the slots it fills.
            wanted: whether it is to be asked at all, given what is known; always when left out.
        """
        self.slots = slots
        self._wanted = wanted

    @abstractmethod
    async def read(self, visit: FormVisit) -> None:
        """Fills what the message tells, or refuses what cannot be."""

    @abstractmethod
    async def put(self, visit: FormVisit, slot: str) -> None:
        """Asks."""

    async def missing(self, visit: FormVisit) -> str | None:
        """Returns the slot that is still to be asked for, if it is wanted."""
        if self._wanted and not self._wanted(visit):
            return None
        return next((slot for slot in self.slots if visit.slot(slot) in (None, "")), None)

    def is_asked(self, visit: FormVisit) -> bool:
        """This question was put and the message may answer it."""
        return visit.requested in self.slots

    def may_take(self, visit: FormVisit) -> bool:
        """What the message mentions is for this question: asked, not known yet, or corrected."""
        known = visit.slot(self.slots[0]) not in (None, "")
        corrected = visit.intent in CORRECTING or visit.requested == SUMMARY
        return self.is_asked(visit) or not known or corrected or visit.call is Call.OPENED

    def is_corrected(self, visit: FormVisit) -> bool:
        """The message corrects something without saying what was asked last."""
        return not self.is_asked(visit) and visit.intent in CORRECTING


class QuestionForm(Form):
    """A form that is a row of questions; a subclass names them, its form, topic, intents and slots."""

    questions: ClassVar[tuple[Question, ...]]

    async def read(self, visit: FormVisit) -> None:
        """See base class; the question that was put reads first, but of a correction it takes only what is left."""
        corrects = visit.intent in CORRECTING and visit.requested != SUMMARY
        for question in sorted(self.questions, key=lambda question: question.is_asked(visit) is corrects):
            await question.read(visit)
            if visit.ended or visit.refused:
                return

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        for question in self.questions:
            slot = await question.missing(visit)
            if slot:
                return slot
        return None

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        await self._question(slot).put(visit, slot)

    def _question(self, slot: str) -> Question:
        return next(question for question in self.questions if slot in question.slots)

    def _has_answer(self, visit: FormVisit) -> bool:
        if super()._has_answer(visit):
            return True
        asked = next((question for question in self.questions if question.is_asked(visit)), None)
        return bool(asked and asked.takes_corrections and visit.changes)


def slots_of(questions: tuple[Question, ...], *more: str) -> tuple[str, ...]:
    """Lists what a row of questions fills, and other slots that end with the form."""
    return (*(slot for question in questions for slot in question.slots), *more)
