"""One call of an endpoint: its states as a table, and what it remembers between messages.

State changes only by `Call.step`, from `CALL_TRANSITIONS`; an act that a state has no entry for is late or doubled, and
changes nothing. A call sends nothing itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.sip.dialog import Dialog
from contactcenter.sip.digest import Account, Algorithm
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Response
from contactcenter.sip.transaction import Transaction

__all__ = ["CALL_TRANSITIONS", "Act", "Call", "CallState", "Credentials", "InviteOrder", "Unacknowledged"]

# Finds the account to answer a realm's challenge with; None leaves the challenge unanswered.
Credentials = Callable[[str, Algorithm], Account | None]


class CallState(StrEnum):
    """How far a call is."""

    RECEIVED = "received"
    """An INVITE is here and its final answer is ours to give."""
    ANSWERED = "answered"
    """We gave a 2xx and wait for the ACK."""
    LEAVING = "leaving"
    """Hung up by us before the ACK came; the BYE waits for it (RFC 3261 §15)."""
    CALLING = "calling"
    """Our INVITE is out."""
    CANCELLING = "cancelling"
    """Our INVITE is withdrawn; its final answer is outstanding."""
    CONFIRMED = "confirmed"
    ENDING = "ending"
    """Our BYE is out."""
    ENDED = "ended"


class Act(StrEnum):
    """What can happen to a call, from either side."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    FAIL = "fail"
    HANG_UP = "hang_up"
    BYE = "bye"
    GIVE_UP = "give_up"
    DONE = "done"


_S, _A = CallState, Act

CALL_TRANSITIONS: Mapping[CallState, Mapping[Act, CallState]] = {
    _S.RECEIVED: {
        _A.ACCEPT: _S.ANSWERED,
        _A.REFUSE: _S.ENDED,
        _A.WITHDRAW: _S.ENDED,
        _A.BYE: _S.ENDED,
    },
    _S.ANSWERED: {
        _A.ACKNOWLEDGE: _S.CONFIRMED,
        _A.HANG_UP: _S.LEAVING,
        _A.GIVE_UP: _S.ENDING,
        _A.BYE: _S.ENDED,
    },
    _S.LEAVING: {_A.ACKNOWLEDGE: _S.ENDING, _A.GIVE_UP: _S.ENDING, _A.BYE: _S.ENDED},
    _S.CALLING: {_A.ANSWER: _S.CONFIRMED, _A.FAIL: _S.ENDED, _A.WITHDRAW: _S.CANCELLING},
    _S.CANCELLING: {_A.ANSWER: _S.ENDING, _A.FAIL: _S.ENDED},
    _S.CONFIRMED: {_A.HANG_UP: _S.ENDING, _A.GIVE_UP: _S.ENDING, _A.BYE: _S.ENDED},
    _S.ENDING: {_A.BYE: _S.ENDED, _A.DONE: _S.ENDED},
    _S.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class InviteOrder:
    """A call that we place. Call-ID, tag and branch are the owner's, so that they can be made again after a crash."""

    target: str
    destination: Address
    caller: str
    call_id: str
    from_tag: str
    branch: str
    display: str = ""
    body: bytes = b""
    contact_user: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    credentials: Credentials | None = None


@dataclass(slots=True)
class Unacknowledged:
    """A 2xx of ours that is repeated until its ACK comes (RFC 3261 §13.3.1.4)."""

    cseq: int
    transaction: Transaction
    response: Response
    pause_ms: int
    offered: bool
    """Whether our 2xx held the offer, so that the ACK holds the answer."""


class Call:
    """One call. `dialog` is None until our own INVITE is answered."""

    __slots__ = (
        "answered_tag",
        "cancel_sent",
        "contact",
        "dialog",
        "invite",
        "last_ack",
        "number",
        "order",
        "peer",
        "reinvite",
        "reinviting",
        "session_mark",
        "session_s",
        "state",
        "tries",
        "unacknowledged",
    )

    def __init__(self, number: int, state: CallState, contact: str, peer: Address) -> None:
        self.number = number
        self.state = state
        self.contact = contact
        self.peer = peer
        self.dialog: Dialog | None = None
        self.order: InviteOrder | None = None
        # Our INVITE, or the far side's while it is unanswered.
        self.invite: Transaction | None = None
        # The far side's re-INVITE while it is unanswered, and whether one of ours is out.
        self.reinvite: Transaction | None = None
        self.reinviting = False
        self.unacknowledged: Unacknowledged | None = None
        self.last_ack: tuple[int, bytes] = (0, b"")
        self.answered_tag = ""
        self.cancel_sent = False
        self.tries = 0
        self.session_s = 0
        self.session_mark = 0

    @property
    def established(self) -> Dialog:
        """The dialog of a call whose state says that there is one."""
        assert self.dialog is not None, "the call was answered, or came in"
        return self.dialog

    @property
    def placed(self) -> tuple[InviteOrder, Transaction]:
        """Order and INVITE of a call that we placed."""
        assert self.order is not None, "the call was placed by us"
        assert self.invite is not None, "and its INVITE is remembered"
        return self.order, self.invite

    def step(self, act: Act) -> bool:
        """Let an act happen; False, and nothing changes, if the state does not know it."""
        target = CALL_TRANSITIONS[self.state].get(act)
        if target is None:
            return False
        self.state = target
        return True
