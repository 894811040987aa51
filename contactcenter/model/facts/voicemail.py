"""Facts of messages that callers leave, decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, PlayId, QueueId, RecordingId
from contactcenter.model.words import VisitOutcome

__all__ = ["MessageBegun", "MessageLeft", "MessageOver", "MessageRecording"]


class MessageBegun(FactBase, frozen=True):
    """A caller left the line to leave a message, and is asked for it; it is recorded once `prompt` was heard.

    Who leaves none ends the visit as `otherwise`. Who comes from a flow has none: the message is for `queue`, at
    `priority` and at the place of this moment, and who leaves none was in the flow.
    """

    contact: ContactId
    prompt: PlayId
    prompts: tuple[str, ...]
    otherwise: VisitOutcome
    queue: QueueId | None = None
    priority: int = 0


class MessageRecording(FactBase, frozen=True):
    """What the caller says is recorded from here, until `until_at` at the latest."""

    contact: ContactId
    until_at: int


class MessageOver(FactBase, frozen=True):
    """The caller has ended the message by a key, or has spoken for as long as may be."""

    contact: ContactId


class MessageLeft(FactBase, frozen=True):
    """A message was left, and the contact goes on without its caller.

    Of one that is not `whole`, the recording was cut off or lost; `duration_ms` is then 0.
    """

    contact: ContactId
    recording: RecordingId
    duration_ms: int
    whole: bool
    prompt: PlayId
