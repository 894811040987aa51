"""What a queue does with those whom nobody takes: it says something, lets more people help, or sends them on."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contactcenter.model import commands, events, facts
from contactcenter.model.config import AgentConfig, CenterConfig, QueueConfig, RelaxStep, SkillLevel
from contactcenter.model.ids import AgentId, QueueId, StationId
from contactcenter.model.recipes import (
    Act,
    Announce,
    Close,
    OfferCallback,
    Overflow,
    RaisePriority,
    RecipeStep,
    Relax,
)
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from tests.stories.centre import ANNA, BO, FAULTS, Centre, small_config

HELP = QueueId("help")
CARL = AgentId("carl")
BUSY, BYE = ("queue_still_waiting",), ("closed",)
ALL = tuple(Channel)


def step(after_s: int, act: Act, when: str = "", **more: Any) -> RecipeStep:
    """A step of a recipe."""
    return RecipeStep(after_s * 1_000, act, when, **more)


def config_with(*steps: RecipeStep, help_steps: tuple[RecipeStep, ...] = (), **queue: Any) -> CenterConfig:
    """Anna and Bo serve faults; Carl serves the queue for help, which faults may overflow to."""
    usual = small_config(recipe=steps, **queue)
    helping = QueueConfig(HELP, "Help", "help", priority=2, recipe=help_steps, class_priority=(("VIP", 7),))
    carl = AgentConfig(CARL, "Carl", (SkillLevel("help", 5),), station=StationId("carl-phone"))
    return replace(
        usual,
        queues=(*usual.queues, helping),
        agents=(*usual.agents, carl),
        stations=(*usual.stations, replace(usual.stations[0], id=StationId("carl-phone"))),
    )


def due(centre: Centre) -> list[tuple[str, bool]]:
    """Which acts were due in the story, and whether they were done."""
    return [(type(fact.act).__name__, fact.done) for fact in centre.all_facts(facts.RecipeStepDue)]


def visits(centre: Centre) -> list[tuple[QueueId, VisitOutcome]]:
    """How the visits of the story ended, in order."""
    return [(fact.queue, fact.outcome) for fact in centre.all_facts(facts.VisitEnded)]


def endings(centre: Centre) -> list[ContactOutcome]:
    """How the contacts of the story ended, in order."""
    return [fact.outcome for fact in centre.all_facts(facts.ContactEnded)]


# --- when steps are due


def test_a_step_is_done_once_at_its_time() -> None:
    centre = Centre(config_with(step(45, Announce(BUSY))))
    centre.calls()
    centre.passes(44_999)
    assert due(centre) == []
    centre.passes(1)
    centre.passes(600_000)
    assert due(centre) == [("Announce", True)]
    centre.check_replay()


def test_a_step_whose_condition_does_not_hold_is_passed_over() -> None:
    centre = Centre(config_with(step(10, Announce(BUSY), "waiting > 1")))
    centre.calls("+8613900000001")
    centre.passes(11_000)
    centre.calls("+8613900000002")
    centre.passes(5_000)
    assert due(centre) == [("Announce", False)], "the first caller was alone when it was due"
    centre.passes(5_000)
    assert due(centre) == [("Announce", False), ("Announce", True)]


def test_a_step_may_be_looked_at_again_until_it_was_done_often_enough() -> None:
    centre = Centre(config_with(step(10, Announce(BUSY), "waiting > 1", every_ms=5_000, times=2)))
    centre.calls("+8613900000001")
    centre.passes(12_000)
    centre.calls("+8613900000002")
    centre.passes(7_000)
    assert due(centre) == [("Announce", False), ("Announce", True)]
    first = centre.all_facts(facts.ContactArrived)[0].contact
    centre.passes(60_000)
    mine = [fact.done for fact in centre.all_facts(facts.RecipeStepDue) if fact.contact == first]
    assert mine == [False, True, True]
    centre.check_replay()


def test_a_step_without_end_goes_on_for_as_long_as_the_caller_waits() -> None:
    centre = Centre(config_with(step(30, Announce(BUSY), every_ms=60_000, times=0)))
    centre.calls()
    centre.passes(300_000)
    assert len(due(centre)) == 5
    centre.hangs_up()
    centre.passes(300_000)
    assert len(due(centre)) == 5


def test_steps_that_are_due_together_are_done_in_the_order_of_the_recipe() -> None:
    centre = Centre(config_with(step(10, RaisePriority(5)), step(10, Announce(BUSY)), step(10, Overflow(HELP))))
    centre.calls()
    centre.passes(10_000)
    assert [name for name, _ in due(centre)] == ["RaisePriority", "Announce", "Overflow"]


def test_equal_acts_are_steps_of_their_own() -> None:
    centre = Centre(config_with(step(10, RaisePriority(5)), step(20, RaisePriority(5))))
    contact = centre.calls()
    centre.passes(30_000)
    assert centre.center.routing.floor.contacts[contact].priority == 10


def test_nothing_is_done_while_a_telephone_rings_and_what_was_due_follows_before_the_next_one_rings() -> None:
    centre = Centre(config_with(step(10, Overflow(HELP))))
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(14_000)
    assert due(centre) == []
    centre.passes(1_000)
    assert visits(centre) == [(FAULTS, VisitOutcome.OVERFLOWED)], "Bo is not rung any more"
    assert len(centre.all_facts(facts.OfferMade)) == 1
    centre.check_replay()


def test_who_is_answered_in_time_never_hears_of_the_recipe() -> None:
    centre = Centre(config_with(step(10, Close(BYE))))
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.passes(60_000)
    assert due(centre) == []


@pytest.mark.parametrize(
    ("channels", "expected"), [((Channel.VOICE,), []), ((Channel.CHAT,), []), (ALL, [("RaisePriority", True)])]
)
def test_a_step_leaves_other_channels_alone(channels: tuple[Channel, ...], expected: list[object]) -> None:
    centre = Centre(config_with(step(10, RaisePriority(1), channels=channels)))
    centre.texts("hello")
    centre.passes(20_000)
    assert due(centre) == expected


# --- configuration and crashes


def test_a_changed_recipe_holds_at_once_for_those_who_wait() -> None:
    centre = Centre(config_with(step(600, Announce(BUSY))))
    centre.calls()
    centre.passes(60_000)
    centre.happens(events.ConfigPublished("second", config_with(step(30, Overflow(HELP)))))
    centre.passes(0)
    assert visits(centre) == [(FAULTS, VisitOutcome.OVERFLOWED)]
    centre.check_replay()


def test_a_step_that_was_done_is_not_done_again_because_its_time_or_condition_changed() -> None:
    centre = Centre(config_with(step(10, RaisePriority(5))))
    contact = centre.calls()
    centre.passes(20_000)
    changed = config_with(step(5, Announce(BUSY)), step(30, RaisePriority(5), "waiting > 0"))
    centre.happens(events.ConfigPublished("second", changed))
    centre.passes(60_000)
    assert due(centre) == [("RaisePriority", True), ("Announce", True)]
    assert centre.center.routing.floor.contacts[contact].priority == 5


def test_a_recipe_that_is_taken_away_does_nothing_more() -> None:
    centre = Centre(config_with(step(30, Close(BYE))))
    centre.calls()
    centre.passes(10_000)
    centre.happens(events.ConfigPublished("second", config_with()))
    centre.passes(60_000)
    assert due(centre) == []


def test_a_crash_does_nothing_twice_and_forgets_nothing() -> None:
    steps = (step(10, RaisePriority(5), channels=ALL), step(40, RaisePriority(1), channels=ALL))
    centre = Centre(config_with(*steps))
    centre.texts("hello")
    centre.passes(20_000)
    centre.crash()
    centre.passes(60_000)
    assert due(centre) == [("RaisePriority", True), ("RaisePriority", True)]
    (contact,) = centre.center.routing.floor.contacts.values()
    assert contact.priority == 6
    centre.check_replay()


# --- priority and the circle


def test_a_raised_priority_goes_before_who_came_earlier() -> None:
    first = centre_with_two_callers(config_with(step(10, RaisePriority(5), 'customer_class == "VIP"')), "VIP")
    assert first == "second"


def test_who_is_no_vip_stays_where_he_is() -> None:
    first = centre_with_two_callers(config_with(step(10, RaisePriority(5), 'customer_class == "VIP"')), "other")
    assert first == "first"


def centre_with_two_callers(config: CenterConfig, customer_class: str) -> str:
    """Two callers wait; the second one's class becomes known. Return who is served first."""
    centre = Centre(config)
    centre.calls("+8613900000001")
    second = centre.calls("+8613900000002")
    centre.happens(events.CustomerIdentified(second, "c", customer_class))  # type: ignore[arg-type]
    centre.passes(10_000)
    centre.signs_in(ANNA)
    return "second" if centre.offer().contact == second else "first"


def test_a_step_of_the_circle_may_come_before_its_time() -> None:
    relax = (RelaxStep(600_000, "help"),)
    centre = Centre(config_with(step(10, Relax()), step(20, Relax()), relax=relax))
    centre.signs_in(CARL)
    contact = centre.calls()
    centre.passes(10_000)
    assert (centre.offer().contact, centre.offer().agent) == (contact, CARL)
    centre.answers()
    other = centre.calls("+8613900000002")
    centre.passes(30_000)
    steps = [(fact.contact, fact.step) for fact in centre.all_facts(facts.RequirementRelaxed)]
    assert steps == [(contact, 1), (other, 1)], "there is no second step to go to"
    centre.happens(events.ConfigPublished("second", config_with(step(10, Relax()), relax=relax, priority=1)))
    assert centre.center.routing.floor.contacts[other].step == 1, "what the recipe gave is not taken back"
    centre.check_replay()


# --- another queue


def test_overflow_opens_a_new_visit_at_the_old_place() -> None:
    centre = Centre(config_with(step(45, Overflow(HELP), "waiting_per_agent > 3")))
    contact = centre.calls()
    first = centre.all_facts(facts.VisitOpened)[-1]
    centre.passes(45_000)
    second = centre.all_facts(facts.VisitOpened)[-1]
    assert (second.contact, second.queue, second.placed_at) == (contact, HELP, first.placed_at)
    assert second.visit != first.visit and second.priority == 2
    centre.signs_in(CARL)
    assert (centre.offer().contact, centre.offer().agent) == (contact, CARL)
    centre.answers()
    assert visits(centre) == [(FAULTS, VisitOutcome.OVERFLOWED), (HELP, VisitOutcome.HANDLED)]
    waits = [fact.wait_ms for fact in centre.all_facts(facts.VisitEnded)]
    assert waits == [45_000, 1_000], "each queue counts its own wait"
    centre.check_replay()


def test_overflow_to_a_queue_with_a_free_agent_rings_there_at_once() -> None:
    centre = Centre(config_with(step(10, Overflow(HELP))))
    centre.signs_in(CARL)
    centre.calls()
    centre.passes(10_000)
    assert centre.offer().agent == CARL


def test_what_a_contact_brought_along_counts_in_the_other_queue_too() -> None:
    centre = Centre(config_with(step(5, RaisePriority(3)), step(10, Overflow(HELP)), class_priority=(("VIP", 50),)))
    contact = centre.calls()
    centre.happens(events.CustomerIdentified(contact, "c", "VIP"))  # type: ignore[arg-type]
    centre.passes(10_000)
    assert centre.all_facts(facts.VisitOpened)[-1].priority == 3 + 2 + 7


def test_nobody_is_sent_round_in_a_circle() -> None:
    centre = Centre(config_with(step(10, Overflow(HELP)), help_steps=(step(10, Overflow(FAULTS)),)))
    centre.calls()
    centre.passes(600_000)
    assert due(centre) == [("Overflow", True), ("Overflow", False)]
    centre.check_replay()


def test_a_full_queue_takes_no_overflow() -> None:
    config = config_with(step(10, Overflow(HELP), every_ms=10_000))
    queues = tuple(replace(queue, limit=1) if queue.id == HELP else queue for queue in config.queues)
    centre = Centre(replace(config, queues=queues))
    centre.calls("+8613900000001")
    centre.calls("+8613900000002")
    centre.passes(15_000)
    assert due(centre) == [("Overflow", True), ("Overflow", False)]
    centre.hangs_up("+8613900000001")
    centre.passes(10_000)
    assert due(centre)[-1] == ("Overflow", True)


def test_the_recipe_of_the_other_queue_begins_anew() -> None:
    help_steps = (step(10, Announce(BUSY)),)
    centre = Centre(config_with(step(10, Announce(BUSY)), step(20, Overflow(HELP)), help_steps=help_steps))
    centre.calls()
    centre.passes(29_999)
    assert len(due(centre)) == 2
    centre.passes(1)
    assert due(centre)[2:] == [("Announce", True)]


def test_a_caller_who_leaves_after_an_overflow_abandoned_the_second_queue() -> None:
    centre = Centre(config_with(step(10, Overflow(HELP))))
    centre.calls()
    centre.passes(20_000)
    centre.hangs_up()
    assert visits(centre) == [(FAULTS, VisitOutcome.OVERFLOWED), (HELP, VisitOutcome.ABANDONED)]
    assert endings(centre) == [ContactOutcome.ABANDONED]


# --- words


def test_an_announcement_is_said_and_then_the_music_goes_on() -> None:
    centre = Centre(config_with(step(10, Announce(BUSY)), announce_every_ms=11_000))
    centre.calls()
    centre.passes(10_000)
    (play,) = centre.commands(commands.Play)
    assert (play.prompts, play.loop) == (("queue_still_waiting", "music/hold"), True)
    told = len(centre.all_facts(facts.PositionTold))
    centre.passes(5_000)
    assert len(centre.all_facts(facts.PositionTold)) == told, "the place is not told right after it"


def test_who_writes_is_sent_what_callers_are_told() -> None:
    centre = Centre(config_with(step(10, Announce(BUSY), channels=ALL)))
    centre.texts("hello")
    centre.passes(10_000)
    (posted,) = centre.facts(facts.TextPosted)
    assert (posted.prompts, posted.contact) == (BUSY, centre.all_facts(facts.VisitOpened)[-1].contact)


def test_a_callback_is_proposed_to_callers_alone() -> None:
    centre = Centre(config_with(step(10, OfferCallback(), channels=ALL)))
    contact = centre.calls()
    centre.texts("hello", "+8613900000002")
    centre.passes(30_000)
    assert [fact.contact for fact in centre.all_facts(facts.CallbackProposed)] == [contact]
