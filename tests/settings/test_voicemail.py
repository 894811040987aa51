"""Messages: a queue takes them by one key, and what could not work is told before the centre starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contactcenter.model.recipes import LeaveMessage
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.settings import check, load
from tests.settings.conftest import AT


def with_keys(folder: Path, keys: str) -> None:
    """Write keys into the queue of faults."""
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace('name = "Faults"\n', f'name = "Faults"\n{keys}', 1))


def test_the_shipped_centre_takes_no_messages(folder: Path) -> None:
    assert all(queue.voicemail is None for queue in load(folder, {}, AT).center.queues)


def test_one_key_is_enough(folder: Path) -> None:
    with_keys(folder, "voicemail = true\n")
    assert load(folder, {}, AT).center.queues[0].voicemail == VoicemailConfig()


def test_all_keys_and_the_step_of_a_recipe(folder: Path) -> None:
    with_keys(folder, 'voicemail = true\nvoicemail_key = "5"\nvoicemail_at_closing = true\nvoicemail_max_s = 60\n')
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace('do = "overflow"\nqueue = "general"', 'do = "voicemail"', 1))
    faults = load(folder, {}, AT).center.queues[0]
    assert faults.voicemail == VoicemailConfig("5", at_closing=True, max_ms=60_000)
    assert LeaveMessage() in [step.act for step in faults.recipe]


def test_a_default_holds_for_all_queues_but_those_that_say_no(folder: Path) -> None:
    with_keys(folder, "voicemail = false\n")
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace("[defaults]\n", "[defaults]\nvoicemail = true\n", 1))
    assert [queue.voicemail is None for queue in load(folder, {}, AT).center.queues] == [True, False, False]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            'voicemail = true\nvoicemail_key = "*"\n',
            'voicemail_key: is \'*\'; give one digit such as "5", or "" for none',
        ),
        ("voicemail = true\nvoicemail_max_s = 5\n", "voicemail_max_s: is 5; give a whole number from 10 to 600"),
        (
            'callback = true\nvoicemail = true\nvoicemail_key = "1"\n',
            "voicemail_key: is '1', which asks for a callback already; choose another digit",
        ),
    ],
)
def test_mistakes_are_told(folder: Path, keys: str, message: str) -> None:
    with_keys(folder, keys)
    assert [problem for problem in map(str, check(folder, {}, AT)) if message in problem]


def test_a_step_that_leads_to_a_message_needs_a_queue_that_takes_them(folder: Path) -> None:
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace('do = "overflow"\nqueue = "general"', 'do = "voicemail"', 1))
    told = "step: leads to a message, and this queue takes none; give voicemail = true"
    assert [problem for problem in map(str, check(folder, {}, AT)) if told in problem]


@pytest.mark.parametrize("queue", ["complaints", "complaint"])
def test_a_flow_asks_for_messages_of_a_queue_that_takes_them(folder: Path, queue: str) -> None:
    queues, flow = folder / "queues.toml", folder / "flows/hotline.toml"
    queues.write_text(queues.read_text().replace("[defaults]\n", "[defaults]\nvoicemail = true\n", 1))
    node = f'[complaints_closed]\nverb = "voicemail"\nqueue = "{queue}"\notherwise = "told_closed"\n\n[told_closed]'
    flow.write_text(flow.read_text().replace("[complaints_closed]", node, 1))
    told = "[complaints_closed] queue: there is no queue 'complaint'; did you mean complaints?"
    assert [told in problem for problem in map(str, check(folder, {}, AT))] == [True] * (queue == "complaint")


def test_somebody_must_be_able_to_listen(folder: Path) -> None:
    with_keys(folder, "voicemail = true\n")
    agents = folder / "agents.toml"
    agents.write_text(re.sub("(?m)^(name = .*)$", r"\1\nphone_only = true", agents.read_text()))
    told = "voicemail: takes messages, and nobody who serves this queue has a console to listen"
    assert [problem for problem in map(str, check(folder, {}, AT)) if told in problem]
