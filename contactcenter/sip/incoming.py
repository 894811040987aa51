"""Calls that come in: INVITE, re-INVITE, their ACK and CANCEL, and the answers that the owner gives them.

The owner decides whether a call is rung, answered or refused; this part repeats the answer until it is acknowledged and
settles what crosses on the wire. Challenging and refusing strangers has happened before a request gets here.
"""

from contactcenter.sip.call import Act, Call, CallState, Unacknowledged
from contactcenter.sip.checks import ALLOW, SESSION_S_MIN, SUPPORTED, Refusal
from contactcenter.sip.dialog import as_server
from contactcenter.sip.element import Element, Waking
from contactcenter.sip.events import (
    AckTimedOut,
    CallConfirmed,
    InviteCancelled,
    InviteReceived,
    ReinviteCancelled,
    ReinviteReceived,
)
from contactcenter.sip.grammar import Address, parse_name_addr, scrub, split_list
from contactcenter.sip.indialog import InDialog
from contactcenter.sip.message import Request, Response
from contactcenter.sip.sdp import SdpError
from contactcenter.sip.transaction import Transaction, server_key

__all__ = ["IncomingCalls"]

# What a far side whose re-INVITE crosses another should wait (RFC 3261 §14.2: 0 to 10 s).
RETRY_AFTER_S = 2
DISPLAY_MAX = 128


class IncomingCalls:
    """The server side of INVITE."""

    def __init__(self, element: Element, indialog: InDialog) -> None:
        self._element = element
        self._indialog = indialog

    def invite(self, request: Request, source: Address, account: str, now: int) -> None:
        """Take in a new INVITE from somebody who may call; answers 100 and tells the owner."""
        element = self._element
        transaction = element.transactions.open_server(request, source)
        element.answer(transaction, 100, now)
        refusal = self._session_refusal(request)
        try:
            offer, audio = element.read_offer(request)
        except SdpError:
            offer, audio, refusal = None, None, Refusal(400, "Bad Session Description")
        if offer is not None and audio is None:
            refusal = refusal or Refusal(488, "Not Acceptable Here")
        if refusal is not None:
            self._refuse(transaction, refusal, now)
            return
        call = element.open_call(CallState.RECEIVED, element.contact(request.uri.user or ""), source)
        call.invite = transaction
        transaction.usage = call
        distrust = element.settings.distrust_contacts
        element.join(call, as_server(request, element.token(), source, distrust_contact=distrust))
        self._note_session_timer(call, request)
        called = request.uri.user_text
        calling, display = self._caller(request, account, source)
        names = (call.number, called, calling, display, account, source, request.call_id)
        element.events.append(InviteReceived(*names, offer, audio, _asks_to_answer(request)))

    def _caller(self, request: Request, account: str, source: Address) -> tuple[str, str]:
        """Return number and name; an asserted identity counts only from a trusted peer (RFC 3325 §9)."""
        party = request.from_
        if not account and self._element.settings.trusts(source):
            party = request.parsed("p-asserted-identity", lambda text: parse_name_addr(split_list(text)[0])) or party
        user = party.uri.user_text or party.uri.opaque.partition(";")[0]
        return scrub(user)[:DISPLAY_MAX], scrub(party.display)[:DISPLAY_MAX]

    def _session_refusal(self, request: Request) -> Refusal | None:
        seconds = request.number("session-expires")
        if seconds is not None and seconds < SESSION_S_MIN:
            return Refusal(422, "Session Interval Too Small", {"Min-SE": str(SESSION_S_MIN)})
        return None

    def _note_session_timer(self, call: Call, request: Request) -> None:
        call.session_s = request.number("session-expires") or 0

    def _refuse(self, transaction: Transaction, refusal: Refusal, now: int) -> None:
        element = self._element
        tag = element.stateless_tag(transaction.request)
        response = element.reply(
            transaction.request, refusal.status, reason=refusal.reason, tag=tag, headers=refusal.headers
        )
        element.counters[f"refused_{refusal.status}"] += 1
        element.transactions.respond(transaction, response, now)

    # Re-INVITE

    def reinvite(self, call: Call, request: Request, source: Address, now: int) -> None:
        """Take in an INVITE within a dialog (RFC 3261 §14.2)."""
        element = self._element
        transaction = element.transactions.open_server(request, source)
        if call.state is not CallState.CONFIRMED or call.reinvite is not None or call.unacknowledged is not None:
            self._refuse(transaction, Refusal(500, "Request Pending", {"Retry-After": str(RETRY_AFTER_S)}), now)
            return
        if call.reinviting:
            self._refuse(transaction, Refusal(491, "Request Pending"), now)
            return
        try:
            offer, audio = element.read_offer(request)
        except SdpError:
            self._refuse(transaction, Refusal(400, "Bad Session Description"), now)
            return
        if offer is not None and audio is None:
            self._refuse(transaction, Refusal(488, "Not Acceptable Here"), now)
            return
        element.answer(transaction, 100, now)
        call.reinvite = transaction
        transaction.usage = call
        call.established.retarget(request, source, distrust_contact=element.settings.distrust_contacts)
        self._note_session_timer(call, request)
        element.events.append(ReinviteReceived(call.number, offer, audio))

    # The owner's answers

    def ring(self, call: Call, status: int, body: bytes, now: int) -> bool:
        """Give a provisional answer; False if it is too late for one."""
        if call.state is not CallState.RECEIVED or call.invite is None:
            return False
        self._respond(call, call.invite, status, "", body, now)
        return True

    def accept(self, call: Call, body: bytes, now: int) -> bool:
        """Answer the INVITE, or the re-INVITE that is waiting, with 200; False if there is none."""
        transaction = self._waiting(call, Act.ACCEPT)
        if transaction is None:
            return False
        response = self._respond(call, transaction, 200, "", body, now)
        cseq, pause = transaction.request.cseq.number, self._element.settings.timers.t1_ms
        call.unacknowledged = Unacknowledged(cseq, transaction, response, pause, not transaction.request.body)
        self._element.wake(Waking.REPEAT_ANSWER, call, now + pause, cseq)
        self._element.wake(Waking.GIVE_UP_ACK, call, now + self._element.settings.timers.give_up_ms, cseq)
        self._arm_session(call, now)
        return True

    def reject(self, call: Call, status: int, reason: str, retry_after_s: int, now: int) -> bool:
        """Refuse the INVITE, or the re-INVITE that is waiting; False if there is none."""
        first = call.reinvite is None
        transaction = self._waiting(call, Act.REFUSE)
        if transaction is None:
            return False
        self._respond(call, transaction, status, reason, b"", now, retry_after_s)
        if first:
            self._element.close(call)
        return True

    def _waiting(self, call: Call, act: Act) -> Transaction | None:
        """Take the INVITE or re-INVITE that waits for its final answer, None if there is none."""
        transaction, call.reinvite = call.reinvite, None
        if transaction is None and call.step(act):
            transaction, call.invite = call.invite, None
        return transaction

    def _respond(
        self,
        call: Call,
        transaction: Transaction,
        status: int,
        reason: str,
        body: bytes,
        now: int,
        retry_after_s: int = 0,
    ) -> Response:
        tag = call.established.local_tag
        headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
        if status < 300:
            headers |= {"Contact": call.contact, "Allow": ALLOW, "Supported": SUPPORTED}
        if 200 <= status < 300 and call.session_s:
            # The far side asked for the timer, so it does the refreshing (RFC 4028 §9).
            headers["Session-Expires"] = f"{call.session_s};refresher=uac"
            if "timer" in transaction.request.tokens("supported"):
                headers["Require"] = "timer"
        request = transaction.request
        response = self._element.reply(request, status, reason=reason, tag=tag, headers=headers, body=body)
        for value in request.values("record-route") if status < 300 else ():
            response.add("record-route", value)
        self._element.transactions.respond(transaction, response, now)
        return response

    def _arm_session(self, call: Call, now: int) -> None:
        # Whatever was agreed before no longer holds: the last answer says how it is from now on.
        call.session_mark += 1
        if call.session_s:
            self._element.wake(Waking.SESSION, call, now + call.session_s * 1_000, call.session_mark)

    # ACK and CANCEL

    def acknowledge(self, call: Call, request: Request, now: int) -> None:
        """Take in the ACK for a 2xx; one that comes again is ignored."""
        held = call.unacknowledged
        if held is None or held.cseq != request.cseq.number:
            return
        call.unacknowledged = None
        leaving = call.state is CallState.LEAVING
        first = call.step(Act.ACKNOWLEDGE)
        if leaving:
            self._indialog.send_bye(call, now)
        elif first or held.offered:
            audio = self._element.heard(request) if held.offered else None
            self._element.events.append(CallConfirmed(call.number, audio))

    def cancel(self, request: Request, source: Address, size: int, now: int) -> None:
        """Take in a CANCEL: 200 if its INVITE is known, 481 if not (RFC 3261 §9.2)."""
        element = self._element
        key = server_key(request)._replace(method="INVITE")
        found = element.transactions.find_server(key)
        if found is None or found.address.host != source.host:
            element.refuse(request, Refusal(481, "Call/Transaction Does Not Exist"), source, size, now)
            return
        element.answer(element.transactions.open_server(request, source), 200, now)
        call = found.usage
        if not isinstance(call, Call) or not found.open:
            return
        if call.reinvite is found:
            self.reject(call, 487, "", 0, now)
            element.events.append(ReinviteCancelled(call.number))
            return
        call.step(Act.WITHDRAW)
        self._respond(call, found, 487, "", b"", now)
        element.close(call)
        element.events.append(InviteCancelled(call.number))

    # Waking

    def repeat_answer(self, call: Call, cseq: int, at: int) -> None:
        """Send an unacknowledged 2xx again."""
        held = call.unacknowledged
        if held is None or held.cseq != cseq:
            return
        self._element.outbox.append((held.response.encode(), held.transaction.address))
        held.pause_ms = min(held.pause_ms * 2, self._element.settings.timers.t2_ms)
        self._element.wake(Waking.REPEAT_ANSWER, call, at + held.pause_ms, cseq)

    def give_up_ack(self, call: Call, cseq: int, now: int) -> None:
        """End a call whose 2xx nobody acknowledged."""
        held = call.unacknowledged
        if held is None or held.cseq != cseq:
            return
        call.unacknowledged = None
        if call.step(Act.GIVE_UP):
            self._indialog.send_bye(call, now)
            self._element.events.append(AckTimedOut(call.number))


def _asks_to_answer(request: Request) -> bool:
    """Whether an INVITE holds one of the two usual ways to say so; there is no standard for it."""
    alert, call_info = request.values("alert-info"), request.values("call-info")
    wanted = any("info=alert-autoanswer" in value.lower() for value in alert)
    return wanted or any("answer-after=0" in value.replace(" ", "").lower() for value in call_info)
