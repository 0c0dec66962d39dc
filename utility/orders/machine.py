"""How each kind of order behaves: states, side states, moves, limits, replies; read from utility/data/order_kinds.yml.

It is pure: it says what is allowed and where it leads, and touches no books. The words of the file:
`states` with the moves of each; `side_states` that stop the work (`pauses`: the clock too; `ends`: for good, `by` whom;
`follows`: another order decides); `clock` counts from one state until another, except in `pauses`; `resolve`,
`confirm`, `close`, `reopen` are the steps that need more than a move; `keys` are what closing takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from utility.versions import Versions, read_versions

STAFF_SIDE = ("staff", "system")


@dataclass(frozen=True)
class SideState:
    """Why the work of an order does not go on; `by` are the kinds of actors that may say so."""

    name: str
    pauses: bool
    ends: bool
    follows: bool
    by: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """How the orders of one kind go.

    Attributes:
        number: the key of the kind's letter among the company's number letters; `letter` when they name none.
        limit: the published limit it is measured by, `contact` and `callback` those of speaking to the customer.
        secret: who filed it is never named.
        own_door: it is moved at its subject's own door, not at the general one.
        moves: every state in order, with the states that `advance` may lead to; customers only to `customer_moves`.
        counted: the states in which the limit's clock runs; in `pausing` ones it stands, and goes on later.
        resolve_to: where a reply leads; empty: it stays where it is.
        confirm_to, again_to: where the customer's yes and no lead; `confirming`: states that are a yes themselves.
        keys: what closing takes: `resolution`, `customer`.
    """

    name: str
    number: str
    letter: str
    limit: str
    contact: str
    callback: str
    secret: bool
    own_door: bool
    moves: Mapping[str, tuple[str, ...]]
    customer_moves: tuple[str, ...]
    side_states: Mapping[str, SideState]
    counted: frozenset[str]
    pausing: frozenset[str]
    resolve_from: tuple[str, ...]
    resolve_to: str
    confirm_to: str
    again_to: str
    confirming: tuple[str, ...]
    close_from: tuple[str, ...]
    final: str
    keys: tuple[str, ...]
    reopen_to: str
    reply: tuple[str, ...]
    reply_more: tuple[tuple[str, tuple[str, ...]], ...]
    resolutions: tuple[str, ...]

    @property
    def first(self) -> str:
        """The state an order of this kind begins with."""
        return next(iter(self.moves))

    def checklist(self, type_: str) -> tuple[str, ...]:
        """Names what the reply to an order of this type must say."""
        more = [name for word, fields in self.reply_more if word in type_ for name in fields]
        return (*self.reply, *more)

    def counts(self, state: str, side_state: str | None) -> bool:
        """Tells whether the clock runs in a state."""
        side = self.side_states.get(side_state or "")
        return state in self.counted and not (side and (side.pauses or side.ends))

    def pauses(self, state: str, side_state: str | None) -> bool:
        """Tells whether the clock of an open order stands in a state and will go on."""
        side = self.side_states.get(side_state or "")
        return state in self.pausing or bool(side and side.pauses and state in self.counted)


@dataclass(frozen=True)
class CallBack:
    """When an attempt to reach a customer counts: at least `gap` after the last one and outside the quiet hours.

    `outcomes` says what each outcome of a try is good for: it `counts`, it `declines` the call-back, or nothing.
    Whoever filed with a secrecy of `not_contacted` is not called.
    """

    tries: int
    gap: timedelta
    quiet: tuple[tuple[time, time], ...]
    outcomes: Mapping[str, str]
    not_contacted: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step of the supervision ladder: told at this share of the limit, so long after it, or at so many disputes."""

    step: str
    percent: int | None
    workdays_over: int | None
    disputes: int | None
    media: bool


@dataclass(frozen=True)
class OrderRules:
    """What holds for work orders; orders with a secrecy of `secret` name nobody, `risk_levels` stir public opinion."""

    kinds: Mapping[str, Kind]
    callback: CallBack
    ladder: tuple[Step, ...]
    secret: tuple[str, ...]
    risk_levels: tuple[str, ...]


def read_order_rules() -> Versions[OrderRules]:
    """Reads utility/data/order_kinds.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("order_kinds", _rules)


def _rules(row: Mapping[str, Any]) -> OrderRules:
    callback = row["callback"]
    quiet = tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in callback["quiet"])
    return OrderRules(
        kinds={name: _kind(name, kind) for name, kind in row["kinds"].items()},
        callback=CallBack(
            tries=callback["tries"],
            gap=timedelta(hours=callback["gap_hours"]),
            quiet=quiet,
            outcomes=dict(callback["outcomes"]),
            not_contacted=tuple(callback["not_contacted"]),
        ),
        ladder=tuple(_step(step) for step in row["ladder"]),
        secret=tuple(row["secret"]),
        risk_levels=tuple(row["risk_levels"]),
    )


def _step(row: Mapping[str, Any]) -> Step:
    return Step(row["step"], row.get("percent"), row.get("workdays_over"), row.get("disputes"), bool(row.get("media")))


def _kind(name: str, row: Mapping[str, Any]) -> Kind:
    moves = {state: tuple(to) for state, to in row["states"].items()}
    resolve, confirm, close = row["resolve"], row.get("confirm") or {}, row["close"]
    clock = row.get("clock") or {}
    pausing = frozenset(clock.get("pauses", ()))
    kind = Kind(
        name=name,
        number=row["number"],
        letter=row["letter"],
        limit=row.get("limit") or "",
        contact=row.get("contact") or "",
        callback=resolve.get("callback") or "",
        secret=bool(row.get("secret")),
        own_door=bool(row.get("own_door")),
        moves=moves,
        customer_moves=tuple(row.get("customer_moves", ())),
        side_states={side: _side(side, more) for side, more in row["side_states"].items()},
        counted=_counted(list(moves), clock) - pausing,
        pausing=pausing,
        resolve_from=tuple(resolve["from"]),
        resolve_to=resolve.get("to") or "",
        confirm_to=confirm.get("to") or "",
        again_to=confirm.get("again") or "",
        confirming=tuple(confirm.get("states", ())),
        close_from=tuple(close["from"]),
        final=close["to"],
        keys=tuple(close["keys"]),
        reopen_to=(row.get("reopen") or {}).get("to") or "",
        reply=tuple(row["reply"]),
        reply_more=tuple((more["type"], tuple(more["fields"])) for more in row.get("reply_more") or ()),
        resolutions=tuple(row["resolutions"]),
    )
    _check(kind)
    return kind


def _side(name: str, row: Mapping[str, Any]) -> SideState:
    by = tuple(row.get("by", STAFF_SIDE))
    return SideState(name, bool(row.get("pauses")), bool(row.get("ends")), bool(row.get("follows")), by)


def _counted(states: Sequence[str], clock: Mapping[str, Any]) -> frozenset[str]:
    if not clock:
        return frozenset()
    first = states.index(clock["from"]) if "from" in clock else 0
    return frozenset(states[first : states.index(clock["until"])])


def _check(kind: Kind) -> None:
    """Refuses a kind that names a state it does not have."""
    named = {state for moves in kind.moves.values() for state in moves} | set(kind.pausing)
    named |= {*kind.resolve_from, *kind.confirming, *kind.close_from, kind.final}
    named |= {state for state in (kind.resolve_to, kind.confirm_to, kind.again_to, kind.reopen_to) if state}
    if unknown := named - set(kind.moves):
        raise ValueError(f"{kind.name} has no state {', '.join(sorted(unknown))}")
