"""Mends of the policy of rules: it writes out every state of a talk, twice, and holds every rule against them.

Every prediction is the one Rasa computes itself (tests/unit/bot/test_rule_mends.py holds them side by side).
"""

from __future__ import annotations

import json
import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES_NOT_IN_STORIES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

# What Rasa does itself, by what stands in for it.
STOCK = {
    (RulePolicy, "_predict"): RulePolicy._predict,
    (RulePolicy, "_prediction_states"): RulePolicy._prediction_states,
    (RulePolicy, "_get_possible_keys"): RulePolicy._get_possible_keys,
}
_predict = RulePolicy._predict
_possible_keys = RulePolicy._get_possible_keys
_REACH, _TAIL, _INDEXES, _TEXTS = "_gridtalk_reach", "_gridtalk_tail", "_gridtalk_indexes", "_gridtalk_texts"
_REPLAY = "_gridtalk_replay"

_Lookup = Mapping[str, str]
# The last action before, and the intent, that a rule asks for; None where it asks for none.
_Asks = tuple[str | None, str | None]


def mend_rules() -> None:
    """Applies the mends; doing it twice is the same as once."""
    RulePolicy._predict = predict_with_one_tail
    RulePolicy._prediction_states = tail_for_prediction
    RulePolicy._get_possible_keys = possible_keys


def predict_with_one_tail(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain
) -> tuple[PolicyPrediction, str | None]:
    """Stands in for `RulePolicy._predict`, which computes all states of a tracker twice: once, and the last ones."""
    setattr(policy, _TAIL, tail(tracker, domain, reach(policy)))
    try:
        predicted: tuple[PolicyPrediction, str | None] = _predict(policy, tracker, domain)
    finally:
        delattr(policy, _TAIL)
    return predicted


def tail_for_prediction(
    policy: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """Stands in for `RulePolicy._prediction_states`: its last states, one more than any rule has."""
    last = getattr(policy, _TAIL, None) or tail(tracker, domain, reach(policy))
    states = [{name: dict(sub_state) for name, sub_state in state.items()} for state in last]
    policy.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
    return states


@dataclass(frozen=True)
class _State:
    """A state that was written out, and the message it tells of, as that read then."""

    state: State
    message: UserUttered | None
    read_as: tuple[bool | None, int]

    @classmethod
    def of(cls, tracker: DialogueStateTracker, domain: Domain) -> _State:
        """Writes out where a tracker stands."""
        message = tracker.latest_message
        return cls(domain.get_active_state(tracker), message, _read_as(message))

    @property
    def stands(self) -> bool:
        """Policies say afterwards how a message is featurized, and may find entities in it."""
        return self.read_as == _read_as(self.message)


def _read_as(message: UserUttered | None) -> tuple[bool | None, int]:
    return (message.use_text_for_featurization, len(message.entities)) if message else (None, 0)


@dataclass
class _Replay:
    """How far a tracker was replayed, and its states on the way, by the number of events before them."""

    domain: Domain
    running: DialogueStateTracker
    applied: list[Event] = field(default_factory=list)
    states: dict[int, _State] = field(default_factory=dict)

    def leads_to(self, applied: Sequence[Event], domain: Domain, wanted: Collection[int]) -> bool:
        """Those very events still apply, the newest perhaps, and the wanted states among them are as they were."""
        came = len(self.applied)
        known = [self.states.get(index) for index in wanted if index < came]
        return (
            self.domain is domain
            and came <= len(applied)
            and all(map(operator.is_, self.applied, applied))
            and all(state is not None and state.stands for state in known)
        )

    def go_on(self, applied: Sequence[Event], wanted: Collection[int]) -> None:
        """Applies what came since, and writes out the wanted states on the way."""
        for index in range(len(self.applied), len(applied)):
            if index in wanted:
                self.states[index] = _State.of(self.running, self.domain)
            applied[index].apply_to(self.running)
        self.applied = list(applied)


def tail(tracker: DialogueStateTracker, domain: Domain, length: int) -> list[State]:
    """The last states of `DialogueStateTracker.past_states`: only what came since the last time is replayed."""
    applied = tracker.applied_events()
    done = [index for index, event in enumerate(applied) if isinstance(event, ActionExecuted)]
    wanted = done[max(len(done) + 1 - length, 0) :]
    replay: _Replay | None = tracker.__dict__.get(_REPLAY)
    if replay is None or not replay.leads_to(applied, domain, wanted):
        replay = tracker.__dict__[_REPLAY] = _Replay(domain, tracker.init_copy())
    replay.go_on(applied, frozenset(wanted))
    return [*(replay.states[index].state for index in wanted), domain.get_active_state(replay.running)]


def reach(policy: RulePolicy) -> int:
    """How many states decide: more than the longest rule has, so that what is cut off cannot look like a rule."""
    known = policy.__dict__.get(_REACH)
    if known is None:
        longest = max((len(json.loads(key)) for key in _rules_of(policy)), default=0)
        known = policy.__dict__[_REACH] = longest + 1
    return int(known)


def _rules_of(policy: RulePolicy) -> list[str]:
    """Everything written in the form of rules; among those not in stories there are names of other sources, too."""
    names = [name for name in policy.lookup if name.startswith("rules")]
    return [key for name in names for key in policy.lookup[name] if name != RULES_NOT_IN_STORIES or key[:1] == "["]


def possible_keys(policy: RulePolicy, lookup: _Lookup, states: list[State]) -> set[str]:
    """Stands in for `RulePolicy._get_possible_keys`: only rules that ask for this action and intent are compared."""
    indexes: dict[int, tuple[_Lookup, dict[_Asks, list[str]]]] = policy.__dict__.setdefault(_INDEXES, {})
    known, index = indexes.get(id(lookup), (None, {}))
    if known is not lookup:
        index = _index(policy, lookup)
        indexes[id(lookup)] = lookup, index
    action, intent = _asks(states[-1])
    near = {(action, intent), (action, None), (None, intent), (None, None)}
    keys = {key: lookup[key] for asks in near for key in index.get(asks, ())}
    found: set[str] = _possible_keys(policy, keys, states)
    return found


def _index(policy: RulePolicy, lookup: Iterable[str]) -> dict[_Asks, list[str]]:
    index: dict[_Asks, list[str]] = defaultdict(list)
    for key in lookup:
        index[_asks(policy._rule_key_to_state(key)[-1])].append(key)
    return dict(index)


def _asks(state: State) -> _Asks:
    """What must be equal in a state and in a rule of it."""
    action = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    intent = state.get(USER, {}).get(INTENT)
    return _value(action), _value(intent)


def _value(asked: Any) -> str | None:
    return str(asked) if asked and asked != SHOULD_NOT_BE_SET else None


def has_no_say(policy: RulePolicy, tracker: DialogueStateTracker) -> bool:
    """Whatever the rules predict, it yields to a certain prediction of a higher priority.

    Rasa lets the rules overrule such a one in two cases: an open form that reads the message, and a rule written for
    the very text of a message. An action that was just rejected may not be predicted again, so who wins is open.
    """
    if tracker.active_loop_name or _has_texts(policy):
        return False
    kinds = (ActionExecutionRejected, ActionExecuted)
    last = next((event for event in reversed(tracker.events) if isinstance(event, kinds)), None)
    return not isinstance(last, ActionExecutionRejected)


def _has_texts(policy: RulePolicy) -> bool:
    known = policy.__dict__.get(_TEXTS)
    if known is None:
        states = (state for key in _rules_of(policy) for state in json.loads(key))
        known = policy.__dict__[_TEXTS] = any(TEXT in state.get(USER, {}) for state in states)
    return bool(known)


def without_opinion(policy: RulePolicy, domain: Domain) -> PolicyPrediction:
    """What stands in the place of a prediction that was not asked for."""
    return PolicyPrediction(policy._default_predictions(domain), type(policy).__name__, policy.priority)
