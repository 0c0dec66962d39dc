"""Errors of the fork: who may speak, and what a request for a person can no longer become.

HandoffError
├── UnknownConversation  nobody has written in this conversation
├── UnknownEscalation    no such request for a person
├── UnknownTarget        nobody is called so, and nobody has this skill
├── AlreadyAccepted      another agent serves it (`agent`)
├── NotOwner             the agent does not own the conversation (`agent`: who does)
├── NotServed            no agent serves this conversation: there is nobody to watch, whisper to or join
├── NotJoined            the supervisor does not speak in this conversation
├── UnknownFollowUp      no such call after a low score
├── FollowUpEnded        that call was made (`state`)
├── NotWaiting           the request has ended, or nobody waits in this conversation (`state`)
└── PhraseError          a sentence is missing in domain/human.yml, or a blank in it is not filled
"""

from __future__ import annotations

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


class PhraseError(HandoffError):
    """A sentence for the customer cannot be said whole."""

    code = "handoff.phrase"
    status = 500


class HoursError(HandoffError):
    """The hours of people cannot be read."""

    code = "handoff.hours"
    status = 500
