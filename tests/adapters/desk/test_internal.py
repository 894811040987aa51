"""Calling a colleague from the console: both see who is at the other end, and each refusal is a sentence."""

from __future__ import annotations

from tests.adapters.desk.house import open_house
from tests.adapters.desk.lines import answer, at_the_phone
from tests.stories.centre import ANNA, BO
from tests.stories.test_internal import internal_config


async def test_two_colleagues_talk_and_each_sees_the_other() -> None:
    async with open_house(internal_config()) as house:
        anna, bo = await at_the_phone(house, ANNA), await at_the_phone(house, BO)
        await anna.must("call_colleague", agent="bo")
        hers = await anna.contact(state="dialling")
        assert (hers["direction"], hers["name"], hers["queue_name"]) == ("internal", "Bo", "")
        await answer(house)
        his = await bo.contact(state="ringing")
        assert (his["id"], his["direction"], his["name"]) == (hers["id"], "internal", "Anna")
        await answer(house)
        await anna.contact(state="talking")
        await bo.contact(state="talking")
        await bo.must("close", contact=hers["id"])
        await anna.kind("contact_gone", contact=hers["id"])
        await bo.kind("contact_gone", contact=hers["id"])


async def test_she_is_told_that_he_did_not_take_it() -> None:
    async with open_house(internal_config()) as house:
        anna, bo = await at_the_phone(house, ANNA), await at_the_phone(house, BO)
        await anna.must("call_colleague", agent="bo")
        await answer(house)
        his = await bo.contact(state="ringing")
        await bo.must("reject", offer=his["offer"])
        await anna.kind("dial_ended", contact=his["id"], outcome="refused")
        await anna.kind("contact_gone", contact=his["id"])
