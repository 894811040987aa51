"""Callbacks: nobody is promised one unless a queue says so and customers may be called, within the hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.model.callbacks import CallbackConfig
from contactcenter.settings import check, load
from tests.settings.conftest import AT
from tests.settings.test_outgoing import with_table

HOUR_MS = 3_600_000


def with_callbacks(folder: Path, keys: str = "callback = true\n", hours: str = "") -> None:
    """Write keys into the queue of faults, and hours into the centre's file."""
    with_table(folder)
    queues, center = folder / "queues.toml", folder / "center.toml"
    queues.write_text(queues.read_text().replace('name = "Faults"\n', f'name = "Faults"\n{keys}', 1))
    center.write_text(hours + center.read_text())


def test_the_shipped_centre_calls_nobody_back(folder: Path) -> None:
    center = load(folder, {}, AT).center
    assert center.callback_hours == () and all(queue.callback is None for queue in center.queues)


def test_one_key_is_enough(folder: Path) -> None:
    with_callbacks(folder)
    center = load(folder, {}, AT).center
    assert [queue.callback for queue in center.queues] == [CallbackConfig("1"), None, None]
    from_at, to_at = center.callback_hours[1]
    assert to_at - from_at == 13 * HOUR_MS
    assert from_at % (24 * HOUR_MS) == 0, "eight in the morning in Shanghai"


def test_all_keys(folder: Path) -> None:
    keys = 'callback = true\ncallback_key = ""\ncallback_tries = 5\ncallback_retry_min = 30\ncallback_web = true\n'
    keys += 'callback_first = "customer"\n'
    with_callbacks(folder, keys, 'callback_hours = ["09:00-12:00", "14:00-18:00"]\n')
    center = load(folder, {}, AT).center
    assert center.queues[0].callback == CallbackConfig("", 5, 30 * 60_000, web=True, customer_first=True)
    assert [to_at - from_at for from_at, to_at in center.callback_hours[:2]] == [3 * HOUR_MS, 4 * HOUR_MS]


def test_a_default_holds_for_all_queues_but_those_that_say_no(folder: Path) -> None:
    with_callbacks(folder, "callback = false\n")
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace("[defaults]\n", "[defaults]\ncallback = true\n", 1))
    assert [queue.callback is not None for queue in load(folder, {}, AT).center.queues] == [False, True, True]


@pytest.mark.parametrize(
    ("keys", "hours", "message"),
    [
        ("callback = true\ncallback_tries = 0\n", "", "callback_tries: is 0; give a whole number from 1 to 10"),
        ('callback = true\ncallback_key = "#"\n', "", "callback_key: is '#'; give one digit such as \"1\""),
        (
            'callback = true\ncallback_first = "us"\n',
            "",
            "callback_first: is 'us'; give one of agent, customer",
        ),
        ("callback = true\n", 'callback_hours = ["8-21"]\n', "callback_hours: has '8-21'; give spans such as"),
    ],
)
def test_mistakes_are_told(folder: Path, keys: str, hours: str, message: str) -> None:
    with_callbacks(folder, keys, hours)
    assert any(message in str(problem) for problem in check(folder, {}, AT)), check(folder, {}, AT)


def test_promises_need_a_way_out(folder: Path) -> None:
    queues = folder / "queues.toml"
    queues.write_text(queues.read_text().replace('name = "Faults"\n', 'name = "Faults"\ncallback = true\n', 1))
    told = [str(problem) for problem in check(folder, {}, AT)]
    assert any("outgoing: is missing, and faults promises callbacks" in problem for problem in told)
