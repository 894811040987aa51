"""The telephony adapter (`runtime.ports.Telephony`): SIP on one side, media workers on the other, the centre above.

It decides nothing about callers or agents. It refuses what the edge may refuse (unknown numbers, overload), opens a
media session before it answers or dials, and tells the centre what it lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contactcenter.adapters.sip_transport import SipTransport, bind_socket, reachable_host
from contactcenter.adapters.telephony.admission import Admission, AdmissionRules
from contactcenter.adapters.telephony.leg_media import LegMedia
from contactcenter.adapters.telephony.leg_signalling import LegSignalling
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.telephony.phone_bindings import PhoneBindings
from contactcenter.adapters.telephony.pin import Pin
from contactcenter.adapters.telephony.stations import ConfigView, LegNames
from contactcenter.adapters.telephony.switchboard import Switchboard
from contactcenter.adapters.telephony.worker_client import PoolSettings
from contactcenter.model import commands
from contactcenter.model.commands import Command
from contactcenter.model.events import Event
from contactcenter.model.ids import LegId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.runtime.ports import EngineFigures, Vault
from contactcenter.sip.digest import Account
from contactcenter.sip.element import EndpointSettings
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import Event as SipEvent
from contactcenter.sip.events import InviteReceived, RegistrationChanged
from contactcenter.sip.grammar import Address

__all__ = ["SipTelephony", "TelephonySettings"]

OUR_FAULT = 500


@dataclass(frozen=True, slots=True)
class TelephonySettings:
    """Where the edge listens, whom it lets in, and where sound goes. Port 0 takes a free one."""

    media: PoolSettings
    recordings: Path
    bind: str = "127.0.0.1"
    port: int = 5060
    advertised: str = ""
    media_advertised: str = ""
    realm: str = "contactcenter"
    rules: AdmissionRules = field(default_factory=AdmissionRules)
    outgoing: OutgoingRules = field(default_factory=OutgoingRules)
    pin: Pin = field(default_factory=Pin)


class SipTelephony:
    """The SIP and media side of one engine."""

    def __init__(
        self,
        settings: TelephonySettings,
        view: ConfigView,
        vault: Vault,
        accounts: Callable[[str], Account | None],
        secret: bytes,
        post: Callable[[Event], bool],
        stalled: Callable[[], bool],
        fault: Callable[[str, BaseException], None],
    ) -> None:
        """`accounts` finds a phone's HA1, `secret` is the domain's, `post` hands an event to the centre
        and tells whether it was taken.

        Binds the SIP port at once: raises OSError if it is taken.
        """
        self._socket = bind_socket(settings.bind, settings.port)
        self.port: int = self._socket.getsockname()[1]
        self.host = reachable_host(settings.bind, settings.advertised)
        media_host = reachable_host(settings.media.bind, settings.media_advertised)
        self._board = Switchboard(vault, post, fault)
        admission = Admission(settings.rules, view.entry_of, lambda: stalled() or self._is_late())
        names = LegNames(secret)
        endpoint = Endpoint(
            EndpointSettings(
                address=Address(self.host, self.port),
                realm=settings.realm,
                secret=secrets.token_bytes(32),
                accounts=accounts,
                trusts=admission.trusts,
                admits_phones=admission.may_register,
                owns_call_id=names.owns,
            ),
            lambda: secrets.token_hex(8),
        )
        self._transport = SipTransport(endpoint, self._sip_event)
        self._media = LegMedia(
            self._board, settings.media, settings.recordings, self._silent, settings.outgoing, settings.pin
        )
        self._signalling = LegSignalling(
            self._board, self._transport, self._media, admission, view, names, media_host, settings.outgoing
        )
        self._phones = PhoneBindings(self._board, view, self._transport)
        self._rules = self._command_rules()

    def _command_rules(self) -> dict[type[Any], Callable[[Any], None]]:
        signalling, media = self._signalling, self._media
        return {
            commands.AnswerLeg: signalling.answer,
            commands.RejectLeg: signalling.reject,
            commands.DialStation: signalling.dial,
            commands.DialOut: signalling.dial_out,
            commands.HangUpLeg: signalling.hang_up,
            commands.ReleaseDialog: signalling.release,
            commands.Play: media.play,
            commands.StopPlay: media.stop_play,
            commands.Collect: media.collect,
            commands.Bridge: media.bridge,
            commands.Confer: media.confer,
            commands.Unbridge: media.unbridge,
            commands.StartRecording: media.record,
            commands.StopRecording: media.record_stop,
        }

    async def start(self) -> None:
        """Start the media workers, then receive. Raises MediaLost if a worker does not start."""
        await self._media.pool.start()
        await self._transport.start(self._socket)

    async def stop(self) -> None:
        """Hang up every leg, let recordings be completed, and end."""
        for leg in self._board.legs.ids():
            self._signalling.hang_up(commands.HangUpLeg(leg))
        await self._board.settle()
        await self._transport.stop()
        self._socket.close()
        await self._media.pool.stop()

    def restore_phone(self, station: StationId, target: Sealed) -> None:
        """Take up where a station's phone was before a restart; call after `start`."""
        self._phones.restore(station, target)

    # runtime.ports.Telephony

    def carry_out(self, command: Command) -> None:
        """Do what a command says; a command for somebody else is ignored."""
        rule = self._rules.get(type(command))
        if rule is not None:
            rule(command)

    def legs_held(self) -> tuple[LegId, ...]:
        """Return the legs that are alive here."""
        return self._board.legs.ids()

    def figures(self) -> EngineFigures:
        """Return counters of SIP and media."""
        endpoint = self._transport.endpoint.counters
        counters = {f"sip_{name}": float(count) for name, count in endpoint.items()}
        counters |= {f"telephony_{name}": float(count) for name, count in self._board.counters.items()}
        counters["sip_send_faults"] = float(self._transport.send_faults)
        counters["media_worker_restarts"] = float(self._media.pool.restarts)
        gauges = {"legs": float(len(self._board.legs)), "sip_lateness_ms": float(self._transport.lateness.last_ms)}
        for figures in self._media.pool.figures():
            if figures is not None:
                gauges["media_sessions"] = gauges.get("media_sessions", 0.0) + figures.sessions
                for name in figures.packets:
                    key = f"media_packets_{name}"
                    counters[key] = counters.get(key, 0.0) + figures.packets[name]
        return EngineFigures(gauges=gauges, counters=counters)

    def _is_late(self) -> bool:
        return self._transport.lateness.lasts(self._transport.now())

    # From below

    def _sip_event(self, event: SipEvent) -> None:
        """Hand an event to who knows it; one that we fail at costs its own call and no other."""
        try:
            if isinstance(event, RegistrationChanged):
                self._phones.changed(event)
            else:
                self._signalling.event(event)
        except Exception as error:
            self._board.report(type(event).__name__, error)
            if isinstance(event, InviteReceived):
                self._transport.endpoint.reject(event.call, OUR_FAULT, self._transport.now())

    def _silent(self, leg: LegId, reason: str) -> None:
        self._signalling.lose(leg, reason)
