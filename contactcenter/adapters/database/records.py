"""Writes contacts, visits, offers, texts and recordings from the journal's entries, in batches.

One transaction holds a batch and the position it reaches, so that writing again after a crash changes nothing. It never
writes what the journal does not say, and it carries out erasures.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.database.stretches import Place, Stretches
from contactcenter.adapters.database.upserts import Rows
from contactcenter.model import facts
from contactcenter.model.entry import Entry, Position
from contactcenter.model.facts import Fact
from contactcenter.model.ids import PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.transfers import TransferTarget
from contactcenter.model.words import OfferOutcome, RecordingState, Work

__all__ = ["RecordsAhead", "RecordsWriter"]

WRITER = "records"
OPAQUE_LENGTH = 43  # URL-safe and unguessable: 172 bits of an HMAC
SEGMENT_OF = {
    Work.TALKING: "talk",
    Work.CONSULTING: "consult",
    Work.HOLD: "hold",
    Work.WRAP_UP: "wrap_up",
    Work.PARKED: "parked",
    Work.RESULT_OPEN: "result_open",
}


class RecordsAhead(Exception):
    """The records know entries that the journal does not have: they belong to another journal."""


class RecordsWriter:
    """The one writer of journaled records."""

    def __init__(self, database: Database, master: bytes, recordings: Path | None = None) -> None:
        """Write into `database`; `master` makes the recordings' opaque ids unguessable, `recordings` holds sound."""
        self._database = database
        self._master = master
        self._recordings = recordings
        # Set when somebody was erased, and at the start, for the last process may have been killed in between.
        self.log_owed = asyncio.Event()
        self.log_owed.set()
        self._stretches = Stretches()
        self._in_doubt = False
        self.applied = Position(0, 0)

    async def load(self) -> Position:
        """Find out how far the records are, and what is open in them."""
        applied, domain = tables.applied, self._database.domain
        async with self._database.read() as connection:
            statement = select(applied.c.epoch, applied.c.sequence)
            row = (
                await connection.execute(statement.where(applied.c.domain == domain, applied.c.writer == WRITER))
            ).first()
            await self._stretches.load(connection, domain)
        self.applied = Position(row.epoch, row.sequence) if row else Position(0, 0)
        self._in_doubt = False
        return self.applied

    @unbroken
    async def write(self, entries: Sequence[Entry]) -> None:
        """Write a batch; entries already written are left out. After a failure nothing of it stands, or all of it.

        Which of both is asked of the database before the next one: right after the failure it may be away itself.
        """
        if self._in_doubt:
            await self.load()
        fresh = [entry for entry in entries if entry.position.sequence > self.applied.sequence]
        if not fresh:
            return
        self._in_doubt = True
        async with self._database.write() as connection:
            await self._write(connection, fresh)
        self._in_doubt = False
        self.applied = fresh[-1].position
        if any(isinstance(fact, facts.PersonErased) for entry in fresh for fact in entry.facts):
            self.log_owed.set()

    async def _write(self, connection: AsyncConnection, entries: Sequence[Entry]) -> None:
        rows = Rows(self._database.domain)
        for entry in entries:
            for part, fact in enumerate(entry.facts):
                if isinstance(fact, facts.PersonErased):
                    await rows.write(connection)
                    rows = Rows(self._database.domain)
                    await self._erase(connection, fact.person)
                self._fold(rows, fact, Place(entry.position.sequence, part, entry.at))
        reached = entries[-1].position
        rows.put(tables.applied, WRITER, epoch=reached.epoch, sequence=reached.sequence)
        await rows.write(connection)

    async def _erase(self, connection: AsyncConnection, person: PersonId) -> None:
        """Destroy what is kept of a person; the sound goes first, so that after a crash none is left without a row."""
        recordings, domain = tables.recordings, self._database.domain
        mine = (recordings.c.domain == domain) & recordings.c.contact.in_(_contacts_of(domain, person))
        for name in (await connection.execute(select(recordings.c.name).where(mine))).scalars():
            if name and self._recordings is not None:
                (self._recordings / name).unlink(missing_ok=True)
        await connection.execute(update(recordings).where(mine).values(name=None, sha256=None, reason="erased"))
        await _erase(connection, domain, person)

    def _fold(self, rows: Rows, fact: Fact, place: Place) -> None:
        rule = _RULES.get(type(fact))
        if rule is not None:
            rule(self, rows, fact, place)

    def _contact_arrived(self, rows: Rows, fact: facts.ContactArrived, place: Place) -> None:
        values = {
            name: getattr(fact, name)
            for name in ("channel", "entry", "flow", "language", "person", "address_key", "conversation")
        }
        rows.put(tables.contacts, fact.contact, **values, address=_box(fact.address), arrived_at=place.at)
        self._stretches.segment(rows, fact.contact, place, "ivr")

    def _transfer_started(self, rows: Rows, fact: facts.TransferStarted, place: Place) -> None:
        if fact.to is TransferTarget.NUMBER:
            self._stretches.segment(rows, fact.contact, place, "external")

    def _end_deferred(self, rows: Rows, fact: facts.EndDeferred, place: Place) -> None:
        self._stretches.segment(rows, fact.contact, place, "wrap_up")

    def _contact_ended(self, rows: Rows, fact: facts.ContactEnded, place: Place) -> None:
        rows.put(tables.contacts, fact.contact, ended_at=place.at, outcome=fact.outcome)
        self._stretches.close_segment(rows, fact.contact, place)

    def _customer_known(self, rows: Rows, fact: facts.CustomerKnown, place: Place) -> None:
        rows.put(tables.contacts, fact.contact, customer=fact.customer)

    def _choice_made(self, rows: Rows, fact: facts.ChoiceMade, place: Place) -> None:
        values = {"node": fact.node, "key": fact.key, "at": place.at}
        rows.put(tables.steps, fact.contact, place.position, place.part, **values)

    def _input_kept(self, rows: Rows, fact: facts.InputKept, place: Place) -> None:
        person = fact.value.person if fact.value else None
        values = {"length": fact.length, "person": person, "value": _box(fact.value)}
        rows.put(tables.inputs, fact.contact, fact.name, **values)

    def _visit_opened(self, rows: Rows, fact: facts.VisitOpened, place: Place) -> None:
        values = {"contact": fact.contact, "queue": fact.queue, "channel": fact.channel, "priority": fact.priority}
        rows.put(tables.visits, fact.visit, **values, opened_at=place.at)
        rows.put(tables.contacts, fact.contact, queue=fact.queue)
        self._stretches.segment(rows, fact.contact, place, "queue", fact.queue)

    def _visit_ended(self, rows: Rows, fact: facts.VisitEnded, place: Place) -> None:
        values = {"ended_at": place.at, "outcome": fact.outcome, "wait_ms": fact.wait_ms, "agent": fact.agent}
        rows.put(tables.visits, fact.visit, **values)
        rows.put(tables.contacts, fact.contact, wait_ms=fact.wait_ms)

    def _message_begun(self, rows: Rows, fact: facts.MessageBegun, place: Place) -> None:
        self._stretches.segment(rows, fact.contact, place, "message")

    def _dial_started(self, rows: Rows, fact: facts.DialStarted, place: Place) -> None:
        rows.put(tables.contacts, fact.contact, agent=fact.agent)
        self._stretches.segment(rows, fact.contact, place, "dial", None, fact.agent)

    def _called_first(self, rows: Rows, fact: facts.CallbackAnswered, place: Place) -> None:
        self._stretches.segment(rows, fact.contact, place, "queue")

    def _offer_made(self, rows: Rows, fact: facts.OfferMade, place: Place) -> None:
        names = ("contact", "visit", "queue", "channel", "agent", "station", "expires_at")
        rows.put(tables.offers, fact.offer, **{name: getattr(fact, name) for name in names}, made_at=place.at)
        self._stretches.ring(fact.contact, fact.offer)
        agent = fact.agent if fact.group is None else None
        if self._stretches.kind(fact.contact) != "consult":
            self._stretches.segment(rows, fact.contact, place, "ring", fact.queue, agent)

    def _offer_ended(self, rows: Rows, fact: facts.OfferEnded, place: Place) -> None:
        rows.put(tables.offers, fact.offer, ended_at=place.at, outcome=fact.outcome, status=fact.status)
        last = self._stretches.stop_ringing(fact.contact, fact.offer)
        consult = self._stretches.kind(fact.contact) == "consult"
        if fact.outcome is not OfferOutcome.ACCEPTED and last and not consult:
            self._stretches.segment(rows, fact.contact, place, "queue")

    def _talk_started(self, rows: Rows, fact: facts.TalkStarted, place: Place) -> None:
        rows.put(tables.contacts, fact.contact, agent=fact.agent, queue=fact.queue)
        self._stretches.segment(rows, fact.contact, place, "talk", fact.queue, fact.agent)

    def _work_changed(self, rows: Rows, fact: facts.WorkChanged, place: Place) -> None:
        kind = SEGMENT_OF.get(fact.work)
        # Who is on hold is missed in a conference, which goes on.
        together = self._stretches.kind(fact.contact) == "conference" and fact.work in (Work.TALKING, Work.HOLD)
        # Who passed a contact on wraps it up beside whatever the customer goes through.
        if kind is not None and not together and self._stretches.agent(fact.contact) == fact.agent:
            self._stretches.segment(rows, fact.contact, place, kind, None, fact.agent)

    def _conference_started(self, rows: Rows, fact: facts.ConferenceStarted, place: Place) -> None:
        self._stretches.segment(rows, fact.contact, place, "conference", None, fact.agent)

    def _conference_over(self, rows: Rows, fact: facts.ConsultFaced | facts.ConsultEnded, place: Place) -> None:
        if self._stretches.kind(fact.contact) == "conference":
            self._stretches.segment(rows, fact.contact, place, "talk", None, fact.agent)

    def _presence_changed(self, rows: Rows, fact: facts.PresenceChanged, place: Place) -> None:
        self._stretches.activity(rows, fact.agent, place, fact.presence, fact.reason)

    def _disposition_set(self, rows: Rows, fact: facts.DispositionSet, place: Place) -> None:
        # Empty is "missing"; none at all where there was nothing to choose, or where somebody else has chosen.
        told = {"disposition": fact.disposition if fact.disposition or fact.missing else None, "note": fact.note}
        rows.put(tables.contacts, fact.contact, **{name: value for name, value in told.items() if value is not None})

    def _text_posted(self, rows: Rows, fact: facts.TextPosted, place: Place) -> None:
        names = ("conversation", "contact", "number", "author", "agent", "language", "delivery")
        values = {name: getattr(fact, name) for name in names}
        lists = {"prompts": list(fact.prompts), "choices": [list(choice) for choice in fact.choices]}
        rows.put(tables.messages, fact.message, **values, **lists, at=place.at)

    def _text_delivered(self, rows: Rows, fact: facts.TextDelivered, place: Place) -> None:
        rows.put(tables.messages, fact.message, delivery=fact.delivery)

    def _recording_changed(self, rows: Rows, fact: facts.RecordingChanged, place: Place) -> None:
        names = ("contact", "state", "name", "duration_ms", "size_bytes", "sha256", "reason")
        values = {name: getattr(fact, name) for name in names}
        if fact.state is RecordingState.STARTED:
            values |= {"started_at": place.at, "opaque": self._opaque(fact.recording)}
        rows.put(tables.recordings, fact.recording, **values)

    def _opaque(self, recording: str) -> str:
        return hmac.new(self._master, f"recording {recording}".encode(), hashlib.sha256).hexdigest()[:OPAQUE_LENGTH]


def _box(sealed: Sealed | None) -> bytes | None:
    return None if sealed is None else sealed.box


def _contacts_of(domain: str, person: PersonId) -> Select[tuple[str]]:
    contacts = tables.contacts
    return select(contacts.c.id).where(contacts.c.domain == domain, contacts.c.person == person)


async def _erase(connection: AsyncConnection, domain: str, person: PersonId) -> None:
    """Destroy what the records hold of a person in the clear, and the boxes that nobody can open any more."""
    for table in (tables.notes, tables.visitors):
        await connection.execute(delete(table).where(table.c.domain == domain, table.c.person == person))
    messages, contacts, inputs = tables.messages, tables.contacts, tables.inputs
    mine = _contacts_of(domain, person)
    of_person = (messages.c.person == person) | messages.c.contact.in_(mine)
    await connection.execute(update(messages).where(messages.c.domain == domain, of_person).values(body=None))
    of_notes = delete(tables.notes).where(tables.notes.c.domain == domain, tables.notes.c.contact.in_(mine))
    await connection.execute(of_notes)
    for table, column in ((contacts, "address"), (inputs, "value")):
        statement = update(table).where(table.c.domain == domain, table.c.person == person)
        await connection.execute(statement.values({column: None}))


_RULES: dict[type[Any], Callable[[RecordsWriter, Rows, Any, Place], None]] = {
    facts.ContactArrived: RecordsWriter._contact_arrived,
    facts.ContactEnded: RecordsWriter._contact_ended,
    facts.CustomerKnown: RecordsWriter._customer_known,
    facts.ChoiceMade: RecordsWriter._choice_made,
    facts.InputKept: RecordsWriter._input_kept,
    facts.VisitOpened: RecordsWriter._visit_opened,
    facts.VisitEnded: RecordsWriter._visit_ended,
    facts.MessageBegun: RecordsWriter._message_begun,
    facts.DialStarted: RecordsWriter._dial_started,
    facts.CallbackAnswered: RecordsWriter._called_first,
    facts.OfferMade: RecordsWriter._offer_made,
    facts.OfferEnded: RecordsWriter._offer_ended,
    facts.TalkStarted: RecordsWriter._talk_started,
    facts.WorkChanged: RecordsWriter._work_changed,
    facts.ConferenceStarted: RecordsWriter._conference_started,
    facts.ConsultFaced: RecordsWriter._conference_over,
    facts.ConsultEnded: RecordsWriter._conference_over,
    facts.PresenceChanged: RecordsWriter._presence_changed,
    facts.DispositionSet: RecordsWriter._disposition_set,
    facts.EndDeferred: RecordsWriter._end_deferred,
    facts.TransferStarted: RecordsWriter._transfer_started,
    facts.TextPosted: RecordsWriter._text_posted,
    facts.TextDelivered: RecordsWriter._text_delivered,
    facts.RecordingChanged: RecordsWriter._recording_changed,
}
