"""The legal moves of agents, work and contacts: an absent entry is illegal. The docs' pictures are drawn from these."""

from __future__ import annotations

from enum import StrEnum

from contactcenter.model.words import ContactOutcome, DialOutcome, OfferOutcome, Presence, Work

__all__ = [
    "CONTACT_TRANSITIONS",
    "DIAL_ENDINGS",
    "OUTCOME_BY_STATUS",
    "PRESENCE_TRANSITIONS",
    "WORK_TRANSITIONS",
    "ContactState",
    "dialled",
    "outcome_of",
]


class ContactState(StrEnum):
    """Where a contact stands for routing."""

    IN_FLOW = "in_flow"
    DIALLING = "dialling"
    DIRECTED = "directed"
    """On its way to one named agent, outside of any line."""
    EXTERNAL = "external"
    """Passed on to a number outside, which is called or talks."""
    WAITING = "waiting"
    PROMISED = "promised"
    """A callback is promised, and the caller is still on the line."""
    POSTPONED = "postponed"
    """The customer is not to be called yet."""
    MESSAGE = "message"
    """Its caller is asked for a message, leaves one, or has left one that is not on the disk yet."""
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    FAREWELL = "farewell"
    ENDED = "ended"


PRESENCE_TRANSITIONS: dict[Presence, frozenset[Presence]] = {
    Presence.LOGGED_OUT: frozenset({Presence.NOT_READY, Presence.READY}),
    Presence.NOT_READY: frozenset({Presence.NOT_READY, Presence.READY, Presence.LOGGED_OUT}),
    Presence.READY: frozenset({Presence.NOT_READY, Presence.LOGGED_OUT}),
}

WORK_TRANSITIONS: dict[Work | None, frozenset[Work]] = {
    None: frozenset({Work.RINGING, Work.DIALLING}),
    # Ringing to dialling: the agent of a callback is on the phone, the customer is called.
    Work.RINGING: frozenset({Work.TALKING, Work.CONSULTING, Work.DIALLING, Work.ENDED}),
    Work.DIALLING: frozenset({Work.TALKING, Work.ENDED}),
    Work.TALKING: frozenset({Work.HOLD, Work.CONSULTING, Work.PARKED, Work.WRAP_UP, Work.RESULT_OPEN, Work.ENDED}),
    Work.PARKED: frozenset({Work.TALKING, Work.WRAP_UP, Work.RESULT_OPEN, Work.ENDED}),
    # Hold to consulting: the agent turned away from a colleague whose phone is on hold.
    Work.HOLD: frozenset({Work.TALKING, Work.CONSULTING, Work.WRAP_UP, Work.RESULT_OPEN, Work.ENDED}),
    Work.CONSULTING: frozenset({Work.TALKING, Work.WRAP_UP, Work.RESULT_OPEN, Work.ENDED}),
    # To itself: after a take-over its time starts anew.
    Work.WRAP_UP: frozenset({Work.WRAP_UP, Work.PARKED, Work.ENDED}),
    Work.RESULT_OPEN: frozenset({Work.RESULT_OPEN, Work.ENDED}),
    Work.ENDED: frozenset(),
}

CONTACT_TRANSITIONS: dict[ContactState, frozenset[ContactState]] = {
    ContactState.IN_FLOW: frozenset(
        {ContactState.WAITING, ContactState.PROMISED, ContactState.MESSAGE, ContactState.ENDED}
    ),
    # To waiting: a customer who was called before there was an agent on the phone has answered.
    ContactState.DIALLING: frozenset(
        {
            ContactState.TALKING,
            ContactState.WAITING,
            ContactState.POSTPONED,
            ContactState.WRAP_UP,
            ContactState.ENDED,
        }
    ),
    # Straight to talking: with the colleague who was consulted before. To a flow, or a farewell: a direct call that its
    # agent did not take.
    ContactState.DIRECTED: frozenset(
        {
            ContactState.OFFERED,
            ContactState.WAITING,
            ContactState.TALKING,
            ContactState.IN_FLOW,
            ContactState.FAREWELL,
            ContactState.WRAP_UP,
            ContactState.ENDED,
        }
    ),
    ContactState.EXTERNAL: frozenset({ContactState.DIRECTED, ContactState.WRAP_UP, ContactState.ENDED}),
    # Waiting to waiting: in another queue, by overflow. Farewell: the visit ended as closed, and the customer is told.
    # To wrap-up: the customer left while an agent who passed the contact on writes it up.
    ContactState.WAITING: frozenset(
        {
            ContactState.WAITING,
            ContactState.OFFERED,
            ContactState.DIALLING,
            ContactState.FAREWELL,
            ContactState.PROMISED,
            ContactState.POSTPONED,
            ContactState.MESSAGE,
            ContactState.WRAP_UP,
            ContactState.ENDED,
        }
    ),
    ContactState.MESSAGE: frozenset({ContactState.WAITING, ContactState.WRAP_UP, ContactState.ENDED}),
    ContactState.FAREWELL: frozenset({ContactState.WRAP_UP, ContactState.ENDED}),
    ContactState.PROMISED: frozenset({ContactState.WAITING, ContactState.WRAP_UP, ContactState.ENDED}),
    ContactState.POSTPONED: frozenset({ContactState.WAITING, ContactState.WRAP_UP, ContactState.ENDED}),
    ContactState.OFFERED: frozenset(
        {
            ContactState.WAITING,
            ContactState.DIRECTED,
            ContactState.TALKING,
            ContactState.DIALLING,
            ContactState.ENDED,
        }
    ),
    # Back to waiting: the agent was lost, the customer keeps the old place; or passed on to a queue.
    ContactState.TALKING: frozenset(
        {
            ContactState.WAITING,
            ContactState.DIRECTED,
            ContactState.EXTERNAL,
            ContactState.WRAP_UP,
            ContactState.ENDED,
        }
    ),
    ContactState.WRAP_UP: frozenset({ContactState.ENDED}),
    ContactState.ENDED: frozenset(),
}

OUTCOME_BY_STATUS: dict[int, OfferOutcome] = {
    603: OfferOutcome.REJECTED,
    302: OfferOutcome.REJECTED,
    486: OfferOutcome.BUSY,
    480: OfferOutcome.BUSY,
    600: OfferOutcome.BUSY,
}


def outcome_of(status: int) -> OfferOutcome:
    """Return how an offer ended that a phone refused with a SIP `status`; silence and errors are the device's."""
    return OUTCOME_BY_STATUS.get(status, OfferOutcome.DEVICE_LOST)


DIAL_OUTCOME_BY_STATUS: dict[int, DialOutcome] = {
    0: DialOutcome.FAILED,
    403: DialOutcome.REFUSED,
    408: DialOutcome.NO_ANSWER,
    480: DialOutcome.NO_ANSWER,
    486: DialOutcome.BUSY,
    487: DialOutcome.NO_ANSWER,
    600: DialOutcome.BUSY,
    603: DialOutcome.REFUSED,
}

DIAL_ENDINGS: dict[DialOutcome, ContactOutcome] = {
    DialOutcome.BUSY: ContactOutcome.BUSY,
    DialOutcome.NO_ANSWER: ContactOutcome.NO_ANSWER,
    DialOutcome.REFUSED: ContactOutcome.REFUSED,
    DialOutcome.UNREACHABLE: ContactOutcome.UNREACHABLE,
    DialOutcome.CANCELLED: ContactOutcome.CANCELLED,
    DialOutcome.NO_AGENT: ContactOutcome.NO_AGENT,
    DialOutcome.FAILED: ContactOutcome.FAILED_NODE,
}
"""How a contact ends whose customer was not reached."""


def dialled(status: int) -> DialOutcome:
    """Return how calling a customer ended whose line was refused with a SIP `status`, 0 if it was lost by us."""
    return DIAL_OUTCOME_BY_STATUS.get(status, DialOutcome.UNREACHABLE)
