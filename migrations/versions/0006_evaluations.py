"""What customers think of a served request and of an answer."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
create table evaluations (
    evaluation_id bigint generated always as identity primary key,
    conversation_id text not null,
    seq bigint not null,
    escalation_id bigint unique references escalations,
    kind text not null check (kind in ('service', 'answer')),
    value smallint not null,
    reason text check (reason in ('wrong', 'misunderstood', 'too_long', 'other')),
    comment text not null default '',
    at timestamptz not null,
    changed_at timestamptz not null,
    unique (conversation_id, seq),
    foreign key (conversation_id, seq) references messages (conversation_id, seq),
    check ((kind = 'service') = (escalation_id is not null)),
    check (case kind when 'service' then value between 1 and 5 and reason is null else value in (-1, 1) end),
    check (reason is null or value = -1)
);
create index evaluations_recent on evaluations (changed_at);
comment on column evaluations.seq is 'the line it is about: an answer, or the line that asked about a service';
comment on column evaluations.value is 'service: 1 to 5 stars; answer: 1 helped, -1 did not';
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops it."""
    op.execute("drop table evaluations")
