"""Every subject's audit; a subject adds its own line when it has one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from runtime.postgres import Connection
from utility.books import generic
from utility.books.difference import Difference
from utility.company import Company

Audit = Callable[[Connection, Company], Awaitable[list[Difference]]]

AUDITS: Sequence[tuple[str, Audit]] = (("books", generic.differences),)
