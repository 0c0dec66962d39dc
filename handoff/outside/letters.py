"""What another desk's agents are told in words: the takeover card, what was said before, and each line since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conversation.message import Delivery, Line, Role
from handoff.card.takeover import TakeoverCard
from handoff.outside.books import DueCase
from handoff.outside.port import OutsideLine, Voice
from handoff.phrases import Phrases
from runtime.privacy import mask_text

_WORDS = Path(__file__).with_name("words.yml")
# The newest of a long talk: a note has its limits there too.
_MOST_LINES = 60


@dataclass(frozen=True)
class Letters:
    """The sentences, filled."""

    desk: str
    words: Phrases

    @classmethod
    def of(cls, desk: str) -> Letters:
        """Reads the sentences for a desk."""
        return cls(desk, Phrases.load(_WORDS))

    def opening(self, case: DueCase, card: TakeoverCard, reason: str, lines: Sequence[Line]) -> list[OutsideLine]:
        """The card and what was said before, for the agents' eyes only; then what the customer asked last."""
        told = "\n".join(self._before(line) for line in lines[-_MOST_LINES:] if _is_shown(line))
        key = f"{case.conversation_id}/{case.escalation_id}"
        return [
            OutsideLine(f"{key}/card", Voice.DESK, self._card(case, card, reason)),
            OutsideLine(f"{key}/before", Voice.DESK, self.words.say("transcript", lines=told)),
            OutsideLine(f"{key}/asked", Voice.CUSTOMER, card.asked or self.words.say("none")),
        ]

    def since(self, lines: Iterable[Line]) -> list[tuple[int, OutsideLine | None]]:
        """Each line with its number; None for what the other desk said itself, and for what nobody was told."""
        return [(line.seq, self._line(line)) for line in lines]

    def held(self, event_id: str, agent: str, text: str) -> OutsideLine:
        """Why an agent's words did not go to the customer."""
        return OutsideLine(f"{event_id}/held", Voice.DESK, self.words.say("held", agent=agent, text=text))

    def _line(self, line: Line) -> OutsideLine | None:
        if not _is_shown(line) or (line.client_id or "").startswith(f"{self.desk}:"):
            return None
        key = f"{line.conversation_id}/{line.seq}"
        if line.role is Role.CUSTOMER:
            return OutsideLine(key, Voice.CUSTOMER, line.text)
        return OutsideLine(key, Voice.DESK, self.words.say("line", speaker=self._speaker(line), text=line.text))

    def _before(self, line: Line) -> str:
        return f"{line.at:%H:%M} {self._speaker(line)}: {mask_text(line.text)}"

    def _speaker(self, line: Line) -> str:
        return line.agent.name if line.agent else self.words.say(f"speaker_{line.role.value}")

    def _card(self, case: DueCase, card: TakeoverCard, reason: str) -> str:
        return self.words.say(
            "card",
            customer=card.display_name,
            channel=card.channel,
            verified=self.words.say(f"verified_{card.verified.value}"),
            priority=case.priority,
            skill=case.skill,
            reason=reason,
            intent=self._listed([card.intent]),
            slots=self._listed(f"{slot['label']} {slot['value']}" for slot in card.slots),
            orders=self._listed(card.orders),
            risks=self._listed(card.risks),
            promises=self._listed(promise["text"] for promise in card.promises),
            asked=card.asked,
        )

    def _listed(self, parts: Iterable[str]) -> str:
        return ", ".join(part for part in parts if part) or self.words.say("none")


def _is_shown(line: Line) -> bool:
    return line.delivery is not Delivery.SUPPRESSED and bool(line.text)
