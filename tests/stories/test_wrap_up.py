"""What follows a talk, kind by kind, to the millisecond; and that a result that is missing is called missing."""

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.config import CenterConfig
from contactcenter.model.facts import (
    ContactEnded,
    DispositionSet,
    Fact,
    OfferMade,
    TalkEnded,
    WorkChanged,
    WrapUpExtended,
)
from contactcenter.model.ids import ContactId, MessageId
from contactcenter.model.words import ContactOutcome, Presence, Work, WrapUpKind
from tests.stories.centre import ANNA, BO, Centre, agent, small_config

LIMIT_MS = 60_000


def centre_with(kind: WrapUpKind, **queue: object) -> Centre:
    """Return a centre whose queue asks for this kind of wrap-up, with Anna ready."""
    centre = Centre(small_config(wrap_up=kind, **queue))
    centre.signs_in(ANNA)
    return centre


def talked(centre: Centre, number: str = "+1") -> ContactId:
    """Let a caller talk with whom the phone rings, and hang up."""
    contact = centre.calls(number)
    centre.answers()
    centre.passes(30_000)
    centre.hangs_up(number)
    return contact


def texted(centre: Centre, number: str = "+2") -> ContactId:
    """Let a texter be served by Anna, who closes."""
    centre.texts(f"hello from {number}", number)
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, contact))
    return contact


def works(centre: Centre) -> list[Work]:
    """Return what the last step said that agents do."""
    return [fact.work for fact in centre.facts(WorkChanged)]


def ended(facts: list[Fact]) -> bool:
    """Tell whether a contact is over by these facts."""
    return any(isinstance(fact, ContactEnded) for fact in facts)


# --- none


def test_none_ends_the_contact_with_the_talk_and_asks_for_nothing() -> None:
    centre = centre_with(WrapUpKind.NONE)
    contact = talked(centre)
    assert works(centre) == [Work.ENDED]
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.HANDLED
    assert not centre.all_facts(DispositionSet)
    assert centre.refuses(events.WrapUpFinished(ANNA, contact, "solved")) == "there is nothing to wrap up"
    centre.check_replay()


# --- timed


def test_timed_ends_by_itself_at_its_limit_and_marks_the_result_as_missing() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    talked(centre)
    assert not ended(centre.passes(LIMIT_MS - 1))
    assert ended(centre.passes(1))
    assert centre.all_facts(DispositionSet)[0].missing
    centre.check_replay()


def test_a_result_that_was_chosen_is_not_missing_nor_one_that_nobody_could_choose() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    centre.wraps_up(ANNA, talked(centre))
    assert not centre.facts(DispositionSet)[0].missing
    config = small_config()
    mute = tuple(msgspec.structs.replace(queue, dispositions=()) for queue in config.queues)
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config, queues=mute)))
    centre.wraps_up(ANNA, talked(centre), "")
    assert not centre.facts(DispositionSet)[0].missing
    centre.check_replay()


def test_the_agent_may_extend_twice_each_time_by_the_limit_and_no_third_time() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    contact = talked(centre)
    begun_at = centre.now
    centre.passes(59_000)
    for number in (1, 2):
        centre.happens(events.ExtensionAsked(ANNA, contact, number))
        until_at = begun_at + (1 + number) * LIMIT_MS
        assert centre.facts(WrapUpExtended) == [WrapUpExtended(contact, ANNA, number, until_at)]
    assert "2 extensions at most" in centre.refuses(events.ExtensionAsked(ANNA, contact, 3))
    assert not ended(centre.passes(begun_at + 3 * LIMIT_MS - 1 - centre.now))
    assert ended(centre.passes(1))
    centre.check_replay()


def test_an_extension_that_is_asked_twice_is_given_once_and_none_is_jumped_over() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    contact = talked(centre)
    assert "one after the other" in centre.refuses(events.ExtensionAsked(ANNA, contact, 2))
    centre.happens(events.ExtensionAsked(ANNA, contact, 1))
    assert centre.refuses(events.ExtensionAsked(ANNA, contact, 1)) == "this extension was given already"
    assert centre.refuses(events.ExtensionAsked(BO, contact, 2)) == "there is nothing to wrap up"
    centre.wraps_up(ANNA, contact)
    assert centre.refuses(events.ExtensionAsked(ANNA, contact, 2)) == "there is nothing to wrap up"


def test_a_queue_may_allow_no_extension_at_all() -> None:
    centre = centre_with(WrapUpKind.TIMED, wrap_up_extensions=0)
    assert "0 extensions at most" in centre.refuses(events.ExtensionAsked(ANNA, talked(centre), 1))


def test_after_a_take_over_the_limit_starts_anew_and_extensions_that_were_used_stay_used() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    contact = talked(centre)
    centre.happens(events.ExtensionAsked(ANNA, contact, 1))
    centre.passes(100_000)
    centre.crash()
    assert not ended(centre.passes(LIMIT_MS - 1))
    assert centre.refuses(events.ExtensionAsked(ANNA, contact, 1)) == "this extension was given already"
    assert ended(centre.passes(1))


# --- optional


def test_optional_frees_the_agent_at_once_and_still_takes_the_result() -> None:
    centre = centre_with(WrapUpKind.OPTIONAL)
    first = talked(centre)
    assert works(centre) == [Work.RESULT_OPEN]
    second = centre.calls("+7")
    assert centre.offer().contact == second, "she is free"
    centre.answers()
    centre.wraps_up(ANNA, first)
    assert centre.facts(DispositionSet) == [DispositionSet(first, ANNA, "solved", None)]
    assert centre.facts(ContactEnded)[0].contact == first
    centre.check_replay()


def test_optional_is_marked_as_missing_when_nobody_wrote_it_within_a_quarter_of_an_hour() -> None:
    centre = centre_with(WrapUpKind.OPTIONAL)
    contact = talked(centre)
    assert "no limit to extend" in centre.refuses(events.ExtensionAsked(ANNA, contact, 1))
    assert not ended(centre.passes(899_999))
    centre.crash()
    assert ended(centre.passes(900_000))
    assert centre.all_facts(DispositionSet)[0].missing
    centre.check_replay()


def test_the_idle_time_of_an_optional_wrap_up_counts_from_the_end_of_the_talk() -> None:
    centre = centre_with(WrapUpKind.OPTIONAL)
    centre.signs_in(BO)
    first = talked(centre)
    centre.passes(1_000)
    talked(centre, "+8")
    centre.wraps_up(ANNA, first)
    centre.calls("+9")
    assert centre.offer().agent == ANNA, "writing the result later does not put her behind"


def test_who_signs_out_leaves_no_result_open() -> None:
    centre = centre_with(WrapUpKind.OPTIONAL)
    talked(centre)
    centre.happens(events.AgentSignedOut(ANNA))
    assert centre.facts(DispositionSet)[0].missing
    assert centre.facts(ContactEnded)
    centre.check_replay()


# --- mandatory


def test_mandatory_does_not_end_before_a_result_is_given() -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    contact = talked(centre)
    assert not ended(centre.passes(8 * 3_600_000))
    assert "choose one" in centre.refuses(events.WrapUpFinished(ANNA, contact, ""))
    assert "no limit to extend" in centre.refuses(events.ExtensionAsked(ANNA, contact, 1))
    centre.calls("+7")
    assert len(centre.all_facts(OfferMade)) == 1, "the wrap-up of a call blocks everything"
    centre.wraps_up(ANNA, contact)
    assert len(centre.all_facts(OfferMade)) == 2
    centre.check_replay()


def test_mandatory_outlives_a_take_over() -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    contact = talked(centre)
    centre.crash()
    assert not ended(centre.passes(3_600_000))
    centre.wraps_up(ANNA, contact)


def test_mandatory_cannot_be_left_open_for_ever_by_one_who_does_not_come_back() -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    talked(centre)
    centre.happens(events.ConsoleLost(ANNA))
    assert not ended(centre.passes(899_999))
    assert ended(centre.passes(1))
    assert centre.all_facts(DispositionSet)[0].missing
    centre.check_replay()


@pytest.mark.parametrize("back", [True, False])
def test_mandatory_begun_while_the_console_is_away_waits_a_quarter_of_an_hour_for_it(back: bool) -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    centre.calls("+1")
    centre.answers()
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(1_000_000)
    centre.hangs_up("+1")
    centre.passes(899_999)
    if back:
        centre.happens(events.ConsoleConnected(ANNA))
    assert ended(centre.passes(1)) is not back
    centre.check_replay()


def test_an_agent_who_left_the_configuration_leaves_no_mandatory_wrap_up_behind() -> None:
    config = small_config(wrap_up=WrapUpKind.MANDATORY)
    without_anna: CenterConfig = msgspec.structs.replace(config, agents=(agent("bo"),))
    centre = Centre(config)
    centre.signs_in(ANNA)
    talked(centre)
    centre.happens(events.ConfigPublished("second", without_anna))
    assert centre.facts(DispositionSet)[0].missing
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.LOGGED_OUT
    centre.check_replay()


def test_a_call_that_ends_after_its_agent_left_the_configuration_is_not_waited_for() -> None:
    config = small_config(wrap_up=WrapUpKind.MANDATORY)
    centre = Centre(config)
    centre.signs_in(ANNA)
    centre.calls("+1")
    centre.answers()
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config, agents=(agent("bo"),))))
    centre.hangs_up("+1")
    assert centre.facts(DispositionSet)[0].missing
    assert centre.facts(ContactEnded)
    centre.check_replay()


# --- what it takes of the agent


def test_the_wrap_up_of_a_text_takes_its_unit_alone() -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    texted(centre)
    call = centre.calls("+7")
    assert centre.offer().contact == call
    centre.check_replay()


def test_a_note_is_kept_without_a_result_where_none_is_asked_for() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    contact = talked(centre)
    centre.happens(events.WrapUpFinished(ANNA, contact, "", MessageId("note")))
    assert centre.facts(DispositionSet) == [DispositionSet(contact, ANNA, "", MessageId("note"), True)]
    assert centre.refuses(events.WrapUpFinished(ANNA, contact, "")) == "there is nothing to wrap up"


def test_a_talk_that_we_lost_is_not_written_up() -> None:
    centre = centre_with(WrapUpKind.MANDATORY)
    centre.calls("+1")
    centre.answers()
    centre.happens(events.LegLost(centre.ringing_leg(), "gone"))
    assert centre.facts(TalkEnded)
    assert works(centre) == [Work.ENDED]


def test_a_changed_kind_holds_for_talks_that_end_from_then_on() -> None:
    centre = centre_with(WrapUpKind.TIMED)
    contact = talked(centre)
    centre.happens(events.ConfigPublished("second", small_config(wrap_up=WrapUpKind.MANDATORY)))
    assert "choose one" in centre.refuses(events.WrapUpFinished(ANNA, contact, "")), "but no result is thrown away now"
    assert ended(centre.passes(LIMIT_MS))
    talked(centre, "+2")
    assert not ended(centre.passes(LIMIT_MS))
    centre.check_replay()
