"""`[bus]`: no broker unless one is named, and what people are told who name it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.settings import check, load
from contactcenter.settings.shapes import BusSettings, SecretPlace
from tests.settings.conftest import AT


def problems(folder: Path, **environment: str) -> list[str]:
    """All that is wrong with these keys of `[bus]`."""
    given = {f"CONTACTCENTER__BUS__{key.upper()}": text for key, text in environment.items()}
    return [str(problem) for problem in check(folder, given, AT)]


def test_the_shipped_centre_speaks_with_no_broker(folder: Path) -> None:
    assert load(folder, {}, AT).bus.host == ""


def test_a_broker_is_named_with_everything_that_it_needs(folder: Path) -> None:
    environment = {
        "CONTACTCENTER__BUS__URL": "mqtts://broker.example",
        "CONTACTCENTER__BUS__USERNAME": "centre",
        "CONTACTCENTER__BUS__PASSWORD": "env:BUS_PASSWORD",
        "CONTACTCENTER__BUS__AUTHORITY": "broker-ca.pem",
        "CONTACTCENTER__BUS__PREFIX": "north",
        "CONTACTCENTER__BUS__SNAPSHOTS_PER_S": "4",
        "BUS_PASSWORD": "secret",
    }
    password = SecretPlace("env", "BUS_PASSWORD")
    assert load(folder, environment, AT).bus == BusSettings(
        "broker.example", 8883, True, "broker-ca.pem", "centre", password, "north", 4
    )


@pytest.mark.parametrize(
    ("url", "host", "port"), [("mqtt://127.0.0.1", "127.0.0.1", 1883), ("mqtt://[::1]:1884", "::1", 1884)]
)
def test_the_port_is_the_usual_one_unless_given(folder: Path, url: str, host: str, port: int) -> None:
    bus = load(folder, {"CONTACTCENTER__BUS__URL": url}, AT).bus
    assert (bus.host, bus.port, bus.secure, bus.password) == (host, port, False, None)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": "http://broker"}, "BUS__URL: is no address of a broker; give "),
        ({"url": "mqtt://centre:secret@broker"}, "BUS__URL: is no address of a broker; give "),
        ({"url": "mqtt://broker:99999"}, "BUS__URL: is no address of a broker; give "),
        ({"username": "centre"}, "BUS__USERNAME: stands without its password, or the other way round; give both, or "),
        ({"prefix": "a/b"}, "BUS__PREFIX: is 'a/b'; give 1 to 40 letters, digits, - and _"),
        ({"snapshots_per_s": "5"}, "BUS__SNAPSHOTS_PER_S: is 5; give a whole number from 1 to 4"),
        ({"password": "secret", "username": "x"}, "BUS__PASSWORD: is 'secret'; give "),
    ],
)
def test_mistakes_are_told(folder: Path, keys: dict[str, str], message: str) -> None:
    assert any(message in problem for problem in problems(folder, **keys)), problems(folder, **keys)


def test_a_password_that_is_not_there_is_told(folder: Path) -> None:
    told = problems(folder, url="mqtt://127.0.0.1", username="centre", password="env:BUS_PASSWORD")
    assert told == ["config/center.toml: [bus] password: the variable BUS_PASSWORD is not set; put the secret there"]
