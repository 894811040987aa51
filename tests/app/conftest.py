"""What stories of a whole installation share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank


@pytest.fixture
async def phones() -> AsyncIterator[PhoneBank]:
    """Telephones of callers and agents."""
    bank = await PhoneBank().start()
    yield bank
    await bank.stop()
