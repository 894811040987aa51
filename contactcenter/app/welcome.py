"""What a person reads who has just started a centre: where the pages are, who may sign in, and how to take part.

Passwords are shown here and nowhere else.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from contactcenter.app.serve import reached_at
from contactcenter.app.sign_ins import Cast, Seat
from contactcenter.model.words import Channel
from contactcenter.settings import Settings

__all__ = ["say_demo", "say_serve"]

PAGES = (
    ("", "all pages"),
    ("console", "agents: take calls, chats and texts"),
    ("wallboard", "what happens now, in every queue"),
    ("reports", "what happened, as tables (supervisor)"),
    ("chat", "write to the centre as a customer"),
)
COMMANDS = (
    ("user add NAME --role agent --agent ID", "a sign-in for an agent of agents.toml; or --role supervisor"),
    ("user reset NAME", "a new password"),
    ("phone add STATION", "an account for a telephone, and what to type into it; --md5 for one without SHA-256"),
)


def say_serve(out: Console, settings: Settings, lan: str, password: str | None) -> None:
    """Explain a centre without traffic; `password` is the new administrator's, at the very first start."""
    _say_pages(out, settings, lan)
    if password is not None:
        out.print(f"sign in as  [bold]admin[/bold]  with the password  [bold]{password}[/bold]  (shown this once)")
    out.print("\nmore people and phones:")
    _say_rows(out, [(f"{_command()} {words}", what) for words, what in COMMANDS])
    _say_numbers(out, settings, lan)
    _say_end(out, settings)


def say_demo(out: Console, settings: Settings, lan: str, cast: Cast) -> None:
    """Explain a demonstration."""
    _say_pages(out, settings, lan)
    out.print("sign in with these names and passwords, new at each start:")
    rows = [(f"[bold]{name}[/bold]", f"[bold]{password}[/bold]", "") for name, password in cast.others.items()]
    rows.append((f"[bold]{cast.person.name}[/bold]", f"[bold]{cast.person.password}[/bold]", "an agent, kept for you"))
    rows += [(seat.name, seat.password, "[dim]simulated, until you sign in[/dim]") for seat in cast.simulated]
    _say_rows(out, rows)
    _say_part(out, settings, lan, cast.person)
    _say_numbers(out, settings, lan)
    _say_end(out, settings)


def _say_pages(out: Console, settings: Settings, lan: str) -> None:
    out.print(f"\n[bold green]{settings.center.name} is open[/bold green]\n")
    _say_rows(out, [(_url(settings, lan, page), what) for page, what in PAGES])
    out.print()


def _say_part(out: Console, settings: Settings, lan: str, person: Seat) -> None:
    """Say what to do, step by step, to be an agent and to be a customer."""
    steps = (
        f"open {_url(settings, lan, 'console')}, sign in as {person.name}, choose no phone, press Ready:"
        " soon a chat or a text is offered to you; press Accept and write",
        f"open {_url(settings, lan, 'chat')} in another window and be a customer",
        f"to take calls too, enter this into any softphone{' on this network' if lan else ' on this machine'}:"
        f" server [bold]{_sip(settings, lan)}[/bold] (UDP), user [bold]{person.station}[/bold],"
        f" password [bold]{person.secret}[/bold];\n     then choose station {person.station} in the console",
    )
    out.print("\ntake part:")
    for number, step in enumerate(steps, 1):
        out.print(f"  {number}. {step}")


def _say_numbers(out: Console, settings: Settings, lan: str) -> None:
    entries = [entry for entry in settings.center.entries if entry.channel is Channel.VOICE and entry.agent is None]
    numbers = " or ".join(f"[bold]{entry.address}[/bold] ({entry.language})" for entry in entries)
    if numbers:
        whence = "a softphone on this machine needs no account for that" if not lan else "from a phone with an account"
        out.print(f"\nto call the centre, dial {numbers}  at {_sip(settings, lan)}; {whence}")
    if lan == "127.0.0.1":
        out.print("[yellow]this machine has no address on a local network: nobody else reaches it[/yellow]")
    elif lan:
        out.print("[yellow]everybody on this network reaches the pages, unencrypted: for trying out only[/yellow]")


def _say_end(out: Console, settings: Settings) -> None:
    var = shlex.quote(_short(settings.paths.var))
    apart = "" if not os.environ.get("CONTACTCENTER__PATHS__VAR") else f"CONTACTCENTER__PATHS__VAR={var} "
    out.print(f"\nreports here:  {apart}{_command()} report contacts    (or intervals, agents)")
    out.print(f"records and logs are in {var}; Ctrl-C ends everything\n")


def _say_rows(out: Console, rows: Sequence[Sequence[str]]) -> None:
    """Print rows with their columns below each other, each on one line however long it is."""
    widths = [max(Text.from_markup(cell).cell_len for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            cell + " " * (width - Text.from_markup(cell).cell_len) for cell, width in zip(row, widths, strict=True)
        ]
        out.print("  " + "   ".join(padded).rstrip())


def _url(settings: Settings, lan: str, page: str) -> str:
    return f"http://{lan or reached_at(settings.http.bind)}:{settings.http.port}/{page}"


def _sip(settings: Settings, lan: str) -> str:
    return f"{lan or settings.sip.advertised or reached_at(settings.sip.bind)}:{settings.sip.port}"


def _command() -> str:
    """Return how a person calls our command line from here."""
    beside = Path(sys.executable).with_name("contactcenter")
    return _short(beside) if beside.exists() else f"{_short(Path(sys.executable))} -m contactcenter"


def _short(path: Path) -> str:
    """Return a path as short as it can be typed here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
