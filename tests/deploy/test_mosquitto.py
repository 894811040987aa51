"""The Mosquitto settings that we ship, where a default would lose something; rights are tested with the bus."""

from __future__ import annotations

from pathlib import Path

import aiomqtt
import pytest

from tests.adapters.bus.broker import Broker
from tests.real.children import Children

STATES = 250
SAVED = 150  # autosave_interval: no more than 100 changes are lost, whenever it is killed


@pytest.fixture
def broker(private_dir: Path, children: Children, mosquitto: str) -> Broker:
    """A broker with the shipped settings."""
    made = Broker(private_dir, children, mosquitto)
    made.start()
    return made


async def test_a_killed_broker_still_has_what_was_saved_by_changes(broker: Broker) -> None:
    async with broker.client("centre") as centre:
        for number in range(STATES):
            await centre.client.publish(f"cc/main/queue/q{number}/live", b"{}", qos=1, retain=True)
    broker.kill()
    broker.start()
    async with broker.client("wallboard", "cc/main/queue/+/live") as wallboard:
        await wallboard.until(lambda: len(wallboard.retained) >= SAVED, f"{SAVED} states that were kept")


async def test_who_has_no_name_is_not_heard(broker: Broker) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with broker.client(""):
            pass


def staying(broker: Broker) -> aiomqtt.Client:
    """A subscriber for whom the broker keeps what comes while it is away."""
    return aiomqtt.Client(
        "127.0.0.1", broker.port, username="crm", password="crm-word", identifier="crm-slow", clean_session=False
    )


async def test_a_slow_subscriber_finds_more_than_the_default_would_have_kept(broker: Broker) -> None:
    """Mosquitto by itself drops beyond 1000 messages for who is away."""
    many = 1_200
    async with staying(broker) as away:
        await away.subscribe("cc/main/facts/#", qos=1)
    async with broker.client("centre") as centre:
        for _ in range(many):
            await centre.client.publish("cc/main/facts/ContactArrived", b"{}", qos=1)
    async with staying(broker) as back:
        heard = 0
        async for _message in back.messages:
            heard += 1
            if heard == many:
                break
    assert heard == many
