"""Modes in simulated days: switched in the middle of everything, they hold at once, end in time and leave nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.center import Center
from contactcenter.model.config import CenterConfig, ModeConfig
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import ConfigApplied, ContactArrived, Fact, ModeChanged, OfferMade
from contactcenter.model.flow import Branch, Flow, HangUpNode
from contactcenter.model.ids import AgentId, ContactId, OfferId, QueueId, VisitId
from contactcenter.model.modes import ActiveMode, in_mode
from contactcenter.model.words import Channel, ModeSource
from contactcenter.runtime.replay import verify
from contactcenter.sim.engine import VERSION
from contactcenter.sim.habits import Habits
from contactcenter.sim.mode_checkers import ModeChecker
from contactcenter.sim.simulate import Simulation
from contactcenter.sim.violations import Ledger
from tests.sim.centres import hotline
from tests.sim.test_simulate import MORNING_AT, STORM, sound
from tests.stories.test_modes import config_with_modes

RUSH = Habits(calls_per_hour=100, chats_per_hour=40, texts_per_hour=25, population=200, mode_switches=30)


def many_moded() -> CenterConfig:
    """The hotline with a storm, an evacuation, a closed door and a mode of one queue alone."""
    usual = hotline()
    faults, sales = usual.queues
    shut = Flow("shut", "bye", (Branch("bye", HangUpNode(("closed",), "closed")),))
    storm = (replace(faults, ring_ms=9_000, wrap_up_ms=5_000, welcome=()), replace(sales, limit=3, ageing_ms=30_000))
    away = tuple(replace(queue, offers=(Channel.CHAT, Channel.SMS)) for queue in usual.queues)
    closed = tuple(replace(queue, limit=0) for queue in usual.queues)
    picked = (replace(sales, strategy="most_skilled", priority=5),)
    doors = tuple(replace(entry, flow="shut") for entry in usual.entries if entry.channel is Channel.VOICE)
    modes = (
        ModeConfig("storm", "Storm", storm),
        ModeConfig("evacuated", "Evacuated", away, doors, lasts_ms=600_000),
        ModeConfig("closed", "Closed", closed, doors),
        ModeConfig("picked", "Picked", picked),
    )
    return replace(usual, flows=(*usual.flows, shut), modes=modes)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_invariant_holds_whatever_a_supervisor_switches(seed: int) -> None:
    simulation = Simulation(many_moded(), 3, seed, habits=RUSH, faults=STORM, start_at=MORNING_AT)
    sound(simulation.run())
    switches = [fact for entry in simulation.engine.entries for fact in entry.facts if isinstance(fact, ModeChanged)]
    assert len(switches) > 20
    assert {ModeSource.CONSOLE, ModeSource.EXPIRY} <= {fact.source for fact in switches}
    assert verify(simulation.engine, Center, VERSION).difference is None


# --- the oracle itself

PUBLISHED = config_with_modes()
STORMY = (ActiveMode(None, "evacuated", 50),)
SWITCHED = ModeChanged(None, "evacuated", 50, "normal", None, "sue", ModeSource.API)
IN_FORCE = ConfigApplied("h", in_mode(PUBLISHED, STORMY), STORMY)
RINGS = OfferMade(
    OfferId("O"), ContactId("C"), VisitId("V"), QueueId("faults"), Channel.VOICE, AgentId("anna"), None, 1_000
)


def broken(*told: tuple[int, Fact]) -> list[str]:
    """Return the invariants that the oracle finds broken in facts with their times."""
    ledger = Ledger()
    checker = ModeChecker(ledger)
    checker.see(Entry(Position(1, 1), 1, "", TimePassed(), (ConfigApplied("h", PUBLISHED),)))
    for at, fact in told:
        together = (fact, IN_FORCE) if fact is SWITCHED else (fact,)
        checker.see(Entry(Position(1, 2), at, "", TimePassed(), together))
    checker.finish(told[-1][0])
    return list(dict.fromkeys(violation.invariant for violation in ledger.violations))


def test_a_sound_switch_and_its_end_pass() -> None:
    back = replace(SWITCHED, mode="normal", until_at=None, former="evacuated", former_until_at=50)
    assert broken((2, SWITCHED)) == []
    ledger, plain = Ledger(), ConfigApplied("h", PUBLISHED)
    checker = ModeChecker(ledger)
    for at, facts in ((1, (plain,)), (2, (SWITCHED, IN_FORCE)), (50, (back, plain))):
        checker.see(Entry(Position(1, at), at, "", TimePassed(), facts))
    checker.finish(99)
    assert ledger.violations == [] and ledger.checked > 5


def test_each_broken_rule_is_called_by_its_name() -> None:
    lies = replace(SWITCHED, former="storm")
    assert broken((2, SWITCHED), (51, RINGS)) == ["M3", "M1"]
    assert broken((2, lies)) == ["M2", "M3"], "and the configuration did not follow"
    assert broken((2, RINGS), (3, SWITCHED)) == ["M3"], "it rings on"
    assert broken((2, IN_FORCE)) == ["M3"], "nobody switched"
    arrived = ContactArrived(ContactId("C"), Channel.VOICE, "200", "direct", "en", None, None, "")
    assert broken((2, SWITCHED), (3, arrived)) == ["M3"]
    assert broken((2, arrived)) == []
