"""The actions as a service over HTTP: some of the forms are filled there as in the bot's own process.

What every form does is tested in one process (test_form_conformance.py); here the same talks go over the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_actions
from actions.visit import Services
from tests.dialogue.conformance.house import House, Mortal, Recorder, Talk
from tests.dialogue.conformance.test_form_conformance import SAMPLES, WITH_SAMPLE, answer, begin
from tests.fakes.served import Served
from tools.train import ensure_model

_SOME = WITH_SAMPLE[::6]
_TURNS = 16
_REMEMBERED = ("form_outcome", "requested_slot", "paused_form", "invalid_answers", "known_account", "account_no")


class Service(Mortal):
    """rasa-sdk's own executor behind a server, told and answering in JSON as any action server does."""

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        self.calls: list[dict[str, Any]] = []
        app = web.Application(client_max_size=2**25)
        app.router.add_post("/webhook", self._webhook)
        self._served = Served(app)
        self._served.start()
        super().__init__(f"{self._served.url}/webhook")

    def serve(self, services: Services, recorder: Recorder) -> None:
        """See base class."""
        super().serve(services, recorder)
        self._executor = ActionExecutor()
        for action in build_actions(services):
            self._executor.register_action(action)

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """See base class; each test has a loop of its own, so nothing is kept open."""
        try:
            return await super().request(method, subpath, **kwargs)
        finally:
            await self.close()
            self._session = None

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    async def _webhook(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        return web.json_response(await self._executor.run(call))


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The action server."""
    running = Service()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def apart(service: Service) -> House:
    """The dialogue with its actions as a service."""
    return House(ensure_model(), service)


@pytest.fixture(scope="module")
def together() -> House:
    """The dialogue with its actions in its own process."""
    return House(ensure_model())


async def fill(house: House, form: str) -> Talk:
    """Fills a form with the good answers of its sample, and goes off once on the way."""
    talk = await begin(house, form)
    await talk.say("谢谢")
    for _ in range(_TURNS):
        if talk.form != form:
            break
        await answer(talk, form)
    return talk


@pytest.mark.parametrize("form", _SOME)
async def test_a_form_goes_the_same_way_as_a_service_and_in_the_process(
    apart: House, together: House, form: str
) -> None:
    there, here = await fill(apart, form), await fill(together, form)

    assert there.form is None
    assert [call for call, _ in there.recorder.keys] == [call for call, _ in here.recorder.keys]
    assert _slots(there) == _slots(here)
    assert [line[:2] for line in there.said] == [line[:2] for line in here.said]


def _slots(talk: Talk) -> dict[str, Any]:
    """What is remembered of the form and the account."""
    return {name: talk.slot(name) for name in _REMEMBERED}


async def test_a_service_is_told_what_rasa_tells(apart: House, service: Service) -> None:
    form = _SOME[0]
    service.calls.clear()
    await begin(apart, form)

    call = service.calls[-1]

    assert {"next_action", "sender_id", "tracker", "version"} <= set(call)
    assert {"slots", "latest_message", "events", "active_loop", "paused", "followup_action"} <= set(call["tracker"])
    assert call["tracker"]["events"][-1]["event"]
    assert SAMPLES[form].open[-1] == call["tracker"]["latest_message"]["text"]


async def test_the_domain_goes_only_to_whoever_validates_a_form(apart: House, service: Service) -> None:
    service.calls.clear()
    talk = await begin(apart, _SOME[0])
    await talk.say("谢谢")

    told = {call["next_action"]: "domain" in call for call in service.calls}

    # rasa-sdk's own form actions read it; Rasa sends it to everything of that name
    assert told == {name: name.startswith("validate_") for name in told}
    assert set(told.values()) == {True, False}
