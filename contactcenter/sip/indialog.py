"""Requests within a dialog other than INVITE: BYE and INFO from the far side, BYE from ours, and session expiry."""

import re

from contactcenter.sip.call import Act, Call, CallState
from contactcenter.sip.checks import Refusal
from contactcenter.sip.dialog import Dialog
from contactcenter.sip.element import Element
from contactcenter.sip.events import ByeReceived, DigitRelayed, RequestAnswered, SessionExpired
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Request, Response

__all__ = ["InDialog"]

_DIGITS = frozenset("0123456789*#ABCD")
_EVENT_DIGITS = {"10": "*", "11": "#"}
_RELAY = re.compile(r"\s*+signal\s*+=\s*+(\S{1,2})(?:\s++duration\s*+=\s*+(\d{1,5}))?", re.ASCII | re.IGNORECASE)
# What a phone means that names no duration.
DIGIT_MS_DEFAULT = 100


class InDialog:
    """Everything a dialog carries besides INVITE."""

    def __init__(self, element: Element) -> None:
        self._element = element

    def bye(self, call: Call, request: Request, source: Address, now: int) -> None:
        """Take in a BYE; unanswered INVITEs of the call get their 487 (RFC 3261 §15.1.2)."""
        element = self._element
        ending = call.state is CallState.ENDING
        element.answer(element.transactions.open_server(request, source), 200, now)
        for open_invite in (call.invite, call.reinvite):
            if open_invite is not None and open_invite.open and open_invite.usage is call:
                element.answer(open_invite, 487, now, tag=call.established.local_tag)
        call.unacknowledged = None
        call.step(Act.BYE)
        element.close(call)
        if not ending:
            element.events.append(ByeReceived(call.number))

    def info(self, call: Call, request: Request, source: Address, now: int) -> None:
        """Take in an INFO; a key press among its kinds is told to the owner."""
        element = self._element
        element.answer(element.transactions.open_server(request, source), 200, now)
        pressed = read_digit(request)
        if pressed is not None:
            element.events.append(DigitRelayed(call.number, *pressed))

    def options(self, request: Request, source: Address, now: int) -> None:
        """Answer an OPTIONS that asks whether the dialog lives."""
        self._element.answer(self._element.transactions.open_server(request, source), 200, now)

    def refuse(self, request: Request, source: Address, refusal: Refusal, now: int) -> None:
        """Refuse a request of a dialog, once for all its copies."""
        self._element.counters[f"refused_{refusal.status}"] += 1
        transaction = self._element.transactions.open_server(request, source)
        self._element.answer(transaction, refusal.status, now, reason=refusal.reason)

    def send_bye(self, call: Call, now: int) -> None:
        """Send the BYE of a call that its state machine has let go."""
        self.send_bye_for(call.established, call, now)

    def send_bye_for(self, dialog: Dialog, call: Call | None, now: int) -> None:
        """Send a BYE; without a call nobody is told how it was answered."""
        request = dialog.request("BYE", self._element.via())
        transaction = self._element.transactions.open_client(request, dialog.peer, now)
        transaction.usage = call

    def bye_answered(self, call: Call, response: Response | None) -> None:
        """Take in the final answer to our BYE, or that none came: the call is over in any case."""
        if call.step(Act.DONE):
            self._element.close(call)
            status = response.status if response is not None else 408
            self._element.events.append(RequestAnswered(call.number, 0, "BYE", status, None))

    def session_expired(self, call: Call, mark: int, now: int) -> None:
        """End a call whose far side did not refresh it; an older alarm is ignored."""
        if call.session_mark == mark and call.step(Act.GIVE_UP):
            self.send_bye(call, now)
            self._element.events.append(SessionExpired(call.number))

    def hang_up(self, call: Call, now: int) -> bool:
        """End a call that was answered; before its ACK the BYE waits. False if there is nothing to end."""
        if not call.step(Act.HANG_UP):
            return False
        if call.state is CallState.ENDING:
            self.send_bye(call, now)
        return True


def read_digit(request: Request) -> tuple[str, int] | None:
    """Return the key and its duration that an INFO body names, None if it names none."""
    text = request.body[:256].decode("ascii", "replace").replace("\r\n", "\n")
    if request.content_type == "application/dtmf":
        digit, duration = text.strip(), ""
    else:
        found = _RELAY.match(text)
        if found is None:
            return None
        digit, duration = found[1], found[2] or ""
    digit = _EVENT_DIGITS.get(digit, digit.upper())
    if digit not in _DIGITS:
        return None
    return digit, int(duration) if duration else DIGIT_MS_DEFAULT
