"""Stories of customers in the menu, told by what the flows decide."""

from __future__ import annotations

import pytest

from contactcenter.ivr.interpreter import AHEAD_KEYS_MAX, MOVES_MAX
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import (
    ChoiceMade,
    ConfigApplied,
    ContactEnded,
    CustomerLeft,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    InputKept,
    MessageRequested,
    PromptEnded,
    PromptIssued,
    QueueRequested,
)
from contactcenter.model.flow import (
    Choice,
    EnqueueNode,
    HangUpNode,
    HoursNode,
    MenuNode,
    Node,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.ids import ContactId, PlayId, QueueId
from contactcenter.model.words import Channel, ContactOutcome, LegRole
from tests.ivr.stage import CALLER, METER, Stage, config_of, places

HOTLINE_CHOICE = Choice("1", "choice_fault", "menu")


def at_menu() -> Stage:
    """A caller who hears the main menu."""
    stage = Stage()
    stage.call()
    stage.hear_out()
    return stage


def test_a_caller_hears_nothing_before_the_line_is_up() -> None:
    stage = Stage()
    assert stage.arrive() == [FlowStarted(CALLER, "hotline", Channel.VOICE, "en")]
    assert stage.line_up(LegRole.AGENT) == []
    assert stage.line_up() == [
        FlowMoved(CALLER, "welcome"),
        PromptIssued(CALLER, PlayId("p1.4"), ("welcome",), "en"),
    ]
    assert stage.line_up() == [], "a caller who comes back from hold does not begin anew"


def test_from_the_welcome_to_the_queue() -> None:
    stage = Stage()
    stage.call()
    assert places(stage.hear_out()) == ["FlowMoved main", "PromptIssued menu_main"]
    assert stage.hear_out() == []
    assert places(stage.press("1")) == ["ChoiceMade main", "FlowMoved meter", "PromptIssued enter_meter"]
    assert stage.key_in(6) == [
        InputKept(CALLER, "meter", 6, METER),
        FlowMoved(CALLER, "faults"),
        QueueRequested(CALLER, QueueId("faults"), 5),
        FlowEnded(CALLER, "queued"),
    ]
    assert stage.press("1") == [], "the flow is over"


def test_a_menu_is_issued_with_its_choices_and_a_collection_with_its_node() -> None:
    stage = Stage()
    stage.call()
    menu = stage.hear_out()[-1]
    assert isinstance(menu, PromptIssued)
    assert menu.choices == (("1", "choice_fault"), ("2", "choice_office")) and menu.collect == ""
    collection = stage.press("1")[-1]
    assert isinstance(collection, PromptIssued)
    assert collection.choices == () and collection.collect == "meter"


def test_a_key_barges_in_and_the_end_of_the_cut_prompt_means_nothing() -> None:
    stage = at_menu()
    cut = stage.prompt
    assert places(stage.press("1"))[0] == "ChoiceMade main"
    assert stage.say(PromptEnded(CALLER, cut)) == []
    assert places(stage.key_in(4))[0] == "InputKept meter"


def test_a_wrong_key_is_told_and_the_menu_said_again() -> None:
    stage = at_menu()
    assert stage.press("7")[0] == FlowMoved(CALLER, "main", 1)
    stage.hear_out()
    assert places(stage.press("7")) == ["FlowMoved main", "PromptIssued menu_wrong_key menu_main"]
    assert stage.press("7")[0] == FlowMoved(CALLER, "person"), "three tries, then a person"


def test_silence_runs_from_the_end_of_the_prompt() -> None:
    stage = at_menu()
    assert stage.timers.deadline() is None
    stage.hear_out()
    assert stage.timers.deadline() == 6_000
    assert places(stage.wait(5_000)) == ["FlowMoved main", "PromptIssued menu_silence menu_main"]
    assert stage.timers.deadline() is None


def test_silence_and_wrong_keys_count_together() -> None:
    stage = at_menu()
    stage.hear_out()
    stage.wait(5_000)
    stage.press("9")
    stage.hear_out()
    assert places(stage.wait(5_000)) == ["FlowMoved person", "QueueRequested general", "FlowEnded queued"]


def test_a_key_ends_the_silence() -> None:
    stage = at_menu()
    stage.hear_out()
    stage.press("1")
    assert stage.timers.deadline() is None
    stage.flows.alarm(("ivr", CALLER), draft := stage.draft())
    assert draft.facts == [], "an alarm that comes too late is nothing"
    stage.flows.alarm(("ivr", "unknown"), draft)
    assert draft.facts == []


def test_keys_pressed_ahead_are_used_at_the_next_menu() -> None:
    stage = Stage()
    stage.call()
    assert stage.press("1") == []
    assert places(stage.hear_out()) == [
        "FlowMoved main",
        "ChoiceMade main",
        "FlowMoved meter",
        "PromptIssued enter_meter",
    ]


def test_a_wrong_key_pressed_ahead_takes_the_others_along() -> None:
    stage = Stage()
    stage.call()
    for key in "7111111":
        stage.press(key)
    assert stage.flows._walks[CALLER].ahead == "7111"[:AHEAD_KEYS_MAX]
    assert places(stage.hear_out()) == ["FlowMoved main", "FlowMoved main", "PromptIssued menu_wrong_key menu_main"]
    assert places(stage.press("2"))[0] == "ChoiceMade main"


def test_keys_pressed_ahead_of_a_collection_are_no_part_of_it() -> None:
    stage = Stage()
    stage.call()
    for key in "1234":
        stage.press(key)
    stage.hear_out()
    assert stage.flows._walks[CALLER].ahead == ""


def test_a_number_too_short_or_none_is_asked_for_again() -> None:
    stage = at_menu()
    stage.press("1")
    assert places(stage.key_in(3)) == ["FlowMoved meter", "PromptIssued collect_again enter_meter"]
    assert places(stage.key_in(0, "timeout"))[0] == "FlowMoved person", "two tries, then a person"


def test_office_hours_decide() -> None:
    stage = at_menu()
    assert places(stage.press("2"))[1:3] == ["FlowMoved office", "FlowMoved person"]
    late = at_menu()
    late.wait(1_000)
    assert places(late.press("2"))[1:] == ["FlowMoved office", "FlowMoved closed", "PromptIssued closed"]
    assert late.hear_out() == [FlowEnded(CALLER, "closed")]


def test_a_full_queue_takes_nobody_until_somebody_leaves() -> None:
    stage = at_menu()
    stage.fill("general", 2)
    assert places(stage.press("2"))[2:] == ["FlowMoved person", "FlowMoved full", "FlowEnded closed"]
    stage.drain("general")
    stage.call()
    stage.hear_out()
    assert places(stage.press("2"))[-1] == "FlowEnded queued"


def test_a_queue_that_is_gone_is_full() -> None:
    stage = Stage({"start": EnqueueNode(QueueId("gone"), "full"), "full": HangUpNode()}, "start")
    assert stage.call()[-1] == FlowEnded(CALLER, "self_served")


def test_a_caller_is_asked_for_a_message_and_the_flow_is_over() -> None:
    stage = Stage({"start": VoicemailNode(QueueId("general"), "bye", ("leave",), 7), "bye": HangUpNode()}, "start")
    asked = MessageRequested(CALLER, QueueId("general"), ("leave",), 7)
    assert stage.call()[-2:] == [asked, FlowEnded(CALLER, "message")]


@pytest.mark.parametrize(("queue", "channel"), [("general", Channel.CHAT), ("faults", Channel.VOICE)])
def test_who_writes_or_finds_no_messages_taken_goes_the_other_way(queue: str, channel: Channel) -> None:
    stage = Stage({"start": VoicemailNode(QueueId(queue), "bye", ("leave",)), "bye": HangUpNode()}, "start")
    facts = stage.call() if channel is Channel.VOICE else stage.arrive(channel)
    assert facts[-1] == FlowEnded(CALLER, "self_served")


def test_a_caller_who_hangs_up_leaves_the_flow_once() -> None:
    stage = at_menu()
    stage.hear_out()
    assert stage.say(CustomerLeft(CALLER)) == [FlowEnded(CALLER, "left")]
    assert stage.timers.deadline() is None
    assert stage.say(CustomerLeft(CALLER)) == []


def test_on_text_the_walk_begins_at_once_and_silence_lasts_as_long_as_it_likes() -> None:
    stage = Stage()
    assert places(stage.arrive(Channel.CHAT)) == ["FlowStarted hotline", "FlowMoved welcome", "PromptIssued welcome"]
    stage.hear_out()
    stage.hear_out()
    assert stage.timers.deadline() is None
    assert places(stage.press(""))[-1] == "PromptIssued menu_wrong_key menu_main"
    stage.hear_out()
    assert places(stage.press("1"))[-1] == "PromptIssued enter_meter"
    assert stage.say(PromptEnded(CALLER, stage.prompt, "done"))[0] == InputKept(CALLER, "meter", 0, None)


def test_an_arrival_without_a_flow_is_not_ours_and_one_with_a_lost_flow_is_closed() -> None:
    stage = Stage()
    assert stage.arrive(Channel.SMS, flow="") == []
    assert stage.arrive(flow="lost") == [FlowEnded(CALLER, "closed")]


def test_a_walk_keeps_the_flow_with_which_it_began() -> None:
    stage = at_menu()
    stage.say(ConfigApplied("new", config_of({"bye": HangUpNode()}, "bye")))
    assert places(stage.press("2"))[-1] == "FlowEnded queued"
    stage.arrive()
    assert places(stage.line_up()) == ["FlowMoved bye", "FlowEnded self_served"]


def test_a_flow_that_goes_round_is_cut() -> None:
    always: dict[str, Node] = {"a": HoursNode("office", "b", "b"), "b": HoursNode("office", "a", "a")}
    stage = Stage(always, "a")
    facts = stage.call()
    assert facts[-1] == FlowEnded(CALLER, "closed")
    assert len([fact for fact in facts if isinstance(fact, FlowMoved)]) == MOVES_MAX


def test_whoever_presses_valid_keys_may_go_round_for_ever() -> None:
    menu = MenuNode(("menu_main",), (HOTLINE_CHOICE,), "bye")
    stage = Stage({"menu": menu, "bye": HangUpNode()}, "menu")
    stage.call()
    for _ in range(2 * MOVES_MAX):
        assert stage.press("1")[0] == ChoiceMade(CALLER, "menu", "1")


def test_what_others_say_of_other_contacts_is_ignored() -> None:
    stage = at_menu()
    other = ContactId("C2")
    assert stage.say(PromptEnded(other, stage.prompt)) == []
    assert stage.say(ContactEnded(other, Channel.VOICE, ContactOutcome.HANDLED)) == []
    assert stage.line_up(contact=other) == []


def test_a_prompt_that_ends_twice_ends_once() -> None:
    stage = Stage()
    stage.call()
    ended = PromptEnded(CALLER, stage.prompt)
    assert places(stage.say(ended)) == ["FlowMoved main", "PromptIssued menu_main"]
    assert stage.say(ended) == []
    stage.hear_out()
    assert stage.hear_out() == []
    assert stage.timers.deadline() == 6_000


def test_no_event_is_for_the_flows() -> None:
    stage = Stage()
    stage.flows.handle(TimePassed(), draft := stage.draft())
    assert draft.reason == "flows take no events" and draft.facts == []


def test_a_say_node_leads_on_to_another() -> None:
    stage = Stage({"a": SayNode(("x",), "b"), "b": HangUpNode(("y",))}, "a")
    stage.call()
    assert places(stage.hear_out()) == ["FlowMoved b", "PromptIssued y"]
    assert stage.hear_out() == [FlowEnded(CALLER, "self_served")]
