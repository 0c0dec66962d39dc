"""axe-core over every state of the desk, by day and by night: no violation of WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_widget_axe import AXE, RULES
from tools import desk_pictures
from tools.desk_scene import Scene, furnish
from tools.stack import Stack

Page = Any
STATES = (
    desk_pictures.queue,
    desk_pictures.chats,
    desk_pictures.drafts,
    desk_pictures.history,
    desk_pictures.search,
    desk_pictures.palette,
    desk_pictures.keys,
    desk_pictures.alerts,
)


@pytest.fixture(scope="module")
def desk(stores: Path) -> Iterator[tuple[Stack, Scene]]:
    """A console of its own with the invented hour in it."""
    with Stack(stores / "desk-axe", processes=("console",)) as stack:
        yield stack, furnish(stack)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_of_the_desk_is_accessible(
    theme: str, desk: tuple[Stack, Scene], new_page: Callable[..., Page]
) -> None:
    stack, scene = desk
    # The desk's page lets no foreign script in; the test's own browser may.
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    page.add_init_script(f"localStorage.setItem('gridtalk.desk.theme', '{theme}')")
    found: dict[str, list[str]] = {}
    page.goto(stack.url("console"))
    found["login"] = violations(page)
    desk_pictures.enter(page, scene.agent, stack.plan.secrets["DESK_DEMO_PASSWORD"])
    for state in STATES:
        page.reload()
        page.get_by_test_id("queue-item").first.wait_for()
        state(page, scene)
        found[state.__name__] = violations(page)

    assert {name: what for name, what in found.items() if what} == {}


def violations(page: Page) -> list[str]:
    """Runs axe in the page; each violation as its rule and where it is."""
    page.wait_for_timeout(200)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(done => done.violations.flatMap("
        "rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary}`)))",
        RULES,
    )
    return list(found)
