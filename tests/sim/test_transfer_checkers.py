"""The oracle of transfers finds each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contactcenter.model.facts import (
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultStarted,
    ContactEnded,
    EndDeferred,
    ExternalAnswered,
    ExternalDialled,
    ExternalEnded,
    Fact,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId, QueueId, VisitId
from contactcenter.model.transfers import ConsultOutcome, TransferKind, TransferTarget
from contactcenter.model.words import Channel, ContactOutcome, DialOutcome, OfferOutcome, Party, Work
from contactcenter.sim.transfer_checkers import TransferChecker
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, Day
from tests.sim import floor_days
from tests.stories.centre import sealed

C1, BILLS = ContactId("c1"), QueueId("bills")
VOICE = Channel.VOICE


def states(day: Day, *told: Fact) -> None:
    """State facts in one entry's time, then let a moment pass."""
    for fact in told:
        day.state(fact)
    day.at += 1


def waits(queue: QueueId = FAULTS, placed_at: int = MINUTE) -> Fact:
    """The customer stands in a queue."""
    return VisitOpened(VisitId("v"), C1, queue, VOICE, 0, placed_at)


def talks(day: Day) -> None:
    """Ann talks with somebody who waited."""
    states(day, waits(), TalkStarted(C1, VisitId("v"), FAULTS, VOICE, ANN))


def passed(to: AgentId | None = BOB, queue: QueueId | None = None, by: AgentId = ANN) -> tuple[Fact, ...]:
    """Ann passes the contact on."""
    kind = TransferTarget.AGENT if queue is None else TransferTarget.QUEUE
    ended = TalkEnded(C1, by, VOICE, Party.AGENT, passed_on=True)
    return ended, TransferStarted(C1, VOICE, by, TransferKind.BLIND, kind, FAULTS, to, queue)


def asked(agent: AgentId) -> Fact:
    """Somebody is asked by name."""
    return OfferMade(OfferId("o"), C1, None, FAULTS, VOICE, agent, None, 2 * MINUTE)


def refused(agent: AgentId, outcome: OfferOutcome = OfferOutcome.REJECTED) -> Fact:
    """Who was asked does not take it."""
    return OfferEnded(OfferId("o"), C1, agent, VOICE, outcome)


def broken(tell: Callable[[Day], object]) -> list[str]:
    """The invariants that a day breaks."""
    day = Day(at=MINUTE)
    tell(day)
    return floor_days.broken(day, TransferChecker)


def a_sound_day(day: Day) -> None:
    """Bob does not take it, Ann not either; it waits, is passed on to a queue, and ends there."""
    talks(day)
    states(day, *passed(), asked(BOB))
    states(day, refused(BOB), asked(ANN))
    states(day, refused(ANN), waits())
    states(day, TalkStarted(C1, VisitId("v"), FAULTS, VOICE, ANN))
    states(day, *passed(None, BILLS), waits(BILLS))
    states(day, TalkStarted(C1, VisitId("v"), BILLS, VOICE, BOB))
    states(day, TalkEnded(C1, BOB, VOICE, Party.CUSTOMER), ContactEnded(C1, VOICE, ContactOutcome.HANDLED))


def asked_again(day: Day) -> None:
    """An engine took over: Bob is asked anew."""
    talks(day)
    states(day, *passed(), asked(BOB))
    states(day, refused(BOB, OfferOutcome.WITHDRAWN), asked(BOB))
    states(day, refused(BOB, OfferOutcome.CALLER_GONE), EndDeferred(C1, VOICE, ContactOutcome.HANDLED))


def left_alone(day: Day) -> None:
    """Nobody is asked."""
    talks(day)
    states(day, *passed())
    states(day, asked(BOB), TalkStarted(C1, None, FAULTS, VOICE, BOB))


def on_the_way_for_ever(day: Day) -> None:
    """Nothing comes of it."""
    talks(day)
    states(day, *passed(), asked(BOB))


def passed_on_by_a_stranger(day: Day) -> None:
    """Bob passes on what Ann talks with."""
    talks(day)
    states(day, *passed(ANN, by=BOB), asked(ANN), TalkStarted(C1, None, FAULTS, VOICE, ANN))


def asks_the_wrong_one(day: Day) -> None:
    """It was passed on to Bob, and Ann is asked."""
    talks(day)
    states(day, *passed(), asked(ANN), TalkStarted(C1, None, FAULTS, VOICE, ANN))


def asks_without_a_transfer(day: Day) -> None:
    """Nobody passed it on."""
    states(day, asked(ANN))


def asks_two(day: Day) -> None:
    """Bob and Ann are asked at once."""
    talks(day)
    states(day, *passed(), asked(BOB), asked(ANN), TalkStarted(C1, None, FAULTS, VOICE, ANN))


def waits_elsewhere(day: Day) -> None:
    """It was passed on to bills and waits for faults."""
    talks(day)
    states(day, *passed(None, BILLS), waits())


def loses_its_place(day: Day) -> None:
    """It stands behind those who came later."""
    talks(day)
    states(day, *passed(None, BILLS), waits(BILLS, day.at))


def outside(day: Day) -> None:
    """Ann passes the contact on to a number."""
    talks(day)
    gone = TransferStarted(C1, VOICE, ANN, TransferKind.BLIND, TransferTarget.NUMBER, FAULTS)
    states(day, TalkEnded(C1, ANN, VOICE, Party.AGENT, passed_on=True), gone, rings())


def rings() -> Fact:
    """It rings outside."""
    return ExternalDialled(C1, ANN, "carrier", "+86", sealed("+1"), 2 * MINUTE)


def sound_outside(day: Day) -> None:
    """Nobody answers, and Ann takes it back; next time somebody answers, then the customer leaves."""
    outside(day)
    states(day, ExternalEnded(C1, DialOutcome.NO_ANSWER), asked(ANN), TalkStarted(C1, None, FAULTS, VOICE, ANN))
    outside(day)
    states(day, ExternalAnswered(C1))
    states(day, ExternalEnded(C1, DialOutcome.ANSWERED), ContactEnded(C1, VOICE, ContactOutcome.HANDLED))


def rings_unasked(day: Day) -> None:
    """It rings outside for somebody who was not passed on."""
    talks(day)
    states(day, rings())


def rings_on_and_on(day: Day) -> None:
    """Nothing ends the ringing in time."""
    outside(day)
    day.at += 3 * MINUTE
    states(day, refused(BOB))


def answers_twice(day: Day) -> None:
    """Two answers."""
    outside(day)
    states(day, ExternalAnswered(C1), ExternalAnswered(C1))


def consults(day: Day, colleague: AgentId = BOB) -> None:
    """Ann asks Bob about the contact, who is rung."""
    states(day, ConsultStarted(C1, ANN, colleague), asked(BOB))


def ends_consult(day: Day, outcome: ConsultOutcome = ConsultOutcome.CANCELLED, by: AgentId = ANN) -> None:
    """The consultation ends."""
    states(day, ConsultEnded(C1, by, BOB, outcome))


def joined(day: Day, with_whom: AgentId) -> None:
    """Ann passes the contact on after asking Bob."""
    ended = TalkEnded(C1, ANN, VOICE, Party.AGENT, passed_on=True)
    gone = TransferStarted(C1, VOICE, ANN, TransferKind.CONSULT, TransferTarget.AGENT, FAULTS, BOB)
    states(day, ended, gone, TalkStarted(C1, None, FAULTS, VOICE, with_whom))


def sound_consultations(day: Day) -> None:
    """One is cancelled, the next one completed."""
    talks(day)
    consults(day)
    ends_consult(day)
    consults(day)
    ends_consult(day, ConsultOutcome.COMPLETED)
    joined(day, BOB)


def asks_about_anothers(day: Day) -> None:
    """Ann asks about a contact that nobody talks with."""
    consults(day)
    ends_consult(day)


def rings_a_third(day: Day) -> None:
    """Ann asked herself, and Bob is rung."""
    talks(day)
    consults(day, ANN)
    states(day, ConsultEnded(C1, ANN, ANN, ConsultOutcome.CANCELLED))


def ends_without_beginning(day: Day) -> None:
    """A consultation ends that was not."""
    talks(day)
    ends_consult(day)


def asks_for_ever(day: Day) -> None:
    """Nothing ends the consultation."""
    talks(day)
    consults(day)


def contact_ends_meanwhile(day: Day) -> None:
    """The contact is over, the consultation is not."""
    talks(day)
    consults(day)
    states(day, ContactEnded(C1, VOICE, ContactOutcome.HANDLED))
    ends_consult(day)


def goes_to_another(day: Day) -> None:
    """Bob was asked, and Ann has the customer again."""
    talks(day)
    consults(day)
    ends_consult(day, ConsultOutcome.COMPLETED)
    joined(day, ANN)


def confers(day: Day, colleague: AgentId = BOB, work: Work = Work.TALKING) -> None:
    """Ann talks with the customer and a colleague together."""
    at_work = (WorkChanged(agent, C1, VOICE, work) for agent in (ANN, BOB))
    states(day, ConferenceStarted(C1, ANN, colleague), *at_work)


def a_sound_conference(day: Day) -> None:
    """Ann asks Bob, joins all, turns to the customer, joins again, and leaves."""
    talks(day)
    consults(day)
    at_work = [WorkChanged(agent, C1, VOICE, Work.TALKING) for agent in (ANN, BOB)]
    states(day, ConsultAnswered(C1, ANN, BOB), *at_work)
    confers(day)
    states(day, ConsultFaced(C1, ANN, to_customer=True))
    confers(day)
    ends_consult(day, ConsultOutcome.COMPLETED)
    states(day, *(WorkChanged(agent, C1, VOICE, Work.ENDED) for agent in (ANN, BOB)))
    joined(day, BOB)


def confers_unasked(day: Day) -> None:
    """Bob is in a conference and has not answered."""
    talks(day)
    consults(day)
    states(day, *(WorkChanged(agent, C1, VOICE, Work.TALKING) for agent in (ANN, BOB)))
    confers(day)
    ends_consult(day)


def confers_and_does_other_things(day: Day) -> None:
    """Both are still consulting."""
    talks(day)
    consults(day)
    at_work = [WorkChanged(agent, C1, VOICE, Work.TALKING) for agent in (ANN, BOB)]
    states(day, ConsultAnswered(C1, ANN, BOB), *at_work)
    confers(day, work=Work.CONSULTING)
    ends_consult(day)


def asks_outside(day: Day) -> None:
    """Ann consults somebody outside, who is called."""
    talks(day)
    dialled = ExternalDialled(C1, ANN, "carrier", "+86", sealed("+8610"), day.at + 30_000)
    states(day, ConsultStarted(C1, ANN, None), dialled)


def a_sound_consultation_outside(day: Day) -> None:
    """It is answered there, and the customer passed on."""
    asks_outside(day)
    states(day, ConsultAnswered(C1, ANN, None))
    states(day, WorkChanged(ANN, C1, VOICE, Work.TALKING), ConferenceStarted(C1, ANN, None))
    states(day, ConsultEnded(C1, ANN, None, ConsultOutcome.COMPLETED))
    gone = TransferStarted(C1, VOICE, ANN, TransferKind.CONSULT, TransferTarget.NUMBER, FAULTS)
    states(day, TalkEnded(C1, ANN, VOICE, Party.AGENT, passed_on=True), gone, ExternalAnswered(C1))


def rings_on_for_the_customer(day: Day) -> None:
    """Ann hangs up while it rings outside: it rings for the customer from now on."""
    asks_outside(day)
    gone = TransferStarted(C1, VOICE, ANN, TransferKind.BLIND, TransferTarget.NUMBER, FAULTS)
    ended = ConsultEnded(C1, ANN, None, ConsultOutcome.AGENT_GONE)
    states(day, ended, TalkEnded(C1, ANN, VOICE, Party.AGENT, passed_on=True), gone)
    states(day, ExternalAnswered(C1))


def asks_a_colleague_and_calls_outside(day: Day) -> None:
    """A number is called for a consultation with a colleague."""
    talks(day)
    consults(day)
    states(day, ExternalDialled(C1, ANN, "carrier", "+86", sealed("+8610"), day.at + 30_000))
    ends_consult(day)


@pytest.mark.parametrize(
    ("tell", "invariants"),
    [
        (a_sound_day, []),
        (asked_again, []),
        (left_alone, ["X1"]),
        (on_the_way_for_ever, ["X1"]),
        (passed_on_by_a_stranger, ["X2"]),
        (asks_the_wrong_one, ["X2"]),
        (asks_without_a_transfer, ["X2"]),
        (asks_two, ["O1"]),
        (waits_elsewhere, ["X2"]),
        (loses_its_place, ["X3"]),
        (sound_outside, []),
        (rings_unasked, ["X4"]),
        (rings_on_and_on, ["X4", "X1"]),
        (answers_twice, ["X4"]),
        (sound_consultations, []),
        (asks_about_anothers, ["X5"]),
        (rings_a_third, ["X5"]),
        (ends_without_beginning, ["X5"]),
        (asks_for_ever, ["X5"]),
        (contact_ends_meanwhile, ["X5"]),
        (goes_to_another, ["X5"]),
        (a_sound_conference, []),
        (confers_unasked, ["X6"]),
        (a_sound_consultation_outside, []),
        (rings_on_for_the_customer, []),
        (asks_a_colleague_and_calls_outside, ["X4"]),
        (confers_and_does_other_things, ["X6"]),
    ],
)
def test_the_oracle_finds_what_it_is_for(tell: Callable[[Day], object], invariants: list[str]) -> None:
    assert broken(tell) == invariants
