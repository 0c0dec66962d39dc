"""Reading conversation files: what is of the format, what is passed over, what is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools.dialogues.case import STEP_KINDS, BadFile, Case, CaseError, find_cases, read_all, read_case

DIALOGUES = Path(__file__).parent.parent.parent / "dialogue"
TOP = {"id", "title", "channel", "now", "user", "answers", "steps", "finally", "covers", "facts"}
BESIDE = {"pad_to", "or_say", "gap_s", "expect", "ok", "bad"}
EXPECT = {"all", "any", "none", "first", "owner", "max_bot_messages", "min_bot_messages", "turns"}
FINALLY = {"never", "some", "backend"}


def ours() -> list[Case]:
    return [case for folder in ("cases", "conversations") for case in find_cases(DIALOGUES / folder)]


def written(folder: Path, text: str, name: str = "one.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> Case:
    case = read_case(written(folder, text))
    assert case is not None
    return case


def test_a_bare_conversation_takes_the_defaults(tmp_path: Path) -> None:
    case = read(tmp_path, "steps: [{say: 你好}]")

    assert (case.case_id, case.title, case.channel, case.now) == ("one", "one", "web", "fixed_now")
    assert (case.bound_accounts, case.answers, case.finally_) == ((), (), {})
    assert [(step.number, step.kind, step.value, step.expect) for step in case.steps] == [(1, "say", "你好", {})]


@pytest.mark.parametrize(
    ("user", "wanted"),
    [
        ("{bound_accounts: none}", ()),
        ("{}", ()),
        ("none", ()),
        ("{bound_accounts: [6201011006117, '6201037008307'], verified: true}", ("6201011006117", "6201037008307")),
        ("{bound_accounts: '6201011006117'}", ("6201011006117",)),
    ],
)
def test_bound_accounts_are_numbers_or_none(tmp_path: Path, user: str, wanted: tuple[str, ...]) -> None:
    assert read(tmp_path, f"user: {user}\nsteps: [{{say: a}}]").bound_accounts == wanted


def test_a_burst_is_texts_and_pictures_with_a_gap_between(tmp_path: Path) -> None:
    case = read(tmp_path, "steps: [{burst: [我家, {send_image: {name: a.jpg}}], gap_s: 0.3, expect: {turns: 2}}]")

    step = case.steps[0]
    assert (step.kind, step.value) == ("burst", ["我家", {"send_image": {"name": "a.jpg"}}])
    assert (step.fields, step.expect) == ({"gap_s": 0.3}, {"turns": 2})


@pytest.mark.parametrize("burst", ["我家", "[我家]", "[我家, {press: 是}]", "[我家, {}]"])
def test_what_is_no_burst_is_refused(tmp_path: Path, burst: str) -> None:
    with pytest.raises(CaseError, match="step 1: a (burst|piece)"):
        read_case(written(tmp_path, f"steps: [{{burst: {burst}}}]"))


def test_notes_for_people_are_passed_over(tmp_path: Path) -> None:
    case = read(tmp_path, "covers: [x]\nwhy: because\nsteps: [{say: a, ok: yes, bad: no, remark: x, pad_to: 20}]")

    assert case.steps[0].fields == {"pad_to": 20}


def test_a_voice_may_have_nothing_recognised(tmp_path: Path) -> None:
    assert read(tmp_path, "steps:\n  - send_voice:\n").steps[0].value == {}


@pytest.mark.parametrize("text", ["id: X\ntitle: y", "- a\n- b", "", "42"])
def test_what_has_no_steps_is_no_conversation(tmp_path: Path, text: str) -> None:
    assert read_case(written(tmp_path, text)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("steps: [", "not YAML"),
        ("steps: nothing", "list of steps"),
        ("steps: []", "list of steps"),
        ("steps: [hello]", "not a mapping"),
        ("steps: [{sing: a}]", "one of say"),
        ("steps: [{say: a, press: b}]", "one of say"),
        ("steps: [{agent: accept}]", "agent must be a mapping"),
        ("steps: [{say: a, expect: [b]}]", "expect must be a mapping"),
        ("steps: [{say: a, expect: {all: ['(']}}]", "no regular expression"),
        ("steps: [{press: '['}]", "no regular expression"),
        ("steps: [{converse: {until: '('}}]", "no regular expression"),
        ("channel: pigeon\nsteps: [{say: a}]", "channel must be one of"),
        ("answers: [{ask: a}]\nsteps: [{say: a}]", "an answer has"),
        ("finally: {never: ['*']}\nsteps: [{say: a}]", "no regular expression"),
        ("finally: {backend: [fault_order]}\nsteps: [{say: a}]", "an entry has a `kind`"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_why(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CaseError, match=why) as caught:
        read_case(written(tmp_path, text))

    assert str(tmp_path / "one.yml") in str(caught.value)


def test_a_bad_file_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    written(tmp_path, "steps: [", "a.yml")
    written(tmp_path, "steps: [{say: hi}]", "b.yml")
    written(tmp_path, "title: a list of facts", "c.yml")

    bad, good = read_all(tmp_path)

    assert isinstance(bad, BadFile)
    assert bad.path.name == "a.yml"
    assert isinstance(good, Case)
    assert good.case_id == "b"


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no conversation files"):
        read_all(tmp_path / "nowhere")


def test_our_own_files_hold_no_key_that_nobody_reads() -> None:
    strange = []
    for case in ours():
        record = yaml.safe_load(case.path.read_text(encoding="utf-8"))
        strange += [f"{case.path.name}: {key}" for key in set(record) - TOP]
        strange += [f"{case.path.name}: finally {key}" for key in set(record.get("finally") or {}) - FINALLY]
        for step in record["steps"]:
            strange += [f"{case.path.name}: {key}" for key in set(step) - set(STEP_KINDS) - BESIDE]
            strange += [f"{case.path.name}: expect {key}" for key in set(step.get("expect") or {}) - EXPECT]

    assert strange == []


def test_our_own_ids_are_given_once() -> None:
    ids = [case.case_id for case in ours()]

    assert sorted(ids) == sorted(set(ids))


def test_the_model_talks_are_all_there() -> None:
    ids = [case.case_id for case in find_cases(DIALOGUES / "conversations")]

    assert ids == [f"C{number:02d}" for number in range(1, 26)]
