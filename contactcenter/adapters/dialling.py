"""Whom agents may call: the rules of plain numbers, and the event for a number that was found right and sealed.

The desk asks here before the centre is asked; the edge asks again before a number is dialled.
"""

from __future__ import annotations

import msgspec
import phonenumbers

from contactcenter.adapters.numbers import e164
from contactcenter.model.events import CallbackRequested, DialAsked
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.transfers import ToNumber
from contactcenter.runtime.ports import Link

__all__ = ["DialRules", "Dialler", "NotDialled"]

COSTLY = (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST)


class NotDialled(Exception):
    """The number may not be called; the message is a sentence for who asked, without the number."""


class DialRules(msgspec.Struct, frozen=True):
    """Numbers are read as of `region`; those may be called that begin with one of `prefixes`: without any, none."""

    region: str
    prefixes: tuple[str, ...] = ()

    def number(self, text: str) -> str:
        """Return the E.164 form of what somebody wants to call. Raises NotDialled."""
        if not self.prefixes:
            raise NotDialled("Nobody may call out here: no numbers are allowed.")
        number = e164(text, self.region)
        if number is None or not phonenumbers.is_valid_number(parsed := phonenumbers.parse(number)):
            raise NotDialled("This is no telephone number: check its digits.")
        if phonenumbers.number_type(parsed) in COSTLY:
            raise NotDialled("Numbers with a charge of their own may not be called.")
        if not number.startswith(self.prefixes):
            raise NotDialled("Numbers of this country or network may not be called.")
        return number

    def read(self, text: str) -> str | None:
        """Return the E.164 form of what somebody keyed in, None if that may not be called."""
        try:
            return self.number(text)
        except NotDialled:
            return None

    def allows(self, number: str) -> bool:
        """Tell whether a number may be called."""
        return self.read(number) == number


class Dialler:
    """Turns what somebody wants to call into the event that asks for it."""

    def __init__(self, link: Link, rules: DialRules) -> None:
        """Seal numbers over `link` once `rules` allow them."""
        self._link = link
        self._rules = rules

    async def ask(self, agent: AgentId, text: str) -> DialAsked:
        """Return the event for calling a number for an agent. Raises NotDialled and LinkLost."""
        address = await self._link.address(self._rules.number(text))
        return DialAsked(agent, address.sealed, address.key, address.person)

    async def target(self, text: str) -> ToNumber:
        """Return a number to which a customer is to be passed on. Raises NotDialled and LinkLost."""
        address = await self._link.address(self._rules.number(text))
        return ToNumber(address.sealed, address.key, address.person)

    async def request(self, queue: QueueId, text: str, language: str) -> CallbackRequested:
        """Return the event for calling somebody who asked on a website. Raises NotDialled and LinkLost."""
        address = await self._link.address(self._rules.number(text))
        return CallbackRequested(queue, address.sealed, address.key, address.person, language)
