"""Roles of the desk, log-in with a second factor and by single sign-on, unmasking, and an audit nobody can change.

Each row of the audit carries the hash of the row before it. The database numbers and chains a row by itself, whoever
writes it, and refuses to change or delete one; `console.server.chain` computes the same hash in Python.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

AGENTS = """
alter table agents drop constraint agents_role_check;
alter table agents add constraint agents_role_check
    check (role in ('agent', 'supervisor', 'quality', 'editor', 'administrator', 'auditor'));
alter table agents
    add column locks integer not null default 0,
    add column must_change boolean not null default false,
    add column password_until timestamptz,
    add column totp_required boolean not null default false,
    add column created_at timestamptz;
comment on column agents.locks is 'locks since the last right password: each is twice as long as the one before';
comment on column agents.password_until is 'a one-time code given by an administrator; null: a password of their own';
"""

LOGIN = """
create table old_passwords (
    agent_id text not null references agents,
    password_hash text not null,
    replaced_at timestamptz not null
);
create index old_passwords_of on old_passwords (agent_id, replaced_at);
create table login_addresses (
    address text primary key,
    failed integer not null default 0,
    locks integer not null default 0,
    locked_until timestamptz,
    failed_at timestamptz not null
);
create table login_tickets (
    ticket_hash text primary key,
    kind text not null check (kind in ('totp', 'oidc')),
    agent_id text references agents,
    detail jsonb not null default '{}',
    tries integer not null default 0,
    expires_at timestamptz not null
);
create index login_tickets_old on login_tickets (expires_at);
create table agent_totp (
    agent_id text primary key references agents,
    sealed text not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0
);
create table recovery_codes (
    agent_id text not null references agents,
    code_hash text not null,
    used_at timestamptz,
    primary key (agent_id, code_hash)
);
alter table agent_sessions
    add column seen_at timestamptz,
    add column confirmed_at timestamptz,
    add column address text not null default '',
    add column browser text not null default '',
    add column way text not null default 'password' check (way in ('password', 'totp', 'recovery', 'sso')),
    add column id_token text;
"""

UNMASKED = """
create table unmaskings (
    unmasking_id bigint generated always as identity primary key,
    agent_id text not null references agents,
    conversation_id text not null references conversations,
    field text not null,
    reason text not null,
    words text not null default '',
    at timestamptz not null,
    until timestamptz not null
);
create index unmaskings_of on unmaskings (agent_id, at);
create table desk_alarms (
    alarm_id bigint generated always as identity primary key,
    kind text not null,
    agent_id text not null references agents,
    detail jsonb not null default '{}',
    at timestamptz not null,
    seen_by text references agents,
    seen_at timestamptz
);
create index desk_alarms_open on desk_alarms (at) where seen_at is null;
"""

# A part and its length in bytes: no two rows say the same.
HASH = """
create function audit_part(part text) returns text language sql immutable as
    $$ select octet_length(convert_to(part, 'UTF8')) || ':' || part $$;
create function audit_hash(previous text, id bigint, actor text, action text, subject text, detail text, at timestamptz)
    returns text language sql immutable as $$
    select encode(sha256(convert_to(
        audit_part(previous) || audit_part(id::text) || audit_part(actor) || audit_part(action) || audit_part(subject)
        || audit_part(detail) || audit_part((extract(epoch from at) * 1000000)::bigint::text), 'UTF8')), 'hex') $$;
"""

# The row of `audit_head` is the lock: numbers have no gap, and two processes follow one another.
CHAIN = """
alter table audit alter column audit_id drop identity, add column previous_hash text, add column hash text;
create table audit_head (
    one boolean primary key default true check (one),
    audit_id bigint not null,
    hash text not null
);
do $$
declare each record; number bigint := 0; last text := repeat('0', 64);
begin
    for each in select audit_id from audit order by audit_id loop
        number := number + 1;
        update audit set audit_id = number, previous_hash = last,
               hash = audit_hash(last, number, actor, action, subject, detail::text, at)
        where audit_id = each.audit_id returning hash into last;
    end loop;
    insert into audit_head (audit_id, hash) values (number, last);
end $$;
alter table audit alter column previous_hash set not null, alter column hash set not null;
create index audit_of_actor on audit (actor, audit_id);
create index audit_of_subject on audit (subject, audit_id);
create index audit_at on audit (at);
create function audit_chain() returns trigger language plpgsql as $$
declare head audit_head;
begin
    select * into head from audit_head for update;
    new.audit_id := head.audit_id + 1;
    new.previous_hash := head.hash;
    new.hash := audit_hash(head.hash, new.audit_id, new.actor, new.action, new.subject, new.detail::text, new.at);
    update audit_head set audit_id = new.audit_id, hash = new.hash;
    return new;
end $$;
create trigger audit_chained before insert on audit for each row execute function audit_chain();
create function audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_refuse();
create trigger audit_not_emptied before truncate on audit for each statement execute function audit_refuse();
create trigger audit_head_kept before delete or truncate on audit_head for each statement
    execute function audit_refuse();
create trigger audit_head_follows before update on audit_head for each row when (pg_trigger_depth() = 0)
    execute function audit_refuse();
"""

UNDO = """
drop table audit_head;
drop trigger audit_chained on audit;
drop trigger audit_append_only on audit;
drop trigger audit_not_emptied on audit;
drop function audit_chain(), audit_refuse(), audit_part(text),
    audit_hash(text, bigint, text, text, text, text, timestamptz);
drop index audit_of_actor, audit_of_subject, audit_at;
alter table audit drop column previous_hash, drop column hash;
alter table audit alter column audit_id add generated always as identity;
select setval(pg_get_serial_sequence('audit', 'audit_id'), coalesce(max(audit_id), 0) + 1, false) from audit;
drop table desk_alarms, unmaskings, recovery_codes, agent_totp, login_tickets, login_addresses, old_passwords;
alter table agent_sessions drop column seen_at, drop column confirmed_at, drop column address, drop column browser,
    drop column way, drop column id_token;
alter table agents drop column locks, drop column must_change, drop column password_until, drop column totp_required,
    drop column created_at;
update agents set role = 'agent', active = false where role not in ('agent', 'supervisor');
alter table agents drop constraint agents_role_check;
alter table agents add constraint agents_role_check check (role in ('agent', 'supervisor'));
"""


def upgrade() -> None:
    """Makes the tables and chains the rows the audit has."""
    for step in (AGENTS, LOGIN, UNMASKED, HASH, CHAIN):
        op.execute(step)


def downgrade() -> None:
    """Takes it all back; people of the new roles become agents who cannot log in."""
    op.execute(UNDO)
