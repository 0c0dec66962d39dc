"""Holds the people's own books against the ledgers, line by line; it believes neither."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bench.chaos.agents import AgentLine
from bench.chaos.ledgers import Ledgers, Row
from bench.chaos.web_customers import WebCustomer
from bench.chaos.wechat_customers import Pushed

_FINAL = frozenset({"returned", "closed", "abandoned"})
_MOST_SHOWN = 6
# A line may wait so long for its turn: PostgreSQL is gone for half a minute.
_LONGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True)
class Promise:
    """One promise: how many things were held against it, and which broke it."""

    name: str
    checked: int
    broken: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether nothing broke it."""
        return not self.broken


def lines_kept(ledgers: Ledgers, web: Sequence[WebCustomer], pushed: Sequence[Pushed]) -> Promise:
    """What was acknowledged stands in the transcript exactly once; a page gets its acknowledgement in the end."""
    stands = Counter(
        (row["conversation_id"], row["channel_message_id"]) for row in ledgers.messages if row["role"] == "customer"
    )
    broken, checked = [], 0
    for customer in web:
        for one in customer.sent:
            checked += 1
            times = stands[(customer.conversation_id, one.client_id)]
            if times != 1 or one.seq is None:
                broken.append(f"{customer.conversation_id} {one.said.text!r}: {times} times, seq {one.seq}")
    for push in pushed:
        times = stands[(f"wechat:{push.openid}", str(push.number + 10_000))]
        checked += push.is_taken
        if times > 1 or (push.is_taken and not times):
            broken.append(f"wechat:{push.openid} #{push.number} {push.said.text!r}: {times} times")
    return Promise("acknowledged lines stand in the transcript, once", checked, tuple(broken))


def lines_answered(ledgers: Ledgers) -> Promise:
    """Each line of a customer was answered by the bot, or came while an agent had the word or took it."""
    answers, asked = _answers(ledgers), [row for row in ledgers.messages if row["role"] == "customer"]
    broken = [
        f"{_name(row)} {row['text']!r}: turn {row['turn']}"
        for row in asked
        if row["turn"] != "done" or not (answers[_key(row)] or _served(ledgers, row) or _joined(answers, row))
    ]
    return Promise("every line is answered, or served by an agent", len(asked), tuple(broken))


def answered_once(ledgers: Ledgers) -> Promise:
    """The bubbles of one turn are one commit: a second moment is a second turn for the same line."""
    broken = []
    answers = _answers(ledgers)
    for (conversation_id, seq), bubbles in answers.items():
        moments = {row["created_at"] for row in bubbles}
        texts = Counter(row["text"] for row in bubbles if row["text"])
        if len(moments) > 1 or any(times > 1 for times in texts.values()):
            broken.append(f"{conversation_id}/{seq}: {len(bubbles)} bubbles of {len(moments)} turns")
    return Promise("no line is answered twice", len(answers), tuple(broken))


def answers_in_order(ledgers: Ledgers) -> Promise:
    """The bot answers a conversation's lines in the order they stand."""
    broken, newest = [], dict[str, int]()
    answers = [row for row in ledgers.messages if row["role"] == "bot" and row["reply_to"]]
    for row in answers:
        if row["reply_to"] < newest.get(row["conversation_id"], 0):
            broken.append(f"{_name(row)} answers {row['reply_to']} behind {newest[row['conversation_id']]}")
        newest[row["conversation_id"]] = max(row["reply_to"], newest.get(row["conversation_id"], 0))
    return Promise("answers stand in the order of the lines", len(answers), tuple(broken))


def written_in_order(ledgers: Ledgers, web: Sequence[WebCustomer]) -> Promise:
    """A page's lines stand in the order the customer wrote them."""
    broken = []
    for customer in web:
        stand = [row["channel_message_id"] for row in ledgers.of(customer.conversation_id) if row["role"] == "customer"]
        wrote = [one.client_id for one in customer.sent if one.client_id in set(stand)]
        if stand != wrote:
            broken.append(customer.conversation_id)
    return Promise("a page's lines stand in the order they were written", len(web), tuple(broken))


def pages_whole(ledgers: Ledgers, web: Sequence[WebCustomer]) -> Promise:
    """A page was shown every line of its transcript once, in order, and nothing else."""
    broken, checked = [], 0
    for customer in web:
        shown = [line["seq"] for line in customer.seen]
        stands = {row["seq"]: row["text"] for row in ledgers.of(customer.conversation_id) if _is_shown(row)}
        checked += len(stands)
        who = customer.conversation_id
        broken += [f"{who}/{seq} never shown: {stands[seq]!r}" for seq in sorted(set(stands) - set(shown))]
        broken += [f"{who}/{seq} shown and not there" for seq in sorted(set(shown) - set(stands))]
        broken += [f"{who}/{seq} shown {times} times" for seq, times in Counter(shown).items() if times > 1]
        if shown != sorted(shown):
            broken.append(f"{who} shown out of order")
    return Promise("pages are shown every line, once, in order", checked, tuple(broken))


def nothing_open(ledgers: Ledgers) -> Promise:
    """Every turn and every delivery is in a final state; what failed is owed and on a person's list."""
    ends = [row for row in ledgers.messages if row["turn"] or row["delivery"]]
    broken = [
        f"{_name(row)} turn {row['turn']}, delivery {row['delivery']}"
        for row in ends
        if row["turn"] in ("pending", "failed")
        or (row["delivery"] == "pending")
        or (row["delivery"] == "failed" and not row["owed"])
    ]
    return Promise("every turn and delivery is in a final state", len(ends), tuple(broken))


def orders_once(ledgers: Ledgers, reports: Counter[tuple[str, str]], told: str) -> Promise:
    """One work order for each report at most, none told that is not there, and no errand left behind."""
    made = Counter((row["channel"], row["channel_user"]) for row in ledgers.orders if row["is_new"])
    numbers = {row["order_no"] for row in ledgers.orders}
    broken = [
        f"{who}: {count} orders for {reports[who]} reports" for who, count in made.items() if count > reports[who]
    ]
    for row in ledgers.messages:
        if row["role"] == "bot":
            broken += [f"{_name(row)} tells of {no}" for no in re.findall(told, row["text"]) if no not in numbers]
    broken += [
        f"errand {row['errand_id']} is {row['state']}: {row['last_error']}"
        for row in ledgers.errands
        if row["state"] in ("waiting", "given_up")
    ]
    return Promise("one work order for a report, and every promised one", sum(reports.values()), tuple(broken))


def orders_told(ledgers: Ledgers) -> Promise:
    """Who has a work order was told its number: by the turn, or after an apology by the notices."""
    said = defaultdict(str)
    for row in ledgers.messages:
        if row["role"] in ("bot", "system", "agent"):
            said[row["conversation_id"]] += row["text"]
    new = [row for row in ledgers.orders if row["is_new"]]
    broken = [
        f"{row['order_no']} of {row['channel']}:{row['channel_user']}"
        for row in new
        if row["order_no"] not in said[f"{row['channel']}:{row['channel_user']}"]
    ]
    return Promise("who has a work order was told its number", len(new), tuple(broken))


def escalations_end(ledgers: Ledgers) -> Promise:
    """Each request for a person is in a final state, and was asked, accepted and ended at most once."""
    broken = [
        f"escalation {row['escalation_id']} is {row['state']}"
        for row in ledgers.escalations
        if row["state"] not in _FINAL
    ]
    broken += [
        f"escalation {row['escalation_id']}: {row['times']} times {row['name']}"
        for row in ledgers.transitions
        if row["times"] > 1 and row["name"] != "escalation.accepted"
    ]
    return Promise("requests for a person end, each step once", len(ledgers.escalations), tuple(broken))


def agents_heard(ledgers: Ledgers, lines: Sequence[AgentLine]) -> Promise:
    """What the console took from an agent stands in the transcript exactly once."""
    stands = Counter((row["conversation_id"], row["text"]) for row in ledgers.messages if row["role"] == "agent")
    broken = [
        f"{line.conversation_id} {line.text!r}: {stands[line.conversation_id, line.text]} times"
        for line in lines
        if stands[line.conversation_id, line.text] > 1
        or (line.is_taken and not stands[line.conversation_id, line.text])
        or not (line.is_taken or line.refusal)
    ]
    return Promise("agents' lines stand once", len(lines), tuple(broken))


def notices_end(ledgers: Ledgers, raised: Iterable[str]) -> Promise:
    """The company's outages were heard of, every fact is told, every notice has left or ended."""
    heard = {row["subject"] for row in ledgers.notice_events}
    broken = [f"nobody heard of {outage}" for outage in raised if outage not in heard]
    broken += [f"event {row['event_no']} waits" for row in ledgers.notice_events if row["state"] == "waiting"]
    broken += [
        f"fact {row['fact_id']} {row['kind']} is spreading" for row in ledgers.facts if row["state"] == "spreading"
    ]
    broken += [
        f"notice {row['notice_id']} of fact {row['fact_id']} is {row['state']}"
        for row in ledgers.notices
        if row["state"] in ("planned", "sending")
    ]
    return Promise("notices leave, and every event is read", len(ledgers.notices), tuple(broken))


def told_once(ledgers: Ledgers) -> Promise:
    """Nobody hears of a fact twice: one good try for a notice, one short message for a phone and a text."""
    broken = [
        f"notice {row['notice_id']}: {row['good_tries']} tries that left"
        for row in ledgers.notices
        if row["good_tries"] > 1
    ]
    sms = Counter((row["phone"], row["text"]) for row in ledgers.short_messages)
    broken += [f"SMS to {phone[-4:]} {times} times: {text[:30]!r}" for (phone, text), times in sms.items() if times > 1]
    return Promise("each person hears of each fact once", len(ledgers.notices), tuple(broken))


def memory_whole(ledgers: Ledgers) -> Promise:
    """The tracker's positions of each conversation are contiguous."""
    broken = [
        f"{row['conversation_id']}: {row['count']} events at {row['first']} to {row['last']}"
        for row in ledgers.memory
        if row["first"] != 1 or row["last"] - row["first"] + 1 != row["count"]
    ]
    return Promise("the memory of a conversation has no hole", len(ledgers.memory), tuple(broken))


def shorten(broken: Sequence[str]) -> str:
    """The first few of what broke a promise."""
    more = f" and {len(broken) - _MOST_SHOWN} more" if len(broken) > _MOST_SHOWN else ""
    return "; ".join(broken[:_MOST_SHOWN]) + more


def _answers(ledgers: Ledgers) -> dict[tuple[str, int], list[Row]]:
    answers: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in ledgers.messages:
        if row["role"] == "bot" and row["reply_to"]:
            answers[row["conversation_id"], row["reply_to"]].append(row)
    return answers


def _joined(answers: dict[tuple[str, int], list[Row]], line: Row) -> bool:
    """Whether the line is part of a burst that one turn answered."""
    return bool(line["joins"] and answers[line["conversation_id"], line["joins"]])


def _served(ledgers: Ledgers, line: Row) -> bool:
    """Whether an agent had the word when the line came, or took it while the line waited for its turn."""
    at = line["created_at"]
    return any(
        row["accepted_at"]
        and row["accepted_at"] - _LONGEST_WAIT <= at
        and (row["ended_at"] is None or row["ended_at"] >= at)
        for row in ledgers.escalations
        if row["conversation_id"] == line["conversation_id"]
    )


def _is_shown(row: Row) -> bool:
    return row["role"] != "note" and row["delivery"] != "suppressed"


def _key(row: Row) -> tuple[str, int]:
    return row["conversation_id"], row["seq"]


def _name(row: Row) -> str:
    return f"{row['conversation_id']}/{row['seq']}"
