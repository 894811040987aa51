"""How long a contact was parked since its visit began: time that no clock of the customer's counts."""

from __future__ import annotations

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.model.words import Work

__all__ = ["note_parking"]


def note_parking(contact: ContactOnFloor, work: Work, now: int) -> None:
    """Stop the contact's clock when it is parked, and let it go on afterwards; a new visit begins with a new one."""
    if contact.parked_at is not None:
        contact.parked_ms += now - contact.parked_at
    contact.parked_at = now if work is Work.PARKED else None
