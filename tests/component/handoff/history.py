"""The automaton a timeline must be a word of: one row for each transition, each legal where it stands.

It is written down apart from the product, from the state diagram; `check_history` replays the rows and compares where
they lead with what the books say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from runtime.postgres import Pool

# name: (states it may start from, the state it leads to; None: stays)
_STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "requested": (frozenset({"none"}), "waiting"),
    "raised": (frozenset({"waiting", "offered", "serving"}), None),
    "repeated": (frozenset({"waiting", "offered", "serving"}), None),
    "aged": (frozenset({"waiting", "offered"}), None),
    "alerted": (frozenset({"waiting", "offered"}), None),
    "offered": (frozenset({"waiting"}), "offered"),
    "declined": (frozenset({"offered"}), "waiting"),
    "lapsed": (frozenset({"offered"}), "waiting"),
    "accepted": (frozenset({"waiting", "offered"}), "serving"),
    "taken_over": (frozenset({"none", "waiting", "offered", "serving"}), "serving"),
    "transfer_asked": (frozenset({"serving"}), None),
    "transfer_declined": (frozenset({"serving"}), None),
    "transfer_withdrawn": (frozenset({"serving"}), None),
    "transfer_lapsed": (frozenset({"serving"}), None),
    "transferred": (frozenset({"serving"}), "serving"),
    "reclaimed": (frozenset({"serving"}), "waiting"),
    "returned": (frozenset({"serving"}), "none"),
    "closed": (frozenset({"serving"}), "none"),
    "abandoned": (frozenset({"waiting", "offered"}), "none"),
}
_HANDS_OVER = frozenset(
    {"requested", "accepted", "taken_over", "transferred", "reclaimed", "returned", "closed", "abandoned"}
)
_OWNER = {"none": "bot", "waiting": "queue", "offered": "queue", "serving": "agent"}


@dataclass(frozen=True)
class _Place:
    state: str = "none"
    epoch: int = 0
    agent: str | None = None
    offered: str | None = None
    passing: bool = False


async def check_history(pool: Pool, conversation_id: str) -> None:
    """Replays the timeline of a conversation against the automaton and the books."""
    rows = await pool.fetch(
        "select name, actor, detail from escalation_events where conversation_id = $1 order by event_id",
        conversation_id,
    )
    place = _Place()
    for row in rows:
        place = _step(place, row["name"].removeprefix("escalation."), row["actor"], row["detail"])
    now = await pool.fetchrow(
        "select c.owner, c.epoch, c.agent_id, coalesce(e.state, 'none') as state, e.offered_to from conversations c"
        " left join escalations e on e.conversation_id = c.conversation_id"
        " and e.state in ('waiting', 'offered', 'serving') where c.conversation_id = $1",
        conversation_id,
    )
    told = (_OWNER[place.state], place.epoch, place.agent, place.state, place.offered)
    assert told == (now["owner"], now["epoch"], now["agent_id"], now["state"], now["offered_to"])


def _step(place: _Place, name: str, actor: str, detail: dict[str, Any]) -> _Place:
    froms, to = _STEPS[name]
    assert place.state in froms, f"{name} from {place.state}"
    state = to or place.state
    epoch = place.epoch + (name in _HANDS_OVER)
    if "epoch" in detail:
        assert (detail["owner"], detail["epoch"]) == (_OWNER[state], epoch), f"{name}: {detail}"
    if name in {"returned", "closed"} or name.startswith("transfer_asked"):
        assert actor == place.agent, f"{name} by {actor} while {place.agent} serves"
    if name == "declined":
        assert actor == place.offered
    if name == "lapsed":
        assert detail["agent"]["id"] == place.offered
    agent = actor if state == "serving" and name in _HANDS_OVER else place.agent
    offered = detail["agent"]["id"] if name == "offered" else place.offered
    return replace(
        place,
        state=state,
        epoch=epoch,
        agent=agent if state == "serving" else None,
        offered=offered if state == "offered" else None,
        passing=_passing(place, name, state, detail),
    )


def _passing(place: _Place, name: str, state: str, detail: dict[str, Any]) -> bool:
    """Whether a transfer is open: none is asked for twice, and no answer comes without a question."""
    if name == "transfer_asked":
        assert not place.passing
        return True
    if name in {"transfer_declined", "transfer_withdrawn", "transfer_lapsed", "transferred"}:
        assert place.passing, f"{name} without a transfer"
        return name == "transfer_declined" and bool(detail["skill"])
    return place.passing and state == "serving" and name not in _HANDS_OVER
