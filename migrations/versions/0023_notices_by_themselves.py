"""The installation's subscription to the company's webhooks, and when a person was told what is not mandatory.

Revision ID: 0023
"""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"

REGISTRATION = """
create table notice_registration (
    one boolean primary key default true check (one),
    url text not null,
    attempt text not null,
    subscriber_id text,
    secret text,
    old_secret text,
    registered_at timestamptz,
    checked_at timestamptz
);
comment on table notice_registration is 'where the company sends webhooks; secrets encrypted; attempt: its key there';
"""

CAP = """
alter table notices add column capped boolean not null default false;
create index notices_capped on notices (person, made_at) where capped;
comment on column notices.capped is 'of a kind that counts against what a person is told in a week';
"""

INFORMATION = """
create table notice_information (
    information_id bigint generated always as identity primary key,
    title text not null,
    text text not null,
    area_ids text[] not null default '{}',
    posted_by text not null,
    posted_at timestamptz not null,
    taken_at timestamptz
);
create index notice_information_waiting on notice_information (information_id) where taken_at is null;
comment on table notice_information is 'what a supervisor tells those who asked for news of grid and service';
"""


def upgrade() -> None:
    """Makes the tables and columns."""
    for part in (REGISTRATION, CAP, INFORMATION):
        op.execute(part)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table notice_information")
    op.execute("alter table notices drop column capped")
    op.execute("drop table notice_registration")
