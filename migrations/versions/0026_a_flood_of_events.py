"""A flood of events: stories in parts that workers share, and facts that a newer one of their story says besides.

Revision ID: 0026
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"

UP = (
    # What happened to one thing stays in one part, so that its order is kept whoever works.
    """alter table notice_events add column part smallint not null generated always as (
        (hashtext(case when type like 'supply.%' then account_no else subject end) & 3)::smallint) stored""",
    "drop index notice_events_waiting",
    "create index notice_events_waiting on notice_events (part, event_no) where state = 'waiting'",
    # The next fact is the first one of its index: the others that are due need not be sorted each time.
    "drop index notice_facts_due",
    "create index notice_facts_due on notice_facts (due_at, fact_id) where state in ('planned', 'spreading')",
    "alter table notice_facts drop constraint notice_facts_state_check",
    """alter table notice_facts add constraint notice_facts_state_check
        check (state in ('planned', 'spreading', 'told', 'void', 'aside', 'folded'))""",
    """comment on column notice_facts.state is
        'folded: nobody had been told it when a newer one came that says it, too; reason has the key of that one'""",
)
DOWN = (
    "update notice_facts set state = 'void' where state = 'folded'",
    "alter table notice_facts drop constraint notice_facts_state_check",
    """alter table notice_facts add constraint notice_facts_state_check
        check (state in ('planned', 'spreading', 'told', 'void', 'aside'))""",
    "drop index notice_facts_due",
    "create index notice_facts_due on notice_facts (due_at) where state in ('planned', 'spreading')",
    "drop index notice_events_waiting",
    "alter table notice_events drop column part",
    "create index notice_events_waiting on notice_events (event_no) where state = 'waiting'",
)


def upgrade() -> None:
    """Makes the parts."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undoes it; what was folded is void."""
    for statement in DOWN:
        op.execute(statement)
