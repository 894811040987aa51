"""Recipes as people write them, and conditions that could never hold."""

from __future__ import annotations

import tomllib

import pytest

from contactcenter.model.config import QueueConfig
from contactcenter.model.ids import QueueId
from contactcenter.model.recipes import (
    Announce,
    Close,
    OfferCallback,
    Overflow,
    RaisePriority,
    RecipeStep,
    Relax,
)
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.words import Channel
from contactcenter.settings.people import read_queues
from contactcenter.settings.problems import Problem, Source
from contactcenter.settings.tables import Table
from tests.settings.conftest import Spoil


def read(text: str) -> tuple[tuple[QueueConfig, ...], list[Problem]]:
    """Read queues as from a file."""
    problems: list[Problem] = []
    table = Table(Source("queues.toml", text), (), tomllib.loads(text), problems)
    queues = read_queues(table, {"fault": "", "help": ""}, ())
    table.close()
    return queues, problems


QUEUES = """
[queues.faults]
name = "Faults"
skill = "fault"
[queues.help]
name = "Help"
skill = "help"
"""


def test_every_act_as_people_write_it() -> None:
    queues, problems = read(
        QUEUES
        + """
[[queues.faults.step]]
after = "0s"
do = "raise_priority"
points = -5
[[queues.faults.step]]
after = "20s"
do = "relax"
[[queues.faults.step]]
after = "45s"
when = "waiting_per_agent > 3"
do = "overflow"
queue = "help"
[[queues.faults.step]]
after = "1min"
every = "2min"
do = "announce"
prompts = ["still"]
channels = ["sms", "voice"]
[[queues.faults.step]]
after = "2min"
every = "10s"
times = 1
when = "agents_ready == 0"
do = "offer_callback"
[[queues.faults.step]]
after = "1h"
do = "close"
prompts = ["closed"]
"""
    )
    assert problems == []
    assert queues[0].recipe == (
        RecipeStep(0, RaisePriority(-5)),
        RecipeStep(20_000, Relax()),
        RecipeStep(45_000, Overflow(QueueId("help")), "waiting_per_agent > 3"),
        RecipeStep(60_000, Announce(("still",)), "", 120_000, 0, (Channel.VOICE, Channel.SMS)),
        RecipeStep(120_000, OfferCallback(), "agents_ready == 0", 10_000, 1),
        RecipeStep(3_600_000, Close(("closed",))),
    )
    assert queues[1].recipe == ()


@pytest.mark.parametrize(
    ("when", "possible"),
    [
        ("waiting > 0", True),
        ("waiting < 1", False),
        ("waiting > 3 and waiting < 5", True),
        ("waiting > 3 and waiting < 4", False),
        ("not (waiting >= 1)", False),
        ("agents_ready > agents_signed_in", None),
        ("agents_ready > 2 and agents_signed_in < 3", False),
        ("agents_ready > 2 and agents_signed_in < 4", True),
        ("waited_s > 100 and oldest_wait_s < 100", False),
        ("waited_s >= 45", True),
        ("waited_s < 45", False),
        ("oldest_wait_s < 45", False),
        ("priority < -500", None),
        ("priority < 0", True),
        ("step == 0", True),
        ("step < 0", False),
        ('channel == "chat"', True),
        ('channel == "fax"', False),
        ('customer_class != "VIP"', True),
        ('customer_class == "VIP" and customer_class == "A"', False),
        ("customer_class", True),
        ("agents_ready", True),
        (
            " or ".join(
                f"(waiting == {n} and waited_s == {n} and priority == {n} and step == {n})" for n in range(50, 60)
            ),
            True,
        ),
    ],
)
def test_a_condition_that_can_never_hold_is_found(when: str, possible: bool | None) -> None:
    """None: it cannot even be read, for figures are compared with numbers and texts alone."""
    _, problems = read(
        QUEUES
        + f"""
[[queues.faults.step]]
after = "45s"
when = '{when}'
do = "relax"
"""
    )
    reasons = [problem.reason for problem in problems]
    if possible is None:
        assert reasons[0].startswith("cannot be read")
    else:
        assert reasons == ([] if possible else ["can never hold"])


def test_more_steps_than_anybody_could_foresee() -> None:
    _, problems = read(QUEUES + '[[queues.faults.step]]\nafter = "45s"\ndo = "relax"\n' * 21)
    assert [problem.reason for problem in problems] == ["has 21 steps"]


def test_a_loop_of_overflows_is_told_once_with_all_its_queues() -> None:
    ways = "".join(
        f'[[queues.{name}.step]]\nafter = "9s"\ndo = "overflow"\nqueue = "{target}"\n'
        for name, target in (("help", "faults"), ("faults", "help"))
    )
    (problem,) = read(QUEUES + ways)[1]
    assert (problem.line, problem.table, problem.key) == (15, "queues.faults.step 1", "queue")
    assert problem.reason == "is a loop of overflows: faults → help → faults"


def test_a_loop_that_only_a_mode_closes(spoil: Spoil) -> None:
    back = '[[modes.storm.queues.general.step]]\nafter = "2min"\ndo = "overflow"\nqueue = "faults"\n'
    (problem,) = spoil("modes.toml", '[modes.storm.entries."95598"]', back + '[modes.storm.entries."95598"]')
    told = "is a loop of overflows: general → faults → general; let one of them lead nowhere"
    assert problem.endswith(f"[modes.storm.queues.general.step 1] queue: {told}")


def test_a_queue_that_nobody_can_serve(spoil: Spoil) -> None:
    told = "is met by no agent, so nobody can serve this queue; give it to somebody in agents.toml, or ask for less"
    (problem,) = spoil("queues.toml", "min_level = 3", "min_level = 9")
    assert problem.endswith(f"[queues.complaints] skill: {told}")
    (problem,) = spoil("queues.toml", 'skill = "complaint"\nmin_level = 9', 'requires = "complaint and fault < 2"')
    assert problem.endswith(f"[queues.complaints] requires: {told}")


def test_ways_that_meet_again_are_no_loop() -> None:
    third = '[queues.third]\nname = "Third"\nskill = "help"\n'
    ways = (("faults", "help"), ("faults", "third"), ("help", "third"))
    steps = "".join(f'[[queues.{a}.step]]\nafter = "9s"\ndo = "overflow"\nqueue = "{b}"\n' for a, b in ways)
    assert read(QUEUES + third + steps)[1] == []


def reserve_of(text: str) -> tuple[ReserveConfig | None, list[str]]:
    """Read the reserve of the queue for faults."""
    queues, problems = read(QUEUES + "[queues.faults.reserve]\n" + text)
    return queues[0].reserve, [f"{problem.key}: {problem.reason}" for problem in problems]


def test_a_reserve_as_people_write_it() -> None:
    whole = 'requires = "help"\nwaiting = 8\nwait = "2min"\nuntil_waiting = 3\nuntil_wait = "30s"'
    assert reserve_of(whole) == (ReserveConfig("help", 8, 120_000, 3, 30_000), [])
    assert reserve_of('requires = "help"\nwaiting = 5') == (ReserveConfig("help", 5, 0, 3, 0), [])
    assert reserve_of('requires = "help"\nwait = "10s"') == (ReserveConfig("help", 0, 10_000, 0, 5_000), [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('requires = "help"', ": says not when it is called"),
        ("waiting = 5", "requires: is missing"),
        ('requires = "hlp"\nwaiting = 5', "requires: there is no skill and no attribute 'hlp'"),
        ('requires = "help"\nwaiting = 5\nuntil_waiting = 5', "until_waiting: is 5"),
        ('requires = "help"\nwait = "9s"\nuntil_wait = "9s"', "until_wait: is not less than wait"),
        ('requires = "help"\nwaiting = 1', "waiting: is 1"),
    ],
)
def test_a_reserve_that_could_flap_or_never_come(text: str, told: str) -> None:
    assert told in reserve_of(text)[1]
