"""Stretches in the making: the open segment of each contact and the open activity of each agent.

They are found again in the database after a restart, because they stand in the same transaction as the position.
Stretches of no length may be written; readers leave them out.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.upserts import Rows

__all__ = ["Place", "Stretches"]


class Place(msgspec.Struct, frozen=True):
    """Where a fact stands: the entry's sequence, the fact's place in it, and the entry's time (ms)."""

    position: int
    part: int
    at: int


class _Open(msgspec.Struct, frozen=True):
    position: int
    part: int
    kind: str
    agent: str | None = None


class Stretches:
    """Opens and closes segments and activities; each contact and each agent has one at most."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        self._segments: dict[str, _Open] = {}
        self._activities: dict[str, _Open] = {}
        self._offers: dict[str, set[str]] = {}

    async def load(self, connection: AsyncConnection, domain: str) -> None:
        """Find again what is open in the database."""
        segments, activity = tables.segments, tables.agent_activity
        rows = await connection.execute(select(segments).where(segments.c.domain == domain, segments.c.to_at.is_(None)))
        self._segments = {
            row["contact"]: _Open(row["position"], row["part"], row["kind"], row["agent"]) for row in rows.mappings()
        }
        offers = tables.offers
        rows = await connection.execute(select(offers).where(offers.c.domain == domain, offers.c.ended_at.is_(None)))
        self._offers = {}
        for row in rows.mappings():
            self._offers.setdefault(row["contact"], set()).add(row["id"])
        rows = await connection.execute(select(activity).where(activity.c.domain == domain, activity.c.to_at.is_(None)))
        self._activities = {
            row["agent"]: _Open(row["position"], row["part"], row["presence"]) for row in rows.mappings()
        }

    def segment(
        self, rows: Rows, contact: str, place: Place, kind: str, queue: str | None = None, agent: str | None = None
    ) -> None:
        """Let a contact be in a segment of `kind` from now on, unless it is already."""
        before = self._segments.get(contact)
        if before is not None and (before.kind, before.agent) == (kind, agent):
            return
        self.close_segment(rows, contact, place)
        self._segments[contact] = _Open(place.position, place.part, kind, agent)
        values = {"kind": kind, "from_at": place.at, "queue": queue, "agent": agent}
        rows.put(tables.segments, contact, place.position, place.part, **values)

    def ring(self, contact: str, offer: str) -> None:
        """Note that a contact rings for an offer, besides others in a group."""
        self._offers.setdefault(contact, set()).add(offer)

    def stop_ringing(self, contact: str, offer: str) -> bool:
        """Note that an offer of a contact is over; return whether it was the last one that rang."""
        offers = self._offers.get(contact, set())
        offers.discard(offer)
        if not offers:
            self._offers.pop(contact, None)
        return not offers

    def kind(self, contact: str) -> str:
        """Return in what kind of segment a contact is, or an empty text."""
        return self._segments[contact].kind if contact in self._segments else ""

    def agent(self, contact: str) -> str | None:
        """Return with which agent a contact is in its segment, if with one."""
        return self._segments[contact].agent if contact in self._segments else None

    def close_segment(self, rows: Rows, contact: str, place: Place) -> None:
        """End a contact's segment, if it is in one."""
        before = self._segments.pop(contact, None)
        if before is not None:
            rows.put(tables.segments, contact, before.position, before.part, to_at=place.at)

    def activity(self, rows: Rows, agent: str, place: Place, presence: str, reason: str) -> None:
        """Let an agent's presence be this from now on."""
        before = self._activities.get(agent)
        if before is not None:
            rows.put(tables.agent_activity, agent, before.position, before.part, to_at=place.at)
        self._activities[agent] = _Open(place.position, place.part, presence)
        values = {"presence": presence, "reason": reason, "from_at": place.at}
        rows.put(tables.agent_activity, agent, place.position, place.part, **values)
