"""The tables of utility/applications: what an application has beside its work order, its papers, its effects."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

# Where an application stands is its work order's state; here is only what applications alone have.
APPLICATIONS = """
create table applications (
    application_no text primary key references work_orders,
    type_code text not null,
    business_type text not null,
    facts jsonb not null,
    place text not null,
    manager text not null,
    appointment_no text not null default '',
    submitted_at timestamptz
);
create table application_documents (
    document_id bigint generated always as identity primary key,
    application_no text not null references applications,
    code text not null,
    file_name text not null,
    media_type text not null,
    size integer not null check (size >= 0),
    sha256 text not null,
    source text not null check (source in ('upload', 'counter')),
    handed_in timestamptz not null,
    content bytea,
    check ((source = 'upload') = (content is not null))
);
create index application_documents_application on application_documents (application_no);
create table application_asks (
    application_no text not null references applications,
    code text not null,
    text text not null,
    asked_at timestamptz not null,
    settled_at timestamptz
);
create index application_asks_open on application_asks (application_no) where settled_at is null;
create table application_persons (
    application_no text not null references applications,
    digest text not null,
    primary key (application_no, digest)
);
create table application_secrets (
    name text primary key,
    secret bytea not null
);
"""

# What an application leaves behind: who is counted where, and what an account has arranged for a while.
ARRANGED = """
create table household_members (
    account_no text not null references accounts,
    digest text not null,
    since date not null,
    until date not null,
    application_no text not null references applications,
    primary key (application_no, digest),
    check (since <= until)
);
create index household_members_digest on household_members (digest, until);
create table account_arrangements (
    application_no text primary key references applications,
    account_no text not null references accounts,
    kind text not null check (kind in ('reduced', 'taken_down', 'solar')),
    since date not null,
    until date,
    ended_on date,
    kw numeric not null,
    kw_before numeric not null
);
create index account_arrangements_account on account_arrangements (account_no, kind) where ended_on is null;
"""

UP: tuple[str, ...] = (APPLICATIONS, ARRANGED)
DOWN: tuple[str, ...] = (
    "drop table account_arrangements, household_members",
    "drop table application_secrets, application_persons, application_asks, application_documents, applications",
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
