"""The bench's own arithmetic: who did how much, in which time, at whose cost."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from itertools import islice

import pytest

from bench.measure import Measured, cpu_of, for_seconds, measured, median_of
from bench.subscribers import Listeners
from tests.real.children import Children, wait_until


async def test_every_act_is_done_once_by_as_many_as_wanted() -> None:
    done: list[int] = []
    under_way = most = 0

    async def act(number: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        done.append(number)

    figures = await measured([partial(act, number) for number in range(10)], together=3, units=5)
    assert sorted(done) == list(range(10)) and most == 3
    assert figures.per_second > 0 and figures.server_us == 0
    assert figures.p50_ms <= figures.p99_ms <= figures.longest_ms


async def test_work_of_ours_and_of_a_server_is_told_apart(children: Children) -> None:
    busy = children.start(sys.executable, "-c", "while True: pass")

    async def until_the_server_worked() -> None:
        before = cpu_of(busy.pid)
        wait_until(lambda: cpu_of(busy.pid) > before + 0.05, "work of the child")

    figures = await measured([until_the_server_worked], units=1_000, server=busy.pid)
    assert figures.server_us >= 50
    assert figures.own_us < 1_000_000 / figures.per_second


def test_children_count_whether_they_live_or_have_ended(children: Children) -> None:
    work = "[sys.executable, '-c', 'sum(range(3_000_000))']"
    script = f"import subprocess, sys, time; subprocess.run({work}); time.sleep(600)"
    child = children.start(sys.executable, "-c", script)
    wait_until(lambda: cpu_of(child.pid) > 0.03, "work of the child's child")
    assert cpu_of(None) == 0.0 and cpu_of(os.getpid()) >= cpu_of(child.pid)


def test_an_act_is_repeated_for_a_while_and_at_least_once() -> None:
    async def act() -> None: ...

    assert list(for_seconds(act, 0)) == [act]
    assert list(islice(for_seconds(act, 3_600), 4)) == [act] * 4


def test_medians_are_of_each_figure_for_itself() -> None:
    runs = [Measured(1, 60, 0, 4, 9, 90), Measured(2, 50, 0, 6, 8, 70), Measured(3, 70, 3, 5, 7, 80)]
    assert median_of(runs) == Measured(2, 60, 0, 5, 8, 80)


async def test_listeners_report_once_all_has_come() -> None:
    listeners = Listeners()
    listeners.expect(3)
    report = asyncio.ensure_future(listeners.report())
    await asyncio.sleep(0)
    listeners.heard(0)
    assert not report.done()
    listeners.heard(0, 0)
    heard = await report
    assert (heard.changes, heard.messages) == (3, 2)
    assert heard.p50_ms == pytest.approx(heard.p99_ms, abs=60_000)
