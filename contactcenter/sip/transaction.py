"""The four transaction machines of RFC 3261 §17 with the corrections of RFC 6026, as tables.

A transaction repeats what the network loses, absorbs what it doubles, and ends by itself. `Transactions` holds those
that live: it finds each in O(1), ends each in O(log n), and never decides what a message means. State changes happen
only by `MACHINES`; an input that a state has no entry for is stray and is absorbed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Message, Request, Response, copy_headers
from contactcenter.sip.timers import TimerHeap

__all__ = ["MACHINES", "Action", "Input", "Kind", "State", "TimerSettings", "Transaction", "Transactions"]

MAGIC_COOKIE = "z9hG4bK"


class Kind(StrEnum):
    """Which of the four machines a transaction runs."""

    INVITE_CLIENT = "invite_client"
    INVITE_SERVER = "invite_server"
    REQUEST_CLIENT = "request_client"
    REQUEST_SERVER = "request_server"


class State(StrEnum):
    """States of all four machines, named as in the RFC."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class Input(StrEnum):
    """What can happen to a transaction. The one-letter ones are its timers."""

    REQUEST = "request"
    ACK = "ack"
    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "3xx-6xx"
    TIMER_A = "A"
    TIMER_B = "B"
    TIMER_D = "D"
    TIMER_E = "E"
    TIMER_F = "F"
    TIMER_G = "G"
    TIMER_H = "H"
    TIMER_I = "I"
    TIMER_J = "J"
    TIMER_K = "K"
    TIMER_L = "L"
    TIMER_M = "M"


class Action(StrEnum):
    """What a transition makes the transaction do, besides starting timers."""

    SEND = "send"
    REPEAT = "repeat"
    ACKNOWLEDGE = "acknowledge"
    PASS = "pass"
    TIME_OUT = "time_out"


Step = tuple[State, tuple[Action | Input, ...]]
Machine = Mapping[State, Mapping[Input, Step]]

_S, _I, _A = State, Input, Action

# An `Input` among the actions starts that timer. Timers left over from an earlier state find no entry and do nothing.
MACHINES: Mapping[Kind, Machine] = {
    Kind.INVITE_CLIENT: {
        _S.CALLING: {
            _I.TIMER_A: (_S.CALLING, (_A.REPEAT, _I.TIMER_A)),
            _I.TIMER_B: (_S.TERMINATED, (_A.TIME_OUT,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.PASS,)),
            _I.SUCCESS: (_S.ACCEPTED, (_A.PASS, _I.TIMER_M)),
            _I.FAILURE: (_S.COMPLETED, (_A.ACKNOWLEDGE, _A.PASS, _I.TIMER_D)),
        },
        _S.PROCEEDING: {
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.PASS,)),
            _I.SUCCESS: (_S.ACCEPTED, (_A.PASS, _I.TIMER_M)),
            _I.FAILURE: (_S.COMPLETED, (_A.ACKNOWLEDGE, _A.PASS, _I.TIMER_D)),
        },
        _S.ACCEPTED: {_I.SUCCESS: (_S.ACCEPTED, (_A.PASS,)), _I.TIMER_M: (_S.TERMINATED, ())},
        _S.COMPLETED: {_I.FAILURE: (_S.COMPLETED, (_A.ACKNOWLEDGE,)), _I.TIMER_D: (_S.TERMINATED, ())},
    },
    Kind.INVITE_SERVER: {
        _S.PROCEEDING: {
            _I.REQUEST: (_S.PROCEEDING, (_A.REPEAT,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.SEND,)),
            _I.SUCCESS: (_S.ACCEPTED, (_A.SEND, _I.TIMER_L)),
            _I.FAILURE: (_S.COMPLETED, (_A.SEND, _I.TIMER_G, _I.TIMER_H)),
        },
        _S.COMPLETED: {
            _I.REQUEST: (_S.COMPLETED, (_A.REPEAT,)),
            _I.TIMER_G: (_S.COMPLETED, (_A.REPEAT, _I.TIMER_G)),
            _I.TIMER_H: (_S.TERMINATED, ()),
            _I.ACK: (_S.CONFIRMED, (_I.TIMER_I,)),
        },
        _S.CONFIRMED: {_I.TIMER_I: (_S.TERMINATED, ())},
        _S.ACCEPTED: {_I.SUCCESS: (_S.ACCEPTED, (_A.SEND,)), _I.TIMER_L: (_S.TERMINATED, ())},
    },
    Kind.REQUEST_CLIENT: {
        _S.TRYING: {
            _I.TIMER_E: (_S.TRYING, (_A.REPEAT, _I.TIMER_E)),
            _I.TIMER_F: (_S.TERMINATED, (_A.TIME_OUT,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.PASS,)),
            _I.SUCCESS: (_S.COMPLETED, (_A.PASS, _I.TIMER_K)),
            _I.FAILURE: (_S.COMPLETED, (_A.PASS, _I.TIMER_K)),
        },
        _S.PROCEEDING: {
            _I.TIMER_E: (_S.PROCEEDING, (_A.REPEAT, _I.TIMER_E)),
            _I.TIMER_F: (_S.TERMINATED, (_A.TIME_OUT,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.PASS,)),
            _I.SUCCESS: (_S.COMPLETED, (_A.PASS, _I.TIMER_K)),
            _I.FAILURE: (_S.COMPLETED, (_A.PASS, _I.TIMER_K)),
        },
        _S.COMPLETED: {_I.TIMER_K: (_S.TERMINATED, ())},
    },
    Kind.REQUEST_SERVER: {
        _S.TRYING: {
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.SEND,)),
            _I.SUCCESS: (_S.COMPLETED, (_A.SEND, _I.TIMER_J)),
            _I.FAILURE: (_S.COMPLETED, (_A.SEND, _I.TIMER_J)),
        },
        _S.PROCEEDING: {
            _I.REQUEST: (_S.PROCEEDING, (_A.REPEAT,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.SEND,)),
            _I.SUCCESS: (_S.COMPLETED, (_A.SEND, _I.TIMER_J)),
            _I.FAILURE: (_S.COMPLETED, (_A.SEND, _I.TIMER_J)),
        },
        _S.COMPLETED: {_I.REQUEST: (_S.COMPLETED, (_A.REPEAT,)), _I.TIMER_J: (_S.TERMINATED, ())},
    },
}

_START: Mapping[Kind, tuple[State, tuple[Input, ...]]] = {
    Kind.INVITE_CLIENT: (State.CALLING, (Input.TIMER_A, Input.TIMER_B)),
    Kind.INVITE_SERVER: (State.PROCEEDING, ()),
    Kind.REQUEST_CLIENT: (State.TRYING, (Input.TIMER_E, Input.TIMER_F)),
    Kind.REQUEST_SERVER: (State.TRYING, ()),
}
# These repeat a message with growing pauses; a reliable transport needs none of them.
_REPEATING = frozenset({Input.TIMER_A, Input.TIMER_E, Input.TIMER_G})
# These only wait for late copies; a reliable transport makes none.
_LINGERING = frozenset({Input.TIMER_D, Input.TIMER_I, Input.TIMER_J, Input.TIMER_K})


@dataclass(frozen=True, slots=True)
class TimerSettings:
    """The base times of RFC 3261 table 4, in milliseconds."""

    t1_ms: int = 500
    t2_ms: int = 4_000
    t4_ms: int = 5_000

    @property
    def give_up_ms(self) -> int:
        """64*T1: how long an element keeps trying."""
        return 64 * self.t1_ms

    def single_ms(self, timer: Input) -> int:
        """Return how long a timer runs that does not repeat anything."""
        return self.t4_ms if timer in (Input.TIMER_I, Input.TIMER_K) else self.give_up_ms


class Key(NamedTuple):
    """What two messages of one transaction have in common (RFC 3261 §17.1.3, §17.2.3)."""

    branch: str
    sent_by: str
    method: str


class Transaction:
    """One transaction. `usage` belongs to the owner, who leaves there what the answer is for."""

    __slots__ = ("address", "key", "kind", "last", "merge_key", "pause_ms", "request", "state", "usage")

    def __init__(self, kind: Kind, key: Key, request: Request, address: Address) -> None:
        self.kind = kind
        self.key = key
        self.request = request
        self.address = address
        self.state = _START[kind][0]
        self.last = b""
        self.pause_ms = 0
        self.merge_key: tuple[str, ...] = ()
        self.usage: object = None

    @property
    def open(self) -> bool:
        """Whether a final response is still to come or to be given."""
        return self.state in (State.CALLING, State.TRYING, State.PROCEEDING)


def _input_of(status: int) -> Input:
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE


def server_key(request: Request) -> Key:
    """Return the key of the server transaction that a request belongs to; an ACK has its INVITE's."""
    via = request.via
    method = "INVITE" if request.method == "ACK" else request.method
    if via.branch.startswith(MAGIC_COOKIE) and len(via.branch) > len(MAGIC_COOKIE):
        return Key(via.branch, f"{via.host}:{via.port}", method)
    # RFC 2543: no unique branch. The To tag is left out, for an ACK carries the one that we gave.
    identity = (request.from_tag, request.call_id, str(request.cseq.number), request.uri_text)
    return Key(" ".join(identity), f"{via.host}:{via.port};{via.branch}", method)


class Transactions:
    """All live transactions of one element, and what they want sent."""

    def __init__(self, settings: TimerSettings, outbox: list[tuple[bytes, Address]]) -> None:
        self._settings = settings
        self._outbox = outbox
        self._live: dict[tuple[bool, Key], Transaction] = {}
        self._merged: dict[tuple[str, ...], Transaction] = {}
        self._timers: TimerHeap[tuple[Transaction, Input]] = TimerHeap()

    def __len__(self) -> int:
        return len(self._live)

    def deadline(self) -> int | None:
        """Return when `expire` must be called next."""
        return self._timers.deadline()

    def find_server(self, key: Key) -> Transaction | None:
        """Return the live server transaction of a key."""
        return self._live.get((True, key))

    def is_merged(self, request: Request) -> bool:
        """Whether this request came before on another way (RFC 3261 §8.2.2.2)."""
        return _merge_key(request) in self._merged

    def absorb(self, request: Request, now: int) -> bool:
        """Feed a request to its transaction; False if there is none or, for an ACK, if its owner must see it."""
        found = self._live.get((True, server_key(request)))
        if found is None or (request.method == "ACK" and found.state is State.ACCEPTED):
            return False
        self._step(found, Input.ACK if request.method == "ACK" else Input.REQUEST, now)
        return True

    def open_server(self, request: Request, source: Address) -> Transaction:
        """Begin the server side for a request that `absorb` did not know."""
        kind = Kind.INVITE_SERVER if request.method == "INVITE" else Kind.REQUEST_SERVER
        made = Transaction(kind, server_key(request), request, source)
        self._live[(True, made.key)] = made
        if not request.to_tag:
            made.merge_key = _merge_key(request)
            self._merged.setdefault(made.merge_key, made)
        return made

    def respond(self, transaction: Transaction, response: Response, now: int) -> None:
        """Send a response; a second final one to the same request is absorbed, except a repeated 2xx."""
        step = _input_of(response.status)
        if step in MACHINES[transaction.kind].get(transaction.state, {}):
            transaction.last = response.encode()
            self._step(transaction, step, now)

    def open_client(self, request: Request, address: Address, now: int) -> Transaction:
        """Send a request and watch for its answer; its topmost Via names the transaction."""
        kind = Kind.INVITE_CLIENT if request.method == "INVITE" else Kind.REQUEST_CLIENT
        made = Transaction(kind, Key(request.via.branch, "", request.method), request, address)
        made.last = request.encode()
        self._live[(False, made.key)] = made
        self._outbox.append((made.last, address))
        for timer in _START[kind][1]:
            self._start(made, timer, now)
        return made

    def adopt_client(self, request: Request, address: Address) -> Transaction:
        """Watch for answers to an INVITE that was sent before a restart; nothing is sent."""
        made = Transaction(Kind.INVITE_CLIENT, Key(request.via.branch, "", request.method), request, address)
        made.state = State.PROCEEDING
        self._live[(False, made.key)] = made
        return made

    def forget(self, transaction: Transaction) -> None:
        """End a transaction that nobody waits for any more."""
        transaction.state = State.TERMINATED
        self._remove(transaction)

    def receive(self, response: Response, now: int) -> tuple[Transaction | None, bool]:
        """Feed a response: return its transaction, if any, and whether the owner must see the response."""
        key = Key(response.via.branch, "", response.cseq.method)
        found = self._live.get((False, key))
        if found is None:
            return None, False
        return found, Action.PASS in self._step(found, _input_of(response.status), now, response)

    def expire(self, now: int) -> list[Transaction]:
        """Fire what is due; return the client transactions that got no answer."""
        timed_out = []
        while (due := self._timers.pop_due(now)) is not None:
            at, (transaction, timer) = due
            if Action.TIME_OUT in self._step(transaction, timer, max(at, now)):
                timed_out.append(transaction)
        return timed_out

    def _step(
        self, transaction: Transaction, step: Input, now: int, response: Response | None = None
    ) -> tuple[Action | Input, ...]:
        entry = MACHINES[transaction.kind].get(transaction.state, {}).get(step)
        if entry is None:
            return ()
        transaction.state, actions = entry
        for action in actions:
            if isinstance(action, Input):
                self._start(transaction, action, now)
            elif action is Action.ACKNOWLEDGE and response is not None:
                self._acknowledge(transaction, response)
            elif action in (Action.SEND, Action.REPEAT) and transaction.last:
                self._outbox.append((transaction.last, transaction.address))
        if transaction.state is State.TERMINATED:
            self._remove(transaction)
        return actions

    def _start(self, transaction: Transaction, timer: Input, now: int) -> None:
        if transaction.address.reliable and timer in _REPEATING:
            return
        if transaction.address.reliable and timer in _LINGERING:
            transaction.state = State.TERMINATED
            return
        self._timers.schedule(now + self._pause(transaction, timer), (transaction, timer))

    def _pause(self, transaction: Transaction, timer: Input) -> int:
        if timer not in _REPEATING:
            return self._settings.single_ms(timer)
        doubled = transaction.pause_ms * 2 or self._settings.t1_ms
        if timer is not Input.TIMER_A:  # an INVITE's pauses are not capped: timer B ends them
            doubled = min(doubled, self._settings.t2_ms)
        if transaction.state is State.PROCEEDING:
            doubled = self._settings.t2_ms
        transaction.pause_ms = doubled
        return doubled

    def _acknowledge(self, transaction: Transaction, response: Response) -> None:
        """Send the ACK for a failure: the INVITE's own hop, the response's To (RFC 3261 §17.1.1.3)."""
        invite = transaction.request
        headers = {"via": invite.values("via")[:1]} | copy_headers(invite, ("route", "from", "call-id", "max-forwards"))
        headers["to"] = response.values("to")
        headers["cseq"] = [f"{invite.cseq.number} ACK"]
        self._outbox.append((Request("ACK", invite.uri_text, headers).encode(), transaction.address))

    def _remove(self, transaction: Transaction) -> None:
        server = transaction.kind in (Kind.INVITE_SERVER, Kind.REQUEST_SERVER)
        self._live.pop((server, transaction.key), None)
        if self._merged.get(transaction.merge_key) is transaction:
            del self._merged[transaction.merge_key]


def _merge_key(message: Message) -> tuple[str, ...]:
    cseq = message.cseq
    return message.from_tag, message.call_id, str(cseq.number), cseq.method
