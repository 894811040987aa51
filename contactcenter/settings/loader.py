"""Reads a configuration folder: all files, all mistakes at once, one frozen value."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec
import phonenumbers

from contactcenter.ivr.validate import Flaw, validate
from contactcenter.model.config import CalendarConfig, CenterConfig, EntryConfig, OutgoingConfig
from contactcenter.model.modes import ActiveMode, in_mode
from contactcenter.model.words import Channel
from contactcenter.settings import hours, people, shell
from contactcenter.settings.callbacks import check_callbacks, read_callback_hours
from contactcenter.settings.flows import read_flow
from contactcenter.settings.folder import FLOWS, MODES, PROMPTS, SITE, Folder
from contactcenter.settings.modes import mode_flaws, with_modes
from contactcenter.settings.outgoing import read_outgoing, read_prefixes
from contactcenter.settings.own_calls import direct_entries, read_direct, read_internal
from contactcenter.settings.problems import Path as Place
from contactcenter.settings.problems import Problem, SettingsError, Source, likely, shown
from contactcenter.settings.scenarios import Scenario, read_scenarios
from contactcenter.settings.secret import missing
from contactcenter.settings.shapes import SecretPlace, Settings
from contactcenter.settings.stations import read_stations
from contactcenter.settings.tables import Overrides, Table
from contactcenter.settings.texts import Texts, prompt_problems, read_texts

__all__ = ["PROFILE_VARIABLE", "check", "config_hash", "load", "load_scenarios"]

PROFILE_VARIABLE: Final = "CONTACTCENTER_PROFILE"

LANGUAGE: Final = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})?"


def load(folder: Path, environment: Mapping[str, str] = os.environ, at: int | None = None) -> Settings:
    """Read the configuration in `folder`; calendars are compiled as of `at` (ms, now by default).

    Raises SettingsError with every problem.
    """
    settings, problems = _read(folder, environment, at)
    if settings is None or problems:
        raise SettingsError(problems)
    return settings


def check(folder: Path, environment: Mapping[str, str] = os.environ, at: int | None = None) -> list[Problem]:
    """Return all that is wrong with the configuration in `folder`; scenarios are looked at when the rest is good."""
    settings, problems = _read(folder, environment, at)
    if settings is not None and not problems:
        problems = _scenarios(folder, settings)[1]
    return problems


def load_scenarios(
    folder: Path, environment: Mapping[str, str] = os.environ, at: int | None = None
) -> tuple[Settings, tuple[Scenario, ...]]:
    """Read the configuration in `folder` and the scenarios for its simulation.

    Raises SettingsError with every problem of either.
    """
    settings = load(folder, environment, at)
    scenarios, problems = _scenarios(folder, settings)
    if problems:
        raise SettingsError(problems)
    return settings, scenarios


def _scenarios(path: Path, settings: Settings) -> tuple[tuple[Scenario, ...], list[Problem]]:
    folder = Folder(path.resolve())
    scenarios = read_scenarios(folder, settings)
    folder.close()
    return scenarios, sorted(folder.problems, key=lambda problem: (problem.file, problem.line))


def config_hash(center: CenterConfig) -> str:
    """Return the SHA-256 (hex) of a configuration; equal configurations have equal hashes on every machine."""
    return hashlib.sha256(msgspec.msgpack.encode(center, order="deterministic")).hexdigest()


def _read(path: Path, environment: Mapping[str, str], at: int | None) -> tuple[Settings | None, list[Problem]]:
    if not path.is_dir():
        return None, [Problem(str(path), 0, "", "", "is not a folder", "name the folder that holds center.toml")]
    folder, overrides = Folder(path.resolve()), Overrides(environment)
    now = time.time_ns() // 1_000_000 if at is None else at
    profile = environment.get(PROFILE_VARIABLE, "")
    shells = _Shells(folder, overrides, profile == "site")
    settings = _assemble(folder, shells, datetime.fromtimestamp(now // 1_000, UTC).date())
    folder.close()
    problems = folder.problems + overrides.unused() + _profile_problems(profile)
    if not folder.unreadable:
        problems += _cross_problems(folder, settings, problems)
        problems += _secret_problems(shells, settings, environment)
    return settings, sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line))


class _Shells:
    """The tables of center.toml that a site has otherwise: the site's file holds them whole."""

    def __init__(self, folder: Folder, overrides: Overrides, for_site: bool) -> None:
        self.center = folder.table("center.toml", overrides)
        self._site = folder.table(SITE, overrides) if for_site else None
        self._folder = folder

    def table(self, name: str) -> Table:
        """Return a table from the file that has the last word on it."""
        usual = self.center.inner(name)
        here = self._site.inner(name) if self._site is not None else usual
        if not self._in_site(name):
            return usual
        usual.pass_over()
        return here

    def source(self, name: str) -> Source:
        """Return that file's text."""
        return self._folder.sources[SITE if self._in_site(name) else "center.toml"]

    def _in_site(self, name: str) -> bool:
        return self._site is not None and name in self._site.names()


def _profile_problems(profile: str) -> list[Problem]:
    if profile in ("", "site"):
        return []
    return [Problem("environment", 0, "", PROFILE_VARIABLE, f"is {profile!r}", 'give "site", or unset it')]


def _assemble(folder: Folder, shells: _Shells, today: date) -> Settings:
    table = shells.center
    zone = hours.read_zone(table).key
    skills = people.read_skills(folder.table("skills.toml"))
    texts: Texts = {}
    for name in folder.names_in(PROMPTS):
        read_texts(folder.table(name), texts)
    entries, sip = shell.read_entries(table), shell.read_sip(shells.table("sip"))
    outgoing = shells.table("outgoing")
    prefixes = read_prefixes(outgoing)
    warnings: list[Problem] = []
    read = hours.read_calendars(folder.table("hours.toml"), zone, today, warnings)
    calendars = tuple(hours.compiled(each, today) for each in read)
    return Settings(
        center=_read_center(
            folder,
            shells,
            skills,
            entries=entries,
            calendars=calendars,
            outgoing=read_outgoing(outgoing, sip.trunks),
            prefixes=prefixes,
            callback_hours=read_callback_hours(table, zone, today),
        ),
        default_region=_read_region(table),
        time_zone=zone,
        texts=texts,
        skills=skills,
        http=shell.read_http(shells.table("http")),
        sip=sip,
        media=shell.read_media(shells.table("media")),
        sms=shell.read_sms(shells.table("sms"), entries),
        bus=shell.read_bus(shells.table("bus")),
        redis=shell.read_redis(shells.table("redis")),
        paths=shell.read_paths(shells.table("paths"), folder.path),
        retention=shell.read_retention(shells.table("retention")),
        sessions=shell.read_sessions(shells.table("sessions")),
        store=shell.read_store(shells.table("store")),
        dial_prefixes=prefixes,
        mode_pin=shell.read_mode_pin(shells.table("modes_by_telephone")),
        warnings=tuple(warnings),
    )


def _read_center(
    folder: Folder,
    shells: _Shells,
    skills: dict[str, str],
    *,
    entries: tuple[EntryConfig, ...],
    calendars: tuple[CalendarConfig, ...],
    outgoing: OutgoingConfig | None,
    prefixes: tuple[str, ...],
    callback_hours: tuple[tuple[int, int], ...],
) -> CenterConfig:
    table = shells.center
    numbers = [entry.address for entry in entries if entry.channel is Channel.VOICE]
    places = read_stations(folder.table("stations.toml"), outgoing, prefixes)
    staff = people.read_people(folder.table("agents.toml"), places, skills, numbers)
    queues = people.read_queues(folder.table("queues.toml"), skills, staff.agents)
    check_callbacks(table, queues, outgoing)
    languages = table.texts("languages", like=LANGUAGE, what='a list of languages such as ["zh", "en-GB"]')
    flows = tuple(read_flow(Path(name).stem, folder.table(name)) for name in folder.names_in(FLOWS))
    center = CenterConfig(
        name=table.text("name"),
        languages=languages,
        entries=(*entries, *direct_entries(staff.agents, languages)),
        queues=queues,
        agents=staff.agents,
        stations=staff.stations,
        flows=flows,
        calendars=calendars,
        not_ready_reasons=shell.read_reasons(table),
        outgoing=outgoing,
        callback_hours=callback_hours if any(queue.callback for queue in queues) else (),
        internal=read_internal(shells.table("internal")),
        direct=read_direct(shells.table("direct"), queues, [flow.id for flow in flows]),
    )
    if folder.unreadable or not folder.has(MODES):
        return center
    return with_modes(center, folder.table(MODES), skills)


def _read_region(table: Table) -> str:
    region = table.text("default_region", what='a country such as "CN" or "GB"')
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        table.complain("default_region", f"is {region!r}", 'give a country such as "CN" or "GB"')
    return region


def _cross_problems(folder: Folder, settings: Settings, told: list[Problem]) -> list[Problem]:
    """Find what no file shows alone, leaving out what a key's own problem says already."""
    keys = [problem[:1] + problem[2:4] for problem in told]
    broken = [problem.file for problem in told]
    center, prompts = settings.center, tuple(settings.texts)
    flaws = [*validate(center, prompts), *mode_flaws(center, prompts)]
    found = [_problem_of(flaw, folder) for flaw in flaws]
    found = [each for each in found if each.key or each.file not in broken]
    for each in (center, *(in_mode(center, [ActiveMode(None, mode.id)]) for mode in center.modes)):
        found += prompt_problems(each, settings.texts, settings.paths.prompts, folder.shown(PROMPTS))
    return [each for each in found if each[:1] + each[2:4] not in keys]


def _problem_of(flaw: Flaw, folder: Folder) -> Problem:
    """Find the place in the files that a flaw speaks of."""
    name, table, key = _place_of(flaw.path)
    remedy = flaw.remedy or likely(flaw.wanted, flaw.known)
    source = folder.sources[name]
    if name in ("queues.toml", MODES) and table[-2:-1] == ("queues",) and not source.key_line(table, key):
        table = (*table[:-2], "defaults")
    return Problem(source.file, source.line_of(table, key), shown(table), key, flaw.reason, remedy)


def _place_of(path: tuple[str, ...]) -> tuple[str, Place, str]:
    """Return file, table and key; times have another unit in the files than in the model."""
    match path:
        case ("direct", key):
            return "center.toml", ("direct",), key
        case ("entries", number, key):
            return "center.toml", ("entries", int(number)), key
        case ("queues", queue, "step", number, key):
            return "queues.toml", ("queues", queue, "step", int(number)), key
        case ("queues", queue, key):
            return "queues.toml", ("queues", queue), key
        case ("modes", mode, kind, name, "step", number, key):
            return MODES, ("modes", mode, kind, name, "step", int(number)), key
        case ("modes", mode, kind, name, key, *_):
            return MODES, ("modes", mode, kind, name), key
        case (_, flow, node, "choices", number, key):
            return f"{FLOWS}/{flow}.toml", (node, "choices", int(number)), key
        case (_, flow, node, key):
            return f"{FLOWS}/{flow}.toml", (node,), key.removesuffix("_ms") + "_s" if key.endswith("_ms") else key
        case (_, flow, "start"):
            return f"{FLOWS}/{flow}.toml", (), "start"
        case _:
            return f"{FLOWS}/{path[1]}.toml", path[2:], ""


def _secret_problems(shells: _Shells, settings: Settings, environment: Mapping[str, str]) -> list[Problem]:
    places: list[tuple[Place, str, SecretPlace | None]] = [
        (("sms", provider.name), "secret", provider.secret) for provider in settings.sms
    ]
    places += [(("store",), "password", settings.store.password), (("bus",), "password", settings.bus.password)]
    places += [(("modes_by_telephone",), "pin", settings.mode_pin)]
    places += [(("redis",), "password", settings.redis.password), (("redis",), "key", settings.redis.key)]
    problems = []
    for table, key, place in places:
        if place is not None and (reason := missing(place, settings.paths.config.parent, environment)):
            source = shells.source(str(table[0]))
            line = source.line_of(table, key)
            problems.append(Problem(source.file, line, shown(table), key, reason, "put the secret there"))
    return problems
