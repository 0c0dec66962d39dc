"""Offers with a timer, transfers that need a yes, presence of the agents, and what routing asks of them."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

CHANGE = """
alter table agents
    add column regions text[] not null default '{}',
    add column classes text[] not null default '{}',
    add column languages text[] not null default '{zh}';
alter table escalations
    add column raised_to integer,
    add column requeued_at timestamptz,
    add column offered_to text references agents,
    add column offer_due timestamptz,
    add column offers_spent integer not null default 0,
    add column alerted_at timestamptz,
    add column previous_agent_id text references agents;
alter table escalations
    add constraint escalations_offer check ((state = 'offered') = (offered_to is not null and offer_due is not null)),
    add constraint escalations_served check (state <> 'serving' or agent_id is not null);
drop index escalations_queue;
create index escalations_queue on escalations (least(priority, raised_to), requested_at)
    where state in ('waiting', 'offered');
create index escalations_served on escalations (conversation_id, ended_at) where agent_id is not null;
comment on column escalations.raised_to is 'least(priority, raised_to) is the place in the queue';
comment on column escalations.requeued_at is 'since when it waits again after an agent was lost';
create index escalations_held on escalations (agent_id) where state = 'serving';
create index identity_links_of on identity_links (conversation_id);
create index identity_links_from on identity_links (source_id);
create table offer_refusals (
    escalation_id bigint not null references escalations,
    agent_id text not null references agents,
    why text not null check (why in ('declined', 'lapsed')),
    reason text,
    at timestamptz not null,
    until timestamptz not null,
    primary key (escalation_id, agent_id)
);
create table transfers (
    transfer_id bigint generated always as identity primary key,
    escalation_id bigint not null references escalations,
    from_agent text not null references agents,
    to_agent text references agents,
    to_skill text,
    note text not null,
    asked_at timestamptz not null,
    due_at timestamptz not null,
    declined_by text[] not null default '{}',
    ended_at timestamptz,
    outcome text check (outcome in ('accepted', 'declined', 'withdrawn', 'lapsed', 'void')),
    ended_by text,
    check ((to_agent is null) <> (to_skill is null)),
    check ((ended_at is null) = (outcome is null))
);
create unique index transfers_one_open on transfers (escalation_id) where ended_at is null;
create table presences (
    agent_id text primary key references agents,
    status text not null check (status in ('online', 'busy', 'away', 'offline')),
    since timestamptz not null,
    seen_at timestamptz not null,
    idle_since timestamptz not null
);
"""

BACK = """
drop table presences;
drop table transfers;
drop table offer_refusals;
update escalations set state = 'waiting' where state = 'offered';
drop index escalations_queue;
drop index escalations_served;
drop index escalations_held;
drop index identity_links_of;
drop index identity_links_from;
alter table escalations
    drop column raised_to, drop column requeued_at, drop column offered_to, drop column offer_due,
    drop column offers_spent, drop column alerted_at, drop column previous_agent_id;
create index escalations_queue on escalations (priority, requested_at) where state in ('waiting', 'offered');
alter table agents drop column regions, drop column classes, drop column languages;
"""


def upgrade() -> None:
    """Makes the tables and columns; who waits already keeps the age."""
    op.execute(CHANGE)


def downgrade() -> None:
    """Drops them; what is offered waits again."""
    op.execute(BACK)
