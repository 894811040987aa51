"""A short day that touches every channel, a crash and an erasure: what a recorded journal must hold at least.

`python -m tests.journals.day` records it with the present release, once per release; a recorded file is never changed.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import msgspec

from contactcenter import __version__
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.model import events
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, LegOpened
from contactcenter.model.ids import MessageId, PersonId
from contactcenter.model.words import Delivery
from tests.stories.centre import ANNA, BO, Centre, sealed, small_config

__all__ = ["RECORDED", "short_day"]

RECORDED = Path(__file__).parent


def short_day() -> Centre:
    """Let the day happen; return the centre with its journal."""
    centre = Centre(msgspec.structs.replace(small_config(), outgoing=OutgoingConfig("carrier", "+8610")))
    centre.signs_in(ANNA, BO)
    one_call(centre)
    one_chat(centre)
    one_text(centre)
    one_call_of_ours(centre)
    abandoned, alive = "+8613900000002", "+8613900000003"
    centre.calls(abandoned, dialled="95598")
    centre.passes(3_000)
    centre.hangs_up(abandoned)
    centre.calls(alive)
    centre.answers()
    centre.crash()
    centre.happens(events.ErasureAsked(PersonId(f"person of {abandoned}")))
    centre.passes(60_000)
    return centre


def one_call(centre: Centre) -> None:
    """A caller is served, hangs up, and is wrapped up."""
    contact = centre.calls()
    centre.passes(2_000)
    centre.answers()
    centre.passes(30_000)
    centre.hangs_up()
    centre.wraps_up(centre.offer().agent, contact)


def one_chat(centre: Centre) -> None:
    """A visitor makes his choice, is served by text, and is wrapped up."""
    conversation = centre.chats()
    centre.chooses(conversation, "1")
    centre.chooses(conversation, "", "my meter is 123")
    offer = centre.offer()
    centre.accepts(offer.agent)
    centre.happens(events.AgentTextWritten(offer.agent, offer.contact, MessageId("m-hello")))
    centre.happens(events.VisitorLeft(conversation))
    centre.wraps_up(offer.agent, offer.contact)


def one_text(centre: Centre) -> None:
    """A customer texts, an agent answers, the carrier delivers."""
    centre.texts("when will the light be back")
    offer = centre.offer()
    centre.accepts(offer.agent)
    centre.happens(events.AgentTextWritten(offer.agent, offer.contact, MessageId("m-answer")))
    centre.happens(events.TextDelivery(MessageId("m-answer"), Delivery.DELIVERED, "carrier-1"))
    centre.happens(events.ContactClosed(offer.agent, offer.contact))


def one_call_of_ours(centre: Centre) -> None:
    """An agent calls a customer, who answers, hangs up, and is wrapped up; the next one is busy."""
    box = sealed("+8613900000009")
    for status in (0, 486):
        centre.happens(events.DialAsked(ANNA, box, "key", box.person))
        contact = centre.facts(ContactArrived)[0].contact
        centre.answers()
        leg = centre.facts(LegOpened)[0].leg
        if status:
            centre.happens(events.LegFailed(leg, status))
        else:
            centre.happens(events.LegAnswered(leg, box))
            centre.happens(events.LegHungUp(leg))
            centre.wraps_up(ANNA, contact, "")
        centre.passes(1_000)


def stamped(entries: list[Entry]) -> list[Entry]:
    """The entries as this release would have written them."""
    return [msgspec.structs.replace(entry, version=__version__) for entry in entries]


async def record(path: Path) -> None:
    """Write the day into a fresh journal file at `path`, in batches like a busy engine's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.sqlite3"
        for _epoch, entries in groupby(stamped(short_day().journal), key=lambda entry: entry.position.epoch):
            journal = SqliteJournal(file)
            journal.open_epoch()
            remaining = list(entries)
            while remaining:
                await journal.append(remaining[:5])
                remaining = remaining[5:]
            journal.close()
        shutil.copyfile(file, path)


if __name__ == "__main__":
    target = RECORDED / f"{__version__}.sqlite3"
    if target.exists() and "--again" not in sys.argv:
        sys.exit(f"{target.name} is recorded already; a released journal is never changed (--again before a release)")
    asyncio.run(record(target))
