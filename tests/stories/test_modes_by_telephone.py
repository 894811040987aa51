"""A supervisor who is away calls, gives the PIN and switches the mode; who does not know the PIN gets nowhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from contactcenter.ivr.pins import LOCKED_MS, PinTries
from contactcenter.ivr.validate import validate
from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, EntryConfig
from contactcenter.model.facts import ModeChanged, ModeRequested, PinTried, PromptIssued
from contactcenter.model.flow import Branch, Choice, Flow, HangUpNode, MenuNode, ModeNode, PinNode
from contactcenter.model.ids import ConversationId, LegId, PersonId
from contactcenter.model.words import Channel, ModeSource
from tests.stories.centre import FAULTS, Centre
from tests.stories.test_modes import config_with_modes

SUE, STRANGER = "+8613900000001", "+8613900000002"
PIN = PinNode("pin", ("mode_enter_pin",), "menu", "no", secret=True, wrong=("mode_wrong_pin",))
MENU = MenuNode(("mode_menu",), (Choice("1", "storm", "storm"), Choice("2", "faults", "faults")), "no")


def switch_flow(start: str = "pin") -> Flow:
    """Return the flow that asks for the PIN and then for the mode."""
    nodes = (
        Branch("pin", PIN),
        Branch("menu", MENU),
        Branch("storm", ModeNode("storm", "done", "no")),
        Branch("faults", ModeNode("evacuated", "done", "no", FAULTS)),
        Branch("done", HangUpNode(("mode_switched",))),
        Branch("no", HangUpNode(("mode_not_switched",), "closed")),
    )
    return Flow("switch", start, nodes)


def config_with_number(flow: Flow | None = None) -> CenterConfig:
    """Return the centre with modes, and a number and a chat entry for the flow that switches them."""
    usual = config_with_modes()
    doors = (EntryConfig("900", Channel.VOICE, "switch", "en"), EntryConfig("ops", Channel.CHAT, "switch", "en"))
    return replace(usual, entries=(*usual.entries, *doors), flows=(*usual.flows, flow or switch_flow()))


@pytest.fixture
def centre() -> Centre:
    """Return an open centre whose modes can be switched by telephone."""
    return Centre(config_with_number())


def gives(centre: Centre, outcome: str, number: str = SUE) -> None:
    """The caller keys in a PIN: the adapter tells done for the right one, invalid for another, timeout for none."""
    asked = [each for each in centre.commands(commands.Collect) if each.check_pin][-1]
    centre.happens(events.CollectEnded(asked.leg, asked.play, outcome, 0, None))


def heard(centre: Centre) -> Any:
    """Return the prompts that were said last."""
    return centre.commands(commands.Play)[-1].prompts


def test_who_knows_the_pin_switches_and_stands_in_the_journal_by_a_hash(centre: Centre) -> None:
    centre.calls(SUE, "900")
    gives(centre, "done")
    centre.keys("1", SUE)
    (changed,) = centre.facts(ModeChanged)
    assert (changed.queue, changed.mode, changed.by, changed.source) == (
        None,
        "storm",
        f"key {SUE}",
        ModeSource.TELEPHONE,
    )
    assert heard(centre) == ("mode_switched",)
    centre.check_replay()


def test_one_queue_alone_may_be_switched(centre: Centre) -> None:
    centre.calls(SUE, "900")
    gives(centre, "done")
    centre.keys("2", SUE)
    assert [(fact.queue, fact.mode) for fact in centre.facts(ModeChanged)] == [(FAULTS, "evacuated")]


def test_what_holds_already_is_no_mistake_of_the_caller() -> None:
    centre = Centre(config_with_number())
    for _ in range(2):
        centre.calls(SUE, "900")
        gives(centre, "done")
        centre.keys("2", SUE)
        assert heard(centre) == ("mode_switched",)
        centre.hangs_up(SUE)
    assert len(centre.all_facts(ModeRequested)) == 2 and len(centre.all_facts(ModeChanged)) == 1


def test_three_wrong_pins_lock_the_number_out_for_a_while_and_nobody_else(centre: Centre) -> None:
    centre.calls(STRANGER, "900")
    for _ in range(3):
        gives(centre, "invalid", STRANGER)
    assert heard(centre) == ("mode_not_switched",)
    assert [fact.right for fact in centre.all_facts(PinTried)] == [False] * 3
    centre.hangs_up(STRANGER)
    centre.crash()
    centre.calls(STRANGER, "900")
    assert heard(centre) == ("mode_not_switched",), "not even asked"
    centre.hangs_up(STRANGER)
    centre.calls(SUE, "900")
    gives(centre, "done")
    centre.hangs_up(SUE)
    centre.passes(LOCKED_MS)
    centre.calls(STRANGER, "900")
    assert centre.commands(commands.Collect)
    centre.check_replay()


def test_silence_is_asked_again_and_is_no_try(centre: Centre) -> None:
    centre.calls(SUE, "900")
    gives(centre, "timeout")
    gives(centre, "timeout")
    gives(centre, "timeout")
    assert heard(centre) == ("mode_not_switched",) and not centre.all_facts(PinTried)


def test_who_hides_the_number_or_writes_is_not_asked(centre: Centre) -> None:
    leg = LegId("hidden")
    centre.happens(events.CallArrived(leg, "trunk", "900", None, "", None))
    centre.happens(events.LegAnswered(leg))
    assert not centre.commands(commands.Collect) and heard(centre) == ("mode_not_switched",)
    started = events.ChatStarted(ConversationId("chat"), "ops", PersonId("visitor"), None, "en")
    centre.happens(started)
    assert [fact.prompts for fact in centre.facts(PromptIssued)] == [("mode_not_switched",)]
    assert not centre.all_facts(PinTried)


def test_a_caller_who_goes_at_any_step_leaves_nothing_behind(centre: Centre) -> None:
    centre.calls(SUE, "900")
    centre.hangs_up(SUE)
    centre.calls(SUE, "900")
    gives(centre, "done")
    centre.hangs_up(SUE)
    assert not centre.all_facts(ModeRequested)
    assert not centre.center.flows._callers and not centre.center.flows._walks


def test_without_a_pin_on_the_way_nobody_switches() -> None:
    open_flow = switch_flow("storm")
    centre = Centre(config_with_number(open_flow))
    centre.calls(SUE, "900")
    assert not centre.all_facts(ModeRequested) and heard(centre) == ("mode_not_switched",)
    reasons = [(flaw.path, flaw.reason) for flaw in validate(config_with_number(open_flow), prompts())]
    assert (("flows", "switch", "storm"), "can be reached without a PIN") in reasons


def prompts() -> tuple[str, ...]:
    """Return every name, as if all prompts were there."""
    texts = msgspec.json.encode(config_with_number()).decode()
    return tuple(part.split('"')[0] for part in texts.split('"')[1:])


def test_a_mode_and_a_queue_that_are_not_there_are_told_before() -> None:
    nodes = switch_flow().nodes
    wrong = (*nodes[:2], Branch("storm", ModeNode("strom", "done", "no", FAULTS[:-1])), *nodes[3:])
    flaws = validate(config_with_number(Flow("switch", "pin", wrong)), prompts())
    assert [flaw.wanted for flaw in flaws] == ["strom", "fault"]
    assert validate(config_with_number(), prompts()) == []


def test_only_so_many_numbers_are_remembered() -> None:
    tries = PinTries()
    for number in range(1_001):
        for _ in range(3):
            tries.note(f"key {number}", right=False, now=5)
    assert not tries.is_locked("key 0", 6) and tries.is_locked("key 1", 6)
    tries.note("key 1", right=True, now=6)
    assert not tries.is_locked("key 1", 6) and tries.is_locked("", 6)
