"""Supervisors set agents' states by HTTP: by the name of their account, as soon as the hands are empty."""

from __future__ import annotations

from typing import Any

import aiohttp

from contactcenter.model.facts import AgentForced
from contactcenter.model.words import Presence, Role
from tests.adapters.desk.house import House
from tests.stories.centre import ANNA


async def set_state(house: House, browser: aiohttp.ClientSession, **body: Any) -> tuple[int, str]:
    """Ask for a state of Anna; return the status and the error."""
    async with browser.post("/api/agents/anna/state", json=body, headers={"Origin": house.url}) as answer:
        return answer.status, "" if answer.status == 204 else (await answer.json())["error"]


async def test_a_supervisor_sets_a_state_and_the_agent_sees_who_did(house: House) -> None:
    anna = await house.agent(ANNA)
    sue = await house.signed_in("sue", Role.SUPERVISOR)
    visitor = await house.visitor()
    await visitor.say(kind="choose", key="1")
    await visitor.say(kind="text", id="1", text="my meter is 12")
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await anna.contact(state="talking")
    assert await set_state(house, sue, presence="not_ready", reason="meeting") == (204, "")
    told = await anna.wait(lambda page: page["kind"] == "agent" and page["agent"]["next"] is not None)
    assert told["agent"]["next"] == {"presence": "not_ready", "reason": "meeting", "by": "sue"}
    await anna.must("close", contact=offered["id"])
    await anna.must("wrap_up", contact=offered["id"], disposition="solved")
    after = await anna.wait(lambda page: page["kind"] == "agent" and page["agent"]["reason"] == "meeting")
    assert after["agent"]["next"] is None
    forced = [
        fact for entry in house.engine.journal.read(0, 1_000) for fact in entry.facts if isinstance(fact, AgentForced)
    ]
    assert forced == [AgentForced(ANNA, Presence.NOT_READY, "meeting", "sue")]


async def test_what_cannot_be_set_is_said_in_a_sentence(house: House) -> None:
    sue = await house.signed_in("sue", Role.SUPERVISOR)
    assert await set_state(house, sue, presence="ready") == (409, "Not signed in: sign in first.")
    assert (await set_state(house, sue, presence="asleep"))[0] == 400
    await house.agent(ANNA)
    assert (await set_state(house, sue, presence="not_ready", reason="boredom"))[0] == 409
    await house.engine.stop()
    assert (await set_state(house, sue, presence="ready"))[0] == 503
    await house.engine.start(house.config)


async def test_an_agent_chooses_the_next_state_on_the_console(house: House) -> None:
    anna = await house.agent(ANNA)
    await anna.must("next_state", presence="not_ready", reason="lunch")
    await anna.wait(lambda page: page["kind"] == "agent" and page["agent"]["reason"] == "lunch")
    assert "unknown reason" in (await anna.do("next_state", presence="not_ready", reason="x"))["error"].lower()
