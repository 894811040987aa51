"""The UDP socket under the endpoint: what comes is handed on, what cannot go is counted, and waiting is noticed."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator

import pytest

from contactcenter.adapters.sip_transport import SO_TIMESTAMPNS, Lateness, SipTransport, bind_socket, waited_ms
from contactcenter.sip.element import EndpointSettings
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.grammar import Address

WITHIN_S = 30.0


class Element:
    """A transport with its endpoint, on a free port of loopback."""

    def __init__(self) -> None:
        self.socket = bind_socket("127.0.0.1", 0)
        self.address = Address("127.0.0.1", self.socket.getsockname()[1])
        settings = EndpointSettings(
            self.address, realm="test", secret=bytes(32), accounts=lambda _: None, trusts=lambda _: True
        )
        self.transport = SipTransport(Endpoint(settings, lambda: "token"), lambda event: None)


@pytest.fixture
async def element() -> AsyncIterator[Element]:
    element = Element()
    await element.transport.start(element.socket)
    yield element
    await element.transport.stop()


def options(to: Address, sender: socket.socket, number: int) -> bytes:
    host, port = sender.getsockname()
    return (
        f"OPTIONS sip:{to.host}:{to.port} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{number}\r\n"
        f"From: <sip:a@{host}>;tag=1\r\nTo: <sip:{to.host}>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def test_a_burst_is_answered_datagram_by_datagram(element: Element) -> None:
    with bind_socket("127.0.0.1", 0) as phone:
        for number in range(40):
            phone.sendto(options(element.address, phone, number), (element.address.host, element.address.port))
        loop = asyncio.get_running_loop()
        answers = [await asyncio.wait_for(loop.sock_recv(phone, 2_000), WITHIN_S) for _ in range(40)]
    assert all(answer.startswith(b"SIP/2.0 200") for answer in answers)
    assert not element.transport.lateness.lasts(element.transport.now())


async def test_what_the_kernel_does_not_send_is_counted(element: Element) -> None:
    with bind_socket("127.0.0.1", 0) as phone:
        phone.sendto(options(element.address, phone, 1), (element.address.host, element.address.port))
        element.transport._send(bytes(70_000), Address(*phone.getsockname()))  # longer than any datagram
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(loop.sock_recv(phone, 2_000), WITHIN_S)
    assert element.transport.send_faults == 1


async def test_nothing_is_sent_or_taken_after_the_end(element: Element) -> None:
    await element.transport.stop()
    await element.transport.stop()
    element.transport._send(b"late", element.address)
    element.transport._receive()
    assert element.transport.send_faults == 0


def test_the_kernel_s_note_says_how_long_a_datagram_waited() -> None:
    note = (socket.SOL_SOCKET, SO_TIMESTAMPNS, struct.pack("@ll", 100, 250_000_000))
    assert waited_ms([(socket.SOL_SOCKET, 1, b""), note], 100_700_000_000) == 450
    assert waited_ms([], 100_700_000_000) == 0


def test_the_kernel_does_take_note() -> None:
    with bind_socket("127.0.0.1", 0) as receiver, bind_socket("127.0.0.1", 0) as sender:
        sender.sendto(b"x", receiver.getsockname())
        _, notes, _, _ = receiver.recvmsg(10, 100)
    assert [kind for _, kind, _ in notes] == [SO_TIMESTAMPNS]
    assert 0 <= waited_ms(notes, time.time_ns()) < WITHIN_S * 1_000


def test_a_hiccup_turns_nobody_away_but_lasting_lateness_does() -> None:
    lateness = Lateness()
    lateness.note(400, 1_000)
    assert not lateness.lasts(1_100), "only just"
    lateness.note(350, 1_200)
    assert lateness.lasts(1_200)
    lateness.note(199, 1_210)
    assert not lateness.lasts(1_300)
    lateness.note(-5, 1_300)
    assert lateness.last_ms == 0, "the wall clock was set back"
