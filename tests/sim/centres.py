"""Small centres to simulate: a hotline with all channels, and a bare queue that mathematics knows."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import (
    AgentConfig,
    CalendarConfig,
    CenterConfig,
    DirectConfig,
    EntryConfig,
    InternalConfig,
    ModeConfig,
    OutgoingConfig,
    QueueConfig,
    RelaxStep,
    SkillLevel,
    StationConfig,
)
from contactcenter.model.eligibility import properties_of, requirement_of
from contactcenter.model.flow import (
    Branch,
    Choice,
    CollectNode,
    EnqueueNode,
    Flow,
    HangUpNode,
    MenuNode,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.ids import AgentId, QueueId, StationId
from contactcenter.model.recipes import (
    Act,
    Announce,
    Close,
    LeaveMessage,
    OfferCallback,
    Overflow,
    RaisePriority,
    RecipeStep,
    Relax,
)
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import Channel, WrapUpKind
from contactcenter.sim.habits import HOUR_MS
from contactcenter.sim.simulate import START_AT
from contactcenter.sim.streams import Streams

FAULTS, SALES = QueueId("faults"), QueueId("sales")


def hotline_flow() -> Flow:
    """A greeting and a menu: report a fault with a meter number, buy, or hear the opening hours."""
    choices = (Choice("1", "fault", "meter"), Choice("2", "buy", "sales"), Choice("3", "hours", "told"))
    nodes = (
        Branch("hello", SayNode(("welcome",), "menu")),
        Branch("menu", MenuNode(("menu",), choices, "faults")),
        Branch("meter", CollectNode("meter", ("meter_number",), "faults", "faults", min_keys=4, max_keys=6, tries=2)),
        Branch("faults", EnqueueNode(FAULTS, "full", priority=1)),
        Branch("sales", EnqueueNode(SALES, "full")),
        Branch("told", HangUpNode(("opening_hours",))),
        Branch("full", HangUpNode(("all_busy",), "closed")),
    )
    return Flow("main", "hello", nodes)


DAY_MS, HALF_HOUR_MS = 86_400_000, 1_800_000
FROM_DAY = 1_767_571_200_000 // DAY_MS
CALLBACK_HOURS = tuple(
    ((FROM_DAY + day) * DAY_MS + begin * HALF_HOUR_MS, (FROM_DAY + day) * DAY_MS + end * HALF_HOUR_MS)
    for day in range(5)
    for begin, end in ((14, 21), (22, 42))
)
"""From 7:00 with a pause from 10:30 to 11:00, until 21:00: a promise ends within a day."""

CALLED_FIRST = CallbackConfig("1", tries=1, customer_first=True)

STRATEGIES = (
    "longest_available",
    "most_skilled",
    "least_skilled",
    "least_occupied",
    "fewest_handled",
    "round_robin",
    "ordered",
)


def hotline(agents: int = 8) -> CenterConfig:
    """Two queues, all channels; every third agent serves faults only, one has a phone that answers on command.

    All may call out.
    """
    both = (SkillLevel("faults", 5), SkillLevel("sales", 5))
    names = [f"a{number:02}" for number in range(agents)]
    return CenterConfig(
        name="hotline",
        languages=("en",),
        entries=tuple(EntryConfig(f"10{index}", channel, "main", "en") for index, channel in enumerate(Channel)),
        queues=(
            QueueConfig(
                FAULTS,
                "Faults",
                "faults",
                welcome=("queue_welcome",),
                dispositions=("repaired", "passed_on"),
                callback=CallbackConfig("7", web=True),
            ),
            QueueConfig(SALES, "Sales", "sales", dispositions=("sold", "not_sold")),
        ),
        agents=tuple(
            AgentConfig(AgentId(name), name, both if number % 3 else both[:1], station=StationId(f"p{name}"))
            for number, name in enumerate(names)
        ),
        stations=tuple(
            StationConfig(StationId(f"p{name}"), auto_answer=number == 1) for number, name in enumerate(names)
        ),
        flows=(hotline_flow(),),
        outgoing=OutgoingConfig("carrier", "100", dispositions=("reached",)),
        callback_hours=CALLBACK_HOURS,
        internal=InternalConfig(),
    )


def team(agents: int = 8) -> CenterConfig:
    """The hotline with all telephones ringing at once for faults, and sales given out in turns without a click."""
    usual = hotline(agents)
    chosen_by = {FAULTS: "ring_all", SALES: "round_robin"}
    queues = [replace(queue, strategy=chosen_by[queue.id], auto_answer=queue.id == SALES) for queue in usual.queues]
    return replace(usual, queues=tuple(queues))


def odd_centre(seed: int) -> CenterConfig:
    """A hotline with unusual settings drawn from the seed: few or many agents, tiny queues, no wrap-up, odd phones."""
    random, taste = Streams(seed).stream("odd centre"), Streams(seed).stream("odd taste")
    odder = Streams(seed).stream("odd callbacks")
    left = Streams(seed).stream("odd messages")
    after, hands = Streams(seed).stream("odd wrap-up"), Streams(seed).stream("odd hands")
    usual = hotline(random.randrange(1, 13))
    queues = tuple(
        replace(
            queue,
            priority=random.choice((0, 0, 1, 10)),
            ring_ms=random.choice((3_000, 15_000)),
            text_ring_ms=random.choice((2_000, 30_000)),
            wrap_up_ms=random.choice((0, 5_000, 60_000)),
            short_abandon_ms=random.choice((0, 5_000, 30_000)),
            announce_every_ms=random.choice((0, 7_000, 30_000)),
            limit=random.choice((0, 1, 3, 1_000)),
            strategy=taste.choice(STRATEGIES),
            relax=taste.choice(
                ((), (), (RelaxStep(5_000, "sales"),), (RelaxStep(3_000, "faults"), RelaxStep(9_000, "team")))
            ),
            ageing_ms=taste.choice((0, 0, 1_000, 7_000, 60_000)),
            class_priority=taste.choice(((), (("B", 20),), (("B", -3), ("A", 1)))),
            requires=taste.choice(("", "", "faults >= 3 or sales >= 4", "not faults or faults < 9")),
            record=random.random() < 0.7,
            wrap_up=after.choice(tuple(WrapUpKind)),
            wrap_up_extensions=after.randrange(4),
            callback=odder.choice((None, CallbackConfig("7"), CALLED_FIRST, CallbackConfig("9", 2, 60_000, web=True))),
            voicemail=left.choice((None, VoicemailConfig("5"), VoicemailConfig("5", at_closing=True, max_ms=20_000))),
            keep_for_calls=hands.choice((0, 0, 1, 2)),
            keep_for_texts=hands.choice((0, 0, 1, 2)),
        )
        for queue in usual.queues
    )
    agents = tuple(
        replace(
            agent,
            skills=tuple(replace(skill, level=taste.randrange(1, 11)) for skill in agent.skills),
            phone_only=random.random() < 0.2,
            station=agent.station if random.random() < 0.8 else None,
            chat_capacity=random.choice((0, 1, 3)),
            sms_capacity=random.choice((0, 1, 5)),
            units=hands.choice((0, 0, 2, 6)),
            chat_units=hands.choice((1, 2)),
            calls_interrupt=hands.choice(((Channel.SMS,), (Channel.SMS,), ())),
            sms_unanswered=Streams(seed).stream(f"odd answers/{agent.id}").choice((0, 0, 1, 2)),
        )
        for agent in usual.agents
    )
    stations = tuple(
        replace(station, auto_answer=random.random() < 0.3, contact="sip:fixed" if random.random() < 0.2 else "")
        for station in usual.stations
    )
    rules = OutgoingConfig(
        "carrier",
        "100",
        ring_agent_ms=random.choice((5_000, 20_000)),
        ring_ms=random.choice((10_000, 45_000)),
        wrap_up_ms=random.choice((0, 5_000, 60_000)),
        record=random.random() < 0.7,
        wrap_up=after.choice(tuple(WrapUpKind)),
        calls_per_min=random.choice((1, 6)),
    )
    outgoing = rules if random.random() < 0.8 else None
    if outgoing is not None:
        stations = tuple(_put_outside(each, Streams(seed).stream(f"odd outside/{each.id}")) for each in stations)
    flows = (_asks_for_messages(usual.flows[0]),) if left.random() < 0.5 else usual.flows
    internal = _odd_internal(Streams(seed).stream("odd colleagues"))
    usual = replace(usual, flows=flows, internal=internal, outgoing=outgoing)
    return _with_own_numbers(replace(usual, queues=queues, agents=agents, stations=stations), seed)


def _with_own_numbers(centre: CenterConfig, seed: int) -> CenterConfig:
    """Give some agents numbers of their own, and let nobody write where nobody could read it."""
    own, direct = _own_numbers(seed, centre.agents)
    read = _are_read(centre.queues, centre.agents)
    entries = tuple(each for each in centre.entries if read or each.channel is not Channel.SMS)
    return replace(centre, entries=(*entries, *own), direct=direct)


def _are_read(queues: tuple[QueueConfig, ...], agents: tuple[AgentConfig, ...]) -> bool:
    """Whether every queue has somebody to read its texts: who writes never gives up, and would wait for ever."""
    readers = [properties_of(agent) for agent in agents if agent.sms_capacity and not agent.phone_only]
    return all(any(requirement_of(queue).met_by(reader) for reader in readers) for queue in queues)


def _own_numbers(seed: int, agents: tuple[AgentConfig, ...]) -> tuple[tuple[EntryConfig, ...], DirectConfig]:
    """Give some agents a number of their own; who is not taken there goes to a queue, through a flow, or away."""
    random = Streams(seed).stream("odd numbers")
    own = [agent.id for agent in agents if random.random() < 0.3]
    numbers = tuple(EntryConfig(f"15{count}", Channel.VOICE, "", "en", name) for count, name in enumerate(own))
    queue, flow = random.choice(((FAULTS, ""), (None, "main"), (None, "")))
    return numbers, DirectConfig(
        ring_ms=random.choice((3_000, 20_000)),
        wrap_up_ms=random.choice((0, 5_000, 60_000)),
        record=random.random() < 0.7,
        wrap_up=random.choice(tuple(WrapUpKind)),
        queue=queue,
        flow=flow,
    )


def _asks_for_messages(flow: Flow) -> Flow:
    """Let who finds faults full be asked for a message, where the queue takes them."""
    asked = Branch("faults", EnqueueNode(FAULTS, "message", priority=1))
    nodes = tuple(asked if branch.name == asked.name else branch for branch in flow.nodes)
    return replace(flow, nodes=(*nodes, Branch("message", VoicemailNode(FAULTS, "full", priority=1))))


def _odd_internal(random: Random) -> InternalConfig | None:
    """Return unusual rules for calls among colleagues, or none."""
    rules = InternalConfig(
        ring_agent_ms=random.choice((5_000, 20_000)),
        ring_ms=random.choice((5_000, 20_000)),
        wrap_up_ms=random.choice((0, 5_000, 60_000)),
        record=random.random() < 0.5,
        wrap_up=random.choice(tuple(WrapUpKind)),
    )
    return rules if random.random() < 0.9 else None


def _put_outside(station: StationConfig, random: Random) -> StationConfig:
    """Make a telephone outside of one station in six."""
    outside = random.random() < 0.17 and not station.contact
    confirm = random.random() < 0.7
    return replace(station, auto_answer=False, number="+100", confirm=confirm) if outside else station


def helped_centre(seed: int) -> CenterConfig:
    """A hotline whose queues help each other: recipes of all acts, and a reserve for sales, drawn from the seed."""
    random, usual = Streams(seed).stream("helped centre"), hotline(5)
    faults, sales = usual.queues
    acts: tuple[Act, ...] = (
        *(RaisePriority(random.choice((-3, 2, 9))), Relax(), Overflow(SALES)),
        *(Announce(("queue_still_waiting",)), OfferCallback(), Close(("closed",))),
    )
    steps = [
        RecipeStep(
            random.choice((0, 5_000, 30_000, 90_000)),
            random.choice(acts),
            random.choice(("", "waiting > 2", "waiting_per_agent > 1", 'channel == "chat"', "estimated_wait_s > 60")),
            *random.choice(((0, 1), (20_000, 0), (15_000, 2))),
            random.choice((tuple(Channel), (Channel.VOICE, Channel.CHAT), (Channel.VOICE,))),
        )
        for _ in range(random.randrange(1, 7))
    ]
    relax = (RelaxStep(random.choice((10_000, 600_000)), "sales"),)
    back = (RecipeStep(40_000, Overflow(FAULTS)), RecipeStep(300_000, Close(("closed",)), "agents_ready < 2"))
    reserve = ReserveConfig("not sales", random.choice((0, 3, 6)), random.choice((20_000, 60_000)), 2, 10_000)
    queues = (
        replace(faults, recipe=tuple(steps), relax=relax, limit=random.choice((4, 1_000))),
        replace(sales, recipe=back, reserve=reserve, hours="sales", closing_grace_ms=random.choice((0, 600_000))),
    )
    opens_at = START_AT + 7 * HOUR_MS
    closes_at = opens_at + random.choice((1_200_000, 4_800_000))
    calendar = CalendarConfig("sales", ((opens_at, closes_at), (closes_at + 900_000, opens_at + 2 * HOUR_MS)))
    return replace(usual, queues=queues, calendars=(calendar,))


def odder_centre(seed: int) -> CenterConfig:
    """An odd centre whose queues may ring at all, help each other, call a reserve, and know a mode for a storm."""
    random, usual = Streams(seed).stream("odder centre"), odd_centre(seed)
    helped = helped_centre(seed).queues
    queues = tuple(
        replace(
            queue,
            strategy="ring_all" if random.random() < 0.25 else queue.strategy,
            recipe=helping.recipe if random.random() < 0.5 else (),
            reserve=helping.reserve if random.random() < 0.5 else None,
        )
        for queue, helping in zip(usual.queues, helped, strict=True)
    )
    left = Streams(seed).stream("odd steps to a message")
    queues = tuple(
        replace(queue, recipe=(*queue.recipe, RecipeStep(left.choice((30_000, 120_000)), LeaveMessage())))
        if left.random() < 0.3
        else queue
        for queue in queues
    )
    stormy = tuple(
        replace(queue, wrap_up_ms=1_000, offers=random.choice(((Channel.VOICE,), (Channel.CHAT, Channel.SMS), ())))
        for queue in queues
    )
    storm = ModeConfig("storm", "Storm", stormy, lasts_ms=random.choice((0, 20_000)))
    return replace(usual, queues=queues, modes=(storm,))


def bare_queue(agents: int) -> CenterConfig:
    """One queue that callers enter at once, without menu, wrap-up, announcements or recording: M/M/n."""
    names = [f"a{number:03}" for number in range(agents)]
    return CenterConfig(
        name="bare",
        languages=("en",),
        entries=(EntryConfig("100", Channel.VOICE, "main", "en"),),
        queues=(QueueConfig(FAULTS, "Faults", "faults", wrap_up_ms=0, record=False, announce_every_ms=0),),
        agents=tuple(
            AgentConfig(AgentId(name), name, (SkillLevel("faults", 5),), station=StationId(f"p{name}"), phone_only=True)
            for name in names
        ),
        stations=tuple(StationConfig(StationId(f"p{name}"), contact="sip:phone") for name in names),
        flows=(Flow("main", "in", (Branch("in", EnqueueNode(FAULTS, "out")), Branch("out", HangUpNode()))),),
    )
