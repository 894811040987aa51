"""What is asked of agents after a talk, from the table of a queue or of calls that come from no queue."""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec.structs import replace

from contactcenter.model.config import DirectConfig, InternalConfig, OutgoingConfig, QueueConfig, Rules
from contactcenter.model.words import WrapUpKind
from contactcenter.settings.tables import Table

__all__ = ["EXTENSIONS_MAX", "check_wrap_up", "read_wrap_up"]

EXTENSIONS_MAX: Final = 5
"""Who needs more has another limit to set."""

Given = TypeVar("Given", QueueConfig, OutgoingConfig, InternalConfig, DirectConfig)


def read_wrap_up(table: Table, usual: Given) -> Given:
    """Take the kind of wrap-up, its limit, and how often the agent may extend it."""
    kind = table.choice("wrap_up", tuple(WrapUpKind), usual.wrap_up)
    return replace(
        usual,
        wrap_up=WrapUpKind(kind),
        wrap_up_ms=1_000 * table.number("wrap_up_s", usual.wrap_up_ms // 1_000, 0, 3_600),
        wrap_up_extensions=table.number("wrap_up_extensions", usual.wrap_up_extensions, 0, EXTENSIONS_MAX),
    )


def check_wrap_up(table: Table, rules: Rules) -> None:
    """Complain about a result that must be chosen where there is none to choose."""
    if rules.wrap_up is WrapUpKind.MANDATORY and not rules.dispositions:
        key = "wrap_up" if "wrap_up" in table.names() else ""
        reason = "is mandatory, but there is no disposition to choose"
        table.complain(key, reason, "give dispositions, or another wrap_up")
