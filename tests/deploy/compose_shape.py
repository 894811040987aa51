"""The shape of a compose file, as far as ours uses the published specification; a key that is not here is a mistake."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

__all__ = ["Compose", "Service"]

# "A digit and a unit" of the specification's durations and byte values.
Duration = Annotated[str, msgspec.Meta(pattern=r"^(\d+(us|ms|s|m|h))+$")]
Bytes = Annotated[str, msgspec.Meta(pattern=r"^\d+(b|k|m|g|kb|mb|gb)$")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9._-]+$")]
# NAME:MAJOR…, never a moving tag.
Image = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9./-]+:\d[\w.-]*$")]
User = Annotated[str, msgspec.Meta(pattern=r"^[1-9]\d*:[1-9]\d*$")]


class Build(msgspec.Struct, forbid_unknown_fields=True):
    """How an image is built."""

    context: str
    dockerfile: str


class Healthcheck(msgspec.Struct, forbid_unknown_fields=True):
    """How one sees that a service is well; `test` begins with CMD or CMD-SHELL."""

    test: Annotated[list[str], msgspec.Meta(min_length=2)]
    interval: Duration
    timeout: Duration
    retries: Annotated[int, msgspec.Meta(gt=0)]
    start_period: Duration | None = None


class Logging(msgspec.Struct, forbid_unknown_fields=True):
    """Where logs go; options are texts."""

    driver: str
    options: dict[str, str]


class SecretTaken(msgspec.Struct, forbid_unknown_fields=True):
    """A secret under a path of the service's own."""

    source: Name
    target: str


class Service(msgspec.Struct, forbid_unknown_fields=True):
    """One service. What has no default here is what we want of each."""

    image: Image
    user: User
    command: list[str]
    healthcheck: Healthcheck
    read_only: Literal[True]
    cap_drop: list[Literal["ALL"]]
    security_opt: list[Literal["no-new-privileges:true"]]
    restart: Literal["unless-stopped"]
    network_mode: Literal["host"]
    logging: Logging
    build: Build | None = None
    init: bool = False
    environment: dict[str, str] = {}
    secrets: list[Name | SecretTaken] = []
    volumes: list[str] = []
    tmpfs: list[str] = []
    ulimits: dict[Literal["nofile", "nice"], int] = {}
    depends_on: list[Name] = []
    mem_limit: Bytes | None = None
    shm_size: Bytes | None = None
    stop_grace_period: Duration | None = None
    stop_signal: Literal["SIGINT", "SIGTERM"] = "SIGTERM"


class SecretFile(msgspec.Struct, forbid_unknown_fields=True):
    """A secret that is a file of the machine."""

    file: str


class Volume(msgspec.Struct, forbid_unknown_fields=True):
    """A named volume as the engine makes it by itself."""


class Compose(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file; keys that begin with x- are taken out before."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    services: dict[Name, Service]
    volumes: dict[Name, Volume]
    secrets: dict[Name, SecretFile]
