"""The oracles themselves: a sound day passes, and each broken rule is called by its name."""

from __future__ import annotations

from contactcenter.model.facts import (
    AgentSeated,
    LegChanged,
    LegOpened,
    OfferEnded,
    OfferMade,
    PauseEnded,
    PositionTold,
    PreferenceEnded,
    RecordingChanged,
    RefusalsForgotten,
    StationChanged,
    TalkStarted,
    TextPosted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import (
    ContactId,
    ConversationId,
    LegId,
    MessageId,
    OfferId,
    RecordingId,
    VisitId,
)
from contactcenter.model.words import (
    Author,
    Channel,
    ContactOutcome,
    LegRole,
    LegState,
    OfferOutcome,
    Presence,
    RecordingState,
    VisitOutcome,
    Work,
)
from contactcenter.sim.violations import VIOLATIONS_MAX, Ledger
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, SALES, Day
from tests.sim.floor_days import CHAT, broken, come, opened


def serve(day: Day, name: str) -> None:
    """Ann takes a chat that waits, and finishes it."""
    day.ring(name, ANN)
    day.answer(name, ANN)
    day.at += MINUTE
    day.part(name, ANN, CHAT)
    day.at += 1_000
    day.finish(name, ANN, CHAT)


def test_a_sound_day_passes() -> None:
    day = opened()
    come(day, "c1")
    serve(day, "c1")
    come(day, "c2")
    day.leave("c2")
    day.end("c2", ContactOutcome.ABANDONED, CHAT)
    assert broken(day) == []


def test_c1_a_contact_that_never_ends() -> None:
    day = opened()
    day.arrive("c1")
    assert broken(day) == ["C1"]


def test_c1_a_contact_that_goes_on_after_its_end() -> None:
    day = opened()
    day.arrive("c1", CHAT)
    day.end("c1", ContactOutcome.LEFT_IN_IVR, CHAT)
    day.end("c1", ContactOutcome.LEFT_IN_IVR, CHAT)
    assert broken(day) == ["C1"]


def test_c3_a_message_that_stands_twice() -> None:
    day = opened()
    day.arrive("c1", CHAT)
    for number in (1, 2):
        day.state(TextPosted(ContactId("c1"), ConversationId("t"), number, Author.CUSTOMER, MessageId("m1")))
    day.end("c1", ContactOutcome.LEFT_IN_IVR, CHAT)
    assert broken(day) == ["C3"]


def test_o1_an_offer_of_what_is_offered_already() -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    visit, contact = VisitId("c1"), ContactId("c1")
    day.state(OfferMade(OfferId("o2"), contact, visit, FAULTS, CHAT, BOB, None, day.at + 15_000))
    assert "O1" in broken(day)


def test_o3_an_offer_that_outlives_its_time() -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    day.at += 16_001
    day.present(BOB, Presence.NOT_READY)
    assert "O3" in broken(day)


def test_o4_two_agents_with_one_contact() -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    day.answer("c1", ANN)
    day.state(TalkStarted(ContactId("c1"), VisitId("c1"), FAULTS, CHAT, BOB))
    assert "O4" in broken(day)


def test_a1_more_than_fits_into_two_hands() -> None:
    day = opened()
    for number in range(4):
        day.arrive(f"c{number}", CHAT)
        day.work(f"c{number}", ANN, Work.TALKING, CHAT)
    assert "A1" in broken(day)


def test_a2_an_offer_to_one_who_is_not_ready_or_not_able() -> None:
    day = opened()
    day.present(ANN, Presence.NOT_READY)
    come(day, "c1")
    day.ring("c1", ANN)
    assert "A2" in broken(day)
    day = opened()
    day.arrive("c1", CHAT)
    day.enter("c1", SALES, CHAT)
    day.ring("c1", BOB)
    assert "A2" in broken(day)


def test_a2_a_call_to_one_without_a_phone_or_with_one_that_just_failed() -> None:
    def call(seated: bool, paused: bool) -> list[str]:
        day = opened()
        day.present(BOB, Presence.NOT_READY)
        if seated:
            day.state(AgentSeated(ANN, None))
        day.arrive("c1")
        day.enter("c1")
        day.ring("c1", ANN)
        if paused:
            day.state(OfferEnded(OfferId("oc1"), ContactId("c1"), ANN, Channel.VOICE, OfferOutcome.BUSY, 486))
            day.state(StationChanged("p1", None))  # type: ignore[arg-type]
            day.state(PauseEnded(ANN))
        return broken(day)

    assert "A2" in call(seated=False, paused=False)
    assert "A2" in call(seated=True, paused=True)


def test_a3_work_that_is_never_ended_or_was_never_begun() -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    day.leave("c1")
    day.state(OfferEnded(OfferId("oc1"), ContactId("c1"), ANN, CHAT, OfferOutcome.CALLER_GONE))
    day.end("c1", ContactOutcome.ABANDONED, CHAT)
    assert "A3" in broken(day)
    day = opened()
    day.state(WorkChanged(ANN, ContactId("c9"), CHAT, Work.ENDED))
    assert broken(day) == ["A3"]


def test_a4_a_wrap_up_without_end() -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    day.answer("c1", ANN)
    day.part("c1", ANN, CHAT)
    day.at += 61_001
    day.present(BOB, Presence.NOT_READY)
    assert {"A3", "A4", "C1"} <= {*broken(day)}


def test_q1_one_who_came_later_is_served_first() -> None:
    day = opened()
    come(day, "c1")
    come(day, "c2")
    day.ring("c2", ANN)
    assert "Q1" in broken(day)


def test_q1_holds_across_queues_but_not_against_who_rejected_or_waits_for_another() -> None:
    day = opened()
    day.arrive("c1", CHAT)
    day.enter("c1", SALES, CHAT)
    come(day, "c2")
    day.ring("c2", ANN)
    assert "Q1" in broken(day), "Ann serves sales too"
    day = opened()
    day.arrive("c1", CHAT)
    day.opened_at["c1"] = (day.at, FAULTS, CHAT)
    day.state(VisitOpened(VisitId("c1"), ContactId("c1"), FAULTS, CHAT, 0, day.at, BOB))
    come(day, "c2")
    day.ring("c2", ANN)
    assert "Q1" not in broken(day), "c1 is kept for Bob"
    day.state(PreferenceEnded(ContactId("c1")))
    come(day, "c3")
    day.ring("c3", BOB)
    assert "Q1" in broken(day)


def test_s1_the_one_who_was_idle_for_longer_is_passed_over() -> None:
    day = opened()
    day.at += 1_000
    come(day, "c1")
    serve(day, "c1")
    come(day, "c2")
    day.ring("c2", ANN)
    assert "S1" in broken(day), "Bob has had nothing to do all the time"
    day = opened()
    come(day, "c1")
    serve(day, "c1")
    come(day, "c2")
    day.ring("c2", BOB)
    assert "S1" not in broken(day)


def test_q2_somebody_waits_while_somebody_is_free() -> None:
    day = opened()
    come(day, "c1")
    day.at += 1_001
    assert "Q2" in broken(day)


def test_q2_knows_that_who_rejected_is_not_asked_again_at_once() -> None:
    day = opened()
    day.present(BOB, Presence.NOT_READY)
    come(day, "c1")
    day.ring("c1", ANN)
    day.state(OfferEnded(OfferId("oc1"), ContactId("c1"), ANN, CHAT, OfferOutcome.REJECTED))
    day.work("c1", ANN, Work.ENDED, CHAT)
    day.at += 5_000
    assert "Q2" not in broken(day)
    day.state(RefusalsForgotten(ContactId("c1")))
    day.at += 5_000
    assert "Q2" in broken(day)


def test_q4_one_who_comes_back_at_the_end_of_the_line() -> None:
    day = opened()
    come(day, "c1")
    day.leave("c1", VisitOutcome.HANDLED)
    day.at += 5_000
    day.enter("c1", FAULTS, CHAT)
    assert "Q4" in broken(day)


def test_q5_a_place_told_that_is_not_the_true_one() -> None:
    day = opened()
    come(day, "c1")
    come(day, "c2")
    day.state(PositionTold(ContactId("c2"), 2))
    assert "Q5" not in broken(day)
    day.state(PositionTold(ContactId("c2"), 1))
    assert "Q5" in broken(day)


def test_a_line_or_a_recording_left_behind() -> None:
    day = opened()
    day.state(LegOpened(LegId("l1"), ContactId("c1"), LegRole.CALLER, LegState.ANSWERING))
    day.state(RecordingChanged(RecordingId("r1"), ContactId("c1"), RecordingState.STARTED, "r1.wav"))
    assert broken(day) == ["L1", "R1"]
    day.state(RecordingChanged(RecordingId("r1"), ContactId("c1"), RecordingState.STOPPING, "r1.wav"))
    day.state(RecordingChanged(RecordingId("r1"), ContactId("c1"), RecordingState.STORED, "r1.wav"))
    day.state(LegChanged(LegId("l1"), ContactId("c1"), LegRole.CALLER, LegState.ENDED))
    assert broken(day) == []
    day.state(LegChanged(LegId("l1"), ContactId("c1"), LegRole.CALLER, LegState.ENDED))
    assert broken(day) == ["L1"]


def test_a_rule_broken_without_end_is_not_written_down_without_end() -> None:
    ledger = Ledger()
    for _ in range(VIOLATIONS_MAX + 5):
        ledger.hold(False, "C1", 0, "again")
    assert len(ledger.violations) == VIOLATIONS_MAX and ledger.checked == VIOLATIONS_MAX + 5
