"""The simulated telephones do as the real ones do, where a day might hang on it."""

from __future__ import annotations

from contactcenter.model import commands
from contactcenter.model.events import Event
from contactcenter.model.ids import LegId, StationId
from contactcenter.sim.telephony import Telephony
from contactcenter.sim.world import World


def test_a_line_that_was_hung_up_before_it_was_dialled_rings_nowhere() -> None:
    told = list[Event]()
    telephony = Telephony(World(0), told.append)
    for leg in ("kept", "late"):
        if leg == "late":
            telephony.carry_out(commands.HangUpLeg(LegId(leg)))
        telephony.carry_out(commands.DialStation(LegId(leg), StationId("1001"), None, None, None))
    assert list(telephony.lines) == ["kept"]
