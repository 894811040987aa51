"""`[outgoing]`: whether and whom agents may call. Without a trunk there, nobody is called."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from contactcenter.model.config import OutgoingConfig
from contactcenter.settings.shapes import TrunkSettings
from contactcenter.settings.tables import Table
from contactcenter.settings.wrap_up import check_wrap_up, read_wrap_up

__all__ = ["read_outgoing", "read_prefixes"]

SHOWN: Final = r"\+?[0-9]{2,15}"
SHOWN_WHAT: Final = 'a number of yours, such as "+861095598000"'
PREFIX: Final = r"\+[1-9][0-9]{0,14}"
USUAL: Final = OutgoingConfig("", "")


def read_outgoing(table: Table, trunks: tuple[TrunkSettings, ...]) -> OutgoingConfig | None:
    """Take how agents call customers; None where they may not."""
    trunk = table.text("trunk", "", like=".*", what="the name of one of [[sip.trunks]]")
    rules = replace(
        read_wrap_up(table, USUAL),
        trunk=trunk,
        shown=table.text("caller_id", None if trunk else "", like=SHOWN, what=SHOWN_WHAT),
        ring_agent_ms=_read_seconds(table, "ring_agent_s", USUAL.ring_agent_ms, 5, 60),
        ring_ms=_read_seconds(table, "ring_s", USUAL.ring_ms, 10, 180),
        record=table.flag("record", USUAL.record),
        dispositions=table.texts("dispositions", USUAL.dispositions),
        calls_per_min=table.number("calls_per_min", USUAL.calls_per_min, 1, 60),
    )
    if not trunk:
        return None
    check_wrap_up(table, rules)
    dialled = {each.name: each.dial for each in trunks}
    if trunk not in dialled:
        table.complain("trunk", f"there is no trunk {trunk!r}", f"known: {', '.join(dialled) or 'none'}")
    elif not dialled[trunk]:
        table.complain("trunk", f"{trunk!r} takes no calls of ours", 'give it dial = "sip:HOST:PORT" in [[sip.trunks]]')
    return rules


def read_prefixes(table: Table) -> tuple[str, ...]:
    """Take the beginnings of numbers that may be called; none are allowed that are not listed."""
    return table.texts("prefixes", (), like=PREFIX, what='beginnings of numbers such as ["+86", "+4420"]')


def _read_seconds(table: Table, key: str, usual_ms: int, low: int, high: int) -> int:
    return 1_000 * table.number(key, usual_ms // 1_000, low, high)
