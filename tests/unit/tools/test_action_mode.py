"""One switch has the actions in the bot's process or as a service beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.doctor.house import check_actions
from tools.say import ToolError
from tools.stack import PROCESSES, ActionMode, Plan, Ports, Stack
from tools.stack.plan import Addresses

_SECRETS = dict.fromkeys(("UTILITY_TOKEN", "PAPERS_TOKEN_SECRET", "WEB_TOKEN_SECRET"), "x" * 32)


def plan(mode: ActionMode) -> Plan:
    return Plan(Path("data"), Ports(), Addresses("ours", "theirs", "redis"), _SECRETS, actions=mode)


@pytest.mark.parametrize(
    ("environ", "mode"),
    [
        pytest.param({}, ActionMode.PROCESS, id="nothing said"),
        pytest.param({"GRIDTALK_ACTIONS": " "}, ActionMode.PROCESS, id="empty"),
        pytest.param({"GRIDTALK_ACTIONS": "service"}, ActionMode.SERVICE, id="service"),
        pytest.param({"GRIDTALK_ACTIONS": "process"}, ActionMode.PROCESS, id="process"),
    ],
)
def test_the_switch_is_read(environ: dict[str, str], mode: ActionMode) -> None:
    assert ActionMode.of(environ, ActionMode.PROCESS) is mode


def test_a_third_way_is_refused() -> None:
    with pytest.raises(ToolError, match="GRIDTALK_ACTIONS"):
        ActionMode.of({"GRIDTALK_ACTIONS": "cloud"}, ActionMode.PROCESS)


@pytest.mark.parametrize(("mode", "module"), [(ActionMode.PROCESS, "actions.here"), (ActionMode.SERVICE, "")])
def test_the_bot_is_told_where_the_actions_are(mode: ActionMode, module: str) -> None:
    assert plan(mode).environment("bot")["ACTIONS_MODULE"] == module


def test_the_action_server_is_started_only_as_a_service(tmp_path: Path) -> None:
    stacks = {mode: Stack(tmp_path, processes=PROCESSES, actions=mode).processes for mode in ActionMode}

    assert stacks[ActionMode.SERVICE] == PROCESSES
    assert set(PROCESSES) - set(stacks[ActionMode.PROCESS]) == {"actions"}


def test_a_stack_runs_a_service_unless_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRIDTALK_ACTIONS", raising=False)

    assert Stack(tmp_path).actions is ActionMode.SERVICE


def test_the_doctor_looks_for_no_server_where_the_bot_runs_the_actions() -> None:
    environ = {"DATABASE_URL": "postgresql://db", "ACTIONS_MODULE": "actions.here"}

    (found,) = check_actions(environ)

    assert "own process" in found.sentence
