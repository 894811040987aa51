"""The compose file and the Dockerfile, checked for form: no engine runs here. What they name exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from contactcenter.__main__ import cli
from contactcenter.app.places import read_settings
from contactcenter.settings.loader import PROFILE_VARIABLE
from tests.deploy.compose_shape import Compose, SecretTaken, Service
from tests.source import ROOT

DEPLOY = ROOT / "deploy"
OURS = ("engine", "desk")
# What the images bring, apart from our own: nothing but these may be called in a command or a healthcheck.
BROUGHT = {
    "postgresql": {"postgres", "pg_isready"},
    "redis": {"redis-server", "redis-cli"},
    "mosquitto": {"mosquitto", "nc"},
}


@pytest.fixture(scope="module")
def compose() -> Compose:
    """The file as its program would read it."""
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return msgspec.convert({key: value for key, value in whole.items() if not key.startswith("x-")}, Compose)


def taken(service: Service) -> dict[str, str]:
    """Each secret that a service takes, and where it finds it."""
    found = {}
    for secret in service.secrets:
        source, target = (secret.source, secret.target) if isinstance(secret, SecretTaken) else (secret, secret)
        found[source] = target if target.startswith("/") else f"/run/secrets/{target}"
    return found


def mounted(service: Service) -> dict[str, str]:
    """What a service finds under which path."""
    return {parts[1]: parts[0] for volume in service.volumes if (parts := volume.split(":"))}


def test_all_that_is_named_is_there(compose: Compose) -> None:
    for name, service in compose.services.items():
        assert set(service.depends_on) <= set(compose.services), name
        assert set(taken(service)) <= set(compose.secrets), name
        for source in mounted(service).values():
            if source.startswith("."):
                assert (DEPLOY / source).is_file(), f"{name}: {source}"
            else:
                assert source in compose.volumes or source.startswith(("/etc/contactcenter/", "/srv/")), source
    used = {source for service in compose.services.values() for source in taken(service)}
    assert used == set(compose.secrets)
    named = {source for service in compose.services.values() for source in mounted(service).values()}
    assert set(compose.volumes) <= named


def test_configuration_files_of_commands_are_mounted(compose: Compose) -> None:
    for name in BROUGHT:
        service = compose.services[name]
        (path,) = re.findall(r"/etc/\S+\.conf", " ".join(service.command))
        assert path in mounted(service), name
    wanted = re.findall(
        r"^(?:aclfile|password_file|acl_file) (\S+)$", settings_of("redis") + settings_of("mosquitto"), re.M
    )
    found = {*taken(compose.services["redis"]).values(), *taken(compose.services["mosquitto"]).values()}
    found |= mounted(compose.services["mosquitto"]).keys()
    assert len(wanted) == 3 and set(wanted) <= found


def settings_of(name: str) -> str:
    """A server's shipped settings."""
    return (DEPLOY / name / "contactcenter.conf").read_text()


def test_commands_exist(compose: Compose) -> None:
    for name in OURS:
        words = compose.services[name].command
        said = CliRunner().invoke(cli, [words[0], "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
        assert said.exit_code == 0 and "--config" in said.output, name
    for name, programs in BROUGHT.items():
        service = compose.services[name]
        test = service.healthcheck.test
        first = shlex.split(test[1])[0]
        assert {service.command[0], first} <= programs, name
        assert test[0] == ("CMD" if len(test) > 2 else "CMD-SHELL")
    for name in OURS:
        kind, program, option, code = compose.services[name].healthcheck.test
        assert (kind, program, option) == ("CMD", "python3", "-c")
        compile(code, name, "exec")


def test_the_environment_is_one_that_the_settings_know(
    compose: Compose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in OURS:
        service = compose.services[name]
        places = taken(service).values()
        for variable, value in service.environment.items():
            if value.startswith("file:"):
                assert value.removeprefix("file:") in places
                value = f"file:{tmp_path / Path(value).name}"
                Path(value.removeprefix("file:")).write_text("a word")
            monkeypatch.setenv(variable, value)
        settings = read_settings(ROOT / "config")
        assert settings.store.url and settings.bus.host == settings.redis.host == "127.0.0.1"
        assert mounted(service)[str(settings.paths.var)] in compose.volumes
        assert service.environment[PROFILE_VARIABLE] == "site"


def test_what_listens_listens_on_this_machine_alone() -> None:
    """The machine's network is shared, so the files themselves have to say it."""
    assert re.findall(r"^listen_addresses = (.+)$", settings_of("postgresql"), re.M) == ["'localhost'"]
    assert re.findall(r"^bind (.+)$", settings_of("redis"), re.M) == ["127.0.0.1"]
    assert re.findall(r"^listener (.+)$", settings_of("mosquitto"), re.M) == ["1883 127.0.0.1"]


def test_the_image_is_built_from_what_is_there_and_runs_as_the_same_user(compose: Compose) -> None:
    engine = compose.services["engine"]
    assert engine.build is not None
    assert (DEPLOY / engine.build.context).resolve() == ROOT
    lines = (ROOT / engine.build.dockerfile).read_text().replace("\\\n", " ").splitlines()
    copied = [word for line in lines if re.match(r"COPY (?!--from)", line) for word in line.split()[1:-1]]
    assert copied and not [name for name in copied if not (ROOT / name).exists()]
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert not [name for name in copied if not any(Path(name).match(pattern) for pattern in allowed)]
    assert f"USER {engine.user}" in lines
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert len(set(bases)) == 1 and re.fullmatch(r"python:3\.1\d-slim-\w+", bases[0])


@pytest.mark.parametrize(
    "change",
    [
        {"image": "postgres:latest"},
        {"user": "0:0"},
        {"read_only": False},
        {"cap_drop": ["NET_ADMIN"]},
        {"privileged": True},
        {"healthcheck": {"test": ["CMD"], "interval": "1s", "timeout": "1s", "retries": 1}},
    ],
)
def test_the_shape_refuses_what_we_do_not_want(compose: Compose, change: dict[str, object]) -> None:
    good = msgspec.to_builtins(compose.services["redis"])
    del good["build"], good["shm_size"], good["stop_grace_period"], good["healthcheck"]["start_period"]
    msgspec.convert(good, Service)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good | change, Service)
