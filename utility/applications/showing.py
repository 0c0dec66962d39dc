"""Shows an application after a read or a write, as it stands now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sanic import HTTPResponse, Request

from runtime.postgres import Connection
from utility.applications import reading, wire
from utility.applications.values import Application
from utility.company import Company
from utility.counter.answers import company_of
from utility.counter.once import Answered, once
from utility.counter.shown import Json

Work = Callable[[Connection, Company], Awaitable[Application]]


async def written(request: Request, work: Work, *, status: int = 200) -> HTTPResponse:
    """Does a write once and shows the application as it is then."""
    company = company_of(request)

    async def kept(connection: Connection) -> Answered:
        application = await work(connection, company)
        return Answered(await shown(connection, company, application), status=status)

    return await once(request, kept)


async def shown(connection: Connection, company: Company, application: Application) -> Json:
    """Shows an application as it stands now."""
    manager = await reading.manager_of(connection, application) if application.manager else None
    return wire.application(application, reading.progress_of(company, application), manager)
