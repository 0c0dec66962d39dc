"""One person in two doors of the running house: the trained model, real actions, the company, both platforms' fakes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import requests

from tools.dialogues.books import Books, wait_until
from tools.dialogues.checks import Heard
from tools.dialogues.customer import Customer
from tools.dialogues.people import Visitor, visitor_for
from tools.dialogues.wechat_visitor import WechatVisitor

LIN, ZHOU = "6201011006117", "6201011006133"
_SECONDS = 20


@dataclass
class Person:
    """Somebody with a browser and a telephone."""

    books: Books
    web: Visitor
    phone: WechatVisitor

    def at(self, customer: Customer, text: str) -> str:
        """Says something at a door; returns everything that is heard there then."""
        customer.say(text)
        return self._heard(customer)

    def scan(self, scene: str) -> str:
        """Scans a code with the telephone."""
        self.phone._push("event", {"Event": "SCAN", "EventKey": scene, "Ticket": "T"})
        return self._heard(self.phone)

    def code(self) -> str:
        """Takes a code from the chat page."""
        answer = self.web._http.post(f"{self.web._base}/resume", timeout=10)
        assert answer.status_code == requests.codes.created, answer.text
        return str(answer.json()["code"])

    def _heard(self, customer: Customer) -> str:
        key = customer.conversation_id
        wait_until(lambda: not self.books.turn_waits(key), _SECONDS)
        wait_until(lambda: customer.channel == "web" or not self.books.line_waits(key), _SECONDS)
        return "\n".join(line.text for line in customer.hear() if isinstance(line, Heard))


@pytest.fixture
def person(books: Books) -> Person:
    web, phone = visitor_for("web", books.stack, books), visitor_for("wechat", books.stack, books)
    assert isinstance(web, Visitor)
    assert isinstance(phone, WechatVisitor)
    books.begin("fixed_now", web.user_id, "web", ())
    return Person(books, web, phone)


def test_a_form_begun_on_the_web_is_finished_in_wechat(person: Person) -> None:
    asked = person.at(person.web, "查电费")
    assert "户号" in asked

    taken = person.at(person.phone, f"继续 {person.code()}")
    proof = person.at(person.phone, ZHOU)
    bill = person.at(person.phone, person.books.last_code())

    assert "接着填" in taken
    assert asked.splitlines()[-1] in taken
    assert "验证码" in proof
    assert re.search(r"6133.*元", bill, re.DOTALL)
    assert "微信继续" in person.at(person.web, "你好")


def test_what_is_bound_on_the_web_is_known_in_wechat_without_another_proof(person: Person) -> None:
    person.books.begin("fixed_now", person.web.user_id, "web", (LIN,))
    person.at(person.web, "查电费")

    taken = person.at(person.phone, f"继续 {person.code()}")
    bill = person.at(person.phone, "查电费")

    assert "这里也能查了" in taken
    assert re.search(r"6117.*元", bill, re.DOTALL)


def test_what_is_bound_in_wechat_is_known_on_the_web_only_when_its_holder_says_so(person: Person) -> None:
    person.books.begin("fixed_now", person.phone.user_id, "wechat", (LIN,))
    person.at(person.phone, "查电费")
    taken = person.at(person.phone, f"继续 {person.code()}")
    before = person.at(person.web, "查电费")

    person.at(person.phone, "两边通用")
    person.at(person.web, "算了")
    after = person.at(person.web, "查电费")

    assert "两边通用" in taken
    assert not re.search(r"6117.*元", before, re.DOTALL)
    assert re.search(r"6117.*元", after, re.DOTALL)


def test_a_scanned_bill_asks_for_the_proof_like_any_number(person: Person) -> None:
    asked = person.scan(f"bind_{ZHOU}")
    bound = person.at(person.phone, person.books.last_code())

    assert "验证码" in asked
    assert "6133" in bound


def test_a_scanned_meter_box_tells_of_the_outage_there(person: Person) -> None:
    told = person.scan("area_织女苑")

    assert "织女苑" in told


def test_a_form_that_was_open_in_wechat_comes_back_after_the_one_from_the_web(person: Person) -> None:
    asked = person.at(person.phone, "查电费")
    person.at(person.web, "绑定户号")
    person.at(person.phone, f"继续 {person.code()}")
    person.at(person.phone, ZHOU)

    after = person.at(person.phone, person.books.last_code())

    assert "户号" in asked
    assert re.search("绑定好了.*接着办刚才的事.*要办哪一户", after, re.DOTALL)
