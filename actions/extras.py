"""Tells the reception, between two turns, how a customer's accounts stand to an offer; it says and decides nothing."""

from __future__ import annotations

from typing import Any

from actions.base import Event, ServiceAction
from actions.visit import Visit
from backend.models import BoundAccount


class TellStanding(ServiceAction):
    """Tells of each bound account what it is, what troubles it now, and whether its people want news of that kind."""

    title = "action_tell_standing"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        topic = str((visit.tracker.latest_message.get("metadata") or {}).get("topic", ""))
        told = [await self._standing(visit, account, topic) for account in await visit.bindings()]
        visit.dispatcher.utter_message(json_message={"profile": {"standings": told}})
        return []

    async def _standing(self, visit: Visit, account: BoundAccount, topic: str) -> dict[str, Any]:
        """One account; news that nobody said a word about is wanted as long as nobody says no."""
        number, user = account.account_no, visit.user
        found = await visit.backend.subscriptions(number, user)
        said = [one.enabled for one in found if one.notice_type == topic]
        standing, profile = await visit.backend.standing(number, user), await visit.backend.profile(number, user)
        return {
            "facts": sorted({*standing.facts, *profile.tag_kinds}),
            "troubles": list(standing.troubles),
            "wanted": not said or any(said),
        }


ACTIONS: tuple[type[ServiceAction], ...] = (TellStanding,)
