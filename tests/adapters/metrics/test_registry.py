"""Figures for Prometheus: the engine's under our prefix, names it would refuse left out, and no unbounded growth."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from contactcenter.adapters.metrics.registry import FAMILIES_MAX, Metrics
from contactcenter.reports.live import LiveFigures
from contactcenter.runtime.ports import EngineFigures
from tests.stories.centre import ANNA, MORNING, Centre


def samples(metrics: Metrics, now: int = MORNING) -> dict[str, float]:
    """Read the text as Prometheus does."""
    families = text_string_to_metric_families(metrics.render(now).decode())
    return {
        sample.name + "".join(f",{key}={value}" for key, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_engines_figures_stand_under_our_prefix() -> None:
    metrics = Metrics(LiveFigures(0))
    metrics.engine = EngineFigures(
        gauges={"legs": 3.0, "Bad-Name!": 1.0, "": 1.0, "1st": 1.0},
        counters={"engine_rejected_total_KeyPressed": 2.0, "journal_batches_total": 4.0},
        histograms={"commit_seconds": [(0.001, 5), (0.01, 7), (float("inf"), 8)], "empty": []},
    )
    read = samples(metrics)
    assert read["contactcenter_legs"] == 3.0 and read["contactcenter_bad_name_"] == 1.0
    assert read["contactcenter_engine_rejected_total_keypressed_total"] == 2.0
    assert read["contactcenter_journal_batches_total"] == 4.0
    assert read["contactcenter_commit_seconds_bucket,le=0.01"] == 7.0
    assert read["contactcenter_commit_seconds_bucket,le=+Inf"] == 8.0
    assert not [name for name in read if "1st" in name]


def test_a_flood_of_names_is_cut_off() -> None:
    metrics = Metrics(LiveFigures(0))
    metrics.engine = EngineFigures(gauges={f"g{number:05d}": 1.0 for number in range(FAMILIES_MAX + 100)})
    assert len([name for name in samples(metrics) if name.startswith("contactcenter_g0")]) == FAMILIES_MAX


def test_contacts_and_offers_are_counted_by_outcome() -> None:
    centre, figures = Centre(), LiveFigures(0)
    metrics = Metrics(figures)
    centre.signs_in(ANNA)
    centre.calls()
    centre.hangs_up()
    for entry in centre.journal:
        metrics.apply(entry)
        for fact in entry.facts:
            figures.apply(fact, entry.at)
    read = samples(metrics, centre.now)
    assert read["contactcenter_contacts_total,channel=voice,outcome=abandoned"] == 1.0
    assert read["contactcenter_offers_total,channel=voice,outcome=caller_gone"] == 1.0
    assert read["contactcenter_visits_total,outcome=short_abandoned,queue=faults"] == 1.0
    assert read["contactcenter_agents,state=ready"] == 1.0
    assert read["contactcenter_engine_connected"] == 0.0
