"""What a wish about notices changes: pure. Also reads the table of notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from utility.errors import Clash
from utility.subscriptions.values import NoticeRules, NoticeType, NoticeWish


def parse_notices(row: Mapping[str, Any]) -> NoticeRules:
    """Builds the rules from one version of `utility/data/notices.yml`."""
    return NoticeRules(
        types={kind["name"]: NoticeType(**kind) for kind in row["types"]},
        channels=tuple(row["channels"]),
        fallback=row["fallback"],
        own=dict(row["own"]),
    )


def changed(rules: NoticeRules, wish: NoticeWish, standing: Mapping[str, bool], own: str) -> dict[str, bool]:
    """Tells which channels of one type a wish turns on or off.

    Args:
        rules: which notices there are.
        wish: what is wanted.
        standing: how each channel stands.
        own: where the notices of this person go when they name no channel.

    Raises:
        Clash: `notice.always`, the last channel of a notice of safety.
    """
    if wish.channel:
        changes = {wish.channel: wish.enabled}
    elif not wish.enabled:
        changes = dict.fromkeys(standing or (own,), False)
    elif wish.threshold is not None and own not in standing and any(standing.values()):
        changes = {}  # another limit for notices that go somewhere already
    else:
        changes = {own: True}
    if rules.types[wish.notice_type].always and not any({**standing, **changes}.values()):
        changes = _kept(rules, wish, standing, changes)
    return changes


def _kept(
    rules: NoticeRules, wish: NoticeWish, standing: Mapping[str, bool], changes: Mapping[str, bool]
) -> dict[str, bool]:
    """Leaves the fallback channel of a notice of safety on; where only that stood, nothing can be turned off."""
    kept = {**changes, rules.fallback: True}
    if wish.channel == rules.fallback or {**standing, **kept} == dict(standing):
        raise Clash("notice.always", "A notice of safety keeps one channel.", channel=rules.fallback)
    return kept
