"""Plays the script against the real company: reports as its customers' counter, everything else as its operator.

It keeps what the company acknowledged: the oracle reads that, never the notices' books.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.typhoon.city import Home
from bench.typhoon.script import Script, Step
from tools.say import ToolError
from utility.simulate.client import Client, Reply
from utility.simulate.script import read_storm

AT_ONCE = 16
# Reports that come one after the other, until the whole line is one event: behind them order decides nothing.
IN_ORDER = 40


@dataclass(frozen=True)
class Done:
    """A step that the company acknowledged, with the outage as it stood then."""

    step: Step
    at: datetime
    outage: Mapping[str, Any]


@dataclass
class Player:
    """Plays steps and remembers which outage is which story's."""

    client: Client
    script: Script
    begins: datetime
    numbers: dict[str, str] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    _words: dict[str, Any] = field(default_factory=read_storm)

    async def play(self, step: Step) -> None:
        """Plays one step.

        Raises:
            ToolError: the company did not do what the script may ask.
        """
        if step.what == "report":
            await self._report(step)
            return
        method, path, body = getattr(self, f"_{step.what}")(step)
        key = f"storm-{step.story}-{step.what}-{step.minute}"
        reply = await self.client.write(method, path, body, key=key, staff=self._words["staff"])
        if reply.status >= 400:
            self._note_refusal(step, reply)
            return
        self.numbers.setdefault(step.story, reply.content["outage_no"])
        self.done.append(Done(step, self._at(step.minute), reply.content))

    async def find(self, story: str) -> Mapping[str, Any]:
        """Reads a story's outage as it stands."""
        return dict((await self.client.read(f"/v1/outages/{self.numbers[story]}")).content)

    async def _report(self, step: Step) -> None:
        homes: Sequence[Home] = step.facts["homes"]
        first = IN_ORDER if step.story not in self.numbers else 0
        for home in homes[:first]:
            await self._file(home)
        if step.story not in self.numbers:
            await self._learn_number(step.story, homes[0])
        room = asyncio.Semaphore(AT_ONCE)

        async def one(home: Home) -> None:
            async with room:
                await self._file(home)

        await asyncio.gather(*(one(home) for home in homes[first:]))
        self.done.append(Done(step, self._at(step.minute), await self.find(step.story)))

    async def _file(self, home: Home) -> None:
        body = {"account_no": home.account_no, "severity": self._words["severity"], "symptom": self._words["symptom"]}
        reply = await self.client.write(
            "POST", "/v1/fault-orders", body, key=f"storm-{home.account_no}", person=writer(home)
        )
        if reply.status not in (200, 201):
            raise ToolError(f"a report of {home.account_no} was answered {reply.status} {reply.code}")
        self.answered[home.account_no] = reply.content["order_no"]

    async def _learn_number(self, story: str, home: Home) -> None:
        found = (await self.client.read("/v1/outages", query={"area_id": home.area_id})).content["outages"]
        running = [outage for outage in found if outage["kind"] == "fault" and outage["status"] != "merged"]
        if len(running) != 1:
            raise ToolError(f"the reports of {story} are {len(running)} events, not one")
        self.numbers[story] = running[0]["outage_no"]

    def _note_refusal(self, step: Step, reply: Reply) -> None:
        if step.what == "say" and reply.code == "outage.eta_past":
            self.refused[reply.code] = self.refused.get(reply.code, 0) + 1
            return
        raise ToolError(f"{step.story} {step.what} at {step.minute}: {reply.status} {reply.content}")

    def _raise(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        eta = step.facts.get("eta")
        body = {"kind": "fault", "cause": self._words["cause"], "crew": self._words["crew"], **_where(step)}
        return "POST", "/v1/outages", {**body, **({"eta": self._iso(eta)} if eta else {})}

    def _announce(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        body = {"kind": step.facts["kind"], "cause": self._words["cause"], "short_reason": self._words["cause"]}
        window = {"planned_from": self._iso(step.facts["from"]), "planned_to": self._iso(step.facts["to"])}
        return "POST", "/v1/outages", {**body, **window, **_where(step)}

    def _say(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        body = {"eta": self._iso(step.facts["eta"]), "eta_said_by": self._words["speaker"]}
        if status := step.facts.get("status"):
            body["status"] = status
        return "PATCH", self._path(step), body

    def _widen(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        return "POST", f"{self._path(step)}/areas", _where(step)

    def _part(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        return "POST", f"{self._path(step)}/restoration", {"area_ids": list(step.facts["areas"])}

    def _restore(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        return "POST", f"{self._path(step)}/restoration", {}

    def _postpone(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        window = {"planned_from": self._iso(step.facts["from"]), "planned_to": self._iso(step.facts["to"])}
        return "POST", f"{self._path(step)}/postponement", {**window, "reason": self._words["cause"]}

    def _cancel(self, step: Step) -> tuple[str, str, dict[str, Any]]:
        return "POST", f"{self._path(step)}/cancellation", {"reason": self._words["cause"]}

    def _path(self, step: Step) -> str:
        return f"/v1/outages/{self.numbers[step.story]}"

    def _at(self, minute: int) -> datetime:
        return self.begins + timedelta(minutes=minute)

    def _iso(self, minute: int) -> str:
        return self._at(minute).isoformat()


def writer(home: Home) -> str:
    """Who of a home writes in: who is bound to it, else a visitor of the web page."""
    return home.people[0] if home.people else f"web:visitor_{home.account_no}"


def _where(step: Step) -> dict[str, Any]:
    areas, buildings = step.facts["areas"], step.facts.get("buildings")
    if buildings:
        return {"buildings": [{"area_id": areas[0], "building": name} for name in buildings]}
    return {"area_ids": list(areas)}
