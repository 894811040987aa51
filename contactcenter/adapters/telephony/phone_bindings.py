"""Which phone a station's calls go to: the registrar's bindings, told to the centre when they change."""

from __future__ import annotations

from contactcenter.adapters.sip_transport import SipTransport
from contactcenter.adapters.telephony.stations import (
    ConfigView,
    PhoneTarget,
    read_target,
    seal_target,
    station_person,
)
from contactcenter.adapters.telephony.switchboard import Switchboard
from contactcenter.model.events import PhoneBound, PhoneUnbound
from contactcenter.model.ids import StationId
from contactcenter.model.sealed import Sealed
from contactcenter.sip.events import RegistrationChanged
from contactcenter.sip.grammar import Address
from contactcenter.sip.registrar import Binding, Change

__all__ = ["PhoneBindings"]


# As long as the longest registration that is granted: whoever is still there has renewed it by then.
RESTORED_MS = 3_600_000


class PhoneBindings:
    """A station is named as its phone's account; the contact registered last is the one that rings."""

    def __init__(self, board: Switchboard, view: ConfigView, transport: SipTransport) -> None:
        self._board = board
        self._view = view
        self._transport = transport
        self._told: dict[str, PhoneTarget] = {}

    def changed(self, event: RegistrationChanged) -> None:
        """Tell the centre where a station rings now, if that is another place than before."""
        if not self._view.has_station(event.account):
            self._board.counters["phone_without_station"] += 1
            return
        live = self._transport.endpoint.bindings(event.account, self._transport.now())
        target = PhoneTarget(live[0].contact, live[0].source.host, live[0].source.port) if live else None
        if target == self._told.get(event.account):
            return
        station = StationId(event.account)
        if target is None:
            self._told.pop(event.account, None)
            expired = event.change.change is Change.EXPIRED
            self._board.post(PhoneUnbound(station, "expired" if expired else "unregistered"))
        else:
            self._told[event.account] = target
            sealed = self._board.vault.seal(station_person(station), seal_target(target))
            self._board.post(PhoneBound(station, sealed))

    def restore(self, station: StationId, target: Sealed) -> None:
        """Take up a binding that the centre knows from before a restart; unless it is renewed in time, it runs out."""
        bound = read_target(self._board.vault.open(target))
        if bound is None:
            return
        expires_at = self._transport.now() + RESTORED_MS
        source = Address(bound.host, bound.port)
        self._told[station] = bound
        self._transport.endpoint.restore_binding(Binding(station, bound.contact, (), "", 0, source, expires_at))
        self._transport.drain()
