"""One call of an action: what the customer said, what is remembered, and what goes back; refuses to decide anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge_index import KnowledgeIndex
from actions.wording import Wording
from backend.budget import Turns
from backend.errors import BackendRefused
from backend.models import BoundAccount
from backend.protocol import Backend
from conversation.errand import RUN, WAITING
from conversation.facts import FACTS
from conversation.identity import ChannelName, ChannelUser, Level
from conversation.links import LINKS, SETTLED, Link
from conversation.message import Attachment, Location, is_wordless
from conversation.papers import PapersLinks
from conversation.reply import Card
from conversation.topic import STEERING
from runtime.clock import Clock
from runtime.privacy import mask_text

# The words of no danger that hold those of one (words/outside.yml, emergency).
_NO_EMERGENCY = "none"

# How a customer is served (`actions.who`), what weighs most first.
_CLASSES = ("life_support", "key_account", "important", "gentle")


@dataclass(frozen=True)
class Services:
    """What every action is given: the seam, the clock, the words, the curated answers, and how long a turn may ask.

    `papers` makes the links to the upload page; None where the operator has none.
    """

    backend: Backend
    clock: Clock
    wording: Wording
    knowledge: KnowledgeIndex
    turns: Turns = field(default_factory=Turns)
    papers: PapersLinks | None = None


class Visit:
    """A customer at the counter, for one action."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> None:
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.services = services
        self.backend = services.backend
        self.wording = services.wording
        self._bound: list[BoundAccount] | None = None

    @property
    def text(self) -> str:
        """What the customer said last."""
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def intent(self) -> str:
        """What the customer meant by it."""
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def topic(self) -> str:
        """The business the talk is about: the last intent that names one."""
        if self.intent not in STEERING:
            return self.intent
        return next((intent for intent in reversed(list(self._asked())) if intent not in STEERING), "")

    @property
    def topic_before(self) -> str:
        """The business the talk was about before this message."""
        earlier = [intent for intent in list(self._asked())[:-1] if intent not in STEERING]
        return earlier[-1] if earlier else ""

    def _asked(self) -> Iterator[str]:
        """The intents of what the customer said outside a form; inside one they answer, whatever it looks like."""
        form = None
        for event in self.tracker.events:
            if event.get("event") == "active_loop":
                form = event.get("name")
            elif event.get("event") == "user" and form is None and not is_wordless(event.get("metadata") or {}):
                yield ((event.get("parse_data") or {}).get("intent") or {}).get("name") or ""

    @property
    def location(self) -> Location | None:
        """The place the message is, if it is one."""
        wire = (self.tracker.latest_message.get("metadata") or {}).get("location")
        return Location.from_wire(wire) if wire else None

    @property
    def attachment(self) -> Attachment | None:
        """The picture or the voice the message is, if it is one."""
        wire = (self.tracker.latest_message.get("metadata") or {}).get("attachment")
        return Attachment.from_wire(wire) if wire else None

    @property
    def user(self) -> ChannelUser:
        """Who is speaking; the sender id of the tracker is the conversation id."""
        metadata = self.tracker.latest_message.get("metadata") or {}
        if "channel_user" in metadata:
            return ChannelUser(ChannelName(metadata["channel"]), metadata["channel_user"])
        return ChannelUser.of(self.tracker.sender_id)

    async def bindings(self) -> list[BoundAccount]:
        """The accounts bound to this person, read once in a visit."""
        if self._bound is None:
            await self._tell_of_links()
            self._bound = await self.backend.bindings(self.user)
        return self._bound

    async def _tell_of_links(self) -> None:
        """Tells the company which identities are this person too, so that what they have bound is known here."""
        links = [Link.from_wire(wire) for wire in self._metadata.get(LINKS, ())]
        for link in links:
            try:
                await self.backend.take_over_bindings(link.source, self.user, evidence=link.link_id)
            except BackendRefused as error:
                # The customer is served with what is bound here; the link is not tried again.
                structlog.get_logger().warning("actions.link.refused", link_id=link.link_id, reason=error.reason)
        if links:
            self.dispatcher.utter_message(json_message={SETTLED: [link.link_id for link in links]})

    def forget_bindings(self) -> None:
        """Has the bindings read anew: one was made or ended in this visit."""
        self._bound = None

    def tell_desk(self) -> None:
        """Sends what this visit has learned of the customer, masked, for the card an agent sees."""
        bound = self._bound or ()
        accounts = [{"tail": account.tail, "address_masked": account.address_masked} for account in bound]
        if accounts:
            profile = {"verified": Level.ACCOUNT.value, "accounts": accounts, "risks": self._risks(bound)}
            profile |= self._who_for_routing(bound)
            self.dispatcher.utter_message(json_message={"profile": profile})

    def _risks(self, bound: Iterable[BoundAccount]) -> list[str]:
        """What the tags of the accounts mean for how their holder is served; the customer never reads it."""
        kinds = {self.wording.option("customer_tags", tag) for account in bound for tag in account.tags}
        return sorted(kind for kind in kinds if kind)

    def _who_for_routing(self, bound: Sequence[BoundAccount]) -> dict[str, str]:
        """Where the customer is and how they are served: the desk finds them an agent by it, no screen shows it."""
        kinds = {self.wording.option("customer_tags", tag) for account in bound for tag in account.tags}
        told = {"region": bound[0].region, "customer_class": next((kind for kind in _CLASSES if kind in kinds), "")}
        return {name: word for name, word in told.items() if word}

    @property
    def notice_subject(self) -> str:
        """What the notice was about that this message answers: an outage, order, bill; empty: it answers none."""
        return str((self._metadata.get("notice") or {}).get("subject", ""))

    @property
    def _metadata(self) -> dict[str, Any]:
        return self.tracker.latest_message.get("metadata") or {}

    @property
    def note(self) -> str:
        """What the agent wrote who has just handed the talk back, with nothing in it that is private."""
        return mask_text(str(self._metadata.get("note") or ""))

    @property
    def facts(self) -> dict[str, Any]:
        """What the last agent did, promised and found out (`handoff.desk_help.facts`), or nothing."""
        facts: dict[str, Any] = self._metadata.get(FACTS) or {}
        return facts

    @property
    def errand(self) -> dict[str, Any]:
        """What is done later and which (`id`, `wish`), when this call is no turn of the customer's; else nothing."""
        return self._metadata.get(RUN) or {}

    @property
    def errands(self) -> list[dict[str, Any]]:
        """The requests of this customer that wait for the company (`id`, `action`, `wish`)."""
        return self._metadata.get(WAITING) or []

    @property
    def message_id(self) -> str:
        """The message that this turn answers."""
        metadata = self._metadata
        return str(metadata.get("message_id") or self.tracker.latest_message.get("message_id", ""))

    def key(self, action: str) -> str:
        """The idempotency key of a business write of `action` in this turn."""
        return f"{self.message_id}/{action}"

    def slot(self, name: str) -> Any:
        """What is remembered under `name`."""
        return self.tracker.slots.get(name)

    def entity(self, name: str) -> str:
        """The first entity `name` of the message, or nothing."""
        found = next(iter(self.tracker.get_latest_entity_values(name)), None)
        return str(found) if found is not None else ""

    def digit_runs(self) -> list[str]:
        """The numbers in the message, written or spoken."""
        return self.wording.digit_runs(self.text)

    def option(self, name: str) -> str | None:
        """Which option of a word list the message means."""
        return self.wording.option(name, self.text)

    @property
    def emergency(self) -> str | None:
        """The kind of danger, none of electricity, that a message out of our business speaks of."""
        kind = self.option("emergency")
        return None if kind == _NO_EMERGENCY else kind

    @property
    def responsible(self) -> str | None:
        """Who looks after what a message out of our business speaks of, if its themes tell."""
        themes = (self.tracker.latest_message.get("fallback") or {}).get("themes") or []
        return self.wording.responsible(themes)

    @property
    def says_yes(self) -> bool:
        """The message agrees and says nothing else; its words weigh more than its intent."""
        return self._yes_no == "yes"

    @property
    def says_no(self) -> bool:
        """The message declines and says nothing else."""
        return self._yes_no == "no"

    @property
    def _yes_no(self) -> str | None:
        by_intent = {"affirm": "yes", "deny": "no"}.get(self.intent)
        return self.wording.is_exactly("yes_no", self.text) or by_intent

    def say(self, response: str, **values: str | int) -> None:
        """Sends the response as it stands in the domain."""
        self.show(response, values)

    def show(
        self,
        response: str,
        values: Mapping[str, str | int],
        *,
        buttons: Iterable[tuple[str, str]] = (),
        card: Card | None = None,
    ) -> None:
        """Sends the response with (label, payload) buttons besides its own, and perhaps a card."""
        shown = [{"title": label, "payload": payload} for label, payload in buttons]
        extra = {"card": card.to_wire()} if card else None
        self.dispatcher.utter_message(response=response, buttons=shown, json_message=extra, **values)

    def moment(self, when: datetime) -> str:
        """Writes a time as people say it today."""
        return self.wording.moment(when, self.services.clock.now())
