"""The tables of utility/payments, supply, invoices and points; what payments paid moves into the ledger."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

LEDGER = """
create table ledger_moves (
    move_no bigint generated always as identity primary key,
    account_no text not null references accounts,
    at timestamptz not null,
    from_book text not null check (from_book in
        ('opening', 'provider', 'credit', 'coupon', 'points', 'bill', 'damages', 'waiver', 'refund', 'transfer')),
    to_book text not null check (to_book in ('provider', 'credit', 'coupon', 'bill', 'damages', 'refund', 'transfer')),
    period text,
    amount numeric(14, 2) not null check (amount > 0),
    ref text not null,
    check (from_book <> to_book),
    check ((period is not null) = ('bill' in (from_book, to_book) or 'damages' in (from_book, to_book)))
);
create index ledger_moves_account on ledger_moves (account_no, at);
create index ledger_moves_ref on ledger_moves (ref);
insert into ledger_moves (account_no, at, from_book, to_book, amount, ref)
    select account_no, '2000-01-01T00:00:00+08:00', 'opening', 'credit', opening_balance, 'opening'
    from accounts where opening_balance > 0;
insert into ledger_moves (account_no, at, from_book, to_book, amount, ref)
    select account_no, at, 'provider', 'credit', amount, payment_no from payments where status = 'success';
insert into ledger_moves (account_no, at, from_book, to_book, period, amount, ref)
    select account_no, p.at, 'credit', 'bill', period, total, payment_no
    from payment_periods join payments p using (payment_no) join bills b using (account_no, period)
    where p.status = 'success' and total > 0;
insert into ledger_moves (account_no, at, from_book, to_book, period, amount, ref)
    select account_no, (paid_on + time '00:00') at time zone 'Asia/Shanghai', 'credit', 'bill', period, total, period
    from bills where status = 'settled_from_balance' and total > 0;
drop table payment_periods;
create index payments_channel_order on payments (channel_order) where channel_order is not null;
alter table payments add column provider text not null default '';
alter table payments add column channel_user text not null default '';
alter table payments add column delay_told boolean not null default false;
create index payments_processing on payments (at) where status = 'processing' and not delay_told;
"""

ORDERS = """
create table payment_orders (
    payment_order_no text primary key,
    account_no text not null references accounts,
    purpose text not null check (purpose in ('all_due', 'bill', 'top_up', 'mandate')),
    period text,
    amount numeric(14, 2) not null check (amount > 0),
    holder text not null,
    channel text not null,
    channel_user text not null,
    state text not null check (state in ('open', 'paid', 'expired', 'cancelled', 'failed')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    payment_no text references payments,
    check ((state = 'open') = (closed_at is null))
);
create unique index payment_orders_open on payment_orders (account_no, purpose, coalesce(period, ''), holder)
    where state = 'open';
create index payment_orders_expiring on payment_orders (expires_at) where state = 'open';
create table provider_notices (
    provider text not null,
    transaction_id text not null,
    kind text not null,
    digest text not null,
    order_no text not null,
    amount numeric(14, 2) not null,
    outcome text not null,
    payment_no text,
    received_at timestamptz not null,
    primary key (provider, transaction_id, kind)
);
create table suspense_items (
    suspense_no text primary key,
    provider text not null,
    transaction_id text not null,
    kind text not null,
    reason text not null,
    order_no text not null,
    amount numeric(14, 2) not null,
    received_at timestamptz not null,
    state text not null check (state in ('waiting', 'posted', 'returned')),
    account_no text references accounts,
    resolved_at timestamptz,
    resolved_by text not null default '',
    check ((state = 'waiting') = (resolved_at is null))
);
create index suspense_waiting on suspense_items (received_at) where state = 'waiting';
"""

BACK = """
create table refunds (
    refund_no text primary key,
    account_no text not null references accounts,
    payment_no text not null references payments,
    amount numeric(14, 2) not null check (amount > 0),
    reason text not null,
    state text not null check (state in ('requested', 'approved', 'declined', 'paid', 'failed')),
    origin text not null,
    requested_at timestamptz not null,
    requested_by text not null,
    decided_at timestamptz,
    decided_by text not null default '',
    closed_at timestamptz
);
create index refunds_account on refunds (account_no);
create table corrections (
    correction_no text primary key,
    payment_no text not null references payments,
    from_account text not null references accounts,
    to_account text not null references accounts,
    amount numeric(14, 2) not null check (amount > 0),
    state text not null check (state in ('needs_consent', 'moved', 'refused')),
    requested_at timestamptz not null,
    requested_by text not null,
    due_on date not null,
    closed_at timestamptz,
    check (from_account <> to_account)
);
create unique index corrections_payment on corrections (payment_no) where state <> 'refused';
create table mandates (
    mandate_no text primary key,
    account_no text not null references accounts,
    provider text not null,
    state text not null check (state in ('signed', 'cancelled')),
    signed_at timestamptz not null,
    signed_by text not null,
    cancelled_at timestamptz
);
create unique index mandates_signed on mandates (account_no) where state = 'signed';
create table mandate_runs (
    mandate_no text not null references mandates,
    day date not null,
    payment_order_no text not null references payment_orders,
    amount numeric(14, 2) not null,
    state text not null check (state in ('asked', 'paid', 'failed')),
    reason text not null default '',
    primary key (mandate_no, day)
);
"""

SUPPLY = """
create table supply_settings (
    account_no text primary key references accounts,
    warning_limit numeric(14, 2) not null check (warning_limit >= 0),
    set_at timestamptz not null
);
insert into supply_settings
    select account_no, (extra->>'warning_limit')::numeric, '2000-01-01T00:00:00+08:00'
    from accounts where extra ? 'warning_limit';
create table supply_cases (
    case_no bigint generated always as identity primary key,
    account_no text not null references accounts,
    billing text not null,
    opened_at timestamptz not null,
    state text not null check (state in ('open', 'handed_over', 'cut', 'closed')),
    closed_at timestamptz
);
create unique index supply_cases_open on supply_cases (account_no) where state <> 'closed';
create table supply_steps (
    case_no bigint not null references supply_cases,
    step_no integer not null,
    step text not null,
    at timestamptz not null,
    amount numeric(14, 2) not null,
    cut_on date,
    note text not null default '',
    primary key (case_no, step_no)
);
create table reconnects (
    reconnect_no text primary key,
    account_no text not null references accounts,
    kind text not null check (kind in ('arrears', 'temporary')),
    state text not null check (state in ('remote', 'field', 'done', 'ended')),
    requested_at timestamptz not null,
    requested_by text not null,
    due_at timestamptz not null,
    order_no text,
    done_at timestamptz,
    ends_at timestamptz
);
create unique index reconnects_open on reconnects (account_no, kind) where state in ('remote', 'field');
create table supply_checks (
    account_no text primary key references accounts,
    checked_on date not null
);
create index accounts_prepaid on accounts (account_no) where billing = 'prepaid';
create table hard_weather (
    day date primary key,
    noted_by text not null
);
"""

PAPERS = """
create table invoice_titles (
    account_no text not null references accounts,
    title text not null,
    tax_no text not null,
    general_taxpayer boolean not null,
    noted_at timestamptz not null,
    noted_by text not null,
    primary key (account_no, title)
);
create table invoices (
    invoice_no text primary key,
    account_no text not null references accounts,
    period text not null,
    kind text not null check (kind in ('electronic', 'special')),
    title text not null,
    tax_no text not null,
    amount numeric(14, 2) not null check (amount > 0),
    state text not null check (state in ('issued', 'voided')),
    issued_at timestamptz not null,
    issued_for text not null
);
create unique index invoices_once on invoices (account_no, period) where state = 'issued';
create table point_goods (
    goods_no text primary key,
    name text not null,
    points integer not null check (points > 0),
    stock integer not null check (stock >= 0),
    first_stock integer not null,
    coupon numeric(14, 2)
);
create table point_moves (
    move_no bigint generated always as identity primary key,
    account_no text not null references accounts,
    on_day date not null,
    why text not null,
    points integer not null check (points <> 0),
    ref text not null,
    unique (account_no, why, ref)
);
create table redemptions (
    redemption_no text primary key,
    account_no text not null references accounts,
    goods_no text not null references point_goods,
    points integer not null,
    at timestamptz not null,
    redeemed_by text not null
);
"""

TABLES_NEWEST_FIRST = (
    "redemptions", "point_moves", "point_goods", "invoices", "invoice_titles", "hard_weather", "supply_checks",
    "reconnects",
    "supply_steps", "supply_cases", "supply_settings", "mandate_runs", "mandates", "corrections", "refunds",
    "suspense_items", "provider_notices", "payment_orders",
)  # fmt: skip

DOWN = """
create table payment_periods (
    payment_no text not null references payments,
    period text not null,
    primary key (payment_no, period)
);
insert into payment_periods
    select distinct ref, period from ledger_moves join payments on payment_no = ref where to_book = 'bill';
drop table ledger_moves;
drop index accounts_prepaid;
drop index payments_channel_order;
alter table payments drop column provider, drop column channel_user, drop column delay_told;
"""


def upgrade() -> None:
    """Makes the tables."""
    for part in (LEDGER, ORDERS, BACK, SUPPLY, PAPERS):
        op.execute(part)


def downgrade() -> None:
    """Drops them; what payments paid moves back."""
    for table in TABLES_NEWEST_FIRST:
        op.execute(f"drop table {table}")
    op.execute(DOWN)
