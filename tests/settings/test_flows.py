"""Flows and prompts as they are written."""

from __future__ import annotations

from pathlib import Path

from contactcenter.model.flow import (
    Branch,
    Choice,
    CollectNode,
    EnqueueNode,
    Flow,
    HangUpNode,
    HoursNode,
    MenuNode,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.ids import QueueId
from contactcenter.settings import load
from contactcenter.settings.flows import read_flow
from contactcenter.settings.problems import Problem, Source
from contactcenter.settings.tables import Table
from contactcenter.settings.texts import Texts, read_texts
from tests.settings.conftest import AT, Spoil


def flow_from(content: dict[str, object]) -> tuple[Flow, list[str]]:
    """Read a flow as from its file."""
    problems: list[Problem] = []
    table = Table(Source("flows/x.toml", ""), (), content, problems)
    flow = read_flow("x", table)
    table.close()
    return flow, [str(problem) for problem in problems]


CHOICE = {"key": "1", "label": "one", "next": "c"}


def test_each_verb_with_nothing_but_what_it_needs() -> None:
    flow, problems = flow_from(
        {
            "start": "a",
            "a": {"verb": "say", "prompts": ["x"], "next": "b"},
            "b": {"verb": "menu", "prompts": ["x"], "choices": [CHOICE], "otherwise": "c"},
            "c": {"verb": "collect", "name": "n", "prompts": ["x"], "next": "d", "otherwise": "e"},
            "d": {"verb": "hours", "calendar": "office", "open": "e", "closed": "f"},
            "e": {"verb": "enqueue", "queue": "q", "full": "f"},
            "f": {"verb": "hang_up"},
        }
    )
    assert problems == []
    assert flow == Flow(
        "x",
        "a",
        (
            Branch("a", SayNode(("x",), "b")),
            Branch("b", MenuNode(("x",), (Choice("1", "one", "c"),), "c")),
            Branch("c", CollectNode("n", ("x",), "d", "e")),
            Branch("d", HoursNode("office", "e", "f")),
            Branch("e", EnqueueNode(QueueId("q"), "f")),
            Branch("f", HangUpNode()),
        ),
    )


def test_each_verb_with_all_it_may_have() -> None:
    flow, problems = flow_from(
        {
            "start": "b",
            "b": {
                "verb": "menu", "prompts": ["x"], "choices": [CHOICE], "otherwise": "c",
                "wrong": [], "silence": ["s"], "silence_s": 7, "tries": 1,
            },
            "c": {
                "verb": "collect", "name": "n", "prompts": ["x"], "next": "d", "otherwise": "e", "wrong": ["w"],
                "min_keys": 4, "max_keys": 5, "finish_key": "",
                "first_key_s": 9, "next_key_s": 2, "tries": 4, "secret": True,
            },
            "e": {"verb": "enqueue", "queue": "q", "full": "f", "priority": -5},
            "f": {"verb": "hang_up", "prompts": ["bye"], "outcome": "closed"},
            "g": {"verb": "voicemail", "queue": "q", "otherwise": "f", "prompts": ["x"], "priority": 5},
            "h": {"verb": "voicemail", "queue": "q", "otherwise": "f"},
        }
    )  # fmt: skip
    assert problems == []
    assert [branch.node for branch in flow.nodes] == [
        MenuNode(("x",), (Choice("1", "one", "c"),), "c", (), ("s",), 7_000, 1),
        CollectNode("n", ("x",), "d", "e", 4, 5, "", 9_000, 2_000, 4, True, ("w",)),
        EnqueueNode(QueueId("q"), "f", -5),
        HangUpNode(("bye",), "closed"),
        VoicemailNode(QueueId("q"), "f", ("x",), 5),
        VoicemailNode(QueueId("q"), "f", ("voicemail_leave_message",)),
    ]


def test_what_a_node_needs_is_asked_for() -> None:
    _, problems = flow_from({"start": "a", "a": {"verb": "say"}, "b": {}, "c": 3})
    assert problems == [
        "flows/x.toml: c: is 3; give a table",
        "flows/x.toml: [a] prompts: is missing; give a list of texts in quotes",
        "flows/x.toml: [a] next: is missing; give a text in quotes",
        "flows/x.toml: [b] verb: is missing; give one of say, menu, collect, pin, mode, hours, enqueue, voicemail, "
        "hang_up",
    ]


def test_a_prompt_is_given_in_one_file_only() -> None:
    problems: list[Problem] = []
    texts: Texts = {}
    for file in ("a.toml", "b.toml"):
        read_texts(Table(Source(file, ""), (), {"hello": {"en": "Hello"}}, problems), texts)
    assert texts == {"hello": {"en": "Hello"}}
    assert [str(problem) for problem in problems] == [
        "b.toml: [hello]: is given in another file too; rename or remove one of the two"
    ]


def test_a_language_without_words_or_sound_is_told(spoil: Spoil, folder: Path) -> None:
    problems = spoil("center.toml", '"zh", "en"]', '"zh", "en", "fr"]')
    assert "config/prompts: [welcome] fr: has no text in this language; write one" in problems
    problems = spoil("center.toml", 'language = "en"', 'language = "fr"')
    sound = (
        "config/prompts/fr/welcome.wav: callers would hear nothing; record it, or run python -m tools.render_prompts"
    )
    assert sound in problems
    assert not any("choice_fault.wav" in problem for problem in problems), "labels are only shown"


def test_hours_of_the_shipped_calendar_can_be_asked(spoil: Spoil, folder: Path) -> None:
    hours = '[complaint]\nverb = "hours"\ncalendar = "office"\nopen = "complaint_queue"\nclosed = "complaint_queue"'
    told = '[complaint]\nverb = "say"\nprompts = ["complaint_intro"]\nnext = "complaint_queue"'
    assert spoil("flows/hotline.toml", told, hours) == []
    flows = {flow.id: flow for flow in load(folder, {}, AT).center.flows}
    nodes = {branch.name: branch.node for branch in flows["hotline"].nodes}
    assert nodes["complaint"] == HoursNode("office", "complaint_queue", "complaint_queue")
