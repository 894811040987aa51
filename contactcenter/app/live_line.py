"""One line that says how a running centre does, from its own `/metrics`: what a glance at the terminal wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from contactcenter.app.serve import desk_url
from contactcenter.settings import Settings

__all__ = ["line_of", "live_line"]

ASK_SECONDS = 3.0
CHANNELS = {"voice": "calls", "chat": "chats", "sms": "texts"}
VISITS = ("handled", "abandoned")
STATES = ("talking", "ready")
SHOWN = {
    "contactcenter_contacts_arrived_total": "channel",
    "contactcenter_visits_total": "outcome",
    "contactcenter_agents": "state",
}


async def live_line(settings: Settings) -> str:
    """Ask the desk and return the line."""
    url = f"{desk_url(settings)}/metrics"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_SECONDS)) as client, client.get(url) as told:
            return line_of(await told.text())
    except (aiohttp.ClientError, TimeoutError):
        return "the desk does not answer at this moment"


def line_of(metrics: str) -> str:
    """Return the line for a text of metrics."""
    counts = _counts(metrics)
    came = _list(counts, CHANNELS.items())
    work = _list(counts, [("waiting", "waiting"), *((state, state) for state in STATES)])
    return f"{came} so far · {_list(counts, [(visit, visit) for visit in VISITS])} · now {work} · Ctrl-C ends"


def _counts(metrics: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "contactcenter_queue_waiting":
                counts["waiting"] += int(sample.value)
            elif sample.name in SHOWN:
                counts[sample.labels[SHOWN[sample.name]]] += int(sample.value)
    return counts


def _list(counts: Counter[str], names: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{counts[name]} {shown}" for name, shown in names)
