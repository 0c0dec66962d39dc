"""Contacts and what is wrong with them, profiles and their managers, the search for an account: the SQL."""

from __future__ import annotations

from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Contact, ContactFault, Manager


async def contacts(connection: Connection, account_no: str) -> list[Contact]:
    """Lists the contacts of an account that hold and those that held, newest first."""
    rows = await connection.fetch(
        """select contact_id, kind, name, phone, valid_from, valid_until, verified_at from contacts
        where account_no = $1 order by valid_until desc nulls first, contact_id desc""",
        account_no,
    )
    return [Contact(**row) for row in rows]


async def faults(connection: Connection, mobile: str, land_line: str, after: str, most: int) -> list[ContactFault]:
    """Lists the holders' contacts that cannot be right, by account number after `after`.

    A phone is shared when open accounts of different customers have it; one person's several accounts are no fault.
    """
    rows = await connection.fetch(
        """with held as (
            select c.account_no, c.phone, a.customer_id from contacts c join accounts a using (account_no)
            where c.kind = 'holder' and c.valid_until is null and a.status <> 'closed'
        ), shared as (
            select phone from held group by phone having count(distinct customer_id) > 1
        )
        select account_no, phone, phone !~ ('^(' || $1 || '|' || $2 || ')$') as misshapen,
               array(select o.account_no from held o where o.phone = h.phone and o.customer_id <> h.customer_id
                     order by o.account_no) as others
        from held h
        where account_no > $3 and (phone !~ ('^(' || $1 || '|' || $2 || ')$') or phone in (select phone from shared))
        order by account_no limit $4""",
        *(mobile, land_line, after, most),
    )
    return [
        ContactFault(r["account_no"], "invalid" if r["misshapen"] else "shared", r["phone"], tuple(r["others"]))
        for r in rows
    ]


async def profile_row(connection: Connection, account_no: str) -> dict[str, Any]:
    """Reads what a profile adds to an account."""
    row = await connection.fetchrow(
        """select class as account_class, voltage, phase, capacity_kw, contract_state, contract_until
        from accounts where account_no = $1""",
        account_no,
    )
    return dict(row)


async def manager(connection: Connection, account_no: str) -> Manager | None:
    """Reads the manager of a key account."""
    row = await connection.fetchrow(
        """select m.manager_no, m.name, m.role, m.phone, m.hours, coalesce(d.name, '') as deputy_name,
           coalesce(d.phone, '') as deputy_phone
        from managed_accounts join account_managers m using (manager_no)
        left join account_managers d on d.manager_no = m.deputy_no where account_no = $1""",
        account_no,
    )
    return Manager(**row) if row else None


async def numbers_by_phone(connection: Connection, name: str, phone: str, most: int) -> list[str]:
    """Finds the open accounts of a name whose phone on file this is."""
    rows = await connection.fetch(
        """select account_no from accounts where contact_phone = $1 and name = $2 and status <> 'closed'
        order by account_no limit $3""",
        *(phone, name, most),
    )
    return [row["account_no"] for row in rows]


async def numbers_by_home(connection: Connection, name: str, home: tuple[str, str, str], most: int) -> list[str]:
    """Finds the open accounts of a name at a home: estate, building, room."""
    rows = await connection.fetch(
        """select account_no from accounts
        where (estate, building, room) = ($1, $2, $3) and name = $4 and status <> 'closed'
        order by account_no limit $5""",
        *(*home, name, most),
    )
    return [row["account_no"] for row in rows]
