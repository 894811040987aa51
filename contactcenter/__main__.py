"""The command line: `contactcenter serve | demo | check | doctor | simulate | replay | report | user | …`.

Each command reads the settings, hands over to `app`, and says what happened in words; mistakes of the caller end with
exit status 2 and without a traceback.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as ShownTable

import contactcenter
from contactcenter.app.commands.accounts import phones, users
from contactcenter.app.commands.customers import customers
from contactcenter.app.commands.shared import HERE, Config, err, fail, mistakes_told, out, settings_of, told
from contactcenter.app.places import read_scenarios
from contactcenter.settings import PROFILE_VARIABLE

__all__ = ["main"]

MINUTE_MS = 60_000

cli = typer.Typer(
    help="A contact centre for calls, chats and texts.", no_args_is_help=True, pretty_exceptions_enable=False
)
cli.add_typer(users, name="user")
cli.add_typer(phones, name="phone")
cli.add_typer(customers, name="customers")

Lan = Annotated[bool, typer.Option("--lan", help="Listen on the local network, for phones on other devices.")]


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
    with told():
        status = asyncio.run(run_centre(settings_of(config, address), config, address, with_traffic=False))
    raise typer.Exit(status)


@cli.command()
def demo(config: Config = HERE, lan: Lan = False) -> None:
    """Run the example centre with simulated callers, agents, chats and texts over the real protocols."""
    from contactcenter.app.demo import demo_settings, run_centre

    address = _address(lan)
    settings = demo_settings(lambda: settings_of(config, address))
    with told():
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
    raise typer.Exit(asyncio.run(run_traffic(settings_of(config))))


@cli.command(hidden=True)
def keeper(config: Config = HERE, lan: Annotated[str, typer.Option()] = "") -> None:
    """Run the process that keeps snapshots of the journal (`serve` does)."""
    from contactcenter.app.keeper import run_keeper
    from contactcenter.app.logs import set_up_logs

    set_up_logs("keeper")
    raise typer.Exit(asyncio.run(run_keeper(settings_of(config, lan))))


@cli.command(hidden=True)
def engine(config: Config = HERE, lan: Annotated[str, typer.Option()] = "") -> None:
    """Run the engine process (`serve` does)."""
    from contactcenter.app.engine import run_engine
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("engine")
    raise typer.Exit(run_in_loop(run_engine(settings_of(config, lan))))


@cli.command(hidden=True)
def desk(config: Config = HERE, lan: Annotated[str, typer.Option()] = "") -> None:
    """Run the desk process (`serve` does)."""
    from contactcenter.app.desk import run_desk_process
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("desk")
    raise typer.Exit(run_in_loop(run_desk_process(settings_of(config, lan))))


@cli.command()
def display(config: Config = HERE, lan: Lan = False) -> None:
    """Run a desk that only shows wallboards, from the records and Redis; several may run, on other machines too."""
    from contactcenter.app.display import run_display_process
    from contactcenter.app.event_loop import run_in_loop
    from contactcenter.app.logs import set_up_logs

    set_up_logs("display")
    raise typer.Exit(run_in_loop(run_display_process(settings_of(config, _address(lan)))))


@cli.command()
def check(config: Annotated[Path, typer.Argument(help="The configuration folder.")] = HERE) -> None:
    """Say all that is wrong with a configuration."""
    with mistakes_told(config):
        settings, scenarios = read_scenarios(config)
    center = settings.center
    out.print(
        f"{config} is good: {len(center.queues)} queues, {len(center.agents)} agents, {len(center.stations)} stations, "
        f"{len(center.flows)} flows, {len(center.entries)} entries, {len(center.modes)} modes, "
        f"{len(scenarios)} scenarios"
    )
    for warning in settings.warnings:
        out.print(f"warning: {warning}", markup=False)


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
    scenario: Annotated[str, typer.Option(help="A file of CONFIG/scenarios, without .toml: what if?")] = "",
    picture: Annotated[Path | None, typer.Option(help="Draw a scenario's answer into this SVG file.")] = None,
) -> None:
    """Run the same centre in virtual time and print its day, or what a scenario would change."""
    from contactcenter.app.simulation import START_AT, print_answer, print_simulation

    # The calendars as of the simulated day, so that the same seed gives the same trace on any day.
    if not scenario:
        raise typer.Exit(print_simulation(settings_of(config, at=START_AT).center, hours, seed))
    with mistakes_told(config):
        settings, scenarios = read_scenarios(config, at=START_AT)
    chosen = {each.id: each for each in scenarios}
    if scenario not in chosen:
        fail(f"there is no scenario {scenario!r} in {config}/scenarios; known: {', '.join(chosen) or 'none'}")
    with told():
        print_answer(settings.center, chosen[scenario], seed, picture)


@cli.command()
def replay(
    config: Config = HERE,
    verify: Annotated[bool, typer.Option("--verify", help="Decide every entry again and compare.")] = False,
) -> None:
    """Read the journal again: count it, or prove that it would be decided the same."""
    from contactcenter.app.history import count_journal, verify_journal

    settings = settings_of(config)
    with told():
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
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Explain each offer of a contact: who could have been asked, in which order, and what excluded the rest."""
    from contactcenter.app.why import as_json, explained, tables_of

    settings = settings_of(config)
    with told():
        found = explained(settings, contact)
    if json:
        typer.echo(as_json(found))
        return
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
    kind: Annotated[str, typer.Argument(help="intervals, agents, contacts or modes")],
    config: Config = HERE,
    first_day: Annotated[str, typer.Option("--from", help="YYYY-MM-DD, today when left out")] = "",
    last_day: Annotated[str, typer.Option("--to", help="YYYY-MM-DD, the same day when left out")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=1_440, help="Length of an interval.")] = 15,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Print a report: intervals, agents, contacts or modes."""
    from contactcenter.app.history import history_table, span_of
    from contactcenter.app.tables import show
    from contactcenter.reports.tables import to_csv

    settings = settings_of(config)
    with told():
        table = history_table(settings, kind, span_of(settings, first_day, last_day), minutes * MINUTE_MS)
    if csv:
        typer.echo(to_csv(table), nl=False)
    else:
        show(out, table, settings.time_zone)


@cli.command()
def mode(
    name: Annotated[str, typer.Argument(help="A mode of modes.toml, or normal; left out, what holds is shown.")] = "",
    queue: Annotated[str, typer.Option(help="One queue alone; left out, the whole centre.")] = "",
    minutes: Annotated[int, typer.Option(min=0, help="For how long; 0 is as long as modes.toml says.")] = 0,
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = "",
    config: Config = HERE,
) -> None:
    """Put the running centre, or one queue, into a mode; or show what holds."""
    from contactcenter.app.modes import shown, switch

    with told():
        if not name:
            out.print(shown(settings_of(config)))
            return
        asyncio.run(switch(settings_of(config), name, queue, minutes, reason))
    out.print(f"{queue or 'the centre'} is {name}", markup=False)


def main() -> None:
    """Run the command line; whatever its commands and their children write is for this user alone."""
    os.umask(0o077)
    cli()


if __name__ == "__main__":
    main()
