"""The signalling of the legs: callers that come in, stations that are rung, and how each leg ends.

SIP events become the centre's events here, and the centre's commands about legs become SIP.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from contactcenter.adapters.sip_transport import SipTransport
from contactcenter.adapters.telephony.admission import RETRY_AFTER_S, UNAVAILABLE, Admission
from contactcenter.adapters.telephony.arrivals import NOT_ACCEPTABLE, Arrivals, usable
from contactcenter.adapters.telephony.leg_media import LegMedia, codec_order
from contactcenter.adapters.telephony.legs import Leg, LegPhase
from contactcenter.adapters.telephony.outgoing import OutgoingRules, Place
from contactcenter.adapters.telephony.stations import (
    ConfigView,
    LegNames,
    locate,
    open_dialog,
    read_target,
    seal_dialog,
    station_person,
)
from contactcenter.adapters.telephony.switchboard import Switchboard
from contactcenter.model import commands, events
from contactcenter.model.ids import LegId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.sip import events as sip
from contactcenter.sip.call import InviteOrder
from contactcenter.sip.grammar import Address, make_uri, parse_uri
from contactcenter.sip.sdp import PCMA, PCMU, AudioStream, LocalAudio, Session, build_answer, build_offer

__all__ = ["LegSignalling"]

UNAVAILABLE_NOW, TERMINATED, FORBIDDEN = 480, 487, 403
# Requests sent within a dialog after it was journaled; a successor's CSeq must be above theirs.
CSEQ_ROOM = 1_000


class LegSignalling:
    """SIP for the legs."""

    def __init__(
        self,
        board: Switchboard,
        transport: SipTransport,
        media: LegMedia,
        admission: Admission,
        view: ConfigView,
        names: LegNames,
        media_host: str,
        outgoing: OutgoingRules,
    ) -> None:
        self._board = board
        self._transport = transport
        self._endpoint = transport.endpoint
        self._media = media
        self._admission = admission
        self._view = view
        self._names = names
        self._media_host = media_host
        self._outgoing = outgoing
        self._arrivals = Arrivals(board.vault, admission, view, outgoing)
        self._rules: dict[type[Any], Callable[[Leg, Any], None]] = {
            sip.InviteCancelled: self._hung_up,
            sip.ByeReceived: self._hung_up,
            sip.CallConfirmed: self._confirmed,
            sip.AckTimedOut: lambda leg, _: self._lost(leg, "no_ack"),
            sip.SessionExpired: lambda leg, _: self._lost(leg, "session_expired"),
            sip.CallProgress: self._progress,
            sip.CallAnswered: self._answered,
            sip.CallFailed: self._failed,
            sip.ReinviteReceived: self._reinvited,
            sip.DigitRelayed: lambda leg, event: self._media.key(leg, event.digit),
        }

    def event(self, event: sip.Event) -> None:
        """Take in what the endpoint tells about a call."""
        if isinstance(event, sip.InviteReceived):
            self._arrived(event)
            return
        call: int = getattr(event, "call", 0)
        leg, rule = self._board.legs.of_call(call), self._rules.get(type(event))
        if leg is not None and rule is not None:
            rule(leg, event)

    # Callers

    def _arrived(self, invite: sip.InviteReceived) -> None:
        now = self._transport.now()
        status, wait_s, party = self._arrivals.refusal(invite, now)
        if status:
            self._board.counters[f"call_refused_{status}"] += 1
            self._endpoint.reject(invite.call, status, now, retry_after_s=wait_s)
            return
        leg_id = LegId(f"in-{secrets.token_hex(8)}")
        person, trunk = self._arrivals.person(invite, leg_id, party), self._admission.trunk_name(invite)
        leg = Leg(leg_id, LegPhase.OFFERED, person, invite.source.host, invite.call, incoming=True, trunk=trunk)
        leg.offer, leg.audio = invite.offer, invite.audio
        leg.codec = invite.audio.codec if invite.audio is not None else PCMU
        self._board.legs.add(leg)
        self._post_or_end(leg, self._arrivals.event(invite, leg, party, self._dialog(leg)))

    def _post_or_end(self, leg: Leg, event: events.Event) -> None:
        """Tell the centre of a leg, and end the leg if the centre does not take it: nobody else ever would."""
        if not self._board.post(event) and not leg.gone:
            self._board.counters["leg_not_taken"] += 1
            self._end_call(leg)
            self._forget(leg)

    def answer(self, command: commands.AnswerLeg) -> None:
        """Answer a caller once sound is ready."""
        leg = self._board.leg(command.leg, "answer")
        if leg is not None and leg.move(LegPhase.OPENING):
            self._board.spawn(self._answer(leg), "leg-answer")

    async def _answer(self, leg: Leg) -> None:
        if not await self._media.open(leg):
            if not leg.gone:
                self._endpoint.reject(leg.call, UNAVAILABLE, self._transport.now(), retry_after_s=RETRY_AFTER_S)
                self._lost(leg, "no_media_room")
                self._transport.drain()
            return
        if leg.audio is not None:
            self._media.connect(leg, leg.audio)
        leg.move(LegPhase.ANSWERED)
        self._endpoint.accept(leg.call, self._description(leg, leg.offer, leg.audio), self._transport.now())
        self._transport.drain()

    def _description(self, leg: Leg, offer: Session | None, audio: AudioStream | None) -> bytes:
        port = leg.local.port if leg.local is not None else 0
        local = LocalAudio(self._media_host, port, self._session_id(leg), leg.sdp_version)
        leg.sdp_version += 1
        if offer is None or audio is None:
            return build_offer(local, codec_order(leg.codec, (PCMU, PCMA)))
        return build_answer(offer, audio, local)

    def _session_id(self, leg: Leg) -> int:
        return leg.call or 1

    def _confirmed(self, leg: Leg, event: sip.CallConfirmed) -> None:
        if leg.phase is not LegPhase.ANSWERED:
            return
        if event.audio is not None:
            self._media.connect(leg, event.audio)
        if leg.audio is None:
            self._end_call(leg)
            self._lost(leg, "no_audio")
            return
        leg.move(LegPhase.UP)
        self._post_or_end(leg, events.LegAnswered(leg.id, self._dialog(leg)))

    def _dialog(self, leg: Leg) -> Sealed | None:
        held = self._endpoint.snapshot(leg.call)
        return None if held is None else self._board.vault.seal(leg.person, seal_dialog(held))

    # Stations, and customers whom we call

    def dial(self, command: commands.DialStation) -> None:
        """Ring a station, unless the leg was ended before this came."""
        leg = self._begin(command.leg, station_person(command.station), command.beside)
        if leg is None:
            return
        outside = self._view.outside(command.station)
        if outside is not None:
            leg.keys = outside.keys
            dialled = self._dial_number(leg, outside.trunk, outside.number, outside.shown, command.beside)
        else:
            number = self._read(command.caller) or "anonymous"
            place = self._place(command.target, self._view.contact_of(command.station))
            dialled = self._dial(leg, place, command.beside, number, command.auto_answer)
        self._board.spawn(dialled, "leg-dial")

    def dial_out(self, command: commands.DialOut) -> None:
        """Call a customer, unless the leg was ended before this came or the number may not be called."""
        leg = self._begin(command.leg, command.number.person, command.beside)
        if leg is not None:
            number = self._read(command.number)
            self._board.spawn(self._dial_number(leg, command.trunk, number, command.shown, command.beside), "leg-dial")

    def _dial_number(
        self, leg: Leg, trunk: str, number: str | None, shown: str, beside: LegId | None
    ) -> Coroutine[Any, Any, None]:
        return self._dial(leg, self._outgoing.place(trunk, number), beside, shown, nowhere=FORBIDDEN)

    def _begin(self, leg_id: LegId, person: PersonId, beside: LegId | None) -> Leg | None:
        """Hold a leg that is to be dialled; None if it was ended already."""
        if self._board.ended_early.take(leg_id):
            return None
        near = self._board.legs.find(beside) if beside is not None else None
        leg = Leg(leg_id, LegPhase.OPENING, person)
        leg.codec = near.codec if near is not None else PCMU
        self._board.legs.add(leg)
        return leg

    async def _dial(
        self,
        leg: Leg,
        found: Awaitable[Place | None],
        beside: LegId | None,
        shown: str,
        auto_answer: bool = False,
        nowhere: int = UNAVAILABLE_NOW,
    ) -> None:
        place = await found
        if leg.gone:
            return
        if place is None:
            self._fail(leg, nowhere)
            return
        if not await self._media.open(leg, near=beside):
            if not leg.gone:
                self._fail(leg, UNAVAILABLE)
            return
        leg.move(LegPhase.DIALLING)
        leg.far_host = place.destination.host
        order = self._order(leg.id, place, shown, self._description(leg, None, None), auto_answer)
        self._board.legs.connect(leg, self._endpoint.invite(order, self._transport.now()))
        self._transport.drain()

    def _read(self, box: Sealed | None) -> str | None:
        return self._board.vault.open(box) if box is not None else None

    async def _place(self, target: Sealed | None, contact: str) -> Place | None:
        """Return where a station is: at its bound contact, or at its static one."""
        text = self._board.vault.open(target) if target is not None else None
        bound = read_target(text)
        if bound is not None:
            return Place(parse_uri(bound.contact), Address(bound.host, bound.port))
        found = await locate(contact) if contact else None
        return None if found is None else Place(*found)

    def _order(self, leg: LegId, place: Place, number: str, body: bytes, auto_answer: bool) -> InviteOrder:
        uri, destination = place
        names, ours = self._names.of(leg), self._endpoint.address
        # Two ways to ask a phone to answer by itself; phones know one or the other.
        alert = (("Alert-Info", "<http://localhost>;info=alert-autoanswer;delay=0"),)
        asked = (*alert, ("Call-Info", f"<sip:{ours.host}>;answer-after=0")) if auto_answer else ()
        return InviteOrder(
            target=str(uri._replace(headers="")),
            destination=destination,
            caller=str(make_uri(number, ours.host, ours.port)),
            call_id=names.call_id,
            from_tag=names.from_tag,
            branch=names.branch,
            display=number,
            body=body,
            headers=asked,
        )

    def _progress(self, leg: Leg, event: sip.CallProgress) -> None:
        if not leg.rang and event.status in (180, 183):
            leg.rang = True
            self._board.post(events.LegRinging(leg.id))

    def _answered(self, leg: Leg, event: sip.CallAnswered) -> None:
        if event.audio is None or not usable(event.audio, leg.far_host):
            self._end_call(leg)
            self._fail(leg, NOT_ACCEPTABLE)
            return
        self._media.connect(leg, event.audio)
        leg.move(LegPhase.UP)
        self._post_or_end(leg, events.LegAnswered(leg.id, self._dialog(leg)))

    def _failed(self, leg: Leg, event: sip.CallFailed) -> None:
        self._fail(leg, event.status)

    def _fail(self, leg: Leg, status: int) -> None:
        self._forget(leg)
        self._board.post(events.LegFailed(leg.id, status))

    # Both

    def _reinvited(self, leg: Leg, event: sip.ReinviteReceived) -> None:
        """Answer a change of session at once; what it means for hold is for the centre to say."""
        now = self._transport.now()
        if event.audio is not None and not usable(event.audio, leg.far_host):
            self._endpoint.reject(leg.call, NOT_ACCEPTABLE, now)
            return
        if event.audio is not None:
            self._media.connect(leg, event.audio)
        self._endpoint.accept(leg.call, self._description(leg, event.offer, event.audio), now)
        held = event.audio is not None and not event.audio.direction.receives
        if held != leg.held and leg.phase is LegPhase.UP:
            leg.held = held
            self._board.post(events.LegHeld(leg.id) if held else events.LegResumed(leg.id))

    def _hung_up(self, leg: Leg, _event: sip.ByeReceived | sip.InviteCancelled) -> None:
        self._forget(leg)
        self._board.post(events.LegHungUp(leg.id))

    def lose(self, leg_id: LegId, reason: str) -> None:
        """End a leg whose sound is lost, and tell the centre."""
        leg = self._board.legs.find(leg_id)
        if leg is not None:
            self._end_call(leg)
            self._lost(leg, reason)
            self._transport.drain()

    def _lost(self, leg: Leg, reason: str) -> None:
        self._forget(leg)
        self._board.post(events.LegLost(leg.id, reason))

    def reject(self, command: commands.RejectLeg) -> None:
        """Refuse a caller."""
        leg = self._board.leg(command.leg, "reject")
        if leg is not None:
            self._endpoint.reject(leg.call, command.status, self._transport.now())
            self._forget(leg)
            self._transport.drain()

    def hang_up(self, command: commands.HangUpLeg) -> None:
        """End a leg however far it is; one that is yet to be dialled will not be."""
        leg = self._board.legs.find(command.leg)
        if leg is None:
            self._board.ended_early.add(command.leg)
            return
        self._end_call(leg)
        self._forget(leg)
        self._transport.drain()

    def _end_call(self, leg: Leg) -> None:
        now = self._transport.now()
        if leg.call and not self._endpoint.bye(leg.call, now) and not self._endpoint.cancel(leg.call, now):
            self._endpoint.reject(leg.call, UNAVAILABLE_NOW, now)

    def _forget(self, leg: Leg) -> None:
        self._board.legs.drop(leg)
        self._media.close(leg)
        if leg.incoming:
            self._admission.left(leg.trunk)

    # After a crash

    def release(self, command: commands.ReleaseDialog) -> None:
        """End what an engine that died had begun: BYE for a dialog, CANCEL for a phone that may be ringing."""
        text = self._board.vault.open(command.dialog) if command.dialog is not None else None
        held = open_dialog(text) if text is not None else None
        if held is not None:
            self._endpoint.bye(self._endpoint.restore_dialog(held, CSEQ_ROOM), self._transport.now())
            self._transport.drain()
        elif command.station is not None and (outside := self._view.outside(command.station)) is not None:
            place = self._outgoing.place(outside.trunk, outside.number)
            self._board.spawn(self._withdraw(command.leg, place, outside.shown), "leg-withdraw")
        elif command.station is not None:
            place = self._place(command.target, self._view.contact_of(command.station))
            self._board.spawn(self._withdraw(command.leg, place, "anonymous"), "leg-withdraw")
        elif command.number is not None:
            place = self._outgoing.place(command.trunk, self._read(command.number))
            self._board.spawn(self._withdraw(command.leg, place, command.shown), "leg-withdraw")

    async def _withdraw(self, leg: LegId, found: Awaitable[Place | None], shown: str) -> None:
        place = await found
        if place is not None:
            order = self._order(leg, place, shown, b"", auto_answer=False)
            self._endpoint.recover_invite(order, self._transport.now())
            self._transport.drain()
