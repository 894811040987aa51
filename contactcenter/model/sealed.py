"""The only form in which numbers, names, texts and keyed-in data may pass through the core and stand in the journal.

The core carries a `Sealed` box about and never opens it: decisions use ids, classes and keyed hashes.
"""

from __future__ import annotations

import msgspec

from contactcenter.model.ids import PersonId

__all__ = ["Sealed"]


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """A personal value that only a holder of the person's key can read; destroying the key erases it everywhere."""

    person: PersonId
    box: bytes
