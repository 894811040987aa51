"""Names for the identifiers that travel between the parts.

Ids made by the centre derive from journal positions; ids of things that begin outside (an incoming leg, a chat, a
message) are random tokens made by the adapter that saw them first. Nothing here may parse an id for meaning.
"""

from typing import NewType

__all__ = [
    "AgentId",
    "ContactId",
    "ConversationId",
    "CustomerId",
    "GroupId",
    "LegId",
    "MessageId",
    "OfferId",
    "PersonId",
    "PlayId",
    "QueueId",
    "RecordingId",
    "StationId",
    "VisitId",
]

ContactId = NewType("ContactId", str)
VisitId = NewType("VisitId", str)
OfferId = NewType("OfferId", str)
GroupId = NewType("GroupId", str)
LegId = NewType("LegId", str)
PlayId = NewType("PlayId", str)
RecordingId = NewType("RecordingId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
StationId = NewType("StationId", str)
PersonId = NewType("PersonId", str)
CustomerId = NewType("CustomerId", str)
