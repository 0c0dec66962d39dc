"""Whom a notice concerns: the SQL."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.postgres import Connection
from utility.audience.values import Member, Wish, holder_mark

# A cut-off account gets no word of its area: its power is off, or back, for another reason.
_MEMBERS = """
    select a.account_no, a.area_id, a.estate, a.building, a.contact_phone as phone, a.tags,
        a.contact_email as email, a.customer_id as customer, a.name,
        coalesce((select json_agg(json_build_array(channel, channel_user) order by bound_at, channel, channel_user)
                  from bindings b where b.account_no = a.account_no), '[]') as people,
        coalesce((select json_agg(json_build_array(notice_type, channel, enabled) order by notice_type, channel)
                  from subscriptions s where s.account_no = a.account_no), '[]') as wishes
    from accounts a
    where ((a.area_id = any($1) and a.status = 'active') or ((a.account_no = $2 or $5) and a.status <> 'closed'))
    and a.account_no > $3 order by a.account_no limit $4
"""

_TEXTS = ("account_no", "area_id", "estate", "building", "phone", "email", "customer")


async def members(
    connection: Connection, area_ids: Sequence[str], account_no: str, after: str, most: int, *, everybody: bool = False
) -> list[Member]:
    """Lists the next accounts of these areas, and the one that is named, by number; or simply all of them."""
    rows = await connection.fetch(_MEMBERS, list(area_ids), account_no, after, most, everybody)
    return [
        Member(
            **{name: row[name] for name in _TEXTS},
            holder_mark=holder_mark(row["name"], row["phone"]),
            tags=tuple(row["tags"]),
            people=tuple((channel, user) for channel, user in row["people"]),
            wishes=tuple(Wish(*wish) for wish in row["wishes"]),
        )
        for row in rows
    ]
