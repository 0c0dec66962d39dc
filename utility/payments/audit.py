"""Whether the money agrees with itself: every cent that came in stands somewhere, and every bill says what was paid."""

from __future__ import annotations

from types import MappingProxyType

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

# Each statement lists what is wrong: where, what the books say, what the moves add up to.
RULES = MappingProxyType(
    {
        "payments.posted": """
            select p.payment_no, p.amount::text, coalesce(sum(m.amount), 0)::text from payments p
            left join ledger_moves m on m.ref = p.payment_no and m.from_book = 'provider'
            where p.status = 'success' group by p.payment_no having p.amount <> coalesce(sum(m.amount), 0)""",
        "payments.processing": """
            select p.payment_no, p.status, 'no move' from payments p
            where p.status = 'processing' and exists (select from ledger_moves where ref = p.payment_no)""",
        "payments.transaction": """
            select channel_order, count(*)::text, '1' from payments where provider <> ''
            group by provider, channel_order having count(*) > 1""",
        "bills.settled": """
            select account_no || ' ' || period, status || ' ' || total, coalesce(paid, 0)::text from bills
            left join (
                select account_no, period, sum(case when to_book = 'bill' then amount else -amount end) as paid
                from ledger_moves where 'bill' in (from_book, to_book) group by account_no, period) as moves
            using (account_no, period)
            where case when status = 'unpaid' then coalesce(paid, 0) > total
                  else coalesce(paid, 0) <> greatest(total, 0) end""",
        "accounts.credit": """
            select account_no, book, sum(amount)::text from (
                select account_no, to_book as book, amount from ledger_moves
                union all select account_no, from_book, -amount from ledger_moves) as sides
            where book in ('credit', 'coupon', 'refund') group by account_no, book having sum(amount) < 0""",
        "transfers.even": """
            select ref, 'moved', sum(case when to_book = 'transfer' then amount else -amount end)::text
            from ledger_moves where 'transfer' in (from_book, to_book) group by ref
            having sum(case when to_book = 'transfer' then amount else -amount end) <> 0""",
        "refunds.set_aside": """
            select r.refund_no, r.state || ' ' || r.amount, coalesce(sum(
                case when m.to_book = 'refund' then m.amount when m.from_book = 'refund' then -m.amount end), 0)::text
            from refunds r left join ledger_moves m on m.ref = r.refund_no group by r.refund_no
            having coalesce(sum(case when m.to_book = 'refund' then m.amount
                                     when m.from_book = 'refund' then -m.amount end), 0)
                <> case when r.state in ('requested', 'approved') then r.amount else 0 end""",
        "refunds.payment": """
            select p.payment_no, p.amount::text, sum(r.amount)::text from refunds r join payments p using (payment_no)
            where r.state in ('requested', 'approved', 'paid') group by p.payment_no having sum(r.amount) > p.amount""",
        "payment_orders.paid": """
            select o.payment_order_no, o.state, coalesce(p.status, 'no payment') from payment_orders o
            left join payments p using (payment_no)
            where (o.state = 'paid') <> (coalesce(p.status, '') = 'success')""",
        "provider_notices.posted": """
            select n.provider || ' ' || n.transaction_id, n.amount::text, coalesce(p.amount, s.amount, 0)::text
            from provider_notices n left join payments p using (payment_no)
            left join suspense_items s on s.provider = n.provider and s.transaction_id = n.transaction_id
                and s.kind = n.kind
            where n.kind = 'payment' and n.outcome in ('posted', 'suspended')
            and n.amount <> coalesce(p.amount, s.amount, 0)""",
        "coupons.redeemed": """
            select r.redemption_no, coalesce(g.coupon, 0)::text, coalesce(sum(m.amount), 0)::text from redemptions r
            join point_goods g using (goods_no)
            left join ledger_moves m on m.ref = r.redemption_no and m.from_book = 'points'
            group by r.redemption_no, g.coupon having coalesce(g.coupon, 0) <> coalesce(sum(m.amount), 0)""",
        "supply.cut": """
            select a.account_no, a.status, c.state from supply_cases c join accounts a using (account_no)
            where c.state = 'cut' and a.status = 'active' and not exists (
                select from reconnects r where r.account_no = a.account_no and r.kind = 'temporary')""",
        "invoices.paid": """
            select i.invoice_no, i.amount::text, b.total::text || ' ' || b.status from invoices i
            join bills b using (account_no, period) where i.state = 'issued' and i.amount <> b.total""",
    }
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what does not agree."""
    found: list[Difference] = []
    for what, statement in RULES.items():
        rows = await connection.fetch(statement)
        found.extend(Difference(what, str(row[0]), str(row[1]), str(row[2])) for row in rows)
    return found
