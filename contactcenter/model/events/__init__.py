"""What happened outside, as the adapters saw it: past tense, no interpretation.

Whether a hang-up is an abandon or the end of a handled contact is for the centre to say (see `facts`). Every event
is journaled, so nothing personal may stand in one but as `Sealed`.
"""

from contactcenter.model.events.agents import (
    AgentSignedIn,
    AgentSignedOut,
    ConsoleConnected,
    ConsoleLost,
    ContactClosed,
    DialAsked,
    InternalCallAsked,
    NotReadyChosen,
    OfferAccepted,
    OfferRejected,
    ReadyChosen,
    WrapUpFinished,
)
from contactcenter.model.events.callbacks import CallbackCancelled, CallbackHurried, CallbackRequested, MachineMet
from contactcenter.model.events.center import (
    ClockStepped,
    ConfigPublished,
    CustomerIdentified,
    EngineStarted,
    ErasureAsked,
    TimePassed,
)
from contactcenter.model.events.modes import ModeAsked
from contactcenter.model.events.next_state import NextStateChosen, StateForced
from contactcenter.model.events.telephony import (
    CallArrived,
    CollectEnded,
    KeyPressed,
    LegAnswered,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegLost,
    LegResumed,
    LegRinging,
    PhoneBound,
    PhoneUnbound,
    PlaybackEnded,
    RecordingFailed,
    RecordingStored,
    StationDialled,
)
from contactcenter.model.events.texts import (
    AgentTextWritten,
    ChatStarted,
    TextArrived,
    TextDelivery,
    VisitorConnected,
    VisitorLeft,
    VisitorLost,
)
from contactcenter.model.events.transfers import (
    ConferenceAsked,
    ConsultAsked,
    ConsultCancelled,
    ConsultCompleted,
    ConsultNumberAsked,
    ConsultQueueAsked,
    ConsultTurned,
    TransferAsked,
)
from contactcenter.model.events.voicemail import MessageDismissed
from contactcenter.model.events.wrap_up import ExtensionAsked

__all__ = [
    "AgentSignedIn",
    "AgentSignedOut",
    "AgentTextWritten",
    "CallArrived",
    "CallbackCancelled",
    "CallbackHurried",
    "CallbackRequested",
    "ChatStarted",
    "ClockStepped",
    "CollectEnded",
    "ConferenceAsked",
    "ConfigPublished",
    "ConsoleConnected",
    "ConsoleLost",
    "ConsultAsked",
    "ConsultCancelled",
    "ConsultCompleted",
    "ConsultNumberAsked",
    "ConsultQueueAsked",
    "ConsultTurned",
    "ContactClosed",
    "CustomerIdentified",
    "DialAsked",
    "EngineStarted",
    "ErasureAsked",
    "Event",
    "ExtensionAsked",
    "InternalCallAsked",
    "KeyPressed",
    "LegAnswered",
    "LegFailed",
    "LegHeld",
    "LegHungUp",
    "LegLost",
    "LegResumed",
    "LegRinging",
    "MachineMet",
    "MessageDismissed",
    "ModeAsked",
    "NextStateChosen",
    "NotReadyChosen",
    "OfferAccepted",
    "OfferRejected",
    "PhoneBound",
    "PhoneUnbound",
    "PlaybackEnded",
    "ReadyChosen",
    "RecordingFailed",
    "RecordingStored",
    "StateForced",
    "StationDialled",
    "TextArrived",
    "TextDelivery",
    "TimePassed",
    "TransferAsked",
    "VisitorConnected",
    "VisitorLeft",
    "VisitorLost",
    "WrapUpFinished",
]

Event = (
    ConfigPublished
    | EngineStarted
    | TimePassed
    | ClockStepped
    | CallArrived
    | LegRinging
    | LegAnswered
    | LegFailed
    | LegHungUp
    | LegLost
    | LegHeld
    | LegResumed
    | KeyPressed
    | PlaybackEnded
    | CollectEnded
    | PhoneBound
    | PhoneUnbound
    | RecordingStored
    | RecordingFailed
    | StationDialled
    | AgentSignedIn
    | AgentSignedOut
    | ReadyChosen
    | NotReadyChosen
    | ConsoleConnected
    | ConsoleLost
    | OfferAccepted
    | OfferRejected
    | ContactClosed
    | WrapUpFinished
    | ExtensionAsked
    | NextStateChosen
    | StateForced
    | DialAsked
    | InternalCallAsked
    | ChatStarted
    | TextArrived
    | VisitorConnected
    | VisitorLost
    | VisitorLeft
    | AgentTextWritten
    | TextDelivery
    | CustomerIdentified
    | ErasureAsked
    | ModeAsked
    | TransferAsked
    | CallbackCancelled
    | CallbackHurried
    | CallbackRequested
    | MachineMet
    | MessageDismissed
    | ConsultAsked
    | ConsultNumberAsked
    | ConsultQueueAsked
    | ConsultTurned
    | ConsultCompleted
    | ConsultCancelled
    | ConferenceAsked
)
