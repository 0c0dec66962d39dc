"""What no constraint of the database can say, of tables that belong to no single subject."""

from __future__ import annotations

from types import MappingProxyType

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

# Each statement lists the rows that are wrong: where, what the books say, what they should say.
RULES = MappingProxyType(
    {
        "accounts.region": """
            select a.account_no, a.region, r.name from accounts a
            join transformer_areas t using (area_id) join regions r using (region_id)
            where a.region <> r.name""",
        "accounts.line": """
            select a.account_no, a.line_id, t.line_id from accounts a join transformer_areas t using (area_id)
            where a.line_id <> t.line_id
            and not exists (select from standby_supplies s where (s.area_id, s.line_id) = (a.area_id, a.line_id))""",
        "accounts.closed_on": """
            select account_no, status, coalesce(closed_on::text, 'no day') from accounts
            where (status = 'closed') <> (closed_on is not null)""",
        "accounts.cut_off": """
            select account_no, status, 'a note of the cut' from accounts a
            where status = 'cut_off' and not exists (select from account_cut_offs c where c.account_no = a.account_no)
        """,
        "bindings.closed_account": """
            select b.channel || ':' || b.account_no, 'bound', 'the account was closed before' from bindings b
            join accounts a using (account_no) where (b.bound_at at time zone 'Asia/Shanghai')::date > a.closed_on""",
        "accounts.contact_phone": """
            select a.account_no, a.contact_phone, coalesce(string_agg(c.phone, ' '), 'no contact') from accounts a
            left join contacts c on c.account_no = a.account_no and c.kind = 'holder' and c.valid_until is null
            where a.status <> 'closed'
            group by a.account_no having count(*) filter (where c.phone = a.contact_phone) <> 1
        """,
        "accounts.name": """
            select a.account_no, a.name, u.name from accounts a join customers u using (customer_id)
            where a.name <> u.name and a.status <> 'closed'""",
        "accounts.supply_point": """
            select a.account_no, a.area_id || ' ' || a.line_id, coalesce(s.area_id || ' ' || s.line_id, 'none')
            from accounts a left join supply_points s on s.account_no = a.account_no and s.role = 'main'
            where (a.area_id, a.line_id) is distinct from (s.area_id, s.line_id)""",
        "work_orders.owner": "select order_no, owner, 'somebody' from work_orders where trim(owner) = ''",
        "work_orders.timeline": """
            select o.order_no, 'no step', 'a step for what was filed' from work_orders o
            where not exists (select from work_order_changes c where c.order_no = o.order_no)""",
        "idempotency_keys.answer": """
            select route || ' ' || key, 'no answer', 'an answer kept with the write' from idempotency_keys
            where answer is null""",
        "number_sequences.last": """
            select letter || ' ' || day, last::text, 'a positive number' from number_sequences where last < 1""",
    }
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what the generic rules find wrong."""
    found: list[Difference] = []
    for what, statement in RULES.items():
        rows = await connection.fetch(statement)
        found.extend(Difference(what, str(row[0]), str(row[1]), str(row[2])) for row in rows)
    return found
