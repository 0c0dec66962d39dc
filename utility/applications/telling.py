"""Tells the world how far an application has come: one event, then the application as it is now."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.applications import reading
from utility.applications.values import Application
from utility.company import Company
from utility.events.outbox import Event, emit


async def told(connection: Connection, company: Company, application_no: str, what: str) -> Application:
    """Reads an application again and emits what happened to it."""
    application = await reading.application(connection, company, application_no)
    progress = reading.progress_of(company, application)
    data = {
        "business_type": application.order.type,
        "status": application.order.status,
        "status_name": progress.status_name,
        "next_step": progress.next_step,
        "due": f"{progress.due}" if progress.due else None,
        "missing": [one.text for one in progress.missing] if application.asked else [],
        "channel": application.order.channel,
        "channel_user": application.order.channel_user,
    }
    account_no = application.order.account_no or ""
    await emit(connection, Event(what, company.clock.now(), application_no, account_no, data=data))
    return application
