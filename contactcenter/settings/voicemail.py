"""The keys by which queues take messages of callers who do not wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contactcenter.model.config import AgentConfig, QueueConfig
from contactcenter.model.recipes import LeaveMessage
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.settings.serving import is_served
from contactcenter.settings.tables import Table

__all__ = ["check_voicemail", "read_voicemail"]

KEY: Final = "[0-9]?"
KEY_WHAT: Final = 'one digit such as "5", or "" for none'


def read_voicemail(table: Table, usual: VoicemailConfig | None) -> VoicemailConfig | None:
    """Take a queue's rules for messages; None where `voicemail` does not allow them."""
    rules = usual or VoicemailConfig()
    given = VoicemailConfig(
        key=table.text("voicemail_key", rules.key, like=KEY, what=KEY_WHAT),
        at_closing=table.flag("voicemail_at_closing", rules.at_closing),
        max_ms=1_000 * table.number("voicemail_max_s", rules.max_ms // 1_000, 10, 600),
        min_ms=rules.min_ms,
    )
    return given if table.flag("voicemail", usual is not None) else None


def check_voicemail(table: Table, queue: QueueConfig, agents: Sequence[AgentConfig]) -> None:
    """Complain of a way to a message that leads nowhere, and of messages that nobody could listen to."""
    rules = queue.voicemail
    if rules is None:
        if any(isinstance(step.act, LeaveMessage) for step in queue.recipe):
            table.complain("step", "leads to a message, and this queue takes none", "give voicemail = true")
        return
    if rules.key and queue.callback is not None and rules.key == queue.callback.key:
        reason = f"is {rules.key!r}, which asks for a callback already"
        table.complain("voicemail_key", reason, "choose another digit")
    if is_served(queue, agents) and not is_served(queue, [agent for agent in agents if not agent.phone_only]):
        reason = "takes messages, and nobody who serves this queue has a console to listen"
        table.complain("voicemail", reason, "let somebody serve it who is not phone_only")
