"""All telephones ring at once: one winner, everybody else released in the same step, and nobody is blamed for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.acd.apply.groups import GROUP_MAX
from contactcenter.app.why import choices_of, tables_of
from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, RelaxStep, StationConfig
from contactcenter.model.facts import (
    BridgeMade,
    ContactEnded,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    TalkStarted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, LegId, StationId
from contactcenter.model.words import ContactOutcome, LegRole, OfferOutcome, Presence, VisitOutcome, Withdrawal, Work
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, Centre, agent, small_config

CARL = AgentId("carl")
NAMES = (ANNA, BO, CARL)


def team_config(*names: AgentId, on_command: bool = False, **queue: object) -> CenterConfig:
    """A centre whose agents all serve the fault queue, which rings at all of them."""
    people = names or NAMES
    stations = tuple(StationConfig(StationId(f"{name}-phone"), auto_answer=on_command) for name in people)
    usual = small_config(strategy="ring_all", **queue)
    return replace(usual, agents=tuple(agent(name) for name in people), stations=stations)


def team(*names: AgentId, on_command: bool = False, **queue: object) -> Centre:
    """That centre, everybody ready."""
    centre = Centre(team_config(*names, on_command=on_command, **queue))
    centre.signs_in(*(names or NAMES))
    return centre


def phone_of(centre: Centre, name: AgentId) -> LegId:
    """The line that rings at an agent's phone, or that the agent talks on."""
    legs = centre.center.calls.lines.legs.items()
    return next(leg for leg, held in legs if held.role is LegRole.AGENT and held.station == f"{name}-phone")


def rung(centre: Centre) -> list[AgentId]:
    """Those at whom anything rings now."""
    return [name for name, held in centre.center.routing.floor.agents.items() if held.offer is not None]


def offer_to(centre: Centre, name: AgentId) -> OfferMade:
    """The newest offer to an agent."""
    return [offer for offer in centre.all_facts(OfferMade) if offer.agent == name][-1]


def ends(centre: Centre) -> dict[AgentId, OfferOutcome]:
    """How offers ended in the last step."""
    return {fact.agent: fact.outcome for fact in centre.facts(OfferEnded)}


def test_all_phones_ring_at_once_and_who_answers_first_has_the_call() -> None:
    centre = team()
    contact = centre.calls()
    assert [command.station for command in centre.commands(commands.DialStation)] == [f"{name}-phone" for name in NAMES]
    assert len({offer.group for offer in centre.facts(OfferMade)}) == 1
    losers = [phone_of(centre, name) for name in (ANNA, CARL)]
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    assert ends(centre) == {ANNA: OfferOutcome.WITHDRAWN, BO: OfferOutcome.ACCEPTED, CARL: OfferOutcome.WITHDRAWN}
    causes = {fact.agent: fact.cause for fact in centre.facts(OfferEnded)}
    assert causes == {ANNA: Withdrawal.RACE_LOST, BO: None, CARL: Withdrawal.RACE_LOST}
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == losers
    assert [fact.agent for fact in centre.facts(BridgeMade)] == [phone_of(centre, BO)]
    assert centre.center.calls.lines.calls[contact].bridged
    assert rung(centre) == []
    centre.check_replay()


def test_asterisk_176_two_agents_cannot_answer_one_call() -> None:
    centre = team()
    contact = centre.calls()
    late = phone_of(centre, ANNA)
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    assert centre.refuses(events.LegAnswered(late)) == "this leg is gone", "the adapter has sent it BYE"
    assert [fact.agent for fact in centre.all_facts(TalkStarted)] == [BO]
    assert centre.center.routing.floor.contacts[contact].agent == BO
    centre.check_replay()


def test_asterisk_313_the_loser_is_free_for_the_next_call_in_the_same_step() -> None:
    centre = team(ANNA, BO)
    centre.calls("+1")
    waiting = centre.calls("+2")
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    assert [(offer.agent, offer.contact) for offer in centre.facts(OfferMade)] == [(ANNA, waiting)]
    assert len(centre.commands(commands.DialStation)) == 1
    centre.happens(events.LegAnswered(phone_of(centre, ANNA)))
    assert [fact.agent for fact in centre.all_facts(TalkStarted)] == [BO, ANNA]
    centre.check_replay()


def test_asterisk_1557_a_phone_that_drops_out_leaves_the_others_ringing_undisturbed() -> None:
    centre = team()
    centre.calls()
    centre.tries(events.LegRinging(phone_of(centre, ANNA)))
    centre.happens(events.LegHungUp(phone_of(centre, ANNA)))
    assert rung(centre) == [BO, CARL]
    assert not centre.commands(commands.DialStation) and not centre.commands(commands.HangUpLeg)
    centre.happens(events.LegAnswered(phone_of(centre, CARL)))
    centre.happens(events.LegHungUp(phone_of(centre, CARL)))
    assert rung(centre) == [], "it was answered: the race is over, and the caller was talked to"
    assert not centre.facts(OfferMade)
    centre.check_replay()


def test_asterisk_1736_one_call_is_counted_once() -> None:
    centre = team()
    contact = centre.calls()
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    centre.passes(60_000)
    centre.hangs_up()
    centre.wraps_up(BO, contact)
    shifts = {name: held.shift for name, held in centre.center.routing.floor.agents.items()}
    assert {name: shift.handled for name, shift in shifts.items()} == {ANNA: 0, BO: 1, CARL: 0}
    assert {name: shift.offered for name, shift in shifts.items()} == {ANNA: 0, BO: 1, CARL: 0}
    assert len(centre.all_facts(VisitOpened)) == 1
    assert [fact.outcome for fact in centre.all_facts(VisitEnded)] == [VisitOutcome.HANDLED]
    centre.check_replay()


def test_who_loses_the_race_keeps_the_turn() -> None:
    centre = team()
    before = {name: held.idle_since for name, held in centre.center.routing.floor.agents.items()}
    centre.calls()
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    floor = centre.center.routing.floor
    assert [floor.agents[name].idle_since for name in (ANNA, CARL)] == [before[ANNA], before[CARL]]
    assert {floor.agents[name].presence for name in NAMES} == {Presence.READY}


def test_an_offer_that_ends_in_vain_does_not_end_the_group() -> None:
    centre = team()
    contact = centre.calls()
    centre.happens(events.OfferRejected(ANNA, offer_to(centre, ANNA).offer))
    assert rung(centre) == [BO, CARL]
    centre.happens(events.LegFailed(phone_of(centre, BO), 486))
    assert rung(centre) == [CARL]
    centre.passes(4_000)
    assert rung(centre) == [], "no word came from the last phone"
    assert [fact.outcome for fact in centre.all_facts(OfferEnded)] == [
        OfferOutcome.REJECTED,
        OfferOutcome.BUSY,
        OfferOutcome.DEVICE_LOST,
    ]
    waiting = centre.center.routing.floor.contacts[contact]
    assert waiting.line is not None and waiting.placed_at == centre.all_facts(VisitOpened)[0].placed_at
    centre.check_replay()


def test_after_the_last_one_the_call_waits_at_its_old_place() -> None:
    centre = team(ANNA)
    first = centre.calls("+1")
    centre.calls("+2")
    centre.tries(events.LegRinging(phone_of(centre, ANNA)))
    centre.passes(15_000)
    assert centre.center.routing.floor.agents[ANNA].reason == "no_answer"
    centre.happens(events.ReadyChosen(ANNA))
    assert centre.offer().contact == first
    centre.check_replay()


def test_the_caller_who_leaves_silences_all_phones() -> None:
    centre = team()
    centre.calls()
    centre.hangs_up()
    assert set(ends(centre).values()) == {OfferOutcome.CALLER_GONE} and len(ends(centre)) == 3
    assert len(centre.commands(commands.HangUpLeg)) == 3
    assert not centre.center.calls.lines.legs and not centre.center.calls.lines.calls
    centre.check_replay()


def test_who_comes_free_joins_the_ringing() -> None:
    centre = team()
    centre.happens(events.NotReadyChosen(CARL, "break"))
    centre.calls()
    assert rung(centre) == [ANNA, BO]
    centre.passes(2_000)
    centre.happens(events.ReadyChosen(CARL))
    assert rung(centre) == [ANNA, BO, CARL]
    assert len({offer.group for offer in centre.all_facts(OfferMade)}) == 1
    centre.happens(events.LegAnswered(phone_of(centre, CARL)))
    assert [fact.agent for fact in centre.facts(TalkStarted)] == [CARL]
    centre.check_replay()


def test_who_rings_nowhere_goes_before_who_rings_already() -> None:
    centre = team(ANNA, BO)
    centre.happens(events.NotReadyChosen(BO, "break"))
    centre.calls("+1")
    second = centre.calls("+2")
    centre.happens(events.ReadyChosen(BO))
    assert (centre.offer().agent, centre.offer().contact) == (BO, second)


def test_who_rejected_does_not_join_again_while_it_rings() -> None:
    centre = team(ANNA, BO)
    contact = centre.calls()
    centre.happens(events.OfferRejected(ANNA, offer_to(centre, ANNA).offer))
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    centre.happens(events.ReadyChosen(ANNA))
    assert rung(centre) == [BO]
    assert ANNA in centre.center.routing.floor.contacts[contact].refused


def test_so_many_ring_and_no_more() -> None:
    names = tuple(AgentId(f"a{number:02}") for number in range(GROUP_MAX + 2))
    centre = team(*names)
    centre.calls()
    assert rung(centre) == list(names[:GROUP_MAX]), "those who have been idle for longest"
    first = centre.offer().contact
    second = centre.calls("+2")
    assert {offer.contact for offer in centre.facts(OfferMade)} == {second}
    assert rung(centre) == list(names)
    centre.happens(events.NotReadyChosen(names[0], "break"))
    assert offer_to(centre, names[0]).contact == first
    centre.check_replay()


def test_a_wider_circle_joins_when_its_time_comes() -> None:
    config = team_config(min_level=5, relax=(RelaxStep(5_000, "fault >= 1"),))
    beginner = replace(config.agents[2], skills=(replace(config.agents[2].skills[0], level=2),))
    centre = Centre(replace(config, agents=(*config.agents[:2], beginner)))
    centre.signs_in(*NAMES)
    centre.calls()
    for name in (ANNA, BO):
        centre.tries(events.LegRinging(phone_of(centre, name)))
    assert rung(centre) == [ANNA, BO]
    centre.passes(5_000)
    assert rung(centre) == [ANNA, BO, CARL]
    centre.check_replay()


def test_a_configuration_that_lets_somebody_in_lets_him_join() -> None:
    config = team_config()
    stranger = replace(config.agents[2], skills=())
    centre = Centre(replace(config, agents=(*config.agents[:2], stranger)))
    centre.signs_in(*NAMES)
    centre.calls()
    assert rung(centre) == [ANNA, BO]
    centre.happens(events.ConfigPublished("second", config))
    assert rung(centre) == list(NAMES)
    centre.check_replay()


def test_another_strategy_counts_from_the_next_choice_on() -> None:
    centre = team()
    centre.calls()
    centre.happens(events.ConfigPublished("second", replace(team_config(), queues=small_config().queues)))
    assert rung(centre) == list(NAMES), "what rings goes on ringing"
    centre.happens(events.LegAnswered(phone_of(centre, ANNA)))
    centre.calls("+2")
    assert rung(centre) == [BO]


def test_a_queue_that_stops_offering_silences_the_group_and_nobody_joins() -> None:
    config = team_config()
    centre = Centre(config)
    centre.signs_in(ANNA, BO)
    centre.calls()
    silent = replace(config, queues=(replace(config.queues[0], offers=()),))
    centre.happens(events.ConfigPublished("second", silent))
    assert [fact.cause for fact in centre.facts(OfferEnded)] == [Withdrawal.SUSPENDED] * 2
    centre.signs_in(CARL)
    assert rung(centre) == []
    centre.happens(events.ConfigPublished("third", config))
    assert rung(centre) == list(NAMES)
    centre.check_replay()


def test_an_agent_who_leaves_leaves_the_others_ringing() -> None:
    centre = team()
    centre.calls()
    centre.happens(events.AgentSignedOut(ANNA))
    assert ends(centre) == {ANNA: OfferOutcome.WITHDRAWN}
    assert [fact.cause for fact in centre.facts(OfferEnded)] == [Withdrawal.AGENT_LEFT]
    assert rung(centre) == [BO, CARL]


def test_phones_that_answer_on_command_race_too() -> None:
    centre = team(on_command=True)
    centre.calls()
    assert not centre.commands(commands.DialStation)
    for name in (ANNA, BO):
        centre.accepts(name, offer_to(centre, name).offer)
    assert len(centre.commands(commands.DialStation)) == 1
    slower = phone_of(centre, ANNA)
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [slower]
    assert centre.refuses(events.OfferAccepted(CARL, offer_to(centre, CARL).offer)) == "this offer is over"
    centre.check_replay()


def test_a_text_is_had_by_who_accepts_first_and_the_late_one_is_told() -> None:
    centre = team()
    centre.texts("hello")
    assert rung(centre) == list(NAMES)
    centre.accepts(BO, offer_to(centre, BO).offer)
    assert centre.refuses(events.OfferAccepted(ANNA, offer_to(centre, ANNA).offer)) == "this offer is over"
    assert centre.refuses(events.OfferRejected(CARL, offer_to(centre, CARL).offer)) == "this offer is over"
    assert [(fact.agent, fact.work) for fact in centre.all_facts(WorkChanged)][-1] == (BO, Work.TALKING)
    centre.check_replay()


def test_who_does_not_answer_at_all_is_not_ready_in_a_group_too() -> None:
    centre = team()
    centre.texts("hello")
    facts = centre.passes(30_000)
    away = [fact.agent for fact in facts if isinstance(fact, PresenceChanged) and fact.reason == "no_answer"]
    assert away == list(NAMES)
    centre.check_replay()


@pytest.mark.parametrize("answered", [False, True])
def test_a_kill_in_the_middle_leaves_nobody_stuck(answered: bool) -> None:
    centre = team()
    centre.calls()
    if answered:
        centre.happens(events.LegAnswered(phone_of(centre, BO)))
    centre.texts("hello", "+2")
    centre.crash()
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
    assert len(centre.commands(commands.ReleaseDialog)) == (2 if answered else 4)
    assert rung(centre) == list(NAMES), "the text rings anew, at everybody"
    assert {offer.contact for offer in centre.facts(OfferMade)} == {centre.offer().contact}
    centre.check_replay()


def test_the_record_has_one_stretch_of_ringing_for_the_whole_group() -> None:
    centre = team()
    centre.calls()
    centre.passes(1_000)
    centre.happens(events.OfferRejected(ANNA, offer_to(centre, ANNA).offer))
    centre.passes(2_000)
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    (record,) = records.living.values()
    assert [(segment.kind, segment.to_at - segment.from_at, segment.agent) for segment in record.segments] == [
        (SegmentKind.RING, 3_000, None)
    ]


def test_why_tells_of_the_group_at_once() -> None:
    centre = team()
    contact = centre.calls()
    centre.happens(events.LegAnswered(phone_of(centre, BO)))
    ((title, rows, _),) = tables_of(choices_of(centre.journal, contact), "Asia/Shanghai", everybody=False)
    ends_of = "anna: withdrawn (race_lost), bo: accepted, carl: withdrawn (race_lost)"
    assert title.endswith(f"voice for faults, by ring_all, after 0.0 s → {ends_of}")
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("1", "anna", "chosen"),
        ("2", "bo", "chosen"),
        ("3", "carl", "chosen"),
    ]
