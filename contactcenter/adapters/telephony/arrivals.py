"""Calls that come in: which are let in, and as what the centre is told of them.

A trunk's call is a customer's, and so is one of a phone of ours to an entry. What else a phone of ours dials is an
extension, or a number behind a trunk: whether its agent may call there is for the centre to say.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from contactcenter.adapters.telephony.admission import UNAVAILABLE, Admission
from contactcenter.adapters.telephony.legs import Leg
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.telephony.stations import ConfigView, station_person
from contactcenter.model.events import CallArrived, StationDialled
from contactcenter.model.ids import LegId, PersonId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.runtime.ports import Address as Party
from contactcenter.runtime.ports import StoreAway, Vault
from contactcenter.sip.events import InviteReceived
from contactcenter.sip.sdp import AudioStream, routable

__all__ = ["NOT_ACCEPTABLE", "Arrivals", "usable"]

NOT_ACCEPTABLE = 488


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Looks at INVITEs."""

    vault: Vault
    admission: Admission
    view: ConfigView
    outgoing: OutgoingRules

    def refusal(self, invite: InviteReceived, now: int) -> tuple[int, int, Party | None]:
        """Return the status that refuses a call and for how long (s), else 0, 0 and whom it names: the far side."""
        status, party = self.admission.refusal(invite, now), None
        if status:
            return status, self.admission.wait_s(status), None
        status, party = self._look_at(invite)
        if status:
            self.admission.left(self.admission.trunk_name(invite))
        return status, 0, party

    def person(self, invite: InviteReceived, leg: LegId, party: Party | None) -> PersonId:
        """Return whose key seals what is kept of a line."""
        if self._dials(invite):
            return station_person(StationId(invite.account))
        return party.person if party is not None else PersonId(f"caller-{leg}")

    def event(
        self, invite: InviteReceived, leg: Leg, party: Party | None, dialog: Sealed | None
    ) -> CallArrived | StationDialled:
        """Return as what the centre is told of a call."""
        sealed, key, known = (party.sealed, party.key, party.person) if party is not None else (None, "", None)
        if not self._dials(invite):
            dialled = self.view.entry_of(invite.called) or ""
            return CallArrived(leg.id, leg.trunk, dialled, sealed, key, known, dialog, self._may_call_back(invite))
        extension = StationId(invite.called) if self.view.has_station(invite.called) else None
        return StationDialled(leg.id, StationId(invite.account), extension, sealed, key, known, dialog)

    def _dials(self, invite: InviteReceived) -> bool:
        """Whether a phone of ours dials something that is no entry."""
        return bool(invite.account) and self.view.entry_of(invite.called) is None

    def _may_call_back(self, invite: InviteReceived) -> bool:
        """Whether our rules let us call this caller's number; phones of ours have none to call."""
        return not invite.account and self.outgoing.allows(self.view.normalise(invite.calling))

    def _look_at(self, invite: InviteReceived) -> tuple[int, Party | None]:
        """Return the status that refuses an admitted call, else 0 and who is at the far side, None without a number."""
        if invite.audio is not None and not usable(invite.audio, invite.source.host):
            return NOT_ACCEPTABLE, None
        number = self._far_number(invite)
        try:
            return 0, self.vault.address(number) if number else None
        except StoreAway:  # in the moment in which the store is lost, before that is known
            return UNAVAILABLE, None

    def _far_number(self, invite: InviteReceived) -> str:
        """Return who calls, or whom a phone of ours calls where that may be; empty where there is no number."""
        if not self._dials(invite):
            number = self.view.normalise(invite.calling)
            return "" if number == "anonymous" else number
        number = self.view.normalise(invite.called)
        return number if self.outgoing.allows(number) and not self.view.has_station(invite.called) else ""


def usable(audio: AudioStream, far_host: str) -> bool:
    """Whether sound may be sent where a description says: to this very machine only for who speaks from it.

    `0.0.0.0` is an old way to say hold.
    """
    near = ipaddress.ip_address(far_host).is_loopback
    return audio.host == "0.0.0.0" or routable(audio.host, loopback=near)
