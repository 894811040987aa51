"""A private broker, and a centre whose desk speaks through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.bus.broker import Broker
from tests.adapters.desk.house import House, open_house
from tests.real.children import Children


@pytest.fixture
def broker(private_dir: Path, children: Children, mosquitto: str) -> Broker:
    """A broker that listens."""
    broker = Broker(private_dir, children, mosquitto)
    broker.start()
    return broker


@pytest.fixture
async def house(broker: Broker) -> AsyncIterator[House]:
    """A centre without lines that speaks through the broker."""
    async with open_house(bus=broker.options()) as opened:
        yield opened
