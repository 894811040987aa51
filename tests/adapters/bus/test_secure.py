"""The bus over TLS: the centre speaks only with a broker that an authority it trusts vouches for."""

from __future__ import annotations

import asyncio
import gc
import ssl
from datetime import timedelta
from pathlib import Path

import aiomqtt
import msgspec
import pytest

from tests.adapters.bus.broker import Broker
from tests.adapters.desk.house import open_house
from tests.real.certificates import Authority
from tests.real.children import Children, wait_until


async def test_the_centre_speaks_through_a_secured_connection(
    private_dir: Path, children: Children, mosquitto: str
) -> None:
    authority = Authority(private_dir)
    broker = Broker(private_dir, children, mosquitto, authority.papers())
    broker.start()
    options = msgspec.structs.replace(broker.options(), secure=True, authority=str(authority.file))
    trusted = ssl.create_default_context(cafile=authority.file)
    async with (
        open_house(bus=options),
        aiomqtt.Client(
            "127.0.0.1", broker.port, username="crm", password="crm-word", tls_context=trusted, timeout=20
        ) as client,
    ):
        await client.subscribe("cc/main/centre")
        async with asyncio.timeout(40):
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                if msgspec.json.decode(message.payload)["state"] == "online":
                    return


# The MQTT library leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", ["another authority", "ran out", "another address"])
async def test_a_broker_that_cannot_prove_itself_learns_nothing(
    private_dir: Path, children: Children, mosquitto: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = Authority(private_dir), Authority(private_dir, "another authority")
    if fault == "another authority":
        papers = theirs.papers()
    else:
        papers = ours.papers("127.0.0.2") if fault == "another address" else ours.papers(valid_for=timedelta(days=-1))
    broker = Broker(private_dir, children, mosquitto, papers)
    broker.start()
    options = msgspec.structs.replace(broker.options(), secure=True, authority=str(ours.file))
    async with open_house(bus=options):
        await asyncio.to_thread(wait_until, lambda: "OpenSSL Error" in broker.child.text(), "the centre turns away")
        assert "as centre" not in broker.child.text() and "contactcenter" not in broker.child.text()
    assert "centre-word" not in capsys.readouterr().out
    gc.collect()
