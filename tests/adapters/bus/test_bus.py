"""What the outside hears of a centre at work, through a real broker with the rights that we ship."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

import aiomqtt
import msgspec
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from prometheus_client.parser import text_string_to_metric_families

from contactcenter.adapters.bus.published import tell
from contactcenter.adapters.console.rights import BUS_REQUESTS
from contactcenter.model.facts import PresenceChanged
from contactcenter.model.words import Role
from tests.adapters.bus.broker import Broker, Listener
from tests.adapters.desk.house import House, Page
from tests.adapters.telephony.phones import until
from tests.stories.centre import ANNA, BO

EVERYTHING = "cc/main/#"
CENTRE, QUEUE, STATE = "cc/main/centre", "cc/main/queue/faults/live", "cc/main/agent/anna/state"


def told(house: House) -> dict[tuple[int, int], object]:
    """What the journal holds, as the bus tells it."""
    decoded = [msgspec.json.decode(payload) for entry in house.engine.journal.load() for _, payload in tell(entry)]
    return {(fact["sequence"], fact["number"]): fact for fact in decoded}


async def online(crm: Listener) -> None:
    """Wait until the centre speaks."""
    await crm.until(lambda: crm.on(CENTRE) and crm.on(CENTRE)[-1]["state"] == "online", "the centre is online")


async def talk(house: House) -> tuple[Page, Page]:
    """Anna and a visitor who gave a name, a number and a meter number."""
    anna = await house.agent(ANNA)
    visitor = await house.visitor(name="Li Wei", number="+8613912345678")
    await visitor.say(kind="choose", key="1")
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="meter", text="47114711")
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="Good morning", id="a1")
    await visitor.wait(lambda page: page.get("text") == "Good morning")
    return anna, visitor


async def test_every_fact_is_told_in_order_with_its_position(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        begun = len(told(house))
        await talk(house)
        journal = dict(list(told(house).items())[begun:])
        await crm.until(lambda: len(crm.facts()) >= len(journal), "all facts")
        assert crm.facts() == journal and list(crm.facts()) == sorted(journal)
        for topic, content in crm.heard:
            assert not topic.startswith("cc/main/facts/") or topic == f"cc/main/facts/{content['kind']}"


async def test_nothing_personal_is_ever_told(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        anna, _ = await talk(house)
        await crm.ask("read_facts", after=0)
        await crm.ask("agent_state", agent="anna")
        await anna.must("not_ready", reason="break")
        await crm.until(lambda: any(state["reason"] == "break" for state in crm.on(STATE)), "the break")
        everything = b"\n".join(crm.raw)
        for secret in (b"Li Wei", b"13912345678", b"4711471", b"Good morning", b"Anna", b'"box"', b"address"):
            assert secret not in everything, secret


async def test_states_stand_for_those_who_come_later(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        await talk(house)
        await crm.until(lambda: any(state["doing"] == "talking" for state in crm.on(STATE)), "Anna talks")
        await crm.until(lambda: crm.on(QUEUE)[-1]["handled"] == 1, "the visit is counted")
        pops = [pop["state"] for pop in crm.on("cc/main/agent/anna/pop")]
        assert pops == ["ringing", "talking"] and not crm.on("cc/main/agent/bo/pop")
    async with broker.client("wallboard", EVERYTHING) as wallboard:
        await wallboard.until(lambda: {STATE, QUEUE, CENTRE} <= set(wallboard.retained), "the states")
        state, queue = wallboard.on(STATE)[0], wallboard.on(QUEUE)[0]
        assert (state["id"], state["doing"], state["work"][0]["queue"]) == ("anna", "talking", "faults")
        assert (queue["handled"], queue["agents"]["busy"]) == (1, 1)
        assert not [topic for topic, _ in wallboard.heard if "/facts/" in topic or topic.endswith("/pop")]


async def test_a_desk_that_is_stopped_says_so(house: House, broker: Broker) -> None:
    async with broker.client("crm", CENTRE) as crm:
        await online(crm)
        await house.desk_life.aclose()
        await crm.until(lambda: crm.on(CENTRE)[-1]["state"] == "offline", "the farewell")


async def test_a_broker_that_dies_costs_its_own_messages_alone(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        before = crm
    broker.kill()
    anna, _ = await talk(house)  # nobody at work notices
    broker.start()
    async with broker.client("crm", EVERYTHING) as crm:
        head = house.engine.engine.head()
        await crm.until(lambda: max(crm.facts(), default=(0, 0))[0] >= head, "what was missed")
        await anna.must("not_ready", reason="break")
        answer = await crm.ask("read_facts", after=0)
        again = {(fact["sequence"], fact["number"]): fact for fact in answer["facts"]}
        assert answer["upto"] == answer["head"] and again == told(house)
        assert before.facts().items() <= again.items() and crm.facts().items() <= again.items()


async def test_a_broker_that_hangs_holds_nobody_up(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        broker.child.kill(signal.SIGSTOP)
        anna, _ = await talk(house)
        await anna.must("not_ready", reason="break")
        broker.child.kill(signal.SIGCONT)
        head = house.engine.engine.head()
        await crm.until(lambda: max(crm.facts(), default=(0, 0))[0] >= head, "what was held up")


async def test_programs_ask_with_the_rights_of_their_accounts(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    await house.account("wallboard", Role.SUPERVISOR)
    await house.agent(ANNA, ready=False)
    async with broker.client("crm") as crm, broker.client("wallboard") as wallboard, broker.client("anna") as anna:
        assert await crm.ask("agent_ready", agent="anna") == {"ok": True}
        assert (await crm.ask("agent_state", agent="anna"))["agent"]["doing"] == "ready"
        assert await crm.ask("agent_not_ready", agent="anna", reason="break") == {"ok": True}
        assert (await crm.ask("agent_state", agent="anna"))["agent"]["reason"] == "break"
        for other in (wallboard, anna):
            answer = await other.ask("agent_ready", agent="anna")
            assert (answer["ok"], answer["code"]) == (False, "not_allowed")
        presences = [
            fact.presence
            for entry in house.engine.journal.load()
            for fact in entry.facts
            if isinstance(fact, PresenceChanged)
        ]
        assert presences[-2:] == ["ready", "not_ready"]


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        ("agent_ready", b"", "malformed"),
        ("agent_ready", b"\xff\xfe", "malformed"),
        ("agent_ready", b"[" * 4_000, "malformed"),
        ("agent_ready", b'{"agent": 1}', "malformed"),
        ("agent_ready", b'{"agent": "anna", "more": 1}', "malformed"),
        ("read_facts", b'{"after": -1}', "malformed"),
        ("read_facts", b'{"after": 0, "limit": 100000}', "malformed"),
        ("agent_ready", b'{"agent": "' + b"a" * 5_000 + b'"}', "malformed"),
        ("agent_ready", b'{"agent": "nobody"}', "refused"),
        ("agent_state", b'{"agent": "nobody"}', "refused"),
        ("agent_not_ready", b'{"agent": "anna", "reason": "no such"}', "refused"),
        ("fly", b"{}", "unknown"),
        ("dial", b"{}", "malformed"),
        ("dial", b'{"agent": "anna", "number": "+8613912345678"}', "refused"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(
    house: House, broker: Broker, kind: str, payload: bytes, code: str
) -> None:
    await house.account("crm", Role.INTEGRATION)
    async with broker.client("crm") as crm:
        answer = await crm.ask(kind, payload)
        assert (answer["ok"], answer["code"]) == (False, code) and answer["error"].endswith((".", "`"))
        assert (await crm.ask("agent_state", agent="bo"))["ok"]


async def test_nobody_makes_the_centre_speak_where_he_may_not(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    async with broker.client("crm", EVERYTHING) as crm, broker.client("anna", "cc/main/answer/#") as anna:
        for topic in ("cc/main/facts/OfferMade", CENTRE, "cc/main/answer/anna/x", "cc/main/answer/crmx/x"):
            await crm.ask("agent_state", topic=topic, agent="anna")
        assert (await crm.ask("agent_state", agent="anna"))["ok"]
        assert not [content for topic, content in crm.heard if "ok" in content and "/answer/crm/" not in topic]
        assert not anna.heard


async def test_an_agent_hears_only_of_himself(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm, broker.client("bo", EVERYTHING, STATE) as bo:
        await online(crm)
        await talk(house)
        await crm.until(lambda: any(state["doing"] == "talking" for state in crm.on(STATE)), "Anna talks")
        await bo.until(lambda: bo.on(f"cc/main/agent/{BO}/state"), "his own state")
        assert {topic for topic, _ in bo.heard} == {f"cc/main/agent/{BO}/state"}


async def test_an_agent_cannot_speak_for_others(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    await house.agent(BO, ready=False)
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        for topic, words in (
            ("cc/main/request/crm/agent_ready", b'{"agent": "bo"}'),
            (CENTRE, b'{"state": "offline"}'),
            ("cc/main/facts/OfferMade", b"{}"),
        ):
            with contextlib.suppress(aiomqtt.MqttError):  # paho parts from a broker that refuses a message
                async with broker.client("bo") as bo:
                    await bo.client.publish(topic, words, 1, retain=True)
        assert (await crm.ask("agent_state", agent="bo"))["agent"]["doing"] == "not_ready"
        assert {content["state"] for content in crm.on(CENTRE)} == {"online"}
        assert {} not in crm.on("cc/main/facts/OfferMade")


@pytest.mark.parametrize(("user", "password"), [("", ""), ("crm", "wrong"), ("nobody", "nobody-word")])
async def test_strangers_are_refused(broker: Broker, user: str, password: str) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"Not authorized|Bad user name"):
        async with broker.client(user, EVERYTHING, password=password):
            pass


async def test_every_role_and_request_is_walked(house: House, broker: Broker) -> None:
    accounts = {"crm": Role.INTEGRATION, "wallboard": Role.SUPERVISOR, "anna": Role.AGENT, "bo": Role.ADMIN}
    for name, role in accounts.items():
        await house.account(name, role, ANNA if role is Role.AGENT else None)
    for name, role in accounts.items():
        async with broker.client(name) as program:
            for kind, roles in BUS_REQUESTS.items():
                answer = await program.ask(kind, b"[]")
                assert answer["code"] == ("malformed" if role in roles else "not_allowed"), (role, kind)


async def test_the_figures_say_how_the_bus_is_doing(house: House, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await online(crm)
        await talk(house)
    await until(lambda: not figures(house)["bus_behind_entries"], "all is told")
    read = figures(house)
    assert (
        read["bus_connected"] == 1.0
        and read["bus_facts_total"] > 5
        and read["bus_states_total"] > 1
        and read["bus_connections_total"] == 1.0
    )
    broker.kill()
    await until(lambda: not figures(house)["bus_connected"], "the loss is noticed")
    await house.agent(BO)
    await until(lambda: figures(house)["bus_behind_entries"] > 0, "what waits for the broker is counted")


def figures(house: House) -> dict[str, float]:
    """What `/metrics` says of the bus."""
    text = house.desk.metrics.render(0).decode()
    families = [
        family for family in text_string_to_metric_families(text) if family.name.startswith("contactcenter_bus")
    ]
    return {sample.name.removeprefix("contactcenter_"): sample.value for each in families for sample in each.samples}


class Confirming:
    """A client of the broker whose publishing task is told to end just as the confirmation comes."""

    def __init__(self, request: aiomqtt.Message) -> None:
        self.serving: asyncio.Task[None] | None = None
        self.messages = self._requests(request)

    async def _requests(self, request: aiomqtt.Message) -> AsyncIterator[aiomqtt.Message]:
        yield request
        await asyncio.Event().wait()

    async def publish(self, *message: object) -> None:
        confirmed, loop = asyncio.Event(), asyncio.get_running_loop()
        assert self.serving is not None
        loop.call_soon(confirmed.set)
        for _ in range(2):  # the waiter wakes up, then what waits for the waiter
            await asyncio.sleep(0)
        loop.call_soon(self.serving.cancel)
        await asyncio.wait_for(confirmed.wait(), 30)


async def test_who_is_told_to_end_as_an_answer_is_confirmed_ends(house: House, broker: Broker) -> None:
    """What waits for a confirmation in Python 3.11 swallows a cancellation that comes with it."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = "cc/main/answer/crm/x"
    request = aiomqtt.Message("cc/main/request/crm/agent_state", b"{}", 1, False, 1, properties)
    client = Confirming(request)
    bus = house.desk._bus(broker.options()).__self__  # type: ignore[attr-defined]
    client.serving = asyncio.ensure_future(bus._serve(client))
    done, _ = await asyncio.wait({client.serving}, timeout=30)
    assert done and client.serving.cancelled()
