"""Errors of the fork: who may speak, and what a request for a person can no longer become.

HandoffError
├── UnknownConversation  nobody has written in this conversation
├── UnknownEscalation    no such request for a person
├── UnknownTransfer      no such transfer
├── UnknownTarget        nobody is called so, and nobody has this skill
├── AlreadyAccepted      another agent serves it (`agent`)
├── NotOwner             the agent does not own the conversation (`agent`: who does)
├── NotServed            no agent serves this conversation: there is nobody to watch, whisper to or join
├── NotJoined            the supervisor does not speak in this conversation
├── UnknownFollowUp      no such call after a low score
├── FollowUpEnded        that call was made (`state`)
├── NotWaiting           the request has ended, or nobody waits in this conversation (`state`)
├── NotOffered           the request is not, or not any more, offered to this agent
├── NotYours             neither the agent's skills nor an offer reach this request
├── TransferPending      the conversation is being passed on already
├── TransferOver         the transfer has ended otherwise (`outcome`)
├── HoursError           the hours of people cannot be read
├── UnknownDay           no such exception of the hours
├── RulesError           a data file of rules that cannot be read
├── UnknownCanned        no such canned reply
├── UnknownPromise       no such promise, or one that has ended
├── UnknownDraft         no such draft of an answer, or one that is decided
├── UnknownSuggestion    nothing was suggested under this number
├── NotFailed            only a line of an agent that failed is sent again
├── Unfit                what an agent hands in cannot stand: CannedRefused, FileRefused
└── PhraseError          a sentence is missing in domain/human.yml, or a blank in it is not filled
"""

from __future__ import annotations

from typing import ClassVar

from conversation.identity import AgentIdentity
from runtime.errors import GridTalkError


class HandoffError(GridTalkError):
    """Something about who owns a conversation."""

    code = "handoff.error"
    status = 409


class UnknownConversation(HandoffError):
    """There is no such conversation."""

    code = "handoff.unknown"
    status = 404


class UnknownEscalation(HandoffError):
    """There is no such request for a person."""

    code = "handoff.unknown"
    status = 404


class UnknownTarget(HandoffError):
    """A conversation cannot be passed on to nobody."""

    code = "handoff.unknown_target"
    status = 404


class HeldByAnother(HandoffError):
    """The base of the refusals that name the agent who holds the conversation."""

    def __init__(self, agent: AgentIdentity | None, **fields: object) -> None:
        super().__init__(self.__doc__ or "", agent=agent.to_wire() if agent else None, **fields)
        self.agent = agent


class AlreadyAccepted(HeldByAnother):
    """Another agent has accepted this conversation."""

    code = "handoff.already_accepted"


class NotOwner(HeldByAnother):
    """Only the agent who owns the conversation may do this."""

    code = "handoff.not_owner"


class NotWaiting(HandoffError):
    """Nobody waits for a person here any more."""

    code = "handoff.not_waiting"


class NotOffered(HandoffError):
    """The request is not offered to this agent any more."""

    code = "handoff.not_offered"


class NotYours(HandoffError):
    """This request asks for a skill the agent does not have."""

    code = "handoff.not_yours"
    status = 403


class UnknownTransfer(HandoffError):
    """There is no such transfer."""

    code = "handoff.unknown"
    status = 404


class TransferPending(HandoffError):
    """The conversation is being passed on already; withdraw that first."""

    code = "handoff.transfer_pending"


class TransferOver(HandoffError):
    """The transfer has ended."""

    code = "handoff.transfer_over"


class RulesError(HandoffError):
    """A data file of rules cannot be read."""

    code = "handoff.rules"
    status = 500


class PhraseError(HandoffError):
    """A sentence for the customer cannot be said whole."""

    code = "handoff.phrase"
    status = 500


class HoursError(HandoffError):
    """The hours of people cannot be read."""

    code = "handoff.hours"
    status = 500


class UnknownDay(HandoffError):
    """There is no such exception of the hours."""

    code = "handoff.hours.unknown"
    status = 404


class UnknownCanned(HandoffError):
    """There is no such canned reply."""

    code = "canned.unknown"
    status = 404


class Unfit(HandoffError):
    """What an agent hands in cannot stand; the code says why, the status how the wire tells it."""

    room: ClassVar[str] = "handoff"

    def __init__(self, why: str, detail: str, status: int = 409, **fields: object) -> None:
        super().__init__(detail, why=why, **fields)
        self.code = f"{self.room}.{why}"  # type: ignore[misc]  # the instance narrows its class's code
        self.status = status  # type: ignore[misc]


class CannedRefused(Unfit):
    """What is written about a canned reply cannot stand."""

    room = "canned"


class FileRefused(Unfit):
    """A file that is not passed on to a customer."""

    room = "file"


class UnknownPromise(HandoffError):
    """There is no such promise, or it has ended."""

    code = "promise.unknown"
    status = 404


class UnknownDraft(HandoffError):
    """There is no such draft of an answer, or it is decided."""

    code = "draft.unknown"
    status = 404


class UnknownSuggestion(HandoffError):
    """Nothing was suggested under this number."""

    code = "suggestion.unknown"
    status = 404


class NotFailed(HandoffError):
    """Only a line of an agent that failed is sent again."""

    code = "message.not_failed"


class NotServed(HandoffError):
    """No agent serves this conversation now."""

    code = "handoff.not_served"


class NotJoined(HandoffError):
    """Who speaks beside the agent joins the conversation first."""

    code = "handoff.not_joined"


class UnknownFollowUp(HandoffError):
    """There is no such call."""

    code = "handoff.unknown"
    status = 404


class FollowUpEnded(HandoffError):
    """This call was made."""

    code = "handoff.follow_up_ended"
