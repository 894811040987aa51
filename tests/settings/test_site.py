"""The site profile: one more file, whose tables take the place of the centre's own."""

from __future__ import annotations

from pathlib import Path

from contactcenter.settings import PROFILE_VARIABLE, check, load
from contactcenter.settings.shapes import SecretPlace
from tests.settings.conftest import AT, Spoil

SITE = {
    PROFILE_VARIABLE: "site",
    "CONTACTCENTER_DB_PASSWORD": "d",
    "CONTACTCENTER_BUS_PASSWORD": "b",
    "CONTACTCENTER_REDIS_PASSWORD": "r",
}


def test_without_the_profile_the_sites_file_is_not_read(folder: Path) -> None:
    (folder / "site.toml").write_text("this is no TOML")
    assert check(folder, {}, AT) == []
    assert not load(folder, {}, AT).store.url


def test_the_shipped_site_keeps_its_truth_in_a_database_and_speaks_to_a_broker(folder: Path) -> None:
    settings = load(folder, SITE, AT)
    assert settings.store.url.startswith("postgresql://")
    assert settings.store.password == SecretPlace("env", "CONTACTCENTER_DB_PASSWORD")
    assert (settings.bus.host, settings.bus.username) == ("127.0.0.1", "centre")
    assert (settings.redis.host, settings.redis.username) == ("127.0.0.1", "centre")
    assert settings.center == load(folder, {}, AT).center, "what the centre decides is the same"


def test_a_table_of_the_site_takes_the_place_of_the_centres_whole(folder: Path) -> None:
    (folder / "site.toml").write_text("[http]\nport = 9090\n")
    settings = load(folder, SITE, AT)
    assert (settings.http.port, settings.sip.port) == (9090, load(folder, {}, AT).sip.port)
    assert settings.http.public_url == "http://127.0.0.1:9090", "what the centre says of [http] does not count"


def test_the_environment_has_the_last_word(folder: Path) -> None:
    assert load(folder, {**SITE, "CONTACTCENTER__BUS__SNAPSHOTS_PER_S": "4"}, AT).bus.snapshots_per_s == 4


def test_a_mistake_is_shown_in_the_sites_file(spoil: Spoil) -> None:
    told = spoil("site.toml", "snapshots_per_s = 2", "snapshots_per_s = 9", **SITE)
    assert len(told) == 1 and "site.toml:" in told[0] and "[bus]" in told[0]


def test_a_table_that_is_no_sites_matter_is_refused(spoil: Spoil) -> None:
    told = spoil("site.toml", "", "[queues]\nx = 1\n", **SITE)
    assert len(told) == 1 and "queues" in told[0] and "store" in told[0]


def test_a_secret_that_is_missing_is_named_where_the_site_asks_for_it(folder: Path) -> None:
    told = [str(problem) for problem in check(folder, {PROFILE_VARIABLE: "site"}, AT)]
    assert len(told) == 3 and all("site.toml:" in line and "is not set" in line for line in told)


def test_an_unknown_profile_is_refused(folder: Path) -> None:
    assert [problem.key for problem in check(folder, {PROFILE_VARIABLE: "cluster"}, AT)] == [PROFILE_VARIABLE]


def test_a_profile_without_its_file_says_so(folder: Path) -> None:
    (folder / "site.toml").unlink()
    assert "is missing" in str(check(folder, SITE, AT)[0])
