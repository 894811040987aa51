"""What an event meant: the only things that change state, and all that reports, records and feeds ever read.

Facts carry no time of their own; the journal entry they stand in has it. Each fact is documented with its owner, the
one package that may decide it.
"""

from contactcenter.model.facts.callbacks import (
    CallbackAgreed,
    CallbackAnswered,
    CallbackDeclined,
    CallbackEnded,
    CallbackMoved,
    CallbackOffered,
    CallbackPostponed,
    CallbackPromised,
    CallbackRefused,
    CallbackResumed,
)
from contactcenter.model.facts.center import ClockMoved, ConfigApplied, CustomerKnown, EngineTookOver, PersonErased
from contactcenter.model.facts.dialling import DialEnded, DialStarted, DirectDiverted
from contactcenter.model.facts.flows import (
    ChoiceMade,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    InputKept,
    MessageRequested,
    PromptIssued,
    QueueRequested,
)
from contactcenter.model.facts.lines import (
    AgentLegDown,
    AgentLegUp,
    BridgeMade,
    ContactArrived,
    CustomerLeft,
    KeyHeard,
    LegChanged,
    LegOpened,
    PlayIssued,
    PromptEnded,
    StationChanged,
)
from contactcenter.model.facts.modes import ModeChanged, ModeRequested, PinTried
from contactcenter.model.facts.next_state import AgentForced, NextStateChanged
from contactcenter.model.facts.penalties import PenaltyBegan, PenaltyEnded
from contactcenter.model.facts.proposals import CallbackProposed
from contactcenter.model.facts.recipes import AnnouncementMade, FarewellBegun, RecipeStepDue
from contactcenter.model.facts.recordings import RecordingChanged
from contactcenter.model.facts.reserve import ReserveCalled, ReserveReleased
from contactcenter.model.facts.routing import (
    AgentSeated,
    ConsolePresence,
    ContactEnded,
    CustomerAnswered,
    DispositionSet,
    OfferEnded,
    OfferMade,
    OfferTaken,
    PauseEnded,
    PlaceKept,
    PositionTold,
    PreferenceEnded,
    PresenceChanged,
    PriorityChanged,
    RefusalsForgotten,
    RequirementRelaxed,
    TalkEnded,
    TalkStarted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.facts.texts import TextDelivered, TextPosted, VisitorSeen
from contactcenter.model.facts.transfers import (
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultMoved,
    ConsultStarted,
    EndDeferred,
    ExternalAnswered,
    ExternalDialled,
    ExternalEnded,
    TransferStarted,
)
from contactcenter.model.facts.voicemail import MessageBegun, MessageLeft, MessageOver, MessageRecording
from contactcenter.model.facts.wrap_up import WrapUpExtended

__all__ = [
    "AgentForced",
    "AgentLegDown",
    "AgentLegUp",
    "AgentSeated",
    "AnnouncementMade",
    "BridgeMade",
    "CallbackAgreed",
    "CallbackAnswered",
    "CallbackDeclined",
    "CallbackEnded",
    "CallbackMoved",
    "CallbackOffered",
    "CallbackPostponed",
    "CallbackPromised",
    "CallbackProposed",
    "CallbackRefused",
    "CallbackResumed",
    "ChoiceMade",
    "ClockMoved",
    "ConferenceStarted",
    "ConfigApplied",
    "ConsolePresence",
    "ConsultAnswered",
    "ConsultEnded",
    "ConsultFaced",
    "ConsultMoved",
    "ConsultStarted",
    "ContactArrived",
    "ContactEnded",
    "CustomerAnswered",
    "CustomerKnown",
    "CustomerLeft",
    "DialEnded",
    "DialStarted",
    "DirectDiverted",
    "DispositionSet",
    "EndDeferred",
    "EngineTookOver",
    "ExternalAnswered",
    "ExternalDialled",
    "ExternalEnded",
    "Fact",
    "FarewellBegun",
    "FlowEnded",
    "FlowMoved",
    "FlowStarted",
    "InputKept",
    "KeyHeard",
    "LegChanged",
    "LegOpened",
    "MessageBegun",
    "MessageLeft",
    "MessageOver",
    "MessageRecording",
    "MessageRequested",
    "ModeChanged",
    "ModeRequested",
    "NextStateChanged",
    "OfferEnded",
    "OfferMade",
    "OfferTaken",
    "PauseEnded",
    "PenaltyBegan",
    "PenaltyEnded",
    "PersonErased",
    "PinTried",
    "PlaceKept",
    "PlayIssued",
    "PositionTold",
    "PreferenceEnded",
    "PresenceChanged",
    "PriorityChanged",
    "PromptEnded",
    "PromptIssued",
    "QueueRequested",
    "RecipeStepDue",
    "RecordingChanged",
    "RefusalsForgotten",
    "RequirementRelaxed",
    "ReserveCalled",
    "ReserveReleased",
    "StationChanged",
    "TalkEnded",
    "TalkStarted",
    "TextDelivered",
    "TextPosted",
    "TransferStarted",
    "VisitEnded",
    "VisitOpened",
    "VisitorSeen",
    "WorkChanged",
    "WrapUpExtended",
]

Fact = (
    ConfigApplied
    | EngineTookOver
    | ClockMoved
    | PersonErased
    | CustomerKnown
    | ContactArrived
    | CustomerLeft
    | LegOpened
    | LegChanged
    | AgentLegUp
    | AgentLegDown
    | BridgeMade
    | PlayIssued
    | StationChanged
    | KeyHeard
    | PromptEnded
    | TextPosted
    | TextDelivered
    | VisitorSeen
    | FlowStarted
    | FlowMoved
    | PromptIssued
    | ChoiceMade
    | InputKept
    | QueueRequested
    | MessageRequested
    | FlowEnded
    | VisitOpened
    | VisitEnded
    | PlaceKept
    | PositionTold
    | OfferMade
    | OfferEnded
    | OfferTaken
    | DialStarted
    | DialEnded
    | DirectDiverted
    | PauseEnded
    | PenaltyBegan
    | PenaltyEnded
    | RefusalsForgotten
    | RequirementRelaxed
    | PreferenceEnded
    | AgentSeated
    | PresenceChanged
    | PriorityChanged
    | ConsolePresence
    | WorkChanged
    | TalkStarted
    | CustomerAnswered
    | TalkEnded
    | DispositionSet
    | WrapUpExtended
    | NextStateChanged
    | AgentForced
    | ContactEnded
    | RecordingChanged
    | CallbackProposed
    | ModeChanged
    | ModeRequested
    | PinTried
    | RecipeStepDue
    | ReserveCalled
    | ReserveReleased
    | AnnouncementMade
    | FarewellBegun
    | TransferStarted
    | EndDeferred
    | ExternalDialled
    | ExternalAnswered
    | ExternalEnded
    | CallbackAgreed
    | CallbackAnswered
    | CallbackDeclined
    | CallbackEnded
    | CallbackMoved
    | CallbackOffered
    | CallbackPostponed
    | CallbackPromised
    | CallbackRefused
    | CallbackResumed
    | ConsultStarted
    | ConsultAnswered
    | ConsultFaced
    | ConsultMoved
    | ConferenceStarted
    | ConsultEnded
    | MessageBegun
    | MessageRecording
    | MessageOver
    | MessageLeft
)
