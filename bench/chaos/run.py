"""One run: the house, the load, the faults, the quiet afterwards, and what the ledgers say."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from bench.chaos import compare, ledgers
from bench.chaos.agents import Agent, hire
from bench.chaos.company import Company, bind
from bench.chaos.compare import Promise
from bench.chaos.deliveries import delivered
from bench.chaos.house import House
from bench.chaos.ledgers import Ledgers
from bench.chaos.quiet import Quiet
from bench.chaos.schedule import Plan, apology, words
from bench.chaos.striker import Striker, Struck
from bench.chaos.web_customers import WebCustomer
from bench.chaos.wechat_customers import Pushed, WeChatSide
from bench.storm_books import Books
from bench.storm_platform import StormyWeChat
from runtime.clock import FileClock
from tools import say


@dataclass
class Outcome:
    """What a run did and what came of it."""

    seconds: float
    quiet_seconds: float
    struck: list[Struck]
    starts: dict[str, int]
    counts: dict[str, int]
    promises: list[Promise] = field(default_factory=list)


class Run:
    """Everybody of one run."""

    def __init__(self, plan: Plan, house: House, platform: StormyWeChat, books: Books) -> None:
        self._plan = plan
        self._house = house
        self._platform = platform
        self._books = books
        clock_file = house.plan.clock_file
        if clock_file is None:
            raise say.ToolError("the house has no clock of its own")
        self._clock = FileClock(clock_file)
        self._since: datetime = self._clock.now()

    async def play(self, patience: float) -> Outcome:
        """Plays the plan, waits for quiet at most so long, and compares."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True)) as http:
            web = await self._web(http)
            openids = [f"oChaos{self._plan.seed:04}x{number:03}" for number in range(len(self._plan.wechat))]
            self._bind(web, openids)
            began = time.monotonic()
            for customer in web:
                customer.began = began
            wechat = WeChatSide(http, self._house.doors, self._platform.keys, self._books, self._stamp, began)
            agents = self._agents()
            company = self._company(http, began)
            staying = [asyncio.ensure_future(one.live()) for one in (*web, *agents)]
            striker = Striker(self._house, began)
            pushing = (wechat.live(*one) for one in zip(openids, self._plan.wechat, strict=True))
            await asyncio.gather(striker.run(self._plan.faults), company.live(self._plan.outages), *pushing)
            seconds = time.monotonic() - began
            say.done(f"the faults are over after {seconds:.0f} s; waiting for quiet")
            quiet = await self._wait_quiet(web, patience)
            for one in (*web, *agents):
                one.is_over = True
            await asyncio.wait(staying, timeout=15)
            for task in staying:
                task.cancel()
            await asyncio.gather(*staying, return_exceptions=True)
            for agent in agents:
                await agent.http.close()
        found = self._read()
        (self._house.logs / "transcripts.txt").write_text(_written(found), encoding="utf-8")
        outcome = Outcome(seconds, quiet, striker.struck, dict(self._house.starts), {})
        outcome.counts = self._counts(found, web, wechat.pushed, agents, company)
        outcome.promises = self._judge(found, web, wechat.pushed, agents, company)
        return outcome

    def _stamp(self) -> int:
        return int(self._clock.now().timestamp())

    async def _web(self, http: aiohttp.ClientSession) -> list[WebCustomer]:
        web = [
            WebCustomer(http, self._house.doors, script, 0.0, random.Random(self._plan.seed * 1000 + number))
            for number, script in enumerate(self._plan.web)
        ]
        for customer in web:
            await customer.register()
        return web

    def _bind(self, web: list[WebCustomer], openids: list[str]) -> None:
        """Every second customer has an account, so that outages are told to them in the chat."""
        users = [("web", one.visitor_id) for one in web[1::2]] + [("wechat", one) for one in openids[1::2]]
        bind(self._house.database("utility"), users, self._since)

    def _agents(self) -> list[Agent]:
        numbers = hire(self._house.database("gridtalk"), self._plan.size.agents)
        return [
            Agent(
                aiohttp.ClientSession(
                    cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=8)
                ),
                self._house.plan.url("console"),
                number,
                random.Random(self._plan.seed * 1000 + 500 + place),
            )
            for place, number in enumerate(numbers)
        ]

    def _company(self, http: aiohttp.ClientSession, began: float) -> Company:
        token = self._house.plan.secrets["UTILITY_OPERATOR_TOKEN"]
        return Company(http, self._house.plan.url("utility"), token, self._clock.now, began)

    async def _wait_quiet(self, web: list[WebCustomer], patience: float) -> float:
        began, quiet = time.monotonic(), Quiet(self._house.database("gridtalk"), self._clock.now)
        while True:
            left = await asyncio.get_running_loop().run_in_executor(None, quiet.left, web)
            seconds = time.monotonic() - began
            if not left or seconds > patience:
                say.line(f"  quiet after {seconds:.0f} s" if not left else f"  not quiet after {seconds:.0f} s: {left}")
                return seconds
            await asyncio.sleep(1.0)

    def _read(self) -> Ledgers:
        folder = self._house.plan.data / "sms"
        return ledgers.read(self._house.database("gridtalk"), self._house.database("utility"), folder, self._since)

    def _judge(
        self, found: Ledgers, web: list[WebCustomer], pushed: list[Pushed], agents: list[Agent], company: Company
    ) -> list[Promise]:
        reports = Counter[tuple[str, str]]()
        for customer in web:
            reports["web", customer.visitor_id] += sum(one.said.is_report for one in customer.sent)
        for push in pushed:
            reports["wechat", push.openid] += push.said.is_report
        said = [line for agent in agents for line in agent.lines]
        return [
            compare.lines_kept(found, web, pushed),
            compare.lines_answered(found),
            compare.answered_once(found),
            compare.answers_in_order(found),
            compare.written_in_order(found, web),
            compare.pages_whole(found, web),
            *delivered(found, self._books.read),
            compare.nothing_open(found),
            compare.orders_once(found, reports, words()["order_told"]),
            compare.orders_told(found),
            compare.escalations_end(found),
            compare.agents_heard(found, said),
            compare.notices_end(found, company.raised),
            compare.told_once(found),
            compare.memory_whole(found),
        ]

    def _counts(
        self, found: Ledgers, web: list[WebCustomer], pushed: list[Pushed], agents: list[Agent], company: Company
    ) -> dict[str, int]:
        return {
            "web customers": len(web),
            "web lines": sum(len(one.sent) for one in web),
            "web lines tried again": sum(line.tries - 1 for one in web for line in one.sent),
            "pages that came back": sum(one.returns for one in web),
            "WeChat messages": len(pushed),
            "WeChat messages pushed again": sum(one.tries - 1 for one in pushed),
            "WeChat messages given up by the platform": sum(not one.is_taken for one in pushed),
            "lines of the transcript": len(found.messages),
            "work orders": sum(row["is_new"] for row in found.orders),
            "errands": len(found.errands),
            "turns that ended with an apology": sum(apology() in row["text"] for row in found.messages),
            "requests for a person": len(found.escalations),
            "chats served": sum(one.served for one in agents),
            "agents' lines": sum(len(one.lines) for one in agents),
            "agents' lines refused": sum(bool(line.refusal) for one in agents for line in one.lines),
            "outages raised": len(company.raised),
            "outages ended": len(company.ended),
            "notices": len(found.notices),
            "short messages": len(found.short_messages),
        }


def _written(found: Ledgers) -> str:
    """Every transcript, for whoever looks into a broken promise."""
    names = ("conversation_id", "seq", "created_at", "role", "reply_to", "turn", "delivery", "sent_by", "text")
    return "\n".join(" ".join(str(row[name]) for name in names) for row in found.messages)
