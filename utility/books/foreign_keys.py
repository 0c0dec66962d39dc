"""Rows that point at nothing: loading a whole city may skip the database's own check, the audit makes it good."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

_FOREIGN_KEYS = """
    select k.conname as name, k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
           array(select quote_ident(attname) from unnest(k.conkey) with ordinality u(n, place)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by place) as own,
           array(select quote_ident(attname) from unnest(k.confkey) with ordinality u(n, place)
                 join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by place) as theirs
    from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace order by 2, 1
"""


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists the foreign keys that some row breaks."""
    found: list[Difference] = []
    for key in await connection.fetch(_FOREIGN_KEYS):
        own = [f"c.{field}" for field in key["own"]]
        named = " and ".join(f"{field} is not null" for field in own)
        same = " and ".join(f"p.{theirs} = {mine}" for theirs, mine in zip(key["theirs"], own, strict=True))
        orphans = await connection.fetchval(
            f"""select count(*) from {key["child"]} c
            where {named} and not exists (select from {key["parent"]} p where {same})"""
        )
        if orphans:
            what = f"{key['child']}.{key['name']}"
            found.append(Difference(what, key["parent"], f"{orphans} rows", "rows that exist"))
    return found
