"""What the doctor makes of facts: one case for each thing that can be wrong, no server and no machine."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contactcenter.adapters.snapshots import SnapshotHead
from contactcenter.app.doctor.broker import BrokerSeen, judge_broker
from contactcenter.app.doctor.certificates import Shown, judge_certificate
from contactcenter.app.doctor.clock import TIME_ERROR, judge_clock, judge_offset
from contactcenter.app.doctor.database import ServerSeen, judge_database
from contactcenter.app.doctor.findings import Finding, Level, error, fine, status_of, warning
from contactcenter.app.doctor.journal import Lease, judge_journal, judge_snapshots, judge_voices
from contactcenter.app.doctor.machine import GIB, Room, judge_buffer, judge_files, judge_media_ports, judge_room
from contactcenter.app.doctor.network import Held, judge_addresses, judge_exposure, judge_ports
from contactcenter.app.doctor.rights import Entry, judge_rights
from contactcenter.app.doctor.shared import RedisSeen, judge_redis
from contactcenter.app.doctor.versions import Wanted, judge_versions
from contactcenter.app.places import on_the_network, read_settings
from contactcenter.model.entry import Position
from contactcenter.settings import Settings
from tests.source import ROOT

OK, WARNING, ERROR = Level
VAR = Path("/v")
FOLDER, FILE = 0o040_000, 0o100_000
PYTHON = (3, 11, 4)
THE_WORLD = "0.0.0.0/0"

SERVER = ServerSeen(
    version=160_003,
    superuser=False,
    passes_walls=False,
    settings={"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"},
    encoding="UTF8",
    secure=False,
    nearby=True,
    revisions={"journal": ("1", "1"), "records": ("0002", "0002")},
    offset_ms=3,
    uncertain_ms=1,
)
REDIS = RedisSeen(
    info={"redis_version": "7.0.15", "maxmemory": 1 << 28, "maxmemory_policy": "allkeys-lru", "aof_enabled": 0},
    open_to_all=False,
    all_rights=False,
    reached_from_outside=False,
    secure=False,
    nearby=True,
    offset_ms=0,
    uncertain_ms=1,
)
BROKER = BrokerSeen(where="broker:1883", reached=True)


def worst(findings: list[Finding]) -> Level:
    """The level that counts; whoever warns says what to do."""
    assert findings
    assert all(bool(finding.remedy) == (finding.level is not OK) for finding in findings)
    return list(Level)[status_of(findings)]


def test_the_exit_status_is_that_of_the_worst() -> None:
    assert [status_of(each) for each in ([], [fine("a")], [warning("a", "b"), fine("a")], [error("a", "b")])] == [
        0,
        0,
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ({}, OK, "16.3"),
        ({"version": 150_009}, ERROR, "too old"),
        ({"superuser": True}, ERROR, "superuser"),
        ({"passes_walls": True}, ERROR, "row-level"),
        ({"settings": {"fsync": "off"}}, ERROR, "fsync is off"),
        ({"settings": {"full_page_writes": "off"}}, ERROR, "full_page_writes is off"),
        ({"settings": {"synchronous_commit": "off"}}, WARNING, "synchronous_commit is off"),
        ({"encoding": "SQL_ASCII"}, ERROR, "SQL_ASCII"),
        ({"nearby": False}, ERROR, "without TLS"),
        ({"nearby": False, "secure": True}, OK, ""),
        ({"revisions": {"records": ("0003", "0002")}}, ERROR, "newer release"),
        ({"revisions": {"journal": ("10", "9")}}, ERROR, "newer release"),
        ({"revisions": {"records": ("0001", "0002")}}, WARNING, "next start migrates"),
        ({"revisions": {"records": ("", "0002")}}, OK, ""),
        ({"offset_ms": -700}, WARNING, "700 ms behind"),
        ({"offset_ms": 6_000}, ERROR, "6000 ms ahead"),
    ],
)
def test_postgresql(change: dict[str, Any], level: Level, said: str) -> None:
    findings = judge_database(msgspec.structs.replace(SERVER, **change))
    assert worst(findings) is level
    assert said in " ".join(f"{finding.seen} {finding.remedy}" for finding in findings)


@pytest.mark.parametrize(
    ("change", "info", "level"),
    [
        ({}, {}, OK),
        ({}, {"redis_version": "6.0.16"}, ERROR),
        ({"open_to_all": True}, {}, ERROR),
        ({"all_rights": True}, {}, WARNING),
        ({"reached_from_outside": True}, {}, ERROR),
        ({"nearby": False}, {}, ERROR),
        ({}, {"maxmemory": 0}, WARNING),
        ({}, {"maxmemory_policy": "noeviction"}, WARNING),
        ({}, {"aof_enabled": 1}, WARNING),
        ({"offset_ms": 5_500}, {}, ERROR),
    ],
)
def test_redis(change: dict[str, Any], info: dict[str, Any], level: Level) -> None:
    assert worst(judge_redis(msgspec.structs.replace(REDIS, info={**REDIS.info, **info}, **change))) is level


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, OK),
        ({"reached": False}, WARNING),
        ({"lets_anybody_in": True}, ERROR),
        ({"sign_in_refusal": "Not authorized"}, ERROR),
        ({"publish_refusal": "Not authorized"}, ERROR),
        ({"secure": False, "nearby": False}, ERROR),
    ],
)
def test_mqtt(change: dict[str, Any], level: Level) -> None:
    assert worst(judge_broker(msgspec.structs.replace(BROKER, **change))) is level


@pytest.mark.parametrize(
    ("python", "installed", "site", "level"),
    [
        (PYTHON, {"a": "2.0.40", "uvloop": "1"}, [], OK),
        ((3, 10, 9), {"a": "2.0.40", "uvloop": "1"}, [], ERROR),
        (PYTHON, {"uvloop": "1"}, [], ERROR),
        (PYTHON, {"a": "2.0.9", "uvloop": "1"}, [], ERROR),
        (PYTHON, {"a": "3.0rc1", "uvloop": "1"}, ["s"], ERROR),
        (PYTHON, {"a": "3", "s": "1.1.post2", "uvloop": "1"}, ["s"], OK),
        (PYTHON, {"a": "3"}, [], WARNING),
    ],
)
def test_versions(python: tuple[int, ...], installed: dict[str, str], site: list[str], level: Level) -> None:
    wanted = [Wanted("a", "2.0.40", ""), Wanted("s", "1.1", "site"), Wanted("t", "9", "test")]
    assert worst(judge_versions(python, wanted, installed, site)) is level


def test_the_form_of_the_core_is_told() -> None:
    for compiled, told in ((True, "the core compiled"), (False, "the core not compiled")):
        (finding,) = judge_versions(PYTHON, [], {"uvloop": "1"}, [], compiled)
        assert finding.level is OK and finding.seen.endswith(told)


def test_clock() -> None:
    assert [worst(judge_clock(state)) for state in (0, TIME_ERROR, None)] == [OK, WARNING, WARNING]
    assert judge_offset("x", 5_400, 5_000) == [], "within what the question itself took"


@pytest.mark.parametrize(
    ("entry", "us", "level"),
    [
        (Entry(VAR / "records.db", "own", FILE | 0o600, 7), 7, OK),
        (Entry(VAR / "records.db", "own", FILE | 0o640, 7), 7, ERROR),
        (Entry(VAR / "secrets", "own", FOLDER | 0o755, 7), 7, ERROR),
        (Entry(VAR / "records.db", "own", FILE | 0o600, 0), 7, ERROR),
        (Entry(Path("/s"), "secret", FILE | 0o640, 0), 7, OK),
        (Entry(Path("/s"), "secret", FILE | 0o644, 7), 7, ERROR),
        (Entry(Path("/s"), "secret", FILE | 0o620, 7), 7, ERROR),
        (Entry(Path("/c"), "settings", FILE | 0o666, 0), 7, ERROR),
        (Entry(Path("/c"), "settings", FILE | 0o644, 0), 7, OK),
        (Entry(VAR / "records.db", "own", FILE | 0o600, 7), 0, WARNING),
    ],
)
def test_rights(entry: Entry, us: int, level: Level) -> None:
    assert worst(judge_rights([Entry(VAR, "own", FOLDER | 0o700, 7), entry], us, VAR)) is level


def test_a_var_that_is_open_and_one_that_is_not_there_yet() -> None:
    assert worst(judge_rights([Entry(VAR, "own", FOLDER | 0o755, 7)], 7, VAR)) is ERROR
    assert worst(judge_rights([], 7, VAR)) is OK


def test_room_files_and_buffers() -> None:
    rooms = [(50 * GIB, 1.0, True), (4 * GIB, 1.0, True), (GIB // 2, 1.0, True), (50 * GIB, 0.02, True)]
    rooms += [(50 * GIB, 0.001, True), (50 * GIB, 1.0, False)]
    judged = [worst(judge_room(Room(VAR, *room))) for room in rooms]
    assert judged == [OK, WARNING, ERROR, WARNING, ERROR, ERROR]
    assert [worst(judge_files(soft, 500)) for soft in (65_536, 1_024, -1)] == [OK, WARNING, OK]
    assert [worst(judge_buffer(size)) for size in (4 << 20, 212_992, None)] == [OK, WARNING, WARNING]


@pytest.mark.parametrize(
    ("local", "reserved", "calls", "level"),
    [
        ((32_768, 39_999), "", 500, OK),
        ((32_768, 60_999), "", 500, WARNING),
        ((32_768, 60_999), "8080,40000-49999", 500, OK),
        ((32_768, 60_999), "40000-40100", 500, WARNING),
        (None, "", 500, OK),
        (None, "", 5_000, WARNING),
    ],
)
def test_media_ports(local: tuple[int, int] | None, reserved: str, calls: int, level: Level) -> None:
    assert worst(judge_media_ports(40_000, 49_999, calls, local, reserved)) is level


@pytest.mark.parametrize(
    ("refusal", "runs", "level"),
    [
        (0, False, OK),
        (errno.EADDRINUSE, False, ERROR),
        (errno.EADDRINUSE, True, OK),
        (errno.EACCES, True, ERROR),
        (errno.EADDRNOTAVAIL, False, ERROR),
    ],
)
def test_ports(refusal: int, runs: bool, level: Level) -> None:
    assert worst(judge_ports([Held("telephones", 5060, "127.0.0.1", refusal)], runs)) is level


def test_addresses() -> None:
    assert worst(judge_addresses([("b", "127.0.0.1", True)], [("n", "here", True)])) is OK
    assert worst(judge_addresses([("b", "192.0.2.1", False)], [])) is ERROR
    assert worst(judge_addresses([], [("n", "nowhere", False)])) is WARNING


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The example's settings."""
    return read_settings(ROOT / "config")


def test_who_listens_to_the_network_is_asked_for_whom(settings: Settings) -> None:
    assert worst(judge_exposure(settings)) is OK
    open_one = on_the_network(settings, "192.0.2.7")
    said = " ".join(finding.seen for finding in judge_exposure(open_one))
    assert "without TLS" in said and "no trunk" in said
    sip = msgspec.structs.replace(open_one.sip, phone_sources=(THE_WORLD,))
    assert "whole world" in judge_exposure(msgspec.structs.replace(open_one, sip=sip))[1].seen


@pytest.mark.parametrize(
    ("days", "refusal", "level"),
    [(80, "", OK), (20, "", WARNING), (3, "", ERROR), (-2, "", ERROR), (80, "Hostname mismatch", ERROR)],
)
def test_certificates(days: int, refusal: str, level: Level) -> None:
    assert worst(judge_certificate(Shown("https://centre.example", days, refusal))) is level


def test_journal_and_voices() -> None:
    assert worst(judge_journal(None, False)) is OK
    assert "last held by process 7" in judge_journal(Lease(5, 2, "process 7"), False)[0].seen
    head = SnapshotHead("r", Position(1, 300_000), 0, 0, "")
    assert "no snapshot yet" in judge_snapshots(Lease(5, 2, ""), None, 0.0)[0].seen
    assert "5 min old and 7 entries behind" in judge_snapshots(Lease(300_007, 2, ""), head, 300.0)[0].seen
    assert worst(judge_snapshots(Lease(900_000, 2, ""), head, 0.0)) is WARNING
    assert worst(judge_voices({"en": 5, "zh": 0})) is ERROR
    assert worst(judge_voices({"en": 5})) is OK
