"""The simulated agents' telephones: they register, ring, are answered after a while or not at all, and talk."""

from __future__ import annotations

import asyncio
from random import Random

import structlog

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall, RegistrationFailed
from contactcenter.app.sign_ins import Seat
from contactcenter.app.traffic.crowd import Crowd, between
from contactcenter.media.g711 import Samples
from contactcenter.sip.grammar import Address

__all__ = ["AgentPhones"]

REGISTER_AGAIN_S = 2.0
RINGS_MAX_S = 60.0
ANSWER_S, TALK_S = (1.0, 6.0), (15.0, 60.0)
FIRST_TALK_S = (10.0, 15.0)
# The first calls all go well: whoever starts a demonstration wants to see one through.
SMOOTH_CALLS = 3
UNANSWERED_SHARE, BUSY_SHARE = 0.05, 0.03
CALLS_MAX = 50

log = structlog.get_logger(__name__)


class AgentPhones:
    """One bank of telephones, one for each simulated agent."""

    def __init__(self, server: Address, sound: Samples, chance: Random) -> None:
        """Register with `server`, and say `sound` in calls."""
        self._server = server
        self._manner = Manner(answer_after_ms=None, sound=sound)
        self._chance = chance
        self._calls = Crowd("agent's call", CALLS_MAX)
        self._rung = 0
        self._bank = PhoneBank("127.0.0.1")

    async def start(self) -> None:
        """Begin to listen."""
        await self._bank.start()

    async def stop(self) -> None:
        """Hang up everything."""
        await self._calls.close()
        await self._bank.stop()

    async def register(self, seat: Seat) -> None:
        """Register a seat's telephone, however long the centre takes to let it."""
        while True:
            try:
                line = await self._bank.register(seat.station, seat.secret, self._server, self._manner)
            except (RegistrationFailed, TimeoutError) as refused:
                log.info("a phone is not registered yet", station=seat.station, reason=str(refused) or "no answer")
                await asyncio.sleep(REGISTER_AGAIN_S)
            else:
                line.on_call = lambda call: self._calls.admit(self._attend(call))
                return

    async def _attend(self, call: PhoneCall) -> None:
        """Let it ring, answer or not, talk, and hang up if the caller has not."""
        self._rung += 1
        smooth = self._rung <= SMOOTH_CALLS
        whim = 1.0 if smooth else self._chance.random()
        if whim < BUSY_SHARE:
            call.hang_up()
        elif whim < BUSY_SHARE + UNANSWERED_SHARE:
            await self._stay(call, RINGS_MAX_S)
        elif not await self._stay(call, between(self._chance, ANSWER_S)):
            if not call.answered.is_set():  # phones that answer by themselves have done it
                call.answer()
            await self._stay(call, between(self._chance, FIRST_TALK_S if smooth else TALK_S))
            if not call.ended.is_set():
                call.hang_up()

    async def _stay(self, call: PhoneCall, seconds: float) -> bool:
        """Wait, and tell whether the call has ended meanwhile."""
        try:
            await asyncio.wait_for(call.ended.wait(), seconds)
        except TimeoutError:
            return False
        return True
