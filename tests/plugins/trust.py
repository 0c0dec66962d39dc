"""A PostgreSQL of tests trusts the machine: nobody pulls its plug, so no commit and no copy waits for a disk."""

from __future__ import annotations

import psycopg2

_TRUSTING = ("fsync = off", "full_page_writes = off", "max_wal_size = '4GB'", "checkpoint_timeout = '1h'")


def trust_the_machine(url: str) -> None:
    """Tells the server of a database so; killing its processes still loses nothing."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for setting in _TRUSTING:
                cursor.execute(f"alter system set {setting}")
            cursor.execute("select pg_reload_conf()")
    finally:
        connection.close()
