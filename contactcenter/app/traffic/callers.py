"""Simulated callers: they dial, hear the menu, press right and wrong keys or none, wait, talk, and hang up anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.app.traffic.crowd import Crowd, arrivals, between
from contactcenter.app.traffic.public import Caller, Public
from contactcenter.app.traffic.words import meter_number
from contactcenter.media.g711 import Samples
from contactcenter.sip.grammar import Address

__all__ = ["JOURNEYS", "Callers", "Journey"]

CALLS_MAX = 12  # a demonstration must not be a load test, whatever happens
PER_MIN = 3.4
BURST_SHARE, BURST = 0.12, (2, 4)
BURST_GAP_S = (0.2, 3.0)
KEY_S = (2.0, 6.0)
METER = "meter"  # stands for a number keyed in once the centre has asked for it
METER_S = (9.0, 13.0)  # the voice that asks for it takes as long
PATIENT_S = (90.0, 180.0)
ANSWERED_WITHIN_S = 20.0
FIRST_S = 2.0  # until the agents are ready


@dataclass(frozen=True, slots=True)
class Journey:
    """A way through the hotline's menu: keys pressed one after another, then how long the caller stays."""

    weight: int
    keys: tuple[str, ...]
    stay_s: tuple[float, float] = PATIENT_S


JOURNEYS = (
    Journey(30, ("1", METER)),
    Journey(16, ("0",)),
    Journey(14, ("3",)),
    Journey(6, ("2", "1")),  # the machine tells, and hangs up
    Journey(4, ("2", "0")),
    Journey(6, ("7", "0")),  # a wrong key first
    Journey(3, ()),  # silence: whoever cannot press keys gets a person
    Journey(3, (), (1.0, 9.0)),  # gone in the greeting
    Journey(3, ("1",), (1.0, 6.0)),  # gone when asked for the number
    Journey(8, ("1", METER), (1.0, 20.0)),  # no patience for a queue
    Journey(3, ("0",), (0.2, 4.0)),
)
FIRST = Journey(1, ("0",))


class Callers:
    """People who call the centre's numbers, from the trunk's address."""

    def __init__(
        self, numbers: Mapping[str, str], server: Address, sound: Samples, public: Public, chance: Random
    ) -> None:
        """Dial `numbers` (by language) at `server`."""
        self._numbers = numbers
        self._server = server
        self._manner = Manner(sound=sound)
        self._public = public
        self._chance = chance
        self._crowd = Crowd("caller", CALLS_MAX)
        self._came = 0
        self._bank = PhoneBank("127.0.0.1")

    async def run(self) -> None:
        """Let callers come until cancelled."""
        await self._bank.start()
        try:
            await asyncio.sleep(FIRST_S)
            await arrivals(self._crowd, PER_MIN, self._chance, self._some)
        finally:
            await self._crowd.close()
            await self._bank.stop()

    async def _some(self) -> None:
        """One caller, or several who call because of the same thing."""
        if self._came and self._chance.random() < BURST_SHARE:
            for _ in range(self._chance.randint(*BURST)):
                self._crowd.admit(self._life())
                await asyncio.sleep(between(self._chance, BURST_GAP_S))
        else:
            await self._life()

    async def _life(self) -> None:
        caller = self._public.anyone()
        journey = self._journey()
        call = self._bank.dial(self._number(caller), self._server, caller.number, self._manner)
        try:
            await asyncio.wait_for(call.answered.wait(), ANSWERED_WITHIN_S)
            for key in journey.keys:
                await asyncio.sleep(between(self._chance, METER_S if key == METER else KEY_S))
                call.press(f"{meter_number(self._chance)}#" if key == METER else key)
            await asyncio.wait_for(call.ended.wait(), between(self._chance, journey.stay_s))
        except TimeoutError:
            pass  # not answered, or patience is over
        finally:
            if not call.ended.is_set():
                call.hang_up()

    def _journey(self) -> Journey:
        self._came += 1
        if self._came == 1:
            return FIRST
        return self._chance.choices(JOURNEYS, [journey.weight for journey in JOURNEYS])[0]

    def _number(self, caller: Caller) -> str:
        return self._numbers.get(caller.language) or next(iter(self._numbers.values()))
