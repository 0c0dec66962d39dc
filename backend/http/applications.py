"""Asks the utility about applications over its REST interface."""

from __future__ import annotations

from urllib.parse import quote

from backend.http.client import Client, part
from backend.models import Application, ApplicationCheck, ApplicationGuide, ApplicationPage, ApplicationStart
from backend.wire import applications as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser

NAME_MOST = 600


class ApplicationsClient(Client):
    """The calls about applications over HTTP."""

    async def application_types(
        self,
        user: ChannelUser,
        *,
        business_type: str = "",
        account_no: str = "",
        customer_class: str = "",
        voltage_level: str = "",
    ) -> list[ApplicationGuide]:
        """See base class."""
        named = {
            "business_type": business_type,
            "account_no": account_no,
            "customer_class": customer_class,
            "voltage_level": voltage_level,
        }
        query = {name: value for name, value in named.items() if value}
        return read_list(wire.guide, "types", await self._get("/application-types", user, query=query))

    async def check_application(self, start: ApplicationStart, user: ChannelUser) -> ApplicationCheck:
        """See base class."""
        content = await self._write("POST", "/application-checks", user, wire.start_body(start))
        return read(wire.checked, content)

    async def start_application(
        self, start: ApplicationStart, user: ChannelUser, *, idempotency_key: str
    ) -> Application:
        """See base class."""
        content = await self._write("POST", "/applications", user, wire.start_body(start), key=idempotency_key)
        return read(wire.application, content)

    async def upload_document(
        self, application_no: str, code: str, content: bytes, user: ChannelUser, *, file_name: str, idempotency_key: str
    ) -> Application:
        """See base class."""
        path = f"/applications/{part(application_no)}/documents/{part(code)}"
        name = quote(file_name, safe="")
        headers = {"File-Name": name} if 0 < len(name) <= NAME_MOST else {}
        answer = await self._upload(path, user, content, headers=headers, key=idempotency_key)
        return read(wire.application, answer)

    async def submit_application(self, application_no: str, user: ChannelUser, *, idempotency_key: str) -> Application:
        """See base class."""
        path = f"/applications/{part(application_no)}/submission"
        return read(wire.application, await self._write("POST", path, user, {}, key=idempotency_key))

    async def withdraw_application(
        self, application_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> Application:
        """See base class."""
        path = f"/applications/{part(application_no)}/withdrawal"
        return read(wire.application, await self._write("POST", path, user, {"note": note}, key=idempotency_key))

    async def applications(self, user: ChannelUser, *, cursor: str = "") -> ApplicationPage:
        """See base class."""
        return read(wire.page, await self._get("/applications", user, query={"cursor": cursor} if cursor else {}))

    async def application(self, application_no: str, user: ChannelUser) -> Application:
        """See base class."""
        return read(wire.application, await self._get(f"/applications/{part(application_no)}", user))
