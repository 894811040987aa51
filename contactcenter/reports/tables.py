"""Reports as tables: headers with their meaning, and rows of plain cells, for a terminal, a CSV file or a page.

`report` folds entries into the table of one kind. Cells hold ids, counts, ms and percents, never a number or a name of
a customer; who shows a table formats times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from contactcenter.model.entry import Entry
from contactcenter.model.facts import ModeChanged
from contactcenter.model.words import Direction, OfferOutcome, VisitOutcome
from contactcenter.reports.activity import Doing
from contactcenter.reports.agent_time import AgentInterval, AgentTime
from contactcenter.reports.contacts import ContactRecord, ContactRecords, SegmentKind
from contactcenter.reports.intervals import QUARTER_HOUR_MS, IntervalFigures, IntervalRow
from contactcenter.reports.tally import OUTCOMES
from contactcenter.reports.transfers import TransferCounts

__all__ = ["KINDS", "Cell", "Column", "Table", "report", "to_csv", "utc"]

Cell = str | int | float | None

KINDS = ("intervals", "agents", "contacts", "modes")
AGENT_STATES = (
    Doing.READY,
    Doing.RINGING,
    Doing.DIALLING,
    Doing.TALKING,
    Doing.CONSULTING,
    Doing.HOLD,
    Doing.WRAP_UP,
    Doing.NOT_READY,
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and what stands in it, with the formula where there is one."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A finished report."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


TRANSFER_COLUMNS = (
    Column("transferred_blind", "contacts passed on at once"),
    Column("transferred_consult", "contacts passed on after a consultation"),
    Column("transferred_to_agent", "of both: to a named agent"),
    Column("transferred_to_queue", "of both: to a queue"),
    Column("transferred_to_number", "of both: to a number outside"),
)
INTERVAL_COLUMNS = (
    Column("from", "start of the interval, UTC"),
    Column("queue", "queue"),
    Column("channel", "channel"),
    Column("waiting_at_start", "visits that waited when the interval began"),
    Column("offered", "visits that began in the interval"),
    *(Column(outcome.value, f"visits that ended as {outcome.value} in the interval") for outcome in OUTCOMES),
    Column("waiting_at_end", "waiting_at_start + offered - all that ended"),
    Column("service_level", "handled in time / (ended - short_abandoned - abandoned in time), percent"),
    Column("asa_ms", "mean wait of the handled, ringing included"),
    Column("abandon_rate", "abandoned / (ended - short_abandoned), percent"),
    Column("longest_wait_ms", "longest wait that ended in the interval, abandoned ones included"),
    Column("arrived_handled", "of those who came in this interval: handled, whenever that was"),
    Column("arrived_abandoned", "of those who came in this interval: abandoned or short_abandoned"),
    Column("arrived_service_level", "service level of those who came in this interval, percent"),
    *TRANSFER_COLUMNS,
    Column("received", "visits that began because an agent passed a contact on to this queue"),
    Column("transfer_rate", "(transferred_blind + transferred_consult) / handled, percent"),
)
MISSED = (OfferOutcome.NO_ANSWER, OfferOutcome.REJECTED, OfferOutcome.BUSY, OfferOutcome.DEVICE_LOST)
AGENT_COLUMNS = (
    Column("from", "start of the interval, UTC"),
    Column("agent", "agent"),
    Column("signed_in_ms", "sum of the states that follow"),
    Column("ready_ms", "ready, no contact in hand"),
    Column("ringing_ms", "offered a contact"),
    Column("dialling_ms", "calling a customer who has not answered yet"),
    Column("talking_ms", "talking on one contact or more"),
    Column("consulting_ms", "talking with a colleague about a call, ringing included"),
    Column("hold_ms", "on hold with all contacts"),
    Column("wrap_up_ms", "after-contact work alone"),
    Column("not_ready_ms", "not ready, no contact in hand"),
    Column("not_ready_reasons", "ms by reason"),
    Column("handled", "talks begun with those who came"),
    Column("dialled", "customers called"),
    Column("reached", "customers called who answered"),
    Column("direct", "customers who called the agent's own number and talked with the agent"),
    Column("talking_outbound_ms", "of talking_ms: with customers called"),
    Column("talking_internal_ms", "of talking_ms: with colleagues"),
    Column("talking_direct_ms", "of talking_ms: with those who called the agent's own number"),
    Column("dispositions_missing", "contacts that ended without a result where there were some to choose"),
    Column("extensions", "times when more time was taken to wrap up"),
    Column("no_answer", "offers not answered"),
    Column("rejected", "offers rejected"),
    Column("busy", "offers to a busy telephone, or one that asked not to be disturbed"),
    Column("device_lost", "offers to a telephone or console that was lost"),
    Column("occupancy", "(ringing + dialling + talking + consulting + hold + wrap_up) / (that + ready), percent"),
    *TRANSFER_COLUMNS,
    Column("received", "talks with contacts that somebody had passed on"),
    Column("transfer_rate", "(transferred_blind + transferred_consult) / handled, percent"),
    Column("conferences", "conferences of three that the agent began"),
)
CONTACT_COLUMNS = (
    Column("contact", "contact"),
    Column("channel", "channel"),
    Column("direction", "inbound, or outbound: called by us; internal: a colleague; direct: to an agent's own number"),
    Column("arrived", "arrival, UTC"),
    Column("ended", "end of wrap-up, UTC"),
    Column("outcome", "how the contact ended; empty while it lives"),
    Column("queues", "queues in order"),
    Column("agents", "agents in order"),
    *(Column(f"{kind.value}_ms", f"time in segments of kind {kind.value}") for kind in SegmentKind),
    Column("parted_by", "who ended the talk"),
    Column("disposition", "result the agent chose"),
    Column("disposition_missing", "1 where there were results to choose and none was chosen"),
    Column("extensions", "how often the agent took more time to wrap up"),
)
MODE_COLUMNS = (
    Column("at", "when the mode was switched, UTC"),
    Column("queue", "queue; empty for the whole centre"),
    Column("mode", "mode from then on"),
    Column("former", "mode until then"),
    Column("until", "when it ends by itself, UTC; empty where somebody has to end it"),
    Column("by", "account that switched it, or the keyed hash of the number that called; empty for the centre itself"),
    Column("source", "console, api, command or telephone; expiry or configuration for the centre itself"),
    Column("reason", "why, in the words of who switched it"),
)


def utc(at: int) -> str:
    """Return a time in ms as UTC text to the second."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def report(kind: str, entries: Iterable[Entry], from_at: int, to_at: int, interval_ms: int = QUARTER_HOUR_MS) -> Table:
    """Fold all entries and return the table of [from_at, to_at). Raises KeyError for an unknown kind.

    Give entries from well before `from_at`, so that who waited and who was signed in at its start is known.
    """
    makers = {"intervals": _intervals, "agents": _agents, "contacts": _contacts, "modes": _modes}
    return makers[kind](entries, from_at, to_at, interval_ms)


def _intervals(entries: Iterable[Entry], from_at: int, to_at: int, interval_ms: int) -> Table:
    fold = IntervalFigures(interval_ms)
    for entry in entries:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    rows = sorted(fold.rows(from_at, to_at), key=lambda row: (row.from_at, row.queue, row.channel))
    return Table("Queues by interval", INTERVAL_COLUMNS, tuple(_interval_cells(row) for row in rows))


def _interval_cells(row: IntervalRow) -> tuple[Cell, ...]:
    event, arrival = row.by_event, row.by_arrival
    ended = [event.outcomes[outcome] for outcome in OUTCOMES]
    named = {outcome.value: count for outcome, count in arrival.outcomes.items()}
    return (
        *(utc(row.from_at), row.queue, row.channel.value, row.waiting_at_start, event.offered),
        *ended,
        *(row.waiting_at_end, event.service_level(), event.asa_ms(), event.abandon_rate(), event.longest_wait_ms),
        *(named["handled"], named["abandoned"] + named["short_abandoned"], arrival.service_level()),
        *_transfer_cells(row.transfers, event.outcomes[VisitOutcome.HANDLED]),
    )


def _transfer_cells(counts: TransferCounts, handled: int) -> tuple[Cell, ...]:
    return (counts.blind, counts.consult, *counts.to.values(), counts.received, counts.rate(handled))


def _agents(entries: Iterable[Entry], from_at: int, to_at: int, interval_ms: int) -> Table:
    fold = AgentTime(interval_ms)
    last_at = from_at
    for entry in entries:
        last_at = entry.at
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    fold.settle(min(last_at, to_at))
    rows = sorted(fold.rows(from_at, to_at), key=lambda row: (row.from_at, row.agent))
    return Table("Agents by interval", AGENT_COLUMNS, tuple(_agent_cells(row) for row in rows))


def _agent_cells(row: AgentInterval) -> tuple[Cell, ...]:
    reasons = " ".join(f"{reason or '-'}={spent}" for reason, spent in sorted(row.not_ready_ms.items()))
    states = [row.spent_ms[doing] for doing in AGENT_STATES]
    missed = [row.offers[outcome] for outcome in MISSED]
    first = (utc(row.from_at), row.agent, row.signed_in_ms)
    began = [row.talked_ms[each] for each in (Direction.OUTBOUND, Direction.INTERNAL, Direction.DIRECT)]
    counts = (row.handled, row.dialled, row.reached, row.direct, *began, row.dispositions_missing, row.extensions)
    return (
        *(*first, *states, reasons, *counts, *missed, row.occupancy()),
        *_transfer_cells(row.transfers, row.handled),
        row.conferences,
    )


def _contacts(entries: Iterable[Entry], from_at: int, to_at: int, interval_ms: int) -> Table:
    fold = ContactRecords()
    for entry in entries:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    records = [*fold.take_ended(), *fold.living.values()]
    shown = sorted((record for record in records if from_at <= record.arrived_at < to_at), key=_by_arrival)
    return Table("Contacts", CONTACT_COLUMNS, tuple(_contact_cells(record) for record in shown))


def _by_arrival(record: ContactRecord) -> tuple[int, str]:
    return record.arrived_at, record.contact


def _contact_cells(record: ContactRecord) -> tuple[Cell, ...]:
    ended = utc(record.ended_at) if record.ended_at is not None else ""
    return (
        *(record.contact, record.channel.value, record.direction.value, utc(record.arrived_at)),
        *(ended, record.outcome or ""),
        *(" ".join(record.queues), " ".join(record.agents)),
        *(record.spent_ms(kind) for kind in SegmentKind),
        *(record.parted_by or "", record.disposition, int(record.disposition_missing), record.extensions),
    )


def _modes(entries: Iterable[Entry], from_at: int, to_at: int, interval_ms: int) -> Table:
    rows = [
        _mode_cells(entry.at, fact)
        for entry in entries
        for fact in entry.facts
        if isinstance(fact, ModeChanged) and from_at <= entry.at < to_at
    ]
    return Table("Modes", MODE_COLUMNS, tuple(rows))


def _mode_cells(at: int, fact: ModeChanged) -> tuple[Cell, ...]:
    until = utc(fact.until_at) if fact.until_at is not None else ""
    return (utc(at), fact.queue or "", fact.mode, fact.former, until, fact.by, fact.source.value, fact.reason)


def to_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180), with no cell that a spreadsheet would take for a formula."""
    lines = [[column.name for column in table.columns], *table.rows]
    return "".join(",".join(_csv_cell(cell) for cell in line) + "\r\n" for line in lines)


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text
