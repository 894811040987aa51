"""How much an agent may have in hand, and what a queue keeps for its other channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from contactcenter.model.config import AgentConfig, QueueConfig
from contactcenter.model.eligibility import queues_served
from contactcenter.model.expression import ExpressionError
from contactcenter.model.words import Channel
from contactcenter.settings.tables import Table

__all__ = ["KEPT_MAX", "check_keeping", "read_capacity", "read_keeping"]

KEPT_MAX: Final = 100
"""Each offer may have to look past so many agents, for every queue that keeps some."""

UNITS_MAX: Final = 100


def read_capacity(table: Table, usual: AgentConfig) -> AgentConfig:
    """Take how many texts fit into an agent's hands, channel by channel and together, and what calls interrupt."""
    agent = replace(
        usual,
        chat_capacity=table.number("chat_capacity", usual.chat_capacity, 0, 20),
        sms_capacity=table.number("sms_capacity", usual.sms_capacity, 0, 100),
        sms_unanswered=table.number("sms_unanswered", usual.sms_unanswered, 0, 100),
        units=table.number("units", usual.units, 0, UNITS_MAX),
        chat_units=table.number("chat_units", usual.chat_units, 1, UNITS_MAX),
        sms_units=table.number("sms_units", usual.sms_units, 1, UNITS_MAX),
        calls_interrupt=_read_interrupts(table, usual),
    )
    for key, units in (("chat_units", agent.chat_units), ("sms_units", agent.sms_units)):
        if agent.units and units > agent.units:
            place = key if key in table.names() else "units"
            table.complain(
                place, f"leaves no room: {key} is {units} of {agent.units}", "give more units, or smaller ones"
            )
    return agent


def _read_interrupts(table: Table, usual: AgentConfig) -> tuple[Channel, ...]:
    given = table.texts("calls_interrupt", usual.calls_interrupt, what='["sms"], or an empty list')
    for channel in given:
        if channel != Channel.SMS:
            table.complain("calls_interrupt", f"has {channel!r}", 'give ["sms"] or []: no call interrupts a chat')
    return tuple(Channel(channel) for channel in given if channel == Channel.SMS)


def read_keeping(table: Table, usual: QueueConfig) -> QueueConfig:
    """Take how many of a queue's agents are kept free of chats, and how many off the phone."""
    return replace(
        usual,
        keep_for_calls=table.number("keep_for_calls", usual.keep_for_calls, 0, KEPT_MAX),
        keep_for_texts=table.number("keep_for_texts", usual.keep_for_texts, 0, KEPT_MAX),
    )


def check_keeping(table: Table, queue: QueueConfig, agents: Sequence[AgentConfig]) -> None:
    """Complain about a queue that would leave nobody for the other work; who cannot be known is not counted."""
    try:
        able = sum(bool(queues_served(agent, (queue,))) for agent in agents)
    except ExpressionError:
        return
    for key, kept in (("keep_for_calls", queue.keep_for_calls), ("keep_for_texts", queue.keep_for_texts)):
        if able and kept >= able:
            place = key if key in table.names() else ""
            table.complain(place, f"keeps back all {able} agents who serve it", f"make {key} smaller than that")
