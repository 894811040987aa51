"""`[redis]`: each desk for itself unless a server is named, and what people are told who name it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.settings import check, load
from contactcenter.settings.shapes import RedisSettings, SecretPlace
from tests.settings.conftest import AT


def problems(folder: Path, **environment: str) -> list[str]:
    """All that is wrong with these keys of `[redis]`."""
    given = {f"CONTACTCENTER__REDIS__{key.upper()}": text for key, text in environment.items()}
    return [str(problem) for problem in check(folder, given, AT)]


def test_the_shipped_centre_shares_with_nobody(folder: Path) -> None:
    assert load(folder, {}, AT).redis.host == ""


def test_a_server_is_named_with_everything_that_it_needs(folder: Path) -> None:
    environment = {
        "CONTACTCENTER__REDIS__URL": "rediss://redis.example",
        "CONTACTCENTER__REDIS__USERNAME": "centre",
        "CONTACTCENTER__REDIS__PASSWORD": "env:REDIS_PASSWORD",
        "CONTACTCENTER__REDIS__AUTHORITY": "redis-ca.pem",
        "CONTACTCENTER__REDIS__KEY": "file:redis.key",
        "CONTACTCENTER__REDIS__PREFIX": "north",
        "REDIS_PASSWORD": "secret",
    }
    (folder.parent / "redis.key").write_text("key")
    password, key = SecretPlace("env", "REDIS_PASSWORD"), SecretPlace("file", "redis.key")
    assert load(folder, environment, AT).redis == RedisSettings(
        "redis.example", 6379, True, "redis-ca.pem", "centre", password, key, "north"
    )


@pytest.mark.parametrize(
    ("url", "host", "port"), [("redis://127.0.0.1", "127.0.0.1", 6379), ("redis://[::1]:6380", "::1", 6380)]
)
def test_little_is_needed_on_this_machine(folder: Path, url: str, host: str, port: int) -> None:
    redis = load(folder, {"CONTACTCENTER__REDIS__URL": url}, AT).redis
    assert (redis.host, redis.port, redis.secure, redis.password) == (host, port, False, None)
    assert (redis.key, redis.prefix) == (SecretPlace("var", "redis"), "cc")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": "http://redis"}, "REDIS__URL: is no address of a Redis; give "),
        ({"url": "redis://:secret@redis"}, "REDIS__URL: is no address of a Redis; give "),
        ({"url": "redis://redis:99999"}, "REDIS__URL: is no address of a Redis; give "),
        ({"url": "redis://redis/1"}, "REDIS__URL: is no address of a Redis; give "),
        ({"username": "centre"}, "REDIS__USERNAME: stands without a password; give both, or "),
        ({"prefix": "a:b"}, "REDIS__PREFIX: is 'a:b'; give 1 to 40 letters, digits, - and _"),
        ({"password": "secret"}, "REDIS__PASSWORD: is 'secret'; give "),
        ({"key": "secret"}, "REDIS__KEY: is 'secret'; give "),
    ],
)
def test_mistakes_are_told(folder: Path, keys: dict[str, str], message: str) -> None:
    assert any(message in problem for problem in problems(folder, **keys)), problems(folder, **keys)


def test_a_password_that_is_not_there_is_told(folder: Path) -> None:
    told = problems(folder, url="redis://127.0.0.1", password="env:REDIS_PASSWORD")
    assert len(told) == 1 and "[redis] password: the variable REDIS_PASSWORD is not set" in told[0]
