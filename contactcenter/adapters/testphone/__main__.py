"""The test phone as a program: `python -m contactcenter.adapters.testphone answer …` or `… call …`.

`answer` registers a phone and answers what rings; `call` places calls and says what was heard, as one line each.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, RegistrationFailed
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.sip.grammar import DEFAULT_PORT, Address

__all__ = ["cli"]

FAILED = 1
ANSWER_WITHIN_S = 30.0

out = Console(highlight=False)
cli = typer.Typer(help="Test phones that speak SIP and RTP.", no_args_is_help=True, pretty_exceptions_enable=False)

Server = Annotated[str, typer.Option(help="The centre's SIP address, host or host:port.")]
Host = Annotated[str, typer.Option(help="The address of this machine to call from.")]
Tone = Annotated[int, typer.Option(help="The tone that the phone says, in Hz; 0 for silence.")]


def _address(text: str) -> Address:
    host, _, port = text.partition(":")
    return Address(host, int(port) if port.isdigit() else DEFAULT_PORT)


@cli.command()
def answer(
    name: Annotated[str, typer.Argument(help="The station to register as.")],
    secret: Annotated[str, typer.Option(envvar="TESTPHONE_SECRET", help="The phone's secret.", prompt=True)],
    server: Server = "127.0.0.1:5060",
    host: Host = "127.0.0.1",
    tone_hz: Tone = 440,
    after_ms: Annotated[int, typer.Option(help="How long it rings before it answers.")] = 1_000,
    talk_ms: Annotated[int, typer.Option(help="How long it talks before it hangs up; 0 for ever.")] = 0,
) -> None:
    """Register a phone, and answer every call until interrupted."""
    manner = Manner(after_ms, sound=tone_samples(tone_hz), hang_up_after_ms=talk_ms or None)
    try:
        asyncio.run(_answer(name, secret, _address(server), host, manner))
    except RegistrationFailed as refused:
        out.print(f"the registration was refused: {refused}")
        raise typer.Exit(FAILED) from None
    except (KeyboardInterrupt, TimeoutError):
        out.print("ended")


async def _answer(name: str, secret: str, server: Address, host: str, manner: Manner) -> None:
    bank = await PhoneBank(host).start()
    try:
        line = await bank.register(name, secret, server, manner)
        line.on_call = lambda call: out.print(f"rings: {call.caller}", markup=False)
        out.print(f"{name} is registered", markup=False)
        await asyncio.Event().wait()
    finally:
        await bank.stop()


@cli.command()
def call(
    number: Annotated[str, typer.Argument(help="The number to dial.")],
    server: Server = "127.0.0.1:5060",
    host: Host = "127.0.0.1",
    caller: Annotated[str, typer.Option(help="The caller's number.")] = "+861012340001",
    keys: Annotated[str, typer.Option(help="Keys to press, one after another.")] = "",
    after_ms: Annotated[int, typer.Option(help="When to press them after the answer.")] = 2_000,
    stay_ms: Annotated[int, typer.Option(help="When to hang up after the answer.")] = 10_000,
    calls: Annotated[int, typer.Option(min=1, max=500, help="How many calls at once.")] = 1,
    tone_hz: Tone = 440,
) -> None:
    """Place calls, and say for each how it went and which tone was heard last."""
    plan = _Plan(number, _address(server), caller, keys, after_ms / 1_000, stay_ms / 1_000, tone_hz)
    answered = asyncio.run(_call_all(plan, host, calls))
    if answered < calls:
        raise typer.Exit(FAILED)


class _Plan:
    """What one call of the command line is to do."""

    def __init__(
        self, number: str, server: Address, caller: str, keys: str, keys_after_s: float, stay_s: float, tone_hz: int
    ) -> None:
        self.number = number
        self.server = server
        self.caller = caller
        self.keys = keys
        self.keys_after_s = keys_after_s
        self.stay_s = stay_s
        self.manner = Manner(sound=tone_samples(tone_hz))


async def _call_all(plan: _Plan, host: str, calls: int) -> int:
    bank = await PhoneBank(host).start()
    try:
        return sum(await asyncio.gather(*(_call(bank, plan) for _ in range(calls))))
    finally:
        await bank.stop()


async def _call(bank: PhoneBank, plan: _Plan) -> bool:
    """Place one call; True if it was answered."""
    placed = bank.dial(plan.number, plan.server, plan.caller, plan.manner)
    either = [asyncio.create_task(event.wait()) for event in (placed.answered, placed.ended)]
    await asyncio.wait(either, timeout=ANSWER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
    for waiting in either:
        waiting.cancel()
    if not placed.answered.is_set():
        out.print(f"not answered: {placed.status or 'nobody there'}", markup=False)
        placed.hang_up()
        return False
    if plan.keys:
        await asyncio.sleep(plan.keys_after_s)
        placed.press(plan.keys)
    try:
        async with asyncio.timeout(plan.stay_s):
            await placed.ended.wait()
    except TimeoutError:
        pass
    ended = "the centre hung up" if placed.ended.is_set() else "hung up"
    out.print(f"{ended}; heard {placed.rtp.heard_hz()} Hz, {placed.rtp.packets_heard} packets", markup=False)
    placed.hang_up()
    return True


if __name__ == "__main__":
    cli()
