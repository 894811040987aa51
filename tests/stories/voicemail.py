"""A small centre that takes messages, and what callers who leave one do, for stories."""

from __future__ import annotations

from typing import Any

import msgspec

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig
from contactcenter.model.facts import RecordingChanged, VisitEnded
from contactcenter.model.flow import Branch, HangUpNode, VoicemailNode
from contactcenter.model.ids import ContactId, LegId, RecordingId
from contactcenter.model.recipes import LeaveMessage, RecipeStep
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import RecordingState, VisitOutcome
from tests.stories.callbacks import hears
from tests.stories.centre import FAULTS, Centre, small_config

FIRST, SECOND = "+8613900000001", "+8613900000002"
MINUTE_MS = 60_000
SPOKEN_MS = 12_000
ASKED_BY_FLOW = ("closed", "voicemail_leave_message")


def voicemail_config(queue: Any = None, **rules: Any) -> CenterConfig:
    """Return the small centre where a caller who waited for a minute, or presses 5, leaves a message."""
    recipe = (RecipeStep(MINUTE_MS, LeaveMessage()),)
    return small_config(**{"voicemail": VoicemailConfig(**{"key": "5", **rules}), "recipe": recipe, **(queue or {})})


def asked_by_flow(usual: CenterConfig, *before: Branch) -> CenterConfig:
    """Return a centre whose flow of number 200 leads, after some nodes of its own, to a message for faults."""
    nodes = (
        *before,
        Branch("message", VoicemailNode(FAULTS, "bye", ASKED_BY_FLOW, priority=4)),
        Branch("bye", HangUpNode((), "closed")),
    )
    flows = [
        msgspec.structs.replace(flow, start=nodes[0].name, nodes=nodes) if flow.id == "direct" else flow
        for flow in usual.flows
    ]
    return msgspec.structs.replace(usual, flows=tuple(flows))


def running(centre: Centre) -> RecordingId:
    """Return the recording that was begun last."""
    return [fact.recording for fact in centre.all_facts(RecordingChanged) if fact.state is RecordingState.STARTED][-1]


def speaks(centre: Centre, number: str = FIRST, ms: int = SPOKEN_MS) -> RecordingId:
    """The caller hears the request and the tone, and speaks."""
    hears(centre, number)
    [start] = centre.commands(commands.StartRecording)
    assert (start.left, start.right) == (LegId(f"leg of {number}"), LegId(""))
    centre.passes(ms)
    return running(centre)


def stored(centre: Centre, duration_ms: int = SPOKEN_MS) -> None:
    """The recording is complete and on the disk."""
    centre.happens(events.RecordingStored(running(centre), duration_ms, 8 * duration_ms, "digest"))


def leaves_message(centre: Centre, number: str = FIRST) -> ContactId:
    """A caller presses 5, speaks, and hangs up; return the contact."""
    contact = centre.center.calls.lines.legs[LegId(f"leg of {number}")].contact
    centre.keys("5", number)
    speaks(centre, number)
    centre.hangs_up(number)
    stored(centre)
    return contact


def outcomes(centre: Centre) -> list[VisitOutcome]:
    """Return how the visits of the story ended."""
    return [fact.outcome for fact in centre.all_facts(VisitEnded)]
