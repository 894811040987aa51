"""The command line: `contactcenter serve | demo | check | doctor | simulate | replay | report | user | …`.

Each command reads the settings, hands over to `app`, and says what happened in words; mistakes of the caller end with
exit status 2 and without a traceback.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table as ShownTable

import contactcenter
from contactcenter.app.places import read_settings
from contactcenter.model.words import Role
from contactcenter.settings import PROFILE_VARIABLE, Settings, SettingsError

__all__ = ["main"]

MISUSE = 2
MINUTE_MS = 60_000

out, err = Console(highlight=False), Console(stderr=True, highlight=False)
cli = typer.Typer(
    help="A contact centre for calls, chats and texts.", no_args_is_help=True, pretty_exceptions_enable=False
)
users = typer.Typer(help="People who sign in.", no_args_is_help=True)
phones = typer.Typer(help="Phones that register.", no_args_is_help=True)
customers = typer.Typer(help="The customer table.", no_args_is_help=True)
cli.add_typer(users, name="user")
cli.add_typer(phones, name="phone")
cli.add_typer(customers, name="customers")

Config = Annotated[Path, typer.Option("--config", help="The configuration folder.")]
Lan = Annotated[bool, typer.Option("--lan", help="Listen on the local network, for phones on other devices.")]
HERE = Path("config")


def _fail(reason: str) -> NoReturn:
    err.print(f"[red]error:[/red] {reason}", markup=True, soft_wrap=True)
    raise typer.Exit(MISUSE)


def _settings(folder: Path, lan: str = "", at: int | None = None) -> Settings:
    try:
        return read_settings(folder, lan, at)
    except SettingsError as mistakes:
        for problem in mistakes.problems:
            err.print(str(problem), markup=False, soft_wrap=True)
        count = len(mistakes.problems)
        _fail(f"{folder} has {count} mistake{'s' if count != 1 else ''}; nothing was started")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn the known mistakes of a command into one line."""
    from contactcenter.adapters.accounts.people import AccountError
    from contactcenter.app.accounts import NotConfigured
    from contactcenter.runtime.ports import StoreUnusable

    try:
        yield
    except (AccountError, NotConfigured, StoreUnusable, ValueError) as mistake:
        _fail(str(mistake))
    except OSError as failure:
        _fail(f"{failure.strerror or failure}: {failure.filename}" if failure.filename else str(failure))


@cli.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    profile: Annotated[str, typer.Option(envvar=PROFILE_VARIABLE, help="`site`: read site.toml too.")] = "",
) -> None:
    """A contact centre for calls, chats and texts."""
    if version:
        out.print(contactcenter.__version__)
        raise typer.Exit
    if profile:
        os.environ[PROFILE_VARIABLE] = profile  # where the processes that a command starts find it too


# --- running


@cli.command()
def serve(config: Config = HERE, lan: Lan = False) -> None:
    """Run the centre: engine, desk and media workers, supervised."""
    from contactcenter.app.demo import run_centre

    address = _address(lan)
    with _told():
        status = asyncio.run(run_centre(_settings(config, address), config, address, with_traffic=False))
    raise typer.Exit(status)


@cli.command()
def demo(config: Config = HERE, lan: Lan = False) -> None:
    """Run the example centre with simulated callers, agents, chats and texts over the real protocols."""
    from contactcenter.app.demo import demo_settings, run_centre

    address = _address(lan)
    settings = demo_settings(lambda: _settings(config, address))
    with _told():
        status = asyncio.run(run_centre(settings, config, address, with_traffic=True))
    raise typer.Exit(status)


def _address(lan: bool) -> str:
    from contactcenter.app.serve import local_address

    return local_address() if lan else ""


@cli.command(hidden=True)
def traffic(config: Config = HERE) -> None:
    """Run the simulated people (`demo` does)."""
    from contactcenter.app.logs import set_up_logs
    from contactcenter.app.traffic.people import run_traffic

    set_up_logs("traffic")
    raise typer.Exit(asyncio.run(run_traffic(_settings(config))))


@cli.command(hidden=True)
def engine(config: Config = HERE, lan: Annotated[str, typer.Option()] = "") -> None:
    """Run the engine process (`serve` does)."""
    from contactcenter.app.engine import run_engine
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("engine")
    raise typer.Exit(run_in_loop(run_engine(_settings(config, lan))))


@cli.command(hidden=True)
def desk(config: Config = HERE, lan: Annotated[str, typer.Option()] = "") -> None:
    """Run the desk process (`serve` does)."""
    from contactcenter.app.desk import run_desk_process
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("desk")
    raise typer.Exit(run_in_loop(run_desk_process(_settings(config, lan))))


@cli.command()
def display(config: Config = HERE, lan: Lan = False) -> None:
    """Run a desk that only shows wallboards, from the records and Redis; several may run, on other machines too."""
    from contactcenter.app.display import run_display_process
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("display")
    raise typer.Exit(run_in_loop(run_display_process(_settings(config, _address(lan)))))


@cli.command()
def check(config: Annotated[Path, typer.Argument(help="The configuration folder.")] = HERE) -> None:
    """Say all that is wrong with a configuration."""
    settings = _settings(config)
    center = settings.center
    out.print(
        f"{config} is good: {len(center.queues)} queues, {len(center.agents)} agents, {len(center.stations)} stations, "
        f"{len(center.flows)} flows, {len(center.entries)} entries"
    )


@cli.command()
def doctor(
    config: Config = HERE,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at this machine and the servers beside it, and say what to do; 0 all well, 1 warnings, 2 errors."""
    from contactcenter.app.doctor.examination import examine
    from contactcenter.app.doctor.findings import status_of
    from contactcenter.app.doctor.telling import as_json, tell

    checked = asyncio.run(examine(config))
    if json:
        typer.echo(as_json(checked))
    else:
        tell(out, checked)
    raise typer.Exit(status_of([finding for each in checked for finding in each.findings]))


# --- looking back, looking ahead


@cli.command()
def simulate(
    config: Annotated[Path, typer.Argument(help="The configuration folder.")] = HERE,
    hours: Annotated[int, typer.Option(min=1, max=24 * 31, help="Virtual hours.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed gives the same day.")] = 7,
) -> None:
    """Run the same centre in virtual time and print its day."""
    from contactcenter.app.simulation import START_AT, print_simulation

    # The calendars as of the simulated day, so that the same seed gives the same trace on any day.
    raise typer.Exit(print_simulation(_settings(config, at=START_AT).center, hours, seed))


@cli.command()
def replay(
    config: Config = HERE,
    verify: Annotated[bool, typer.Option("--verify", help="Decide every entry again and compare.")] = False,
) -> None:
    """Read the journal again: count it, or prove that it would be decided the same."""
    from contactcenter.app.history import count_journal, verify_journal

    settings = _settings(config)
    with _told():
        if not verify:
            out.print(count_journal(settings))
            return
        verdict = verify_journal(settings)
    if verdict.difference is not None:
        err.print(f"[red]differs:[/red] {verdict.difference}", soft_wrap=True)
        raise typer.Exit(1)
    others = f", {verdict.applied} of other versions applied" if verdict.applied else ""
    out.print(f"{verdict.decided} entries decided again and found equal{others}")


@cli.command()
def why(
    contact: Annotated[str, typer.Argument(help="A contact's id, as reports and consoles show it.")],
    config: Config = HERE,
    everybody: Annotated[bool, typer.Option("--all", help="Show who was signed out or lacks the skill too.")] = False,
) -> None:
    """Explain each offer of a contact: who could have been asked, in which order, and what excluded the rest."""
    from contactcenter.app.why import explained, tables_of

    settings = _settings(config)
    with _told():
        found = explained(settings, contact)
    for title, rows, left_out in tables_of(found, settings.time_zone, everybody):
        shown = ShownTable("", "agent", "score", "idle for", "", title=title, title_justify="left")
        for row in rows:
            shown.add_row(*row)
        out.print(shown)
        if left_out:
            out.print(f"{left_out} more were signed out or lack what the queue asks for (--all shows them)")
    if not found.choices:
        out.print("this contact was never offered to anybody")


@cli.command()
def report(
    kind: Annotated[str, typer.Argument(help="intervals, agents or contacts")],
    config: Config = HERE,
    first_day: Annotated[str, typer.Option("--from", help="YYYY-MM-DD, today when left out")] = "",
    last_day: Annotated[str, typer.Option("--to", help="YYYY-MM-DD, the same day when left out")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=1_440, help="Length of an interval.")] = 15,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Print a report: intervals, agents or contacts."""
    from contactcenter.app.history import history_table, span_of
    from contactcenter.app.tables import show
    from contactcenter.reports.tables import to_csv

    settings = _settings(config)
    with _told():
        table = history_table(settings, kind, span_of(settings, first_day, last_day), minutes * MINUTE_MS)
    if csv:
        typer.echo(to_csv(table), nl=False)
    else:
        show(out, table, settings.time_zone)


# --- accounts


@users.command("add")
def user_add(
    name: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.AGENT,
    agent: Annotated[str, typer.Option(help="The agent's id in agents.toml.")] = "",
    config: Config = HERE,
) -> None:
    """Create a sign-in; its random password is shown once."""
    from contactcenter.app.accounts import add_person

    with _told():
        password = asyncio.run(add_person(_settings(config), name, role, agent))
    out.print(f"{name} may sign in as {role} with the password  {password}  (shown this once)", markup=False)


@users.command("reset")
def user_reset(name: str, config: Config = HERE) -> None:
    """Give a sign-in a new random password."""
    from contactcenter.app.accounts import reset_person

    with _told():
        password = asyncio.run(reset_person(_settings(config), name))
    out.print(f"{name}'s new password is  {password}  (shown this once)", markup=False)


@users.command("disable")
def user_disable(name: str, config: Config = HERE) -> None:
    """Close a sign-in with all its sessions."""
    from contactcenter.app.accounts import disable_person

    with _told():
        asyncio.run(disable_person(_settings(config), name))
    out.print(f"{name} cannot sign in any more", markup=False)


@users.command("list")
def user_list(config: Config = HERE) -> None:
    """List all sign-ins."""
    from contactcenter.app.accounts import list_people

    shown = ShownTable("name", "role", "agent", "state")
    with _told():
        people = asyncio.run(list_people(_settings(config)))
    for person in people:
        shown.add_row(person.name, person.role, person.agent or "", "disabled" if person.disabled else "")
    out.print(shown)


@phones.command("add")
def phone_add(
    station: Annotated[str, typer.Argument(help="The station's id in stations.toml.")],
    md5: Annotated[bool, typer.Option("--md5", help="For phones that know no SHA-256.")] = False,
    config: Config = HERE,
) -> None:
    """Create a phone's account; its random secret is shown once."""
    from contactcenter.app.accounts import add_phone

    settings = _settings(config)
    with _told():
        secret = asyncio.run(add_phone(settings, station, "MD5" if md5 else "SHA-256"))
    host = settings.sip.advertised or settings.sip.bind
    out.print(f"type into the phone: server {host}:{settings.sip.port} (UDP), user {station}, password {secret}")
    out.print("the password is shown this once", markup=False)


@phones.command("list")
def phone_list(config: Config = HERE) -> None:
    """List all phone accounts."""
    from contactcenter.app.accounts import list_phones

    shown = ShownTable("station", "algorithm", "label")
    with _told():
        known = asyncio.run(list_phones(_settings(config)))
    for phone in known:
        shown.add_row(phone.station, phone.algorithm, phone.label)
    out.print(shown)


# --- customers


@customers.command("import")
def customers_import(
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line.")], config: Config = HERE
) -> None:
    """Bring customers in from a CSV file; each bad row is named."""
    from contactcenter.app.customers import import_file

    with _told():
        raise typer.Exit(asyncio.run(import_file(_settings(config), file, out, err)))


@customers.command("erase")
def customers_erase(customer: Annotated[str, typer.Argument(help="The customer's id.")], config: Config = HERE) -> None:
    """Destroy all that is kept of a customer; the centre must run."""
    from contactcenter.app.customers import erase

    with _told():
        raise typer.Exit(asyncio.run(erase(_settings(config), customer, out, err)))


def main() -> None:
    """Run the command line; whatever its commands and their children write is for this user alone."""
    os.umask(0o077)
    cli()


if __name__ == "__main__":
    main()
