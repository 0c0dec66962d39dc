"""The decision whom a waiting customer is offered to, and why: pure values in, a choice with its reason path out.

Nothing here reads a store. Every agent who was considered gets a verdict, so that "why me" and "why not her" have an
answer on the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversation.identity import AgentIdentity
from handoff.routing.picking import covers
from handoff.routing.presence import Status
from handoff.routing.rules import DANGER, Rule, Rules

_MOST_VERDICTS = 40


@dataclass(frozen=True)
class Need:
    """What a waiting customer asks of an agent; an empty word asks nothing.

    Attributes:
        waited_s: how long they wait, from when they began or lost their agent.
        alerted: whether supervisors are asked too.
        known_to: the agents who know this customer, the latest first.
    """

    skill: str
    region: str
    customer_class: str
    language: str
    priority: int
    weight: float
    waited_s: float
    alerted: bool = False
    known_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An agent as routing sees them at this moment."""

    agent: AgentIdentity
    supervises: bool
    skills: tuple[str, ...]
    regions: tuple[str, ...]
    classes: tuple[str, ...]
    languages: tuple[str, ...]
    max_chats: int
    status: Status
    load: float
    idle_since: datetime
    resting: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of one candidate: `chosen`, `behind` or `out`, and why."""

    agent: AgentIdentity
    outcome: str
    why: tuple[str, ...]
    load: float
    max_chats: int

    def to_wire(self) -> dict[str, Any]:
        """Returns it as the timeline keeps it."""
        return {
            "agent": self.agent.to_wire(),
            "outcome": self.outcome,
            "why": list(self.why),
            "load": round(self.load, 2),
            "max_chats": self.max_chats,
        }


@dataclass(frozen=True)
class Decision:
    """Who was chosen (None: nobody), which rules had given way, and the verdict on everybody."""

    chosen: AgentIdentity | None
    relaxed: tuple[Rule, ...]
    verdicts: tuple[Verdict, ...]

    def to_wire(self, need: Need) -> dict[str, Any]:
        """Returns the reason path as the timeline keeps it."""
        asked = {rule.value: word for rule in Rule if (word := _asked(need, rule))}
        return {
            "asked": asked,
            "waited_s": int(need.waited_s),
            "relaxed": [rule.value for rule in self.relaxed],
            "considered": [verdict.to_wire() for verdict in self.verdicts[:_MOST_VERDICTS]],
        }


@dataclass(frozen=True)
class _Standing:
    candidate: Candidate
    misses: tuple[Rule, ...]
    known: int | None
    tier: int

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order of who may be chosen: tier, known, what they miss, least busy, longest idle."""
        one = self.candidate
        busy = one.load / max(1, one.max_chats)
        known = 0 if self.known is not None else 1
        missing = tuple(rule in self.misses for rule in Rule)
        return (
            self.tier,
            known,
            self.known or 0,
            missing,
            busy,
            self.candidate.idle_since,
            self.candidate.agent.agent_id,
        )


def decide(rules: Rules, need: Need, candidates: Sequence[Candidate]) -> Decision:
    """Chooses one of the candidates and says why of each."""
    relaxed = tuple(rule for rule in Rule if not rules.is_hard(rule, need.priority, need.waited_s))
    able: list[_Standing] = []
    out: list[Verdict] = []
    for candidate in candidates:
        misses = tuple(rule for rule in Rule if _misses(need, candidate, rule))
        barred = _barred(need, candidate) or tuple(rule.value for rule in misses if rule not in relaxed)
        if barred:
            out.append(_verdict(candidate, "out", barred))
        else:
            able.append(_Standing(candidate, misses, _known(need, candidate), _tier(candidate)))
    able.sort(key=lambda standing: standing.rank)
    chosen = able[0] if able else None
    behind = [_verdict(each.candidate, "behind", _why_behind(chosen, each)) for each in able[1:] if chosen]
    first = [_verdict(chosen.candidate, "chosen", _why_chosen(need, chosen, able))] if chosen else []
    return Decision(chosen.candidate.agent if chosen else None, relaxed, (*first, *behind, *out))


def _asked(need: Need, rule: Rule) -> str:
    words = {
        Rule.SKILL: need.skill,
        Rule.LANGUAGE: need.language,
        Rule.CUSTOMER_CLASS: need.customer_class,
        Rule.REGION: need.region,
    }
    return words.get(rule, "")


def _misses(need: Need, candidate: Candidate, rule: Rule) -> bool:
    if rule is Rule.CAPACITY:
        return candidate.load + need.weight > candidate.max_chats
    if rule is Rule.SKILL:
        return not covers(candidate.skills, need.skill)
    has = {
        Rule.LANGUAGE: candidate.languages,
        Rule.CUSTOMER_CLASS: candidate.classes,
        Rule.REGION: candidate.regions,
    }[rule]
    asked = _asked(need, rule)
    return bool(asked and has) and asked not in has


def _barred(need: Need, candidate: Candidate) -> tuple[str, ...]:
    """Why somebody is not asked at all; danger reaches everybody whose desk is open."""
    if candidate.status is Status.OFFLINE:
        return ("offline",)
    if need.priority == DANGER:
        return ()
    if candidate.status is not Status.ONLINE:
        return (candidate.status.value,)
    if candidate.resting:
        return ("resting",)
    if candidate.supervises and not need.alerted:
        return ("supervisor",)
    return ()


def _tier(candidate: Candidate) -> int:
    """In which round somebody is asked: agents online, supervisors, those busy or on a break, who let it go before.

    Only danger reaches beyond the second.
    """
    if candidate.resting:
        return 3
    if candidate.status is not Status.ONLINE:
        return 2
    return int(candidate.supervises)


def _known(need: Need, candidate: Candidate) -> int | None:
    known = need.known_to
    return known.index(candidate.agent.agent_id) if candidate.agent.agent_id in known else None


def _why_chosen(need: Need, chosen: _Standing, able: Sequence[_Standing]) -> tuple[str, ...]:
    why = [f"fits_{rule.value}" for rule in Rule if rule not in chosen.misses and _asked(need, rule)]
    if chosen.known is not None:
        why.insert(0, "known")
    if len(able) == 1:
        return (*why, "only_one")
    second = able[1]
    return (*why, *(() if chosen.known is not None else (_difference(chosen, second),)))


def _why_behind(chosen: _Standing | None, other: _Standing) -> tuple[str, ...]:
    if chosen is None:
        return ()
    difference = _difference(chosen, other)
    extra = tuple(rule.value for rule in other.misses) if difference == "better_fit" else ()
    return (_BEHIND[difference], *extra)


_BEHIND = {
    "earlier_round": "later_round",
    "known": "not_known",
    "better_fit": "fits_less",
    "least_busy": "busier",
    "longest_idle": "idle_shorter",
}


def _difference(first: _Standing, second: _Standing) -> str:
    """What put the first before the second."""
    names = ("earlier_round", "known", "known", "better_fit", "least_busy")
    for name, mine, theirs in zip(names, first.rank, second.rank, strict=False):
        if mine != theirs:
            return name
    return "longest_idle"


def _verdict(candidate: Candidate, outcome: str, why: tuple[str, ...]) -> Verdict:
    return Verdict(candidate.agent, outcome, why, candidate.load, candidate.max_chats)
