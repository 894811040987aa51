"""`[internal]` and `[direct]`: what holds for calls among colleagues, and for calls to an agent's own number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from contactcenter.model.config import AgentConfig, DirectConfig, EntryConfig, InternalConfig, QueueConfig
from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel
from contactcenter.settings.tables import Table
from contactcenter.settings.wrap_up import check_wrap_up, read_wrap_up

__all__ = ["direct_entries", "read_direct", "read_internal"]

USUAL_INTERNAL: Final = InternalConfig()
USUAL_DIRECT: Final = DirectConfig()


def read_internal(table: Table) -> InternalConfig | None:
    """Take how agents call each other; None where they may not."""
    allowed = table.flag("allowed", True)
    rules = replace(
        read_wrap_up(table, USUAL_INTERNAL),
        ring_agent_ms=_read_seconds(table, "ring_agent_s", USUAL_INTERNAL.ring_agent_ms),
        ring_ms=_read_seconds(table, "ring_s", USUAL_INTERNAL.ring_ms),
        record=table.flag("record", USUAL_INTERNAL.record),
        dispositions=table.texts("dispositions", USUAL_INTERNAL.dispositions),
    )
    check_wrap_up(table, rules)
    return rules if allowed else None


def read_direct(table: Table, queues: Sequence[QueueConfig], flows: Sequence[str]) -> DirectConfig:
    """Take what holds for direct calls, and where those go that their agent does not take."""
    queue, flow = table.text("queue", "", like=".*"), table.text("flow", "", like=".*")
    for key, name, known in (("queue", queue, [each.id for each in queues]), ("flow", flow, flows)):
        if name and name not in known:
            table.complain(key, f"there is no {key} {name!r}", f"known: {', '.join(known) or 'none'}")
    rules = replace(
        read_wrap_up(table, USUAL_DIRECT),
        ring_ms=_read_seconds(table, "ring_s", USUAL_DIRECT.ring_ms),
        record=table.flag("record", USUAL_DIRECT.record),
        dispositions=table.texts("dispositions", USUAL_DIRECT.dispositions),
        queue=QueueId(queue) if queue else None,
        flow=flow,
        away=table.texts("away", USUAL_DIRECT.away),
    )
    check_wrap_up(table, rules)
    return rules


def direct_entries(agents: Sequence[AgentConfig], languages: Sequence[str]) -> tuple[EntryConfig, ...]:
    """Return the numbers of agents as entries; they are greeted in the centre's first language."""
    language = languages[0] if languages else ""
    return tuple(EntryConfig(each.direct, Channel.VOICE, "", language, each.id) for each in agents if each.direct)


def _read_seconds(table: Table, key: str, usual_ms: int) -> int:
    return 1_000 * table.number(key, usual_ms // 1_000, 5, 120)
