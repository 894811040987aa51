"""Every mistake that a flow can have, and that all of them are found at once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from contactcenter.ivr.digits import KEYS
from contactcenter.ivr.graph import reachable
from contactcenter.ivr.validate import NODES_MAX, Flaw, validate
from contactcenter.model.config import CenterConfig, EntryConfig
from contactcenter.model.flow import (
    Branch,
    Choice,
    CollectNode,
    EnqueueNode,
    HangUpNode,
    HoursNode,
    MenuNode,
    Node,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.ids import QueueId
from contactcenter.model.recipes import Announce, RecipeStep, Relax
from contactcenter.model.words import Channel
from tests.ivr.stage import HOTLINE, config_of, flow_of

PROMPTS = (
    "welcome menu_main menu_wrong_key menu_silence collect_again enter_meter closed choice_fault choice_office".split()
)
BYE = HangUpNode()
ONE = Choice("1", "choice_fault", "bye")


def menu(**changes: object) -> MenuNode:
    """A sound menu, changed."""
    return replace(MenuNode(("menu_main",), (ONE,), "bye"), **changes)


def collect(**changes: object) -> CollectNode:
    """A sound collection, changed."""
    return replace(CollectNode("meter", ("enter_meter",), "bye", "bye"), **changes)


def flaws_of(nodes: Mapping[str, Node], start: str = "first") -> list[tuple[str, str]]:
    """The flaws of one flow, as (place, reason)."""
    flaws = validate(config_of(dict(nodes), start), PROMPTS)
    return [(".".join(flaw.path[2:]), flaw.reason) for flaw in flaws]


def test_a_sound_centre_has_no_flaw() -> None:
    config = replace(
        config_of(HOTLINE),
        entries=(
            EntryConfig("95598", Channel.VOICE, "hotline", "en"),
            EntryConfig("95598", Channel.CHAT, "hotline", "en"),
        ),
    )
    assert validate(config, PROMPTS) == []


@pytest.mark.parametrize(
    ("node", "place", "reason"),
    [
        (SayNode((), "bye"), "prompts", "nothing would be said"),
        (SayNode(("huh",), "bye"), "prompts", "there is no prompt 'huh'"),
        (SayNode(("welcome",), "by"), "next", "there is no node 'by'"),
        (menu(prompts=()), "prompts", "nothing would be said"),
        (menu(wrong=("huh",)), "wrong", "there is no prompt 'huh'"),
        (menu(silence=("huh",)), "silence", "there is no prompt 'huh'"),
        (menu(tries=0), "tries", "is 0"),
        (menu(tries=11), "tries", "is 11"),
        (menu(silence_ms=0), "silence_ms", "is 0"),
        (menu(choices=()), "choices", "there is nothing to choose"),
        (menu(choices=(replace(ONE, key="A"),)), "choices.0.key", "'A' is not a key"),
        (menu(choices=(replace(ONE, key="12"),)), "choices.0.key", "'12' is not a key"),
        (menu(choices=(replace(ONE, key=""),)), "choices.0.key", "'' is not a key"),
        (menu(choices=(ONE, ONE)), "choices.1.key", "key '1' is given twice"),
        (menu(choices=(replace(ONE, label=""),)), "choices.0.label", "there is no prompt ''"),
        (menu(choices=(ONE, Choice("2", "choice_fault", "by"))), "choices.1.next", "there is no node 'by'"),
        (menu(otherwise="by"), "otherwise", "there is no node 'by'"),
        (collect(prompts=()), "prompts", "nothing would be said"),
        (collect(wrong=("huh",)), "wrong", "there is no prompt 'huh'"),
        (collect(name=""), "name", "is empty"),
        (collect(finish_key="x"), "finish_key", "'x' is not a key"),
        (collect(finish_key="##"), "finish_key", "'##' is not a key"),
        (collect(tries=0), "tries", "is 0"),
        (collect(max_keys=65), "max_keys", "is 65"),
        (collect(min_keys=21), "min_keys", "is 21"),
        (collect(first_key_ms=60_001), "first_key_ms", "is 60001"),
        (collect(next_key_ms=0), "next_key_ms", "is 0"),
        (collect(next="by"), "next", "there is no node 'by'"),
        (collect(otherwise="by"), "otherwise", "there is no node 'by'"),
        (HoursNode("offic", "bye", "bye"), "calendar", "there is no calendar 'offic'"),
        (HoursNode("office", "by", "bye"), "open", "there is no node 'by'"),
        (HoursNode("office", "bye", "by"), "closed", "there is no node 'by'"),
        (EnqueueNode(QueueId("fault"), "bye"), "queue", "there is no queue 'fault'"),
        (EnqueueNode(QueueId("faults"), "by"), "full", "there is no node 'by'"),
        (VoicemailNode(QueueId("fault"), "bye", ("closed",)), "queue", "there is no queue 'fault'"),
        (VoicemailNode(QueueId("faults"), "bye", ("closed",)), "queue", "'faults' takes no messages"),
        (VoicemailNode(QueueId("general"), "by", ("closed",)), "otherwise", "there is no node 'by'"),
        (VoicemailNode(QueueId("general"), "bye", ()), "prompts", "nothing would be said"),
        (VoicemailNode(QueueId("general"), "bye"), "prompts", "there is no prompt 'voicemail_leave_message'"),
        (HangUpNode(("huh",)), "prompts", "there is no prompt 'huh'"),
        (HangUpNode(outcome="angry"), "outcome", "there is no outcome 'angry'"),
    ],
)
def test_a_node_with_one_mistake_has_that_flaw(node: Node, place: str, reason: str) -> None:
    second = MenuNode(("menu_main",), (ONE, Choice("2", "choice_office", "first")), "bye")
    assert flaws_of({"begin": second, "first": node, "bye": BYE}, "begin") == [(f"first.{place}", reason)]


@pytest.mark.parametrize("finish_key", ["", *KEYS])
def test_any_key_or_none_may_finish_a_value(finish_key: str) -> None:
    assert flaws_of({"first": collect(finish_key=finish_key), "bye": BYE}) == []


def test_a_start_that_is_missing_is_one_flaw_not_many() -> None:
    assert flaws_of({"a": BYE, "b": BYE}, "c") == [("start", "there is no node 'c'")]


def test_a_node_to_which_no_way_leads() -> None:
    assert flaws_of({"first": BYE, "island": SayNode(("welcome",), "first")}) == [("island", "no way leads here")]


def test_a_round_that_needs_no_customer() -> None:
    nodes: dict[str, Node] = {
        "first": menu(choices=(ONE, Choice("2", "choice_office", "busy"))),
        "busy": SayNode(("welcome",), "queue"),
        "queue": EnqueueNode(QueueId("faults"), "asked"),
        "asked": menu(otherwise="busy"),
        "bye": BYE,
    }
    reason = "a customer who does nothing would go round for ever: busy → queue → asked → busy"
    assert flaws_of(nodes) == [("busy", reason)]


def test_a_round_by_choice_is_fine() -> None:
    assert flaws_of({"first": menu(choices=(replace(ONE, next="first"),)), "bye": BYE}) == []


def test_a_node_that_is_its_own_neighbour() -> None:
    assert flaws_of({"first": HoursNode("office", "first", "bye"), "bye": BYE}) == [
        ("first", "a customer who does nothing would go round for ever: first → first")
    ]


def test_two_nodes_of_one_name_and_too_many() -> None:
    flow = flow_of({"first": BYE}, "first")
    config = replace(config_of({}), flows=(replace(flow, nodes=flow.nodes * 2),))
    assert validate(config, PROMPTS)[0][:2] == (("flows", "hotline", "first"), "this name is given twice")
    many: dict[str, Node] = {f"n{number}": BYE for number in range(NODES_MAX + 1)}
    assert flaws_of(many, "n0")[0] == ("", "has 501 nodes, more than 500")


def test_entries_must_lead_somewhere_in_a_language_of_ours_and_only_once() -> None:
    entries = (
        EntryConfig("95598", Channel.VOICE, "hotlin", "en"),
        EntryConfig("95598", Channel.VOICE, "hotline", "de"),
    )
    config: CenterConfig = replace(config_of(HOTLINE), entries=entries)
    assert validate(config, PROMPTS) == [
        Flaw(("entries", "0", "flow"), "there is no flow 'hotlin'", "", "hotlin", ("hotline",)),
        Flaw(("entries", "1", "language"), "there is no language 'de'", "", "de", ("en",)),
        Flaw(("entries", "1", "address"), "'95598' is an entry of channel voice already", "remove one of the two"),
    ]


def test_a_queue_greets_with_prompts_that_exist() -> None:
    config = config_of(HOTLINE)
    config = replace(config, queues=(replace(config.queues[0], welcome=("hello",)), *config.queues[1:]))
    assert [flaw[:2] for flaw in validate(config, PROMPTS)] == [
        (("queues", "faults", "welcome"), "there is no prompt 'hello'")
    ]


def test_what_a_queue_says_and_when_it_is_open_must_exist() -> None:
    config = config_of(HOTLINE)
    recipe = (RecipeStep(0, Relax()), RecipeStep(1_000, Announce(("closed", "huh"))))
    queue = replace(config.queues[0], recipe=recipe, hours="nights", closing=("bye",))
    others = config.queues[1:]
    paths = [flaw.path[2:] for flaw in validate(replace(config, queues=(queue, *others)), PROMPTS)]
    assert paths == [("hours",), ("closing",), ("step", "1", "prompts")]


def test_all_flaws_come_at_once() -> None:
    nodes: dict[str, Node] = {"first": menu(choices=(), tries=0, otherwise="by"), "island": SayNode((), "gone")}
    assert len(flaws_of(nodes)) == 5


def test_what_can_be_reached_is_found_in_order() -> None:
    flow = config_of(HOTLINE).flows[0]
    nodes = {branch.name: branch.node for branch in flow.nodes}
    assert reachable(nodes, "welcome") == ["welcome", "main", "meter", "office", "person", "faults", "closed", "full"]
    assert Branch("main", nodes["main"]) in flow.nodes
