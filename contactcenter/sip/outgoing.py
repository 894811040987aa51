"""Calls and requests that we send: INVITE, CANCEL, re-INVITE, and requests outside dialogs, with digest if asked.

A 2xx is acknowledged here at once and every time it comes; one that nobody waits for (late after CANCEL, a second
branch of a fork, a call from before a crash) is acknowledged and ended.
"""

from dataclasses import dataclass

from contactcenter.sip.call import Act, Call, CallState, Credentials, InviteOrder
from contactcenter.sip.checks import ALLOW, SUPPORTED
from contactcenter.sip.dialog import MAX_FORWARDS, Dialog, as_client
from contactcenter.sip.digest import authorization, read_challenge
from contactcenter.sip.element import Element, Waking
from contactcenter.sip.events import CallAnswered, CallFailed, CallProgress, ReinviteAnswered, RequestAnswered
from contactcenter.sip.grammar import Address, GrammarError, NameAddr, parse_uri
from contactcenter.sip.indialog import InDialog
from contactcenter.sip.message import Request, Response, copy_headers
from contactcenter.sip.sdp import SDP_TYPE
from contactcenter.sip.transaction import State, Transaction

__all__ = ["OutgoingCalls", "OutgoingRequest", "RequestOrder"]

# One answer to a challenge and one more for a nonce that went stale.
TRIES_MAX = 2


@dataclass(frozen=True, slots=True)
class RequestOrder:
    """A request outside a dialog. `cseq` must grow for each one of the same Call-ID."""

    method: str
    target: str
    destination: Address
    party: str
    """The URI of From and To."""
    call_id: str
    cseq: int
    headers: tuple[tuple[str, str], ...] = ()
    contact_user: str = ""
    credentials: Credentials | None = None


@dataclass(slots=True)
class OutgoingRequest:
    """A request outside a dialog that waits for its answer."""

    number: int
    order: RequestOrder
    tries: int = 0


class OutgoingCalls:
    """The client side."""

    def __init__(self, element: Element, indialog: InDialog) -> None:
        self._element = element
        self._indialog = indialog

    # INVITE

    def invite(self, order: InviteOrder, now: int) -> Call:
        """Place a call. Raises GrammarError if the order's URIs cannot be read."""
        request = self._invite_request(order)
        call = self._open(order)
        call.invite = self._element.transactions.open_client(request, order.destination, now)
        call.invite.usage = call
        return call

    def recover(self, order: InviteOrder, now: int) -> Call:
        """Withdraw a call placed before a crash: its CANCEL goes out at once, a 2xx that comes is ended."""
        call = self._open(order)
        call.invite = self._element.transactions.adopt_client(self._invite_request(order), order.destination)
        call.invite.usage = call
        self.cancel(call, now)
        return call

    def _open(self, order: InviteOrder) -> Call:
        call = self._element.open_call(CallState.CALLING, self._element.contact(order.contact_user), order.destination)
        call.order = order
        return call

    def _invite_request(self, order: InviteOrder) -> Request:
        caller = NameAddr(order.display, parse_uri(order.caller))
        headers = {
            "via": [self._element.via(order.branch)],
            "max-forwards": [MAX_FORWARDS],
            "from": [f"{caller};tag={order.from_tag}"],
            "to": [f"<{parse_uri(order.target)}>"],
            "call-id": [order.call_id],
            "cseq": ["1 INVITE"],
            "contact": [self._element.contact(order.contact_user)],
            "allow": [ALLOW],
            "supported": [SUPPORTED],
            "user-agent": [self._element.settings.product],
        }
        request = Request("INVITE", order.target, headers, order.body)
        for name, value in order.headers:
            request.add(name, value)
        if order.body:
            request.add("content-type", SDP_TYPE)
        return request

    def cancel(self, call: Call, now: int) -> bool:
        """Withdraw our INVITE; the CANCEL waits for a provisional answer (RFC 3261 §9.1). False if it is too late."""
        if not call.step(Act.WITHDRAW):
            return False
        self._send_cancel(call, now)
        return True

    def _send_cancel(self, call: Call, now: int) -> None:
        _, invite = call.placed
        if invite.state is not State.PROCEEDING or call.cancel_sent:
            return
        call.cancel_sent = True
        request = invite.request
        headers = copy_headers(request, ("via", "max-forwards", "route", "from", "to", "call-id"))
        headers["cseq"] = [f"{request.cseq.number} CANCEL"]
        self._element.transactions.open_client(Request("CANCEL", request.uri_text, headers), invite.address, now)
        give_up_at = now + self._element.settings.timers.give_up_ms
        self._element.wake(Waking.GIVE_UP_CANCEL, call, give_up_at)

    def give_up_cancel(self, call: Call) -> None:
        """Stop waiting for the final answer to a cancelled INVITE."""
        if call.state is CallState.CANCELLING and call.step(Act.FAIL):
            self._element.transactions.forget(call.placed[1])
            self._element.close(call)
            self._element.events.append(CallFailed(call.number, 408))

    def invite_answered(self, call: Call, response: Response, source: Address, now: int) -> None:
        """Take in an answer to our INVITE."""
        if response.status < 200:
            self._progress(call, response, now)
        elif response.status < 300:
            self._answered(call, response, source, now)
        elif not (response.status in (401, 407) and self._try_again(call, response, now)):
            self._failed(call, response.status)

    def _progress(self, call: Call, response: Response, now: int) -> None:
        if call.state is CallState.CANCELLING:
            self._send_cancel(call, now)
        elif call.state is CallState.CALLING and response.status > 100:
            audio = self._element.heard(response)
            self._element.events.append(CallProgress(call.number, response.status, audio))

    def _answered(self, call: Call, response: Response, source: Address, now: int) -> None:
        _, invite = call.placed
        if call.answered_tag and response.to_tag == call.answered_tag:
            self._repeat_ack(call, response)
            return
        distrust = self._element.settings.distrust_contacts
        try:
            dialog = as_client(invite.request, response, source, distrust_contact=distrust)
        except GrammarError:
            # An answer that names no way to acknowledge it: to us the call has failed.
            self._element.counters["dropped_malformed"] += 1
            self._failed(call, 500)
            return
        ack = self._acknowledge(dialog, response)
        wanted = call.state is CallState.CALLING
        if not call.step(Act.ANSWER):
            # Another branch of a fork, or a call that is over: nobody here wants it.
            self._indialog.send_bye_for(dialog, None, now)
            return
        call.answered_tag, call.last_ack = response.to_tag, ack
        self._element.join(call, dialog)
        if wanted:
            self._element.events.append(CallAnswered(call.number, self._element.heard(response)))
        else:
            self._indialog.send_bye(call, now)
            self._element.events.append(CallFailed(call.number, 487))

    def _acknowledge(self, dialog: Dialog, response: Response) -> tuple[int, bytes]:
        number = response.cseq.number
        datagram = dialog.request("ACK", self._element.via(), cseq=number).encode()
        self._element.outbox.append((datagram, dialog.peer))
        return number, datagram

    def _repeat_ack(self, call: Call, response: Response) -> None:
        number, datagram = call.last_ack
        if number == response.cseq.number:
            self._element.outbox.append((datagram, call.established.peer))

    def stray_answer(self, response: Response, source: Address, now: int) -> None:
        """Acknowledge and end a 2xx to an INVITE of ours that nobody remembers; to others' nothing is sent."""
        element = self._element
        via, own = response.via, element.settings.address
        ours = (via.host.strip("[]"), via.port) == (own.host, own.port) and len(response.values("via")) == 1
        if not ours or not element.settings.owns_call_id(response.call_id) or not response.to_tag:
            element.counters["stray_response"] += 1
            return
        call = element.dialogs.get((response.call_id, response.from_tag, response.to_tag))
        if call is not None:
            self._repeat_ack(call, response)
            return
        invite = Request("INVITE", str(response.to.uri), copy_headers(response, ("from", "to", "call-id", "cseq")))
        dialog = as_client(invite, response, source, distrust_contact=True)
        dialog.peer = source
        self._acknowledge(dialog, response)
        self._indialog.send_bye_for(dialog, None, now)

    def _failed(self, call: Call, status: int) -> None:
        if call.step(Act.FAIL):
            self._element.close(call)
            self._element.events.append(CallFailed(call.number, status))

    def invite_timed_out(self, call: Call) -> None:
        """Take note that nobody answered our INVITE at all."""
        self._failed(call, 408)

    def _try_again(self, call: Call, response: Response, now: int) -> bool:
        """Answer a challenge to our INVITE; False if we cannot or must not."""
        if call.state is not CallState.CALLING:
            return False
        order, invite = call.placed
        answer = self._credentials(order.credentials, response, invite.request, call.tries)
        if answer is None:
            return False
        call.tries += 1
        call.invite = self._resend(invite, answer, now)
        call.invite.usage = call
        return True

    def _resend(self, refused: Transaction, answer: tuple[str, str], now: int) -> Transaction:
        """Send a challenged request again with its credentials, under the next number (RFC 3261 §22.2)."""
        old = refused.request
        headers = {name: list(values) for name, values in old.headers.items()}
        headers["via"] = [self._element.via()]
        headers["cseq"] = [f"{old.cseq.number + 1} {old.method}"]
        headers[answer[0]] = [answer[1]]
        request = Request(old.method, old.uri_text, headers, old.body)
        return self._element.transactions.open_client(request, refused.address, now)

    def _credentials(
        self, credentials: Credentials | None, response: Response, request: Request, tries: int
    ) -> tuple[str, str] | None:
        """Return header name and value that answer a challenge, None for a realm that we have no account for."""
        proxy = response.status == 407
        challenge = read_challenge(response.values("proxy-authenticate" if proxy else "www-authenticate"))
        if challenge is None or credentials is None or tries >= TRIES_MAX or (tries and not challenge.stale):
            return None
        account = credentials(challenge.realm, challenge.algorithm)
        if account is None or account.algorithm is not challenge.algorithm:
            return None
        value = authorization(challenge, account, request.method, request.uri_text, self._element.token(), 1)
        return "proxy-authorization" if proxy else "authorization", value

    # Re-INVITE

    def reinvite(self, call: Call, body: bytes, now: int) -> bool:
        """Offer another session; False while another change is under way or the call is not up."""
        busy = call.reinviting or call.reinvite is not None or call.unacknowledged is not None
        if call.state is not CallState.CONFIRMED or busy:
            return False
        dialog = call.established
        request = dialog.request("INVITE", self._element.via(), body=body)
        request.add("contact", call.contact)
        request.add("content-type", SDP_TYPE)
        call.reinviting = True
        self._element.transactions.open_client(request, dialog.peer, now).usage = call
        return True

    def reinvite_answered(self, call: Call, response: Response | None, source: Address, now: int) -> None:
        """Take in an answer to our re-INVITE; 408 and 481 mean that the dialog is gone (RFC 3261 §14.1)."""
        status = 408 if response is None else response.status
        if status < 200:
            return
        dialog = call.established
        if response is not None and status < 300:
            if response.cseq.number == call.last_ack[0]:
                self._repeat_ack(call, response)
                return
            dialog.retarget(response, source, distrust_contact=self._element.settings.distrust_contacts)
            call.last_ack = self._acknowledge(dialog, response)
        call.reinviting = False
        audio = self._element.heard(response) if response is not None and status < 300 else None
        self._element.events.append(ReinviteAnswered(call.number, status, audio))
        if status in (408, 481):
            self._indialog.hang_up(call, now)

    # Requests outside dialogs

    def request(self, order: RequestOrder, now: int) -> int:
        """Send a request outside a dialog; its answer comes as RequestAnswered with the number returned here."""
        element = self._element
        party = f"<{parse_uri(order.party)}>"
        headers = {
            "via": [element.via()],
            "max-forwards": [MAX_FORWARDS],
            "from": [f"{party};tag={element.token()}"],
            "to": [party],
            "call-id": [order.call_id],
            "cseq": [f"{order.cseq} {order.method}"],
            "contact": [element.contact(order.contact_user)],
            "user-agent": [element.settings.product],
        }
        request = Request(order.method, order.target, headers)
        for name, value in order.headers:
            request.add(name, value)
        waiting = OutgoingRequest(element.next_number(), order)
        element.transactions.open_client(request, order.destination, now).usage = waiting
        return waiting.number

    def request_answered(self, transaction: Transaction, response: Response | None, now: int) -> None:
        """Take in the answer to a request outside a dialog."""
        waiting = transaction.usage
        if not isinstance(waiting, OutgoingRequest) or (response is not None and response.status < 200):
            return
        if response is not None and response.status in (401, 407):
            answer = self._credentials(waiting.order.credentials, response, transaction.request, waiting.tries)
            if answer is not None:
                waiting.tries += 1
                self._resend(transaction, answer, now).usage = waiting
                return
        status = 408 if response is None else response.status
        expires = None if response is None else _granted(response)
        self._element.events.append(RequestAnswered(0, waiting.number, waiting.order.method, status, expires))


def _granted(response: Response) -> int | None:
    """Return the longest time a registrar granted, from its Contacts or its Expires."""
    given = [entry.param("expires") for entry in response.contacts]
    seconds = [int(text) for text in given if text and text.isascii() and text.isdigit()]
    return max(seconds) if seconds else response.number("expires")
