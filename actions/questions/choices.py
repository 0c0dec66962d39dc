"""Choices: a fixed list, read by its phrases; or what the books offer now, read by label, place or what it is about."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.account import place_in_list
from actions.form import FormVisit
from actions.questions.base import Question, Wanted
from actions.wording import plain


class ChoiceQuestion(Question):
    """One of a fixed list; its buttons stand in the response, its phrases in words/<skill>.yml."""

    def __init__(
        self,
        slot: str,
        ask: str,
        *,
        options: str = "",
        entity: str = "",
        yes: str = "",
        no: str = "",
        wanted: Wanted | None = None,
    ) -> None:
        """Keeps how it is asked and read.

        Args:
            slot: what it fills with the value of the option list, or of the entity.
            ask: the response that puts it, with its buttons.
            options: the option list; that of the slot's own name when left out.
            entity: the entity that tells it in any message, if one does.
            yes: the value that a bare yes means, if it means one.
            no: the value that a bare no means, if it means one.
            wanted: see base class.
        """
        super().__init__(slot, wanted=wanted)
        self._ask = ask
        self._options = options or slot
        self._entity = entity
        self._bare: Mapping[bool, str] = {True: yes, False: no}

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        said = visit.entity(self._entity) if self._entity and self.may_take(visit) else ""
        if not said and (self.is_asked(visit) or self.is_corrected(visit)):
            said = visit.wording.is_exactly(self._options, visit.text) or visit.option(self._options) or ""
        if not said and self.is_asked(visit) and (visit.says_yes or visit.says_no):
            said = self._bare[visit.says_yes]
        if said:
            visit.fill(**{self.slots[0]: said})

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(self._ask)


@dataclass(frozen=True)
class Offered:
    """One thing that can be chosen: what is shown, what is filled, and the entities that mean it."""

    label: str
    value: str
    about: Mapping[str, str]

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"label", "value", "about"}`."""
        return {"label": self.label, "value": self.value, "about": dict(self.about)}


class OfferedQuestion(Question):
    """One of what the books offer now; a subclass writes `offers`. The offers are kept beside the slot.

    `<slot>_offers` holds them, so that "the second one" means what was shown; declare that slot in the domain.
    """

    def __init__(self, slot: str, ask: str, *, none: str = "", wanted: Wanted | None = None) -> None:
        """Keeps how it is asked; `none` is said, and the form ended, when the books offer nothing."""
        super().__init__(slot, wanted=wanted)
        self._ask = ask
        self._none = none
        self._kept = f"{slot}_offers"

    @abstractmethod
    async def offers(self, visit: FormVisit) -> Sequence[Offered]:
        """Lists what can be chosen now, best first."""

    def values(self, visit: FormVisit) -> dict[str, str | int]:
        """What the sentence of the question needs."""
        return {}

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        shown = [Offered(**offer) for offer in visit.slot(self._kept) or []]
        if not (self.is_asked(visit) or self.is_corrected(visit)) or not shown:
            return
        chosen = self.chosen(visit, shown)
        if chosen:
            visit.fill(**{self.slots[0]: chosen.value})

    def chosen(self, visit: FormVisit, shown: Sequence[Offered]) -> Offered | None:
        """The one that the message means: its label, the entities that tell it alone, or its place when asked."""
        said = plain(visit.text)
        by_label = next((offer for offer in shown if plain(offer.label) in said), None)
        if by_label:
            return by_label
        told = {name: visit.entity(name) for offer in shown for name in offer.about if visit.entity(name)}
        fitting = [offer for offer in shown if all(offer.about.get(name) == value for name, value in told.items())]
        if told:
            return fitting[0] if len(fitting) == 1 else None
        index = place_in_list(visit, len(shown)) if self.is_asked(visit) else None
        return None if index is None else shown[index]

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        offers = await self.offers(visit)
        if not offers and self._none:
            visit.end(self._none, **self.values(visit))
            return
        visit.fill(**{self._kept: [offer.to_wire() for offer in offers]})
        visit.show(self._ask, self.values(visit), buttons=[(offer.label, offer.label) for offer in offers])
