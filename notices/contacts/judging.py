"""What a whole sweep says: which accounts have contact data that cannot be right; found, seen again, mended. The SQL.

Of many accounts at once, in PostgreSQL: nothing of it is held in the process.
"""

from __future__ import annotations

from datetime import datetime

from notices.contacts.rules import ContactRules
from runtime.postgres import Connection

# Each part finds one kind: account, kind, what a person wants to know about it.
_FOUND = """
    with
    -- Said by the gateway of the number that is on file today, and nothing has arrived there since.
    failed as (
        select encode(sha256(convert_to(trim(n.addresses->>'sms'), 'UTF8')), 'hex') as phone_mark, t.at
        from notice_tries t join notices n using (notice_id)
        where t.way = 'sms' and t.result = 'failed' and t.at > $2 and t.reason ~* $3
    ),
    dead as (
        select phone_mark, count(*) as times, max(at) as last from failed f group by phone_mark having count(*) >= $4
    ),
    alive as (
        select distinct d.phone_mark from dead d join notices n
            on encode(sha256(convert_to(trim(n.addresses->>'sms'), 'UTF8')), 'hex') = d.phone_mark
        join notice_tries t on t.notice_id = n.notice_id and t.way = 'sms' and t.result = 'delivered' and t.at > d.last
    ),
    shared as (
        select phone_mark, count(distinct customer) as holders, count(*) as accounts from contact_book
        where form = 'mobile' group by phone_mark having count(distinct customer) > $5
    ),
    twice as (
        select holder_mark, count(distinct customer) as holders from contact_book
        where form = 'mobile' group by holder_mark having count(distinct customer) > 1
    ),
    two as (
        select customer, count(distinct phone_mark) as phones from contact_book
        where form = 'mobile' and customer <> '' group by customer
        having count(distinct phone_mark) > 1 and not bool_or(cared)
    ),
    gone as (
        select b.account_no from contact_book b
        where cardinality(b.people) > 0 and not exists (
            select from unnest(b.people) as p (conversation_id)
            left join conversations c using (conversation_id) left join contacts k using (conversation_id)
            where (c.unfollowed_at is null and k.left_ms is null) or p.conversation_id like 'web:%')
    )
    select account_no, 'missing', '{}'::jsonb from contact_book where form = 'none'
    union all select account_no, 'malformed', '{}' from contact_book where form = 'malformed'
    union all select account_no, 'no_mobile', '{}' from contact_book
        where form = 'land_line' and (cardinality(people) = 0 or account_no in (select account_no from gone))
    union all select b.account_no, 'dead', jsonb_build_object('times', d.times) from contact_book b join dead d
        using (phone_mark) where d.phone_mark not in (select phone_mark from alive)
    union all select account_no, 'unfollowed', '{}' from gone
    union all select b.account_no, 'shared', jsonb_build_object('holders', s.holders, 'accounts', s.accounts)
        from contact_book b join shared s using (phone_mark) where b.form = 'mobile'
    union all select b.account_no, 'duplicate', jsonb_build_object('holders', t.holders)
        from contact_book b join twice t using (holder_mark) where b.form = 'mobile'
            and b.phone_mark not in (select phone_mark from shared)
    union all select b.account_no, 'two_numbers', jsonb_build_object('phones', t.phones)
        from contact_book b join two t using (customer) where b.form = 'mobile'
"""
_NOTE = f"""
    with found (account_no, kind, detail) as ({_FOUND}),
    -- What a person, or the customer, has called right stays right as long as it is the same number.
    fresh as (
        select f.*, b.area_id, b.place, b.phone_mark, b.phone_masked, b.people
        from found f join contact_book b using (account_no)
        where not exists (select from contact_faults o where o.account_no = f.account_no and o.kind = f.kind
                          and o.state = 'dismissed' and o.phone_mark = b.phone_mark)
    )
    insert into contact_faults
        (account_no, kind, detail, area_id, place, phone_mark, phone_masked, people, sweep_id, found_at)
    select account_no, kind, detail, area_id, place, phone_mark, phone_masked, people, $1, $6 from fresh
    on conflict (account_no, kind) where state in ('open', 'asked') do update set
        sweep_id = excluded.sweep_id, detail = excluded.detail, phone_mark = excluded.phone_mark,
        phone_masked = excluded.phone_masked, people = excluded.people, area_id = excluded.area_id,
        place = excluded.place
    returning (xmax = 0) as new
"""
_MENDED = """
    update contact_faults set state = 'mended', settled_at = $2, settled_by = 'sweep'
    where state in ('open', 'asked') and sweep_id <> $1 returning fault_id
"""
_FORGET = "delete from contact_book where sweep_id <> $1"


async def judge(connection: Connection, sweep_id: int, rules: ContactRules, now: datetime) -> tuple[int, int]:
    """Writes down what the sweep found and ends what it found no more; returns how many are new, how many mended."""
    await connection.execute(_FORGET, sweep_id)  # accounts that have ended since
    given = (sweep_id, now - rules.dead_within, rules.dead_says, rules.dead_times, rules.holders_most, now)
    rows = await connection.fetch(_NOTE, *given)
    mended = await connection.fetch(_MENDED, sweep_id, now)
    return sum(1 for row in rows if row["new"]), len(mended)
