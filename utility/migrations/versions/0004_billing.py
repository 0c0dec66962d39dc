"""The tables of utility/billing: readings, changes of plan, what a bill is made of, adjustments, earlier versions."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

ACCOUNTS = """
alter table accounts drop constraint accounts_plan_check;
alter table accounts add constraint accounts_plan_check
    check (plan ~ '^(tier(_tou)?(_multi)?(_free)?|(shared|charger)(_free)?|single|two_part)$');
create table plan_changes (
    account_no text not null references accounts,
    since date not null,
    plan_before text not null,
    plan_after text not null,
    class_before text not null,
    class_after text not null,
    new_holder boolean not null default false,
    noted_at timestamptz not null,
    actor text not null,
    primary key (account_no, since)
);
"""

READINGS = """
create table meter_readings (
    account_no text not null references accounts,
    read_on date not null,
    revision integer not null default 1 check (revision > 0),
    meter_no text not null,
    kind text not null check (kind in ('actual', 'estimated', 'corrected')),
    value numeric not null check (value >= 0),
    registers numeric[] check (cardinality(registers) = 3),
    why text not null,
    actor text not null,
    taken_at timestamptz not null,
    primary key (account_no, read_on, revision)
);
insert into meter_readings
    select account_no, day, 1, meter_no, 'actual', value, null, 'periodic', 'system:books',
           (day + time '00:30') at time zone 'Asia/Shanghai'
    from (
        select account_no, to_date(period, 'YYYY-MM') as day, reading_before as value from bills
        union
        select account_no, to_date(period, 'YYYY-MM') + days, reading_after from bills
    ) known join accounts using (account_no);
alter table daily_usage add column tou_kwh numeric[] check (cardinality(tou_kwh) = 3);
"""

BILLS = """
alter table bills add column plan text, add column since date, add column until date,
    add column version integer not null default 1 check (version > 0);
update bills b set since = to_date(period, 'YYYY-MM'), until = to_date(period, 'YYYY-MM') + days,
    plan = case when a.plan = 'tier_tou' and tou_kwh is null then 'tier' else a.plan end
    from accounts a where a.account_no = b.account_no;
alter table bills alter column plan set not null, alter column since set not null, alter column until set not null,
    add check (until > since), add check (kwh >= 0);
create index bills_unpaid on bills (due) where status = 'unpaid';
alter table bill_lines add column segment_no integer not null default 1;
create table bill_segments (
    account_no text not null,
    period text not null,
    segment_no integer not null,
    since date not null,
    until date not null,
    plan text not null,
    kwh numeric not null,
    tou_kwh numeric[],
    new_holder boolean not null,
    primary key (account_no, period, segment_no),
    foreign key (account_no, period) references bills
);
create table bill_versions (
    account_no text not null,
    period text not null,
    version integer not null,
    bill jsonb not null,
    replaced_at timestamptz not null,
    why text not null,
    actor text not null,
    primary key (account_no, period, version),
    foreign key (account_no, period) references bills
);
create table bill_adjustments (
    adjustment_no bigint generated always as identity primary key,
    account_no text not null references accounts,
    period text not null,
    kwh numeric not null,
    price numeric not null,
    why text not null,
    actor text not null,
    made_at timestamptz not null,
    billed_in text
);
create index bill_adjustments_account on bill_adjustments (account_no);
create unique index bill_adjustments_waiting on bill_adjustments (account_no, adjustment_no) where billed_in is null;
"""

UP: tuple[str, ...] = (ACCOUNTS, READINGS, BILLS)
DOWN: tuple[str, ...] = (
    "drop table bill_adjustments, bill_versions, bill_segments",
    "alter table bill_lines drop column segment_no",
    "drop index bills_unpaid",
    "alter table bills drop column plan, drop column since, drop column until, drop column version",
    "alter table daily_usage drop column tou_kwh",
    "drop table meter_readings, plan_changes",
    "alter table accounts drop constraint accounts_plan_check",
    """alter table accounts add constraint accounts_plan_check
    check (plan in ('tier', 'tier_tou', 'tier_multi', 'tier_free', 'single', 'two_part'))""",
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
