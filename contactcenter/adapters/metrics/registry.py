"""All figures of a centre in one Prometheus registry: its own folds, the engine's figures, and the web server's counts.

Labels are queues, channels, outcomes and states, all of them closed or configured lists; agents are counted, not named.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, ContactEnded, OfferEnded, VisitEnded
from contactcenter.model.modes import NORMAL
from contactcenter.reports.activity import Doing
from contactcenter.reports.live import LiveFigures
from contactcenter.runtime.ports import EngineFigures

__all__ = ["Metrics"]

PREFIX = "contactcenter_"
NAME = re.compile(r"[a-z][a-z0-9_]{0,100}")
FAMILIES_MAX = 500  # the engine's own figures; more would be a mistake there
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


Value = TypeVar("Value")
Labels = tuple[str, ...]


class Metrics:
    """What `/metrics` shows."""

    def __init__(self, figures: LiveFigures | None, *sources: Callable[[], EngineFigures]) -> None:
        """Show the live `figures` (a display has none), what the other `sources` say, and what is counted here."""
        self.registry = CollectorRegistry()
        self.engine: EngineFigures | None = None
        self.gauges: dict[str, float] = {}
        self._figures = figures
        self.sources = [*sources]
        self._now = 0
        self._arrived: Tally[Labels] = Tally()
        self._contacts: Tally[Labels] = Tally()
        self._offers: Tally[Labels] = Tally()
        self._visits: Tally[Labels] = Tally()
        self.requests = Counter(
            PREFIX + "http_requests", "HTTP requests by route and status", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            PREFIX + "http_seconds", "Time to answer", ("route",), buckets=SECONDS, registry=self.registry
        )
        self._texts = Counter(
            PREFIX + "sms_sent", "Answers of carriers to texts of ours", ("provider", "outcome"), registry=self.registry
        )
        self.registry.register(_Folds(self))

    def apply(self, entry: Entry) -> None:
        """Count what an entry says."""
        for fact in entry.facts:
            match fact:
                case ContactArrived():
                    self._arrived[fact.channel,] += 1
                case ContactEnded():
                    self._contacts[fact.channel, fact.outcome] += 1
                case OfferEnded():
                    self._offers[fact.channel, fact.outcome] += 1
                case VisitEnded():
                    self._visits[fact.queue, fact.outcome] += 1

    def text_sent(self, provider: str, outcome: str) -> None:
        """Count a carrier's answer."""
        self._texts.labels(provider, outcome).inc()

    def render(self, now: int) -> bytes:
        """Return the text format of all figures; `now` in ms."""
        self._now = now
        return generate_latest(self.registry)

    def families(self) -> Iterator[Metric]:
        """Yield what is folded here and what the engine told."""
        for source in self.sources:
            yield from _engine(source())
        for name, value in self.gauges.items():
            yield GaugeMetricFamily(PREFIX + name, name, value=value)
        if self._figures is not None:
            yield from self._centre(self._figures)

    def _centre(self, figures: LiveFigures) -> Iterator[Metric]:
        """Yield what only a desk that follows the engine knows."""
        yield _counter("contacts_arrived", "Contacts that came", ("channel",), self._arrived)
        yield _counter("contacts", "Contacts that ended", ("channel", "outcome"), self._contacts)
        yield _counter("offers", "Offers that ended", ("channel", "outcome"), self._offers)
        yield _counter("visits", "Queue visits that ended", ("queue", "outcome"), self._visits)
        yield from self._queues(figures)
        yield _gauge("mode", "1 for the mode in force, of the centre or a queue", ("queue", "mode"), _modes(figures))
        yield _gauge("agents", "Agents by what they do", ("state",), _agents(figures))
        yield GaugeMetricFamily(
            PREFIX + "engine_connected", "Whether the engine answers", value=float(bool(self.engine))
        )
        if self.engine is not None:
            yield from _engine(self.engine)

    def _queues(self, figures: LiveFigures) -> Iterator[Metric]:
        queues = figures.queues(self._now)
        waiting = {(queue.id, channel): float(count) for queue in queues for channel, count in queue.channels.items()}
        yield _gauge("queue_waiting", "Contacts that wait", ("queue", "channel"), waiting)
        for name, meaning, read in QUEUE_GAUGES:
            known = {(queue.id,): value for queue in queues if (value := read(queue, self._now)) is not None}
            yield _gauge(name, meaning, ("queue",), known)


QUEUE_GAUGES = (
    (
        "queue_longest_wait_seconds",
        "Longest wait now",
        lambda queue, now: 0.0 if queue.longest_wait_at is None else max(0, now - queue.longest_wait_at) / 1000,
    ),
    ("queue_service_level_percent", "Service level of the day so far", lambda queue, now: queue.service_level),
    (
        "queue_asa_seconds",
        "Mean wait of the handled, the day so far",
        lambda queue, now: None if queue.asa_ms is None else queue.asa_ms / 1000,
    ),
    ("queue_abandon_rate_percent", "Abandon rate of the day so far", lambda queue, now: queue.abandon_rate),
    (
        "queue_next_wait_seconds",
        "Longest wait to expect for a caller who came now, where it is known",
        lambda queue, now: None if queue.next_wait_ms is None else queue.next_wait_ms[1] / 1000,
    ),
    (
        "queue_wait_estimate_error_seconds",
        "Mean distance between estimated and true wait, the day so far",
        lambda queue, now: None if queue.estimate_error_ms is None else queue.estimate_error_ms / 1000,
    ),
    (
        "queue_wait_estimates_within_percent",
        "Waits within the interval that was estimated (80 promised), the day so far",
        lambda queue, now: queue.estimates_within,
    ),
    ("queue_agents_ready", "Agents of the queue who are ready", lambda queue, now: float(queue.agents.ready)),
    ("queue_agents_signed_in", "Agents of the queue who are here", lambda queue, now: float(queue.agents.signed_in)),
)


class _Folds(Collector):
    """Hands the folded families to the registry, which asks at each scrape."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return self._metrics.families()

    def describe(self) -> list[Metric]:
        return []


def _counter(name: str, meaning: str, labels: Labels, counts: Mapping[Labels, int]) -> Metric:
    family = CounterMetricFamily(PREFIX + name, meaning, labels=labels)
    for values, count in counts.items():
        family.add_metric([str(value) for value in values], count)
    return family


def _agents(figures: LiveFigures) -> dict[Labels, float]:
    counts: Tally[str] = Tally(agent.doing for agent in figures.agents())
    return {(doing.value,): float(counts[doing]) for doing in Doing}


def _modes(figures: LiveFigures) -> dict[Labels, float]:
    """Return the centre's modes (an empty queue) and those that queues have of their own."""
    modes = figures.modes
    names = [NORMAL, *(mode.id for mode in (modes.config.modes if modes.config is not None else ()))]
    values: dict[Labels, float] = {("", name): float(name == modes.mode_of(None)) for name in names}
    return values | {(each.queue, each.mode): 1.0 for each in modes.in_force() if each.queue is not None}


def _gauge(name: str, meaning: str, labels: Labels, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, meaning, labels=labels)
    for label, value in values.items():
        family.add_metric([str(part) for part in label], value)
    return family


def _engine(figures: EngineFigures) -> Iterator[Metric]:
    """Yield the engine's figures under our prefix; names that Prometheus would refuse are left out."""
    for name, value in _named(figures.gauges):
        yield GaugeMetricFamily(name, name, value=value)
    for name, value in _named(figures.counters):
        yield CounterMetricFamily(name, name, value=value)
    for name, buckets in _named(figures.histograms):
        if buckets:
            rows = [("+Inf" if bound == float("inf") else str(bound), float(count)) for bound, count in buckets]
            yield HistogramMetricFamily(name, name, buckets=rows, sum_value=None)


def _named(figures: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for name in sorted(figures)[:FAMILIES_MAX]:
        plain = re.sub(r"[^a-z0-9_]", "_", name.casefold())
        if NAME.fullmatch(plain):
            yield plain if plain.startswith(PREFIX) else PREFIX + plain, figures[name]
