"""A user agent element without I/O: datagrams and the owner's wishes go in; datagrams, events and a deadline come out.

Drive it so: after every `receive`, `expire` or verb, send what `take_datagrams` returns, act on `take_events`, and arm
one timer for `deadline()`. It decides alone only what RFC 3261 lets one element decide: 100, ACK, repetition,
challenges, 481. Nothing that is received can make it raise.
"""

from collections.abc import Callable
from dataclasses import replace

from contactcenter.sip.call import Call, CallState, InviteOrder
from contactcenter.sip.checks import ALLOW, SUPPORTED, Refusal, inspect
from contactcenter.sip.dialog import Dialog, DialogSnapshot
from contactcenter.sip.digest import Outcome
from contactcenter.sip.element import Element, EndpointSettings, Waking, stamp
from contactcenter.sip.events import Event
from contactcenter.sip.grammar import Address, GrammarError
from contactcenter.sip.incoming import IncomingCalls
from contactcenter.sip.indialog import InDialog
from contactcenter.sip.message import BadMessage, Request, Response, parse_message
from contactcenter.sip.outgoing import OutgoingCalls, RequestOrder
from contactcenter.sip.registrar import Binding, BindingChange
from contactcenter.sip.registration import Registrations
from contactcenter.sip.sdp import SDP_TYPE
from contactcenter.sip.transaction import Transaction

__all__ = ["Endpoint"]

# RFC 5626 keep-alives, and single octets that some devices send to hold a NAT binding open.
_KEEPALIVE = b"\r\n\x00 "


class Endpoint:
    """One user agent element. `token` returns random text for tags and branches."""

    def __init__(self, settings: EndpointSettings, token: Callable[[], str]) -> None:
        self._element = Element(settings, token)
        self._indialog = InDialog(self._element)
        self._incoming = IncomingCalls(self._element, self._indialog)
        self._outgoing = OutgoingCalls(self._element, self._indialog)
        self._registrations = Registrations(self._element)

    # Input and output

    @property
    def address(self) -> Address:
        """Our own address as others reach it."""
        return self._element.settings.address

    @property
    def counters(self) -> dict[str, int]:
        """What was refused, dropped and withheld, by reason."""
        return dict(self._element.counters)

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        """Return what is to be sent, once."""
        taken = list(self._element.outbox)
        self._element.outbox.clear()
        return taken

    def take_events(self) -> list[Event]:
        """Return what happened, once."""
        taken = list(self._element.events)
        self._element.events.clear()
        return taken

    def deadline(self) -> int | None:
        """Return when `expire` must be called, None if nothing waits."""
        element = self._element
        times = (element.transactions.deadline(), element.alarms.deadline(), self._registrations.table.deadline())
        return min((at for at in times if at is not None), default=None)

    def expire(self, now: int) -> None:
        """Let everything happen that was due by `now`."""
        for transaction in self._element.transactions.expire(now):
            self._timed_out(transaction, now)
        while (due := self._element.alarms.pop_due(now)) is not None:
            waking, call, mark = due[1]
            if waking is Waking.REPEAT_ANSWER:
                self._incoming.repeat_answer(call, mark, now)
            elif waking is Waking.GIVE_UP_ACK:
                self._incoming.give_up_ack(call, mark, now)
            elif waking is Waking.GIVE_UP_CANCEL:
                self._outgoing.give_up_cancel(call)
            else:
                self._indialog.session_expired(call, mark, now)
        self._registrations.expire(now)

    def receive(self, datagram: bytes, source: Address, now: int) -> None:
        """Take in one datagram."""
        if not datagram.strip(_KEEPALIVE):
            return
        try:
            message = parse_message(datagram)
            if isinstance(message, Request):
                self._request(message, source, len(datagram), now)
            else:
                self._response(message, source, now)
        except (BadMessage, GrammarError):
            self._element.counters["dropped_malformed"] += 1

    # Requests

    def _request(self, request: Request, source: Address, size: int, now: int) -> None:
        element = self._element
        if request.defect is not None:
            element.refuse(request, Refusal(*request.defect), source, size, now)
            return
        stamp(request, source)
        if element.transactions.absorb(request, now):
            return
        if request.method == "ACK":
            self._ack(request, now)
        elif request.method == "CANCEL":
            self._incoming.cancel(request, source, size, now)
        elif (refusal := self._refusal(request)) is not None:
            element.refuse(request, refusal, source, size, now)
        elif request.to_tag:
            self._within_dialog(request, source, size, now)
        else:
            self._outside_dialog(request, source, size, now)

    def _refusal(self, request: Request) -> Refusal | None:
        refusal = inspect(request)
        if refusal is None and not request.to_tag and self._element.transactions.is_merged(request):
            return Refusal(482, "Merged Request")
        if refusal is None and request.method == "REGISTER":
            return self._registrations.precheck(request)
        return refusal

    def _ack(self, request: Request, now: int) -> None:
        call = self._element.dialogs.get((request.call_id, request.to_tag, request.from_tag))
        if call is not None:
            self._incoming.acknowledge(call, request, now)

    def _within_dialog(self, request: Request, source: Address, size: int, now: int) -> None:
        element = self._element
        call = element.dialogs.get((request.call_id, request.to_tag, request.from_tag))
        if call is None or call.dialog is None or request.method == "REGISTER":
            element.refuse(request, Refusal(481, "Call/Transaction Does Not Exist"), source, size, now)
        elif not self._from_peer(call, source):
            element.refuse(request, Refusal(403, "Forbidden"), source, size, now)
        elif not call.dialog.takes(request.cseq.number):
            self._indialog.refuse(request, source, Refusal(500, "CSeq Out Of Order"), now)
        elif request.method == "INVITE":
            self._incoming.reinvite(call, request, source, now)
        elif request.method == "BYE":
            self._indialog.bye(call, request, source, now)
        elif request.method == "INFO":
            self._indialog.info(call, request, source, now)
        else:
            self._indialog.options(request, source, now)

    def _from_peer(self, call: Call, source: Address) -> bool:
        """Whether a request of a dialog comes from its far side: the same host, or another one of a trunk."""
        trusts = self._element.settings.trusts
        known = {call.peer.host} | ({call.dialog.peer.host} if call.dialog else set())
        return source.host in known or (trusts(source) and trusts(call.peer))

    def _outside_dialog(self, request: Request, source: Address, size: int, now: int) -> None:
        element = self._element
        if request.method == "OPTIONS":
            self._options(request, source, size, now)
        elif request.method == "INVITE" and element.settings.trusts(source):
            self._incoming.invite(request, source, "", now)
        elif request.method == "INVITE":
            account = self._authenticated(request, source, size, now, request.from_.uri.user_text)
            if account:
                self._incoming.invite(request, source, account, now)
        elif request.method == "REGISTER" and element.settings.registers:
            account = self._authenticated(request, source, size, now, request.to.uri.user_text)
            if account:
                self._registrations.register(request, source, account, now)
        elif request.method == "BYE":
            element.refuse(request, Refusal(481, "Call/Transaction Does Not Exist"), source, size, now)
        else:
            element.refuse(request, Refusal(403, "Forbidden"), source, size, now)

    def _options(self, request: Request, source: Address, size: int, now: int) -> None:
        headers = {"Allow": ALLOW, "Accept": SDP_TYPE, "Supported": SUPPORTED}
        response = self._element.reply(request, 200, tag=self._element.stateless_tag(request), headers=headers)
        self._element.send_to_stranger(response.encode(), source, size, now)

    def _authenticated(self, request: Request, source: Address, size: int, now: int, claimed: str) -> str:
        """Return the account that a request proves to come from; else challenge it and return nothing."""
        element = self._element
        if not element.settings.admits_phones(source):
            element.refuse(request, Refusal(403, "Forbidden"), source, size, now)
            return ""
        stale = False
        for value in request.values("authorization"):
            verdict = element.guard.check(value, request.method, request.uri_text, source.host, now)
            if verdict.outcome is Outcome.ACCEPTED:
                element.vouch(source.host)
                return verdict.username
            stale = stale or verdict.outcome is Outcome.STALE
            element.counters["digest_stale" if stale else "digest_refused"] += 1
        challenge = element.guard.challenge(claimed, source.host, now, stale=stale)
        refusal = Refusal(401, "Unauthorized", {"WWW-Authenticate": challenge})
        element.refuse(request, refusal, source, size, now)
        return ""

    # Responses

    def _response(self, response: Response, source: Address, now: int) -> None:
        transaction, wanted = self._element.transactions.receive(response, now)
        if transaction is not None:
            if wanted:
                self._answered(transaction, response, source, now)
        elif response.cseq.method == "INVITE" and 200 <= response.status < 300:
            self._outgoing.stray_answer(response, source, now)
        else:
            self._element.counters["stray_response"] += 1

    def _answered(self, transaction: Transaction, response: Response, source: Address, now: int) -> None:
        call = transaction.usage
        if not isinstance(call, Call):
            self._outgoing.request_answered(transaction, response, now)
        elif transaction is call.invite:
            self._outgoing.invite_answered(call, response, source, now)
        elif response.cseq.method == "INVITE":
            self._outgoing.reinvite_answered(call, response, source, now)
        elif response.status >= 200:
            self._indialog.bye_answered(call, response)

    def _timed_out(self, transaction: Transaction, now: int) -> None:
        call = transaction.usage
        if not isinstance(call, Call):
            self._outgoing.request_answered(transaction, None, now)
        elif transaction is call.invite:
            self._outgoing.invite_timed_out(call)
        elif transaction.request.method == "INVITE":
            self._outgoing.reinvite_answered(call, None, transaction.address, now)
        else:
            self._indialog.bye_answered(call, None)

    # The owner's verbs: each returns False, and does nothing, where it comes too late

    def ring(self, number: int, now: int, status: int = 180, body: bytes = b"") -> bool:
        """Give an INVITE a provisional answer."""
        call = self._element.calls.get(number)
        return call is not None and self._incoming.ring(call, status, body, now)

    def accept(self, number: int, body: bytes, now: int) -> bool:
        """Answer an INVITE or a waiting re-INVITE with 200 and a session description."""
        call = self._element.calls.get(number)
        return call is not None and self._incoming.accept(call, body, now)

    def reject(self, number: int, status: int, now: int, reason: str = "", retry_after_s: int = 0) -> bool:
        """Refuse an INVITE or a waiting re-INVITE."""
        call = self._element.calls.get(number)
        return call is not None and self._incoming.reject(call, status, reason, retry_after_s, now)

    def invite(self, order: InviteOrder, now: int) -> int:
        """Place a call and return its number. Raises GrammarError if the order's URIs cannot be read."""
        return self._outgoing.invite(order, now).number

    def recover_invite(self, order: InviteOrder, now: int) -> int:
        """Withdraw a call placed before a crash, given the same order; returns its number."""
        return self._outgoing.recover(order, now).number

    def cancel(self, number: int, now: int) -> bool:
        """Withdraw an INVITE of ours; False if it is too late, or if the INVITE came from elsewhere."""
        call = self._element.calls.get(number)
        return call is not None and call.order is not None and self._outgoing.cancel(call, now)

    def bye(self, number: int, now: int) -> bool:
        """End an answered call."""
        call = self._element.calls.get(number)
        return call is not None and self._indialog.hang_up(call, now)

    def reinvite(self, number: int, body: bytes, now: int) -> bool:
        """Offer another session within a call."""
        call = self._element.calls.get(number)
        return call is not None and self._outgoing.reinvite(call, body, now)

    def request(self, order: RequestOrder, now: int) -> int:
        """Send a request outside dialogs, such as REGISTER; returns its number."""
        return self._outgoing.request(order, now)

    # Registrations and recovery

    def bindings(self, account: str, now: int) -> list[Binding]:
        """Return where an account can be reached, the contact refreshed last first."""
        return self._registrations.table.bindings(account, now)

    def restore_binding(self, binding: Binding) -> None:
        """Put back a contact that was known before a restart."""
        self._registrations.table.restore(binding)

    def remove_bindings(self, account: str) -> list[BindingChange]:
        """Forget all contacts of an account."""
        return self._registrations.table.remove(account)

    def snapshot(self, number: int) -> DialogSnapshot | None:
        """Return a call's dialog as a value, None if it has none yet."""
        call = self._element.calls.get(number)
        return call.dialog.snapshot() if call is not None and call.dialog is not None else None

    def restore_dialog(self, held: DialogSnapshot, skip_cseq: int = 0) -> int:
        """Put back an answered call from before a restart; `skip_cseq` leaves room for requests not journaled."""
        dialog = Dialog(replace(held, local_cseq=held.local_cseq + skip_cseq))
        call = self._element.open_call(CallState.CONFIRMED, self._element.contact(), dialog.peer)
        self._element.join(call, dialog)
        return call.number
