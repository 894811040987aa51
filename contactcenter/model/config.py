"""The shape of a published configuration: everything that decisions read, as frozen values.

`settings` builds it from TOML and checks it; the core trusts it. What only adapters need (ports, secrets, paths)
stands in the settings, not here. Times are ms, levels 1 to 10, higher priority wins.
"""

from __future__ import annotations

import msgspec

from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.flow import Flow
from contactcenter.model.ids import AgentId, QueueId, StationId
from contactcenter.model.recipes import RecipeStep
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import Channel, Direction, WrapUpKind

__all__ = [
    "AgentAttribute",
    "AgentConfig",
    "CalendarConfig",
    "CenterConfig",
    "DirectConfig",
    "EntryConfig",
    "InternalConfig",
    "ModeConfig",
    "OutgoingConfig",
    "OwnRules",
    "QueueConfig",
    "RelaxStep",
    "Rules",
    "SkillLevel",
    "StationConfig",
]


class SkillLevel(msgspec.Struct, frozen=True):
    """One skill of an agent with its proficiency, 1 to 10; a skill not listed is one the agent lacks."""

    skill: str
    level: int


class AgentAttribute(msgspec.Struct, frozen=True):
    """Something that is so of an agent, for queues to ask for: `region = "north"`."""

    name: str
    value: int | str | bool


class AgentConfig(msgspec.Struct, frozen=True):
    """A person who takes contacts; `phone_only` agents have no console, are ready at start and have no wrap-up.

    `units` are what all texts in hand may take together, each `chat_units` or `sms_units` (0: channels count apart).
    `calls_interrupt` are the channels beside whose conversations a call may be offered, which parks them. `direct` is
    the agent's own number.
    `sms_unanswered` is how many conversations by SMS in hand may lack a first answer (0: as many as fit).
    """

    id: AgentId
    name: str
    skills: tuple[SkillLevel, ...]
    team: str = ""
    station: StationId | None = None
    phone_only: bool = False
    chat_capacity: int = 3
    sms_capacity: int = 5
    attributes: tuple[AgentAttribute, ...] = ()
    auto_answer: bool = False
    units: int = 0
    chat_units: int = 1
    sms_units: int = 1
    calls_interrupt: tuple[Channel, ...] = (Channel.SMS,)
    sms_unanswered: int = 0
    direct: str = ""


class StationConfig(msgspec.Struct, frozen=True):
    """A place where calls ring: a registering phone, a fixed `contact` URI, or a telephone outside with a `number`.

    A number is called through the trunk for calls of ours. Who answers there has to `confirm` by a key that it is no
    machine.
    """

    id: StationId
    contact: str = ""
    auto_answer: bool = False
    number: str = ""
    confirm: bool = True

    def is_called(self, outgoing: OutgoingConfig | None) -> bool:
        """Return whether it is a telephone outside that may be called."""
        return bool(self.number) and outgoing is not None

    @property
    def confirms(self) -> bool:
        """Whether an answer is none before a key is pressed: a mailbox lifts as well."""
        return bool(self.number) and self.confirm


class EntryConfig(msgspec.Struct, frozen=True):
    """One of our addresses: a number dialled, a number texted, or a chat entry, with the flow that greets there.

    The number of an `agent` has no flow: it rings there.
    """

    address: str
    channel: Channel
    flow: str
    language: str
    agent: AgentId | None = None


class CalendarConfig(msgspec.Struct, frozen=True):
    """Opening hours compiled to half-open UTC intervals [from_at, to_at) in ms, sorted, not overlapping."""

    id: str
    open: tuple[tuple[int, int], ...]


class RelaxStep(msgspec.Struct, frozen=True):
    """After so long in the queue, who meets `requires` may serve the contact too."""

    after_ms: int
    requires: str


class QueueConfig(msgspec.Struct, frozen=True):
    """A waiting area; an agent serves it who has `skill` at `min_level` or better, or meets the expression `requires`.

    `ageing_ms` of waiting are worth one point of `priority` (0: none), a customer's class may be worth some
    (`acd.priority`). `strategy` names how one of the free agents is chosen (`acd.strategies`). Contacts of channels
    that are not among `offers` keep their places, but are offered to nobody. With `announce_wait` who waits is told the
    estimated wait beside the place. `hours` names the calendar in which callers and chats may come; who waits when it
    closes is served for `closing_grace_ms` more, and then told so by the prompts `closing`. Of the agents who could, at
    least `keep_for_calls` are kept free of chats and `keep_for_texts` off the phone (`acd.keeping`).
    """

    id: QueueId
    name: str
    skill: str
    min_level: int = 1
    priority: int = 0
    ring_ms: int = 15_000
    text_ring_ms: int = 30_000
    wrap_up_ms: int = 60_000
    record: bool = True
    short_abandon_ms: int = 5_000
    voice_target_ms: int = 20_000
    chat_target_ms: int = 60_000
    sms_target_ms: int = 3_600_000
    target_percent: int = 80
    welcome: tuple[str, ...] = ()
    music: str = "music/hold"
    announce_every_ms: int = 30_000
    limit: int = 1_000
    dispositions: tuple[str, ...] = ()
    requires: str = ""
    strategy: str = "longest_available"
    relax: tuple[RelaxStep, ...] = ()
    ageing_ms: int = 0
    class_priority: tuple[tuple[str, int], ...] = ()
    offers: tuple[Channel, ...] = (Channel.VOICE, Channel.CHAT, Channel.SMS)
    announce_wait: bool = True
    wrap_up: WrapUpKind = WrapUpKind.TIMED
    wrap_up_extensions: int = 2
    recipe: tuple[RecipeStep, ...] = ()
    reserve: ReserveConfig | None = None
    callback: CallbackConfig | None = None
    hours: str = ""
    closing_grace_ms: int = 1_800_000
    closing: tuple[str, ...] = ("queue_closed",)
    reject_penalty_ms: int = 10_000
    no_answer_penalty_ms: int = 30_000
    sticky_ms: int = 60_000
    auto_answer: bool = False
    keep_for_calls: int = 0
    keep_for_texts: int = 0
    voicemail: VoicemailConfig | None = None


class OutgoingConfig(msgspec.Struct, frozen=True):
    """How agents call customers: through which trunk, showing which number of ours, and what follows such a talk.

    Whom they may call is a matter of plain numbers, which only the shells see.
    """

    trunk: str
    shown: str
    ring_agent_ms: int = 20_000
    ring_ms: int = 45_000
    wrap_up_ms: int = 60_000
    record: bool = True
    dispositions: tuple[str, ...] = ()
    calls_per_min: int = 6
    wrap_up: WrapUpKind = WrapUpKind.TIMED
    wrap_up_extensions: int = 2


class InternalConfig(msgspec.Struct, frozen=True):
    """What holds for calls among colleagues; who called writes the result, if one is asked for."""

    ring_agent_ms: int = 20_000
    ring_ms: int = 20_000
    wrap_up_ms: int = 60_000
    record: bool = False
    dispositions: tuple[str, ...] = ()
    wrap_up: WrapUpKind = WrapUpKind.NONE
    wrap_up_extensions: int = 2


class DirectConfig(msgspec.Struct, frozen=True):
    """What holds for calls to an agent's own number.

    Whom she does not take goes to `queue`, else through `flow`, else is told `away` and that is all.
    """

    ring_ms: int = 20_000
    wrap_up_ms: int = 60_000
    record: bool = True
    dispositions: tuple[str, ...] = ()
    wrap_up: WrapUpKind = WrapUpKind.TIMED
    wrap_up_extensions: int = 2
    queue: QueueId | None = None
    flow: str = ""
    away: tuple[str, ...] = ("agent_away",)


OwnRules = OutgoingConfig | InternalConfig | DirectConfig
"""What holds for talks that came from no queue."""

Rules = QueueConfig | OwnRules
"""What holds for a talk: how long it may ring, whether it is recorded, and what follows it."""


class ModeConfig(msgspec.Struct, frozen=True):
    """A named way to run the centre, or one queue: each queue and entry that it changes, as it is in this mode, whole.

    `lasts_ms` is for how long it is in force when nobody says until when; 0 is until somebody ends it.
    """

    id: str
    name: str
    queues: tuple[QueueConfig, ...] = ()
    entries: tuple[EntryConfig, ...] = ()
    lasts_ms: int = 0


class CenterConfig(msgspec.Struct, frozen=True):
    """One centre's whole routing configuration; customers are called back within `callback_hours`, as of a calendar."""

    name: str
    languages: tuple[str, ...]
    entries: tuple[EntryConfig, ...]
    queues: tuple[QueueConfig, ...]
    agents: tuple[AgentConfig, ...]
    stations: tuple[StationConfig, ...]
    flows: tuple[Flow, ...]
    calendars: tuple[CalendarConfig, ...] = ()
    not_ready_reasons: tuple[str, ...] = ("break", "lunch", "meeting", "training", "work")
    default_station_retry_ms: int = 30_000
    outgoing: OutgoingConfig | None = None
    modes: tuple[ModeConfig, ...] = ()
    callback_hours: tuple[tuple[int, int], ...] = ()
    internal: InternalConfig | None = None
    direct: DirectConfig = DirectConfig()

    def own_rules(self, direction: Direction) -> OwnRules | None:
        """Return what holds for talks that begin beside all queues, by how they begin."""
        own = {Direction.OUTBOUND: self.outgoing, Direction.INTERNAL: self.internal, Direction.DIRECT: self.direct}
        return own.get(direction)
