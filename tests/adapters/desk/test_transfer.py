"""Passing a contact on from the console: the colleague sees all that was known, the sender wraps up beside it."""

from __future__ import annotations

from typing import Any

from contactcenter.model import events
from contactcenter.model.ids import LegId
from tests.adapters.desk.house import House, Page
from tests.adapters.desk.lines import NUMBER, answer, at_the_phone, call
from tests.stories.centre import ANNA, BO


async def talk(house: House) -> tuple[Page, Page, dict[str, Any]]:
    """Anna talks to a customer, Bo is ready."""
    anna = await at_the_phone(house, ANNA)
    await call(house)
    await anna.contact(state="ringing")
    await answer(house)
    contact = await anna.contact(state="talking")
    return anna, await at_the_phone(house, BO), contact


async def test_a_call_goes_to_a_colleague_with_everything_known(house: House) -> None:
    anna, bo, contact = await talk(house)
    await anna.must("transfer", contact=contact["id"], agent="bo")
    wrapping = await anna.contact(state="wrap_up")
    assert wrapping["dispositions"] == ["solved"] and wrapping["wrap_up_ends_at"] > wrapping["since_at"]
    rung = await bo.contact(state="ringing")
    assert (rung["id"], rung["address"], rung["passed_on_by"], rung["queue"]) == (
        contact["id"],
        NUMBER,
        "Anna",
        "faults",
    )
    await answer(house)
    await bo.contact(state="talking")
    await anna.must("wrap_up", contact=contact["id"], disposition="solved", note="went to Bo")
    await anna.kind("contact_gone", contact=contact["id"])
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await bo.contact(state="wrap_up")
    await bo.must("wrap_up", contact=contact["id"])
    await bo.kind("contact_gone", contact=contact["id"])


async def test_what_bo_refuses_comes_back_to_anna(house: House) -> None:
    anna, bo, contact = await talk(house)
    await anna.must("transfer", contact=contact["id"], agent="bo")
    rung = await bo.contact(state="ringing")
    await bo.must("reject", offer=rung["offer"])
    await bo.kind("contact_gone", contact=contact["id"])
    back = await anna.contact(state="ringing")
    assert back["id"] == contact["id"]


async def test_each_refusal_is_a_sentence(house: House) -> None:
    anna, bo, contact = await talk(house)
    mine, refusals = contact["id"], {}
    for name, place in {
        "none": {},
        "both": {"agent": "bo", "queue": "faults"},
        "moon": {"queue": "moon"},
        "outside": {"number": "+8613900000001"},
    }.items():
        refusals[name] = (await anna.do("transfer", contact=mine, **place))["error"]
    assert refusals == {
        "none": "Choose one agent, one queue or one number.",
        "both": "Choose one agent, one queue or one number.",
        "outside": "Nobody may call out here: no numbers are allowed.",
        "moon": "There is no such queue: choose one of the list.",
    }
    stolen = await bo.do("transfer", contact=mine, queue="faults")
    assert stolen["error"] == "This contact is not with you any more."


async def test_a_colleague_is_asked_first_and_both_pages_say_so(house: House) -> None:
    anna, bo, contact = await talk(house)
    mine = contact["id"]
    assert (await anna.do("consult_cancel", contact=mine))["error"] == "You are consulting nobody about this contact."
    await anna.must("consult", contact=mine, agent="bo")
    rung = await bo.contact(state="ringing")
    assert rung["consult"] == {"with": "Anna", "asks": False, "answered": False, "aside": True, "joined": False}
    assert (await anna.contact(state="consulting"))["consult"]["with"] == "Bo"
    await answer(house)
    asked = await bo.contact(state="consulting")
    assert (asked["address"], asked["consult"]["answered"]) == (NUMBER, True)
    await anna.must("consult_turn", contact=mine, to_customer=True)
    turned = await anna.wait(
        lambda got: got["kind"] == "contact" and (got["contact"]["consult"] or {}).get("aside") is False
    )
    assert turned["contact"]["consult"]["with"] == "Bo"
    await anna.must("consult_complete", contact=mine)
    assert (await anna.contact(state="wrap_up"))["consult"] is None
    assert (await bo.contact(state="talking"))["passed_on_by"] == "Anna"


async def test_whoever_of_a_queue_is_free_is_asked(house: House) -> None:
    anna, bo, contact = await talk(house)
    await anna.must("consult", contact=contact["id"], queue="faults")
    assert (await bo.contact(state="ringing"))["consult"]["with"] == "Anna"
    assert (await anna.contact(state="consulting"))["consult"]["with"] == "Bo"
    await bo.must("not_ready", reason="break")
    refused = await anna.do("consult", contact=contact["id"], queue="faults")
    assert refused["error"].startswith("Nobody of this queue is free now")


async def test_whom_to_ask_is_one_and_a_number_that_may_be_called(house: House) -> None:
    anna, _, contact = await talk(house)
    said = [
        (await anna.do("consult", contact=contact["id"], **place))["error"]
        for place in ({}, {"agent": "bo", "queue": "faults"}, {"number": "+8613900000001"})
    ]
    one = "Choose one agent, one queue or one number."
    assert said == [one, one, "Nobody may call out here: no numbers are allowed."]


async def test_all_talk_together_and_both_pages_say_so(house: House) -> None:
    anna, bo, contact = await talk(house)
    mine = contact["id"]
    await anna.must("consult", contact=mine, agent="bo")
    await bo.contact(state="ringing")
    assert (await anna.do("conference", contact=mine))["error"] == "Your colleague has not answered yet."
    await answer(house)
    await bo.contact(state="consulting")
    await anna.must("conference", contact=mine)
    for page, other in ((anna, "Bo"), (bo, "Anna")):
        joined = await page.wait(
            lambda got: got["kind"] == "contact" and bool((got["contact"]["consult"] or {}).get("joined"))
        )
        assert (joined["contact"]["state"], joined["contact"]["consult"]["with"]) == ("talking", other)
    await bo.must("close", contact=mine)
    await bo.kind("contact_gone", contact=mine)
    assert (await anna.do("consult_cancel", contact=mine))["error"] == "You are consulting nobody about this contact."


async def test_back_to_the_customer(house: House) -> None:
    anna, bo, contact = await talk(house)
    await anna.must("consult", contact=contact["id"], agent="bo")
    await bo.contact(state="ringing")
    await anna.must("consult_cancel", contact=contact["id"])
    await bo.kind("contact_gone", contact=contact["id"])
    back = await anna.wait(lambda got: got["kind"] == "contact" and got["contact"]["state"] == "talking")
    assert back["contact"]["consult"] is None
