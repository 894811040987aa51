"""The closed vocabularies of the field: channels, states and outcomes, each value named as the glossary names it.

Nothing here decides anything; the modules that own a state hold its transition table.
"""

from enum import StrEnum

__all__ = [
    "Author",
    "CallbackOutcome",
    "CallbackRefusal",
    "CallbackStep",
    "Channel",
    "ContactOutcome",
    "Delivery",
    "DialOutcome",
    "Direction",
    "LegRole",
    "LegState",
    "ModeSource",
    "OfferOutcome",
    "Party",
    "Presence",
    "RecordingState",
    "Role",
    "VisitOutcome",
    "Withdrawal",
    "Work",
    "WrapUpKind",
]


class Channel(StrEnum):
    """How the customer came."""

    VOICE = "voice"
    CHAT = "chat"
    SMS = "sms"


class Direction(StrEnum):
    """Who began a contact, and for whom; none but the first comes through a queue by itself."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    """An agent calls a customer."""
    INTERNAL = "internal"
    """An agent calls a colleague; there is no customer."""
    DIRECT = "direct"
    """A customer calls one agent at a number of her own."""


class Presence(StrEnum):
    """What an agent said of himself; work states belong to contacts."""

    LOGGED_OUT = "logged_out"
    NOT_READY = "not_ready"
    READY = "ready"


class Work(StrEnum):
    """What one agent does with one contact."""

    RINGING = "ringing"
    DIALLING = "dialling"
    TALKING = "talking"
    HOLD = "hold"
    CONSULTING = "consulting"
    """Talks about the contact with a colleague while the customer hears music, or waits for her to answer."""
    WRAP_UP = "wrap_up"
    ENDED = "ended"
    PARKED = "parked"
    """A text that waits for the end of its agent's call; its clocks stand still."""
    RESULT_OPEN = "result_open"
    """The talk is over and the agent free; the result may still be written."""


class WrapUpKind(StrEnum):
    """What a queue asks of an agent after a talk; `model.wrap_up` says how long it may take."""

    NONE = "none"
    OPTIONAL = "optional"
    """The agent is free at once and may still write the result."""
    MANDATORY = "mandatory"
    """It does not end before a disposition is given."""
    TIMED = "timed"
    """It ends by itself, and the agent may extend it a few times."""


class OfferOutcome(StrEnum):
    """The named ways in which an offer ends; each offer ends in exactly one."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DEVICE_LOST = "device_lost"
    CALLER_GONE = "caller_gone"
    WITHDRAWN = "withdrawn"


class Withdrawal(StrEnum):
    """Why an offer was taken back from an agent who had done nothing."""

    RACE_LOST = "race_lost"
    """Another agent of the same offer group was first."""
    AGENT_LEFT = "agent_left"
    """The agent became not ready, signed out or left the configuration."""
    SUSPENDED = "suspended"
    """The queue does not offer this channel now."""
    TOOK_OVER = "took_over"
    """A new engine makes its offers anew."""


class DialOutcome(StrEnum):
    """The named ways in which dialling a customer ends; each ends in exactly one."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    """The agent gave up before the customer answered."""
    NO_AGENT = "no_agent"
    """The agent's own phone did not answer, so that nobody was called."""
    FAILED = "failed"


class VisitOutcome(StrEnum):
    """The named ways in which a queue visit ends; the reporting identity sums over these."""

    HANDLED = "handled"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"
    OVERFLOWED = "overflowed"
    CALLED_BACK = "called_back"
    VOICEMAIL = "voicemail"
    CLOSED = "closed"
    MOVED = "moved"
    FAILED = "failed"


class ContactOutcome(StrEnum):
    """How a whole contact ended."""

    HANDLED = "handled"
    ABANDONED = "abandoned"
    LEFT_IN_IVR = "left_in_ivr"
    SELF_SERVED = "self_served"
    CLOSED = "closed"
    REFUSED = "refused"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    NO_AGENT = "no_agent"
    FAILED_NODE = "failed_node"
    CALLBACK_FAILED = "callback_failed"
    CALLBACK_EXPIRED = "callback_expired"
    CALLBACK_CANCELLED = "callback_cancelled"


class CallbackStep(StrEnum):
    """Where the talk with a caller about a callback stands."""

    CONFIRMING = "confirming"
    """He hears the number that he calls from: yes, another one, or no."""
    KEYING = "keying"
    READING_BACK = "reading_back"
    PROMISED = "promised"
    REFUSED = "refused"


class CallbackRefusal(StrEnum):
    """Why a caller who waits cannot be called back."""

    CROWDED = "crowded"
    """More are to be called than can be before closing."""
    PROMISED_ALREADY = "promised_already"
    """The number is called back already, from another queue."""


class CallbackOutcome(StrEnum):
    """The named ways in which a callback ends; each ends in exactly one."""

    REACHED = "reached"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    """The customer called again, and has the place."""
    ABANDONED = "abandoned"
    """The customer was called first, and hung up before an agent was there."""


class LegRole(StrEnum):
    """Whose line a leg is."""

    CALLER = "caller"
    CALLED = "called"
    """A customer whom we dial."""
    AGENT = "agent"
    OUTSIDE = "outside"
    """Somebody outside to whom a customer is passed on."""


class LegState(StrEnum):
    """Where a leg stands; `calls.transitions` holds the legal moves."""

    ANSWERING = "answering"
    DIALLING = "dialling"
    ALERTING = "alerting"
    UP = "up"
    HELD = "held"
    ENDED = "ended"


class RecordingState(StrEnum):
    """Where a recording stands."""

    STARTED = "started"
    PAUSED = "paused"
    STOPPING = "stopping"
    STORED = "stored"
    FAILED = "failed"


class Party(StrEnum):
    """Who ended a conversation."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Author(StrEnum):
    """Who wrote a text message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Delivery(StrEnum):
    """What became of an outgoing text."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Role(StrEnum):
    """Rights of a signed-in person or program."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    INTEGRATION = "integration"


class ModeSource(StrEnum):
    """From where a mode was switched; the last two are the centre's own doing."""

    CONSOLE = "console"
    API = "api"
    COMMAND = "command"
    TELEPHONE = "telephone"
    EXPIRY = "expiry"
    CONFIGURATION = "configuration"
