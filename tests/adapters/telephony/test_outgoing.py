"""Calls that agents ask for, over real SIP and RTP: her phone, then the customer's behind the trunk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.model import events, facts
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.words import ContactOutcome, DialOutcome, LegRole, LegState, Party, RecordingState
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MUSIC_HZ, RINGING_HZ, TRUNK_HOST, Hotline, heard
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.programs import agents_by_sipp
from tests.real.children import Children
from tests.stories.centre import small_config

NUMBER, SHOWN = "+8613912345678", "+861095598000"
AGENT = Manner(answer_after_ms=100, sound=tone_samples(AGENT_HZ))
CUSTOMER = Manner(answer_after_ms=400, sound=tone_samples(CALLER_HZ))
SILENT = Manner(answer_after_ms=None)


@asynccontextmanager
async def calling_out(folder: Path, port: int, host: str = TRUNK_HOST, **rules: int) -> AsyncIterator[Hotline]:
    """A hotline whose trunk takes calls at a port."""
    outgoing = OutgoingConfig("carrier", SHOWN, **rules)  # type: ignore[arg-type]
    config = msgspec.structs.replace(small_config(), outgoing=outgoing)
    trunk = TrunkRule("carrier", (f"{TRUNK_HOST}/32",))
    places = OutgoingRules({"carrier": f"sip:{host}:{port}"}, lambda number: number.startswith("+86"))
    line = await Hotline(folder, config, AdmissionRules((trunk,)), places).start()
    try:
        yield line
    finally:
        await line.stop()


@asynccontextmanager
async def customers(manner: Manner) -> AsyncIterator[PhoneBank]:
    """Everybody behind the trunk."""
    bank = await PhoneBank(TRUNK_HOST, stranger=manner).start()
    try:
        yield bank
    finally:
        await bank.stop()


async def ended(line: Hotline, outcome: ContactOutcome) -> None:
    """Wait until the contact is over, and no line is left."""
    await line.happened(facts.ContactEnded, outcome=outcome)
    await until(lambda: line.telephony.legs_held() == (), "no leg is left")


async def test_both_hear_each_other_and_are_recorded(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(CUSTOMER) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        await until(lambda: bool(outside.calls), "the customer's phone rings")
        (agent,), (customer,) = desk.calls.values(), outside.calls.values()
        assert (agent.caller, customer.caller) == (NUMBER, SHOWN)
        await line.happened(facts.TalkStarted)
        await heard(agent.rtp.heard_hz, CALLER_HZ)
        await heard(customer.rtp.heard_hz, AGENT_HZ)
        agent.hold()
        await heard(customer.rtp.heard_hz, MUSIC_HZ)
        agent.hold(held=False)
        await heard(customer.rtp.heard_hz, AGENT_HZ)
        customer.hang_up()
        assert (await line.happened(facts.TalkEnded)).by is Party.CUSTOMER
        await until(agent.ended.is_set, "the agent's phone is freed")
        stored = await line.happened(facts.RecordingChanged, state=RecordingState.STORED)
        tape = line.folder / "tapes" / stored.name
        assert near(dominant_frequency_hz(channel(tape, 0)[2_000:6_000]), CALLER_HZ)
        assert near(dominant_frequency_hz(channel(tape, 1)[2_000:6_000]), AGENT_HZ)
        await until(lambda: line.telephony.legs_held() == (), "no leg is left")


async def test_she_hears_it_ring_and_gives_up(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(SILENT) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        await line.happened(facts.LegChanged, role=LegRole.CALLED, state=LegState.ALERTING)
        (agent,), (customer,) = desk.calls.values(), outside.calls.values()
        await heard(agent.rtp.heard_hz, RINGING_HZ)
        agent.hang_up()
        await until(customer.ended.is_set, "the customer's phone stops ringing")
        await ended(line, ContactOutcome.CANCELLED)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(486, ContactOutcome.BUSY), (603, ContactOutcome.REFUSED), (404, ContactOutcome.UNREACHABLE)],
)
async def test_a_customer_who_cannot_be_had(
    tmp_path: Path, desk: PhoneBank, status: int, outcome: ContactOutcome
) -> None:
    async with customers(Manner(refuse_status=status)) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        assert (await line.happened(facts.DialEnded)).status == status
        await ended(line, outcome)
        await until(lambda: not desk.calls, "the agent's phone is freed")


async def test_nobody_answers_in_time(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(SILENT) as outside, calling_out(tmp_path, outside.port, ring_ms=1_000) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        await until(lambda: bool(outside.calls), "the customer's phone rings")
        (customer,) = outside.calls.values()
        await ended(line, ContactOutcome.NO_ANSWER)
        await until(customer.ended.is_set, "the customer's phone stops ringing")


async def test_a_number_that_the_edge_forbids_is_never_dialled(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(CUSTOMER) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial("+882123456789")
        assert (await line.happened(facts.DialEnded)).outcome is DialOutcome.REFUSED
        assert not outside.calls


async def test_a_trunk_without_an_address_leads_nowhere(tmp_path: Path, desk: PhoneBank) -> None:
    async with calling_out(tmp_path, 9, host="no-such-host.invalid") as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        await ended(line, ContactOutcome.REFUSED)


async def test_a_successor_withdraws_what_rang_at_the_customers(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(SILENT) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        await line.happened(facts.LegChanged, role=LegRole.CALLED, state=LegState.ALERTING)
        (customer,) = outside.calls.values()
        port = line.telephony.port
        await line.crash()
        successor = await Hotline(tmp_path, line.config, line.rules, line.outgoing).start(port)
        await until(customer.ended.is_set, "the customer's phone stops ringing")
        await ended(successor, ContactOutcome.FAILED_NODE)
        line.telephony, line.engine, line.journal = successor.telephony, successor.engine, successor.journal


async def test_a_customer_of_other_make_answers_and_is_told_goodbye(
    tmp_path: Path, desk: PhoneBank, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    port = free_port()
    customer = agents_by_sipp(children, sipp, port, media=free_port(4), calls=1)
    async with calling_out(tmp_path, port, host="127.0.0.1") as line:
        await line.desk(desk, "anna-phone", AGENT)
        await line.sign_in("anna")
        line.dial(NUMBER)
        started = await line.happened(facts.TalkStarted)
        (agent,) = desk.calls.values()
        await heard(agent.rtp.heard_hz, AGENT_HZ)  # sipp says what it hears
        line.engine.post(events.ContactClosed(started.agent, started.contact))
        await until(lambda: not customer.is_alive(), "the customer is done")
        assert customer.wait() == 0, customer.text()
