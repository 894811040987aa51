"""Virtual time, streams of chance, arrivals, and the picture."""

from __future__ import annotations

import io
import statistics

from rich.console import Console

from contactcenter.model.words import Channel
from contactcenter.sim.arrivals import arrival_times
from contactcenter.sim.habits import DAY_MS, HALF_HOUR_MS, HOUR_MS, WEEKDAY
from contactcenter.sim.picture import Spark, half_hour_tallies, simulate_and_show
from contactcenter.sim.simulate import START_AT, shifts_for, traffic_for
from contactcenter.sim.streams import Streams, log_normal_ms
from contactcenter.sim.world import World
from tests.sim.centres import hotline


def test_acts_happen_in_order_of_time_and_of_planning() -> None:
    world, seen = World(1_000), list[str]()
    world.after(10, lambda: seen.append("second"))
    world.after(10, lambda: seen.append("third"))
    world.at(5, lambda: seen.append("first: the past is now"))
    while world.next_at() is not None:
        world.act()
    assert seen == ["first: the past is now", "second", "third"] and world.now == 1_010


def test_a_stream_belongs_to_its_name_and_seed() -> None:
    streams = Streams(7)
    assert streams.stream("a").random() == streams.stream("a").random() == Streams(7).stream("a").random()
    assert len({streams.stream("a").random(), streams.stream("b").random(), Streams(8).stream("a").random()}) == 3


def test_drawn_times_have_the_mean_asked_for() -> None:
    random = Streams(1).stream("times")
    for sigma in (0, 0.8):
        mean = statistics.mean(log_normal_ms(random, 180_000, sigma) for _ in range(20_000))
        assert abs(mean - 180_000) < 6_000
    assert log_normal_ms(random, 0, 0.8) == 0


def test_arrivals_follow_the_profile_of_the_day() -> None:
    random = Streams(3).stream("arrivals")
    times = list(arrival_times(random, 1_000, WEEKDAY, START_AT, START_AT + DAY_MS))
    assert times == sorted(times)
    expected = sum(WEEKDAY) / 1000 * 1_000 * HALF_HOUR_MS / HOUR_MS
    assert abs(len(times) - expected) < 4 * expected**0.5
    busiest = sum(1 for at in times if (at - START_AT) // HALF_HOUR_MS == WEEKDAY.index(1000))
    assert abs(busiest - 500) < 4 * 500**0.5
    assert list(arrival_times(random, 0, WEEKDAY, 0, DAY_MS)) == []


def test_traffic_grows_with_the_agents() -> None:
    small, large = hotline(8), hotline(80)
    assert (
        5
        < traffic_for(large, shifts_for(large)).calls_per_hour / traffic_for(small, shifts_for(small)).calls_per_hour
        < 15
    )


def test_a_spark_scales_to_its_highest_value() -> None:
    assert str(Spark([0, None, 50, 100])) == "▁·▅█"
    assert str(Spark([0, 0])) == "▁▁" and str(Spark([])) == ""


def test_a_day_is_shown_with_figures_checks_and_hash() -> None:
    paper = io.StringIO()
    report = simulate_and_show(hotline(), 12, 7, Console(file=paper, width=160))
    shown = paper.getvalue()
    assert report.sha256 in shown and "identity" in shown and "holds in every interval" in shown
    assert all(queue.name in shown for queue in report.queues)
    offered = [tally.offered for channel in Channel for tally in half_hour_tallies(report, channel)]
    assert sum(offered) == sum(queue.offered for queue in report.queues)
