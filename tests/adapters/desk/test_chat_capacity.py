"""How many chats an agent has at once: as many as the configuration says, and the next one waits."""

from __future__ import annotations

from tests.adapters.desk.house import House, Page
from tests.stories.centre import ANNA


async def into_the_queue(house: House, name: str) -> Page:
    """A visitor who chose the fault queue and gave a meter number."""
    visitor = await house.visitor(name=name)
    await visitor.kind("state", state="menu")
    await visitor.say(kind="choose", key="1")
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="meter", text="4711")
    await visitor.kind("state", state="waiting")
    return visitor


async def test_the_fourth_chat_waits_until_one_is_closed(house: House) -> None:
    anna = await house.agent(ANNA)
    contacts = []
    for name in ("first", "second", "third"):
        visitor = await into_the_queue(house, name)
        ringing = await anna.contact(state="ringing", name=name)
        await anna.must("accept", offer=ringing["offer"])
        await visitor.kind("state", state="talking")
        contacts.append(ringing["id"])
    fourth = await into_the_queue(house, "fourth")

    # What Anna writes comes after whatever the fourth chat could have brought to her console.
    await anna.must("write", contact=contacts[0], text="one moment", id="a1")
    await house.live()
    shown = {page["contact"]["name"] for page in anna.got if page["kind"] == "contact"}
    assert shown == {"first", "second", "third"}

    # A closed chat gives its room back only when it is written up.
    await anna.must("close", contact=contacts[1])
    await anna.contact(id=contacts[1], state="wrap_up")
    await anna.must("wrap_up", contact=contacts[1], disposition="solved", note="")
    ringing = await anna.contact(state="ringing", name="fourth")
    await anna.must("accept", offer=ringing["offer"])
    await fourth.kind("state", state="talking", agent="Anna")
