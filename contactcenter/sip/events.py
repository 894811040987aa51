"""What an endpoint tells its owner: one dataclass per thing that happened on the wire.

`call` is the number that the endpoint gave the call; it is never used twice. Events hold only what the owner decides
upon; headers that an untrusted sender could forge are not among them.
"""

from dataclasses import dataclass

from contactcenter.sip.grammar import Address
from contactcenter.sip.registrar import BindingChange
from contactcenter.sip.sdp import AudioStream, Session

__all__ = [
    "AckTimedOut",
    "ByeReceived",
    "CallAnswered",
    "CallConfirmed",
    "CallFailed",
    "CallProgress",
    "DigitRelayed",
    "Event",
    "InviteCancelled",
    "InviteReceived",
    "RegistrationChanged",
    "ReinviteAnswered",
    "ReinviteCancelled",
    "ReinviteReceived",
    "RequestAnswered",
    "SessionExpired",
]


@dataclass(frozen=True, slots=True)
class InviteReceived:
    """A new call wants to come in; the owner rings, accepts or rejects it."""

    call: int
    called: str
    """User part of the request URI, escapes resolved."""
    calling: str
    """User part of the caller's address: P-Asserted-Identity of a trusted peer, else From."""
    display: str
    """The caller's display name: text from outside, without control characters."""
    account: str
    """The phone account that authenticated itself, empty for a trunk."""
    source: Address
    call_id: str
    offer: Session | None
    """What the caller offers; None asks us to offer."""
    audio: AudioStream | None
    """The stream chosen from the offer."""
    auto_answer: bool = False
    """Whether the caller asks the phone to answer by itself (a phone decides whether it does)."""


@dataclass(frozen=True, slots=True)
class InviteCancelled:
    """The caller withdrew an INVITE that had no final answer; it has its 487."""

    call: int


@dataclass(frozen=True, slots=True)
class CallConfirmed:
    """The ACK for our 200 arrived. `audio` is set where our 200 held the offer."""

    call: int
    audio: AudioStream | None


@dataclass(frozen=True, slots=True)
class AckTimedOut:
    """Nobody acknowledged our 200 for 64*T1; a BYE has been sent and the call is over."""

    call: int


@dataclass(frozen=True, slots=True)
class CallProgress:
    """A provisional answer above 100 to our INVITE."""

    call: int
    status: int
    audio: AudioStream | None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Our INVITE was answered with a 2xx, which is acknowledged already. Without `audio` nothing can be heard."""

    call: int
    audio: AudioStream | None


@dataclass(frozen=True, slots=True)
class CallFailed:
    """Our INVITE ended without an answer: refused, timed out (408) or withdrawn by us (487)."""

    call: int
    status: int


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The far side ended the call; it has its 200."""

    call: int


@dataclass(frozen=True, slots=True)
class SessionExpired:
    """The far side promised to refresh the session and did not (RFC 4028); a BYE has been sent."""

    call: int


@dataclass(frozen=True, slots=True)
class ReinviteReceived:
    """The far side wants to change the session; the owner accepts or rejects."""

    call: int
    offer: Session | None
    audio: AudioStream | None


@dataclass(frozen=True, slots=True)
class ReinviteCancelled:
    """The far side withdrew its re-INVITE; the session stays as it was."""

    call: int


@dataclass(frozen=True, slots=True)
class ReinviteAnswered:
    """Our re-INVITE has its final answer; 491 means that both sides tried at once and the owner may try again."""

    call: int
    status: int
    audio: AudioStream | None


@dataclass(frozen=True, slots=True)
class DigitRelayed:
    """A key came by INFO (`application/dtmf-relay`), which some phones send instead of RFC 4733."""

    call: int
    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """A contact was added, moved, removed or ran out."""

    account: str
    change: BindingChange


@dataclass(frozen=True, slots=True)
class RequestAnswered:
    """A request other than INVITE has its final answer; 408 where none came. `call` is 0 outside calls."""

    call: int
    request: int
    method: str
    status: int
    expires_s: int | None
    """What the registrar granted, for REGISTER."""


Event = (
    InviteReceived
    | InviteCancelled
    | CallConfirmed
    | AckTimedOut
    | CallProgress
    | CallAnswered
    | CallFailed
    | ByeReceived
    | SessionExpired
    | ReinviteReceived
    | ReinviteCancelled
    | ReinviteAnswered
    | DigitRelayed
    | RegistrationChanged
    | RequestAnswered
)
