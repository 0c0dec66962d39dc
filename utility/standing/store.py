"""How accounts stand: the SQL, one statement for a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from runtime.postgres import Connection
from utility.standing.values import Standing, StandingRules

# An order counts for the account it is about, and for those of whoever filed it; what troubles one account of a holder
# troubles all of them.
_ORDERS = """
    select from work_orders w where w.closed_at is null and w.kind = any({kinds}) and (w.account_no = h.account_no
        or exists (select from bindings b where b.account_no = h.account_no
                   and (b.channel, b.channel_user) = (w.channel, w.channel_user)))
"""
_TROUBLES = f"""
    array(select distinct trouble from accounts h cross join lateral unnest(array[
        case when h.status = 'cut_off' then 'cut_off' end,
        case when exists (select from bills b where b.account_no = h.account_no and b.status = 'unpaid' and b.due < $2)
             or exists (select from supply_cases s where s.account_no = h.account_no and s.state <> 'closed')
             then 'arrears' end,
        case when exists ({_ORDERS.format(kinds="$4::text[]")}) then 'complaint' end,
        case when exists ({_ORDERS.format(kinds="array['fault']")}) then 'fault' end,
        case when exists (
            select from outages o join outage_areas u using (outage_no)
            where u.area_id = h.area_id and u.restored_at is null and o.restored_at is null
            and o.status not in ('cancelled', 'merged') and (o.started_at <= $3 or (o.started_at is null
                and o.planned_from <= $3 and greatest(o.planned_to, o.eta) > $3))
        ) then 'outage' end
    ]) as trouble where h.customer_id = a.customer_id and h.status <> 'closed' and trouble is not null order by trouble)
"""
_APPLIED = """
    array(select distinct p.type_code || case when w.closed_at is null then '_applied' else '' end
          from applications p join work_orders w on w.order_no = p.application_no
          where w.account_no = a.account_no and p.type_code = any($5)
          and (w.closed_at is null or w.state = 'archived'))
"""
_STANDINGS = f"""
    select a.account_no, a.plan, r.kind = any($6) as rural, {_APPLIED} as applied, {_TROUBLES} as troubles
    from accounts a join transformer_areas t using (area_id) join regions r using (region_id)
    where a.account_no = any($1) order by a.account_no
"""


async def standings(
    connection: Connection, account_nos: Sequence[str], rules: StandingRules, now: datetime, today: date
) -> dict[str, Standing]:
    """Tells how each of these accounts stands at a moment."""
    lists = (list(rules.complaints), list(rules.applied), list(rules.rural))
    rows = await connection.fetch(_STANDINGS, list(account_nos), today, now, *lists)
    return {
        row["account_no"]: Standing(
            row["account_no"],
            (*facts_of(row["plan"], rural=row["rural"]), *sorted(row["applied"])),
            tuple(row["troubles"]),
        )
        for row in rows
    }


def facts_of(plan: str, *, rural: bool) -> tuple[str, ...]:
    """What the price plan and the place of an account say of it."""
    kind = plan.partition("_")[0]
    home = kind in ("tier", "shared", "charger")
    facts = ("home" if home else "business", "charger" if kind == "charger" else "", "rural" if rural else "")
    return tuple(fact for fact in facts if fact)
