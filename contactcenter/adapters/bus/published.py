"""Facts as the outside may see them: ids, classes and figures; never a box, a keyed hash or a configuration.

What is sealed is found by its type, so that a new fact with a box in it cannot be told by oversight.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from contactcenter.adapters.bus.payloads import FactMessage
from contactcenter.model.entry import Entry
from contactcenter.model.facts import Fact
from contactcenter.model.sealed import Sealed

__all__ = ["FACT_BYTES_MAX", "KINDS", "Told", "tell", "told_fields"]

FACT_BYTES_MAX = 65_536  # a hundred times the usual; brokers and subscribers need not hold more

KINDS: tuple[type[Any], ...] = get_args(Fact)

# An address key is the same for each contact of one number; configurations and file names are not for everybody.
LEFT_OUT = {
    "address_key",
    "AgentForced.by",
    "ConfigApplied.config",
    "ModeChanged.by",
    "ModeChanged.reason",
    "NextStateChanged.by",
    "RecordingChanged.name",
}

Told = tuple[str, bytes]


def told_fields(kind: type[Any]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of a kind of fact that are told."""
    return tuple(
        field
        for field in msgspec.structs.fields(kind)
        if not {field.name, f"{kind.__name__}.{field.name}"} & LEFT_OUT and not _sealed(field.type)
    )


def tell(entry: Entry) -> list[Told]:
    """Return the kind and payload of each fact of an entry, in order."""
    return [_told(entry, number, fact) for number, fact in enumerate(entry.facts, 1)]


def _told(entry: Entry, number: int, fact: Fact) -> Told:
    kind = type(fact).__name__
    content = {field.name: msgspec.to_builtins(getattr(fact, field.name)) for field in FIELDS[type(fact)]}
    position = entry.position
    message = FactMessage(kind, position.epoch, position.sequence, number, len(entry.facts), entry.at, content)
    payload = msgspec.json.encode(message)
    if len(payload) > FACT_BYTES_MAX:
        payload = msgspec.json.encode(msgspec.structs.replace(message, fact=None))
    return kind, payload


def _sealed(kind: Any) -> bool:
    return kind is Sealed or any(_sealed(inner) for inner in get_args(kind))


FIELDS = {kind: told_fields(kind) for kind in KINDS}
