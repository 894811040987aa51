"""The oracles of what agents have in hand find what must never be: units, kept agents, parked texts, results."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.model.config import OutgoingConfig, StationConfig
from contactcenter.model.facts import AgentSeated, ConfigApplied, ContactArrived, DispositionSet, Fact, WrapUpExtended
from contactcenter.model.ids import ContactId, StationId
from contactcenter.model.words import Channel, Direction, Work, WrapUpKind
from contactcenter.sim.wrap_up_checkers import WrapUpChecker
from tests.reports.day import ANN, BOB, Day
from tests.sim.floor_days import CHAT, broken, come, opened


def agents_with(day: Day, **rules: object) -> None:
    """Let the day go on under other rules for all agents."""
    usual = day.facts[0][1]
    assert isinstance(usual, ConfigApplied)
    agents = tuple(replace(agent, **rules) for agent in usual.config.agents)
    day.state(ConfigApplied("others", replace(usual.config, agents=agents)))


def test_a1_more_units_than_an_agent_has() -> None:
    day = opened()
    agents_with(day, units=3, chat_units=2)
    for name in ("c1", "c2"):
        day.arrive(name, CHAT)
        day.work(name, ANN, Work.RINGING, CHAT)
        day.work(name, ANN, Work.TALKING, CHAT)
    assert "A1" in broken(day)


def reserving(**reserve: int) -> Day:
    """A centre whose queues keep somebody back, with telephones for both."""
    day = opened()
    usual = day.facts[0][1]
    assert isinstance(usual, ConfigApplied)
    queues = tuple(replace(queue, **reserve) for queue in usual.config.queues)
    stations = tuple(StationConfig(StationId(name), "sip:fixed") for name in (ANN, BOB))
    day.state(ConfigApplied("reserve", replace(usual.config, queues=queues, stations=stations)))
    for name in (ANN, BOB):
        day.state(AgentSeated(name, StationId(name)))
    return day


def test_a5_a_chat_for_the_last_one_who_could_take_a_call() -> None:
    day = reserving(keep_for_calls=2)
    come(day, "c1")
    day.ring("c1", ANN)
    assert "A5" in broken(day)
    day = reserving(keep_for_calls=1)
    come(day, "c1")
    day.ring("c1", BOB)
    assert "A5" not in broken(day)


def test_a5_a_call_for_the_last_one_off_the_phone() -> None:
    day = reserving(keep_for_texts=2)
    day.arrive("c1")
    day.enter("c1")
    day.ring("c1", BOB)
    assert "A5" in broken(day)


def two_texts(answered: bool) -> Day:
    """Ann, who may have one unanswered text, is given two."""
    day = opened()
    agents_with(day, sms_unanswered=1)
    for name in ("t1", "t2"):
        day.arrive(name, Channel.SMS)
        day.enter(name, channel=Channel.SMS)
        day.ring(name, ANN)
        day.answer(name, ANN)
        if answered:
            day.write(name, ANN, Channel.SMS)
    return day


def test_a2_a_text_for_who_has_one_to_answer_first() -> None:
    assert "A2" in broken(two_texts(answered=False))
    assert "A2" not in broken(two_texts(answered=True))


def test_p1_a_text_that_goes_on_beside_a_call() -> None:
    day = opened()
    day.work("t1", ANN, Work.RINGING, Channel.SMS)
    day.work("t1", ANN, Work.TALKING, Channel.SMS)
    day.work("c1", ANN, Work.RINGING)
    day.work("c1", ANN, Work.TALKING)
    assert "P1" in broken(day)
    day.work("t1", ANN, Work.PARKED, Channel.SMS)
    assert "P1" not in broken(day)


def test_p2_a_text_that_stays_parked_after_the_call() -> None:
    day = opened()
    day.work("t1", ANN, Work.RINGING, Channel.SMS)
    day.work("t1", ANN, Work.TALKING, Channel.SMS)
    day.work("t1", ANN, Work.PARKED, Channel.SMS)
    assert "P2" in broken(day)


def wrapped_up(rules: dict[str, object], *told: Fact) -> list[str]:
    """What is broken when a chat of a queue with these rules has been talked about and these facts follow."""
    day = opened()
    usual = day.facts[0][1]
    assert isinstance(usual, ConfigApplied)
    queues = tuple(replace(queue, **rules) for queue in usual.config.queues)
    day.state(ConfigApplied("second", replace(usual.config, queues=queues)))
    come(day, "c1")
    day.ring("c1", ANN)
    day.answer("c1", ANN)
    day.part("c1", ANN, CHAT)
    for fact in told:
        day.state(fact)
    day.finish("c1", ANN, CHAT)
    return broken(day)


def test_w1_a_wrap_up_that_its_queue_does_not_ask_for() -> None:
    assert wrapped_up({}) == []
    assert wrapped_up({"wrap_up": WrapUpKind.NONE}) == ["W1"]
    assert wrapped_up({"wrap_up": WrapUpKind.OPTIONAL}) == ["W1"]


def test_w1_a_call_that_an_agent_began_is_written_up_by_the_rules_under_which_it_began() -> None:
    for began, later, found in ((WrapUpKind.TIMED, WrapUpKind.NONE, False), (WrapUpKind.NONE, WrapUpKind.TIMED, True)):
        day = opened()
        usual = day.facts[0][1]
        assert isinstance(usual, ConfigApplied)
        for kind in (began, later):
            rules = OutgoingConfig("carrier", "100", wrap_up=kind)
            day.state(ConfigApplied(kind, replace(usual.config, outgoing=rules)))
            if kind is began:
                day.state(
                    ContactArrived(
                        ContactId("c1"), Channel.VOICE, "", "", "en", None, None, "", direction=Direction.OUTBOUND
                    )
                )
        day.work("c1", ANN, Work.TALKING)
        day.work("c1", ANN, Work.WRAP_UP)
        assert ("W1" in broken(day, WrapUpChecker)) is found


def test_w1_a_mandatory_result_that_nobody_gave() -> None:
    rules: dict[str, object] = {"wrap_up": WrapUpKind.MANDATORY, "dispositions": ("done",)}
    given = DispositionSet(ContactId("c1"), ANN, "done", None)
    assert wrapped_up(rules, given) == []
    assert wrapped_up(rules) == ["W1"]


def test_w1_more_time_than_the_queue_allows() -> None:
    first, second = (WrapUpExtended(ContactId("c1"), ANN, number, 0) for number in (1, 2))
    assert wrapped_up({}, first, second) == []
    assert wrapped_up({}, second) == ["W1"]
    assert wrapped_up({"wrap_up_extensions": 0}, first) == ["W1"]
    assert wrapped_up({}, WrapUpExtended(ContactId("c9"), ANN, 1, 0)) == ["W1"]


def test_w2_a_missing_result_that_is_not_marked() -> None:
    rules: dict[str, object] = {"dispositions": ("done",)}
    assert wrapped_up(rules, DispositionSet(ContactId("c1"), ANN, "", None)) == ["W2"]
    assert wrapped_up(rules, DispositionSet(ContactId("c1"), ANN, "", None, missing=True)) == []
