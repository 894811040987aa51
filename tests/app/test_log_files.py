"""Logs in files: shortened before they fill the disk, and read at their end when something went wrong."""

from __future__ import annotations

from pathlib import Path

from contactcenter.app.live_line import line_of
from contactcenter.app.log_files import LogFiles


def test_a_long_log_is_set_aside_and_its_writer_goes_on(private_dir: Path) -> None:
    logs = LogFiles(private_dir)
    with logs.of("engine").open("ab", buffering=0) as writer:
        writer.write(b"first day\n" * 100)
        logs.shorten(bytes_max=500)
        writer.write(b"second day\n")
    assert logs.of("engine").read_text() == "second day\n"
    assert (logs.folder / "engine.log.1").read_text() == "first day\n" * 100


def test_only_one_older_log_is_kept(private_dir: Path) -> None:
    logs = LogFiles(private_dir)
    for day in range(5):
        logs.of("desk").write_text(f"day {day}\n" * 100)
        logs.shorten(bytes_max=500)
    assert sorted(file.name for file in logs.folder.iterdir()) == ["desk.log", "desk.log.1"]
    assert "day 4" in (logs.folder / "desk.log.1").read_text()


def test_a_short_log_is_left_alone(private_dir: Path) -> None:
    logs = LogFiles(private_dir)
    logs.of("desk").write_text("all is well\n")
    logs.shorten()
    assert logs.tail("desk") == ["all is well"]


def test_the_tail_is_the_end_and_nothing_where_there_is_no_log(private_dir: Path) -> None:
    logs = LogFiles(private_dir)
    logs.of("engine").write_text("".join(f"line {number}\n" for number in range(100)))
    assert logs.tail("engine", lines=2) == ["line 98", "line 99"]
    assert logs.tail("traffic") == []


def test_logs_are_for_their_owner_alone(private_dir: Path) -> None:
    assert LogFiles(private_dir).folder.stat().st_mode & 0o077 == 0


METRICS = """
# TYPE contactcenter_contacts_arrived counter
contactcenter_contacts_arrived_total{channel="voice"} 7.0
contactcenter_contacts_arrived_total{channel="sms"} 2.0
# TYPE contactcenter_visits counter
contactcenter_visits_total{outcome="handled",queue="faults"} 4.0
contactcenter_visits_total{outcome="handled",queue="general"} 3.0
contactcenter_visits_total{outcome="abandoned",queue="faults"} 1.0
# TYPE contactcenter_queue_waiting gauge
contactcenter_queue_waiting{channel="voice",queue="faults"} 1.0
contactcenter_queue_waiting{channel="chat",queue="general"} 2.0
# TYPE contactcenter_agents gauge
contactcenter_agents{state="ready"} 5.0
contactcenter_agents{state="not_ready"} 9.0
"""


def test_the_live_line_sums_over_queues() -> None:
    said = "7 calls, 0 chats, 2 texts so far · 7 handled, 1 abandoned · now 3 waiting, 0 talking, 5 ready"
    assert line_of(METRICS) == f"{said} · Ctrl-C ends"


def test_the_live_line_of_a_centre_without_figures_is_zeros() -> None:
    assert line_of("").startswith("0 calls, 0 chats, 0 texts so far")
