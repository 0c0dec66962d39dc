"""The scenes of a day, by the name that the script gives them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from utility.simulate.scenes import counter, crew, money
from utility.simulate.stage import Scene

SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "bind": counter.bind,
        "look": counter.look,
        "stranger": counter.stranger,
        "case": counter.case,
        "visit": counter.visit,
        "call_off": counter.call_off,
        "report": crew.report,
        "urge": crew.urge,
        "confirm": crew.confirm,
        "dispatch": crew.dispatch,
        "restore": crew.restore,
        "pay": money.pay,
        "round": crew.make_round,
    }
)
