"""Databases that tests take and give back: a used one is put back as it was, which is quicker than to make another."""

from __future__ import annotations

import secrets
from contextlib import closing

import psycopg2

from runtime.embedded import EmbeddedPostgres
from tools.stack import fresh_books

# Whoever changes the tables themselves says so by this; such a database is thrown away.
_WATCH = """
create table fresh.reshaped (what text not null);
create function fresh.note_shape() returns event_trigger language plpgsql security definer as $$
begin insert into fresh.reshaped values (tg_tag); return; end $$;
create event trigger fresh_shape on ddl_command_end execute function fresh.note_shape();
"""
_LEAVE = """
    select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


def prepare(template_url: str) -> None:
    """Makes the migrated template remember itself; its copies do, too."""
    fresh_books.keep(template_url)
    _ask(template_url, _WATCH)


class Shelf:
    """The databases of one session that nobody uses now."""

    def __init__(self, server: EmbeddedPostgres, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._names: dict[str, str] = {}

    def take(self) -> str:
        """Gives the URL of a database that is as the migrations left it."""
        if self._free:
            return self._free.pop()
        name = f"test_{secrets.token_hex(6)}"
        # Copied as files: a third of what a copy through the log takes.
        _ask(self._server.url("postgres"), f"create database {name} template {self._template} strategy file_copy")
        url = self._server.url(name)
        self._names[url] = name
        return url

    def give_back(self, url: str) -> None:
        """Throws out whoever is connected still and puts the rows back; a reshaped database is dropped."""
        _ask(url, _LEAVE)
        if _ask(url, "select exists (select 1 from fresh.reshaped)"):
            _ask(self._server.url("postgres"), f"drop database {self._names[url]} with (force)")
            return
        fresh_books.restore(url)
        self._free.append(url)


def _ask(url: str, statement: str) -> object:
    """Runs a statement; returns the first value of what it answers, if it answers."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
