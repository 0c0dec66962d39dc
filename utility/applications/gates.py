"""What stands before every step of an application: is it open, is every paper there, do the preconditions hold."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.postgres import Connection
from utility.applications import choosing, reading, store
from utility.applications.checks import find
from utility.applications.surveying import Asking, survey
from utility.applications.values import Application, BusinessType, Finding
from utility.company import Company
from utility.errors import Clash, InvalidRequest


def check_open(application: Application) -> None:
    """Lets only an application through that goes on.

    Raises:
        Clash: `application.over`.
    """
    if application.over:
        raise Clash("application.over", "The application is over.", state=application.order.status)


def check_takes(company: Company, application: Application, code: str, most: int) -> None:
    """Lets only a paper through that this application takes.

    Raises:
        Clash: `application.over`, `application.too_many_documents`.
        InvalidRequest: `document.code`.
    """
    check_open(application)
    takes = [paper.code for paper in reading.kind_of(company, application).papers]
    takes += [one.code for one in application.asked]
    if code not in takes:
        raise InvalidRequest("document.code", "Document-Code", f"It is one of {', '.join(takes)}.")
    if len(application.documents) >= most:
        raise Clash("application.too_many_documents", f"An application takes at most {most} documents.", most=most)


def check_papers(company: Company, application: Application, to: str) -> None:
    """Lets a move through only when every paper it takes is there; names all that are missing at once (一次性告知).

    Raises:
        Clash: `application.documents_missing`.
    """
    choosing.check_lacking(reading.kind_of(company, application), application, to)


async def check_again(
    connection: Connection, company: Company, application: Application, *, everything: bool = False
) -> None:
    """Asks the preconditions once more; `everything` also those that only concern the beginning.

    Raises:
        Clash: `application.precondition`.
    """
    kind = reading.kind_of(company, application)
    again = reading.catalogue_at(company, application.order.filed_at.date()).value.checked_again
    names = [name for name in kind.checks if everything or name in again]
    if application.persons:
        await store.hold_people(connection)
    other = application.facts.get("other_account_no", "")
    asking = Asking(
        application.facts,
        application.order.account_no,
        application.place,
        application.persons,
        except_for=application.application_no,
        other_account_no=other,
    )
    choosing.refuse(await findings_of(connection, company, kind, names, asking))


async def findings_of(
    connection: Connection, company: Company, kind: BusinessType, names: Iterable[str], asking: Asking
) -> tuple[Finding, ...]:
    """Runs the named preconditions on the situation as the books have it now."""
    today = company.clock.now().date()
    situation = await survey(connection, company, reading.figures_at(company, today), asking)
    return find(names, reading.catalogue_at(company, today).value.checks, situation)
