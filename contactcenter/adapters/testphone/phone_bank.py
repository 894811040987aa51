"""Many test phones behind one SIP port: they register, are rung, answer, talk, press keys, and place calls.

What a phone does when it is rung is its `Manner`. Everything is told by `PhoneCall`, whose events a test or a traffic
generator waits for.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from contactcenter.adapters.sip_transport import SipTransport, bind_socket
from contactcenter.adapters.testphone.rtp_line import RtpLine, Ticker, tone_samples
from contactcenter.media.g711 import Law, Samples
from contactcenter.sip import events as sip
from contactcenter.sip.call import InviteOrder
from contactcenter.sip.digest import Account, Algorithm, compute_ha1
from contactcenter.sip.element import EndpointSettings
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.grammar import Address, make_uri
from contactcenter.sip.outgoing import RequestOrder
from contactcenter.sip.sdp import (
    PCMA,
    PCMU,
    AudioStream,
    Codec,
    Direction,
    LocalAudio,
    Session,
    build_answer,
    build_offer,
    choose_audio,
)

__all__ = ["Line", "Manner", "PhoneBank", "PhoneCall", "RegistrationFailed"]

REGISTER_TIMEOUT_S = 40.0
# A phone renews its registration when half of it is over.
RENEW_SHARE = 2


class RegistrationFailed(Exception):
    """The registrar refused a phone, or did not answer; the text is the status."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a phone does when it is rung, and what it says. Times in ms; None for never."""

    answer_after_ms: int | None = 200
    refuse_status: int = 0
    rings: bool = True
    sound: Samples = field(default_factory=lambda: tone_samples(440))
    hang_up_after_ms: int | None = None
    obeys_auto_answer: bool = True
    codecs: tuple[Codec, ...] = (PCMU, PCMA)


@dataclass(slots=True)
class Line:
    """A registered phone: its name, its secret, its manner, and when it registered last."""

    name: str
    secret: str
    server: Address
    manner: Manner
    call_id: str
    cseq: int = 1
    on_call: Callable[[PhoneCall], None] | None = None
    renewal: asyncio.TimerHandle | None = None


class PhoneCall:
    """One call of a test phone, from either side."""

    def __init__(self, bank: PhoneBank, manner: Manner, line: Line | None) -> None:
        self.ringing = asyncio.Event()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.status = 0
        """Why it ended without an answer: the SIP status, else 0."""
        self.number = 0
        self.caller = ""
        self.manner = manner
        self.line = line
        self.rtp = RtpLine(bank.ticker, bank.host, manner.sound)
        self.offer: Session | None = None
        self.audio: AudioStream | None = None
        self.version = 1
        self._bank = bank

    def press(self, keys: str) -> None:
        """Press keys."""
        self.rtp.press(keys)

    def hang_up(self) -> None:
        """End the call, whatever it is at."""
        self._bank.hang_up(self)

    def answer(self) -> None:
        """Answer a call that rings."""
        self._bank.answer(self)

    def hold(self, held: bool = True) -> None:
        """Put the far side on hold, or take it back."""
        self._bank.hold(self, held)


class PhoneBank:
    """One SIP port with its phones."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, stranger: Manner | None = None) -> None:
        """`stranger` is the manner of phones that were rung without having registered, as with static contacts."""
        self.host = host
        self.ticker = Ticker()
        self.calls: dict[int, PhoneCall] = {}
        self.lines: dict[str, Line] = {}
        self._stranger = stranger
        self._socket = bind_socket(host, port)
        self.port: int = self._socket.getsockname()[1]
        settings = EndpointSettings(
            address=Address(host, self.port),
            secret=secrets.token_bytes(16),
            trusts=lambda _: True,
            registers=False,
            product="testphone",
        )
        self._endpoint = Endpoint(settings, lambda: secrets.token_hex(8))
        self._transport = SipTransport(self._endpoint, self._event)
        self._answers: dict[int, asyncio.Future[sip.RequestAnswered]] = {}
        self._later: set[asyncio.TimerHandle] = set()
        self._renewals: set[asyncio.Task[None]] = set()
        self.renewals_failed = 0

    async def start(self) -> PhoneBank:
        """Begin to listen."""
        await self._transport.start(self._socket)
        return self

    async def stop(self) -> None:
        """Hang up everything and close all ports."""
        for line in self.lines.values():
            if line.renewal is not None:
                line.renewal.cancel()
        for timer in self._later:
            timer.cancel()
        for renewal in self._renewals:
            renewal.cancel()
        for call in list(self.calls.values()):
            call.hang_up()
        await self._transport.stop()
        self._socket.close()

    # Registration

    async def register(
        self, name: str, secret: str, server: Address, manner: Manner | None = None, expires_s: int = 600
    ) -> Line:
        """Register a phone and keep it registered. Raises RegistrationFailed."""
        line = Line(name, secret, server, manner or Manner(), secrets.token_hex(8))
        self.lines[name] = line
        await self._renew(line, expires_s)
        return line

    async def unregister(self, line: Line) -> None:
        """Take a phone's registration back. Raises RegistrationFailed."""
        self.lines.pop(line.name, None)
        if line.renewal is not None:
            line.renewal.cancel()
        await self._renew(line, 0)

    async def _renew(self, line: Line, expires_s: int) -> None:
        order = RequestOrder(
            method="REGISTER",
            target=str(make_uri("", line.server.host, line.server.port)),
            destination=line.server,
            party=str(make_uri(line.name, line.server.host)),
            call_id=line.call_id,
            cseq=line.cseq,
            headers=(("Expires", str(expires_s)),),
            contact_user=line.name,
            credentials=_credentials(line.name, line.secret),
        )
        line.cseq += 3  # each try with credentials takes a number of its own
        number = self._endpoint.request(order, self._transport.now())
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        self._transport.drain()
        async with asyncio.timeout(REGISTER_TIMEOUT_S):
            answered = await waiting
        if answered.status != 200:
            raise RegistrationFailed(str(answered.status))
        if expires_s:
            self._arm_renewal(line, expires_s, answered.expires_s or expires_s)

    def _arm_renewal(self, line: Line, expires_s: int, granted_s: int) -> None:
        if line.renewal is not None:
            line.renewal.cancel()
        loop = asyncio.get_running_loop()
        line.renewal = loop.call_later(granted_s / RENEW_SHARE, self._renew_again, line, expires_s)

    def _renew_again(self, line: Line, expires_s: int) -> None:
        # Armed before it is known how this goes: a registrar that is away is tried again after the usual pause.
        self._arm_renewal(line, expires_s, expires_s)
        task = asyncio.get_running_loop().create_task(self._renew(line, expires_s), name=f"renew-{line.name}")
        self._renewals.add(task)
        task.add_done_callback(self._renewed)

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewals.discard(task)
        if not task.cancelled() and isinstance(task.exception(), (RegistrationFailed, TimeoutError)):
            self.renewals_failed += 1

    # Calls

    def dial(
        self, number: str, server: Address, caller: str, manner: Manner | None = None, secret: str = ""
    ) -> PhoneCall:
        """Call a number; with a secret the call is authenticated as `caller`."""
        call = PhoneCall(self, manner or Manner(), None)
        order = InviteOrder(
            target=str(make_uri(number, server.host, server.port)),
            destination=server,
            caller=str(make_uri(caller, self.host)),
            call_id=secrets.token_hex(12),
            from_tag=secrets.token_hex(6),
            branch=f"z9hG4bK{secrets.token_hex(8)}",
            body=build_offer(self._local(call), call.manner.codecs),
            credentials=_credentials(caller, secret) if secret else None,
        )
        call.number = self._endpoint.invite(order, self._transport.now())
        self.calls[call.number] = call
        self._transport.drain()
        return call

    def answer(self, call: PhoneCall) -> None:
        """Answer a call that rings here."""
        body = build_offer(self._local(call), call.manner.codecs)
        if call.offer is not None and call.audio is not None:
            body = build_answer(call.offer, call.audio, self._local(call))
        if self._endpoint.accept(call.number, body, self._transport.now()) and call.audio is not None:
            self._connect(call, call.audio)
        self._transport.drain()

    def hang_up(self, call: PhoneCall) -> None:
        """BYE, CANCEL or refuse, whatever fits."""
        now = self._transport.now()
        if not self._endpoint.bye(call.number, now) and not self._endpoint.cancel(call.number, now):
            self._endpoint.reject(call.number, 486, now)
        self._transport.drain()
        self._end(call, 0)

    def hold(self, call: PhoneCall, held: bool) -> None:
        """Offer the session anew, listening or not."""
        call.rtp.mute(held)
        direction = Direction.SENDONLY if held else Direction.SENDRECV
        codec = call.audio.codec if call.audio is not None else PCMU
        body = build_offer(self._local(call, direction), (codec,))
        self._endpoint.reinvite(call.number, body, self._transport.now())
        self._transport.drain()

    def _local(self, call: PhoneCall, direction: Direction = Direction.SENDRECV) -> LocalAudio:
        call.version += 1
        return LocalAudio(self.host, call.rtp.port, 1, call.version, direction)

    def _connect(self, call: PhoneCall, audio: AudioStream) -> None:
        call.audio = audio
        law = Law.ULAW if audio.codec is PCMU or audio.codec.payload_type == PCMU.payload_type else Law.ALAW
        call.rtp.connect(audio.host, audio.port, law, audio.telephone_event)

    def _later_do(self, delay_ms: int, what: Callable[[], None]) -> None:
        """Do something later, unless the bank is stopped before."""

        def due() -> None:
            self._later.discard(timer)
            what()

        timer = asyncio.get_running_loop().call_later(delay_ms / 1_000, due)
        self._later.add(timer)

    def _end(self, call: PhoneCall, status: int) -> None:
        if self.calls.pop(call.number, None) is not None:
            call.status = status
            call.rtp.close()
            call.ended.set()

    # From the endpoint

    def _event(self, event: sip.Event) -> None:
        if isinstance(event, sip.RequestAnswered):
            waiting = self._answers.pop(event.request, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event)
        elif isinstance(event, sip.InviteReceived):
            self._rung(event)
        elif not isinstance(event, sip.RegistrationChanged) and (call := self.calls.get(event.call)) is not None:
            self._changed(call, event)

    def _rung(self, invite: sip.InviteReceived) -> None:
        line = self.lines.get(invite.called)
        manner = line.manner if line is not None else self._stranger
        now = self._transport.now()
        if manner is None or manner.refuse_status:
            self._endpoint.reject(invite.call, manner.refuse_status if manner else 404, now)
            return
        audio = choose_audio(invite.offer, manner.codecs) if invite.offer is not None else None
        if invite.offer is not None and audio is None:
            self._endpoint.reject(invite.call, 488, now)
            return
        call = PhoneCall(self, manner, line)
        call.number, call.caller = invite.call, invite.calling
        call.offer, call.audio = invite.offer, audio
        self.calls[call.number] = call
        call.ringing.set()
        if manner.rings:
            self._endpoint.ring(call.number, now)
        after_ms = 0 if invite.auto_answer and manner.obeys_auto_answer else manner.answer_after_ms
        if after_ms is not None:
            self._later_do(after_ms, lambda: self.answer(call) if call.number in self.calls else None)
        if line is not None and line.on_call is not None:
            line.on_call(call)

    def _changed(self, call: PhoneCall, event: sip.Event) -> None:
        if isinstance(event, sip.CallProgress):
            call.ringing.set()
        elif isinstance(event, (sip.CallAnswered, sip.CallConfirmed)):
            self._up(call, event.audio)
        elif isinstance(event, sip.ReinviteReceived):
            self._reinvited(call, event)
        elif isinstance(event, sip.ReinviteAnswered):
            if event.audio is not None:
                self._connect(call, event.audio)
        elif isinstance(event, sip.CallFailed):
            self._end(call, event.status)
        elif not isinstance(event, (sip.DigitRelayed, sip.ReinviteCancelled)):
            self._end(call, 0)

    def _up(self, call: PhoneCall, audio: AudioStream | None) -> None:
        if audio is not None:
            self._connect(call, audio)
        call.answered.set()
        if call.manner.hang_up_after_ms is not None:
            self._later_do(call.manner.hang_up_after_ms, lambda: call.hang_up() if call.number in self.calls else None)

    def _reinvited(self, call: PhoneCall, event: sip.ReinviteReceived) -> None:
        body = build_offer(self._local(call), call.manner.codecs)
        if event.offer is not None and event.audio is not None:
            body = build_answer(event.offer, event.audio, self._local(call))
            self._connect(call, event.audio)
        self._endpoint.accept(call.number, body, self._transport.now())


def _credentials(name: str, secret: str) -> Callable[[str, Algorithm], Account]:
    def account(realm: str, algorithm: Algorithm) -> Account:
        return Account(name, compute_ha1(algorithm, name, realm, secret), algorithm)

    return account
